"""The recipe: one calm row a step, with its switch and what can be done with it."""

from __future__ import annotations

import streamlit as st

from components.controlled import controlled
from components.messages import plain
from components.numbers import counted
from components.plan_data import told
from components.plan_preview import step_before_after
from components.plan_state import change, look_at, looked_at, open_form
from components.plan_words import (
    FAMILIES,
    FAMILY_HELP,
    done_to,
    family_mark,
    title_of,
    what_is_done,
    width_mark,
)
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import NotFound
from core.prepare import edit
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.registry import get_step
from core.prepare.spec import Family
from core.prepare.tell import StepTold

_ALL = "all"
_DOT = "\N{MIDDLE DOT}"


def recipe(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw the steps in order: those on columns, then how the model is fitted."""
    steps = told(dataset, task, plan)
    family = _view() if plan.steps else None
    shown = [step for step in steps if concerns(plan.steps[step.place], step, family)]
    on_fit = [step for step in shown if not _has_columns(plan.steps[step.place])]
    for step in shown:
        if step not in on_fit:
            _row(dataset, task, plan, step, family)
    if not plan.steps:
        st.caption("No steps yet. Numbers reach the models as they are; all other columns are left out.")
    if on_fit:
        st.markdown("**How the model is fitted**", help="Done to the prepared numbers and the target, in each fold.")
        for step in on_fit:
            _row(dataset, task, plan, step, family)
    if family is not None and len(shown) < len(steps):
        less = len(steps) - len(shown)
        st.caption(f"{counted(less, 'step')} not shown: {FAMILIES[family].lower()} have no use for them.")


def concerns(choice: StepChoice, step: StepTold, family: Family | None) -> bool:
    """Tell whether a step is shown where the plan of one family is looked at; what is wrong or off always is."""
    return family is None or family in step.families or bool(step.problems) or not choice.enabled


def _view() -> Family | None:
    chosen = st.segmented_control(
        "Show the plan for",
        [_ALL, *FAMILIES],
        default=_ALL,
        required=True,
        format_func=lambda key: "All models" if key == _ALL else FAMILIES[key],
        key="plan.view",
        persist_state="session",
        label_visibility="collapsed",
        help=FAMILY_HELP,
    )
    return None if chosen == _ALL else Family(chosen)


def _has_columns(choice: StepChoice) -> bool:
    try:
        return get_step(choice.step).scope.has_columns
    except NotFound:
        return True


def _row(dataset: Dataset, task: Task, plan: PreparePlan, step: StepTold, family: Family | None) -> None:
    chosen = looked_at(dataset) == step.place
    with st.container(border=True, gap="small", key=f"plan.step.{step.place}"):
        with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="top"):
            _head(dataset, plan, step, family, chosen=chosen)
        if chosen:
            step_before_after(dataset, task, plan, step.place, only=family)


def _head(dataset: Dataset, plan: PreparePlan, step: StepTold, family: Family | None, *, chosen: bool) -> None:
    choice = plan.steps[step.place]
    st.button(
        "",
        key=f"plan.look.{step.place}",
        type="tertiary",
        icon=":material/visibility:" if chosen else ":material/radio_button_unchecked:",
        help="Hide its before and after." if chosen else "Show its before and after.",
        on_click=look_at,
        args=(dataset, None if chosen else step.place),
    )
    with st.container(gap="xxsmall", width="stretch"):
        _words(choice, step, family)
    _switch(dataset, plan, step.place)
    with st.popover("", type="tertiary", icon=":material/more_vert:", key=f"plan.more.{step.place}", help="More"):
        _menu(dataset, plan, step.place)


def _words(choice: StepChoice, step: StepTold, family: Family | None) -> None:
    title = f"{step.place + 1}\\. {plain(title_of(choice))}"
    marks = [f":blue-badge[{mark}]" for mark in (family_mark(choice, step),) if mark]
    width = width_mark(step, family or next(iter(step.families), Family.LINEAR))
    if width:
        marks.append(f":gray-badge[{width}]")
    st.markdown(" ".join([f"**{title}**" if choice.enabled else f":gray[~~{title}~~]", *marks]))
    columns, said = plain(done_to(choice, step)), _said(choice, step, family)
    if len(said) > 1:
        st.markdown(columns)
        for line in said:
            st.markdown(f":gray[{plain(line)}]")
    else:
        st.markdown(f" :gray[{_DOT}] ".join(part for part in (columns, *(f":gray[{plain(s)}]" for s in said)) if part))
    if choice.reason:
        st.caption(plain(choice.reason))
    for problem in step.problems:
        st.markdown(f":red[:material/error_outline: {plain(problem.message)}]")
        st.caption(plain(problem.hint))


def _said(choice: StepChoice, step: StepTold, family: Family | None) -> list[str]:
    if not choice.enabled:
        return ["Switched off."]
    if step.problems:
        return []
    return what_is_done(step, family) if step.families else ["No model has a use for it here."]


def _switch(dataset: Dataset, plan: PreparePlan, place: int) -> None:
    controlled(
        st.toggle,
        f"Step {place + 1} is on",
        key=f"plan.on.{dataset.id}.{place}",
        value=plan.steps[place].enabled,
        save=lambda on: change(edit.toggle(plan, place, enabled=on)),
        label_visibility="collapsed",
        width="content",
    )


def _menu(dataset: Dataset, plan: PreparePlan, place: int) -> None:
    last = len(plan.steps) - 1
    choice = plan.steps[place]
    with st.container(gap="xxsmall"):
        _entry("edit", place, "Edit", "edit", open_form, dataset, place, choice, fresh=False)
        _entry("up", place, "Move up", "arrow_upward", change, edit.move(plan, place, to=place - 1), off=place == 0)
        _entry(
            "down",
            place,
            "Move down",
            "arrow_downward",
            change,
            edit.move(plan, place, to=place + 1),
            off=place == last,
        )
        _entry("copy", place, "Duplicate", "content_copy", change, edit.duplicate(plan, place))
        _entry("delete", place, "Delete", "delete", change, edit.remove(plan, place))


def _entry(
    key: str, place: int, label: str, icon: str, act: object, *args: object, off: bool = False, **more: object
) -> None:
    st.button(
        label, key=f"plan.{key}.{place}", icon=f":material/{icon}:", type="tertiary", disabled=off, on_click=act,
        args=args, kwargs=more,
    )  # fmt: skip
