"""Text as numbers: words counted, weighted, hashed, or gathered into topics."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags, texts_of

NAMED_TERMS = 3
"""Terms that a topic is called by."""


class TextWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Words of one text column, weighted or counted; a missing cell is an empty text.

    Parameters
    ----------
    max_words : int
        Keep this many terms, the most frequent ones.
    weights : {"tfidf", "counts", "present"}
        TF-IDF (sublinear, rows of length 1), how often, or 1 where a term occurs.
    longest : int
        Terms are runs of 1 to ``longest`` words; for characters of ``longest - 1`` (at least 1) to ``longest``.
    unit : {"word", "char_wb", "char"}
        Words; characters inside of words; characters.
    min_rows : int
        Terms of fewer training rows are left out.
    max_share : float
        Terms of a larger share of training rows are left out.

    Notes
    -----
    A thin guard around scikit-learn's ``CountVectorizer`` and ``TfidfTransformer``, which refuse a column without a
    single word; here such a column gives one column of zeros.
    """

    def __init__(
        self,
        max_words: int = 100,
        weights: str = "tfidf",
        longest: int = 1,
        unit: str = "word",
        min_rows: int = 1,
        max_share: float = 1.0,
    ) -> None:
        self.max_words = max_words
        self.weights = weights
        self.longest = longest
        self.unit = unit
        self.min_rows = min_rows
        self.max_share = max_share

    def fit(self, X: pd.DataFrame, y: Any = None) -> TextWords:
        """Learn the terms and how rare each is."""
        self.fit_transform(X, y)
        return self

    def fit_transform(self, X: pd.DataFrame, y: Any = None, **params: Any) -> Any:
        """Learn the terms and return the matrix of the rows learned from; each text is read once."""
        from sklearn.feature_extraction.text import TfidfTransformer

        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.counter_, counts = _counted(self._counter(), texts_of(X))
        self.weighter_ = None
        if counts is None:
            return self._nothing(X)
        if self.weights == "tfidf":
            self.weighter_ = TfidfTransformer(sublinear_tf=True).fit(counts)
        return self._weighted(counts)

    def transform(self, X: pd.DataFrame) -> Any:
        """Return a sparse float64 matrix of shape (n_rows, n_terms)."""
        check_is_fitted(self)
        return self._nothing(X) if self.counter_ is None else self._weighted(self.counter_.transform(texts_of(X)))

    def terms(self) -> list[str]:
        """Return the terms, in the order of the columns."""
        check_is_fitted(self)
        return ["(no words)"] if self.counter_ is None else [str(t) for t in self.counter_.get_feature_names_out()]

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: term" for each output column."""
        return np.asarray([f"{self.feature_names_in_[0]}: {term}" for term in self.terms()], dtype=object)

    def _counter(self) -> Any:
        from sklearn.feature_extraction.text import CountVectorizer

        shortest = 1 if self.unit == "word" else max(self.longest - 1, 1)
        return CountVectorizer(
            max_features=self.max_words,
            strip_accents="unicode",
            analyzer=self.unit,
            ngram_range=(shortest, self.longest),
            min_df=self.min_rows,
            max_df=float(self.max_share),
            binary=self.weights == "present",
            dtype=np.float64,
        )

    def _weighted(self, counts: Any) -> Any:
        # Sums over a row are taken in the order of its columns, in a batch and alone.
        counts.sort_indices()
        return counts if self.weighter_ is None else self.weighter_.transform(counts)

    def _nothing(self, X: pd.DataFrame) -> Any:
        from scipy.sparse import csr_matrix

        return csr_matrix((len(X), 1))

    def __sklearn_tags__(self) -> Any:
        """Declare text, not plain number arrays, as input."""
        return table_tags(super().__sklearn_tags__())


class HashedWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Words of one text column in a fixed number of columns, chosen by a hash; nothing is learned.

    Parameters
    ----------
    width : int
        Columns.
    longest : int
        Terms are runs of 1 to ``longest`` words; for characters of ``longest - 1`` to ``longest``.
    unit : {"word", "char_wb", "char"}
        Words; characters inside of words; characters.
    """

    def __init__(self, width: int = 256, longest: int = 1, unit: str = "word") -> None:
        self.width = width
        self.longest = longest
        self.unit = unit

    def fit(self, X: pd.DataFrame, y: Any = None) -> HashedWords:
        """Learn nothing but the column's name."""
        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return a sparse float64 matrix of shape (n_rows, width), each row of length 1 or 0."""
        from sklearn.feature_extraction.text import HashingVectorizer

        check_is_fitted(self)
        shortest = 1 if self.unit == "word" else max(self.longest - 1, 1)
        hasher = HashingVectorizer(
            n_features=self.width, analyzer=self.unit, ngram_range=(shortest, self.longest), strip_accents="unicode"
        )
        return hasher.transform(texts_of(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: bucket n" for each output column."""
        check_is_fitted(self)
        return np.asarray([f"{self.feature_names_in_[0]}: bucket {n + 1}" for n in range(self.width)], dtype=object)

    def __sklearn_tags__(self) -> Any:
        """Declare text, not plain number arrays, as input."""
        return table_tags(super().__sklearn_tags__())


class TextTopics(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Topics of one text column: a truncated singular value decomposition of its word weights.

    Parameters
    ----------
    topics : int
        Columns given; those beyond what the words can carry are zeros.
    max_words, longest, min_rows : int
        Of `TextWords`.
    seed : int
        Of the randomised decomposition.

    Attributes
    ----------
    components_ : ndarray of shape (n_terms, topics)
        Weight of each term in each topic; the sign is fixed so that the same rows give the same topics.

    Notes
    -----
    Deerwester et al., "Indexing by latent semantic analysis", JASIS 41 (1990); N. Halko et al., SIAM Review 53 (2011).
    """

    def __init__(
        self, topics: int = 20, max_words: int = 5000, longest: int = 1, min_rows: int = 1, seed: int = 0
    ) -> None:
        self.topics = topics
        self.max_words = max_words
        self.longest = longest
        self.min_rows = min_rows
        self.seed = seed

    def fit(self, X: pd.DataFrame, y: Any = None) -> TextTopics:
        """Learn the terms and the topics."""
        from sklearn.utils.extmath import randomized_svd

        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        self.words_ = TextWords(max_words=self.max_words, longest=self.longest, min_rows=self.min_rows)
        weights = self.words_.fit_transform(X)
        self.components_ = np.zeros((weights.shape[1], self.topics))
        carried = min(self.topics, *weights.shape)
        if weights.nnz:
            _, sizes, rows = randomized_svd(weights, n_components=carried, n_oversamples=30, random_state=self.seed)
            # What is left of rounding where the words carry fewer topics is no topic.
            real = sizes > sizes.max(initial=0.0) * 1e-9
            self.components_[:, :carried] = np.where(real[:, None], rows, 0.0).T
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, topics)."""
        check_is_fitted(self)
        return np.asarray(self.words_.transform(X) @ self.components_)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: topic n (its strongest terms)" for each output column."""
        check_is_fitted(self)
        names = [f"{self.feature_names_in_[0]}: topic {n + 1}{self._called(n)}" for n in range(self.topics)]
        return np.asarray(names, dtype=object)

    def _called(self, topic: int) -> str:
        weights, terms = np.abs(self.components_[:, topic]), self.words_.terms()
        strongest = [place for place in np.argsort(-weights, kind="stable")[:NAMED_TERMS] if weights[place] > 0]
        return f" ({', '.join(terms[place] for place in strongest)})" if strongest else ""

    def __sklearn_tags__(self) -> Any:
        """Declare text, not plain number arrays, as input."""
        return table_tags(super().__sklearn_tags__())


def _counted(counter: Any, texts: list[str]) -> tuple[Any, Any]:
    """Fit ``counter``; (None, None) where the texts hold no term that it may keep."""
    try:
        return counter, counter.fit_transform(texts)
    except ValueError:
        # scikit-learn's word for an empty vocabulary, or for bounds that leave nothing.
        return None, None
