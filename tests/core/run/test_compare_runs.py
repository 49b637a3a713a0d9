"""Models of two runs held against each other: paired where they judged the same rows, and said so where not."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.task import MistakeCost, Split, Task
from core.errors import LatheError
from core.prepare.plan import PreparePlan, StepChoice
from core.run.compare_runs import Contender, Pairing, compare_models, difference_words, same_folds
from core.run.recipe import Budget, ModelChoice, Recipe
from core.run.recipe_words import recipe_differences
from core.run.result import ModelResult, Score
from core.run.runs import Run
from core.store.projects import ProjectStore
from core.store.tables import utc_now
from core.store.workspace import Workspace
from core.types import ColumnRole, Framework, ModelStatus, TaskKind

RECIPE = Recipe(
    dataset="abc",
    dataset_id="d",
    task=Task(kind=TaskKind.REGRESSION, target="price"),
    models=(ModelChoice(key="linear"),),
)


def changed(**update: Any) -> Recipe:
    return RECIPE.model_copy(update=update)


def contender(
    workspace: Workspace, name: str, recipe: Recipe, error: np.ndarray, *, rows: np.ndarray | None = None
) -> Contender:
    """A model whose predictions are off by ``error``."""
    rows = np.arange(len(error)) if rows is None else rows
    truth = rows.astype(float)
    folder = workspace.folder("runs", name, "linear")
    table = pd.DataFrame({"row": rows, "fold": rows % 5, "truth": truth, "prediction": truth + error})
    table.to_parquet(folder / "oof.parquet")
    value = float(np.sqrt((error**2).mean()))
    rng = np.random.default_rng(0)
    draws = [float(np.sqrt((error[rng.integers(0, len(error), len(error))] ** 2).mean())) for _ in range(100)]
    result = ModelResult(
        label="linear",
        key="linear",
        title="Linear",
        framework=Framework.SKLEARN,
        status=ModelStatus.OK,
        scores=(Score(metric="rmse", value=value, low=value, high=value),),
        bootstrap=tuple(draws),
        path=workspace.relative(folder),
    )
    run = Run(id=name, project_id="p", dataset_id="d", recipe=recipe, created=utc_now())
    return Contender(run=run, result=result)


@pytest.fixture
def noise() -> np.ndarray:
    return np.random.default_rng(3).normal(0, 1, 400)


def test_the_same_folds_are_compared_draw_by_draw(workspace: Workspace, noise: np.ndarray) -> None:
    first = contender(workspace, "a", RECIPE, 1.02 * noise)
    second = contender(workspace, "b", changed(models=(ModelChoice(key="tree"),)), noise)
    found = compare_models(workspace, first, second)
    assert found.pairing is Pairing.FOLDS
    assert not found.tied
    assert 0 < found.low < found.change < found.high
    assert "second is better" in difference_words(found)


def test_other_folds_of_the_same_rows_are_compared_row_by_row(workspace: Workspace, noise: np.ndarray) -> None:
    other = changed(task=RECIPE.task.model_copy(update={"split": Split(folds=3)}))
    found = compare_models(
        workspace, contender(workspace, "a", RECIPE, noise), contender(workspace, "b", other, 1.05 * noise)
    )
    assert (found.pairing, found.rows) == (Pairing.ROWS, 400)
    assert found.high < 0
    assert "400 rows that both judged" in found.how


def test_another_table_is_not_paired_and_says_so(workspace: Workspace, noise: np.ndarray) -> None:
    first, second = (
        contender(workspace, "a", RECIPE, noise),
        contender(workspace, "b", changed(dataset="x"), 1.02 * noise),
    )
    found = compare_models(workspace, first, second)
    assert found.pairing is Pairing.NONE
    assert found.tied
    assert "Not compared row by row" in found.how
    # The same small difference, paired, is no tie: that is what pairing is for.
    assert not compare_models(workspace, first, contender(workspace, "c", RECIPE, 1.02 * noise)).tied


def test_few_common_rows_are_no_pair(workspace: Workspace, noise: np.ndarray) -> None:
    other = changed(task=RECIPE.task.model_copy(update={"split": Split(seed=9)}))
    first = contender(workspace, "a", RECIPE, noise)
    second = contender(workspace, "b", other, noise, rows=np.arange(390, 790))
    assert compare_models(workspace, first, second).pairing is Pairing.NONE


def test_classes_and_numbers_cannot_be_compared(workspace: Workspace, noise: np.ndarray) -> None:
    other = changed(task=Task(kind=TaskKind.BINARY, target="left"))
    first, second = contender(workspace, "a", RECIPE, noise), contender(workspace, "b", other, noise)
    with pytest.raises(LatheError, match="binary"):
        compare_models(workspace, first, second)


def test_costs_are_compared_row_by_row_by_one_list_and_never_by_two(workspace: Workspace) -> None:
    def told(name: str, folds: int, miss: float, calls: list[str]) -> Contender:
        costs = (MistakeCost(true="yes", called="no", cost=miss), MistakeCost(true="no", called="yes", cost=1.0))
        task = Task(kind=TaskKind.BINARY, target="left", metric="cost", costs=costs, split=Split(folds=folds))
        one = contender(workspace, name, changed(task=task), np.zeros(40))
        truth = np.where(np.arange(40) % 2 == 0, "yes", "no")
        table = {"row": np.arange(40), "fold": 0, "truth": truth, "prediction": calls}
        shares = {"probability_no": 0.5, "probability_yes": 0.5}
        pd.DataFrame({**table, **shares}).to_parquet(workspace.path(one.result.path) / "oof.parquet")
        score = (Score(metric="cost", value=miss, low=0.0, high=9.0),)
        return one.model_copy(update={"result": one.result.model_copy(update={"scores": score})})

    never, always = told("a", 5, 4.0, ["no"] * 40), told("b", 3, 4.0, ["yes"] * 40)
    found = compare_models(workspace, never, always)
    assert (found.pairing, found.first, found.second) == (Pairing.ROWS, 2000.0, 500.0)
    # The other run put another price on a miss; both are counted by the first one's.
    again = compare_models(workspace, never, told("c", 5, 99.0, ["yes"] * 40))
    assert (again.pairing, again.first, again.second) == (Pairing.ROWS, 2000.0, 500.0)
    gone = told("d", 5, 99.0, ["yes"] * 40)
    (workspace.path(gone.result.path) / "oof.parquet").unlink()
    with pytest.raises(LatheError, match="other costs"):
        compare_models(workspace, never, gone)


def test_rows_that_count_differently_are_not_compared(workspace: Workspace, noise: np.ndarray) -> None:
    weighted = changed(task=RECIPE.task.model_copy(update={"weight": "size"}))
    first, second = contender(workspace, "a", RECIPE, noise), contender(workspace, "b", weighted, noise)
    with pytest.raises(LatheError, match="count rows differently"):
        compare_models(workspace, first, second)


def test_rows_count_in_a_comparison_as_in_the_scores(workspace: Workspace, noise: np.ndarray, tmp_path: Path) -> None:
    size = np.where(np.arange(400) < 40, 0.0, 1.0 + np.arange(400) % 3)
    pd.DataFrame({"price": np.arange(400.0), "size": size}).to_csv(tmp_path / "t.csv", index=False)
    project = ProjectStore(workspace).create("p").id
    dataset = ingest(workspace, tmp_path / "t.csv", project_id=project, name="t")
    recipe = changed(dataset=dataset.fingerprint, task=RECIPE.task.model_copy(update={"weight": "size"}))
    other = recipe.model_copy(update={"task": recipe.task.model_copy(update={"split": Split(folds=3)})})
    first, second = contender(workspace, "a", recipe, noise), contender(workspace, "b", other, 1.2 * noise)
    first, second = (
        one.model_copy(update={"run": one.run.model_copy(update={"dataset_id": dataset.id})}) for one in (first, second)
    )
    found = compare_models(workspace, first, second)
    assert found.pairing is Pairing.ROWS
    assert found.first == pytest.approx(np.sqrt(np.average(noise**2, weights=size)))


def test_without_draws_there_is_no_interval_and_the_words_say_so(workspace: Workspace, noise: np.ndarray) -> None:
    bare = contender(workspace, "b", changed(dataset="x"), noise)
    bare = bare.model_copy(update={"result": bare.result.model_copy(update={"bootstrap": ()})})
    found = compare_models(workspace, contender(workspace, "a", RECIPE, noise), bare)
    assert math.isnan(found.low)
    assert "no interval" in difference_words(found)


def test_columns_in_use_decide_whether_folds_are_the_same() -> None:
    task = RECIPE.task.model_copy(update={"roles": {"id": ColumnRole.IGNORE}})
    assert same_folds(RECIPE, changed(models=()))
    assert not same_folds(RECIPE, changed(task=task))
    assert not same_folds(RECIPE, changed(seed=4))


@pytest.mark.parametrize(
    ("update", "words"),
    [
        ({"dataset": "other"}, "changed between"),
        ({"dataset": "other", "dataset_id": "e"}, "one.csv against two.csv"),
        ({"task": RECIPE.task.model_copy(update={"target": "age"})}, "price against age"),
        ({"task": RECIPE.task.model_copy(update={"roles": {"city": ColumnRole.IGNORE}})}, "second does without city"),
        ({"task": RECIPE.task.model_copy(update={"metric": "mae"})}, "Ranked by"),
        ({"task": RECIPE.task.model_copy(update={"split": Split(folds=3)})}, "folds 5 against 3"),
        ({"models": (ModelChoice(key="linear"), ModelChoice(key="tree"))}, "Only the second has Decision tree"),
        ({"models": (ModelChoice(key="linear", params={"strength": 9.0}),)}, "9"),
        ({"plan": PreparePlan()}, "suggested preparation"),
        ({"seed": 4}, "Seed 0 against 4"),
        ({"budget": Budget(time_limit_s=9)}, "another budget"),
    ],
)
def test_every_part_of_a_recipe_that_differs_is_named(update: dict[str, Any], words: str) -> None:
    lines = recipe_differences(RECIPE, changed(**update), tables=("one.csv", "two.csv"))
    assert len(lines) == 1
    assert words in lines[0]


def test_the_same_recipe_has_no_differences_and_plans_are_told_by_step() -> None:
    assert recipe_differences(RECIPE, RECIPE) == ()
    step = StepChoice(step="scale_numbers", columns=("a", "b"))
    first, second = changed(plan=PreparePlan()), changed(plan=PreparePlan(steps=(step,)))
    assert recipe_differences(first, second)[0].startswith("The second prepares with")
