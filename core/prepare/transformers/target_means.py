"""Categories as the mean of the target among their rows, cross-fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import columns_of
from core.prepare.transformers.encoders import level_texts
from core.prepare.transformers.table import TableTransformer


class TargetMeans(TableTransformer):
    """The mean of the target among the rows of a category, drawn towards the mean of all rows.

    ``fit_transform`` gives each row a mean learned from other rows only (cross-fitting), so that a model does not
    take it for better than it is; ``transform`` uses all rows of ``fit``. A category never seen gets the mean of all
    rows. Without a target every cell is 0.

    Parameters
    ----------
    smoothing : float or None
        Rows of the overall mean that are added to each category; None: found from the spread inside and between
        categories (empirical Bayes).
    folds : int
        Parts of the cross-fitting; fewer where there are fewer rows.
    log_odds : bool
        Classes only: the logarithm of the odds compared with those of all rows (weight of evidence).
    seed : int
        Of the parts.

    Attributes
    ----------
    levels_ : list of str
    classes_ : list of str
        Classes with a column each: the second of two, or all of three and more; empty for numbers.
    encoders_ : list of sklearn.preprocessing.TargetEncoder
        One a column made.
    base_ : list of float
        Mean of all rows for each.
    rows_ : int

    Notes
    -----
    scikit-learn's TargetEncoder on each column of the target, as 0 and 1 for classes. Its cross-fitting refuses few
    rows and warns of small classes; here the parts adapt to the rows there are.
    """

    def __init__(
        self, smoothing: float | None = None, folds: int = 5, log_odds: bool = False, seed: int | None = 0
    ) -> None:
        self.smoothing = smoothing
        self.folds = folds
        self.log_odds = log_odds
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Any = None) -> TargetMeans:
        """Learn the means of all rows."""
        self._learn(X, targets_of(y, len(X)))
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **params: Any) -> np.ndarray:
        """Learn the means, and give each row one that its own target is no part of."""
        targets = targets_of(y, len(X))
        codes = self._learn(X, targets)
        out = np.tile(np.asarray(self.base_), (len(X), 1))
        for rest, part in _parts(len(X), targets.labels, self.folds, self.seed):
            for n in range(out.shape[1]):
                encoder = self._encoder().fit(codes[rest], targets.columns[rest, n])
                out[part, n] = encoder.transform(codes[part])[:, 0]
        return self._scaled(out)

    def _learn(self, X: pd.DataFrame, targets: Targets) -> np.ndarray:
        """Learn the means of all rows; return the place of each row's category, of shape (n_rows, 1)."""
        name = self._remember(X)[0]
        codes, levels = pd.factorize(level_texts(columns_of(X)[0]))
        self.levels_, self.classes_ = [str(level) for level in levels], list(targets.classes)
        self.encoders_ = [self._encoder().fit(codes[:, np.newaxis], column) for column in targets.columns.T]
        many = len(self.classes_) > 1
        self.names_ = [f"{name} {level} mean" for level in self.classes_] if many else [f"{name} target mean"]
        self.rows_, self.base_ = len(X), [float(column.mean()) for column in targets.columns.T]
        return np.asarray(codes[:, np.newaxis])

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, 1), or (n_rows, n_classes) for more than two classes."""
        check_is_fitted(self)
        codes = self._codes(X)
        if not len(codes):
            return np.empty((0, len(self.encoders_)))
        return self._scaled(np.column_stack([encoder.transform(codes)[:, 0] for encoder in self.encoders_]))

    def _codes(self, X: pd.DataFrame) -> np.ndarray:
        seen = pd.Index(self.levels_, dtype=object)
        places = seen.get_indexer(pd.Index(level_texts(columns_of(X)[0]), dtype=object))
        return np.asarray(places, dtype=np.int64)[:, np.newaxis]

    def _encoder(self) -> Any:
        from sklearn.preprocessing import TargetEncoder

        smooth = "auto" if self.smoothing is None else float(self.smoothing)
        return TargetEncoder(target_type="continuous", smooth=smooth)

    def _scaled(self, means: np.ndarray) -> np.ndarray:
        if not self.log_odds or not self.classes_:
            return means
        # Half a row keeps the odds of a category with one class only finite.
        least = 0.5 / (self.rows_ + 1)
        return np.asarray(log_odds(means, least) - log_odds(np.asarray(self.base_), least))


def log_odds(share: np.ndarray, least: float) -> np.ndarray:
    """Return the logarithm of the odds of ``share``, which is kept ``least`` away from 0 and 1."""
    inside = np.clip(share, least, 1 - least)
    return np.asarray(np.log(inside / (1 - inside)))


@dataclass(frozen=True)
class Targets:
    """A target as numbers with a mean.

    Attributes
    ----------
    columns : ndarray of float64, shape (n_rows, n_columns)
        Numbers are one column. Two classes are one, 1 for the second; more are a column each. No target is zeros.
    classes : tuple of str
        The class that each column stands for; empty where the target is no class.
    labels : ndarray of int or None
        Class of each row, as a number.
    """

    columns: np.ndarray
    classes: tuple[str, ...] = ()
    labels: np.ndarray | None = None


def targets_of(y: Any, rows: int) -> Targets:
    """Return the target ``y`` of ``rows`` rows as columns of numbers."""
    if y is None:
        return Targets(np.zeros((rows, 1)))
    values = np.asarray(y)
    if values.dtype.kind == "f":
        return Targets(values[:, np.newaxis].astype(np.float64))
    labels, found = pd.factorize(values.astype(object), sort=True)
    classes = [str(label) for label in found]
    first = 0 if len(classes) > 2 else len(classes) - 1
    columns = [(labels == place).astype(np.float64) for place in range(first, len(classes))]
    return Targets(np.column_stack(columns), tuple(classes[first:]), labels)


def _parts(rows: int, labels: np.ndarray | None, folds: int, seed: int | None) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return places (rest, part): by class where every class has a row for each part."""
    from sklearn.model_selection import KFold, StratifiedKFold

    count = min(folds, rows)
    if count < 2:
        return []
    if labels is not None and np.bincount(labels).min() >= count:
        return list(StratifiedKFold(count, shuffle=True, random_state=seed).split(labels, labels))
    return list(KFold(count, shuffle=True, random_state=seed).split(np.zeros(rows)))
