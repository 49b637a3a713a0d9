"""The one form renderer: draws any model's or step's parameters from their declarations."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import streamlit as st

from core.params import ParamSpec, ParamValue
from core.types import ColumnKind, ParamLevel

SLIDER_STOPS = 100
"""A linear parameter with at most this many steps is a slider; with more it is typed."""

TEXT_KINDS = ("text", "lines", "column")
"""Kinds whose value is text; where they are optional, empty text is none."""

Widget = Literal["toggle", "choice", "slider", "log", "number", "text", "lines", "column"]


def params_form(
    specs: Sequence[ParamSpec],
    values: Mapping[str, Any],
    *,
    scope: str,
    columns: int = 3,
    raw: Mapping[str, ColumnKind] | None = None,
) -> dict[str, ParamValue]:
    """Draw a form for ``specs`` and return what the person chose.

    Basic parameters stand open, advanced and expert ones are folded. A parameter whose condition does not hold is
    neither drawn nor returned. Widget keys are ``"{scope}.{name}"``; they outlive a page switch.

    Parameters
    ----------
    specs : sequence of ParamSpec
        Declarations, drawn in their order within each level.
    values : mapping of str to value
        Values to start from where the session holds none yet; may be partial or out of bounds.
    scope : str
        Prefix of the widget keys; name the model and the dataset in it.
    columns : int, default 3
        Inputs beside one another.
    raw : mapping of str to ColumnKind, optional
        Raw columns that parameters of kind "column" may name.

    Returns
    -------
    dict of str to ParamValue
        The active parameters whose value differs from the default.
    """
    for spec in specs:
        _seed(spec, values, scope, raw or {})
    for level in ParamLevel:
        drawn = [s for s in specs if s.level is level and s.is_active(_current(specs, scope))]
        if not drawn:
            continue
        if level is ParamLevel.BASIC:
            _grid(drawn, scope, columns, raw or {})
        else:
            with st.expander(_fold_title(level, drawn, scope), key=f"{scope}.fold.{level}", type="compact"):
                _grid(drawn, scope, columns, raw or {})
    chosen = changed(specs, _current(specs, scope))
    if chosen:
        st.button(
            f"Reset {len(chosen)} changed to default"
            if len(chosen) == 1
            else f"Reset {len(chosen)} changed to defaults",
            key=f"{scope}.reset",
            type="tertiary",
            icon=":material/undo:",
            on_click=_reset,
            args=(tuple(specs), scope),
        )
    return chosen


def read_form(specs: Sequence[ParamSpec], values: Mapping[str, Any], *, scope: str) -> dict[str, ParamValue]:
    """Return what the form of ``scope`` holds now, without drawing it; ``values`` where it was never drawn.

    For callbacks: a value typed just before a button is pressed arrives together with the press.
    """
    if not any(_key(scope, spec) in st.session_state for spec in specs):
        return changed(specs, {s.name: clamp(s, values.get(s.name, s.default)) for s in specs})
    return changed(specs, _current(specs, scope))


def changed(specs: Sequence[ParamSpec], values: Mapping[str, Any]) -> dict[str, ParamValue]:
    """Return the active parameters of ``values`` that differ from their defaults."""
    full = {s.name: values.get(s.name, s.default) for s in specs}
    return {s.name: full[s.name] for s in specs if s.is_active(full) and full[s.name] != s.default}


def clamp(spec: ParamSpec, value: Any) -> ParamValue:
    """Return ``value`` in the parameter's type and bounds; the default where it cannot be made to fit."""
    if value is None:
        return None if spec.optional else spec.default
    if spec.kind == "bool":
        return value if isinstance(value, bool) else spec.default
    if spec.kind == "choice":
        return str(value) if value in spec.choices else spec.default
    if spec.kind in TEXT_KINDS:
        return value if isinstance(value, str) else spec.default
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return spec.default
    low = -math.inf if spec.low is None else spec.low
    high = math.inf if spec.high is None else spec.high
    bounded = min(max(value, low), high)
    return round(bounded) if spec.kind == "int" else float(bounded)


def widget_for(spec: ParamSpec) -> Widget:
    """Tell which widget suits the declaration."""
    if spec.kind == "bool":
        return "toggle"
    if spec.kind == "choice":
        return "choice"
    if spec.kind in TEXT_KINDS:
        return spec.kind
    if spec.low is None or spec.high is None:
        return "number"
    if spec.log:
        return "log" if spec.kind == "float" and spec.low > 0 else "number"
    return "slider" if (spec.high - spec.low) / step_of(spec) <= SLIDER_STOPS else "number"


