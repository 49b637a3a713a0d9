"""An ensemble begins when the models it is made of are done: what they leave is then taken as it is."""

from __future__ import annotations

import time

from core.errors import RunCancelled
from core.jobs.follow import newest_jobs
from core.run.context import RunContext
from core.run.recipe import Recipe
from core.store.workspace import Workspace
from core.types import JobState

POLL_S = 0.2


def wait_for_members(
    workspace: Workspace, run_id: str, label: str, recipe: Recipe, context: RunContext, *, poll_s: float = POLL_S
) -> None:
    """Wait until no member of the model ``label`` is at work; those that wait themselves are not waited for.

    A member that has not begun may stand behind this job in the queue, so that waiting for it might never end; it is
    then fitted here.

    Raises
    ------
    RunCancelled
        Where the person pressed Stop meanwhile.
    """
    members = set(recipe.choice(label).members)
    while members:
        at_work = sorted(
            name
            for name, job in newest_jobs(workspace, run_id).items()
            if name in members and job.state in (JobState.RUNNING, JobState.CANCELLING)
        )
        if not at_work:
            return
        if context.should_stop():
            raise RunCancelled
        context.report(0.0, "waiting", f"Waiting for {at_work[0]}")
        time.sleep(poll_s)
