"""The command line as a person or a program uses it: in processes of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.cli import main

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def cli(tmp_path):
    def call(*arguments, ok=True):
        environment = {**os.environ, "LATHE_WORKSPACE": str(tmp_path / "workspace"), "OMP_WAIT_POLICY": "PASSIVE"}
        done = subprocess.run(
            [sys.executable, "-m", "core", *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        assert (done.returncode == 0) is ok, done.stdout + done.stderr
        return done

    return call


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(0)
    n = 150
    x, color = rng.normal(size=n).round(3), rng.choice(["red", "green"], n)
    y = np.where(x + (color == "red") + rng.normal(0, 0.3, n) > 0.5, "yes", "no")
    frame = pd.DataFrame({"x": x, "color": color, "y": y})
    frame.loc[3, "x"] = np.nan
    path = tmp_path / "table.csv"
    frame.to_csv(path, index=False)
    return path


def test_help_names_every_command(cli):
    text = cli("--help").stdout
    for command in ("profile", "models", "train", "run", "predict", "verify", "jobs"):
        assert command in text


def test_models_as_json(cli):
    found = json.loads(cli("models", "--task", "regression", "--json").stdout)
    assert {"baseline", "linear", "lightgbm", "keras_net", "torch_net"} <= {m["key"] for m in found}
    assert all(set(m) == {"key", "title", "framework", "tasks"} for m in found)


def test_profile_tells_kinds_and_missing_cells(cli, table):
    found = json.loads(cli("profile", table, "--json").stdout)
    assert found["rows"] == 150
    assert {c["name"]: c["kind"] for c in found["schema"]} == {
        "x": "numeric",
        "color": "categorical",
        "y": "boolean",
    }
    assert found["schema"][0]["missing"] == 1


def test_train_predict_verify(cli, table, tmp_path):
    passport, out = tmp_path / "out" / "best.zip", tmp_path / "predictions.csv"
    done = cli("train", table, "--target", "y", "--models", "linear,tree", "--out", passport, "--json")
    report = json.loads(done.stdout)
    assert {row["model"] for row in report["leaderboard"]} == {"baseline", "linear", "tree"}
    for row in report["leaderboard"]:
        assert row["status"] == "ok", row
        assert set(row) >= {
            "model",
            "framework",
            "status",
            "metric",
            "score",
            "interval",
            "fit_s",
            "device",
            "reason",
            "remedy",
        }
    assert report["holdout"]["metric"] == "roc_auc"
    assert report["passport"] == str(passport)
    assert "%" in done.stderr
    assert json.loads(cli("verify", passport, "--json").stdout)["proven"] is True

    rows = pd.read_csv(table).drop(columns="y")[["color", "x"]].assign(extra=1)
    rows.loc[0, "color"] = "never seen"
    rows.to_csv(tmp_path / "new.csv", index=False)
    said = cli("predict", passport, tmp_path / "new.csv", "--out", out)
    assert "extra" in said.stdout
    predictions = pd.read_csv(out)
    assert list(predictions.columns) == ["prediction", "probability_no", "probability_yes", "check", "reason"]
    assert len(predictions) == 150
    assert predictions[["probability_no", "probability_yes"]].sum(axis=1).to_numpy() == pytest.approx(np.ones(150))

    rows.drop(columns="x").to_csv(tmp_path / "short.csv", index=False)
    refused = cli("predict", passport, tmp_path / "short.csv", "--out", out, ok=False)
    assert refused.stderr.startswith("error: ")
    assert "x" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1

    listed = json.loads(cli("jobs", "--json").stdout)
    assert {job["state"] for job in listed} == {"succeeded"}


def test_a_recipe_file_runs_again(cli, table, tmp_path):
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        "source: table.csv\ntask: {kind: binary, target: y, split: {folds: 3}}\n"
        "models: [{key: tree, params: {max_depth: 2}}]\n"
    )
    one, two = (json.loads(cli("run", recipe, "--json").stdout)["leaderboard"][0] for _ in range(2))
    assert one["model"] == "tree"
    assert (one["score"], one["interval"]) == (two["score"], two["interval"])


def test_a_recipe_file_names_a_second_table_that_judges_last(cli, table, tmp_path):
    (tmp_path / "later.csv").write_text("\n".join(table.read_text().splitlines()[:41]) + "\n")
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        "source: table.csv\nsecond_source: later.csv\n"
        "task: {kind: binary, target: y, split: {folds: 2, repeats: 2, holdout: 0}}\nmodels: [{key: tree}]\n"
    )
    report = json.loads(cli("run", recipe, "--json").stdout)
    assert report["leaderboard"][0]["status"] == "ok"
    assert report["holdout"] is not None


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["train", "{table}", "--target", "nope"], "nope"),
        (["train", "{table}", "--target", "y", "--models", "magic"], "magic"),
        (["train", "{table}", "--target", "y", "--metric", "rmse"], "cannot judge"),
        (["train", "{table}", "--target", "y", "--folds", "1"], "2 to 20"),
        (["train", "{table}", "--target", "x", "--task", "binary"], "exactly two classes"),
        (["profile", "{missing}"], "missing.csv"),
        (["verify", "{table}"], "error: "),
        (["jobs", "stop", "nope"], "nope"),
    ],
)
def test_an_error_is_one_clear_line(table, tmp_path, monkeypatch, capsys, arguments, word):
    monkeypatch.setenv("LATHE_WORKSPACE", str(tmp_path / "workspace"))
    filled = [a.format(table=table, missing=table.parent / "missing.csv") for a in arguments]
    assert main(filled) == 1
    lines = capsys.readouterr().err.strip().splitlines()
    assert lines[-1].startswith("error: ")
    assert word in lines[-1]
