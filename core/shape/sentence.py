"""A step in one sentence, made from its declaration and its parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from core.data.actions import TableStep
from core.errors import LatheError
from core.shape.aggregates import get_aggregate
from core.shape.checks import is_active
from core.shape.conditions import get_operator
from core.shape.registry import get_step
from core.shape.spec import StepParam, TableStepSpec

_MOST = 4
_PART = re.compile(r"\[([^\[\]]*)\]")
_HOLE = re.compile(r"\{(\w+)\}")


def sentence(step: TableStep, *, tables: Mapping[str, str] | None = None) -> str:
    """Return a step as a sentence: "Keep these rows where Age is above 30".

    Parameters
    ----------
    step : TableStep
        Its own name, where it has one, is taken instead.
    tables : mapping of str to str, optional
        Names of the project's tables by id.
    """
    if step.name:
        return step.name
    try:
        spec = get_step(step.key)
    except LatheError:
        return f"Unknown step {step.key}"
    words = _words(spec, step.params, tables or {})
    # Braces in the person's own text must stay as they are: holes are filled once, by name.
    text = _PART.sub(
        lambda m: m.group(1) if all(words.get(n) for n in _HOLE.findall(m.group(1))) else "", spec.sentence
    )
    filled = _HOLE.sub(lambda m: words.get(m.group(1)) or "\N{HORIZONTAL ELLIPSIS}", text)
    return filled[:1].upper() + filled[1:]


def _words(spec: TableStepSpec, params: Mapping[str, Any], tables: Mapping[str, str]) -> dict[str, str]:
    values = {p.name: params.get(p.name, p.default) for p in spec.params}
    joint = " or " if values.get("match") == "any" else " and "
    return {p.name: _said(p, values[p.name], tables, joint) for p in spec.params if is_active(spec, p, values)}


def _said(param: StepParam, value: Any, tables: Mapping[str, str], joint: str) -> str:
    if value is None or value == [] or value == {} or value == "":
        return ""
    match param.kind:
        case "choice":
            return dict(zip(param.choices, param.choice_labels, strict=False)).get(str(value), str(value)).lower()
        case "text":
            return f"\N{LEFT DOUBLE QUOTATION MARK}{_short(value)}\N{RIGHT DOUBLE QUOTATION MARK}"
        case "columns" | "texts" | "other_columns" | "numbers" if isinstance(value, Sequence):
            labels = dict(zip(param.choices, (w.lower() for w in param.choice_labels), strict=False))
            return _list([labels.get(str(v), _short(v)) for v in value])
        case "conditions" if isinstance(value, Sequence):
            return _list([_condition(c) for c in value], joint)
        case "aggregations" if isinstance(value, Sequence):
            return _list([_aggregation(a) for a in value])
        case "renames" | "mapping" if isinstance(value, Mapping):
            return _list(
                [f"{_short(old)} \N{RIGHTWARDS ARROW} {_short(new) or 'missing'}" for old, new in value.items()]
            )
        case "keys" if isinstance(value, Mapping):
            return _list([a if a == b else f"{_short(a)} is {_short(b)}" for a, b in value.items()], " and ")
        case "table":
            return tables.get(str(value), "another table")
        case "number" | "int":
            return f"{value:,.10g}" if isinstance(value, int | float) else str(value)
        case _:
            return _short(value)


def _list(parts: Sequence[str], joint: str = ", ") -> str:
    rest = len(parts) - _MOST
    return joint.join(parts[:_MOST]) + (f" and {rest:,} more" if rest > 0 else "")


def _short(value: Any) -> str:
    text = f"{value:.10g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 60 else text[:59] + "\N{HORIZONTAL ELLIPSIS}"


def _condition(condition: Any) -> str:
    if not isinstance(condition, Mapping):
        return _short(condition)
    column, value = _short(condition.get("column", "")), condition.get("value")
    try:
        operator = get_operator(str(condition.get("operator")))
    except LatheError:
        return f"{column} {condition.get('operator')} {_short(value)}"
    words = operator.words
    if operator.date_words and isinstance(value, str) and re.match(r"\d{4}-\d\d", value):
        words = operator.date_words
    match operator.takes:
        case "none":
            return f"{column} {words}"
        case "two" if isinstance(value, Sequence) and len(value) == 2:
            return f"{column} {words} {_short(value[0])} and {_short(value[1])}"
        case "many" if isinstance(value, Sequence) and not isinstance(value, str):
            return f"{column} {words} {_list([_short(v) for v in value])}"
        case _:
            return f"{column} {words} {_short(value)}"


def _aggregation(asked: Any) -> str:
    if not isinstance(asked, Mapping):
        return _short(asked)
    try:
        words = get_aggregate(str(asked.get("function"))).words.lower()
    except LatheError:
        words = str(asked.get("function"))
    return f"{words} of {_short(asked['column'])}" if asked.get("column") else words
