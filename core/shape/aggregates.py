"""What can be computed of the rows of a group, as words and as SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from core.errors import LatheError
from core.shape.flow import Cell, Field, Flow
from core.shape.steps.common import free_name
from core.shape.text import finite
from core.types import StorageType

_NUMBERS = (StorageType.INT, StorageType.FLOAT)


class Aggregate(BaseModel):
    """One way to make one value of many.

    Attributes
    ----------
    key, words : str
        Stored value; words for the form.
    sql : str
        With ``{cell}``, and ``{only}`` where a filter of rows goes.
    numeric : bool
        Numbers only; true and false count as 1 and 0.
    gives : StorageType, optional
        Type of the result; that of the column where not given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    words: str
    sql: str
    numeric: bool = False
    gives: StorageType | None = None


AGGREGATES: tuple[Aggregate, ...] = (
    Aggregate(key="count", words="Rows", sql="count(*){only}", gives=StorageType.INT),
    Aggregate(key="present", words="Cells that are not missing", sql="count({cell}){only}", gives=StorageType.INT),
    Aggregate(key="sum", words="Sum", sql="sum({cell}){only}", numeric=True, gives=StorageType.FLOAT),
    Aggregate(key="mean", words="Mean", sql="avg({cell}){only}", numeric=True, gives=StorageType.FLOAT),
    Aggregate(key="median", words="Middle (median)", sql="median({cell}){only}", numeric=True, gives=StorageType.FLOAT),
    Aggregate(
        key="std",
        words="Spread (standard deviation)",
        sql="stddev_samp({cell}){only}",
        numeric=True,
        gives=StorageType.FLOAT,
    ),
    Aggregate(key="min", words="Lowest", sql="min({cell}){only}"),
    Aggregate(key="max", words="Highest", sql="max({cell}){only}"),
    Aggregate(key="distinct", words="Different values", sql="count(DISTINCT {cell}){only}", gives=StorageType.INT),
    Aggregate(key="first", words="First", sql="arg_min({cell}, r){only}"),
    Aggregate(key="last", words="Last", sql="arg_max({cell}, r){only}"),
    Aggregate(
        key="missing_share",
        words="Share of missing cells",
        sql="avg(CASE WHEN {cell} IS NULL THEN 1.0 ELSE 0.0 END){only}",
        gives=StorageType.FLOAT,
    ),
)


def get_aggregate(key: str) -> Aggregate:
    """Return the aggregate ``key``; `LatheError` where there is none."""
    for aggregate in AGGREGATES:
        if aggregate.key == key:
            return aggregate
    raise LatheError(f"There is no aggregate {key!r}.", hint=f"Known: {', '.join(a.key for a in AGGREGATES)}.")


def aggregate_name(asked: Mapping[str, Any]) -> str:
    """Return the name of the new column: the one given, else one made of column and function."""
    given = str(asked.get("name") or "").strip()
    return given or "_".join(part for part in (str(asked.get("column") or ""), str(asked.get("function"))) if part)


def aggregate_cell(flow: Flow, asked: Mapping[str, Any], taken: Sequence[str], *, only: str = "") -> Cell:
    """Return one aggregation as a new column.

    Parameters
    ----------
    asked : mapping
        ``{"column", "function", "name"}``; "count" needs no column.
    taken : sequence of str
        Names of columns that are there already.
    only : str
        SQL condition for the rows that count; empty means all.
    """
    aggregate = get_aggregate(str(asked.get("function", "")))
    given = str(asked.get("name") or "").strip()
    name = given if given else free_name(taken, aggregate_name(asked))
    rows = f" FILTER (WHERE {only})" if only else ""
    if aggregate.key == "count" and not asked.get("column"):
        return Cell(name, aggregate.sql.format(cell="*", only=rows), StorageType.INT)
    field = flow.field(str(asked.get("column", "")))
    if aggregate.numeric and field.storage not in (*_NUMBERS, StorageType.BOOL):
        raise LatheError(
            f"{aggregate.words} needs numbers; {field.name} holds none.",
            hint="Change its type first, or count its different values.",
        )
    sql = aggregate.sql.format(cell=_cell(field, aggregate), only=rows)
    if aggregate.gives is StorageType.FLOAT:
        sql = finite(f"CAST({sql} AS DOUBLE)")
    keeps = aggregate.key in ("min", "max", "first", "last")
    return Cell(name, sql, aggregate.gives or field.storage, field.like if keeps else None)


def _cell(field: Field, aggregate: Aggregate) -> str:
    # Sums as DOUBLE: whole numbers could run over.
    return f"CAST({field.id} AS DOUBLE)" if aggregate.numeric else field.id
