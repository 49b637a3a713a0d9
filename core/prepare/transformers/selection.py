"""Selection of number columns by their own figures: what is stored is a mask and a score a column."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags
from core.prepare.transformers.numeric import filled, medians_of, names_of, numbers_of, sample_places
from core.prepare.transformers.relation import best, correlations, ranks_of, relation, target_of, under_fdr

FEWEST = 5
"""With fewer rows than this nothing can be told about a column, and all of them stay."""

_MOST_CELLS = 50_000_000


class Selector(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Base of the selectors: keeps columns by their score, and at least one.

    Attributes
    ----------
    scores_ : ndarray of shape (n_columns,)
        What each column was judged by.
    support_ : ndarray of bool, shape (n_columns,)
        Columns that stay.
    """

    score_name = "score"
    needs_target = True
    most_rows = 20_000
    seed = 0

    def fit(self, X: Any, y: Any = None) -> Selector:
        """Score the columns; all stay where the rows do not allow a judgement."""
        names = names_of(X)
        if isinstance(X, pd.DataFrame):
            self.feature_names_in_ = names
        self.n_features_in_ = X.shape[1]
        values, target = self._usable(X, y)
        self.scores_, keep = np.zeros(X.shape[1]), np.ones(X.shape[1], dtype=bool)
        if values is not None:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                self.scores_, keep = self._judge(values, target)
        if not keep.any() and keep.size:
            keep[int(np.argmax(self.scores_))] = True
        self.support_ = keep
        return self

    def transform(self, X: Any) -> Any:
        """Return the columns that stay, float64 (csr for csr)."""
        check_is_fitted(self)
        places = np.flatnonzero(self.support_)
        if hasattr(X, "tocsr"):
            return X.tocsr()[:, places]
        kept: np.ndarray = np.asarray(X, dtype=np.float64)[:, places]
        return kept

    def get_support(self) -> np.ndarray:
        """Return which columns stay, bool of shape (n_columns,)."""
        check_is_fitted(self)
        return np.asarray(self.support_)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of the columns that stay."""
        names = getattr(self, "feature_names_in_", None) if input_features is None else input_features
        names = [f"x{place}" for place in range(self.n_features_in_)] if names is None else names
        kept: np.ndarray = np.asarray(names, dtype=object)[self.get_support()]
        return kept

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return a score and whether it stays for each column, given finite values and a target that varies."""
        raise NotImplementedError

    def _usable(self, X: Any, y: Any) -> tuple[np.ndarray | None, Any]:
        """Return finite cells of rows with a target, a sample of them where there are many; None where too few."""
        kept = np.arange(X.shape[0])
        if self.needs_target:
            if y is None:
                return None, None
            kept = np.flatnonzero(~pd.isna(np.asarray(y)))
        most = min(self.most_rows, max(_MOST_CELLS // max(X.shape[1], 1), 1000))
        kept = kept[sample_places(len(kept), most, int(self.seed))]
        whole = len(kept) == X.shape[0]
        values = numbers_of(X if whole else X.iloc[kept] if isinstance(X, pd.DataFrame) else X[kept])
        values = filled(values, medians_of(values))
        if not self.needs_target:
            return values if len(values) else None, None
        target = target_of(np.asarray(y)[kept], getattr(self, "task", ""))
        if len(values) < FEWEST or len(np.unique(target)) < 2:
            return None, None
        return values, target

    def __sklearn_tags__(self) -> Any:
        """Declare that missing cells are welcome."""
        return table_tags(super().__sklearn_tags__())


class VarianceSelector(Selector):
    """Keep columns that vary: variance above ``threshold``, in the units in which they stand here.

    Parameters
    ----------
    threshold : float
        Largest variance that goes.
    """

    score_name = "variance"
    needs_target = False
    most_rows = 10_000_000

    def __init__(self, threshold: float = 0.0) -> None:
        self.threshold = threshold

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        scores = np.where(np.ptp(values, axis=0) > 0, values.var(axis=0), 0.0)
        varies = np.ptp(values, axis=0) > 0
        return scores, varies & ((scores > self.threshold) | (self.threshold == 0))


class CorrelationSelector(Selector):
    """Of each pair of columns that say nearly the same, keep one.

    Parameters
    ----------
    most : float
        Largest absolute correlation two columns may have.
    prefer : {"target", "earlier"}
        Which stays: the one more related to the target, or the one that stands earlier.
    ranks : bool
        Spearman's instead of Pearson's correlation.
    task : {"classification", "regression", ""}
    seed : int
        Of the sample taken of many rows.

    Attributes
    ----------
    scores_ : ndarray
        1 less the largest absolute correlation with a column that stays before it.
    twins_ : list of int
        For each column the one that made it go; -1 for columns that stay.
    """

    score_name = "1 less the correlation with a column that stays"
    most_rows = 100_000
    needs_target = False

    def __init__(
        self, most: float = 0.95, prefer: str = "target", ranks: bool = False, task: str = "", seed: int = 0
    ) -> None:
        self.most = most
        self.prefer = prefer
        self.ranks = ranks
        self.task = task
        self.seed = seed

    def fit(self, X: Any, y: Any = None) -> CorrelationSelector:
        """Rank the columns by the target, where it is given and asked for, and go through the pairs."""
        by_target = UnivariateSelector(task=self.task, keep="count", count=1, seed=self.seed)
        self._order = np.arange(X.shape[1])
        if self.prefer == "target" and y is not None and X.shape[1]:
            self._order = np.argsort(-by_target.fit(X, y).scores_, kind="stable")
        self.twins_ = [-1] * X.shape[1]
        super().fit(X)
        del self._order
        return self

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        if len(values) < FEWEST:
            return np.ones(values.shape[1]), np.ones(values.shape[1], dtype=bool)
        related = correlations(ranks_of(values) if self.ranks else values)
        keep = np.zeros(values.shape[1], dtype=bool)
        scores = np.ones(values.shape[1])
        for place in self._order:
            kept = np.flatnonzero(keep)
            nearest = int(kept[np.argmax(related[place, kept])]) if kept.size else -1
            likeness = related[place, nearest] if kept.size else 0.0
            scores[place] = 1 - likeness
            keep[place] = likeness <= self.most
            self.twins_[place] = -1 if keep[place] else nearest
        return scores, keep


class UnivariateSelector(Selector):
    """Keep the columns that are most related to the target, each looked at on its own.

    Parameters
    ----------
    score : {"anova", "chi2", "mutual"}
        F test (of means between classes, of a straight line for numbers), chi-squared test, mutual information.
    keep : {"count", "share", "fdr"}
        The best ``count``, the best ``share`` of the columns, or those whose false discovery rate stays under
        ``alpha`` (Benjamini and Hochberg); mutual information has no test, so there "fdr" counts by the F test.
    count : int
    share : float
    alpha : float
    task : {"classification", "regression", ""}
        Empty: seen from the target.
    seed : int
        Of the sample taken of many rows, and of mutual information.

    Attributes
    ----------
    p_values_ : ndarray
        NaN where there is no test.
    """

    score_name = "relation to the target"

    def __init__(
        self,
        score: str = "anova",
        keep: str = "count",
        count: int = 10,
        share: float = 0.5,
        alpha: float = 0.05,
        task: str = "",
        seed: int = 0,
    ) -> None:
        self.score = score
        self.keep = keep
        self.count = count
        self.share = share
        self.alpha = alpha
        self.task = task
        self.seed = seed

    @property
    def most_rows(self) -> int:  # type: ignore[override]
        """Rows looked at: mutual information compares rows with their neighbours, the tests only sum."""
        return 10_000 if self.score == "mutual" else 10_000_000

    def _judge(self, values: np.ndarray, target: Any) -> tuple[np.ndarray, np.ndarray]:
        scores, self.p_values_ = relation(values, target, self.score, self.seed)
        width = len(scores)
        if self.keep == "fdr":
            p_values = relation(values, target, "anova", self.seed)[1] if self.score == "mutual" else self.p_values_
            return scores, under_fdr(p_values, self.alpha)
        most = self.count if self.keep == "count" else round(self.share * width)
        return scores, best(scores, max(int(most), 1))
