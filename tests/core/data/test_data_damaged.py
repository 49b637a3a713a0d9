"""What is damaged, random or a bomb is refused in words, and nothing stays."""

from __future__ import annotations

import gzip
import io
import random
from pathlib import Path

import pytest
import zstandard

from core.data.catalog import DatasetCatalog, load_frame
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.data.upload import receive
from core.errors import LatheError
from core.settings import Settings
from core.store.workspace import Workspace
from tests.core.data.source_files import WRITERS


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
        (zstandard.compress(gzip.compress(b"a,b\n1,2\n", mtime=0)), "compressed twice"),
    ],
)
def test_a_zstd_bomb_or_ruin_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    small = Workspace(Settings(workspace=tmp_path / "small", max_upload_mb=1))
    with pytest.raises(LatheError, match=words):
        receive(io.BytesIO(content), "t.csv.zst", workspace=small)
    assert list(small.folder("incoming").iterdir()) == []
