"""Formats that are no text: what they hold comes back, what is damaged is refused and nothing stays."""

from __future__ import annotations

import gzip
import io
import json
import random
import sqlite3
import zipfile
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from openpyxl import Workbook
from pyarrow import feather

from core.data import build
from core.data.catalog import DatasetCatalog, load_frame
from core.data.formats import file_format
from core.data.ingest import ingest, source_path
from core.data.read import read_text
from core.data.schema import Dataset, ParseSettings
from core.data.server_files import allowed_files, bring_from_server
from core.data.sniff import sniff
from core.data.sources import containers
from core.data.sources.database import query_database, require_select
from core.data.upload import receive, receive_text
from core.errors import LatheError
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

TABLE = pa.table(
    {
        "n": pa.array([1, None, 3], pa.int64()),
        "big": pa.array([2**60, 1, 2], pa.int64()),
        "f": pa.array([0.1, float("nan"), -2.5]),
        "s": ["x", None, "007"],
        "ok": pa.array([True, False, None]),
        "day": pa.array([date(2024, 1, 31), None, date(2024, 2, 1)]),
        "at": pa.array([datetime(2024, 1, 1, 12, 30), None, datetime(2024, 1, 2)], pa.timestamp("us")),
    }
)
ROWS = [
    ["1", str(2**60), "0.1", "x", "true", "2024-01-31", "2024-01-01 12:30:00"],
    ["", "1", "", "", "false", "", ""],
    ["3", "2", "-2.5", "007", "", "2024-02-01", "2024-01-02 00:00:00"],
]


def write_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE first (a INTEGER, b TEXT, c REAL)")
        connection.executemany("INSERT INTO first VALUES (?, ?, ?)", [(2**60, "x", 0.5), (None, "y\x00z", 2.0)])
        connection.execute('CREATE TABLE "se""cond" (d)')
        connection.execute('INSERT INTO "se""cond" VALUES (5)')
    connection.close()


def write_duckdb(path: Path) -> None:
    connection = duckdb.connect(str(path))
    connection.register("arrow", TABLE)
    connection.execute("CREATE TABLE first AS SELECT * FROM arrow")
    connection.execute("CREATE TABLE second AS SELECT 5 AS d")
    connection.close()


def write_excel(path: Path) -> None:
    book = Workbook()
    for row in (["a", "b"], [1, "x"], [2, "y"]):
        book.active.append(row)
    book.save(path)


WRITERS = {
    "t.parquet": lambda path: pq.write_table(TABLE, path),
    "t.feather": lambda path: feather.write_feather(TABLE, path),
    "t.duckdb": write_duckdb,
    "t.sqlite": write_sqlite,
    "t.xlsx": write_excel,
    "t.json": lambda path: path.write_text(json.dumps([{"a": i, "b": f"w{i}"} for i in range(50)])),
    "t.jsonl": lambda path: path.write_text("".join(f'{{"a": {i}, "b": "w{i}"}}\n' for i in range(50))),
    "t.csv.gz": lambda path: path.write_bytes(gzip.compress(b"a,b\n" + b"1,x\n" * 500)),
    "t.csv.zst": lambda path: path.write_bytes(zstandard.compress(b"a,b\n" + b"1,x\n" * 500)),
    "t.csv": lambda path: path.write_bytes(b"a,b\n" + b"1,x\n" * 500),
}


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


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ('[{"a": 1, "b": {"c": 2.50, "d": [1, "x"]}}, {"b": {"c": null}, "e": true}]',
         ["a", "b.c", "b.d", "e"], [["1", "2.50", '["1", "x"]', ""], ["", "", "", "true"]]),
        ('{"meta": 1, "data": [{"a": 12345678901234567890}]}', ["a"], [["12345678901234567890"]]),
        ('{"a": 1}\n\n{"a": "ä", "b": false}\n', ["a", "b"], [["1", ""], ["ä", "false"]]),
        ('\ufeff[{"a": "x\\u0041"}]', ["a"], [["xA"]]),
        ('{"a": 1, "b": "x"}', ["a", "b"], [["1", "x"]]),
    ],
)  # fmt: skip
def test_json_is_flattened(tmp_path: Path, text: str, names: list[str], rows: list[list[str]]) -> None:
    path = tmp_path / "t.json"
    path.write_text(text, encoding="utf-8")
    found = read_text(path, sniff(path))
    assert list(found.frame.columns) == names
    assert found.frame.to_numpy().tolist() == rows


