"""A large file read in blocks gives the same dataset as one that is read whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.data import blocks, build, evidence, ingest, stream, stream_parts
from core.data.catalog import load_frame
from core.data.convert import to_typed
from core.data.fingerprint import fingerprint_file
from core.data.keys import column_spread, spread
from core.data.read import read_text
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.storage import to_arrow
from core.errors import InvalidInput, RunCancelled
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

NUMBERS = st.one_of(
    st.integers(-(10**6), 10**6).map(str),
    st.floats(-1e6, 1e6, allow_nan=False).map(repr),
    st.sampled_from(["007", "1e3", "+5", " 12 ", "1.0", ".5", "-0", "9007199254740993", "1234567890123456", "1e15"]),
)
ODD = st.sampled_from(["", "NA", " NA ", "?", "x", "n/a", "inf", "nan", "0x1F", "1,5", "1_0", "-", "2024-13-01", "yes"])
DATES = st.one_of(
    st.datetimes().map(lambda moment: moment.replace(year=2000 + moment.year % 50).isoformat(sep=" ")),
    st.dates().map(lambda day: day.replace(year=2000 + day.year % 50).isoformat()),
    st.sampled_from(["2024-01-31T10", "01/02/2024", "13/02/2024", "02/13/2024", "2024-01-31 10:20Z", "31 Jan 2024"]),
)
WORDS = st.sampled_from(["Rome", "Oslo ", " Rome", "\u00a0Bonn", "new\nline", 'say "hi"', "a,b", "true", "False", "ä"])
COLUMN = st.one_of(
    st.lists(NUMBERS | ODD, min_size=12, max_size=60),
    st.lists(st.integers(0, 9).map(str), min_size=12, max_size=60),
    st.lists(DATES | ODD, min_size=12, max_size=60),
    st.lists(DATES, min_size=12, max_size=60),
    st.lists(WORDS | ODD, min_size=12, max_size=60),
    st.integers(1, 60).map(lambda n: [str(i) for i in range(1, n + 13)]),
    st.integers(1, 60).map(lambda n: [f"{i:05d}" for i in range(n + 13)]),
)


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Blocks of a few rows, so that small files are large ones."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 120)
    monkeypatch.setattr(blocks, "_COLUMN_BYTES", 1)
    monkeypatch.setattr(blocks, "_MOST_BLOCKS", 1_000)
    monkeypatch.setattr(evidence, "FIRST_CELLS", 4)
    monkeypatch.setattr(stream, "FIRST_CELLS", 4)
    monkeypatch.setattr(stream_parts, "ROW_GROUP", 10)
    monkeypatch.setattr(build, "STREAM_BYTES", 0)
    return monkeypatch


def text_of(columns: list[list[str]]) -> str:
    rows = min(map(len, columns))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([f"c{place}" for place in range(len(columns))])
    writer.writerows(zip(*(column[:rows] for column in columns), strict=True))
    return out.getvalue()


def silent(fraction: float, message: str) -> None:
    """Take no notice."""


def both(
    workspace: Workspace, project: str, path: Path, patch: pytest.MonkeyPatch, **more: object
) -> tuple[Dataset, Dataset]:
    def read(streamed: bool) -> Dataset:
        patch.setattr(build, "STREAM_BYTES", 0 if streamed else 1 << 40)
        return ingest.ingest(workspace, path, project_id=project, name="t", parse=ParseSettings(), **more)  # type: ignore[arg-type]

    return read(True), read(False)


def known(dataset: Dataset) -> dict[str, object]:
    return dataset.model_dump(include={"rows", "columns", "fingerprint", "parse", "notes"})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.lists(COLUMN, min_size=1, max_size=4))
def test_counted_columns_are_the_same_as_read_whole(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch, columns: list[list[str]]
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text_of(columns), encoding="utf-8", newline="")
    streamed, whole = both(workspace, project_id, path, small_blocks)
    assert known(streamed) == known(whole)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.lists(COLUMN, min_size=1, max_size=4))
def test_columns_of_many_values_hold_what_the_careful_reader_reads(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch, columns: list[list[str]]
) -> None:
    small_blocks.setattr(stream, "_FEW_VALUES", 0)
    small_blocks.setattr(stream, "_MANY_VALUES", 0.0)
    path = tmp_path / "t.csv"
    path.write_text(text_of(columns), encoding="utf-8", newline="")
    found = stream.stream(path, ParseSettings(), out=tmp_path / "o.parquet", report=silent)
    table = read_text(path, ParseSettings())
    if found is None:
        return
    stored = pq.read_table(tmp_path / "o.parquet")
    for column in found.columns:
        typed, _ = to_typed(table.frame[column.name], column, found.parse)
        cells = stored.column(column.name).combine_chunks()
        assert (
            cells.equals(to_arrow(typed, column.storage))
            or cells.to_pylist() == to_arrow(typed, column.storage).to_pylist()
        )
        assert column.missing == int(typed.isna().sum())
        assert column.unique == int(typed.nunique())
    assert found.fingerprint == fingerprint_file(tmp_path / "o.parquet", found.columns)


@pytest.mark.parametrize(
    ("late", "kind", "storage"),
    [
        ("0.5", ColumnKind.NUMERIC, StorageType.FLOAT),
        ("x1", ColumnKind.IDENTIFIER, StorageType.STRING),
        ("00012", ColumnKind.IDENTIFIER, StorageType.STRING),
        ("12345678901234567", ColumnKind.IDENTIFIER, StorageType.STRING),
    ],
)
def test_what_comes_late_still_decides(
    workspace: Workspace,
    project_id: str,
    tmp_path: Path,
    small_blocks: pytest.MonkeyPatch,
    late: str,
    kind: ColumnKind,
    storage: StorageType,
) -> None:
    small_blocks.setattr(stream, "_FEW_VALUES", 0)
    cells = [str(37 * i % 1009) for i in range(400)] + [f"{late}{i}" if late != "0.5" else "0.5" for i in range(40)]
    path = tmp_path / "t.csv"
    path.write_text("n,w\n" + "".join(f"{cell},a\n" for cell in cells))
    streamed, whole = both(workspace, project_id, path, small_blocks)
    assert (streamed.column("n").kind, streamed.column("n").storage) == (whole.column("n").kind, storage)
    assert streamed.fingerprint == whole.fingerprint
    assert kind in (whole.column("n").kind, kind)


def test_a_later_row_turns_day_and_month_round(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch
) -> None:
    days = [f"{1 + i % 12:02d}/{1 + i % 11:02d}/2024" for i in range(80)] + ["25/03/2024"]
    path = tmp_path / "t.csv"
    path.write_text("day,n\n" + "".join(f"{day},{i}\n" for i, day in enumerate(days)))
    streamed, whole = both(workspace, project_id, path, small_blocks)
    assert streamed.parse.day_first
    assert known(streamed) == known(whole)


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n" * 3 + "1,2,3\n4,5\n",
        "a,b\n" + "1,2\n" * 80 + "\n" + "1,2\n" * 80,
        "a,b\n" + "1,2\n" * 80 + "1\n" + "1,2\n" * 80,
        "a,b\n" + '1,"x"\n' * 80 + '1,"x" y\n' * 3 + '1,"x"\n' * 80,
        "a,b\r\n" + "1,2\r\n" * 100,
        "a\n" + "x\n" * 50 + "\n" + "y\n" * 50,
        "\ufeffa,b\n" + "1,ä\n" * 100,
        "a,b\n" + '1,"two\nlines"\n' * 60,
    ],
)
def test_texts_that_are_not_plain_come_out_the_same(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8", newline="")
    streamed, whole = both(workspace, project_id, path, small_blocks)
    assert known(streamed) == known(whole)


def test_chosen_kinds_are_kept_and_refused_like_on_the_whole(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i},w{i % 7}\n" for i in range(200)))
    streamed, whole = both(workspace, project_id, path, small_blocks, kinds={"a": ColumnKind.CATEGORICAL})
    assert known(streamed) == known(whole)
    small_blocks.setattr(build, "STREAM_BYTES", 0)
    before = len(list(workspace.folder("datasets").iterdir()))
    with pytest.raises(InvalidInput, match="must be numbers"):
        ingest.ingest(workspace, path, project_id=project_id, name="t", kinds={"b": ColumnKind.NUMERIC})
    assert len(list(workspace.folder("datasets").iterdir())) == before


def test_a_stop_leaves_nothing(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i},w\n" for i in range(500)))
    told: list[float] = []

    def stop(fraction: float, message: str) -> None:
        told.append(fraction)
        if fraction > 0.3:
            raise RunCancelled

    with pytest.raises(RunCancelled):
        ingest.ingest(workspace, path, project_id=project_id, name="t", progress=stop)
    assert told == sorted(told)
    assert list(workspace.folder("datasets").iterdir()) == []
    assert path.exists()


def test_a_streamed_table_can_be_read_and_retyped(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("a,b\n" + "".join(f"{i},w{i % 7}\n" for i in range(200)))
    dataset = ingest.ingest(workspace, path, project_id=project_id, name="t")
    assert list(load_frame(workspace, dataset)["a"]) == list(range(200))
    changed = ingest.change_kinds(workspace, dataset, {"a": ColumnKind.CATEGORICAL})
    assert list(load_frame(workspace, changed)["a"]) == [str(i) for i in range(200)]
    small_blocks.setattr(build, "STREAM_BYTES", 1 << 40)
    whole = ingest.change_kinds(workspace, changed, {"a": dataset.column("a").kind})
    assert whole.fingerprint == dataset.fingerprint
    assert ingest.change_kinds(workspace, whole, {"a": ColumnKind.CATEGORICAL}).columns == changed.columns
    small_blocks.setattr(build, "STREAM_BYTES", 0)
    with pytest.raises(InvalidInput, match="must be numbers"):
        ingest.change_kinds(workspace, changed, {"b": ColumnKind.NUMERIC})
    assert not list(workspace.path(f"datasets/{dataset.id}").glob("*.part"))


@settings(max_examples=200, deadline=None)
@given(cells=st.lists(st.integers(0, 12), max_size=60))
def test_spread_is_that_of_a_count(cells: list[int]) -> None:
    counts = pd.Series(cells, dtype="int64").value_counts(sort=False)
    order = counts.sort_values(ascending=False, kind="stable").index[:5]
    found = spread(np.array(cells, dtype=np.int64))
    assert found.unique == len(counts)
    assert [cells[place] for place in found.places] == list(order)
    assert [cells.index(cells[place]) for place in found.places] == list(found.places)


def test_spread_of_stored_texts(tmp_path: Path) -> None:
    cells = [None, "b", "a", "b", "c", None, "c", "b"]
    pq.write_table(pa.table({"x": pa.array(cells, pa.large_string())}), tmp_path / "t.parquet", row_group_size=3)
    column = ColumnSchema(name="x", storage=StorageType.STRING, kind=ColumnKind.TEXT)
    assert column_spread(tmp_path / "t.parquet", column) == (3, ["b", "c", "a"])


SETTINGS = {
    "decimal comma": ParseSettings(delimiter=";", decimal=","),
    "thousands": ParseSettings(delimiter=";", decimal=",", thousands="."),
    "no header": ParseSettings(delimiter=";", header=False, skip_lines=1),
    "own missing words": ParseSettings(delimiter=";", column_missing={"a": ("7,5", "-")}),
    "few missing words": ParseSettings(delimiter=";", missing_words=("",)),
    "units": ParseSettings(delimiter=";", units={"a": "kg", "c": "$"}),
    "day first": ParseSettings(delimiter=";", day_first=True),
    "own day first": ParseSettings(delimiter=";", column_day_first={"d": True}),
    "single quotes": ParseSettings(delimiter=";", quote="'"),
    "no quotes": ParseSettings(delimiter=";", quote=""),
}


@pytest.mark.parametrize("many", [0, 500])
@pytest.mark.parametrize("name", SETTINGS)
def test_settings_mean_the_same_in_blocks(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch, name: str, many: int
) -> None:
    small_blocks.setattr(stream, "_FEW_VALUES", many)
    rows = [
        f"{i},5;{i}.{i % 7}00,5;${i}.25;{1 + i % 12:02d}/{1 + i % 9:02d}/2024;NA;'w {i % 3}';{'-' if i % 5 else i}"
        for i in range(1, 90)
    ]
    path = tmp_path / "t.csv"
    path.write_text("a;b;c;d;e;f;g\n" + "\n".join(rows) + "\n")
    found = []
    for limit in (0, 1 << 40):
        small_blocks.setattr(build, "STREAM_BYTES", limit)
        dataset = ingest.ingest(workspace, path, project_id=project_id, name="t", parse=SETTINGS[name])
        found.append(known(dataset))
    streamed, whole = found
    assert streamed["fingerprint"] == whole["fingerprint"]
    assert streamed["parse"] == whole["parse"]
    assert streamed["rows"] == whole["rows"]
    if many:
        assert streamed == whole


def test_each_column_of_dates_settles_its_own_order(
    workspace: Workspace, project_id: str, tmp_path: Path, small_blocks: pytest.MonkeyPatch
) -> None:
    rows = [f"{1 + i % 12:02d}/{1 + i % 11:02d}/2024,{1 + i % 12:02d}/{1 + i % 11:02d}/2024" for i in range(80)]
    path = tmp_path / "t.csv"
    path.write_text("us,eu\n" + "\n".join(rows) + "\n03/25/2024,25/03/2024\n")
    streamed, whole = both(workspace, project_id, path, small_blocks)
    assert known(streamed) == known(whole)
