"""Lathe's formulas: safe expressions over the columns of a table, checked in words and turned into SQL.

``Fare / (SibSp + 1)``, ``if(Age >= 18, 'adult', 'child')``, ``[Total sales] - mean_by([Total sales], Region)``.
Columns stand bare, in [brackets] or in `backticks`. A number that cannot be (a division by zero, the logarithm of a
negative number, one too large to be held) is missing, and what is computed with a missing cell is missing. The sign of
``a % b`` is that of ``b``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from core.errors import LatheError
from core.shape.expression_functions import FUNCTIONS, Function, ValueType, find_function
from core.shape.expression_parser import COMPARISONS, Call, Column, Node, Value, parse, wrong
from core.shape.flow import SQL_TYPES, Cell, Field, Flow
from core.shape.text import finite, number_of, number_sql, text_of, text_sql
from core.types import StorageType

__all__ = ["FUNCTIONS", "columns_of", "condition_sql", "looks_at_groups", "parse", "value_cell"]

_WORDS: dict[str, str] = {
    "number": "a number", "text": "a text", "date": "a date", "truth": "true or false", "missing": "missing",
}  # fmt: skip
_STORAGE: dict[str, StorageType] = {
    "number": StorageType.FLOAT, "text": StorageType.STRING, "date": StorageType.DATETIME, "truth": StorageType.BOOL,
}  # fmt: skip
_TYPES: dict[StorageType, ValueType] = {
    StorageType.INT: "number", StorageType.FLOAT: "number", StorageType.STRING: "text",
    StorageType.DATETIME: "date", StorageType.BOOL: "truth",
}  # fmt: skip


@dataclass(frozen=True)
class _Sql:
    sql: str
    type: ValueType
    at: int
    groups: bool = False


def value_cell(name: str, expression: str, flow: Flow, *, field: str = "") -> Cell:
    """Return the column that a formula gives.

    Parameters
    ----------
    name, expression : str
        Name of the column; the formula.
    flow : Flow
        The table; its columns may be named.
    field : str
        Dotted name of the input, for errors.

    Raises
    ------
    LatheError
        Where it is no formula, names what is not there, or mixes types; with the place.
    """
    found = _compiled(expression, flow, field)
    if found.type == "missing":
        raise LatheError("The formula gives nothing but missing cells.", field=field)
    sql = f"nullif(trim({found.sql}), '')" if found.type == "text" else found.sql
    return Cell(name, sql, _STORAGE[found.type])


def condition_sql(expression: str, flow: Flow, *, field: str = "") -> str:
    """Return a formula that is true or false as an SQL condition; it may be missing."""
    found = _compiled(expression, flow, field)
    if found.type != "truth":
        raise LatheError(
            f"The formula must be true or false for each row. It gives {_WORDS[found.type]}.",
            hint="Compare it with something: Age > 30.",
            field=field,
        )
    return found.sql


def looks_at_groups(expression: str) -> bool:
    """Tell whether a formula looks at other rows than its own."""
    functions = (find_function(node.name) for node in _walk(parse(expression)) if isinstance(node, Call))
    return any(function is not None and function.by_group for function in functions)


def columns_of(expression: str) -> tuple[str, ...]:
    """Return the names of columns in a formula, as they are written."""
    return tuple(dict.fromkeys(n.name for n in _walk(parse(expression)) if isinstance(n, Column)))


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for part in node.parts if isinstance(node, Call) else ():
        yield from _walk(part)


def _compiled(expression: str, flow: Flow, field: str) -> _Sql:
    try:
        return _sql(parse(expression), flow)
    except LatheError as error:
        raise LatheError(error.message, hint=error.hint, field=field) from error


def _sql(node: Node, flow: Flow) -> _Sql:
    if isinstance(node, Value):
        return _value(node)
    if isinstance(node, Column):
        found = _column(node, flow)
        sql = number_of(found) if found.is_number else found.id
        return _Sql(sql, _TYPES[found.storage], node.at)
    parts = [_sql(part, flow) for part in node.parts]
    if node.is_function:
        return _function(node, parts)
    return _operator(node, parts)


def _value(node: Value) -> _Sql:
    match node.value:
        case None:
            return _Sql("NULL", "missing", node.at)
        case bool(truth):
            return _Sql("TRUE" if truth else "FALSE", "truth", node.at)
        case str(text):
            return _Sql(text_sql(text), "text", node.at)
        case _:
            return _Sql(number_sql(node.value), "number", node.at)


def _column(node: Column, flow: Flow) -> Field:
    for field in flow.fields:
        if field.name == node.name:
            return field
    alike = [field for field in flow.fields if field.name.lower() == node.name.lower()]
    if len(alike) == 1 and not node.exact:
        return alike[0]
    near = difflib.get_close_matches(node.name, flow.names, n=1, cutoff=0.6)
    hint = f"Did you mean {near[0]!r}?" if near else "Texts stand in 'quotes', columns bare or in [brackets]."
    raise wrong(f"There is no column {node.name!r}.", node.at, hint)


def _operator(node: Call, parts: list[_Sql]) -> _Sql:
    groups = any(part.groups for part in parts)
    match node.name:
        case "and" | "or":
            _need(parts, "truth", f"{node.name!r} stands between two things that are true or false")
            return _Sql(f"({parts[0].sql} {node.name.upper()} {parts[1].sql})", "truth", node.at, groups)
        case "not":
            _need(parts, "truth", "'not' stands before something that is true or false")
            return _Sql(f"(NOT {parts[0].sql})", "truth", node.at, groups)
        case "in":
            return _members(node, parts, groups)
        case name if name in COMPARISONS:
            _one_type(parts, node.at, "compared")
            mark = "<>" if name == "!=" else name
            return _Sql(f"({parts[0].sql} {mark} {parts[1].sql})", "truth", node.at, groups)
    if node.name == "-" and all(p.type == "date" for p in parts) and len(parts) == 2:
        sql = f"((epoch({parts[0].sql}) - epoch({parts[1].sql})) / CAST(86400 AS DOUBLE))"
        return _Sql(sql, "number", node.at, groups)
    _need(parts, "number", f"{node.name!r} needs numbers")
    return _Sql(_arithmetic(node.name, [p.sql for p in parts]), "number", node.at, groups)


def _arithmetic(name: str, parts: list[str]) -> str:
    if len(parts) == 1:
        return f"(-{parts[0]})"
    left, right = parts
    match name:
        case "/":
            return finite(f"({left} / {right})")
        case "%":
            return finite(f"fmod({left}, {right})")
        case "^":
            return finite(f"pow({left}, {right})")
        case _:
            return finite(f"({left} {name} {right})")


def _members(node: Call, parts: list[_Sql], groups: bool) -> _Sql:
    if len(parts) < 2:
        raise wrong("'in' needs at least one value in its brackets.", node.at)
    if any(part.type == "missing" for part in parts[1:]):
        raise wrong("Missing cannot be one of the values of 'in'.", node.at, "Write: or is_missing(x).")
    _one_type(parts, node.at, "compared")
    return _Sql(f"({parts[0].sql} IN ({', '.join(p.sql for p in parts[1:])}))", "truth", node.at, groups)


def _need(parts: list[_Sql], wanted: str, what: str) -> None:
    for part in parts:
        if part.type not in (wanted, "missing"):
            hint = {
                "text": "Turn a text into a number with number(...).",
                "truth": "Turn true and false into 1 and 0 with number(...).",
            }.get(part.type, "")
            raise wrong(f"{what}; here stands {_WORDS[part.type]}.", part.at, hint if wanted == "number" else "")


def _one_type(parts: list[_Sql], at: int, verb: str) -> ValueType:
    """Return the one type of several parts."""
    found: dict[ValueType, _Sql] = {}
    for part in parts:
        if part.type != "missing":
            found.setdefault(part.type, part)
    if len(found) > 1:
        one, other = list(found.values())[:2]
        raise wrong(
            f"{_WORDS[one.type].capitalize()} and {_WORDS[other.type]} cannot be {verb}.",
            other.at,
            "Texts stand in 'quotes'. Turn one into the other with text(...), number(...) or date(...).",
        )
    if not found and verb == "compared":
        raise wrong("Missing cannot be compared.", at, "Use is_missing(x).")
    return next(iter(found), "missing")


def _function(node: Call, parts: list[_Sql]) -> _Sql:
    function = find_function(node.name)
    if function is None:
        near = difflib.get_close_matches(node.name, [f.name for f in FUNCTIONS], n=1)
        raise wrong(f"There is no function {node.name!r}.", node.at, f"Did you mean {near[0]}?" if near else "")
    _check_count(function, node)
    groups = any(part.groups for part in parts)
    if function.by_group and groups:
        raise wrong(f"{function.name} cannot look at groups inside of groups.", node.at, "Compute the inner one first.")
    kinds = [function.takes[min(place, len(function.takes) - 1)] for place in range(len(parts))]
    for part, kind in zip(parts, kinds, strict=True):
        if kind in ("number", "text", "date", "truth"):
            _need([part], kind, f"{function.name} needs {_WORDS[kind]}")
    same = [part for part, kind in zip(parts, kinds, strict=True) if kind == "same"]
    given = _one_type(same, node.at, "mixed") if same else "missing"
    sqls = [_typed(function, part, kind, node) for part, kind in zip(parts, kinds, strict=True)]
    gives = given if function.gives == "same" else function.gives
    return _Sql(_filled(function, sqls), gives, node.at, groups or function.by_group)


def _check_count(function: Function, node: Call) -> None:
    count, most = len(node.parts), len(function.takes)
    if count < most - function.optional or (count > most and not function.more):
        raise wrong(f"{function.name} is written {function.signature}; here it has {count} parts.", node.at)


def _typed(function: Function, part: _Sql, kind: str, node: Call) -> str:
    """Return a part as the function's SQL takes it."""
    if kind == "whole":
        value = node.parts[1]
        if not isinstance(value, Value) or not isinstance(value.value, float) or not value.value.is_integer():
            raise wrong(f"The digits of {function.name} must be a whole number written out, such as 2.", part.at)
        return str(int(max(min(value.value, 15), 0)))
    if part.type == "missing" and kind in _STORAGE:
        return f"CAST(NULL AS {SQL_TYPES[_STORAGE[kind]]})"
    if function.name in ("text", "concat"):
        return text_of(part.sql, _STORAGE.get(part.type, StorageType.STRING))
    if function.name == "number":
        return _as_number(part)
    return part.sql


def _as_number(part: _Sql) -> str:
    if part.type == "date":
        raise wrong("A date is no number.", part.at, "Use year(...), month(...) or days_between(...).")
    text = f"trim({part.sql})" if part.type == "text" else part.sql
    return finite(f"TRY_CAST({text} AS DOUBLE)")


def _filled(function: Function, parts: list[str]) -> str:
    sql, count = function.sql, len(parts)
    if function.name == "round":
        return finite(f"round({parts[0]}, {parts[1] if count > 1 else 0})")
    if function.name == "substring" and count == 2:
        sql = "substring({0}, TRY_CAST({1} AS INTEGER))"
    return sql.format(*parts, all=", ".join(parts), rest=", ".join(parts[1:]))
