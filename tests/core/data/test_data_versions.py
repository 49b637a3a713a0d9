"""A run finds the table it was made on after kinds were changed; what nobody needs goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from core.data.actions import TableStep
from core.data.catalog import DatasetCatalog, load_frame
from core.data.ingest import change_kinds, ingest, ingest_like, source_path
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import InvalidInput, LatheError, NotFound
from core.export.reading import read_like
from core.jobs.checks import find_dataset
from core.jobs.trained import table_of_run
from core.run.recipe import Recipe
from core.run.runs import RunStore
from core.store.artifacts import write_json
from core.store.tables import DatasetRow
from core.store.workspace import Workspace
from core.types import ColumnKind, TaskKind


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i % 9},w{i % 4}\n" for i in range(60)))
    return ingest(workspace, path, project_id=project_id, name="t")


def recipe_of(dataset: Dataset) -> Recipe:
    task = Task(kind=TaskKind.MULTICLASS, target="b")
    return Recipe(dataset=dataset.fingerprint, dataset_id=dataset.id, task=task, models=())


def files(workspace: Workspace, dataset: Dataset) -> set[str]:
    return {path.name for path in workspace.path(f"datasets/{dataset.id}").iterdir() if path.suffix != ".csv"}


def as_text(workspace: Workspace, dataset: Dataset) -> Dataset:
    return change_kinds(workspace, dataset, {"a": ColumnKind.CATEGORICAL})


def test_a_version_that_a_run_names_stays(workspace: Workspace, dataset: Dataset) -> None:
    run = RunStore(workspace).create(dataset.project_id, recipe_of(dataset), dataset)
    changed = as_text(workspace, dataset)
    catalog = DatasetCatalog(workspace)
    assert catalog.get(dataset.id) == changed
    assert catalog.version(dataset.id, dataset.fingerprint) == dataset
    assert table_of_run(workspace, run) == dataset
    assert find_dataset(workspace, run.recipe) == dataset
    assert list(load_frame(workspace, dataset)["a"])[:3] == [0.0, 1.0, 2.0]
    assert list(load_frame(workspace, changed)["a"])[:3] == ["0", "1", "2"]
    RunStore(workspace).delete(run.id)
    catalog.save(changed.model_copy(update={"name": "other"}))
    assert files(workspace, dataset) == {f"{changed.fingerprint}.parquet", f"{changed.fingerprint}.json"}


def test_a_version_whose_rows_a_run_locked_away_stays(
    workspace: Workspace, dataset: Dataset, project_id: str, tmp_path: Path
) -> None:
    path = tmp_path / "first.csv"
    path.write_text("a,b\n" + "".join(f"{i},{i % 3}\n" for i in range(30)))
    first = ingest(workspace, path, project_id=project_id, name="first")
    recipe = recipe_of(first)
    split = recipe.task.split.model_copy(update={"second": dataset.id, "second_fingerprint": dataset.fingerprint})
    recipe = recipe.model_copy(update={"task": recipe.task.model_copy(update={"split": split})})
    RunStore(workspace).create(project_id, recipe, first)
    as_text(workspace, dataset)
    assert DatasetCatalog(workspace).version(dataset.id, dataset.fingerprint) == dataset


def test_a_version_that_nobody_needs_goes(workspace: Workspace, dataset: Dataset) -> None:
    changed = as_text(workspace, dataset)
    with pytest.raises(NotFound, match="no longer kept"):
        DatasetCatalog(workspace).version(dataset.id, dataset.fingerprint)
    with pytest.raises(LatheError, match="content differs"):
        find_dataset(workspace, recipe_of(dataset))
    back = change_kinds(workspace, changed, {"a": dataset.column("a").kind})
    assert back.fingerprint == dataset.fingerprint
    assert files(workspace, dataset) == {f"{back.fingerprint}.parquet", f"{back.fingerprint}.json"}


def test_the_base_of_steps_and_what_undo_reaches_stay(workspace: Workspace, dataset: Dataset) -> None:
    step = TableStep(key="filter", params={"column": "a"})
    catalog = DatasetCatalog(workspace)
    second = as_text(workspace, dataset)
    cells = workspace.path(second.path)
    # A stand-in for the outcome of a step: other cells, the first ones as its base.
    third = "0" * 32
    workspace.path(f"datasets/{dataset.id}/{third}.parquet").write_bytes(cells.read_bytes())
    shaped = second.model_copy(
        update={
            "path": f"datasets/{dataset.id}/{third}.parquet",
            "fingerprint": third,
            "steps": (step,),
            "history": ((),),
            "base_path": second.path,
            "base_columns": second.columns,
        }
    )
    catalog.save(shaped)
    with pytest.raises(InvalidInput, match="come from the table's steps"):
        change_kinds(workspace, shaped, {"a": ColumnKind.IDENTIFIER})
    assert workspace.path(second.path).exists()
    assert catalog.version(dataset.id, second.fingerprint).steps == ()
    catalog.save(second)
    assert not workspace.path(shaped.path).exists()


def test_a_workspace_from_before_there_were_versions_opens(workspace: Workspace, dataset: Dataset) -> None:
    folder = workspace.path(f"datasets/{dataset.id}")
    (folder / f"{dataset.fingerprint}.json").unlink()
    workspace.path(dataset.path).rename(folder / "data.parquet")
    old = dataset.model_copy(update={"path": f"datasets/{dataset.id}/data.parquet"})
    with workspace.database.session() as session:
        row = session.get(DatasetRow, dataset.id)
        assert row is not None
        row.body = old.model_dump(mode="json")
    run = RunStore(workspace).create(dataset.project_id, recipe_of(old), old)
    changed = as_text(workspace, DatasetCatalog(workspace).get(dataset.id))
    assert table_of_run(workspace, run) == old
    assert list(load_frame(workspace, old)["a"])[:2] == [0.0, 1.0]
    assert changed.path.endswith(f"{changed.fingerprint}.parquet")


def test_a_crash_between_file_and_row_leaves_the_table_as_it_was(
    workspace: Workspace, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(self: DatasetCatalog, dataset: Dataset) -> Dataset:
        raise KeyboardInterrupt

    monkeypatch.setattr(DatasetCatalog, "save", crash)
    with pytest.raises(KeyboardInterrupt):
        as_text(workspace, dataset)
    monkeypatch.undo()
    assert DatasetCatalog(workspace).get(dataset.id) == dataset
    assert list(load_frame(workspace, dataset)["a"])[:2] == [0.0, 1.0]


def test_a_fingerprint_never_becomes_a_path_out_of_the_folder(workspace: Workspace, dataset: Dataset) -> None:
    write_json(workspace.root / "datasets" / "evil.json", dataset)
    with pytest.raises(NotFound):
        DatasetCatalog(workspace).version(dataset.id, "../evil")


def test_next_months_file_is_read_alike(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    changed = as_text(workspace, dataset)
    path = tmp_path / "next.csv"
    path.write_text("a,c\n" + "".join(f"{i % 9},{i}\n" for i in range(30)))
    fresh = ingest_like(workspace, path, changed, name="Next")
    assert fresh.column("a").kind is ColumnKind.CATEGORICAL
    assert fresh.id != dataset.id
    assert "Columns that were not there before: c." in fresh.notes
    assert "Columns that are missing now: b." in fresh.notes
    assert source_path(workspace, fresh).read_text() == path.read_text()


def test_a_kind_that_does_not_fit_next_month_is_told(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    path = tmp_path / "next.csv"
    path.write_text("a,b\n" + "".join(f"x{i % 3},w{i % 4}\n" for i in range(30)))
    fresh = ingest_like(workspace, path, dataset, name="Next")
    assert fresh.column("a").kind is ColumnKind.CATEGORICAL
    assert "must be numbers" in fresh.notes[0]


def test_what_killed_work_left_behind_goes_after_a_day(workspace: Workspace, dataset: Dataset) -> None:
    folder = workspace.path(f"datasets/{dataset.id}")
    names = (".tmp-98513b458f68-computed.parquet", "98513b458f68.part")
    for name in names:
        (folder / name).write_bytes(b"half")
    saved = DatasetCatalog(workspace).save(dataset.model_copy(update={"name": "still being written"}))
    assert all((folder / name).exists() for name in names)
    for name in names:
        os.utime(folder / name, (0, 0))
    DatasetCatalog(workspace).save(saved.model_copy(update={"name": "a day later"}))
    assert not any((folder / name).exists() for name in names)
    assert workspace.path(dataset.path).exists()


def months(first: int, *, above: str = "", below: str = "", encoding: str = "utf-8") -> bytes:
    lines = [f"{place},Zürich,{place * 1.5}" for place in range(first, first + 40)]
    return (above + "\n".join(["number,town,amount", *lines]) + "\n" + below).encode(encoding)


FOOTER = "\nSource: the office of figures\nNote: preliminary\n"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ({"below": FOOTER}, {}),
        ({}, {"below": FOOTER}),
        ({"above": "Report of May\n\n"}, {}),
        ({"above": "Report of May\n\n", "below": FOOTER}, {"above": "Report of June\nfor the board\n\n"}),
        ({}, {"encoding": "cp1252"}),
    ],
)
def test_a_later_file_keeps_all_its_rows_whatever_stands_around_them(
    workspace: Workspace, project_id: str, tmp_path: Path, first: dict[str, str], later: dict[str, str]
) -> None:
    may, june = tmp_path / "may.csv", tmp_path / "june.csv"
    may.write_bytes(months(0, **first))
    june.write_bytes(months(100, **later))
    dataset = ingest(workspace, may, project_id=project_id, name="May")
    assert dataset.rows == 40
    fresh = ingest_like(workspace, june, dataset, name="June")
    cells = load_frame(workspace, fresh)
    assert cells["number"].tolist() == list(range(100, 140))
    assert set(cells["town"]) == {"Zürich"}
    ended = dataset.parse.footer_lines != fresh.parse.footer_lines
    assert any(note.startswith("Lines left out below the table") for note in fresh.notes) is ended
    columns = dataset.columns
    _, conformed, notes = read_like(june, "june.csv", columns=columns, like=dataset.parse)
    assert conformed.frame["number"].tolist() == list(range(100, 140))
    assert any(note.startswith("Lines left out below the table") for note in notes) is ended
