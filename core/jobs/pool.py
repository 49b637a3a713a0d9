"""Worker processes as the dispatcher sees them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

from core.jobs.environment import NO_GPU, worker_environment
from core.jobs.process import process_start, signal_group
from core.store.workspace import Workspace


class WorkerProcess:
    """One child process that serves one pool. It leads a process group of its own.

    Parameters
    ----------
    workspace : Workspace
        Workspace whose jobs it will be handed.
    pool : str
        Pool it serves.
    gpu : str
        Number of the only GPU that it sees; `NO_GPU` for none.

    Attributes
    ----------
    job_id : str
        The job it was handed and has not yet reported as done; empty while it is free.
    free_since, retired_at : float
        `time.monotonic` when it became free, and when it was told to end (0 while it was not).
    """

    def __init__(self, workspace: Workspace, pool: str, *, gpu: str = NO_GPU) -> None:
        self.pool = pool
        self.gpu = gpu
        self.job_id = ""
        self.ready = False
        self.free_since = time.monotonic()
        self.retired_at = 0.0
        self.over_since = 0.0
        self._unread = b""
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "core.jobs.worker", str(workspace.root), "--pool", pool],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=worker_environment(workspace.settings, gpu=gpu),
            cwd=workspace.root,
            start_new_session=True,
            bufsize=0,
        )
        self.started = process_start(self.pid)
        os.set_blocking(self.fileno(), False)

    @property
    def pid(self) -> int:
        """Number of the process and of its group."""
        return self._process.pid

    @property
    def is_free(self) -> bool:
        """True while it can be handed a job (it may still be importing)."""
        return not self.job_id and not self.retired_at

    def fileno(self) -> int:
        """Descriptor on which its messages arrive."""
        assert self._process.stdout is not None
        return self._process.stdout.fileno()

    def exit_status(self) -> int | None:
        """Return how it ended, or None while it lives."""
        return self._process.poll()

    def hand(self, job_id: str) -> None:
        """Give it a job that was claimed for its pid."""
        self.job_id, self.over_since = job_id, 0.0
        try:
            os.write(self._stdin(), job_id.encode("ascii") + b"\n")
        except BrokenPipeError:
            # It has just died: the next look at exit statuses ends the job.
            return

    def read_messages(self) -> None:
        """Take in what it has said."""
        try:
            while part := os.read(self.fileno(), 4096):
                self._unread += part
        except BlockingIOError:
            pass
        *lines, self._unread = self._unread.split(b"\n")
        for line in lines:
            word, _, job_id = line.decode("ascii", errors="replace").partition(" ")
            self.ready = True
            if word == "done" and job_id == self.job_id:
                self.job_id, self.free_since = "", time.monotonic()

    def retire(self) -> None:
        """End its input: it leaves now, or after its present job."""
        if not self.retired_at:
            self.retired_at = time.monotonic()
            assert self._process.stdin is not None
            self._process.stdin.close()

    def kill(self) -> None:
        """End it and everything it has started."""
        signal_group(self.pid, signal.SIGKILL)

    def close(self) -> None:
        """Let go of the pipes of a process that has ended, and end what it left behind in its group."""
        self.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()

    def _stdin(self) -> int:
        assert self._process.stdin is not None
        return self._process.stdin.fileno()
