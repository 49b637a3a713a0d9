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

from core.device import list_devices, physical_device
from core.errors import NotFound
from core.jobs.environment import NO_GPU
from core.jobs.job import Job
from core.jobs.launch import dispatcher_lock, wake_path
from core.jobs.notes import read_gpu, write_gpu
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
    gpus : sequence of str
        Numbers of the GPUs, each of which serves one job at a time. Without any, jobs that ask for one still go one
        after the other: they were submitted from a machine that has one, and find out by themselves.
    """

    def __init__(self, workspace: Workspace, lock: FileLock, *, idle_exit_s: float, gpus: Sequence[str] = ()) -> None:
        self._workspace = workspace
        self._lock = lock
        self._queue = JobQueue(workspace)
        self._idle_exit_s = idle_exit_s
        self._gpus = tuple(gpus) or (NO_GPU,)
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
                self._queue.stop_overdue(job.id)

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
        free_gpus = self._free_gpus(active)
        for job in jobs:
            if slots <= 0:
                return
            if job.state is not JobState.QUEUED or (job.request.needs_gpu and not free_gpus):
                continue
            if self._start(job, free_gpus[0] if job.request.needs_gpu else NO_GPU):
                slots -= 1
                free_gpus = free_gpus[1:] if job.request.needs_gpu else free_gpus

    def _free_gpus(self, active: Sequence[Job]) -> tuple[str, ...]:
        """Return the GPUs that no job uses, those that an earlier dispatcher gave away counted as well."""
        free = list(self._gpus)
        for job in active:
            gpu = read_gpu(self._queue.folder(job.id))
            if gpu in free:
                free.remove(gpu)
        return tuple(free)

    def _start(self, job: Job, gpu: str) -> bool:
        pool = job.request.pool
        free = [worker for worker in self._workers if worker.is_free and (worker.pool, worker.gpu) == (pool, gpu)]
        worker = max(free, key=lambda one: one.ready, default=None) or self._spawn(pool, gpu)
        stage = "Starting" if worker.ready else "Loading the libraries"
        if job.request.needs_gpu:
            write_gpu(self._queue.folder(job.id), gpu)
        if not self._queue.claim(job.id, pid=worker.pid, process_started=worker.started, stage=stage):
            return False
        if gpu != NO_GPU:
            # A framework keeps the memory of the GPU for as long as its process lives.
            for other in self._workers:
                if other.is_free and other.gpu == gpu and other is not worker:
                    other.retire()
        worker.hand(job.id)
        return True

    def _spawn(self, pool: str, gpu: str = NO_GPU) -> WorkerProcess:
        worker = WorkerProcess(self._workspace, pool, gpu=gpu)
        self._workers.append(worker)
        return worker

    def _retire_idle(self) -> None:
        now = time.monotonic()
        spare = next((worker for worker in self._workers if _is_spare(worker)), None)
        for worker in self._workers:
            if worker is not spare and worker.is_free and now - worker.free_since >= WORKER_IDLE_S:
                worker.retire()

    def _keep_spare(self) -> None:
        """Keep a worker with scikit-learn imported, so that a click on Train starts at once."""
        busy = sum(bool(worker.job_id) for worker in self._workers)
        has_spare = any(_is_spare(worker) for worker in self._workers)
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


def _is_spare(worker: WorkerProcess) -> bool:
    return worker.is_free and worker.pool == SPARE_POOL and worker.gpu == NO_GPU


def serve(workspace: Workspace, lock: FileLock, *, idle_exit_s: float) -> None:
    """Run dispatchers until one has left and no job came in while it did."""
    pid, started = own_identity()
    write_json(workspace.folder("jobs") / "dispatcher.json", {"pid": pid, "started": started, "host": host_name()})
    gpus = [physical_device(device.id).partition(":")[2] for device in list_devices() if device.is_gpu]
    while True:
        Dispatcher(workspace, lock, idle_exit_s=idle_exit_s, gpus=gpus).run()
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
