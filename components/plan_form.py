"""The form of a preparation step: where it stands, what it is done to, how, and for which models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.kinds import KIND_WORDS, TYPE_PLURALS, TYPE_WORDS
from components.messages import plain, show_error
from components.params_form import params_form
from components.plan_edit import table_of
from components.plan_picker import inline
from components.plan_state import Editing, close_form
from components.plan_words import FAMILIES, FAMILY_HELP, title_of
from components.text_demo import text_demo
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError, NotFound
from core.prepare import edit
from core.prepare.plan import PreparePlan
from core.prepare.points import Table, features_at, problems, suiting
from core.prepare.registry import get_step
from core.prepare.spec import Family, Feature, StepGroup, StepScope, StepSpec
from core.shape.expression import columns_of
from core.types import ColumnKind

NAMED, BY_TYPE = "Columns by name", "All of a type"
_BY_FORMULA = "compute_column"
"""The step whose formula names its columns, so that nobody has to choose them as well."""


@dataclass(frozen=True)
class Filled:
    """What a form says.

    Attributes
    ----------
    plan : PreparePlan
        The whole plan with the step in its place.
    place : int
        That place.
    reason : str
        Why it cannot be taken over yet; empty where it can.
    """

    plan: PreparePlan
    place: int
    reason: str = ""


def step_form(dataset: Dataset, task: Task, plan: PreparePlan, opened: Editing) -> Filled | None:
    """Draw the form of a step and return the plan that it would make; None where there can be no form."""
    try:
        spec = get_step(opened.choice.step)
    except NotFound as error:
        show_error(error)
        st.button("Cancel", key="plan.cancel", type="tertiary", on_click=close_form)
        return None
    rest = plan if opened.fresh else edit.remove(plan, opened.place)
    table = table_of(dataset, task)
    with st.container(gap="xxsmall"):
        st.subheader(spec.title, anchor=False)
        st.markdown(spec.purpose)
        st.caption(spec.when)
    marked = st.container(gap="small")
    place = _place(rest, opened)
    families = _families_kept(opened)
    columns: tuple[str, ...] = ()
    kinds: tuple[ColumnKind, ...] = ()
    if spec.scope.has_columns and spec.key != _BY_FORMULA:
        columns, kinds = _columns(rest, table, spec, place, families, opened)
    raw = {column.name: column.kind for column in (*table.columns, *table.aside)}
    params = params_form(spec.params, opened.choice.params, scope=f"{opened.scope}.set", columns=2, raw=raw)
    if spec.key == _BY_FORMULA:
        offered = suiting(rest, table, spec, place=place, families=families)
        columns = named_columns(str(params.get("formula") or ""), [feature.root for feature in offered])
        st.caption(plain(f"Columns to name: {', '.join(feature.root for feature in offered[:12]) or 'none here'}."))
    name = _name(rest, table, spec, opened)
    families = _families(opened)
    if spec.key == "clean_text":
        text_demo(params, scope=opened.scope)
    _mathematics(spec)
    changes = {"columns": columns, "of_kind": kinds, "params": params, "families": families, "name": name}
    choice = opened.choice.model_copy(update=changes)
    if choice.model_copy(update={"reason": ""}) != opened.choice.model_copy(update={"reason": ""}):
        # The reason was given for the step as it was proposed.
        choice = choice.model_copy(update={"reason": ""})
    st.button("Cancel", key="plan.cancel", type="tertiary", on_click=close_form)
    with marked:
        return _filled(edit.add(rest, choice, place=place), place, table, spec)


def named_columns(formula: str, offered: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a formula names, as they are spelled in the table; none where it cannot be read."""
    try:
        names = columns_of(formula)
    except LatheError:
        return ()
    spelled = {name.lower(): name for name in reversed(offered)}
    found = [name if name in offered else spelled.get(name.lower(), name) for name in names]
    return tuple(dict.fromkeys(found))


def _formula_reason(formula: str) -> str:
    """Say why a formula without columns cannot be taken."""
    if not formula.strip():
        return "Type a formula first."
    try:
        columns_of(formula)
    except LatheError as error:
        show_error(error)
        return "Mend what is marked first."
    return "Name a column in the formula first."


def _filled(plan: PreparePlan, place: int, table: Table, spec: StepSpec) -> Filled:
    choice = plan.steps[place]
    if spec.key == _BY_FORMULA and not choice.columns:
        return Filled(plan, place, _formula_reason(str(choice.params.get("formula") or "")))
    if spec.scope.has_columns and not (choice.columns or choice.of_kind):
        return Filled(plan, place, "Choose columns first.")
    wrong = problems(edit.toggle(plan, place, enabled=True), table).get(place, ())
    for problem in wrong:
        show_error(problem)
    return Filled(plan, place, "Mend what is marked first." if wrong else "")


