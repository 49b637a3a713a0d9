"""``jobs``: what is running, and how to stop or resume it."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from core.cli.output import print_json, print_table
from core.errors import LatheError, NotFound
from core.jobs.controls import give_more_time, keep_what_is_there, skip_model
from core.jobs.executor import LocalExecutor
from core.jobs.job import Job
from core.jobs.queue import JobQueue
from core.jobs.training import resume_job, resume_run, stop_run
from core.run.runs import RunStore
from core.store.workspace import Workspace, open_workspace


def jobs(parsed: argparse.Namespace) -> int:
    """List the jobs, or say what becomes of one job or a whole run."""
    workspace = open_workspace(parsed.workspace)
    if parsed.action == "list":
        return _list(parsed, workspace)
    if not parsed.id:
        raise LatheError(f"`jobs {parsed.action}` needs the id of a job or a run.", hint="See `jobs list`.", field="id")
    if parsed.action == "more":
        sentence = _more(workspace, parsed.id, parsed.minutes)
    else:
        sentence = _ACTIONS[parsed.action](workspace, parsed.id)
    if parsed.json:
        print_json({"id": parsed.id, "action": parsed.action, "message": sentence})
    else:
        print(sentence)
    return 0


def _list(parsed: argparse.Namespace, workspace: Workspace) -> int:
    found = JobQueue(workspace).list()
    if parsed.json:
        print_json([_summary(job) for job in found])
        return 0
    header = ["id", "run", "kind", "model", "state", "progress", "note"]
    print_table(header, [list(_summary(job).values()) for job in found])
    return 0


def _summary(job: Job) -> dict[str, str]:
    note = job.error.message if job.error else job.progress.stage or job.progress.message
    if job.position:
        note = f"number {job.position} in the queue"
    return {
        "id": job.id,
        "run": job.request.run_id,
        "kind": job.request.kind,
        "model": job.request.label,
        "state": job.state.value,
        "progress": f"{job.progress.fraction:.0%}",
        "note": note,
    }


def _is_run(workspace: Workspace, identity: str) -> bool:
    try:
        RunStore(workspace).get(identity)
    except NotFound:
        return False
    return True


def _stop(workspace: Workspace, identity: str) -> str:
    executor = LocalExecutor(workspace, idle_exit_s=15)
    if _is_run(workspace, identity):
        stop_run(workspace, executor, identity)
        return f"Run {identity} is being stopped."
    executor.stop(identity)
    return f"Job {identity} is being stopped."


def _resume(workspace: Workspace, identity: str) -> str:
    executor = LocalExecutor(workspace, idle_exit_s=600)
    if not _is_run(workspace, identity):
        return f"Job {identity} runs again as {resume_job(workspace, executor, identity).id}."
    resume_run(workspace, executor, identity)
    return f"Run {identity} goes on with the models that have no result yet."


def _skip(workspace: Workspace, identity: str) -> str:
    job = JobQueue(workspace).get(identity)
    skip_model(workspace, LocalExecutor(workspace, idle_exit_s=15), job.request.run_id, job.request.label)
    return f"{job.request.title or job.id} is skipped; the other models go on."


def _keep(workspace: Workspace, identity: str) -> str:
    executor = LocalExecutor(workspace, idle_exit_s=15)
    if _is_run(workspace, identity):
        keep_what_is_there(workspace, executor, identity)
        return f"Run {identity} ends soon and keeps what is there."
    request = JobQueue(workspace).get(identity).request
    keep_what_is_there(workspace, executor, request.run_id, request.label)
    return f"Job {identity} ends soon and keeps what is there."


def _more(workspace: Workspace, identity: str, minutes: float) -> str:
    run_id = identity if _is_run(workspace, identity) else JobQueue(workspace).get(identity).request.run_id
    run = give_more_time(workspace, run_id, seconds=60 * minutes)
    return f"Run {run.id} may take until {run.deadline:%Y-%m-%d %H:%M:%S} UTC."


_ACTIONS: dict[str, Callable[[Workspace, str], str]] = {
    "stop": _stop,
    "resume": _resume,
    "skip": _skip,
    "keep": _keep,
}
