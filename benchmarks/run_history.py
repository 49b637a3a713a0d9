"""A history of 1,000 stored runs: how long the list and the screens take. Goal: 300 ms to open.

The list is held against reading every recipe, which is what a list without columns of its own has to do.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.common import ROOT, row
from benchmarks.screens import sample_project

RUNS, MODELS = 1000, 9
TIMES = 5


def fill(workspace: Path, project: str, dataset: str) -> str:
    """Store runs of nine models each with results as large as real ones; returns the newest."""
    from core.data.catalog import DatasetCatalog
    from core.data.propose import default_task
    from core.prepare.suggest import suggest_plan
    from core.run.recipe import ModelChoice, Recipe
    from core.run.result import ModelResult, Score
    from core.run.runs import RunStore
    from core.store.workspace import open_workspace
    from core.types import Framework, ModelStatus, TaskKind

    opened = open_workspace(workspace)
    table = DatasetCatalog(opened).get(dataset)
    task = default_task(table, "Survived", TaskKind.BINARY)
    recipe = Recipe(
        dataset=table.fingerprint,
        dataset_id=table.id,
        task=task,
        plan=suggest_plan(opened, table, task),
        models=tuple(ModelChoice(key="tree", name=f"tree {n}") for n in range(MODELS)),
    )
    store, newest = RunStore(opened), ""
    for number in range(RUNS):
        newest = store.create(project, recipe, table, name=f"Run {number}").id
        for place, choice in enumerate(recipe.models):
            value = 0.7 + 0.01 * place
            store.save_result(
                newest,
                ModelResult(
                    label=choice.label,
                    key="tree",
                    title=choice.label,
                    framework=Framework.SKLEARN,
                    status=ModelStatus.OK,
                    scores=(Score(metric="roc_auc", value=value, low=value - 0.05, high=value + 0.05),),
                    bootstrap=tuple(value + 0.0001 * draw for draw in range(400)),
                ),
            )
    opened.database.close()
    return newest


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median time of a piece of work after a first one that is not counted."""
    work()
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - start))
    return statistics.median(times)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LATHE_WORKSPACE"] = folder
        os.chdir(ROOT)
        from streamlit.testing.v1 import AppTest

        from core.run.run_list import RunFilter, list_runs
        from core.run.runs import RunStore
        from core.store.workspace import open_workspace

        project, dataset = sample_project(Path(folder))
        newest = fill(Path(folder), project, dataset)
        workspace = open_workspace(Path(folder))
        whole = milliseconds(lambda: RunStore(workspace).list(project))
        light = milliseconds(lambda: list_runs(workspace, project))
        found = milliseconds(lambda: list_runs(workspace, project, wanted=RunFilter(text="run 77")))
        row(f"{RUNS:,} runs of {MODELS} models", "median of 5, ms")
        row("---", "---")
        row("every recipe read (what the list did before)", whole)
        row("a page of the list", light)
        row("a page of the list, searched", found)
        for page in ("runs", "results"):
            app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
            for name, value in {"project": project, "dataset": dataset, "run": newest}.items():
                app.query_params[name] = value
            app.run()
            app.switch_page(f"pages/{page}.py").run()
            row(f"page {page}, script time", milliseconds(app.run))
