"""Handlers for the tests of the jobs; workers find them through LATHE_EXTRA_HANDLERS."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import LatheError, RunCancelled
from core.run.context import RunContext
from core.store.workspace import Workspace


def add(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    sys.stdout.write("adding\n")
    sys.stdout.flush()
    subprocess.run(["echo", "from a child"], check=True)
    for step in range(1, 4):
        context.report(step / 4, f"step {step}", step=step, loss=float("nan"))
    return {"sum": payload["a"] + payload["b"], "pid": os.getpid()}


def refuse(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    raise LatheError("The column must be there. It is not.", hint="Add it.")


def break_down(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    return {"value": 1 // payload["zero"]}


def run_out(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    raise MemoryError


def give_up(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    raise RunCancelled


def wait_for_file(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Work until a file appears, or a Stop."""
    context.report(0.5, "waiting")
    while not Path(payload["file"]).exists():
        if context.should_stop():
            raise RunCancelled
        time.sleep(0.02)
    return {"pid": os.getpid()}


def hold_the_gil(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Sit in C without letting any other thread run, with a child in the same process group."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    Path(payload["file"]).write_text(f"{child.pid}")
    context.report(0.1, "stuck")
    ctypes.PyDLL(None).sleep(600)
    return {}


def list_modules(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    return {"modules": sorted({name.partition(".")[0] for name in sys.modules})}


HANDLERS = {
    "list_modules": list_modules,
    "add": add,
    "refuse": refuse,
    "break_down": break_down,
    "run_out": run_out,
    "give_up": give_up,
    "wait_for_file": wait_for_file,
    "hold_the_gil": "lathe_test_handlers:hold_the_gil",
}
