"""Text as numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import table_tags, texts_of


class TextWords(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """TF-IDF of the words of one text column; a missing cell is an empty text.

    Parameters
    ----------
    max_words : int
        Keep this many words, the most frequent ones.

    Notes
    -----
    A thin guard around scikit-learn's ``TfidfVectorizer``, which refuses a column without a single word;
    here such a column gives one column of zeros.
    """

    def __init__(self, max_words: int = 100) -> None:
        self.max_words = max_words

    def fit(self, X: pd.DataFrame, y: Any = None) -> TextWords:
        """Learn the words and how rare each is."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.feature_names_in_ = np.asarray([str(name) for name in X.columns], dtype=object)
        self.n_features_in_ = X.shape[1]
        vectorizer = TfidfVectorizer(max_features=self.max_words, strip_accents="unicode", sublinear_tf=True)
        texts = texts_of(X)
        analyze = vectorizer.build_analyzer()
        self.vectorizer_ = vectorizer.fit(texts) if any(analyze(text) for text in texts) else None
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return a sparse float64 matrix of shape (n_rows, n_words)."""
        from scipy.sparse import csr_matrix

        check_is_fitted(self)
        return csr_matrix((len(X), 1)) if self.vectorizer_ is None else self.vectorizer_.transform(texts_of(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: word" for each output column."""
        check_is_fitted(self)
        words = ["(no words)"] if self.vectorizer_ is None else self.vectorizer_.get_feature_names_out()
        return np.asarray([f"{self.feature_names_in_[0]}: {word}" for word in words], dtype=object)

    def __sklearn_tags__(self) -> Any:
        """Declare text, not plain number arrays, as input."""
        return table_tags(super().__sklearn_tags__())
