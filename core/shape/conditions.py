"""Conditions on columns: operators, their words, and their SQL.

A condition is ``{"column", "operator", "value"}``. A value is a number, a text, true or false, or a date as ISO text
(or as seconds since 1970); "between" takes ``[low, high]`` with both ends included, "in" and "not_in" take a list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from core.errors import InvalidInput, LatheError
from core.shape.flow import Field, Flow
from core.shape.text import list_sql, text_sql, value_sql
from core.types import StorageType

NUMBERS = (StorageType.INT, StorageType.FLOAT)
ORDERED = (*NUMBERS, StorageType.DATETIME)
TEXT = (StorageType.STRING,)
ANY = tuple(StorageType)


class Operator(BaseModel):
    """One way to look at a cell.

    Attributes
    ----------
    key, words, date_words : str
        Stored value; "is above", and "is after" for dates.
    storages : tuple of StorageType
        Columns it can be asked of.
    takes : {"none", "one", "two", "many"}
        How many values it needs.
    sql : str
        With ``{cell}`` and ``{value}`` (``{low}``, ``{high}`` of two).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    words: str
    date_words: str = ""
    storages: tuple[StorageType, ...]
    takes: str
    sql: str


# What is missing is not equal to anything, so that "is not" and "is none of" keep it.
OPERATORS: tuple[Operator, ...] = (
    Operator(key="eq", words="is", storages=ANY, takes="one", sql="{cell} = {value}"),
    Operator(key="ne", words="is not", storages=ANY, takes="one", sql="{cell} IS DISTINCT FROM {value}"),
    Operator(key="gt", words="is above", date_words="is after", storages=ORDERED, takes="one", sql="{cell} > {value}"),
    Operator(
        key="ge",
        words="is at least",
        date_words="is on or after",
        storages=ORDERED,
        takes="one",
        sql="{cell} >= {value}",
    ),
    Operator(key="lt", words="is below", date_words="is before", storages=ORDERED, takes="one", sql="{cell} < {value}"),
    Operator(
        key="le",
        words="is at most",
        date_words="is on or before",
        storages=ORDERED,
        takes="one",
        sql="{cell} <= {value}",
    ),
    Operator(
        key="between", words="is between", storages=ORDERED, takes="two", sql="({cell} >= {low} AND {cell} <= {high})"
    ),
    Operator(key="in", words="is one of", storages=ANY, takes="many", sql="{cell} IN {value}"),
    Operator(
        key="not_in", words="is none of", storages=ANY, takes="many", sql="({cell} IS NULL OR {cell} NOT IN {value})"
    ),
    Operator(key="contains", words="contains", storages=TEXT, takes="one", sql="contains({cell}, {value})"),
    Operator(
        key="not_contains",
        words="does not contain",
        storages=TEXT,
        takes="one",
        sql="({cell} IS NULL OR NOT contains({cell}, {value}))",
    ),
    Operator(key="starts_with", words="starts with", storages=TEXT, takes="one", sql="starts_with({cell}, {value})"),
    Operator(key="ends_with", words="ends with", storages=TEXT, takes="one", sql="ends_with({cell}, {value})"),
    Operator(
        key="matches", words="matches the pattern", storages=TEXT, takes="one", sql="regexp_matches({cell}, {value})"
    ),
    Operator(key="missing", words="is missing", storages=ANY, takes="none", sql="{cell} IS NULL"),
    Operator(key="present", words="is not missing", storages=ANY, takes="none", sql="{cell} IS NOT NULL"),
)


def get_operator(key: str) -> Operator:
    """Return the operator ``key``; `LatheError` where there is none."""
    for operator in OPERATORS:
        if operator.key == key:
            return operator
    raise LatheError(f"There is no comparison {key!r}.", hint=f"Known: {', '.join(o.key for o in OPERATORS)}.")


def operators_for(storage: StorageType) -> tuple[Operator, ...]:
    """Return the operators that suit a column's cells."""
    return tuple(operator for operator in OPERATORS if storage in operator.storages)


def operator_words(operator: Operator, storage: StorageType) -> str:
    """Return the words of an operator for a column."""
    return operator.date_words if storage is StorageType.DATETIME and operator.date_words else operator.words


def conditions_sql(flow: Flow, conditions: Sequence[Mapping[str, Any]], *, match: str, field: str) -> str:
    """Return conditions as one SQL condition; what cannot be told (a missing cell) is not true.

    Parameters
    ----------
    match : {"all", "any"}
        Whether all conditions must hold, or one of them.

    Raises
    ------
    InvalidInput
        With one problem a condition.
    """
    problems: list[LatheError] = []
    parts: list[str] = []
    for number, condition in enumerate(conditions):
        try:
            parts.append(f"coalesce({_condition_sql(flow, condition)}, FALSE)")
        except LatheError as error:
            problems.append(LatheError(error.message, hint=error.hint, field=f"{field}.{number}"))
    if problems:
        raise InvalidInput(problems)
    if not parts:
        raise LatheError("At least one condition must be given.", field=field)
    return "(" + (" AND " if match == "all" else " OR ").join(parts) + ")"


def _condition_sql(flow: Flow, condition: Mapping[str, Any]) -> str:
    column = flow.field(str(condition.get("column", "")))
    operator = get_operator(str(condition.get("operator", "")))
    if column.storage not in operator.storages:
        known = ", ".join(operator_words(o, column.storage) for o in operators_for(column.storage))
        raise LatheError(
            f"{column.name} cannot be asked whether it {operator.words} something; its cells are of another type.",
            hint=f"Possible: {known}.",
        )
    return operator.sql.format(cell=column.id, **_values(operator, column, condition.get("value")))


def _values(operator: Operator, column: Field, value: Any) -> dict[str, str]:
    label = f"The value for {column.name}"
    match operator.takes:
        case "none":
            return {}
        case "two":
            if not isinstance(value, Sequence) or isinstance(value, str) or len(value) != 2:
                raise LatheError(f"{label} must be two values, the lower and the upper end. It is {value!r}.")
            low, high = (value_sql(end, column.storage, label=label) for end in value)
            return {"low": low, "high": high}
        case "many":
            many = value if isinstance(value, Sequence) and not isinstance(value, str) else [value]
            return {"value": list_sql([v for v in many if v is not None], column.storage, label=label)}
        case _:
            if value is None or value == "":
                raise LatheError(f"{label} must be given.", hint='To find empty cells, choose "is missing".')
            return {"value": _pattern(str(value)) if operator.key == "matches" else _one(value, column, label)}


def _one(value: Any, column: Field, label: str) -> str:
    return value_sql(value, column.storage, label=label)


def _pattern(value: str) -> str:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), value)  # the same engine (RE2) as DuckDB's
    except pa.ArrowInvalid as error:
        raise LatheError(f"The pattern {value!r} is not a regular expression.", hint=str(error)) from error
    return text_sql(value)
