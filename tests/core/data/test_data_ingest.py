"""From a file to a stored dataset and back; nothing left behind where it fails."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.catalog import DatasetCatalog, load_frame
from core.data.ingest import change_kinds, ingest, source_path
from core.data.samples import SAMPLES, ingest_sample, sample_frame
from core.data.schema import ColumnSchema
from core.data.storage import fingerprint
from core.data.upload import receive
from core.errors import InvalidInput, LatheError, NotFound
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType, TaskKind

CSV = """id,town,price,sold,ok,when
1, Rome,1.5,yes,true,2024-01-31
2,Oslo,,no,false,2024-02-01
3,NA,7,yes,,
4,Rome,0.25,?,true,2024-02-03
"""


@pytest.fixture
def project(workspace: Workspace) -> str:
    return ProjectStore(workspace).create("Test").id


def write(tmp_path: Path, text: str = CSV, name: str = "t.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_is_stored_and_comes_back_typed(workspace: Workspace, project: str, tmp_path: Path) -> None:
    path = write(tmp_path)
    dataset = ingest(workspace, path, project_id=project, name="Towns")
    frame = load_frame(workspace, dataset)
    expected = pd.DataFrame(
        {
            "id": [1.0, 2, 3, 4],
            "town": pd.Series(["Rome", "Oslo", None, "Rome"], dtype=object),
            "price": [1.5, np.nan, 7, 0.25],
            "sold": pd.Series(["yes", "no", "yes", None], dtype=object),
            "ok": pd.Series(["true", "false", None, "true"], dtype=object),
            "when": pd.to_datetime(["2024-01-31", "2024-02-01", None, "2024-02-03"]).astype("datetime64[us]"),
        }
    )
    pd.testing.assert_frame_equal(frame, expected)
    assert [cell for cell in frame["town"] if not isinstance(cell, str)] == [None]
    assert (dataset.rows, dataset.source_name, dataset.source_bytes) == (4, "t.csv", path.stat().st_size)
    assert DatasetCatalog(workspace).get(dataset.id) == dataset
    assert path.exists()
    pd.testing.assert_frame_equal(load_frame(workspace, dataset, ["ok", "id"]), expected[["ok", "id"]])
    with pytest.raises(LatheError, match="no column 'x'"):
        load_frame(workspace, dataset, ["x"])


def test_a_received_file_moves_into_its_dataset(workspace: Workspace, project: str, tmp_path: Path) -> None:
    path = receive(write(tmp_path, name="my table.csv"), "my table.csv", workspace=workspace)
    dataset = ingest(workspace, path, project_id=project, name="x")
    assert not path.exists()
    assert dataset.source_name == "my_table.csv"
    assert source_path(workspace, dataset).read_text() == CSV


def test_a_packed_file_is_unpacked(workspace: Workspace, project: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv.gz"
    path.write_bytes(gzip.compress(CSV.encode()))
    plain = ingest(workspace, write(tmp_path), project_id=project, name="x")
    assert ingest(workspace, path, project_id=project, name="x").fingerprint == plain.fingerprint
    assert list(workspace.folder("incoming").iterdir()) == []


@pytest.mark.parametrize("text", ["", "a,b\n", "\x01\x02\x03" * 99])
def test_a_refused_file_leaves_nothing(workspace: Workspace, project: str, tmp_path: Path, text: str) -> None:
    with pytest.raises(LatheError):
        ingest(workspace, write(tmp_path, text), project_id=project, name="x")
    assert list(workspace.folder("datasets").iterdir()) == []
    assert DatasetCatalog(workspace).list(project) == ()


def test_kinds_that_do_not_fit_leave_nothing(workspace: Workspace, project: str, tmp_path: Path) -> None:
    kinds = {"town": ColumnKind.NUMERIC}
    with pytest.raises(InvalidInput, match="'Rome', 'Oslo'"):
        ingest(workspace, write(tmp_path), project_id=project, name="x", kinds=kinds)
    assert list(workspace.folder("datasets").iterdir()) == []


def test_changed_kinds_are_stored_and_can_be_taken_back(workspace: Workspace, project: str, tmp_path: Path) -> None:
    first = ingest(workspace, write(tmp_path), project_id=project, name="x")
    kinds = {"price": ColumnKind.CATEGORICAL, "id": ColumnKind.CATEGORICAL}
    changed = change_kinds(workspace, first, kinds)
    assert changed.fingerprint != first.fingerprint
    assert changed.column("price").reason == "Chosen by you."
    assert list(load_frame(workspace, changed)["price"]) == ["1.5", None, "7", "0.25"]
    assert DatasetCatalog(workspace).get(first.id) == changed
    back = change_kinds(workspace, changed, {"price": ColumnKind.NUMERIC, "id": first.column("id").kind})
    assert back.fingerprint == first.fingerprint
    with pytest.raises(InvalidInput) as error:
        change_kinds(workspace, back, {"town": ColumnKind.DATETIME, "none": ColumnKind.TEXT})
    assert error.value.problems[0].field == "kinds.none"
    with pytest.raises(InvalidInput, match="'Rome', 'Oslo'"):
        change_kinds(workspace, back, {"town": ColumnKind.DATETIME})
    assert DatasetCatalog(workspace).get(first.id) == back


def test_a_dataset_is_read_again_with_other_settings(workspace: Workspace, project: str, tmp_path: Path) -> None:
    first = ingest(workspace, write(tmp_path, "x;y\n1,5;a\n2,5;b\n"), project_id=project, name="x")
    assert list(load_frame(workspace, first)["x"]) == [1.5, 2.5]
    parse = first.parse.model_copy(update={"decimal": ".", "missing_words": ("b",)})
    again = ingest(workspace, source_path(workspace, first), project_id=project, name="x", parse=parse)
    assert again.id != first.id
    assert again.fingerprint != first.fingerprint
    assert list(load_frame(workspace, again)["x"]) == ["1,5", "2,5"]
    assert again.column("y").missing == 1
    assert list(load_frame(workspace, first)["x"]) == [1.5, 2.5]


def test_the_catalog_knows_its_project_and_forgets_what_is_deleted(
    workspace: Workspace, project: str, tmp_path: Path
) -> None:
    catalog = DatasetCatalog(workspace)
    first = ingest(workspace, write(tmp_path), project_id=project, name="a")
    second = ingest(workspace, write(tmp_path), project_id=project, name="b")
    assert [d.id for d in catalog.list(project)] == [second.id, first.id]
    assert catalog.list("other") == ()
    catalog.delete(first.id)
    assert [d.id for d in catalog.list(project)] == [second.id]
    assert not workspace.path(f"datasets/{first.id}").exists()
    for call in (catalog.get, catalog.delete):
        with pytest.raises(NotFound):
            call(first.id)
    with pytest.raises(NotFound):
        load_frame(workspace, first)


CELLS = {
    StorageType.INT: st.integers(-(2**53), 2**53),
    StorageType.FLOAT: st.floats(allow_nan=False, allow_infinity=False),
    StorageType.STRING: st.text(st.characters(codec="utf-8"), max_size=5),
    StorageType.BOOL: st.booleans(),
}
TYPES = {
    StorageType.INT: pa.int64(),
    StorageType.FLOAT: pa.float64(),
    StorageType.STRING: pa.large_string(),
    StorageType.BOOL: pa.bool_(),
}


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_fingerprint_is_of_the_cells_alone(data: st.DataObject) -> None:
    storage = data.draw(st.sampled_from(list(CELLS)))
    cells = data.draw(st.lists(st.none() | CELLS[storage], min_size=1, max_size=12))
    column = ColumnSchema(name="x", storage=storage, kind=ColumnKind.CATEGORICAL)

    def of(values: list[object], cut: int = 0) -> str:
        chunks = [pa.array(part, TYPES[storage]) for part in (values[:cut], values[cut:])]
        return fingerprint(pa.table({"x": pa.chunked_array(chunks)}), [column])

    place = data.draw(st.integers(0, len(cells) - 1))
    other = data.draw(st.none() | CELLS[storage])
    changed = [*cells[:place], other, *cells[place + 1 :]]
    assert of(cells) == of(cells, cut=data.draw(st.integers(0, len(cells))))
    assert (of(changed) == of(cells)) == (changed == cells)
    assert of([*cells, None]) != of(cells)


def test_a_fingerprint_does_not_depend_on_how_parquet_was_written(
    workspace: Workspace, project: str, tmp_path: Path
) -> None:
    dataset = ingest(workspace, write(tmp_path), project_id=project, name="x")
    path = workspace.path(dataset.path)
    stored = pq.read_table(path)
    pq.write_table(stored, tmp_path / "other.parquet", row_group_size=1, compression="none", use_dictionary=False)
    assert fingerprint(pq.read_table(tmp_path / "other.parquet"), dataset.columns) == dataset.fingerprint
    renamed = [c.model_copy(update={"name": c.name + "2"}) for c in dataset.columns]
    assert fingerprint(stored.rename_columns([c.name for c in renamed]), renamed) != dataset.fingerprint


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.key)
def test_samples_are_what_they_say(workspace: Workspace, project: str, sample: object) -> None:
    found = next(s for s in SAMPLES if s is sample)
    dataset = ingest_sample(workspace, found.key, project_id=project)
    target = dataset.column(found.target)
    assert (dataset.rows, len(dataset.columns), dataset.name) == (found.rows, found.columns, found.title)
    assert target.missing == 0
    classes = {TaskKind.BINARY: target.unique == 2, TaskKind.MULTICLASS: 3 <= target.unique <= 4}
    assert classes.get(found.task, target.unique > 100)
    assert list(workspace.folder("incoming").iterdir()) == []
    assert sample_frame(found.key).equals(sample_frame(found.key))


def test_the_made_samples_have_mixed_types_and_gaps(workspace: Workspace, project: str) -> None:
    for key in ("churn", "coffee", "rents"):
        columns = ingest_sample(workspace, key, project_id=project).columns
        kinds = {column.kind for column in columns}
        assert {ColumnKind.NUMERIC, ColumnKind.CATEGORICAL, ColumnKind.DATETIME, ColumnKind.IDENTIFIER} <= kinds
        assert sum(column.missing > 0 for column in columns) >= 3
    with pytest.raises(NotFound):
        ingest_sample(workspace, "none", project_id=project)
