"""Plans compared on the same folds, and columns held against their absence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.catalog import DatasetCatalog
from core.data.ingest import ingest
from core.data.propose import default_task
from core.data.schema import Dataset
from core.errors import LatheError
from core.prepare.default import default_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.run.context import SilentContext
from core.run.execute import execute
from core.run.plans import Difference, autopsy, differences, is_comparison, name_of, plan_comparison, sentence
from core.run.preparation import feature_columns, model_outline
from core.run.recipe import ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace
from core.types import ModelStatus, TaskKind

LINEAR = ModelChoice(key="linear")


@pytest.fixture(scope="module")
def work(tmp_path_factory) -> tuple[Workspace, Dataset, Recipe]:
    """A table where a bow in x decides, noise does not, and `told` knows the answer."""
    folder: Path = tmp_path_factory.mktemp("plans")
    rng = np.random.default_rng(0)
    x = rng.normal(size=600)
    y = np.where(x**2 + rng.normal(0, 0.6, 600) > 0.8, "far", "near")
    told = np.where(y == "far", 1.0, 0.0) + rng.normal(0, 0.05, 600)
    table = pd.DataFrame({"x": x, "noise": rng.normal(size=600), "told": told, "y": y})
    table.to_csv(folder / "bow.csv", index=False)
    workspace = open_workspace(folder / "ws")
    project = ProjectStore(workspace).create("bow")
    dataset = ingest(workspace, folder / "bow.csv", project_id=project.id, name="bow.csv")
    dataset = DatasetCatalog(workspace).get(dataset.id)
    task = default_task(dataset, "y", TaskKind.BINARY)
    return workspace, dataset, Recipe(dataset=dataset.fingerprint, dataset_id=dataset.id, task=task)


def run(work: tuple[Workspace, Dataset, Recipe], recipe: Recipe, folder: Path) -> tuple:
    workspace, dataset, _ = work
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=folder)
    assert [model.status for model in result.models] == [ModelStatus.OK] * len(recipe.models)
    return differences(recipe, result.models, result.metric)


def plan(work: tuple[Workspace, Dataset, Recipe], *steps: StepChoice) -> PreparePlan:
    _, dataset, recipe = work
    usual = default_plan(feature_columns(dataset, recipe.task))
    return usual.model_copy(update={"steps": (*steps, *usual.steps)})


def test_plans_that_do_as_well_are_tied(work, tmp_path) -> None:
    scaled = plan(work)
    robust = plan(work, StepChoice(step="scale_numbers", columns=("x",), params={"method": "robust"}))
    recipe = plan_comparison(work[2], LINEAR, {"standard": scaled, "robust": robust})
    (found,) = run(work, recipe, tmp_path)
    assert found.tied
    assert (found.label, found.first_label) == ("robust", "standard")
    assert found.low <= 0 <= found.high
    assert sentence(found).startswith("robust and standard are tied: ")


@pytest.mark.parametrize(
    ("change", "low", "high", "said"),
    [
        (-0.0005, -0.00145, 0.00065, "-0.0005 (-0.0014 to +0.0006)"),
        (0.021, 0.004, 0.038, "+0.021 (+0.004 to +0.038)"),
        (1234.5, 100.2, 2400.9, "+1,234 (+100 to +2,401)"),
        (0.0, 0.0, 0.0, "+0.000 (+0.000 to +0.000)"),
    ],
)
def test_a_difference_is_said_with_the_digits_that_tell_its_ends_apart(change, low, high, said) -> None:
    found = Difference(
        label="mine", first_label="yours", metric="roc_auc", value=0.5, first_value=0.5,
        change=change, low=low, high=high, tied=not (low > 0 or high < 0),
    )  # fmt: skip
    assert sentence(found).endswith(f": {said}.")


def test_a_plan_that_loses_a_column_that_matters_is_worse(work, tmp_path) -> None:
    whole, less = plan(work), plan(work).only(["x", "noise"])
    dropped = less.model_copy(update={"steps": (StepChoice(step="drop_columns", columns=("told",)), *less.steps)})
    (found,) = run(work, plan_comparison(work[2], LINEAR, {"whole": whole, "less": dropped}), tmp_path)
    assert not found.tied
    assert found.high < 0
    assert "less is worse than whole" in sentence(found)


def test_an_autopsy_finds_the_column_that_gives_the_target_away(work, tmp_path) -> None:
    recipe = autopsy(work[2], LINEAR, ["told", "noise"])
    assert is_comparison(recipe)
    told, noise = run(work, recipe, tmp_path)
    assert told.label == "without told"
    assert told.change < -0.2
    assert told.high < 0
    assert abs(noise.change) < 0.01


def test_a_comparison_survives_a_recipe_file(work) -> None:
    recipe = autopsy(work[2], LINEAR, ["told"])
    again = Recipe.from_yaml(recipe.to_yaml())
    assert again == recipe
    assert [name_of(choice) for choice in again.models] == ["all columns", "without told"]
    assert not is_comparison(work[2].model_copy(update={"models": (LINEAR,)}))


def test_what_cannot_be_compared_is_refused(work) -> None:
    with pytest.raises(LatheError, match="needs two plans"):
        plan_comparison(work[2], LINEAR, {"one": plan(work)})
    with pytest.raises(LatheError, match="nothing to compare"):
        plan_comparison(work[2], LINEAR, {"one": plan(work), "same": plan(work)})
    with pytest.raises(LatheError, match="at least one column"):
        autopsy(work[2], LINEAR, [])


def test_steps_that_cannot_do_without_a_column_go_with_it(work) -> None:
    """A column is looked up as a time, and read by a formula, whose outcome another step then takes."""
    _, dataset, recipe = work
    steps = (
        StepChoice(step="lags", columns=("x",), params={"time": "told"}),
        StepChoice(step="compute_column", columns=("x", "told"), params={"formula": "[x] - [told]"}, name="gap"),
        StepChoice(step="ratios_differences", columns=("gap", "noise")),
    )
    whole = recipe.model_copy(update={"plan": plan(work, *steps)})
    compared = autopsy(whole, LINEAR.model_copy(update={"without": ("noise",)}), ["told"])
    outline = model_outline(compared, "linear (without 1)", dataset)
    assert {raw for feature in outline.used for raw in feature.origin} == {"x"}
    assert "lags" in {step.spec.key for step in model_outline(compared, "linear (all columns)", dataset).steps}
