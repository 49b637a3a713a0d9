"""The language of texts as numbers, and rows of one language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.cellwise import CellWise, distinct, texts_by_column


class LanguageShares(CellWise):
    """How likely each text is in each of some languages; zeros for a text without a letter.

    Parameters
    ----------
    codes : sequence of str
        ISO 639-1 codes.
    likeliest : bool
        Give 1 for the likeliest of the languages (any other counts as one) and 0 for the rest.
    """

    def __init__(self, codes: Sequence[str] = ("en",), likeliest: bool = False) -> None:
        self.codes = codes
        self.likeliest = likeliest

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns * (n_codes + 1))."""
        check_is_fitted(self)
        shares = np.hstack([_shares(cells, self.codes) for cells in texts_by_column(X)])
        if not self.likeliest:
            return shares
        blocks = shares.reshape(len(X), self.n_features_in_, len(self.codes) + 1)
        first = np.arange(blocks.shape[2]) == blocks.argmax(axis=2)[:, :, None]
        return np.asarray((first & (blocks > 0)).reshape(shares.shape), dtype=np.float64)

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return "column: language code" for each output column."""
        check_is_fitted(self)
        words = [*(f"language {code}" for code in self.codes), "another language"]
        return np.asarray([f"{name}: {word}" for name in self.feature_names_in_ for word in words], dtype=object)


class LanguageRows(BaseEstimator):  # type: ignore[misc]
    """Chooses the rows whose texts are in one language; an empty text is no reason to leave a row out.

    Parameters
    ----------
    code : str
        ISO 639-1 code.
    least : float
        Smallest probability of the language.
    """

    def __init__(self, code: str = "en", least: float = 0.5) -> None:
        self.code = code
        self.least = least

    def keep_rows(self, X: pd.DataFrame, y: Any = None) -> np.ndarray:
        """Return which rows to learn from, bool of shape (n_rows,)."""
        keep = np.ones(len(X), dtype=bool)
        for cells in texts_by_column(X):
            shares = _shares(cells, [self.code])
            keep &= (shares[:, 0] >= self.least) | (shares.sum(axis=1) == 0)
        return keep


def _shares(cells: list[str], codes: Sequence[str]) -> np.ndarray:
    from core.prepare.languages import language_shares

    found = distinct(cells, lambda texts: list(language_shares(texts, codes)))
    return np.asarray(found, dtype=np.float64).reshape(len(cells), len(codes) + 1)