def test_the_key_of_an_array_is_chosen(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text(json.dumps({"x": [{"a": 1}], "n": 3, "y": [{"b": 2}]}))
    assert containers(path, "json") == ("x", "y")
    parse = sniff(path)
    assert list(read_text(path, parse.model_copy(update={"sheet": "y"})).frame.columns) == ["b"]
    with pytest.raises(LatheError, match="'n' must hold an array"):
        read_text(path, parse.model_copy(update={"sheet": "n"}))


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '[{"a": 1}, 5]', '{"a": 1}\n{"a": \n{', '[{"a": 1}', '[{"a":1}] x', "{}", "[{}]"]
)
def test_json_that_is_no_table_is_refused(workspace: Workspace, project_id: str, tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(text)
    with pytest.raises(LatheError):
        ingest(workspace, path, project_id=project_id, name="t", parse=ParseSettings(format="json"))
    assert list(workspace.folder("datasets").iterdir()) == []


def outcome(workspace: Workspace, project_id: str, content: bytes, name: str) -> Dataset | LatheError:
    """Return the dataset that was made of a file, or the error in words."""
    try:
        received = receive(io.BytesIO(content), name, workspace=workspace)
        return ingest(workspace, received, project_id=project_id, name="t")
    except LatheError as error:
        return error


@pytest.mark.parametrize("name", sorted(WRITERS))
@pytest.mark.parametrize("damage", ["cut", "hole", "noise", "tail"])
def test_a_damaged_file_is_an_error_in_words_or_a_table(
    workspace: Workspace, project_id: str, tmp_path: Path, name: str, damage: str
) -> None:
    path = tmp_path / name
    WRITERS[name](path)
    content = bytearray(path.read_bytes())
    rng = random.Random(f"{name}{damage}")
    match damage:
        case "cut":
            content = content[: len(content) * 2 // 3]
        case "hole":
            content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
        case "noise":
            for _ in range(40):
                content[rng.randrange(16, len(content))] = rng.randrange(256)
        case "tail":
            content += rng.randbytes(500)
    before = len(list(workspace.folder("datasets").iterdir()))
    dataset = outcome(workspace, project_id, bytes(content), name)
    if isinstance(dataset, LatheError):
        assert dataset.message.endswith(".")
        assert len(list(workspace.folder("datasets").iterdir())) == before
        assert DatasetCatalog(workspace).list(project_id) == ()
    else:
        assert len(load_frame(workspace, dataset)) == dataset.rows


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "start", [b"", b"PAR1", b"ARROW1", b"SQLite format 3\x00", b"\x28\xb5\x2f\xfd", b'[{"a":', b"PK\x03\x04"]
)
def test_random_bytes_are_refused_in_words(
    workspace: Workspace, project_id: str, tmp_path: Path, seed: int, start: bytes
) -> None:
    content = start + random.Random(seed).randbytes(4_000)
    assert outcome(workspace, project_id, content, "t.bin")
    assert [p for p in workspace.folder("datasets").iterdir() if not list(p.glob("*.parquet"))] == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (zstandard.compress(b"0" * 50_000_000), "larger when unpacked"),
        (zstandard.compress(b"a,b\n1,2\n" * 1000)[:-4], "damaged zstd"),
        (zstandard.compress(gzip.compress(b"a,b\n1,2\n")), "compressed twice"),
    ],
)
def test_a_zstd_bomb_or_ruin_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    small = Workspace(Settings(workspace=tmp_path / "small", max_upload_mb=1))
    with pytest.raises(LatheError, match=words):
        receive(io.BytesIO(content), "t.csv.zst", workspace=small)
    assert list(small.folder("incoming").iterdir()) == []


def test_pasted_cells_are_a_table(workspace: Workspace, project_id: str) -> None:
    path = receive_text("town\tn\nRome\t1\nOslo\t2\n", "pasted", workspace=workspace)
    dataset = ingest(workspace, path, project_id=project_id, name="t")
    assert dataset.parse.delimiter == "\t"
    assert list(load_frame(workspace, dataset)["town"]) == ["Rome", "Oslo"]
    with pytest.raises(LatheError, match="empty"):
        receive_text(" \n", "pasted", workspace=workspace)


@pytest.fixture
def served(tmp_path: Path) -> tuple[Workspace, Path]:
    """A workspace whose operator allows one folder."""
    folder = tmp_path / "served"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "t.csv").write_text("a,b\n1,x\n2,y\n")
    (tmp_path / "secret.csv").write_text("a\n1\n")
    (folder / "link.csv").symlink_to(tmp_path / "secret.csv")
    return Workspace(Settings(workspace=tmp_path / "ws", data_folders=(folder,))), folder


