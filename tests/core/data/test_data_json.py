"""JSON and lines of JSON as tables."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest

from core.data.ingest import ingest
from core.data.read import read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff
from core.data.sources import containers
from core.data.upload import receive
from core.errors import LatheError
from core.store.workspace import Workspace


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


def test_a_zip_of_a_json_file_is_opened(workspace: Workspace) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("t.json", '[{"a": 1}]')
        archive.writestr("readme.md", "hello")
    path = receive(io.BytesIO(packed.getvalue()), "t.zip", workspace=workspace)
    assert sniff(path).format == "json"
