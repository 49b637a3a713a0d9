"""Plans under a name: saved, used again on this table, taken along as a file, brought back."""

from __future__ import annotations

import streamlit as st

from components import layout, services, state
from components.messages import plain, show_error
from components.numbers import counted
from components.plan_code import code_view
from components.plan_edit import features
from components.plan_state import change, plan_now
from components.plan_words import listed
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import ErrorInfo, LatheError
from core.prepare.library import PlanFit, PlanStore, SavedPlan, fit_plan, from_yaml, to_yaml
from core.prepare.plan import PreparePlan

MOST_FILE_BYTES = 1_000_000


def saved_view(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw saving, the saved plans, and the way out to a file and in from one."""
    _say_last()
    layout.section("Save this plan", "It can be used again on any table with the same columns.")
    _save(dataset, task, plan)
    st.space("xsmall")
    layout.section("Saved plans")
    _list(dataset, task)
    st.space("xsmall")
    layout.section("As a file", "A recipe in YAML: to keep, to review, to use from the command line.")
    _file(dataset, task, plan)
    st.space("xsmall")
    code_view(dataset, task, plan)


def store() -> PlanStore:
    """Return the store of plans."""
    return PlanStore(services.workspace())


def _save(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        st.text_input(
            "Name", key=f"plan.save.name.{dataset.id}", placeholder=plan.name or "Careful with outliers",
            max_chars=80, label_visibility="collapsed", width=320,
        )  # fmt: skip
        st.button(
            "Save", key="plan.save", icon=":material/bookmark_add:", disabled=not plan.steps, on_click=_keep,
            args=(dataset, task),
        )  # fmt: skip


def _keep(dataset: Dataset, task: Task) -> None:
    key = f"plan.save.name.{dataset.id}"
    try:
        saved = store().save(dataset.project_id, st.session_state[key], plan_now(), features(dataset, task))
    except LatheError as error:
        _tell(error)
        return
    st.session_state[key] = ""
    _tell(f"Saved as {saved.name}.")


def _list(dataset: Dataset, task: Task) -> None:
    kept = sorted(store().list(), key=lambda saved: saved.project_id != dataset.project_id)
    names = {project.id: project.name for project in services.projects().list()} if kept else {}
    if not kept:
        st.caption("None yet.")
    for saved in kept:
        with st.container(border=True, key=f"plan.saved.{saved.id}"):
            _entry(dataset, task, saved, names.get(saved.project_id, ""))


def _entry(dataset: Dataset, task: Task, saved: SavedPlan, project: str) -> None:
    fit = fit_plan(saved.plan, features(dataset, task), saved.columns)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        with st.container(gap="xxsmall", width="stretch"):
            st.markdown(f"**{plain(saved.name)}**")
            other = "" if saved.project_id == dataset.project_id else f", project {project}"
            made = f"{counted(len(saved.plan.steps), 'step')}, {saved.created:%d %b %Y}{other}."
            st.caption(plain(f"{made} {fit_words(fit)}"))
        with st.container(horizontal=True, gap="small", width="content"):
            st.button("Use", key=f"plan.use.{saved.id}", on_click=_use, args=(saved.name, fit))
            st.button(
                "", key=f"plan.drop.{saved.id}", icon=":material/delete:", type="tertiary",
                help="Delete this saved plan", on_click=_drop, args=(saved,),
            )  # fmt: skip


def fit_words(fit: PlanFit) -> str:
    """Say how a plan suits this table."""
    words = []
    if fit.missing:
        words.append(f"Not in this table: {listed(fit.missing, 6)}.")
    if fit.other_kind:
        words.append(f"Of another type here: {listed(fit.other_kind, 6)}.")
    if fit.new:
        words.append(f"Not known to the plan: {listed(fit.new, 6)}.")
    if fit.switched_off:
        words.append(f"{counted(len(fit.switched_off), 'step')} cannot be done here and would be switched off.")
    return " ".join(words) or "Fits this table."


def _use(name: str, fit: PlanFit) -> None:
    change(fit.plan.model_copy(update={"name": name}))
    _tell(f"{name} is used now. {fit_words(fit)} Undo brings the former plan back.")


def _drop(saved: SavedPlan) -> None:
    try:
        store().delete(saved.id)
    except LatheError as error:
        _tell(error)
        return
    _tell(f"{saved.name} is no longer kept.")


def _file(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    st.download_button(
        "Download the plan", data=lambda: to_yaml(plan).encode(), file_name="plan.yaml", mime="application/yaml",
        key="plan.download", icon=":material/download:", on_click="ignore", disabled=not plan.steps,
    )  # fmt: skip
    key = f"plan.upload.{state.recall('plan.upload.turn', 0)}"
    st.file_uploader(
        "Use a plan from a file", type=["yaml", "yml", "json"], key=key, on_change=_bring, args=(dataset, task, key),
        max_upload_size=1,
    )  # fmt: skip


def _bring(dataset: Dataset, task: Task, key: str) -> None:
    held = st.session_state.get(key)
    if held is None:
        return
    state.remember("plan.upload.turn", state.recall("plan.upload.turn", 0) + 1)
    try:
        plan = from_yaml(_text(held.getvalue()))
    except LatheError as error:
        _tell(error)
        return
    _use(held.name, fit_plan(plan, features(dataset, task)))


def _text(content: bytes) -> str:
    try:
        return content[: MOST_FILE_BYTES + 1].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LatheError(
            "A plan's file must be text in UTF-8.", hint="Bring the YAML or JSON file of a plan."
        ) from error


def _tell(said: str | LatheError) -> None:
    """Keep what a callback has to say until the page is drawn."""
    if isinstance(said, LatheError):
        problems = getattr(said, "problems", (said,))
        infos = [ErrorInfo.from_exception(problem).model_dump() | {"traceback": ""} for problem in problems]
        state.remember("plan.told", infos)
    else:
        state.remember("plan.told", said)


def _say_last() -> None:
    said = state.recall("plan.told")
    state.remember("plan.told", None)
    if isinstance(said, str):
        st.success(plain(said), icon=":material/check:")
    for info in said if isinstance(said, list) else ():
        show_error(ErrorInfo.model_validate(info))
