"""Formats that are no text: what they hold comes back, types included; a query only reads."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from core.data import build
from core.data.catalog import load_frame
from core.data.formats import file_format
from core.data.ingest import ingest, source_path
from core.data.read import read_text
from core.data.sniff import sniff
from core.data.sources import containers
from core.data.upload import receive_text
from core.errors import LatheError
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType
from tests.core.data.source_files import ROWS, TABLE, WRITERS, write_sqlite


@pytest.mark.parametrize("name", ["t.parquet", "t.feather", "t.duckdb"])
def test_typed_cells_come_as_they_are(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    parse = sniff(path)
    found = read_text(path, parse)
    cells = [[cell.removesuffix(".000000") for cell in row] for row in found.frame.to_numpy().tolist()]
    assert cells == ROWS
    assert list(found.frame.columns) == TABLE.column_names
    assert read_text(path, parse, rows=2).frame.equals(found.frame.head(2))


@pytest.mark.parametrize("spelled", [False, True])
@pytest.mark.parametrize("name", ["t.parquet", "t.feather", "t.duckdb"])
def test_types_are_kept_in_the_dataset(
    workspace: Workspace, project_id: str, tmp_path: Path, name: str, spelled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "SPELL_BYTES", 0 if spelled else 1 << 40)
    path = tmp_path / name
    WRITERS[name](path)
    dataset = ingest(workspace, path, project_id=project_id, name="t")
    storages = {column.name: column.storage for column in dataset.columns}
    assert storages["big"] is StorageType.STRING  # Digits that a float would lose.
    assert (storages["n"], storages["f"]) == (StorageType.INT, StorageType.FLOAT)
    assert (storages["day"], storages["at"]) == (StorageType.DATETIME, StorageType.DATETIME)
    frame = load_frame(workspace, dataset)
    assert list(frame["big"]) == [str(2**60), "1", "2"]
    assert frame["at"][0] == datetime(2024, 1, 1, 12, 30)
    assert list(frame["ok"]) == ["true", "false", None]
    assert dataset.parse.format == path.suffix[1:]
    assert source_path(workspace, dataset).read_bytes() == path.read_bytes()


def test_both_ways_of_reading_a_typed_file_give_the_same(
    workspace: Workspace, project_id: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"i": range(500), "w": [f"w {i % 5}" for i in range(500)]}), path)
    found = []
    for limit in (0, 1 << 40):
        monkeypatch.setattr(build, "SPELL_BYTES", limit)
        found.append(ingest(workspace, path, project_id=project_id, name="t"))
    first, second = (dataset.model_dump(exclude={"id", "path", "created"}) for dataset in found)
    assert first == second


def test_a_table_of_a_database_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "t.sqlite"
    write_sqlite(path)
    assert containers(path, file_format(path)) == ("first", 'se"cond')
    parse = sniff(path)
    assert (parse.format, parse.sheet) == ("sqlite", "first")
    assert read_text(path, parse).frame.to_numpy().tolist() == [[str(2**60), "x", "0.5"], ["", "yz", "2"]]
    second = parse.model_copy(update={"sheet": 'se"cond'})
    assert read_text(path, second).frame.to_numpy().tolist() == [["5"]]
    with pytest.raises(LatheError, match="must have the table 'none'"):
        read_text(path, parse.model_copy(update={"sheet": "none"}))


@pytest.mark.parametrize("name", ["t.sqlite", "t.duckdb"])
def test_a_query_reads(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    parse = sniff(path).model_copy(update={"query": "WITH a AS (SELECT 1 AS x) SELECT x, x + 1 AS y FROM a"})
    assert read_text(path, parse).frame.to_numpy().tolist() == [["1", "2"]]


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("t.sqlite", "DELETE FROM first"),
        ("t.sqlite", "INSERT INTO first VALUES (1, 2, 3) RETURNING a"),
        ("t.sqlite", "ATTACH '{folder}/other.db' AS o"),
        ("t.sqlite", "SELECT load_extension('x')"),
        ("t.sqlite", "PRAGMA query_only = OFF"),
        ("t.sqlite", "SELECT 1; SELECT 2"),
        ("t.sqlite", "nonsense"),
        ("t.duckdb", "DELETE FROM first"),
        ("t.duckdb", "COPY first TO '{folder}/out.csv'"),
        ("t.duckdb", "SELECT * FROM read_csv('{folder}/secret.csv')"),
        ("t.duckdb", "SELECT * FROM '{folder}/secret.csv'"),
        ("t.duckdb", "SELECT 1; SELECT 2"),
        ("t.duckdb", "SET enable_external_access = true"),
        ("t.duckdb", "ATTACH '{folder}/other.db' AS o"),
        ("t.duckdb", "nonsense"),
        ("t.sqlite", "WITH x AS (SELECT 1) INSERT INTO first SELECT *, 2, 3 FROM x"),
        ("t.sqlite", "VACUUM INTO '{folder}/copy.db'"),
        ("t.sqlite", "SELECT * FROM pragma_database_list"),
        ("t.sqlite", "SELECT writefile('{folder}/out.txt', 'x')"),
        ("t.duckdb", "WITH x AS (SELECT 1) INSERT INTO first SELECT *, 2, 3 FROM x"),
        ("t.duckdb", "SELECT * FROM read_text('{folder}/secret.csv')"),
        ("t.duckdb", "SELECT * FROM glob('{folder}/*')"),
        ("t.duckdb", "SELECT * FROM query('DROP TABLE first')"),
        ("t.duckdb", "EXPORT DATABASE '{folder}/copy'"),
        ("t.duckdb", "INSTALL httpfs"),
        ("t.duckdb", "SELECT * FROM duckdb_settings()"),
        ("t.duckdb", "SELECT * FROM pragma_database_list"),
        ("t.duckdb", "SELECT current_setting('temp_directory') AS a"),
    ],
)
def test_a_query_does_nothing_but_read(tmp_path: Path, name: str, query: str) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    before = path.read_bytes()
    parse = sniff(path).model_copy(update={"query": query.format(folder=tmp_path)})
    with pytest.raises(LatheError):
        read_text(path, parse)
    assert path.read_bytes() == before
    assert sorted(found.name for found in tmp_path.iterdir()) == sorted([name, "secret.csv"])


def test_pasted_cells_are_a_table(workspace: Workspace, project_id: str) -> None:
    path = receive_text("town\tn\nRome\t1\nOslo\t2\n", "pasted", workspace=workspace)
    dataset = ingest(workspace, path, project_id=project_id, name="t")
    assert dataset.parse.delimiter == "\t"
    assert list(load_frame(workspace, dataset)["town"]) == ["Rome", "Oslo"]
    with pytest.raises(LatheError, match="empty"):
        receive_text(" \n", "pasted", workspace=workspace)


@pytest.mark.slow  # the screen does the same in tests/pages/test_pages_upload.py
def test_five_thousand_columns_and_one_row(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"c{i}" for i in range(5_000)) + "\n" + ",".join(map(str, range(5_000))) + "\n")
    dataset = ingest(workspace, path, project_id=project_id, name="t")
    assert (dataset.rows, len(dataset.columns)) == (1, 5_000)
    assert dataset.column("c4999").kind in set(ColumnKind)
