"""The kinds of rule: words, what each needs, and the SQL that tells a violation.

A missing cell breaks "not empty" and no other rule: whether a cell must be filled is a demand of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.data.actions import Rule
from core.data.query import quote
from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.quality.sql import text
from core.quality.words import listed, number
from core.shape.text import number_sql, to_moment, to_number
from core.types import StorageType

NUMBERS = (StorageType.INT, StorageType.FLOAT)
COMPARISONS: Mapping[str, str] = {
    "<": "is below",
    "<=": "is at most",
    "=": "equals",
    "!=": "differs from",
    ">=": "is at least",
    ">": "is above",
}
"""Operators of "compare" and their words."""

_OPPOSITE = {"<": ">=", "<=": ">", "=": "<>", "!=": "=", ">=": "<", ">": "<="}

Violation = Callable[[Sequence[ColumnSchema], Mapping[str, Any]], str]


@dataclass(frozen=True)
class RuleKind:
    """Declaration of a kind of rule.

    Attributes
    ----------
    key, title, help : str
        Stored value; words; what it demands.
    fewest, most : int
        Columns it takes.
    violation : callable
        Gives the SQL condition that holds for rows that break it; `LatheError` where it cannot be asked.
    sentence : callable
        Says a rule in words.
    """

    key: str
    title: str
    help: str
    fewest: int
    most: int
    violation: Violation
    sentence: Callable[[Rule], str]


def get_kind(key: str) -> RuleKind:
    """Return the kind ``key``; `LatheError` where there is none."""
    for kind in RULE_KINDS:
        if kind.key == key:
            return kind
    raise LatheError(f"There is no rule of the kind {key!r}.", hint=f"Known: {', '.join(k.key for k in RULE_KINDS)}.")


def rule_sentence(rule: Rule) -> str:
    """Return a rule in words: "age lies between 0 and 120"."""
    return get_kind(rule.kind).sentence(rule)


def _range(columns: Sequence[ColumnSchema], params: Mapping[str, Any]) -> str:
    column, name = columns[0], quote(columns[0].name)
    low, high = params.get("low"), params.get("high")
    if low in (None, "") and high in (None, ""):
        raise LatheError("A range needs a lowest or a highest value.", field="low")
    if column.storage not in (*NUMBERS, StorageType.DATETIME):
        raise LatheError(f"{column.name} must hold numbers or dates to have a range.", field="columns")
    ends = [None if end in (None, "") else _end(end, column) for end in (low, high)]
    if None not in ends and ends[0] > ends[1]:  # type: ignore[operator]
        raise LatheError(f"The lowest must not be above the highest. They are {low} and {high}.", field="low")
    parts = [f"{name} {op} {_end_sql(end)}" for op, end in zip(("<", ">"), ends, strict=True) if end is not None]
    return "(" + " OR ".join(parts) + ")"


def _end(value: Any, column: ColumnSchema) -> float | datetime:
    if column.storage is StorageType.DATETIME:
        return to_moment(value, label="An end of the range")
    return to_number(value, label="An end of the range")


def _end_sql(end: float | datetime) -> str:
    return f"TIMESTAMP '{end.isoformat(sep=' ')}'" if isinstance(end, datetime) else number_sql(end)


def _set(columns: Sequence[ColumnSchema], params: Mapping[str, Any]) -> str:
    values = [str(v).strip() for v in params.get("values", ()) if str(v).strip()]
    if not values:
        raise LatheError("At least one allowed value must be given.", field="values")
    column = columns[0]
    if column.storage in NUMBERS:
        allowed = ", ".join(number_sql(to_number(v, label="An allowed value", field="values")) for v in values)
        return f"{quote(column.name)} NOT IN ({allowed})"
    return f"{_as_text(column)} NOT IN ({', '.join(text(v) for v in values)})"


def _pattern(columns: Sequence[ColumnSchema], params: Mapping[str, Any]) -> str:
    import pyarrow as pa
    import pyarrow.compute as pc

    pattern = str(params.get("pattern", ""))
    if not pattern:
        raise LatheError("A pattern must be given.", hint="[A-Z]{2}[0-9]{4} for two letters and four digits.")
    try:
        pc.match_substring_regex(pa.array([""]), pattern)  # The same engine (RE2) as DuckDB's.
    except pa.ArrowInvalid as error:
        raise LatheError(f"{pattern!r} is not a pattern (regular expression).", hint=str(error)) from error
    return f"NOT regexp_full_match({_as_text(columns[0])}, {text(pattern)})"


def _not_empty(columns: Sequence[ColumnSchema], params: Mapping[str, Any]) -> str:
    return f"{quote(columns[0].name)} IS NULL"


def _unique(columns: Sequence[ColumnSchema], params: Mapping[str, Any]) -> str:
    names = ", ".join(quote(column.name) for column in columns)
    filled = " AND ".join(f"{quote(column.name)} IS NOT NULL" for column in columns)
    return f"({names}) IN (SELECT ({names}) FROM t WHERE {filled} GROUP BY {names} HAVING count(*) > 1)"


def _compare(columns: Sequence[ColumnSchema], params: Mapping[str, Any]) -> str:
    operator = str(params.get("operator", ""))
    if operator not in COMPARISONS:
        raise LatheError(f"The comparison must be one of {' '.join(COMPARISONS)}. It is {operator!r}.")
    left, right = columns
    if _family(left) != _family(right):
        raise LatheError(f"{left.name} and {right.name} must be of one type to be compared.", field="columns")
    return f"{quote(left.name)} {_OPPOSITE[operator]} {quote(right.name)}"


def _family(column: ColumnSchema) -> str:
    return "number" if column.storage in NUMBERS else column.storage.value


def _as_text(column: ColumnSchema) -> str:
    """Return a cell as text; a whole number is written alike however it is stored."""
    name = quote(column.name)
    if column.storage in NUMBERS:
        whole = f"abs({name}::DOUBLE) < 9007199254740992 AND {name}::DOUBLE = trunc({name}::DOUBLE)"
        return f"CASE WHEN {whole} THEN {name}::BIGINT::VARCHAR ELSE {name}::DOUBLE::VARCHAR END"
    return f"{name}::VARCHAR"


def _say_range(rule: Rule) -> str:
    low, high = (_said(rule.params.get(end)) for end in ("low", "high"))
    if low and high:
        return f"{rule.columns[0]} lies between {low} and {high}"
    return f"{rule.columns[0]} is at least {low}" if low else f"{rule.columns[0]} is at most {high}"


def _said(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number(float(value))
    return "" if value is None else str(value)


RULE_KINDS: tuple[RuleKind, ...] = (
    RuleKind("range", "Lies in a range", "A number or date between two ends, both included.", 1, 1, _range, _say_range),
    RuleKind(
        "set",
        "Is one of these values",
        "Nothing but the values listed.",
        1,
        1,
        _set,
        lambda rule: f"{rule.columns[0]} is one of {listed(list(rule.params.get('values', ())), 6)}",
    ),
    RuleKind(
        "pattern",
        "Follows a pattern",
        "The whole cell matches a regular expression.",
        1,
        1,
        _pattern,
        lambda rule: f"{rule.columns[0]} follows the pattern {rule.params.get('pattern', '')}",
    ),
    RuleKind(
        "not_empty",
        "Is never empty",
        "Every row has a value.",
        1,
        1,
        _not_empty,
        lambda rule: f"{rule.columns[0]} is never empty",
    ),
    RuleKind(
        "unique",
        "Is different in every row",
        "No two rows are equal in these columns together.",
        1,
        50,
        _unique,
        lambda rule: (
            f"{listed(rule.columns)} {'is' if len(rule.columns) == 1 else 'together are'} different in every row"
        ),
    ),
    RuleKind(
        "compare",
        "Compares with another column",
        "One column against another, in each row.",
        2,
        2,
        _compare,
        lambda rule: " ".join(
            (rule.columns[0], COMPARISONS.get(str(rule.params.get("operator")), "?"), rule.columns[-1])
        ),
    ),
)
