from __future__ import annotations

import pytest

from components.plan_edit import features, new_goal, plan_for, with_kind, with_roles, with_split
from components.split_form import fold_table, parts, rows_with_target
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.task import Split
from core.prepare import edit
from core.types import ColumnKind, SplitKind, StorageType, TaskKind


def column(name: str, kind: ColumnKind, storage: StorageType, **more: object) -> ColumnSchema:
    return ColumnSchema(name=name, kind=kind, storage=storage, **{"unique": 50, **more})


@pytest.fixture
def dataset() -> Dataset:
    return Dataset(
        id="d",
        name="t.csv",
        path="t.parquet",
        rows=100,
        fingerprint="f",
        parse=ParseSettings(),
        columns=(
            column("id", ColumnKind.IDENTIFIER, StorageType.INT, unique=100),
            column("age", ColumnKind.NUMERIC, StorageType.FLOAT, missing=5),
            column("height", ColumnKind.NUMERIC, StorageType.FLOAT),
            column("city", ColumnKind.CATEGORICAL, StorageType.STRING, unique=4),
            column("when", ColumnKind.DATETIME, StorageType.DATETIME),
            column("left", ColumnKind.BOOLEAN, StorageType.BOOL, unique=2, examples=("false", "true")),
        ),
    )


def test_a_new_target_brings_task_split_and_plan(dataset: Dataset) -> None:
    task, plan = new_goal(dataset, "left")
    assert task.kind is TaskKind.BINARY
    assert task.split.kind is SplitKind.STRATIFIED
    assert [c.name for c in features(dataset, task)] == ["age", "height", "city", "when"]
    assert {name for step in plan.steps for name in step.columns} == {"age", "height", "city", "when"}


def test_setting_a_column_aside_leaves_it_out_of_the_plan_and_keeps_other_changes(dataset: Dataset) -> None:
    task, plan = new_goal(dataset, "left")
    place = next(i for i, s in enumerate(plan.steps) if s.step == "encode_categories")
    choice = plan.steps[place].model_copy(update={"params": {"method": "codes"}, "enabled": False})
    plan = edit.replace(plan, place, choice)
    smaller = with_roles(dataset, task, {"when": False})
    changed = plan_for(dataset, smaller, plan)
    assert all("when" not in step.columns for step in changed.steps)
    encode = next(s for s in changed.steps if s.step == "encode_categories")
    assert encode.params == {"method": "codes"}
    assert not encode.enabled


def test_using_everything_again_gives_back_the_first_plan(dataset: Dataset) -> None:
    task, plan = new_goal(dataset, "left")
    there_and_back = with_roles(dataset, with_roles(dataset, task, {"age": False}), {"age": True})
    assert there_and_back == task
    assert plan_for(dataset, there_and_back, plan) == plan


def test_nothing_left_to_learn_from_is_an_empty_plan_not_an_error(dataset: Dataset) -> None:
    task, _ = new_goal(dataset, "left")
    bare = with_roles(dataset, task, dict.fromkeys(("age", "height", "city", "when"), False))
    assert plan_for(dataset, bare).steps == ()


def test_another_kind_of_task_takes_a_split_and_a_metric_that_fit(dataset: Dataset) -> None:
    task, _ = new_goal(dataset, "left")
    task = task.model_copy(update={"metric": "roc_auc", "positive_class": "true"})
    number = with_kind(task, TaskKind.REGRESSION)
    assert number.split.kind is SplitKind.RANDOM
    assert (number.metric, number.positive_class) == ("", "")


def test_a_split_by_time_takes_the_date_column(dataset: Dataset) -> None:
    task, _ = new_goal(dataset, "left")
    assert with_split(dataset, task, kind=SplitKind.TIME).split.time == "when"


@pytest.mark.parametrize("kind", list(SplitKind))
def test_the_picture_of_the_split_counts_every_row_once(kind: SplitKind) -> None:
    split = Split(kind=kind, folds=4, holdout=0.2)
    train, locked = parts(1000, split)
    table = fold_table(1000, split)
    assert train + locked == 1000
    assert len(table) == 4
    if kind is SplitKind.TIME:
        assert list(table["Learned on"]) == [160, 320, 480, 640]
    else:
        assert (table["Learned on"] + table["Judged on"] == train).all()


def test_rows_without_a_target_are_not_counted(dataset: Dataset) -> None:
    task, _ = new_goal(dataset, "age")
    assert rows_with_target(dataset, task) == 95
