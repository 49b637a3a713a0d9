"""Runs the checks of ``net_checks`` in a process of the framework's own and gives their answers back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
QUIET = {"OMP_WAIT_POLICY": "PASSIVE", "OMP_NUM_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}


def run_module(name: str, *arguments: str) -> None:
    """Run a module beside this one as a program; what it says on failing is told."""
    command = [sys.executable, "-m", f"tests.core.models.{name}", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | QUIET, capture_output=True, text=True, timeout=580, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]


def run_checks(framework: str, group: str, folder: Path, *extra: str) -> dict[str, str]:
    """Return check -> traceback, empty where it passed."""
    run_module("net_checks", framework, group, str(folder), *extra)
    answers: dict[str, str] = json.loads((folder / f"{framework}-{group}.json").read_text())
    return answers
