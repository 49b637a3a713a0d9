"""The process that proves a passport ends with whoever asked for the proof."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from core.export.verify import verify_passport

ROOT = Path(__file__).parents[3]
LIMIT_S = 60.0


def checking(path: Path) -> list[psutil.Process]:
    """Return the processes that check the passport at ``path``."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        line = process.info["cmdline"] or []
        if "core.export.verify" in line and str(path) in line and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process)
    return found


def wait_until(path: Path, count: int) -> None:
    end = time.monotonic() + LIMIT_S
    while len(checking(path)) != count:
        assert time.monotonic() < end, f"{len(checking(path))} processes, {count} wanted"
        time.sleep(0.02)


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A passport whose check never ends: a pipe that nobody writes to."""
    path = tmp_path / "endless.zip"
    os.mkfifo(path)
    return path


def test_a_killed_job_takes_its_check_with_it(endless: Path) -> None:
    code = f"from pathlib import Path; from core.export.verify import verify_passport as v; v(Path({str(endless)!r}))"
    asking = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, start_new_session=True)
    try:
        wait_until(endless, 1)
        os.killpg(asking.pid, signal.SIGKILL)
        wait_until(endless, 0)
    finally:
        for process in checking(endless):
            process.kill()
        asking.wait()


def test_a_check_that_takes_too_long_is_ended(endless: Path) -> None:
    report = verify_passport(endless, timeout_s=0.5)
    assert not report.proven
    assert report.reason == "The check took longer than 0.5 s."
    assert not checking(endless)
