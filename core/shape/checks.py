"""Parameters of a step against its declaration and the table that stands before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.errors import InvalidInput, LatheError
from core.shape.flow import Flow
from core.shape.spec import StepParam, TableStepSpec
from core.shape.text import to_number

_MOST_TEXT = 10_000


def check_params(spec: TableStepSpec, given: Mapping[str, Any], flow: Flow) -> dict[str, Any]:
    """Return a value for every parameter, in its type; those that are not active have their default.

    Raises
    ------
    InvalidInput
        With one problem a parameter: unknown names, columns that are not there, values of another type.
    """
    problems = [LatheError(f"There is no setting {name!r}.", field=name) for name in given if name not in _names(spec)]
    values = {p.name: given.get(p.name, p.default) for p in spec.params}
    for param in spec.params:
        if not is_active(spec, param, values):
            values[param.name] = param.default
            continue
        try:
            values[param.name] = _checked(param, values[param.name], flow)
        except LatheError as error:
            problems.append(LatheError(error.message, hint=error.hint, field=param.name))
    if problems:
        raise InvalidInput(problems)
    return values


def is_active(spec: TableStepSpec, param: StepParam, values: Mapping[str, Any]) -> bool:
    """Tell whether a parameter applies, given the others."""
    condition = param.active_when
    if condition is None:
        return True
    return values.get(condition.param, spec.param(condition.param).default) in condition.values


def _names(spec: TableStepSpec) -> tuple[str, ...]:
    return tuple(param.name for param in spec.params)


def _checked(param: StepParam, value: Any, flow: Flow) -> Any:
    empty = value is None or value == [] or value == {} or value == ""
    if empty and not param.optional:
        # A text may be a blank, but not nothing; false and 0 are something.
        raise LatheError(f"{param.label} must be given.", hint="Fill it in.")
    if empty:
        return {"text": "", "columns": [], "texts": [], "numbers": [], "other_columns": []}.get(param.kind)
    return _CHECKS[param.kind](param, value, flow)


def _column(param: StepParam, value: Any, flow: Flow) -> str:
    field = flow.field(_text(param, value, flow))
    _accepted(param, [field.name], flow)
    return field.name


def _columns(param: StepParam, value: Any, flow: Flow) -> list[str]:
    names = _texts(param.model_copy(update={"choices": ()}), value, flow)
    unknown = [name for name in names if name not in flow.names]
    if unknown:
        noun = "column" if len(unknown) == 1 else "columns"
        raise LatheError(
            f"There is no {noun} {', '.join(map(repr, unknown[:5]))}.",
            hint="Choose from the columns that stand before this step.",
        )
    _accepted(param, names, flow)
    return list(dict.fromkeys(names))


def _accepted(param: StepParam, names: Sequence[str], flow: Flow) -> None:
    """Refuse a column by its storage: a kind alone (a number taken as a category) does not make a step wrong."""
    if not param.accepts:
        return
    wanted = {kind.value for kind in param.accepts}
    for name in names:
        field = flow.field(name)
        numeric = "numeric" in wanted and field.is_number
        if not numeric and field.kind.value not in wanted:
            words = " or ".join(sorted(wanted))
            raise LatheError(
                f"{param.label} must be {words}; {name} is {field.kind.value}.",
                hint="Choose another column, or change its type first.",
            )


def _text(param: StepParam, value: Any, flow: Flow) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise LatheError(f"{param.label} must be a text. It is {value!r}.")
    if len(str(value)) > _MOST_TEXT:
        raise LatheError(f"{param.label} must have at most {_MOST_TEXT:,} characters. It has {len(str(value)):,}.")
    return str(value)


def _name(param: StepParam, value: Any, flow: Flow) -> str:
    text = " ".join(_text(param, value, flow).split())
    if not text:
        raise LatheError(f"{param.label} must be given.")
    return text


def _texts(param: StepParam, value: Any, flow: Flow) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise LatheError(f"{param.label} must be a list. It is {value!r}.")
    texts = [_text(param, item, flow) for item in value]
    outside = [text for text in texts if param.choices and text not in param.choices]
    if outside:
        raise LatheError(f"{param.label} must be among {', '.join(param.choices)}. One is {outside[0]!r}.")
    return texts


def _number(param: StepParam, value: Any, flow: Flow) -> float:
    number = to_number(value, label=param.label)
    if (param.low is not None and number < param.low) or (param.high is not None and number > param.high):
        ends = [f"at least {param.low:g}"] if param.low is not None else []
        ends += [f"at most {param.high:g}"] if param.high is not None else []
        raise LatheError(f"{param.label} must be {' and '.join(ends)}. It is {number:g}.")
    return number


def _int(param: StepParam, value: Any, flow: Flow) -> int:
    number = _number(param, value, flow)
    if number != int(number) or abs(number) > 2**53:
        raise LatheError(f"{param.label} must be a whole number. It is {value!r}.")
    return int(number)


def _bool(param: StepParam, value: Any, flow: Flow) -> bool:
    if not isinstance(value, bool):
        raise LatheError(f"{param.label} must be on or off (true or false). It is {value!r}.")
    return value


def _choice(param: StepParam, value: Any, flow: Flow) -> str:
    if value not in param.choices:
        raise LatheError(f"{param.label} must be one of {', '.join(param.choices)}. It is {value!r}.")
    return str(value)


def _numbers(param: StepParam, value: Any, flow: Flow) -> list[float]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise LatheError(f"{param.label} must be a list of numbers. It is {value!r}.")
    return [to_number(item, label=param.label) for item in value]


def _entries(param: StepParam, value: Any, flow: Flow) -> list[dict[str, Any]]:
    if isinstance(value, str) or not isinstance(value, Sequence) or not all(isinstance(v, Mapping) for v in value):
        raise LatheError(f"{param.label} must be a list of entries with names. It is {value!r}.")
    return [dict(item) for item in value]


def _pairs(param: StepParam, value: Any, flow: Flow) -> dict[str, str]:
    if not isinstance(value, Mapping):
        raise LatheError(f"{param.label} must name what becomes what. It is {value!r}.")
    return {str(old): "" if new is None else _text(param, new, flow) for old, new in value.items()}


def _renames(param: StepParam, value: Any, flow: Flow) -> dict[str, str]:
    return {old: _name(param, new, flow) for old, new in _pairs(param, value, flow).items()}


_CHECKS: Mapping[str, Callable[[StepParam, Any, Flow], Any]] = {
    "column": _column,
    "columns": _columns,
    "other_columns": _texts,
    "name": _name,
    "text": _text,
    "texts": _texts,
    "number": _number,
    "numbers": _numbers,
    "int": _int,
    "bool": _bool,
    "choice": _choice,
    "expression": _text,
    "table": _text,
    "conditions": _entries,
    "aggregations": _entries,
    "renames": _renames,
    "keys": _pairs,
    "mapping": _pairs,
}
