"""The models of a run as they stand: newest job, result, and the words for both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from components import services
from components.numbers import counted
from core.errors import ErrorInfo
from core.jobs.follow import newest_jobs
from core.jobs.job import Job
from core.jobs.records import UNFINISHED
from core.models.registry import get_model
from core.run.result import EpochRecord, ModelResult
from core.types import JobState, ModelStatus


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
    run = services.runs().get(run_id)
    results = {r.label: r for r in services.runs().results(run_id)}
    newest = newest_jobs(services.workspace(), run_id)
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
    return bool(run_id) and bool(services.queue().list(run_id=run_id, states=UNFINISHED, kinds=("train",)))


def head_line(rows: Sequence[PanelRow]) -> str:
    """Say where a run stands: "3 of 6 models done, 2 training, 1 waiting"."""
    states = [row.job.state for row in rows]
    waiting, stopped = states.count(JobState.QUEUED), states.count(JobState.CANCELLED)
    active = sum(row.is_active for row in rows)
    counts = ((active - waiting, "training"), (waiting, "waiting"), (stopped, "stopped or skipped"))
    done = f"{len(rows) - active - stopped} of {counted(len(rows), 'model')} done"
    return ", ".join([done, *(f"{count} {word}" for count, word in counts if count)])


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


_TOLD = ("train_loss", "valid_loss", "learning_rate", "gradient_norm", "rows_per_s", "memory_mb")


@dataclass(frozen=True)
class Live:
    """What the events of a running job have told so far.

    Attributes
    ----------
    epochs : tuple of EpochRecord
        Of a network.
    device, device_reason : str
        Where it trains, and why not elsewhere; empty before it is known.
    """

    epochs: tuple[EpochRecord, ...] = ()
    device: str = ""
    device_reason: str = ""


def live(job: Job) -> Live:
    """Return what a running job has told so far."""
    found, device, reason = [], "", ""
    for event in services.queue().events(job.id):
        values = event.values
        if "device" in values:
            device, reason = str(values["device"]), str(values.get("device_reason", ""))
        if "epoch" in values and values.get("train_loss") is not None:
            told = {name: values.get(name) for name in _TOLD}
            found.append(EpochRecord(fold=int(values.get("fold", 0)), epoch=int(values["epoch"]), **told))
    return Live(tuple(found), device, reason)


def epoch_words(epoch: EpochRecord) -> str:
    """Say what an epoch told: "learning rate 0.001, gradient 2.3, 12,000 rows/s, 310 MB"."""
    parts = [
        f"learning rate {epoch.learning_rate:.2g}" if epoch.learning_rate is not None else "",
        f"gradient {epoch.gradient_norm:.3g}" if epoch.gradient_norm is not None else "",
        f"{epoch.rows_per_s:,.0f} rows/s" if epoch.rows_per_s is not None else "",
        f"{epoch.memory_mb:,.0f} MB" if epoch.memory_mb else "",
    ]
    return ", ".join(part for part in parts if part)


def device_words(device: str, reason: str) -> str:
    """Say where a model trains, and why not on a GPU where it could have: "on the CPU: no GPU was found ..."."""
    if device in ("", "cpu"):
        return f"on the CPU: {reason[:1].lower()}{reason[1:].rstrip('.')}" if reason else ""
    return f"on {device}"
