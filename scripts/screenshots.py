"""Draw the pictures of the guide: run the story on a sample in a workspace of its own and photograph every screen.

`python scripts/screenshots.py [FOLDER]` writes to docs/img, or to FOLDER. Needs Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.common import ROOT, server
from benchmarks.screens import IDLE, browser_page, sample_project
from core.data.catalog import DatasetCatalog
from core.jobs.executor import LocalExecutor
from core.jobs.job import JobRequest
from core.jobs.queue import JobQueue
from core.jobs.training import submit_run
from core.models.registry import models_for
from core.run.recipe import ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace

BEST = "linear"
PAGES = ("home", "data", "explore", "prepare", "train", "results", "model", "explain", "predict", "export")


def train(workspace: Workspace, project: str, dataset_id: str) -> str:
    """Race every model on the sample and follow the best to its explanation and passport; return the run's id."""
    dataset = DatasetCatalog(workspace).get(dataset_id)
    table = ProjectStore(workspace).get(project).draft["tables"][dataset_id]
    recipe = Recipe(dataset=dataset.fingerprint, dataset_id=dataset_id, task=table["task"], plan=table["plan"])
    models = tuple(ModelChoice(key=m.key) for m in models_for(recipe.task.kind))
    executor = LocalExecutor(workspace, idle_exit_s=30)
    run = submit_run(workspace, executor, project, recipe.model_copy(update={"models": models}))
    executor.wait([job.id for job in JobQueue(workspace).list(run_id=run.id)])
    payload = {"run_id": run.id, "label": BEST}
    class_asked = recipe.task.positive_class or None
    for kind, more in (("explain", {}), ("explain_row", {"row": 0, "target_class": class_asked}), ("export", {})):
        request = JobRequest(kind=kind, payload={**payload, **more}, project_id=project, run_id=run.id, label=BEST)
        executor.wait([executor.submit(request).id])
    return run.id


def main(out: Path) -> None:
    """Write the pictures to ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = open_workspace(folder)
        project, dataset = sample_project(folder)
        run = train(workspace, project, dataset)
        query = f"project={project}&dataset={dataset}&run={run}&model={BEST}"
        with server(folder) as (port, _), browser_page() as page:
            for scheme in ("light", "dark"):
                page.emulate_media(color_scheme=scheme)
                for screen in PAGES:
                    page.goto(f"http://127.0.0.1:{port}/{'' if screen == 'home' else screen}?{query}")
                    page.locator("h1").first.wait_for()
                    page.locator(IDLE).wait_for(state="attached")
                    page.wait_for_timeout(1500)  # charts draw after the script has ended
                    page.screenshot(path=out / f"{screen}-{scheme}.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "img")
