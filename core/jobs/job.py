"""A job: a piece of work that runs in a worker process and outlives the screen that asked for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.errors import ErrorInfo
from core.types import JobState


class Progress(BaseModel):
    """How far a job is: fraction 0 to 1, stage ("fold 2 of 5") and a sentence."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fraction: float = 0.0
    stage: str = ""
    message: str = ""


class ProgressEvent(BaseModel):
    """One line of a job's ``events.jsonl``; ``sequence`` counts from 1, ``values`` hold fold, epoch, losses."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sequence: int
    time: datetime
    fraction: float = 0.0
    stage: str = ""
    message: str = ""
    values: dict[str, Any] = Field(default_factory=dict)


class JobRequest(BaseModel):
    """What is asked for.

    Attributes
    ----------
    kind : str
        Name of a handler: "train", "explain", "explain_row", "export", "predict".
    pool : str
        Worker pool: "classic", "keras" or "torch"; a process serves one pool only.
    payload : dict
        JSON values for the handler.
    run_id, label : str
        The run and the model it belongs to, where it does.
    title : str
        Words for the job panel.
    priority : int
        Lower goes first; equal ones in order of submission.
    needs_gpu : bool
        Waits for a GPU, which serves one job at a time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    pool: str = "classic"
    payload: dict[str, Any] = Field(default_factory=dict)
    project_id: str = ""
    run_id: str = ""
    label: str = ""
    title: str = ""
    priority: int = 5
    needs_gpu: bool = False
    deadline: datetime | None = None


class Job(BaseModel):
    """A job as stored.

    Attributes
    ----------
    position : int
        Place in the queue (1 is next) while it waits, else 0.
    pid, process_started, host : int, float, str
        The worker process: its number, when it started (seconds since 1970) and where.
    stop_requested, stop_reason : datetime, str
        When it was told to stop, and why where it was not a person: "TimeLimit".
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    request: JobRequest
    state: JobState
    progress: Progress = Progress()
    position: int = 0
    pid: int | None = None
    process_started: float | None = None
    host: str = ""
    heartbeat: datetime | None = None
    created: datetime
    started: datetime | None = None
    finished: datetime | None = None
    stop_requested: datetime | None = None
    stop_reason: str = ""
    result: dict[str, Any] = Field(default_factory=dict)
    error: ErrorInfo | None = None
