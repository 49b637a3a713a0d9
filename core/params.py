"""Parameters as data: one declaration gives form, validation, help, command line and search space."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import InvalidInput, LatheError
from core.types import ColumnKind, ParamLevel

ParamValue = bool | int | float | str | None


class Condition(BaseModel):
    """A parameter is active only while another one has one of ``values``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    param: str
    values: tuple[ParamValue, ...]


class ParamSpec(BaseModel):
    """Declaration of one parameter.

    Attributes
    ----------
    name : str
        Key in the recipe.
    kind : {"int", "float", "bool", "choice", "text", "lines", "column"}
        Type of the value. "text" is one line; "lines" is text with one item a line; "column" names a raw column other
        than the target ("" for none where ``optional``).
    default : ParamValue
        Value used when the person says nothing. None only when ``optional``.
    low, high : float, optional
        Both ends included; needed for int and float.
    log : bool
        Search and slide on a logarithmic scale.
    step : float, optional
        Smallest change offered by the form.
    choices : tuple of str
        Allowed values of a choice.
    column_kinds : tuple of ColumnKind
        Columns that a "column" may name; empty means any.
    examples : tuple of str
        Values of a "text" or "lines" that make sense, for hints and tests.
    optional : bool
        None is allowed; ``none_label`` says what it means.
    label, help, why_default : str
        Words of the person; the field's term and the reason for the default stand in the help.
    level : ParamLevel
        Basic, advanced or expert.
    tunable : bool
        A search may vary it.
    active_when : Condition, optional
        Drawn, validated and sent only while the condition holds.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["int", "float", "bool", "choice", "text", "lines", "column"]
    default: ParamValue
    low: float | None = None
    high: float | None = None
    log: bool = False
    step: float | None = None
    choices: tuple[str, ...] = ()
    choice_labels: tuple[str, ...] = ()
    column_kinds: tuple[ColumnKind, ...] = ()
    examples: tuple[str, ...] = ()
    optional: bool = False
    none_label: str = "No limit"
    label: str
    help: str = ""
    why_default: str = ""
    level: ParamLevel = ParamLevel.BASIC
    tunable: bool = True
    active_when: Condition | None = None

    def is_active(self, values: Mapping[str, ParamValue]) -> bool:
        """Tell whether the parameter applies, given the other values."""
        return self.active_when is None or values.get(self.active_when.param) in self.active_when.values

    def check(self, value: Any) -> ParamValue:
        """Return ``value`` in the parameter's type.

        Raises
        ------
        LatheError
            Where the value is outside what the declaration allows.
        """
        if value is None:
            if self.optional:
                return None
            raise self._refusal(value)
        if self.kind == "bool":
            if isinstance(value, bool):
                return value
            raise self._refusal(value)
        if self.kind == "choice":
            if value in self.choices:
                return str(value)
            raise self._refusal(value)
        if self.kind in ("text", "lines", "column"):
            return self._check_text(value)
        return self._check_number(value)

    def _check_text(self, value: Any) -> str:
        if not isinstance(value, str) or (self.kind != "lines" and "\n" in value):
            raise self._refusal(value)
        if not value.strip() and not self.optional:
            raise self._refusal(value)
        return value

    def _check_number(self, value: Any) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._refusal(value)
        if self.kind == "int" and float(value) != int(value):
            raise self._refusal(value)
        if (
            (self.low is not None and value < self.low)
            or (self.high is not None and value > self.high)
            or value != value
        ):
            raise self._refusal(value)
        return int(value) if self.kind == "int" else float(value)

    def _refusal(self, value: Any) -> LatheError:
        return LatheError(f"{self.label} must be {self.rule()}. It is {value!r}.", field=self.name)

    def rule(self) -> str:
        """Say in words what values are allowed."""
        match self.kind:
            case "bool":
                text = "on or off (true or false)"
            case "choice":
                text = "one of " + ", ".join(self.choices)
            case "text":
                text = "a line of text"
            case "lines":
                text = "text, one item a line"
            case "column":
                text = "the name of a column"
            case _:
                noun = "a whole number" if self.kind == "int" else "a number"
                text = (
                    f"{noun} from {self.low:g} to {self.high:g}"
                    if self.low is not None and self.high is not None
                    else noun
                )
        return text + (" or none" if self.optional else "")


def validate_params(specs: Sequence[ParamSpec], given: Mapping[str, Any]) -> dict[str, ParamValue]:
    """Check ``given`` against ``specs`` and fill in the defaults.

    Parameters
    ----------
    specs : sequence of ParamSpec
        Declarations; an order in which a condition's parameter comes before the dependent one is not needed.
    given : mapping of str to value
        What the person chose; may be partial.

    Returns
    -------
    dict of str to ParamValue
        A value for every *active* parameter, in the order of ``specs``.

    Raises
    ------
    InvalidInput
        With one problem a field: unknown names and refused values together.
    """
    problems: list[LatheError] = []
    known = {spec.name: spec for spec in specs}
    for name in given:
        if name not in known:
            problems.append(
                LatheError(f"There is no parameter {name!r}.", hint=f"Known: {', '.join(known)}.", field=name)
            )
    values: dict[str, ParamValue] = {}
    for spec in specs:
        try:
            values[spec.name] = spec.check(given[spec.name]) if spec.name in given else spec.default
        except LatheError as error:
            problems.append(error)
            values[spec.name] = spec.default
    if problems:
        raise InvalidInput(problems)
    return {spec.name: values[spec.name] for spec in specs if spec.is_active(values)}


_REFUSED = {
    "missing": "it must be given, and is not there",
    "extra_forbidden": "there is no such field",
    "model_type": "it must hold fields with values",
    "dict_type": "it must hold names with values",
    "string_type": "it must be text",
    "bool_type": "it must be true or false",
    "tuple_type": "it must be a list",
    "list_type": "it must be a list",
}
"""What pydantic refuses most often, in words without its own."""


def field_problems(error: ValidationError, *, whole: str = "The input") -> list[LatheError]:
    """Turn pydantic's errors into one `LatheError` a field; ``whole`` names what has no field."""
    problems = []
    for item in error.errors():
        field = ".".join(str(part) for part in item["loc"])
        said = _REFUSED.get(item["type"], item["msg"])
        problems.append(LatheError(f"{field or whole}: {said}.", field=field))
    return problems
