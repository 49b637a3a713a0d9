"""A column computed from the others of its row, by the same formulas as steps on tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from core.data.schema import ColumnSchema
from core.prepare.transformers.common import columns_of, table_tags
from core.types import ColumnKind, StorageType

_TRUTHS = ("true", "false")


class Computed(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """One new column by a formula; each row is computed from its own cells.

    Parameters
    ----------
    formula : str
        In the language of `core.shape.expression`; functions that look at other rows are refused.
    names : sequence of str
        What the columns are called in the formula, in their order.
    storages : sequence of str
        `StorageType` value of each.
    gives : str
        `StorageType` value of the result, as `core.prepare.steps.formula` found it.

    Notes
    -----
    Where an earlier step left the columns other than as expected (one is gone in these rows, or has become several),
    the result is missing.
    """

    def __init__(
        self, formula: str = "1", names: Sequence[str] = (), storages: Sequence[str] = (), gives: str = "float"
    ) -> None:
        self.formula = formula
        self.names = names
        self.storages = storages
        self.gives = gives

    def fit(self, X: pd.DataFrame, y: Any = None) -> Computed:
        """Learn nothing but the number of columns."""
        self.n_features_in_ = X.shape[1]
        self.feature_names_in_ = np.asarray([str(name) for name in getattr(X, "columns", range(X.shape[1]))], object)
        return self

    def transform(self, X: pd.DataFrame) -> Any:
        """Return one column: float64 (true is 1), or a frame of text or dates."""
        check_is_fitted(self)
        if X.shape[1] != len(self.names) or not len(X):
            return self._nothing(len(X))
        return self._shaped(_computed(X, self.formula, self._schema()), len(X))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the formula as the column's name."""
        check_is_fitted(self)
        return np.asarray([" ".join(self.formula.split())], dtype=object)

    def _schema(self) -> tuple[ColumnSchema, ...]:
        return tuple(
            ColumnSchema(name=name, storage=StorageType(storage), kind=_KINDS[StorageType(storage)])
            for name, storage in zip(self.names, self.storages, strict=True)
        )

    def _shaped(self, values: pd.Series, rows: int) -> Any:
        match StorageType(self.gives):
            case StorageType.STRING:
                cells = np.empty((rows, 1), dtype=object)
                cells[:, 0] = [str(cell) if isinstance(cell, str) else None for cell in values]
                return cells
            case StorageType.DATETIME:
                return pd.DataFrame({0: values.astype("datetime64[us]").to_numpy()})
            case StorageType.BOOL:
                found = [{"true": 1.0, "false": 0.0}.get(str(cell), np.nan) for cell in values]
                return np.asarray(found, dtype=np.float64)[:, None]
            case _:
                return values.to_numpy(dtype=np.float64, na_value=np.nan)[:, None]

    def _nothing(self, rows: int) -> Any:
        match StorageType(self.gives):
            case StorageType.STRING:
                return np.full((rows, 1), None, dtype=object)
            case StorageType.DATETIME:
                return pd.DataFrame({0: np.full(rows, np.datetime64("NaT", "us"))})
            case _:
                return np.full((rows, 1), np.nan)

    def __sklearn_tags__(self) -> Any:
        """Declare mixed tables as input."""
        return table_tags(super().__sklearn_tags__())


_KINDS = {
    StorageType.STRING: ColumnKind.CATEGORICAL,
    StorageType.BOOL: ColumnKind.BOOLEAN,
    StorageType.DATETIME: ColumnKind.DATETIME,
    StorageType.FLOAT: ColumnKind.NUMERIC,
    StorageType.INT: ColumnKind.NUMERIC,
}


def _computed(X: pd.DataFrame, formula: str, schema: Sequence[ColumnSchema]) -> pd.Series:
    """Return the formula's column for the rows of ``X``; missing where the computation has no answer."""
    import pyarrow as pa

    from core.data.query import connect
    from core.data.storage import to_arrow
    from core.shape.context import Context, run_arrow
    from core.shape.expression import value_cell
    from core.shape.flow import SQL_TYPES

    arrays = [to_arrow(_fit_for(c, s.storage), s.storage) for c, s in zip(columns_of(X), schema, strict=True)]
    # A table without a column has no rows in Arrow; a formula may name none.
    count = pa.array(np.zeros(len(X)), pa.float64())
    table = pa.table({**{str(n): array for n, array in enumerate(arrays)}, "rows": count})
    with connect(threads=1) as connection:
        context = Context(connection)
        rows = ColumnSchema(name=_free(schema), storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC)
        flow = context.read_arrow(table, [*schema, rows])
        cell = value_cell("value", formula, flow)
        sql = flow.sql(f"CAST({cell.sql} AS {SQL_TYPES[cell.storage]}) AS value")
        values = run_arrow(connection, sql).column(0)
    if cell.storage is StorageType.BOOL:
        return pd.Series(["" if v is None else str(v).lower() for v in values.to_pylist()], dtype=object)
    if cell.storage is StorageType.STRING:
        return pd.Series(values.to_pylist(), dtype=object)
    return pd.Series(values.to_pandas())


def _fit_for(series: pd.Series, storage: StorageType) -> pd.Series:
    """Return cells that ``storage`` can hold: an earlier step may have put another word beside true and false."""
    if storage is StorageType.BOOL:
        return series.where(series.isin(_TRUTHS), None)
    if storage is StorageType.STRING:
        return pd.Series([c.encode("utf-8", "replace").decode() if isinstance(c, str) else None for c in series])
    return series


def _free(schema: Sequence[ColumnSchema]) -> str:
    name = "rows"
    while any(column.name.lower() == name for column in schema):
        name += " "
    return name
