"""The dispatcher: ``python -m core.jobs.dispatcher WORKSPACE``, one a workspace, detached, outliving the server.

It hands waiting jobs to worker processes, keeps one warm, ends jobs that were told to stop or whose time is up, and
leaves after a while without work. It holds no state that matters: after ``kill -9`` its workers finish what they are
at, and the next dispatcher takes their jobs over from the table.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import time
from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from core.device import list_devices
from core.errors import NotFound
from core.jobs.endings import TIME_LIMIT
from core.jobs.job import Job
from core.jobs.launch import dispatcher_lock, wake_path
from core.jobs.pool import WorkerProcess
from core.jobs.process import host_name, is_alive, own_identity, signal_group
from core.jobs.queue import JobQueue
from core.jobs.wake import WakePipe
from core.store.artifacts import write_json
from core.store.locks import FileLock
from core.store.tables import utc_now
from core.store.workspace import Workspace, open_workspace
from core.types import JobState

SPARE_POOL = "classic"
TERM_AFTER_S = 0.6
KILL_AFTER_S = 1.2
WORKER_IDLE_S = 60.0
SPARE_RETRY_S = 30.0
BUSY_POLL_S = 0.1
IDLE_POLL_S = 0.5
DEAF_POLL_S = 0.2

logger = logging.getLogger("lathe.dispatcher")


class Dispatcher:
    """Hands the jobs of a workspace to worker processes.

    Parameters
    ----------
    workspace : Workspace
        Its settings say how many jobs run at a time.
    lock : FileLock
        The dispatcher's lock, held.
    idle_exit_s : float
        Leave after this time without jobs.
    gpu_slots : int
        Jobs that may use a GPU at a time.
    """

    def __init__(self, workspace: Workspace, lock: FileLock, *, idle_exit_s: float, gpu_slots: int = 1) -> None:
        self._workspace = workspace
        self._lock = lock
        self._queue = JobQueue(workspace)
        self._idle_exit_s = idle_exit_s
        self._gpu_slots = gpu_slots
        self._pipe = WakePipe(wake_path(workspace))
        self._workers: list[WorkerProcess] = []
        self._last_work = time.monotonic()
        self._no_spare_before = 0.0

    def run(self) -> None:
        """Work until there has been nothing to do for long enough, or the workspace is gone."""
        while self._lock_is_ours() and time.monotonic() - self._last_work < self._idle_exit_s:
            try:
                pause_s = self.turn()
            except OperationalError as error:
                logger.warning("The database does not answer: %s", error)
                pause_s = 1.0
            except NotFound as error:
                logger.info("A job was deleted while it was looked at: %s", error)
                pause_s = BUSY_POLL_S
            self._pipe.wait(self._workers, pause_s)
        self._leave()

    def turn(self) -> float:
        """Do all there is to do now and return how many seconds may pass before the next look."""
        for worker in self._workers:
            worker.read_messages()
        self._bury_dead()
        self._queue.reap()
        jobs = self._queue.unfinished()
        self._stop_overdue(jobs)
        for job in jobs:
            self._enforce_stop(job)
        self._end_leftovers(jobs)
        self._assign(jobs)
        self._retire_idle()
        self._keep_spare()
        if jobs:
            self._last_work = time.monotonic()
            return BUSY_POLL_S
        return IDLE_POLL_S if self._pipe.works else DEAF_POLL_S

    def _bury_dead(self) -> None:
        for worker in list(self._workers):
            status = worker.exit_status()
            if status is None:
                continue
            worker.read_messages()
            self._workers.remove(worker)
            worker.close()
            if worker.job_id and self._queue.exists(worker.job_id):
                self._queue.end_dead(worker.job_id, status)
            if not worker.ready:
                # It died while starting: without a pause a broken installation would start spares without end.
                self._no_spare_before = time.monotonic() + SPARE_RETRY_S
                logger.warning("A worker of pool %s ended while starting, exit status %s", worker.pool, status)

    def _stop_overdue(self, jobs: Sequence[Job]) -> None:
        now = utc_now()
        for job in jobs:
            deadline = job.request.deadline
            if deadline is not None and deadline <= now and job.state is not JobState.CANCELLING:
                self._queue.request_stop(job.id, reason=TIME_LIMIT)

    def _enforce_stop(self, job: Job) -> None:
        if job.state is not JobState.CANCELLING or job.stop_requested is None or job.pid is None:
            return
        waited_s = (utc_now() - job.stop_requested).total_seconds()
        if waited_s < TERM_AFTER_S or job.host != host_name() or not is_alive(job.pid, job.process_started):
            return
        signal_group(job.pid, signal.SIGKILL if waited_s >= KILL_AFTER_S else signal.SIGTERM)

    def _end_leftovers(self, jobs: Sequence[Job]) -> None:
        """End workers whose job is over or was deleted while they neither report nor leave."""
        unfinished = {job.id for job in jobs}
        now = time.monotonic()
        for worker in self._workers:
            if worker.job_id and worker.job_id not in unfinished:
                worker.over_since = worker.over_since or now
                if now - worker.over_since >= KILL_AFTER_S:
                    worker.kill()
            elif worker.retired_at and now - worker.retired_at >= 5.0 and not worker.job_id:
                worker.kill()

    def _assign(self, jobs: Sequence[Job]) -> None:
        own = {worker.job_id for worker in self._workers if worker.job_id}
        active = [job for job in jobs if job.state is not JobState.QUEUED and job.host == host_name()]
        slots = self._workspace.settings.workers - len(own) - sum(job.id not in own for job in active)
        gpu_slots = self._gpu_slots - sum(job.request.needs_gpu for job in active)
        for job in jobs:
            if slots <= 0:
                return
            if job.state is not JobState.QUEUED or (job.request.needs_gpu and gpu_slots <= 0):
                continue
            if self._start(job):
                slots -= 1
                gpu_slots -= job.request.needs_gpu

    def _start(self, job: Job) -> bool:
        free = [worker for worker in self._workers if worker.is_free and worker.pool == job.request.pool]
        worker = max(free, key=lambda one: one.ready, default=None) or self._spawn(job.request.pool)
        stage = "Starting" if worker.ready else f"Starting the {job.request.pool} process"
        if not self._queue.claim(job.id, pid=worker.pid, process_started=worker.started, stage=stage):
            return False
        worker.hand(job.id)
        return True

    def _spawn(self, pool: str) -> WorkerProcess:
        worker = WorkerProcess(self._workspace, pool)
        self._workers.append(worker)
        return worker

    def _retire_idle(self) -> None:
        now = time.monotonic()
        spare = next((worker for worker in self._workers if worker.is_free and worker.pool == SPARE_POOL), None)
        for worker in self._workers:
            if worker is not spare and worker.is_free and now - worker.free_since >= WORKER_IDLE_S:
                worker.retire()

    def _keep_spare(self) -> None:
        """Keep a worker with scikit-learn imported, so that a click on Train starts at once."""
        busy = sum(bool(worker.job_id) for worker in self._workers)
        has_spare = any(worker.is_free and worker.pool == SPARE_POOL for worker in self._workers)
        if not has_spare and busy < self._workspace.settings.workers and time.monotonic() >= self._no_spare_before:
            self._spawn(SPARE_POOL)

    def _lock_is_ours(self) -> bool:
        """Tell whether the lock file is still the one that is held: a wiped workspace gets a dispatcher of its own."""
        try:
            return self._lock.path.stat().st_ino == os.fstat(self._lock.fileno()).st_ino
        except OSError:
            return False

    def _leave(self) -> None:
        self._pipe.close()
        for worker in self._workers:
            worker.retire()
        logger.info("No work for %.0f s: leaving.", self._idle_exit_s)


def serve(workspace: Workspace, lock: FileLock, *, idle_exit_s: float) -> None:
    """Run dispatchers until one has left and no job came in while it did."""
    pid, started = own_identity()
    write_json(workspace.folder("jobs") / "dispatcher.json", {"pid": pid, "started": started, "host": host_name()})
    gpus = sum(device.is_gpu for device in list_devices())
    while True:
        Dispatcher(workspace, lock, idle_exit_s=idle_exit_s, gpu_slots=max(1, gpus)).run()
        lock.release()
        # A job that came in before the release found the lock taken and relied on this process.
        waiting = workspace.root.exists() and JobQueue(workspace).unfinished()
        if not any(job.state is JobState.QUEUED for job in waiting or ()) or not lock.acquire(wait=False):
            return


def main(arguments: Sequence[str] | None = None) -> None:
    """Take the lock, or the one that was handed down, and serve."""
    parser = argparse.ArgumentParser(prog="python -m core.jobs.dispatcher", description="Hand jobs to workers.")
    parser.add_argument("workspace")
    parser.add_argument("--idle-exit", type=float, default=600.0, metavar="SECONDS", help="leave after so long idle")
    parser.add_argument("--lock-descriptor", type=int, default=-1, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    workspace = open_workspace(options.workspace)
    lock = dispatcher_lock(workspace)
    if options.lock_descriptor >= 0:
        lock.adopt(options.lock_descriptor)
    elif not lock.acquire(wait=False):
        logger.info("Another dispatcher serves this workspace.")
        return
    serve(workspace, lock, idle_exit_s=options.idle_exit)


if __name__ == "__main__":
    main()