def step_of(spec: ParamSpec) -> float:
    """Return the smallest change the form offers: the declared one, else one that suits the bounds."""
    if spec.step:
        return spec.step
    if spec.kind == "int":
        return 1
    span = (spec.high if spec.high is not None else 1.0) - (spec.low if spec.low is not None else 0.0)
    return float(10.0 ** (math.floor(math.log10(span)) - 2)) if span > 0 else 0.01


def log_stops(low: float, high: float, *extra: float) -> list[float]:
    """Return 1-2-5 stops from ``low`` to ``high``, both included, with the ``extra`` values in their places."""
    exponents = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    stops = {float(f"{digit}e{exponent}") for exponent in exponents for digit in (1, 2, 5)}
    return sorted({s for s in stops if low <= s <= high} | {float(low), float(high)} | {float(e) for e in extra})


def starting_number(spec: ParamSpec) -> float:
    """Return a sensible number for an optional parameter whose limit is switched on: middle of the bounds."""
    if spec.default is not None and not isinstance(spec.default, str):
        return float(spec.default)
    low, high = spec.low or 0.0, spec.high if spec.high is not None else 100.0
    middle = math.sqrt(max(low, 1.0) * high) if high > 1 else (low + high) / 2
    value = float(f"{middle:.1g}")
    return min(max(value, low), high)


def _key(scope: str, spec: ParamSpec) -> str:
    return f"{scope}.{spec.name}"


def _off_key(scope: str, spec: ParamSpec) -> str:
    return f"{scope}.{spec.name}.off"


def _has_switch(spec: ParamSpec) -> bool:
    """Tell whether "none" is said by a switch; for text it is said by leaving it empty."""
    return spec.optional and spec.kind not in TEXT_KINDS


def column_options(spec: ParamSpec, raw: Mapping[str, ColumnKind]) -> list[str]:
    """Return the columns that a parameter may name; first the empty name, for none yet."""
    return ["", *(name for name, kind in raw.items() if not spec.column_kinds or kind in spec.column_kinds)]


def _store(spec: ParamSpec, value: ParamValue, scope: str) -> None:
    if spec.kind in TEXT_KINDS:
        st.session_state[_key(scope, spec)] = value or ""
        return
    if spec.optional:
        st.session_state[_off_key(scope, spec)] = value is None
    st.session_state[_key(scope, spec)] = clamp(spec, starting_number(spec)) if value is None else value


def _seed(spec: ParamSpec, values: Mapping[str, Any], scope: str, raw: Mapping[str, ColumnKind]) -> None:
    """Put a fitting value under the widget's key before it is drawn; an unfitting one would raise there."""
    key = _key(scope, spec)
    if key not in st.session_state:
        _store(spec, clamp(spec, values.get(spec.name, spec.default)), scope)
        if spec.kind == "column":
            _seed_column(spec, key, raw)
        return
    held = st.session_state[key]
    if spec.kind in TEXT_KINDS:
        return
    fitting = clamp(spec, held if held is not None else starting_number(spec))
    # Writing an equal value would mark it as set by the program on every rerun.
    if fitting != held or type(fitting) is not type(held):
        st.session_state[key] = fitting


def _seed_column(spec: ParamSpec, key: str, raw: Mapping[str, ColumnKind]) -> None:
    """Drop a name that is not there; where a column is needed, start with the only date or the only one."""
    options = column_options(spec, raw)
    if st.session_state[key] not in options:
        st.session_state[key] = ""
    if not st.session_state[key] and not spec.optional:
        dates = [name for name in options[1:] if raw[name] is ColumnKind.DATETIME]
        only = dates if len(dates) == 1 else options[1:]
        st.session_state[key] = only[0] if len(only) == 1 else ""


def _current(specs: Sequence[ParamSpec], scope: str) -> dict[str, ParamValue]:
    return {spec.name: _value(spec, scope) for spec in specs}


def _value(spec: ParamSpec, scope: str) -> ParamValue:
    held: ParamValue = st.session_state.get(_key(scope, spec), spec.default)
    if spec.kind in TEXT_KINDS:
        return spec.default if held in (None, "") and spec.default is None else held
    return None if spec.optional and st.session_state.get(_off_key(scope, spec)) else held


def _reset(specs: tuple[ParamSpec, ...], scope: str) -> None:
    for spec in specs:
        _store(spec, spec.default, scope)


def _fold_title(level: ParamLevel, drawn: Sequence[ParamSpec], scope: str) -> str:
    count = len(changed(drawn, _current(drawn, scope)))
    return f"{level.value.capitalize()} settings" + (f", {count} changed" if count else "")


def _grid(specs: Sequence[ParamSpec], scope: str, columns: int, raw: Mapping[str, ColumnKind]) -> None:
    for start in range(0, len(specs), columns):
        for cell, spec in zip(st.columns(columns, gap="medium"), specs[start : start + columns], strict=False):
            with cell:
                _field(spec, scope, raw)


