"""Running work in sight: the badge in the sidebar, and the live panel of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from components import navigation as nav
from components import services, state
from components.messages import plain, show_error
from components.numbers import counted, duration, interval, percent
from core.errors import ErrorInfo, LatheError
from core.jobs.job import Job
from core.run.result import EpochRecord, ModelResult
from core.types import JobState, ModelStatus

BADGE_EVERY_S = 2
PANEL_EVERY_S = 1
_UNFINISHED = tuple(s for s in JobState if not s.is_finished)


@dataclass(frozen=True)
class PanelRow:
    """One model of a run on the panel: the newest job of its label and its result, if there is one."""

    label: str
    title: str
    key: str
    job: Job
    result: ModelResult | None

    @property
    def is_active(self) -> bool:
        """True while the model waits, trains or stops."""
        return not self.job.state.is_finished

    @property
    def is_scored(self) -> bool:
        """True once it has a place on the board."""
        return self.result is not None and self.result.status is ModelStatus.OK and not self.is_active

    @property
    def error(self) -> ErrorInfo | None:
        """Why it has no score, where it ended without one."""
        if self.is_active or self.is_scored:
            return None
        if self.job.error is not None:
            return self.job.error
        if self.result is not None and self.result.reason:
            return ErrorInfo(kind="ModelFailed", message=self.result.reason, hint=self.result.remedy)
        return None


def panel_rows(run_id: str) -> tuple[PanelRow, ...]:
    """Return the models of a run in the order of its recipe, each with its newest job."""
    from core.models.registry import get_model

    run = services.runs().get(run_id)
    results = {r.label: r for r in services.runs().results(run_id)}
    newest: dict[str, Job] = {}
    for job in services.queue().list(run_id=run_id, kinds=("train",)):
        newest.setdefault(job.request.label, job)
    return tuple(
        PanelRow(
            label=choice.label,
            title=choice.name or get_model(choice.key).title,
            key=choice.key,
            job=newest[choice.label],
            result=results.get(choice.label),
        )
        for choice in run.recipe.models
        if choice.label in newest
    )


def is_active(run_id: str) -> bool:
    """Tell whether any model of the run still waits or trains."""
    return bool(run_id) and bool(services.queue().list(run_id=run_id, states=_UNFINISHED, kinds=("train",)))


# --- the badge in the sidebar -------------------------------------------------------------------------------------


def job_badge() -> None:
    """Draw the running work of the project in the sidebar; it follows by itself while there is any."""
    busy = bool(_unfinished())
    st.fragment(_badge, run_every=BADGE_EVERY_S if busy else None)(busy)


def _unfinished() -> tuple[Job, ...]:
    return services.queue().list(project_id=state.project_id(), states=_UNFINISHED)


def _badge(busy: bool) -> None:
    jobs = _unfinished()
    if busy != bool(jobs):
        st.rerun()
    with st.container(border=bool(jobs), gap="xsmall", key="jobs.badge"):
        if not jobs:
            st.caption(":material/check_circle: No work is running")
            return
        running = [j for j in jobs if j.state is not JobState.QUEUED]
        done = _done_of_same_runs(jobs)
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", wrap=False
        ):
            st.markdown(f":small[**{badge_line(jobs, done)}**]", width="content")
            st.button(
                "Stop" if len(jobs) == 1 else "Stop all",
                key="jobs.stop",
                type="tertiary",
                on_click=_stop,
                args=([j.id for j in jobs],),
            )
        st.progress(overall_fraction([*jobs, *done]))
        for job in running[:2]:
            st.caption(f"{plain(job.request.title)}, {plain(job.progress.stage or 'starting').lower()}")
        if running and len(running) < len(jobs):
            st.caption(f"{len(jobs) - len(running)} waiting")
        run_id = next((j.request.run_id for j in reversed(jobs) if j.request.kind == "train"), "")
        if run_id:
            st.page_link(
                nav.TRAIN, label="Watch", icon=":material/monitoring:", query_params={**state.query(), "run": run_id}
            )


def _done_of_same_runs(jobs: Sequence[Job]) -> tuple[Job, ...]:
    """Return the newest finished training job of each model in the runs that still have work."""
    found: dict[tuple[str, str], Job] = {}
    for run_id in {j.request.run_id for j in jobs if j.request.kind == "train"}:
        for job in services.queue().list(run_id=run_id, kinds=("train",)):
            found.setdefault((run_id, job.request.label), job)
    return tuple(job for job in found.values() if job.state.is_finished)


def badge_line(jobs: Sequence[Job], done: Sequence[Job] = ()) -> str:
    """Say how much runs and how far it is: "2 running, 42 %"; ``done`` counts towards the share."""
    running = sum(j.state is not JobState.QUEUED for j in jobs)
    head = f"{running} running" if running else f"{len(jobs)} waiting"
    return f"{head}, {percent(overall_fraction([*jobs, *done]))}"


def overall_fraction(jobs: Sequence[Job]) -> float:
    """Return how far all jobs are together, 0 to 1, each counting alike."""
    done = [1.0 if j.state.is_finished else j.progress.fraction for j in jobs]
    return min(max(sum(done) / len(done), 0.0), 1.0) if done else 0.0


# --- the live panel of a run --------------------------------------------------------------------------------------


def run_panel(run_id: str, *, below: Callable[[], None] | None = None) -> None:
    """Draw the models of a run with their progress; it follows by itself while one of them is active.

    Parameters
    ----------
    run_id : str
        The run.
    below : callable, optional
        Drawn under the models at every look, such as the board of those that have finished.
    """
    busy = is_active(run_id)
    st.fragment(_panel, run_every=PANEL_EVERY_S if busy else None)(run_id, busy, below)


def _panel(run_id: str, busy: bool, below: Callable[[], None] | None) -> None:
    rows = panel_rows(run_id)
    active = [row for row in rows if row.is_active]
    if busy != bool(active):
        st.rerun()
    with st.container(border=True, gap="small", key="run.panel"):
        _panel_head(run_id, rows, active)
        for row in rows:
            _panel_row(row)
    _losses(rows)
    if below is not None:
        below()


def _panel_head(run_id: str, rows: Sequence[PanelRow], active: Sequence[PanelRow]) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{head_line(rows)}**", width="content")
        if active:
            label = "Stop" if len(active) == 1 else "Stop all"
            ids = [row.job.id for row in active]
            st.button(label, key="run.stop_all", icon=":material/stop_circle:", on_click=_stop, args=(ids,))
        elif any(row.job.state is not JobState.SUCCEEDED for row in rows):
            count = sum(row.job.state is not JobState.SUCCEEDED for row in rows)
            st.button(
                f"Run {counted(count, 'model')} again",
                key="run.resume",
                icon=":material/replay:",
                on_click=resume,
                args=(run_id,),
                help="Trains only the models without a result; the others keep theirs.",
            )
    for problem in state.recall("panel.errors", []):
        show_error(LatheError(problem["message"], hint=problem["hint"]))


def head_line(rows: Sequence[PanelRow]) -> str:
    """Say where a run stands: "3 of 6 models done, 2 training, 1 waiting"."""
    done = sum(not row.is_active for row in rows)
    waiting = sum(row.job.state is JobState.QUEUED for row in rows)
    training = len(rows) - done - waiting
    parts = [f"{done} of {counted(len(rows), 'model')} done"]
    parts += [f"{training} training"] if training else []
    parts += [f"{waiting} waiting"] if waiting else []
    return ", ".join(parts)


def _panel_row(row: PanelRow) -> None:
    name, progress, time_spent, action = st.columns([3, 5, 1.4, 1.1], vertical_alignment="center", gap="small")
    with name:
        st.markdown(f"{_mark(row)} {plain(row.title)}")
    with progress:
        _row_progress(row)
    with time_spent:
        st.caption(duration(elapsed_s(row.job)) if row.job.started else "", text_alignment="right")
    with action, st.container(horizontal_alignment="right"):
        if row.job.state in (JobState.QUEUED, JobState.RUNNING):
            st.button("Stop", key=f"run.stop.{row.label}", type="tertiary", on_click=_stop, args=([row.job.id],))


def _row_progress(row: PanelRow) -> None:
    job = row.job
    if job.state is JobState.QUEUED:
        st.caption(queue_words(job.position))
    elif job.state in (JobState.RUNNING, JobState.CANCELLING):
        text = "stopping" if job.state is JobState.CANCELLING else stage_words(job)
        st.progress(min(max(job.progress.fraction, 0.0), 1.0), text=f":small[:gray[{plain(text)}]]")
    elif row.is_scored and row.result is not None:
        device = f" :gray[on {plain(row.result.device)}]" if row.result.device not in ("", "cpu") else ""
        st.markdown(f"{interval(row.result.scores[0]) if row.result.scores else 'done'}{device}")
    else:
        info = row.error
        words = {JobState.CANCELLED: "Stopped before it was done."}.get(job.state, "It ended without a result.")
        hint = f" :gray[{plain(info.hint)}]" if info and info.hint else ""
        st.markdown(f":small[{plain(info.message if info else words)}{hint}]")


def queue_words(position: int) -> str:
    """Say the place in the queue."""
    return "waiting, next in line" if position <= 1 else f"waiting, number {position} in line"


def stage_words(job: Job) -> str:
    """Say what a running job does: "fold 2 of 5, epoch 14 of at most 60"."""
    parts = [job.progress.stage, job.progress.message if job.progress.message.startswith("epoch") else ""]
    return ", ".join(part for part in parts if part) or "starting"


def elapsed_s(job: Job) -> float:
    """Return for how many seconds the job has run, or ran."""
    if job.started is None:
        return 0.0
    return ((job.finished or datetime.now(UTC)) - job.started).total_seconds()


_MARKS = {
    JobState.QUEUED: ":gray[:material/schedule:]",
    JobState.RUNNING: ":primary[:material/progress_activity:]",
    JobState.CANCELLING: ":gray[:material/stop_circle:]",
    JobState.CANCELLED: ":gray[:material/stop_circle:]",
    JobState.FAILED: ":red[:material/error:]",
    JobState.LOST: ":red[:material/link_off:]",
}


def _mark(row: PanelRow) -> str:
    if row.is_scored:
        return ":green[:material/check_circle:]"
    return _MARKS.get(row.job.state, ":red[:material/error:]")


# --- loss curves --------------------------------------------------------------------------------------------------


def live_epochs(job: Job) -> tuple[EpochRecord, ...]:
    """Return the epochs that a running network has told so far."""
    found = []
    for event in services.queue().events(job.id):
        values = event.values
        if "epoch" in values and values.get("train_loss") is not None:
            found.append(
                EpochRecord(
                    fold=int(values.get("fold", 0)),
                    epoch=int(values["epoch"]),
                    train_loss=float(values["train_loss"]),
                    valid_loss=values.get("valid_loss"),
                )
            )
    return tuple(found)


def _losses(rows: Sequence[PanelRow]) -> None:
    from components.charts import show
    from components.model_charts import LossLines, loss_figure
    from components.model_colors import model_color
    from core.models.registry import get_model

    lines = []
    for row in rows:
        if get_model(row.key).capabilities.progress == "none" or row.job.started is None:
            continue
        epochs = row.result.epochs if row.result is not None and not row.is_active else live_epochs(row.job)
        if epochs:
            lines.append(LossLines(row.title, model_color(row.key), epochs))
    if lines:
        show(
            loss_figure(lines),
            title="How the networks learn",
            caption="Loss by epoch: validation solid, training dotted; earlier folds faint. "
            "Falling together is learning; training falling alone is learning by heart.",
            key="run.losses",
        )


# --- callbacks ----------------------------------------------------------------------------------------------------


def _stop(job_ids: Sequence[str]) -> None:
    executor = services.executor()
    for job_id in job_ids:
        executor.stop(job_id)


def resume(run_id: str) -> None:
    """Train the models of a run that have no result once more. Safe in a callback."""
    from core.jobs.training import resume_run

    state.remember("panel.errors", [])
    try:
        resume_run(services.workspace(), services.executor(), run_id)
    except LatheError as error:
        state.remember("panel.errors", [{"message": error.message, "hint": error.hint}])
