"""A model that does not suit the table is a row with its reason; the others of the run finish."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.ingest import ingest
from core.data.propose import default_task
from core.prepare.plan import PreparePlan, StepChoice
from core.run.context import SilentContext
from core.run.execute import execute
from core.run.recipe import ModelChoice, Recipe
from core.run.suitable import find_refusals
from core.store.projects import ProjectStore
from core.types import ModelStatus, TaskKind


def test_an_unsuitable_model_is_skipped_with_the_remedy_and_the_others_finish(workspace, tmp_path) -> None:
    rng = np.random.default_rng(0)
    names = [f"c{place}" for place in range(95)]
    frame = pd.DataFrame(rng.normal(size=(60, 95)).round(3), columns=names)
    frame["y"] = frame["c0"].round(2)
    frame.to_csv(tmp_path / "wide.csv", index=False)
    project = ProjectStore(workspace).create("wide")
    dataset = ingest(workspace, tmp_path / "wide.csv", project_id=project.id, name="wide")
    recipe = Recipe(
        dataset=dataset.fingerprint,
        task=default_task(dataset, "y", TaskKind.REGRESSION),
        plan=PreparePlan(steps=(StepChoice(step="scale_numbers", columns=tuple(names)),)),
        models=(
            ModelChoice(key="polynomial"),
            ModelChoice(key="polynomial", name="straight", params={"products": False}),
            ModelChoice(key="baseline"),
        ),
    )
    expected = find_refusals(recipe, dataset)
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path / "run")
    assert [row.status for row in result.models] == [ModelStatus.SKIPPED, ModelStatus.OK, ModelStatus.OK]
    assert set(expected) == {"polynomial"}
    assert result.models[0].reason == expected["polynomial"].reason
    assert "95 prepared columns make up to 4,655" in result.models[0].reason
    assert "Switch products off" in result.models[0].remedy