def _place(rest: PreparePlan, opened: Editing) -> int:
    places = range(len(rest.steps) + 1)
    if len(rest.steps) == 0:
        return 0
    return int(
        st.selectbox(
            "Where in the plan",
            places,
            index=min(opened.place, len(rest.steps)),
            format_func=lambda at: f"After {at}. {title_of(rest.steps[at - 1])}" if at else "First",
            key=f"{opened.scope}.place",
            help="A step sees the columns as the steps before it left them.",
        )
    )


def _columns(
    rest: PreparePlan, table: Table, spec: StepSpec, place: int, families: Sequence[Family], opened: Editing
) -> tuple[tuple[str, ...], tuple[ColumnKind, ...]]:
    offered = suiting(rest, table, spec, place=place, families=families)
    kinds = [kind for kind in ColumnKind if kind in spec.kinds and any(c.kind is kind for c in table.columns)]
    way = st.segmented_control(
        "Done to",
        [NAMED, BY_TYPE],
        default=BY_TYPE if opened.choice.of_kind else NAMED,
        required=True,
        key=f"{opened.scope}.way",
        help="By type also takes in columns that come to the table later.",
    )
    if way == BY_TYPE:
        return _kept_names(opened), _by_type(offered, kinds, opened)
    return _by_name(offered, spec, opened), ()


def _kept_names(opened: Editing) -> tuple[str, ...]:
    return opened.choice.columns if opened.choice.of_kind else ()


def _by_type(offered: Sequence[Feature], kinds: Sequence[ColumnKind], opened: Editing) -> tuple[ColumnKind, ...]:
    plural = dict(zip(TYPE_WORDS, TYPE_PLURALS, strict=True))
    chosen = st.pills(
        "Types",
        kinds,
        selection_mode="multi",
        default=[kind for kind in opened.choice.of_kind if kind in kinds] or list(kinds[:1]),
        format_func=lambda kind: f"All {plural[KIND_WORDS[kind]]} ({sum(f.kind is kind for f in offered)})",
        key=f"{opened.scope}.kinds",
        label_visibility="collapsed",
    )
    return tuple(kind for kind in kinds if kind in chosen)


def _by_name(offered: Sequence[Feature], spec: StepSpec, opened: Editing) -> tuple[str, ...]:
    names = [feature.root for feature in offered]
    key = f"{opened.scope}.columns"
    if key not in st.session_state:
        st.session_state[key] = list(opened.choice.columns) or _likely(offered, spec)
    held = list(st.session_state[key])
    chosen = st.multiselect(
        "Columns",
        [*names, *(name for name in held if name not in names)],
        format_func=lambda name: (name or "(no name)") + ("" if name in names else " (not at this point)"),
        key=key,
        placeholder="Choose columns" if names else "No column suits at this point",
        label_visibility="collapsed",
    )
    rest = [name for name in names if name not in chosen]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(f"{len(names)} suit at this point.", width="content")
        if rest:
            st.button("All of them", key=f"{key}.all", type="tertiary", on_click=_take, args=(key, [*chosen, *rest]))
        if chosen:
            st.button("None", key=f"{key}.none", type="tertiary", on_click=_take, args=(key, []))
    return tuple(chosen)


def _take(key: str, names: list[str]) -> None:
    st.session_state[key] = names


def _likely(offered: Sequence[Feature], spec: StepSpec) -> list[str]:
    """Return the columns that a new step starts with: those with gaps for a step on gaps, or the only one."""
    if spec.group is StepGroup.MISSING:
        return [feature.root for feature in offered if feature.gaps_seen and feature.root in feature.origin]
    return [feature.root for feature in offered] if len(offered) == 1 else []


def _name(rest: PreparePlan, table: Table, spec: StepSpec, opened: Editing) -> str:
    if spec.scope not in (StepScope.NEW, StepScope.REPLACE):
        return opened.choice.name
    raw = tuple(column.name for column in (*table.columns, *table.aside))
    taken = (*raw, *features_at(rest, table, place=len(rest.steps), family=Family.LINEAR))
    start = opened.choice.name or edit.free_name(rest, spec.title.lower(), taken=taken)
    given = st.text_input(
        "Name of what it makes",
        start,
        key=f"{opened.scope}.name",
        max_chars=80,
        help="Later steps can be done to it under this name. Several new columns are numbered.",
    )
    return str(given or "").strip() or start


def _families_kept(opened: Editing) -> tuple[Family, ...]:
    held = st.session_state.get(f"{opened.scope}.families", opened.choice.families)
    return tuple(family for family in FAMILIES if family in held)


def _families(opened: Editing) -> tuple[Family, ...]:
    chosen = st.pills(
        "Only for",
        list(FAMILIES),
        selection_mode="multi",
        default=list(opened.choice.families),
        format_func=FAMILIES.__getitem__,
        key=f"{opened.scope}.families",
        help=f"None chosen: for all models. {FAMILY_HELP}",
    )
    return tuple(family for family in FAMILIES if family in chosen)


def _mathematics(spec: StepSpec) -> None:
    if spec.formula or spec.source:
        with st.expander("The mathematics", type="compact"):
            if spec.formula:
                st.markdown(inline(spec.formula))
            if spec.source:
                st.caption(f"Source: {plain(spec.source)}.")
