"""Which parameters a validation curve can be drawn of, and which of their values it tries."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.errors import LatheError
from core.models.registry import get_model
from core.params import ParamSpec, ParamValue

_WIDE = 20
"""A range whose ends differ by this factor is walked in equal ratios."""


def values_for(
    spec: ParamSpec, current: ParamValue, *, given: Sequence[ParamValue] = (), most: int = 7
) -> tuple[ParamValue, ...]:
    """Return the values to try, in order, the present one among them.

    Parameters
    ----------
    spec : ParamSpec
        A number, a switch or a choice.
    current : ParamValue
    given : sequence of ParamValue
        As a person asks for them; without them the parameter's range is walked.
    most : int
        How many, at most, where they are not given.

    Raises
    ------
    LatheError
        Where a value is outside what the parameter allows.
    """
    if given:
        return _ordered([*(spec.check(one) for one in given), current])
    if spec.kind == "bool":
        return (False, True)
    if spec.kind == "choice":
        return tuple(spec.choices)
    nothing: list[ParamValue] = [None] if spec.optional else []
    known = [one for one in (current, spec.default) if one is not None]
    return _ordered([*_walk(spec, most - len(nothing)), *known, *nothing])


def param_of(key: str, param: str) -> ParamSpec:
    """Return a model's parameter that a validation curve can be drawn of.

    Raises
    ------
    LatheError
        Naming those that there are.
    """
    able = curve_params(key)
    for spec in able:
        if spec.name == param:
            return spec
    known = ", ".join(spec.name for spec in able) or "none"
    raise LatheError(
        f"{get_model(key).title} has no parameter {param!r} whose values can be tried one by one.",
        hint=f"Those that can: {known}.",
        field="param",
    )


def curve_params(key: str) -> tuple[ParamSpec, ...]:
    """Return the parameters of a model that a validation curve can be drawn of, the one that matters most first."""
    spec = get_model(key)
    able = [one for one in spec.params if one.kind in ("int", "float", "bool", "choice")]
    return tuple(sorted(able, key=lambda one: one.name != spec.key_param))


def value_text(spec: ParamSpec, value: ParamValue) -> str:
    """Write a value as a person reads it."""
    if value is None:
        return spec.none_label.lower()
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return spec.choice_labels[spec.choices.index(value)] if spec.choice_labels else value
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _walk(spec: ParamSpec, count: int) -> list[ParamValue]:
    """Walk from the lowest to the highest value, in equal ratios where the range is wide."""
    low, high = float(spec.low or 0.0), float(spec.high or 0.0)
    if spec.log or (low > 0 and high / low >= _WIDE):
        steps = np.geomspace(low, high, count)
    else:
        steps = np.linspace(low, high, count)
    return [_rounded(spec, float(step)) for step in steps]


def _rounded(spec: ParamSpec, value: float) -> ParamValue:
    if spec.kind == "int":
        return round(value)
    low, high = float(spec.low or 0.0), float(spec.high or 0.0)
    return min(max(float(f"{value:.2g}"), low), high)


def _ordered(values: Sequence[ParamValue]) -> tuple[ParamValue, ...]:
    """Return each value once: numbers in order, nothing at the end, texts as they came."""
    once = list({(type(one).__name__, one): one for one in values}.values())
    numbers = sorted(one for one in once if isinstance(one, int | float))
    return (*numbers, *(one for one in once if isinstance(one, str)), *(one for one in once if one is None))
