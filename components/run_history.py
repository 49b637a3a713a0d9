"""The run history: what is looked for, the page of runs, and what is kept with the one that is chosen."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import navigation as nav
from components import services, state
from components.messages import plain, show_error
from components.numbers import counted, number
from components.words import ago
from core.data.schema import Dataset
from core.errors import ErrorInfo, LatheError, NotFound
from core.evaluate.metrics import get_metric
from core.jobs.diagnosis_tasks import last_sent
from core.jobs.job import JobRequest
from core.run.run_list import PAGE, RunFilter, RunPage, RunSummary, list_runs, tags_in_use
from core.run.runs import LONGEST_NOTES, MOST_TAGS

OFFSET, PROBLEM = "runs.offset", "runs.problem"
STAR = "\N{BLACK STAR}"


def filters() -> RunFilter:
    """Draw what can be asked of the history, and return what is asked."""
    tags = tags_in_use(services.workspace(), state.project_id())
    tables = {d.id: d.name for d in services.catalog().list(state.project_id())}
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        text = st.text_input(
            "Search", key="runs.text", placeholder="Name, note, tag, target or table", width=320, on_change=_first
        )
        tag = st.selectbox(
            "Tag", ["", *tags], key="runs.tag", format_func=lambda t: t or "Any tag", width=180, on_change=_first
        )
        table = st.selectbox(
            "Table",
            ["", *tables],
            key="runs.table",
            format_func=lambda i: tables.get(i, "Any table"),
            width=220,
            on_change=_first,
        )
        starred = st.toggle("Only marked ones", key="runs.starred", on_change=_first)
    return RunFilter(text=text or "", tag=tag or "", dataset_id=table or "", favourites=bool(starred))


def _first() -> None:
    """Go back to the first page. Runs as a callback."""
    state.remember(OFFSET, 0)


def page_of_runs(wanted: RunFilter) -> tuple[RunSummary, ...]:
    """Draw one page of runs, newest first, and return those picked."""
    offset = int(state.recall(OFFSET, 0))
    found = list_runs(services.workspace(), state.project_id(), wanted=wanted, offset=offset)
    if not found.runs and offset:
        state.remember(OFFSET, 0)
        found = list_runs(services.workspace(), state.project_id(), wanted=wanted)
        offset = 0
    if not found.runs:
        st.caption("No run fits what is looked for.")
        return ()
    event = st.dataframe(
        table_of(found.runs),
        hide_index=True,
        key=f"runs.list.{offset}",
        on_select="rerun",
        selection_mode="multi-row",
        height="content",
        column_config={
            STAR: st.column_config.TextColumn(width=36, pinned=True, help="Marked by you."),
            "Run": st.column_config.TextColumn(width="medium", pinned=True),
            "Score": st.column_config.TextColumn(alignment="right", width="small"),
            "Models": st.column_config.TextColumn(alignment="right", width=72),
            "Notes": st.column_config.TextColumn(width="medium"),
        },
        alt="Runs of this project, newest first.",
    )
    _pager(found, offset)
    return tuple(found.runs[place] for place in event["selection"]["rows"] if place < len(found.runs))


def table_of(runs: tuple[RunSummary, ...]) -> pd.DataFrame:
    """Return runs as a table of what is shown."""
    return pd.DataFrame(
        [
            {
                STAR: STAR if run.favourite else "",
                "Run": name_of(run),
                "When": ago(run.created),
                "Best model": run.best,
                "Score": f"{number(run.score)}" if run.best else number(None),
                "Metric": get_metric(run.metric).title.partition(" (")[0] if run.metric else "",
                "Table": run.dataset or "gone",
                "Models": f"{run.scored} of {run.models}",
                "Tags": ", ".join(run.tags),
                "Notes": run.notes.partition("\n")[0],
            }
            for run in runs
        ]
    )


def name_of(run: RunSummary) -> str:
    """Return what a run is called."""
    return run.name or f"Predict {run.target}"


def _pager(found: RunPage, offset: int) -> None:
    last = min(offset + len(found.runs), found.total)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption(f"{offset + 1:,} to {last:,} of {counted(found.total, 'run')}", width="content")
        if found.total > PAGE:
            st.button(
                "Newer", key="runs.newer", type="tertiary", icon=":material/chevron_left:", disabled=offset == 0,
                on_click=state.remember, args=(OFFSET, max(offset - PAGE, 0)),
            )  # fmt: skip
            st.button(
                "Older", key="runs.older", type="tertiary", icon=":material/chevron_right:",
                disabled=last >= found.total, on_click=state.remember, args=(OFFSET, offset + PAGE),
            )  # fmt: skip


def one_run(run: RunSummary) -> None:
    """Draw what is kept with a run, and what can be done with it."""
    problem = state.recall(PROBLEM)
    if problem:
        show_error(ErrorInfo.model_validate(problem))
        state.remember(PROBLEM, None)
    with st.container(border=True, gap="small", key="runs.one"):
        left, right = st.columns([2, 1], gap="large")
        with left:
            _kept(run)
        with right:
            _actions(run)


def _kept(run: RunSummary) -> None:
    st.text_input(
        "Name", run.name, key=f"runs.name.{run.id}", max_chars=80, placeholder=name_of(run), on_change=_save,
        args=(run.id,),
    )  # fmt: skip
    known = tags_in_use(services.workspace(), state.project_id())
    st.multiselect(
        "Tags", sorted({*known, *run.tags}), default=list(run.tags), key=f"runs.tags.{run.id}",
        accept_new_options=True, max_selections=MOST_TAGS, on_change=_save, args=(run.id,),
        placeholder="Type a word and press Enter",
    )  # fmt: skip
    st.text_area(
        "Notes", run.notes, key=f"runs.notes.{run.id}", max_chars=LONGEST_NOTES, height=100, on_change=_save,
        args=(run.id,), placeholder="What was tried, and why",
    )  # fmt: skip


def _save(run_id: str) -> None:
    """Keep what was typed. Runs as a callback."""
    store, typed = services.runs(), st.session_state
    store.rename(run_id, typed[f"runs.name.{run_id}"] or "")
    store.annotate(run_id, notes=typed[f"runs.notes.{run_id}"] or "", tags=typed[f"runs.tags.{run_id}"])


def _actions(run: RunSummary) -> None:
    words = "Take the mark away" if run.favourite else "Mark it"
    if st.button(
        "Open its results", key="runs.open", icon=":material/leaderboard:", width="stretch", on_click=state.open_run,
        args=(run.id,),
    ):  # fmt: skip
        state.go(nav.RESULTS)
    fits = run.dataset_id in {d.id for d in services.catalog().list(state.project_id())}
    if st.button(
        "Clone and change", key="runs.clone", icon=":material/content_copy:", width="stretch", disabled=not fits,
        on_click=clone, args=(run.id,),
        help="Takes its goal, plan, models and settings to Train, where they can be changed. "
        + ("" if fits else "Its table is no longer in the project."),
    ) and not state.recall(PROBLEM):  # fmt: skip
        state.go(nav.TRAIN)
    st.button(
        words, key="runs.star", icon=":material/star:", width="stretch", on_click=_star,
        args=(run.id, not run.favourite),
    )  # fmt: skip
    _tracking(run)
    if st.button("Delete", key="runs.delete", icon=":material/delete:", width="stretch", type="tertiary"):
        delete_dialog(run)


def _star(run_id: str, on: bool) -> None:
    """Mark a run or take the mark away. Runs as a callback."""
    services.runs().annotate(run_id, favourite=on)


def clone(run_id: str) -> None:
    """Take a run's recipe into the draft. Runs as a callback."""
    run = services.runs().get(run_id)
    try:
        dataset = services.catalog().get(run.dataset_id)
    except NotFound as error:
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return
    missing = _missing(dataset, run.recipe.task.target, tuple(run.recipe.task.roles))
    if missing:
        error = LatheError(
            f"The table no longer has the column {missing!r} that this run used.", hint="Choose a goal anew."
        )
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return
    state.open_dataset(dataset.id)
    recipe = run.recipe
    chosen = {"task": recipe.task, "models": recipe.models, "budget": recipe.budget, "seed": recipe.seed}
    state.save_draft(**chosen, **({"plan": recipe.plan} if recipe.plan else {}))


