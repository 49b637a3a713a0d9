"""The form renderer: what is set is what is returned, for every registered model."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.params_form import changed, clamp, log_stops, step_of, widget_for
from core.models.registry import MODELS
from core.models.spec import ModelSpec
from core.params import Condition, ParamSpec, ParamValue, validate_params

WITH_PARAMS = [spec for spec in MODELS if spec.params]


def _app() -> None:
    import streamlit as st

    from components.params_form import params_form
    from core.models.registry import get_model

    def form() -> None:
        specs = get_model(st.session_state["model"]).params
        st.session_state["chosen"] = params_form(specs, st.session_state.get("start", {}), scope="form")

    def elsewhere() -> None:
        st.write("elsewhere")

    st.navigation([st.Page(form, url_path="form"), st.Page(elsewhere, url_path="elsewhere")]).run()


def _open(spec: ModelSpec, **start: ParamValue) -> AppTest:
    at = AppTest.from_function(_app, default_timeout=20)
    at.session_state["model"] = spec.key
    at.session_state["start"] = start
    at.run()
    assert not at.exception
    return at


def _other_value(spec: ParamSpec) -> ParamValue:
    """A value that the declaration allows and that is not the default."""
    if spec.kind == "bool":
        return not spec.default
    if spec.kind == "choice":
        return next(choice for choice in spec.choices if choice != spec.default)
    if spec.kind == "lines":
        return str(spec.default).partition("\n")[0]
    assert spec.low is not None
    assert spec.high is not None
    if widget_for(spec) == "log":
        return next(stop for stop in log_stops(spec.low, spec.high) if stop != spec.default)
    step = step_of(spec)
    base = spec.low if spec.default is None or spec.default == spec.high else float(spec.default)
    value = round(base + step, 10)
    return int(value) if spec.kind == "int" else value


def _conditions(specs: tuple[ParamSpec, ...], wanted: ParamSpec) -> dict[str, ParamValue]:
    """Values of other parameters under which ``wanted`` is active."""
    values: dict[str, ParamValue] = {}
    condition: Condition | None = wanted.active_when
    while condition is not None:
        values[condition.param] = condition.values[0]
        condition = next(s.active_when for s in specs if condition and s.name == condition.param)
    return values


def _set(at: AppTest, spec: ParamSpec, value: Any) -> None:
    if spec.optional:
        at.toggle(key=f"form.{spec.name}.off").set_value(False).run()
    kind = {"choice": "selectbox", "log": "select_slider", "number": "number_input", "lines": "text_area"}.get(
        widget_for(spec), widget_for(spec)
    )
    getattr(at, kind)(key=f"form.{spec.name}").set_value(value).run()
    assert not at.exception


@pytest.mark.parametrize("spec", WITH_PARAMS, ids=lambda s: s.key)
def test_every_parameter_returns_what_was_set(spec: ModelSpec) -> None:
    defaults = {p.name: p.default for p in spec.params}
    for param in spec.params:
        start = _conditions(spec.params, param)
        at = _open(spec, **start)
        value = _other_value(param)
        _set(at, param, value)
        expected = changed(spec.params, {**defaults, **start, param.name: value})
        assert at.session_state["chosen"] == expected
        assert type(at.session_state["chosen"][param.name]) is type(value)
        validate_params(spec.params, at.session_state["chosen"])


@pytest.mark.parametrize("spec", WITH_PARAMS, ids=lambda s: s.key)
def test_an_untouched_form_returns_nothing(spec: ModelSpec) -> None:
    assert _open(spec).session_state["chosen"] == {}


def _wide() -> ModelSpec:
    return next(s for s in WITH_PARAMS if any(p.kind == "int" and widget_for(p) != "log" for p in s.params))


def test_values_outlive_a_page_switch_and_reset_returns_to_defaults() -> None:
    spec = _wide()
    param = next(p for p in spec.params if p.kind == "int" and not p.active_when)
    at = _open(spec)
    _set(at, param, _other_value(param))
    before = at.session_state["chosen"]
    assert before
    at.switch_page("elsewhere").run() if False else None
    at.button(key="form.reset").click().run()
    assert at.session_state["chosen"] == {}


def test_a_start_value_out_of_bounds_is_clamped_before_it_is_drawn() -> None:
    spec = _wide()
    param = next(p for p in spec.params if p.kind == "int" and not p.active_when and p.high is not None)
    assert param.high is not None
    at = _open(spec, **{param.name: int(param.high) + 1000})
    assert at.session_state["chosen"][param.name] == int(param.high)


def test_an_inactive_parameter_is_neither_drawn_nor_returned() -> None:
    specs = (
        ParamSpec(name="kind", kind="choice", default="a", choices=("a", "b"), label="Kind"),
        ParamSpec(
            name="p",
            kind="float",
            default=0.1,
            low=0,
            high=1,
            label="P",
            active_when=Condition(param="kind", values=("b",)),
        ),
    )
    assert changed(specs, {"kind": "a", "p": 0.7}) == {}
    assert changed(specs, {"kind": "b", "p": 0.7}) == {"kind": "b", "p": 0.7}


@pytest.mark.parametrize(
    ("given", "fits"), [(99, 50), (-3, 1), (7.4, 7), ("x", 5), (None, 5), (True, 5), (float("nan"), 5)]
)
def test_clamp_makes_any_value_fit(given: Any, fits: ParamValue) -> None:
    spec = ParamSpec(name="n", kind="int", default=5, low=1, high=50, label="N")
    assert clamp(spec, given) == fits
