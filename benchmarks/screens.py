"""Drive the screens with a real browser: what several benchmarks need."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PAGES = (
    "home", "data", "quality", "shape", "explore", "charts", "statistics", "projections",
    "prepare", "plan", "train", "results", "model", "runs", "explain", "predict", "export",
)  # fmt: skip
RACE = (
    "baseline",
    "linear",
    "logistic",
    "knn",
    "tree",
    "forest",
    "hist_boosting",
    "lightgbm",
    "xgboost",
    "torch_net",
    "keras_net",
)
BEST = "linear"
"""The model that is explained and exported."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
IDLE = "[data-testid='stApp'][data-test-script-state='notRunning']"


@contextmanager
def browser_page() -> Iterator[Any]:
    """Open one page of the system's Chromium."""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        raise SystemExit("This benchmark needs Chromium on the path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser.new_page(viewport={"width": 1440, "height": 900})
        browser.close()


def sample_project(folder: Path) -> tuple[str, str]:
    """Make a project with a sample table and a chosen goal; return the ids of project and dataset."""
    from components.draft import Draft, write_draft
    from core.data.propose import default_task
    from core.data.samples import SAMPLES, ingest_sample
    from core.prepare.default import default_plan
    from core.run.preparation import feature_columns
    from core.store.projects import ProjectStore
    from core.store.workspace import open_workspace

    workspace, sample = open_workspace(folder), SAMPLES[0]
    project = ProjectStore(workspace).create(sample.title)
    dataset = ingest_sample(workspace, sample.key, project_id=project.id)
    task = default_task(dataset, sample.target, sample.task)
    draft = Draft(task=task, plan=default_plan(feature_columns(dataset, task)))
    ProjectStore(workspace).save_draft(project.id, write_draft({}, dataset.id, draft))
    return project.id, dataset.id


def train_and_explain(folder: Path, project: str, dataset_id: str) -> str:
    """Race models of every kind on the sample, follow one to its explanation and passport; return the run's id."""
    from core.data.catalog import DatasetCatalog, load_frame
    from core.jobs.executor import LocalExecutor
    from core.jobs.job import JobRequest
    from core.jobs.queue import JobQueue
    from core.jobs.training import submit_run
    from core.models.registry import get_model
    from core.run.recipe import ModelChoice, Recipe
    from core.store.projects import ProjectStore
    from core.store.workspace import open_workspace

    workspace = open_workspace(folder)
    dataset = DatasetCatalog(workspace).get(dataset_id)
    table = ProjectStore(workspace).get(project).draft["tables"][dataset_id]
    recipe = Recipe(dataset=dataset.fingerprint, dataset_id=dataset_id, task=table["task"], plan=table["plan"])
    models = tuple(ModelChoice(key=key) for key in RACE if recipe.task.kind in get_model(key).tasks)
    executor = LocalExecutor(workspace, idle_exit_s=30)
    run = submit_run(workspace, executor, project, recipe.model_copy(update={"models": models}))
    executor.wait([job.id for job in JobQueue(workspace).list(run_id=run.id)])
    payload = {"run_id": run.id, "label": BEST}
    class_asked = sorted(load_frame(workspace, dataset, columns=[recipe.task.target])[recipe.task.target].dropna())[-1]
    for kind, more in (("explain", {}), ("explain_row", {"row": 0, "target_class": class_asked}), ("export", {})):
        request = JobRequest(kind=kind, payload={**payload, **more}, project_id=project, run_id=run.id, label=BEST)
        executor.wait([executor.submit(request).id])
    return run.id


def draw_seconds(page: Any, url: str) -> float:
    """Open ``url`` and wait until the script has finished and drawn."""
    start = time.perf_counter()
    page.goto(url)
    page.locator(IDLE).wait_for(state="attached")
    page.locator("h1").first.wait_for()
    page.locator(IDLE).wait_for(state="attached")
    return time.perf_counter() - start


def open_pages(port: int, folder: Path) -> None:
    """Open every page once."""
    project, dataset = sample_project(folder)
    with browser_page() as page:
        for name in PAGES:
            draw_seconds(page, f"http://127.0.0.1:{port}/{name}?project={project}&dataset={dataset}")