def _missing(dataset: Dataset, target: str, roles: tuple[str, ...]) -> str:
    return next((name for name in (target, *roles) if name not in dataset.column_names), "")


def _tracking(run: RunSummary) -> None:
    """Offer to send the run to a tracking server, where one is set, and say what became of the last time."""
    if not services.workspace().settings.mlflow_url:
        return
    st.button(
        "Send to MLflow", key="runs.mlflow", icon=":material/upload:", width="stretch", on_click=_send, args=(run,)
    )
    told = last_sent(services.workspace(), run.id)
    if told is not None:
        st.caption(plain(told.problem or f"Last sent: {counted(len(told.runs), 'model')} to {told.url}."))


def _send(run: RunSummary) -> None:
    """Send a run to the tracking server. Runs as a callback."""
    services.executor().submit(
        JobRequest(
            kind="mlflow",
            payload={"run_id": run.id},
            project_id=state.project_id(),
            run_id=run.id,
            title=f"Send {name_of(run)} to MLflow",
            priority=-1,
        )
    )


@st.dialog("Delete run")
def delete_dialog(run: RunSummary) -> None:
    """Ask before a run is deleted."""
    st.markdown(f"**{plain(name_of(run))}**, {counted(run.models, 'model')}, and all its files will be gone.")
    if st.button("Delete", key="runs.delete.sure", type="primary", icon=":material/delete:"):
        try:
            services.runs().delete(run.id)
        except LatheError as error:
            show_error(error)
            return
        if state.run_id() == run.id:
            state.close("run")
        st.rerun()
