"""What is taken in, what is refused, and that nothing is left behind."""

from __future__ import annotations

import gzip
import io
import os
import time
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from core.data.upload import discard, original_name, receive, safe_name
from core.errors import LatheError
from core.settings import Settings
from core.store.workspace import Workspace

CSV = b"a,b\n1,2\n3,4\n"


@pytest.fixture
def small(tmp_path: Path) -> Workspace:
    """A workspace that takes one MiB at most."""
    return Workspace(Settings(workspace=tmp_path / "small", max_upload_mb=1))


def incoming(workspace: Workspace) -> list[Path]:
    return list(workspace.folder("incoming").iterdir())


def zipped(members: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "kept"),
    [
        (CSV, "t.csv", "t.csv"),
        (gzip.compress(CSV, mtime=0), "t.csv.gz", "t.csv"),
        (gzip.compress(CSV, mtime=0), "wrong name.csv", "wrong_name.csv"),
        (zipped({"inner/t.csv": CSV}), "t.zip", "t.csv"),
        (zipped({"t.csv": CSV, "readme.md": b"hello", "__MACOSX/._t.csv": b"x"}), "t.zip", "t.csv"),
    ],
)
def test_a_table_arrives_unpacked_and_alone(workspace: Workspace, content: bytes, name: str, kept: str) -> None:
    path = receive(io.BytesIO(content), name, workspace=workspace)
    assert path.read_bytes() == CSV
    assert original_name(path) == kept
    assert incoming(workspace) == [path]
    discard(path, workspace=workspace)
    assert incoming(workspace) == []


def test_a_file_on_disk_is_copied_and_left(workspace: Workspace, tmp_path: Path) -> None:
    source = tmp_path / "t.csv"
    source.write_bytes(CSV)
    assert receive(source, source.name, workspace=workspace).read_bytes() == CSV
    assert source.exists()
    discard(source, workspace=workspace)
    assert source.exists()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"1,2\n" * 300_000, "t.csv", "at most 1 MiB; t.csv is larger"),
        (gzip.compress(b"0" * 50_000_000, mtime=0), "bomb.gz", "larger when unpacked"),
        (zipped({"t.csv": b"0" * 50_000_000}), "bomb.zip", "larger when unpacked"),
        (b"", "t.csv", "empty"),
        (gzip.compress(b"", mtime=0), "t.csv.gz", "empty"),
        (gzip.compress(gzip.compress(CSV, mtime=0), mtime=0), "t.csv.gz", "compressed twice"),
        (gzip.compress(CSV, mtime=0)[:-6], "t.csv.gz", "damaged gzip"),
        (gzip.compress(b"\x00\x01\x02" * 100, mtime=0), "t.csv.gz", "binary"),
        (zipped({"a.csv": CSV, "b.csv": CSV}), "t.zip", "exactly one table; t.zip holds a.csv, b.csv"),
        (zipped({"a.md": b"x", "b.md": b"y"}), "t.zip", "holds a.md, b.md"),
        (zipped({"t.csv": CSV})[:-30], "t.zip", "damaged"),
        (zipped({"xl/workbook.xml": b"<x/>", "xl/big.xml": b"0" * 9_000_000}), "t.xlsx", "workbook t.xlsx is larger"),
        (b"\x00\x01\x02" * 1000, "t.csv", "binary"),
    ],
)
def test_a_refused_file_leaves_nothing(small: Workspace, content: bytes, name: str, words: str) -> None:
    with pytest.raises(LatheError, match=words):
        receive(io.BytesIO(content), name, workspace=small)
    assert incoming(small) == []


def test_too_large_a_stream_is_refused_before_it_ends(small: Workspace) -> None:
    class Endless(io.RawIOBase):
        given = 0

        def read(self, size: int = -1) -> bytes:
            self.given += size
            assert self.given < 20_000_000
            return b"1,2\n" * (size // 4)

    with pytest.raises(LatheError, match="at most 1 MiB"):
        receive(Endless(), "t.csv", workspace=small)
    assert incoming(small) == []


def test_an_absent_file_is_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(LatheError, match=r"none\.csv cannot be read"):
        receive(tmp_path / "none.csv", "none.csv", workspace=workspace)
    assert incoming(workspace) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\my file.csv", "my_file.csv"),
        ("..", "table"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("naïve.csv", "naïve.csv"),
        ("x" * 300 + ".parquet", "x" * 72 + ".parquet"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_forgotten_files_go_after_a_day(workspace: Workspace) -> None:
    old, new = (receive(io.BytesIO(CSV), f"{n}.csv", workspace=workspace) for n in ("old", "new"))
    os.utime(old, (time.time() - 90_000,) * 2)
    last = receive(io.BytesIO(CSV), "last.csv", workspace=workspace)
    assert sorted(incoming(workspace)) == sorted([new, last])


def test_a_workbook_arrives_as_it_is(workspace: Workspace) -> None:
    book, content = Workbook(), io.BytesIO()
    book.active.append(["a"])
    book.save(content)
    path = receive(io.BytesIO(content.getvalue()), "t.xlsx", workspace=workspace)
    assert path.read_bytes() == content.getvalue()
