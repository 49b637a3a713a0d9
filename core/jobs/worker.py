"""A worker process: ``python -m core.jobs.worker WORKSPACE --pool P``.

It serves one pool, so that TensorFlow and PyTorch never meet, and imports that pool's libraries before it is asked
for anything. Job ids come in on standard input, one a line; the end of input means that the dispatcher is gone or
wants the process no more, and the worker ends after its present job. What it tells the dispatcher goes out on
standard output: ``ready``, and ``done ID`` when it may be used again. It has no SIGTERM handler on purpose: the
signal must end it in the middle of a long call into C as well.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.jobs.perform import perform
from core.jobs.preload import POOL_IMPORTS, import_frameworks
from core.jobs.queue import JobQueue
from core.jobs.records import ACTIVE
from core.jobs.watch import watched
from core.store.workspace import Workspace, open_workspace
from core.types import JobState


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve jobs until the input ends, then leave without the slow tear-down of the frameworks."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs.worker", description="Carry out jobs of one pool.")
    parser.add_argument("workspace")
    parser.add_argument("--pool", choices=tuple(POOL_IMPORTS), default="classic")
    options = parser.parse_args(arguments)
    commands, control = _private_channels()
    workspace = open_workspace(options.workspace)
    import_frameworks(options.pool)
    _tell(control, "ready")
    _serve(workspace, commands, control)
    _leave()


def _serve(workspace: Workspace, commands: int, control: int) -> None:
    queue = JobQueue(workspace)
    with os.fdopen(commands, encoding="ascii") as lines:
        for line in lines:
            job_id = line.strip()
            if queue.state(job_id) in ACTIVE and not _run_one(queue, job_id):
                _leave()
            _tell(control, f"done {job_id}")
            gc.collect()


def _run_one(queue: JobQueue, job_id: str) -> bool:
    """Carry out one job; return whether this process may be used for another."""
    stop = threading.Event()
    with _output_to(queue.folder(job_id) / "log.txt"), watched(queue, job_id, stop):
        state = perform(queue, job_id, stop=stop)
    # After a Stop the work may have left threads, memory and half-built graphs behind; after a MemoryError too.
    return state in (JobState.SUCCEEDED, JobState.FAILED) and not stop.is_set() and not _ran_out(queue, job_id)


def _ran_out(queue: JobQueue, job_id: str) -> bool:
    job = queue.get_stored(job_id)
    kinds = (job.error.kind if job.error else "", job.result.get("error", ""))
    return any(kind in ("MemoryError", "GpuMemoryError") for kind in kinds)


def _private_channels() -> tuple[int, int]:
    """Keep the two pipes to the dispatcher for this module alone: what a library prints must not reach them."""
    commands, control = os.dup(0), os.dup(1)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return commands, control


@contextmanager
def _output_to(path: Path) -> Iterator[None]:
    """Send everything printed, by libraries written in C too, to ``path``."""
    saved = os.dup(1), os.dup(2)
    with path.open("ab") as log:
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        for target, descriptor in enumerate(saved, start=1):
            os.dup2(descriptor, target)
            os.close(descriptor)


def _tell(control: int, message: str) -> None:
    try:
        os.write(control, message.encode("ascii") + b"\n")
    except BrokenPipeError:
        # The dispatcher is gone. The input has ended as well, which ends this process after its job.
        return


def _leave() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
