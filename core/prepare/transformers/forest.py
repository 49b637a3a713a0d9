"""The isolation forest, learned by scikit-learn and kept as plain arrays.

A stored model may come from elsewhere, and scikit-learn's trees follow the indices of a file without a look at them.
NumPy looks at each.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from core.prepare.transformers.grid import GridTransformer
from core.prepare.transformers.numeric import filled, medians_of

_BLOCK_ROWS = 2048


class Forest(BaseEstimator):  # type: ignore[misc]
    """Isolation forest (Liu, Ting and Zhou 2008): rows that few random splits set apart are far from the others.

    Parameters
    ----------
    trees : int
        Number of trees.
    sample : int
        Rows that each tree learns from, at most.
    seed : int
        Of the random splits.

    Attributes
    ----------
    medians_ : ndarray of shape (n_columns,)
        What missing cells count as.
    feature_, threshold_, path_ : ndarray of shape (n_trees, n_nodes)
        The trees, padded.
    children_ : ndarray of int64, shape (n_trees, 2 * n_nodes)
        Left and right child of each node; a leaf leads to itself.
    depth_ : int
        Steps from a root to the deepest leaf.
    expected_ : float
        Splits that an average row of a tree needs.
    """

    def __init__(self, trees: int = 100, sample: int = 256, seed: int = 0) -> None:
        self.trees = trees
        self.sample = sample
        self.seed = seed

    def fit(self, cells: np.ndarray, y: Any = None) -> Forest:
        """Grow the trees on ``cells``, float64 of shape (n_rows, n_columns)."""
        from sklearn.ensemble import IsolationForest

        self.medians_ = medians_of(cells)
        sample = min(self.sample, len(cells))
        forest = IsolationForest(n_estimators=self.trees, max_samples=sample, random_state=self.seed)
        trees = [grown.tree_ for grown in forest.fit(filled(cells, self.medians_)).estimators_]
        nodes = max(tree.node_count for tree in trees)
        own = np.arange(2 * nodes) // 2
        self.feature_ = _padded([np.maximum(t.feature, 0) for t in trees], np.zeros(nodes, dtype=np.int64))
        self.threshold_ = _padded([t.threshold for t in trees], np.zeros(nodes))
        self.children_ = _padded([_children(t) for t in trees], own)
        self.path_ = _padded([_paths(t) for t in trees], np.zeros(nodes))
        self.depth_ = max(int(tree.max_depth) for tree in trees)
        self.expected_ = float(len(trees) * _average_path(np.asarray([sample]))[0])
        return self

    def scores(self, cells: np.ndarray) -> np.ndarray:
        """Return how far each row stands out, from 0 to 1: about 0.5 for ordinary rows; float64 of shape (n_rows,)."""
        if self.expected_ == 0.0:
            return np.full(len(cells), 0.5)
        values = filled(cells, self.medians_).astype(np.float32)
        blocks = range(0, len(values), _BLOCK_ROWS)
        depths = [self._depths(values[start : start + _BLOCK_ROWS]) for start in blocks]
        return np.asarray(2.0 ** -(np.concatenate([np.empty(0), *depths]) / self.expected_))

    def _depths(self, values: np.ndarray) -> np.ndarray:
        cells, total = np.ascontiguousarray(values).ravel(), np.zeros(len(values))
        starts = np.arange(len(values)) * values.shape[1]
        for feature, threshold, children, path in zip(
            self.feature_, self.threshold_, self.children_, self.path_, strict=True
        ):
            at = np.zeros(len(values), dtype=np.int64)
            for _ in range(self.depth_):
                goes_right = cells.take(starts + feature.take(at)) > threshold.take(at)
                at = children.take(2 * at + goes_right)
            total += path.take(at)
        return total


class ForestScore(GridTransformer):
    """How far each row stands out, by an isolation forest over all columns.

    Parameters
    ----------
    trees, seed : int
        See `Forest`.

    Attributes
    ----------
    forest_ : Forest
    """

    def __init__(self, trees: int = 100, seed: int = 0) -> None:
        self.trees = trees
        self.seed = seed

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        self.forest_ = Forest(self.trees, seed=self.seed).fit(cells)

    def _change(self, cells: np.ndarray) -> np.ndarray:
        return self.forest_.scores(cells).reshape(-1, 1)

    def _names(self) -> list[str]:
        return ["outlier score"]


def _padded(parts: list[np.ndarray], rest: np.ndarray) -> np.ndarray:
    return np.stack([np.concatenate([part, rest[len(part) :]]).astype(rest.dtype) for part in parts])


def _children(tree: Any) -> np.ndarray:
    own = np.arange(tree.node_count)
    left, right = (np.where(side < 0, own, side) for side in (tree.children_left, tree.children_right))
    return np.column_stack([left, right]).ravel()


def _paths(tree: Any) -> np.ndarray:
    """Return for each node the splits on the way to it, and those its rows would still need."""
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child >= 0:
                depth[child] = depth[node] + 1
    return np.asarray(depth + _average_path(tree.n_node_samples))


def _average_path(rows: np.ndarray) -> np.ndarray:
    """Return the average splits that set one of ``rows`` apart: c(n) of the paper."""
    rows = np.asarray(rows, dtype=np.float64)
    many = 2.0 * (np.log(np.maximum(rows - 1.0, 1.0)) + np.euler_gamma) - 2.0 * (rows - 1.0) / np.maximum(rows, 1.0)
    return np.where(rows <= 1, 0.0, np.where(rows == 2, 1.0, many))
