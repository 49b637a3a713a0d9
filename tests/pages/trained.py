"""A project with models that were really trained, and jobs beside them, for the pages that show them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from components.draft import Draft, read_draft, write_draft
from core.data.catalog import DatasetCatalog
from core.data.ingest import ingest
from core.data.task import Split, Task
from core.jobs.inline import InlineExecutor
from core.jobs.job import Job, JobRequest
from core.jobs.queue import JobQueue
from core.jobs.training import submit_run
from core.prepare.default import default_plan
from core.run.recipe import ModelChoice
from core.run.runs import RunStore
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace
from core.types import SplitKind, TaskKind
from tests.pages.screens import visit

MODELS = ("baseline", "linear", "tree")


@dataclass(frozen=True)
class Place:
    """A workspace with a project, its table and, where one was trained, its run."""

    workspace: Workspace
    project: str
    dataset: str
    run: str = ""

    @property
    def runs(self) -> RunStore:
        return RunStore(self.workspace)

    @property
    def queue(self) -> JobQueue:
        return JobQueue(self.workspace)

    def draft(self) -> Draft:
        stored = ProjectStore(self.workspace).get(self.project).draft
        return read_draft(stored, DatasetCatalog(self.workspace).get(self.dataset))


def _csv(rows: int = 90) -> str:
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, rows)
    city = rng.choice(["Bern", "Basel", "Chur"], rows)
    left = np.where(age + rng.normal(0, 8, rows) > 48, "yes", "no")
    price = 3.0 * age + rng.normal(0, 5, rows)
    lines = [f"{a},{c},{p:.2f},{y}" for a, c, p, y in zip(age, city, price, left, strict=True)]
    return "\n".join(["age,city,price,left", *lines]) + "\n"


def build(root: Path, kind: TaskKind, *, train: bool) -> Place:
    workspace = open_workspace(root)
    project = ProjectStore(workspace).create("Churn")
    source = root / "people.csv"
    source.write_text(_csv())
    dataset = ingest(workspace, source, project_id=project.id, name="people.csv")
    number = kind is TaskKind.REGRESSION
    split = Split(kind=SplitKind.RANDOM if number else SplitKind.STRATIFIED, folds=3)
    task = Task(kind=kind, target="price" if number else "left", split=split)
    plan = default_plan(tuple(c for c in dataset.columns if task.is_used(c.name)))
    draft = Draft(task=task, plan=plan, models=tuple(ModelChoice(key=key) for key in MODELS))
    ProjectStore(workspace).save_draft(project.id, write_draft({}, dataset.id, draft))
    run = submit_run(workspace, InlineExecutor(workspace), project.id, draft.recipe(dataset)).id if train else ""
    workspace.database.close()
    return Place(workspace, project.id, dataset.id, run)


def waiting(place: Place, kind: str, label: str, **payload: object) -> Job:
    request = JobRequest(
        kind=kind,
        payload={"run_id": place.run, "label": label, **payload},
        project_id=place.project,
        run_id=place.run,
        label=label,
        title="Work",
    )
    return place.queue.submit(request)


def done(place: Place, kind: str, label: str, result: dict[str, object], **payload: object) -> Job:
    job = waiting(place, kind, label, **payload)
    assert place.queue.claim(job.id, pid=1, process_started=None)
    place.queue.succeed(job.id, result)
    return job


def at_run(page: str, place: Place, **more: str) -> AppTest:
    """Open a page with the table, and whatever else the address names, open."""
    return visit(page, **{"project": place.project, "dataset": place.dataset, **more})
