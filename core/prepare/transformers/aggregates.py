"""Figures of the group that a row belongs to, learned from the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.cells import to_category
from core.prepare.transformers.common import table_tags
from core.prepare.transformers.matrix import finite
from core.prepare.transformers.numeric import filled, medians_of, numbers_of

_NO_GROUP = "(missing)"


class GroupFigures(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Mean, smallest, largest, spread of numbers in a row's group, and how many rows the group has.

    The last column of X is the group; the columns before it are the numbers. A group that was not seen has the figures
    of all rows. Missing cells take no part in the figures.

    Parameters
    ----------
    figures : sequence of str
        Of "mean", "min", "max", "std", "count", "difference" (from the group's mean).
    by : str
        What the group is called in names.

    Attributes
    ----------
    groups_ : list of str
        Groups seen, in order.
    tables_ : dict of str to ndarray of shape (n_groups + 1, n_numbers)
        Figures of each group; last those of all rows.
    counts_ : ndarray of shape (n_groups + 1,)
        Rows of each group; for one not seen 0.
    """

    def __init__(self, figures: Sequence[str] = ("mean",), by: str = "group") -> None:
        self.figures = figures
        self.by = by

    def fit(self, X: pd.DataFrame, y: Any = None) -> GroupFigures:
        """Learn the figures of each group."""
        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        values = _cut(numbers_of(X.iloc[:, :-1]))
        groups = np.asarray([cell or _NO_GROUP for cell in to_category(X.iloc[:, -1])], dtype=object)
        places, names = pd.factorize(groups, sort=True)
        self.groups_ = [str(name) for name in names]
        self.medians_ = medians_of(values)
        self.counts_ = np.append(np.bincount(places, minlength=len(names)), 0).astype(np.float64)
        self.tables_ = {figure: _table(values, places, len(names), figure) for figure in _needed(self.figures)}
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return float64 of shape (n_rows, n_numbers * n_figures), figure by figure; the count stands once, last."""
        check_is_fitted(self)
        place = {name: number for number, name in enumerate(self.groups_)}
        unseen = len(self.groups_)
        rows = np.asarray([place.get(cell or _NO_GROUP, unseen) for cell in to_category(X.iloc[:, -1])], dtype=np.intp)
        out = [self._figure(figure, X, rows) for figure in self.figures if figure != "count"]
        if "count" in self.figures:
            out.append(self.counts_[rows][:, None])
        return np.hstack(out) if out else np.empty((len(X), 0))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "mean of a by group" and so on."""
        check_is_fitted(self)
        words = {"difference": "{0} less its mean by {1}"}
        names = [
            words.get(figure, f"{figure} of {{0}} by {{1}}").replace("{0}", name).replace("{1}", self.by)
            for figure in self.figures
            if figure != "count"
            for name in self.feature_names_in_[:-1]
        ]
        return np.asarray([*names, *([f"rows by {self.by}"] if "count" in self.figures else [])], dtype=object)

    def _figure(self, figure: str, X: pd.DataFrame, rows: np.ndarray) -> np.ndarray:
        if figure != "difference":
            return np.asarray(self.tables_[figure][rows])
        values = filled(_cut(numbers_of(X.iloc[:, :-1])), self.medians_)
        return finite(values - self.tables_["mean"][rows], keep_missing=False)

    def __sklearn_tags__(self) -> Any:
        """Declare that any cells are welcome."""
        return table_tags(super().__sklearn_tags__())


def _needed(figures: Sequence[str]) -> list[str]:
    wanted = {"mean" if figure == "difference" else figure for figure in figures} - {"count"}
    return sorted(wanted)


def _table(values: np.ndarray, places: np.ndarray, groups: int, figure: str) -> np.ndarray:
    """Return one figure for each group and, last, for all rows; a group without a known cell has that of all rows."""
    frame = pd.DataFrame(values)
    options = {"ddof": 0} if figure == "std" else {}
    with np.errstate(all="ignore"):
        overall = np.nan_to_num(np.asarray(getattr(frame, figure)(**options), dtype=np.float64))
        grouped = getattr(frame.groupby(places), figure)(**options).reindex(range(groups)).to_numpy(dtype=np.float64)
    table = np.where(np.isnan(grouped), overall, grouped)
    return finite(np.vstack([table, overall]), keep_missing=False)


def _cut(values: np.ndarray) -> np.ndarray:
    return finite(values, keep_missing=True)
