"""The first stage of every pipeline: exactly the declared columns, in the dtypes of their storage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.errors import LatheError
from core.prepare.cells import to_canonical
from core.prepare.transformers.common import table_tags
from core.prepare.transformers.matrix import LARGEST


class RawColumns(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """First step of every pipeline: exactly the declared columns, in order, in the dtypes of the declared storage.

    Parameters
    ----------
    names : sequence of str
        Columns to take; others are ignored.
    storages : sequence of str
        `StorageType` value of each.

    Raises
    ------
    LatheError
        Where a column is missing from the table, or the input is no DataFrame.
    """

    def __init__(self, names: Sequence[str] = (), storages: Sequence[str] = ()) -> None:
        self.names = names
        self.storages = storages

    def fit(self, X: pd.DataFrame, y: Any = None) -> RawColumns:
        """Check that the columns are there; nothing is learned."""
        self._require(X)
        self.feature_names_in_ = np.asarray(list(self.names), dtype=object)
        self.n_features_in_ = len(self.names)
        return self

    def transform(self, X: pd.DataFrame) -> pd.DataFrame:
        """Return a frame of shape (n_rows, n_names); every row is converted on its own."""
        check_is_fitted(self)
        self._require(X)
        cells = {
            place: to_canonical(X[name], storage, largest=LARGEST)
            for place, (name, storage) in enumerate(zip(self.names, self.storages, strict=True))
        }
        frame = pd.DataFrame(cells, index=X.index)
        frame.columns = pd.Index(list(self.names), dtype=object)
        return frame

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the declared names."""
        return np.asarray(list(self.names), dtype=object)

    def _require(self, X: Any) -> None:
        if not isinstance(X, pd.DataFrame):
            raise LatheError(f"A table with named columns is needed. It is a {type(X).__name__}.")
        present = set(X.columns)
        absent = [name for name in self.names if name not in present]
        if absent:
            listed = ", ".join(repr(name) for name in absent)
            raise LatheError(
                f"The model needs the columns {listed}, and the table does not have them.",
                hint="Add them, or rename the table's columns to match.",
                field=absent[0],
            )

    def __sklearn_tags__(self) -> Any:
        """Declare mixed tables, not plain number arrays, as input."""
        return table_tags(super().__sklearn_tags__())
