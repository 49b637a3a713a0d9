"""The run history: notes, tags and marks, searching, paging, and what it shows without reading recipes."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from core.data.schema import Dataset
from core.data.task import Task
from core.errors import NotFound
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult, Score
from core.run.run_list import RunFilter, is_trained, list_runs, newest_run_ids, run_summary, tags_in_use
from core.run.runs import LONGEST_TAG, Run, RunStore
from core.store.workspace import Workspace
from core.types import Framework, ModelStatus, TaskKind
from tests.pages.screens import PEOPLE, store_table


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path) -> Dataset:
    return store_table(workspace, project_id, tmp_path, PEOPLE)


@pytest.fixture
def runs(workspace: Workspace, dataset: Dataset) -> list[Run]:
    store = RunStore(workspace)
    recipe = Recipe(task=Task(kind=TaskKind.REGRESSION, target="spend"), models=(ModelChoice(key="linear"),))
    return [store.create(dataset.project_id, recipe, dataset, name=f"Try {n}") for n in range(7)]


def result(label: str, value: float) -> ModelResult:
    return ModelResult(
        label=label,
        key="linear",
        title=label.title(),
        framework=Framework.SKLEARN,
        status=ModelStatus.OK,
        scores=(Score(metric="rmse", value=value, low=value, high=value),),
    )


def test_notes_tags_and_marks_are_kept_and_cleaned(workspace: Workspace, runs: list[Run]) -> None:
    store = RunStore(workspace)
    store.annotate(runs[0].id, notes="  first  ", tags=[" a  b ", "a b", "", "x" * 99], favourite=True)
    kept = store.annotate(runs[0].id, notes=None)
    assert (kept.notes, kept.tags, kept.favourite) == ("first", ("a b", "x" * LONGEST_TAG), True)
    assert store.get(runs[0].id) == kept
    assert tags_in_use(workspace, runs[0].project_id) == ("a b", "x" * LONGEST_TAG)


def test_pages_are_newest_first_and_complete(workspace: Workspace, runs: list[Run]) -> None:
    project = runs[0].project_id
    pages = [list_runs(workspace, project, offset=offset, limit=3) for offset in (0, 3, 6)]
    assert [run.id for page in pages for run in page.runs] == [run.id for run in reversed(runs)]
    assert {page.total for page in pages} == {7}
    assert newest_run_ids(workspace, project) == tuple(run.id for run in reversed(runs))


def test_a_search_finds_words_in_names_notes_tags_and_tables(workspace: Workspace, runs: list[Run]) -> None:
    store, project = RunStore(workspace), runs[0].project_id
    store.annotate(runs[1].id, notes="Without the 100% certain column")
    store.annotate(runs[2].id, tags=["Baseline"], favourite=True)

    def found(**wanted: object) -> list[str]:
        return [run.name for run in list_runs(workspace, project, wanted=RunFilter.model_validate(wanted)).runs]

    assert found(text="100% CERT") == ["Try 1"]
    assert found(text="100_") == []
    assert found(text="baseline") == ["Try 2"]
    assert found(tag="Baseline") == ["Try 2"]
    assert found(tag="Base") == []
    assert found(favourites=True) == ["Try 2"]
    assert found(text="try 6") == ["Try 6"]
    assert len(found(text="people")) == 7
    assert found(dataset_id="other") == []


def test_a_summary_names_the_best_model_by_the_metrics_direction(workspace: Workspace, runs: list[Run]) -> None:
    store = RunStore(workspace)
    table = runs[0].dataset_id
    assert not is_trained(workspace, runs[0].project_id, table)
    for label, value in (("worse", 5.0), ("better", 2.0), ("lost", float("nan"))):
        store.save_result(runs[0].id, result(label, value))
    found = run_summary(workspace, runs[0].id)
    assert (found.best, found.metric, found.score, found.scored, found.models) == ("Better", "rmse", 2.0, 2, 1)
    assert found.target == "spend"
    assert is_trained(workspace, runs[0].project_id, table)
    assert not is_trained(workspace, runs[0].project_id, "another")
    assert found in list_runs(workspace, runs[0].project_id).runs
    with pytest.raises(NotFound):
        run_summary(workspace, "none")


def test_a_page_reads_no_recipe_and_no_result_whole(workspace: Workspace, runs: list[Run]) -> None:
    RunStore(workspace).save_result(runs[0].id, result("linear", 1.0))
    asked: list[str] = []
    listen = lambda _c, _k, statement, *_: asked.append(statement)  # noqa: E731
    event.listen(workspace.database.engine, "before_cursor_execute", listen)
    list_runs(workspace, runs[0].project_id)
    event.remove(workspace.database.engine, "before_cursor_execute", listen)
    assert asked
    assert not any("recipe" in statement or "body" in statement for statement in asked)


def test_a_model_scored_on_fewer_folds_is_not_the_best_of_its_run(workspace: Workspace, runs: list[Run]) -> None:
    store = RunStore(workspace)
    store.save_result(runs[0].id, result("whole", 3.0))
    store.save_result(runs[0].id, result("short", 1.0).model_copy(update={"ended_early": "scored on 2 of 5 folds"}))
    assert run_summary(workspace, runs[0].id).best == "Whole"