def _field(spec: ParamSpec, scope: str, raw: Mapping[str, ColumnKind]) -> None:
    if spec.kind == "column":
        _draw_column(spec, _key(scope, spec), raw)
        return
    off = _has_switch(spec) and bool(st.session_state.get(_off_key(scope, spec)))
    if off:
        # The number keeps its own key for later; an empty twin stands in its place so that the grid stays aligned.
        key = f"{_key(scope, spec)}.none"
        st.text_input(spec.label, placeholder=spec.none_label, disabled=True, help=help_text(spec), key=key)
    else:
        _WIDGETS[widget_for(spec)](spec, _key(scope, spec))
    if _has_switch(spec):
        st.toggle(spec.none_label, key=_off_key(scope, spec), persist_state="session")


def help_text(spec: ParamSpec) -> str:
    """Return what the parameter does and why its default is what it is."""
    why = f"Default {default_text(spec)}" + (f": {spec.why_default}" if spec.why_default else ".")
    return "\n\n".join(part for part in (spec.help, why) if part)


def default_text(spec: ParamSpec) -> str:
    """Say the default as it stands on the screen."""
    if spec.kind in TEXT_KINDS and not spec.default:
        return "none" if spec.kind == "column" else "empty"
    if spec.default is None:
        return spec.none_label.lower()
    if isinstance(spec.default, bool):
        return "on" if spec.default else "off"
    if isinstance(spec.default, str):
        return choice_label(spec, spec.default)
    return f"{spec.default:g}"


def choice_label(spec: ParamSpec, choice: str) -> str:
    """Return the words shown for ``choice``."""
    labels = dict(zip(spec.choices, spec.choice_labels, strict=False))
    return labels.get(choice, choice)


def _draw_toggle(spec: ParamSpec, key: str) -> None:
    with st.container(height="stretch", vertical_alignment="center"):
        st.toggle(spec.label, key=key, help=help_text(spec), persist_state="session")


def _draw_choice(spec: ParamSpec, key: str) -> None:
    st.selectbox(
        spec.label,
        spec.choices,
        format_func=lambda choice: choice_label(spec, choice),
        key=key,
        help=help_text(spec),
        persist_state="session",
    )


def _draw_slider(spec: ParamSpec, key: str) -> None:
    assert spec.low is not None
    assert spec.high is not None
    cast: Callable[[float], float] = int if spec.kind == "int" else float
    st.slider(
        spec.label,
        cast(spec.low),
        cast(spec.high),
        step=cast(step_of(spec)),
        key=key,
        help=help_text(spec),
        persist_state="session",
    )


def _draw_log(spec: ParamSpec, key: str) -> None:
    assert spec.low is not None
    assert spec.high is not None
    extra = [v for v in (spec.default, st.session_state[key]) if isinstance(v, int | float)]
    st.select_slider(
        spec.label,
        log_stops(spec.low, spec.high, *extra),
        format_func=lambda value: f"{value:g}",
        key=key,
        help=help_text(spec),
        persist_state="session",
    )


def _draw_number(spec: ParamSpec, key: str) -> None:
    cast: Callable[[float], float] = int if spec.kind == "int" else float
    st.number_input(
        spec.label,
        None if spec.low is None else cast(spec.low),
        None if spec.high is None else cast(spec.high),
        step=cast(step_of(spec)),
        format="%d" if spec.kind == "int" else "%g",
        key=key,
        help=help_text(spec),
        persist_state="session",
    )


def _draw_text(spec: ParamSpec, key: str) -> None:
    st.text_input(
        spec.label, key=key, help=help_text(spec), placeholder="".join(spec.examples[:1]), persist_state="session"
    )


def _draw_lines(spec: ParamSpec, key: str) -> None:
    st.text_area(
        spec.label,
        key=key,
        height=120,
        help=f"{help_text(spec)}\n\nOne item a line.",
        placeholder="".join(spec.examples[:1]),
        persist_state="session",
    )


def _draw_column(spec: ParamSpec, key: str, raw: Mapping[str, ColumnKind]) -> None:
    st.selectbox(
        spec.label,
        column_options(spec, raw),
        format_func=lambda name: name or ("None" if spec.optional else "Choose a column"),
        key=key,
        help=help_text(spec),
        persist_state="session",
    )


_WIDGETS: dict[Widget, Callable[[ParamSpec, str], None]] = {
    "toggle": _draw_toggle,
    "choice": _draw_choice,
    "slider": _draw_slider,
    "log": _draw_log,
    "number": _draw_number,
    "text": _draw_text,
    "lines": _draw_lines,
}
