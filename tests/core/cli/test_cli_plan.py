"""``plan`` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli import main


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "price": rng.normal(100, 20, 80).round(2),
            "rooms": rng.integers(1, 7, 80),
            "town": rng.choice(["a", "b", "c"], 80),
        }
    )
    path = tmp_path / "homes.csv"
    frame.to_csv(path, index=False)
    return path


@pytest.fixture
def plan(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "plan.yaml"
    assert main(["plan", "suggest", str(table), "--target", "price", "--out", str(path)]) == 0
    assert "steps:" in capsys.readouterr().out
    return path


def test_a_suggested_plan_is_read_again(table: Path, plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "suggest", str(table), "--target", "price", "--json"]) == 0
    suggested = json.loads(capsys.readouterr().out)
    assert {step["step"] for step in suggested["steps"]} >= {"impute_numbers", "encode_categories"}
    assert main(["plan", "show", str(table), "--target", "price", "--plan", str(plan), "--json"]) == 0
    told = {one["column"]: one for one in json.loads(capsys.readouterr().out)}
    assert set(told) == {"rooms", "town"}
    assert told["town"]["features_out"] == 3


def test_check_carries_the_plan_out_for_every_family(
    table: Path, plan: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["plan", "check", str(table), "--target", "price", "--plan", str(plan), "--json"]) == 0
    found = {one["family"]: one for one in json.loads(capsys.readouterr().out)}
    assert {family: one["features"] for family, one in found.items()} == {"linear": 4, "trees": 2, "networks": 4}
    assert found["linear"]["rows"] == 64


def test_forecast_tells_width_and_memory(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "forecast", str(table), "--target", "price"]) == 0
    assert "most memory" in capsys.readouterr().out
    assert main(["plan", "forecast", str(table), "--target", "price", "--json"]) == 0
    families = json.loads(capsys.readouterr().out)["families"]
    assert [one["width"] for one in families] == [4, 2, 4]


def test_code_is_written_and_proved(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "prepare.py"
    assert main(["plan", "code", str(table), "--target", "price", "--out", str(out), "--prove"]) == 0
    assert "64 rows of 4 features in a fresh process: the same" in capsys.readouterr().out
    assert "def build_pipeline" in out.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["plan", "check", "{table}", "--plan", "{bad}"], "no preparation step 'gone'"),
        (["plan", "check", "{table}", "--plan", "{table}.none"], "no plan file"),
        (["plan", "show", "{table}", "--target", "gone"], "'gone' is not one"),
        (["plan", "code", "{table}", "--prove"], "the target must be named"),
    ],
)
def test_an_error_is_one_line(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], word: str
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("steps:\n- step: gone\n  columns: [rooms]\n", encoding="utf-8")
    assert main([part.format(table=table, bad=bad) for part in arguments]) == 1
    assert word in capsys.readouterr().err
