"""Finding, waking and starting the dispatcher of a workspace."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import BinaryIO

from core.jobs.environment import process_environment
from core.store.locks import FileLock
from core.store.workspace import Workspace

MAX_LOG_BYTES = 1_000_000


def dispatcher_lock(workspace: Workspace) -> FileLock:
    """Return the lock that the dispatcher holds for as long as it lives."""
    return FileLock(workspace.folder("jobs") / "dispatcher.lock")


def wake_path(workspace: Workspace) -> Path:
    """Return the pipe that the dispatcher listens to."""
    return workspace.folder("jobs") / "dispatcher.wake"


def wake_dispatcher(workspace: Workspace) -> None:
    """Tell the dispatcher that there is news. It looks by itself too, so a missed call only costs a moment."""
    try:
        descriptor = os.open(wake_path(workspace), os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        os.write(descriptor, b"\n")
    except OSError:
        # The pipe is full of calls that were not heard yet: one more changes nothing.
        return
    finally:
        os.close(descriptor)


def ensure_dispatcher(workspace: Workspace, *, idle_exit_s: float = 600.0) -> bool:
    """Start the dispatcher where none lives.

    The lock is taken here and inherited by the new process, so that two callers never start two.

    Returns
    -------
    bool
        True where one was started.
    """
    lock = dispatcher_lock(workspace)
    if not lock.acquire(wait=False):
        return False
    try:
        _spawn(workspace, lock.fileno(), idle_exit_s)
    finally:
        lock.release()
    return True


def _spawn(workspace: Workspace, lock_descriptor: int, idle_exit_s: float) -> None:
    command = [sys.executable, "-P", "-m", "core.jobs.dispatcher", str(workspace.root)]
    command += ["--idle-exit", str(idle_exit_s), "--lock-descriptor", str(lock_descriptor)]
    with _open_log(workspace.folder("jobs") / "dispatcher.log") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=process_environment(workspace.settings),
            cwd=workspace.root,
            start_new_session=True,
            pass_fds=(lock_descriptor,),
        )
    # Nobody else would collect its exit status while this process lives, and it would stay as a zombie.
    threading.Thread(target=process.wait, name="dispatcher-exit", daemon=True).start()


def _open_log(path: Path) -> BinaryIO:
    full = path.exists() and path.stat().st_size > MAX_LOG_BYTES
    return path.open("wb" if full else "ab")
