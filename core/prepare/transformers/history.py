"""What was known before: the values of each group in order of time, learned once and looked up for any row."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from core.prepare.cells import cell_text

MICROSECONDS_A_DAY = 86_400_000_000.0


@dataclass(frozen=True)
class Spans:
    """For each row asked about, the learned values that count: positions ``start`` to ``stop`` of `values_`.

    Attributes
    ----------
    start, stop : ndarray of int64, shape (n_rows,)
        Equal where there is none.
    known : ndarray of bool, shape (n_rows,)
        False where the row has no time, so that nothing can be said.
    """

    start: np.ndarray
    stop: np.ndarray
    known: np.ndarray

    def last(self, rows: int) -> Spans:
        """Return the spans cut to their last ``rows`` values."""
        return Spans(np.maximum(self.start, self.stop - rows), self.stop, self.known)


class GroupHistory(BaseEstimator):  # type: ignore[misc]
    """Known values of one number by group, in order of time; rows without a time or a value are no part of it.

    The answer for a row follows from the row and the rows of ``fit`` alone, so it is the same in any batch. As only
    values *before* a row's time count, a row of ``fit`` never sees its own.

    Attributes
    ----------
    groups_ : str
        Groups seen, as a JSON list: one text is stored and read a hundred times faster than a hundred thousand. A row
        without a group belongs to "".
    times_ : ndarray of float64
        Times seen, sorted, each once.
    keys_ : ndarray of int64, shape (n_values,)
        Group and place of the time of each value as one sorted number.
    values_ : ndarray of float64, shape (n_values,)
        By group, then time, then order of the rows.
    edges_ : ndarray of int64, shape (n_groups + 1,)
        Where each group's values start; the last number is where the last group's stop.
    """

    def fit(self, groups: np.ndarray | None, times: np.ndarray, values: np.ndarray) -> GroupHistory:
        """Learn the values.

        Parameters
        ----------
        groups : ndarray of str (`group_texts`), shape (n_rows,), or None
            None where all rows are one group.
        times : ndarray of float64 (`time_numbers`), shape (n_rows,)
            NaN where missing.
        values : ndarray of float64, shape (n_rows,)
            NaN where missing.
        """
        times, values = np.asarray(times, dtype=np.float64), np.asarray(values, dtype=np.float64)
        keep = ~(np.isnan(times) | np.isnan(values))
        times, values = times[keep], values[keep]
        codes, names = pd.factorize(_texts(groups, len(keep))[keep], sort=True)
        self.groups_ = json.dumps([str(name) for name in names])
        self.times_, places = np.unique(times, return_inverse=True)
        keys = codes.astype(np.int64) * (len(self.times_) + 1) + places
        order = np.argsort(keys, kind="stable")
        self.keys_, self.values_ = keys[order], values[order]
        self.edges_ = np.searchsorted(codes[order], np.arange(len(names) + 1)).astype(np.int64)
        return self

    def before(self, groups: np.ndarray | None, times: np.ndarray, *, reach: float | None = None) -> Spans:
        """Return the values of each row's group with a time strictly before the row's.

        Parameters
        ----------
        groups : ndarray of str, shape (n_rows,), or None
            As in ``fit``. Groups never seen have no values.
        times : ndarray of float64, shape (n_rows,)
            As in ``fit``.
        reach : float, optional
            Only values no older than this, in the unit of the times.
        """
        times = np.asarray(times, dtype=np.float64)
        codes, known = self._codes(groups, len(times)), ~np.isnan(times)
        stop = self._position(codes, times, "left")
        start = self.edges_[codes] if reach is None else self._position(codes, times - reach, "left")
        return _spans(start, stop, known, codes)

    def after(self, groups: np.ndarray | None, times: np.ndarray) -> Spans:
        """Return the values of each row's group with a time strictly after the row's; parameters as in `before`."""
        times = np.asarray(times, dtype=np.float64)
        codes, known = self._codes(groups, len(times)), ~np.isnan(times)
        start = self._position(codes, times, "right")
        return _spans(start, self.edges_[codes + 1], known, codes)

    def now(self, groups: np.ndarray | None, times: np.ndarray) -> Spans:
        """Return the values of each row's group at just the row's time (its own too, for a row of ``fit``)."""
        times = np.asarray(times, dtype=np.float64)
        codes, known = self._codes(groups, len(times)), ~np.isnan(times)
        return _spans(self._position(codes, times, "left"), self._position(codes, times, "right"), known, codes)

    def from_end(self, spans: Spans, k: int = 1) -> np.ndarray:
        """Return the ``k``-th last value of each span, float64 of shape (n_rows,), NaN where there is none."""
        return self._at(spans.stop - k, spans)

    def from_start(self, spans: Spans, k: int = 1) -> np.ndarray:
        """Return the ``k``-th value of each span, float64 of shape (n_rows,), NaN where there is none."""
        return self._at(spans.start + k - 1, spans)

    def times_from_end(self, spans: Spans, k: int = 1) -> np.ndarray:
        """Return the time of the ``k``-th last value of each span, NaN where there is none."""
        if not len(self.keys_):
            return np.full(len(spans.stop), np.nan)
        at = spans.stop - k
        found = (at >= spans.start) & spans.known
        return np.where(found, self.times_[self.keys_[np.where(found, at, 0)] % (len(self.times_) + 1)], np.nan)

    def _at(self, at: np.ndarray, spans: Spans) -> np.ndarray:
        if not len(self.values_):
            return np.full(len(at), np.nan)
        found = (at >= spans.start) & (at < spans.stop) & spans.known
        return np.where(found, self.values_[np.where(found, at, 0)], np.nan)

    def _codes(self, groups: np.ndarray | None, rows: int) -> np.ndarray:
        """Return each row's place in `groups_`, -1 where the group was never seen."""
        check_is_fitted(self)
        if groups is None:
            return np.full(rows, 0 if len(self.keys_) else -1, dtype=np.int64)
        seen = pd.Index(json.loads(self.groups_), dtype=object)
        return np.asarray(seen.get_indexer(pd.Index(_texts(groups, rows), dtype=object)), dtype=np.int64)

    def _position(self, codes: np.ndarray, times: np.ndarray, side: Any) -> np.ndarray:
        places = np.searchsorted(self.times_, times, side=side)
        return np.searchsorted(self.keys_, codes * (len(self.times_) + 1) + places, side="left").astype(np.int64)


def group_texts(column: pd.Series) -> np.ndarray:
    """Return the cells of a column of groups as text, an object array of shape (n_rows,); "" where missing."""
    codes, levels = pd.factorize(column)
    texts = np.asarray([*((cell_text(level) or "").strip() for level in levels), ""], dtype=object)
    return np.asarray(texts[codes], dtype=object)


def time_numbers(column: pd.Series) -> np.ndarray:
    """Return times as float64 of shape (n_rows,): microseconds since 1970 for dates, numbers as they are."""
    if pd.api.types.is_datetime64_any_dtype(column):
        stamps = column.to_numpy(dtype="datetime64[us]")
        return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64).astype(np.float64))
    return np.asarray(column, dtype=np.float64)


def _texts(groups: np.ndarray | None, rows: int) -> np.ndarray:
    return np.full(rows, "", dtype=object) if groups is None else np.asarray(groups, dtype=object)


def _spans(start: np.ndarray, stop: np.ndarray, known: np.ndarray, codes: np.ndarray) -> Spans:
    known_group = (codes >= 0) & known
    start = np.where(known_group, start, 0)
    return Spans(start, np.maximum(np.where(known_group, stop, 0), start), known)
