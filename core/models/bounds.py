"""Checks of loaded models whose native code trusts its own numbers.

scikit-learn follows the node indices of a tree without looking whether they exist, so that a file made to harm could
crash the process or read foreign memory at the first prediction (skops names this danger for both tree types). A file
from elsewhere is therefore looked through before it is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.bounds_boosters import is_catboost_sound, is_xgboost_sound

_TASKS = ("Classifier", "Regressor")
_TREE_OWNERS = tuple(
    f"{kind}{task}" for kind in ("Tree", "Trees", "Forest", "Bagging", "Boost", "Boosting") for task in _TASKS
)
"""How the names of estimators end that hold trees."""


def check_bounds(pipeline: Any) -> None:
    """Check every tree, neighbour table and vocabulary in a fitted pipeline.

    Raises
    ------
    LatheError
        Where an index points outside its table.
    """
    for _, step in pipeline.steps:
        members = _members(step)
        for member in members:
            check_bounds(member)
        # Beside its members an ensemble holds no trees; without a width none would pass.
        width = None if members else getattr(step, "n_features_in_", None)
        for part in _parts(step, without=members):
            if not _is_sound(part, width):
                raise LatheError(
                    f"The stored model is damaged: a {type(part).__name__} in it points outside its own table.",
                    hint="Get the model again from where it was trained. Do not use this file.",
                )


def _is_sound(part: Any, width: int | None) -> bool:
    match type(part).__name__:
        case "Tree":
            return _is_tree_sound(part, width)
        case "TreePredictor":
            return _is_predictor_sound(part, width)
        case "csr_matrix" | "csc_matrix" | "csr_array" | "csc_array":
            return _is_sparse_sound(part)
        case "KNeighborsClassifier":
            return _is_within(part._y, len(part.classes_))
        case "XGBoostClassifier" | "XGBoostRegressor":
            return is_xgboost_sound(part)
        case "CatBoostClassifier" | "CatBoostRegressor":
            return is_catboost_sound(part)
        case "CountVectorizer":
            # Counts are written at the places that the vocabulary names.
            return _is_within(np.asarray(list(part.vocabulary_.values()), dtype=np.int64), len(part.vocabulary_))
        case name if name.endswith(_TREE_OWNERS):
            # Each looks at the width of its rows itself, and lets its trees follow them.
            return getattr(part, "n_features_in_", width) == width
        case _:
            return True


def _is_tree_sound(tree: Any, width: int | None) -> bool:
    """Check ``sklearn.tree._tree.Tree``: children lie behind their parent, features inside the row."""
    inner = tree.children_left != -1
    at = np.flatnonzero(inner)
    children = (tree.children_left[inner], tree.children_right[inner])
    return bool(
        tree.n_features == width
        and len(tree.children_left) == tree.node_count > 0
        and all((child > at).all() and (child < tree.node_count).all() for child in children)
        and _is_within(tree.feature[inner], tree.n_features)
    )


def _is_predictor_sound(predictor: Any, width: int | None) -> bool:
    """Check histogram boosting's ``TreePredictor``; its leaves carry zeros instead of children."""
    nodes = predictor.nodes
    inner = nodes["is_leaf"] == 0
    at = np.flatnonzero(inner)
    children = (nodes["left"][inner].astype(np.int64), nodes["right"][inner].astype(np.int64))
    split_by_category = inner & (nodes["is_categorical"] == 1)
    return bool(
        width is not None
        and len(nodes) > 0
        and all((child > at).all() and (child < len(nodes)).all() for child in children)
        and _is_within(nodes["feature_idx"][inner], width)
        and _is_within(nodes["bitset_idx"][split_by_category], len(predictor.raw_left_cat_bitsets))
        and predictor.raw_left_cat_bitsets.shape[1:] == (8,)
    )


def _is_sparse_sound(matrix: Any) -> bool:
    """Check a sparse matrix: scipy's products follow its indices without a look."""
    try:
        matrix.check_format(full_check=True)
    except (ValueError, TypeError):
        return False
    return True


def _is_within(indices: np.ndarray, size: int) -> bool:
    return indices.size == 0 or bool(indices.min() >= 0 and indices.max() < size)


def _members(step: Any) -> list[Any]:
    """Return the pipelines of an ensemble, each of which has a width of its own; none of any other step."""
    is_ensemble = type(step).__name__ in ("CombinedClassifier", "CombinedRegressor")
    found = step.members if is_ensemble else []
    if not isinstance(found, list) or any(type(member).__name__ != "Pipeline" for member in found):
        raise LatheError(
            "The stored model is damaged: its members are not pipelines.",
            hint="Get the model again from where it was trained. Do not use this file.",
        )
    return found


def _parts(root: Any, *, without: list[Any]) -> Iterator[Any]:
    """Yield ``root`` and everything it holds, each object once; nothing of what is in ``without``."""
    seen = {id(one) for one in without}
    waiting = [root]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or isinstance(part, str | bytes | int | float | type(None)):
            continue
        seen.add(id(part))
        yield part
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list | tuple | set):
            waiting.extend(part)
        elif isinstance(part, np.ndarray):
            waiting.extend(part.ravel().tolist() if part.dtype == object else [])
        else:
            waiting.extend(getattr(part, "__dict__", {}).values())