def test_files_of_allowed_folders_are_read_in_place(served: tuple[Workspace, Path]) -> None:
    workspace, folder = served
    project = ProjectStore(workspace).create("p").id
    assert [file.name for file in allowed_files(workspace.settings)] == ["deep/t.csv"]
    path = bring_from_server(workspace, f"{folder}/deep/t.csv")
    dataset = ingest(workspace, path, project_id=project, name="t")
    assert source_path(workspace, dataset) == path
    assert not list(workspace.path(f"datasets/{dataset.id}").glob("source.csv"))
    path.unlink()
    with pytest.raises(LatheError, match="not there any more"):
        source_path(workspace, dataset)
    assert len(load_frame(workspace, dataset)) == 2


@pytest.mark.parametrize(
    "path", ["{folder}/link.csv", "{folder}/../secret.csv", "/etc/passwd", "deep/t.csv", "{folder}", ""]
)
def test_nothing_else_on_the_server_is_read(served: tuple[Workspace, Path], path: str) -> None:
    workspace, folder = served
    with pytest.raises(LatheError):
        bring_from_server(workspace, path.format(folder=folder))


def test_no_folder_is_allowed_by_default(workspace: Workspace, tmp_path: Path) -> None:
    assert allowed_files(workspace.settings) == ()
    with pytest.raises(LatheError, match="no folder"):
        bring_from_server(workspace, tmp_path / "t.csv")


def test_a_database_behind_a_url_is_asked(served: tuple[Workspace, Path]) -> None:
    workspace, folder = served
    write_sqlite(folder / "t.db")
    project = ProjectStore(workspace).create("p").id
    url = f"sqlite:///{folder}/t.db"
    path, parse = query_database(workspace, url, "SELECT a, b FROM first WHERE b <> ':x'")
    dataset = ingest(workspace, path, project_id=project, name="t", parse=parse)
    assert list(load_frame(workspace, dataset)["b"]) == ["x", "yz"]
    assert (dataset.parse.format, dataset.parse.sheet) == ("sql", url)
    assert read_text(source_path(workspace, dataset), dataset.parse).frame.shape == (2, 2)
    path, parse = query_database(workspace, url, "SELECT a FROM first", rows=1)
    assert read_text(path, parse).notes == ("Only the first 1 rows of the answer were taken.",)


def test_a_password_is_kept_nowhere_and_shown_nowhere(served: tuple[Workspace, Path]) -> None:
    workspace, folder = served
    write_sqlite(folder / "t.db")
    for url in (
        "postgresql+nodriver://me:s3cr3t@nowhere.invalid/db",
        "mysql://me:s3cr3t@127.0.0.1:1/db",
        "postgresql://me:s3cr3t@127.0.0.1:1/db",
        "sqlite:////etc/s3cr3t.db",
        "://s3cr3t",
    ):
        with pytest.raises(LatheError) as error:
            query_database(workspace, url, "SELECT 1")
        assert "s3cr3t" not in f"{error.value.message} {error.value.hint}"
    assert list(workspace.folder("incoming").iterdir()) == []


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM t",
        "SELECT 1; DROP TABLE t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT * INTO new FROM t",
        "/* SELECT */ UPDATE t SET a = 1",
        "",
        "EXPLAIN SELECT 1",
    ],
)
def test_only_one_select_is_allowed(query: str) -> None:
    with pytest.raises(LatheError, match="one SELECT"):
        require_select(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT 1;",
        "select 'drop; delete' as a",
        'SELECT "update" FROM t -- insert',
        "WITH a AS (SELECT 1) SELECT * FROM a",
    ],
)
def test_words_that_are_names_or_text_are_allowed(query: str) -> None:
    require_select(query)


def test_five_thousand_columns_and_one_row(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(",".join(f"c{i}" for i in range(5_000)) + "\n" + ",".join(map(str, range(5_000))) + "\n")
    dataset = ingest(workspace, path, project_id=project_id, name="t")
    assert (dataset.rows, len(dataset.columns)) == (1, 5_000)
    assert dataset.column("c4999").kind in set(ColumnKind)


def test_a_zip_of_a_json_file_is_opened(workspace: Workspace) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("t.json", '[{"a": 1}]')
        archive.writestr("readme.md", "hello")
    path = receive(io.BytesIO(packed.getvalue()), "t.zip", workspace=workspace)
    assert sniff(path).format == "json"
