"""The price tag against the truth: what `core.run.price` says of a model, and what training it then took.

Goal: within 2 times. The tables lie beside the repository (``../shared/data``); a table that is absent is passed over.
Usage: ``python -m benchmarks.price_forecast [TABLE ...]``.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import QUIET, ROOT, row

TABLES = {
    "titanic": "Survived",
    "insurance": "charges",
    "penguins": "species",
    "telco_churn": "Churn",
    "california_housing": "",
    "bank_marketing": "",
    "adult": "",
    "diamonds": "price",
}
KEYS = ("linear", "tree", "forest", "hist_boosting", "lightgbm", "knn", "xgboost")


def _target(dataset, named):
    return named or dataset.columns[-1].name


def _measure(path, named):
    from core.data.catalog import load_frame
    from core.data.ingest import ingest
    from core.data.propose import default_task, propose_task
    from core.models.registry import models_for
    from core.run.context import SilentContext
    from core.run.execute import execute
    from core.run.price import price
    from core.run.recipe import ModelChoice, Recipe
    from core.store.projects import ProjectStore
    from core.store.workspace import open_workspace

    with tempfile.TemporaryDirectory() as folder:
        workspace = open_workspace(folder)
        dataset = ingest(workspace, path, project_id=ProjectStore(workspace).create("price").id, name=path.name)
        target = _target(dataset, named)
        column = next(column for column in dataset.columns if column.name == target)
        kind = propose_task(column, load_frame(workspace, dataset)).kind
        keys = [spec.key for spec in models_for(kind) if spec.key in KEYS]
        models = tuple(ModelChoice(key=key) for key in keys)
        recipe = Recipe(dataset=dataset.fingerprint, task=default_task(dataset, target, kind), models=models)
        began = time.perf_counter()
        prices = price(recipe, workspace, dataset, SilentContext())
        took = time.perf_counter() - began
        print(f"\n{path.stem}: {dataset.rows:,} rows, priced in {took:.1f} s\n")
        row("model", "forecast, s", "range", "truth, s", "forecast / truth", "memory, MB", "truth")
        row(*["---"] * 7)
        ratios = []

        def train(one):
            run = Path(folder) / "run"
            return execute(one, SilentContext(), workspace=workspace, dataset=dataset, folder=run).models[0]

        # A worker has imported what storing a model needs before its first job.
        train(recipe.model_copy(update={"models": (ModelChoice(key="baseline"),)}))
        for one in prices:
            result = train(recipe.only(one.label))
            # Rows that another model prepared are not prepared again; the forecast counts them once.
            said = one.seconds - (one.prepare_s if result.prepare_shared else 0.0)
            ratios.append(said / result.total_s)
            row(
                one.label,
                said,
                f"{one.low:.1f} to {one.high:.1f}",
                result.total_s,
                said / result.total_s,
                one.memory_mb,
                result.peak_memory_mb,
            )
        return ratios


if __name__ == "__main__":
    os.environ.update(QUIET)
    wanted = sys.argv[1:] or list(TABLES)
    every = []
    for name in wanted:
        path = ROOT.parent / "shared" / "data" / f"{name}.csv"
        if not path.exists():
            print(f"{name}: not there, passed over")
            continue
        every += _measure(path, TABLES.get(name, ""))
    if every:
        inside = sum(0.5 <= ratio <= 2.0 for ratio in every)
        print(f"\nwithin 2 times: {inside} of {len(every)}")
