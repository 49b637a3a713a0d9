"""Learning and validation curves on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.cli import main
from core.cli.curves import typed_value
from core.errors import LatheError
from core.models.registry import get_model


@pytest.fixture
def table(tmp_path: Path) -> Path:
    rng = np.random.default_rng(1)
    x = rng.normal(size=90)
    path = tmp_path / "steps.csv"
    rows = [f"{a:.3f},{'yes' if a > 0 else 'no'}" for a in x]
    path.write_text("\n".join(["x,y", *rows]) + "\n")
    return path


def test_curves_are_told_as_json(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = [str(table), "--target", "y", "--model", "tree", "--folds", "2", "--json"]
    assert main(["validation-curve", *common, "--values", "1,none"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [point["value"] for point in told["points"]] == [1, 6, None]
    assert told["param"] == "max_depth"
    assert main(["learning-curve", *common, "--set", "max_depth=2"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["finding"]
    assert told["points"][-1]["value"] == 36


def test_values_are_read_in_the_parameters_type() -> None:
    depth = get_model("tree").params[0]
    assert typed_value(depth, " 3 ") == 3
    assert typed_value(depth, "none") is None
    with pytest.raises(LatheError, match=depth.label):
        typed_value(depth, "deep")
