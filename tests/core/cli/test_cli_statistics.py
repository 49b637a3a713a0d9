"""``compare`` and ``project`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from core.cli import main
from tests.core.explore.hypothesis_tables import people


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    people().to_csv(path, index=False)
    return path


def test_compare_answers_in_a_sentence_and_as_json(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(table), "--test", "welch", "--value", "x", "--group", "two"]) == 0
    assert "x is higher by" in capsys.readouterr().out
    assert main(["compare", str(table), "--value", "x", "--group", "three", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["test"], len(found["pairs"])) == ("welch_anova", 3)


def test_compare_all_ranks_the_other_columns(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["compare", str(table), "--value", "x", "--all", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["columns"][0]["column"] == "after"


def test_project_writes_a_line_a_row(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "points.csv"
    assert main(["project", str(table), "--method", "pca", "--set", "components=2", "--out", str(out)]) == 0
    points = pd.read_csv(out)
    assert list(points.columns) == ["row", "c1", "c2"]
    assert points["row"].tolist() == list(range(1, 241))
    assert "note left out" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["compare", "{table}", "--value", "x", "--group", "three", "--test", "welch"], "compares 2 groups"),
        (["compare", "{table}", "--value", "gone"], "no column 'gone'"),
        (["compare", "{table}", "--value", "gone", "--all"], "no column 'gone'"),
        (["project", "{table}", "--set", "components", "--out", "{out}"], "NAME=VALUE"),
        (["project", "{table}", "--set", "components=99", "--out", "{out}"], "2 to 10"),
    ],
)
def test_an_error_is_one_line(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    filled = [part.format(table=table, out=tmp_path / "out.csv") for part in arguments]
    assert main(filled) == 1
    assert word in capsys.readouterr().err.strip().splitlines()[-1]
