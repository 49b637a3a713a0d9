"""From the click on Train to the first progress of a model. Goal: below 1 s with a warm spare worker."""

import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.common import row
from benchmarks.screens import sample_project
from core.data.catalog import DatasetCatalog
from core.data.propose import default_task
from core.jobs.executor import LocalExecutor
from core.jobs.queue import JobQueue
from core.jobs.training import submit_run
from core.run.recipe import ModelChoice, Recipe
from core.settings import Settings
from core.store.workspace import open_workspace
from core.types import TaskKind


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(Path(folder))
        project, dataset_id = sample_project(Path(folder))
        dataset = DatasetCatalog(workspace).get(dataset_id)
        target = next(c.name for c in dataset.columns if c.unique == 2)
        recipe = Recipe(
            dataset=dataset.fingerprint,
            dataset_id=dataset.id,
            task=default_task(dataset, target, TaskKind.BINARY),
            models=(ModelChoice(key="linear"),),
        )
        executor = LocalExecutor(workspace, idle_exit_s=5)
        row("start", "first progress, s", "run done, s")
        row("---", "---", "---")
        row("cold (no dispatcher, no worker)", *once(workspace, executor, project, recipe))
        warm = [once(workspace, executor, project, recipe) for _ in range(5)]
        row("warm (median of 5)", *(statistics.median(column) for column in zip(*warm, strict=True)))
        row("workers", Settings.from_environment(folder).workers, "")


def once(workspace, executor, project, recipe) -> tuple[float, float]:
    queue = JobQueue(workspace)
    start = time.perf_counter()
    run = submit_run(workspace, executor, project, recipe)
    first = None
    while True:
        jobs = queue.list(run_id=run.id)
        if first is None and any(job.progress.fraction > 0 or job.state.is_finished for job in jobs):
            first = time.perf_counter() - start
        if all(job.state.is_finished for job in jobs):
            return first or 0.0, time.perf_counter() - start
        time.sleep(0.01)


if __name__ == "__main__":
    main()
