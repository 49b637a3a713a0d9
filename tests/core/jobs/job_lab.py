"""A workspace with real processes, and its end."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import psutil

from core.jobs.executor import Executor
from core.jobs.job import Job, JobRequest
from core.jobs.queue import JobQueue
from core.store.artifacts import read_json
from core.store.workspace import Workspace

LIMIT_S = 60.0
T = TypeVar("T")


def until(look: Callable[[], T], limit_s: float = LIMIT_S) -> T:
    """Look until there is something, at most for a while."""
    end = time.monotonic() + limit_s
    while not (found := look()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
    return found


@dataclass
class Lab:
    """A workspace, an executor on it, and shortcuts."""

    workspace: Workspace
    executor: Executor

    @property
    def queue(self) -> JobQueue:
        return JobQueue(self.workspace)

    @property
    def release_file(self) -> Path:
        return self.workspace.root / "release"

    def submit(self, kind: str, **options: object) -> Job:
        payload = {"a": 1, "b": 2, "zero": 0, "file": str(self.release_file)}
        return self.executor.submit(JobRequest.model_validate({"kind": kind, "payload": payload, **options}))

    def finish(self, *jobs: Job) -> tuple[Job, ...]:
        ended = self.executor.wait([job.id for job in jobs], timeout_s=LIMIT_S)
        assert all(job.state.is_finished for job in ended), [job.state for job in ended]
        return ended

    def running(self, job: Job, stage: str = "waiting") -> Job:
        """Wait until the handler of ``job`` has reported ``stage``."""
        until(lambda: any(event.stage == stage for event in self.queue.events(job.id)))
        return self.queue.get(job.id)

    def dispatcher_pid(self) -> int:
        return int(read_json(self.workspace.path("jobs/dispatcher.json"))["pid"])

    def processes(self) -> list[psutil.Process]:
        """Every process of this workspace, whoever is its parent now."""
        root = str(self.workspace.root)
        found = []
        for process in psutil.process_iter(["cmdline", "status"]):
            line = process.info["cmdline"] or []
            if root in line and any(part.startswith("core.jobs.") for part in line):
                found.append(process)
        return found

    def end_processes(self) -> None:
        for process in self.processes():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
