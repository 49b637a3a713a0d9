"""The whole story in a real browser: from a file to a downloaded model and predictions of new rows."""

from __future__ import annotations

import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import pytest

from tests.e2e.steps import by_key, press, settle, start_with, tick_models, upload, visit

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [pytest.mark.browser, pytest.mark.timeout(480)]
MINUTES = 60_000


@pytest.fixture
def passengers(tmp_path):
    """A table like the passenger lists that people learn on: text, gaps, an identifier, quotes and commas."""
    rng = np.random.default_rng(1)
    n = 400
    sex, cls = rng.choice(["male", "female"], n, p=[0.62, 0.38]), rng.choice([1, 2, 3], n, p=[0.25, 0.2, 0.55])
    age = rng.normal(30, 13, n).clip(1, 80).round()
    chance = 1 / (1 + np.exp(-(2.4 * (sex == "female") - 0.8 * (cls - 2) - 0.02 * (age - 30) - 1)))
    frame = pd.DataFrame(
        {
            "PassengerId": np.arange(1, n + 1),
            "Survived": (rng.random(n) < chance).astype(int),
            "Pclass": cls,
            "Name": [f'Surname{i}, Mr. "Given {i % 37}"' for i in range(n)],
            "Sex": sex,
            "Age": np.where(rng.random(n) < 0.2, np.nan, age),
            "Fare": np.round(rng.gamma(2.0, 40.0 / cls), 2),
            "Cabin": np.where(rng.random(n) < 0.75, None, rng.choice(["C85", "E46", "G6"], n)),
            "Embarked": rng.choice(["S", "C", "Q"], n),
        }
    )
    path = tmp_path / "passengers.csv"
    frame.to_csv(path, index=False)
    return path


def test_from_a_file_to_predictions(page, server, passengers, tmp_path):
    start_with(page, server, passengers, "Survived")
    tick_models(page, ["linear", "torch_net", "keras_net"])
    press(page, "train.start")
    by_key(page, "run.panel").wait_for()
    address = page.url
    assert "run=" in address

    # A refresh in the middle, and a server that is killed and comes back, lose nothing.
    page.reload()
    by_key(page, "run.panel").wait_for()
    server.kill()
    server.start()
    page.goto(address)
    page.locator("h1").first.wait_for()
    page.get_by_text("The last run is done").wait_for(timeout=6 * MINUTES)

    visit(page, "Results")
    board = page.get_by_test_id("stMainBlockContainer")
    board.get_by_text("All models").wait_for()
    assert page.get_by_text("Locked").first.is_visible()
    press(page, "results.look")
    page.get_by_text(re.compile("Looked at 1 time")).wait_for()

    press(page, "results.open")
    page.wait_for_url(re.compile("/model"))
    settle(page)

    visit(page, "Explain")
    press(page, "explain.measure")
    by_key(page, "explain.importance").wait_for(timeout=3 * MINUTES)
    press(page, "explain.start")
    page.get_by_text(re.compile("add up", re.IGNORECASE)).first.wait_for(timeout=3 * MINUTES)

    visit(page, "Export")
    press(page, "export.make")
    download = by_key(page, "export.download").locator("button")
    download.wait_for(timeout=3 * MINUTES)
    with page.expect_download() as caught:
        download.click()
    passport = tmp_path / "passport.zip"
    caught.value.save_as(passport)

    new = pd.read_csv(passengers).drop(columns="Survived")[
        ["Age", "Sex", "Pclass", "Fare", "Name", "Cabin", "Embarked"]
    ]
    new.loc[0, "Embarked"] = "Z"
    new.to_csv(tmp_path / "new.csv", index=False)
    visit(page, "Predict")
    upload(page, "predict.file.", tmp_path / "new.csv")
    button = by_key(page, "predict.download").locator("button")
    button.wait_for(timeout=2 * MINUTES)
    with page.expect_download() as caught:
        button.click()
    caught.value.save_as(tmp_path / "screen.csv")

    # The downloaded model gives the same answers in a process that has never seen this server.
    command = [sys.executable, "-m", "core", "predict", passport, tmp_path / "new.csv", "--out", tmp_path / "cli.csv"]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    screen, line = (list(csv.reader((tmp_path / name).open())) for name in ("screen.csv", "cli.csv"))
    assert screen[0] == ["prediction", "probability_0", "probability_1", "check", "reason"]
    assert len(screen) == 401
    assert [r[0] for r in screen] == [r[0] for r in line]
    shares = [np.array([row[:3] for row in table[1:]], dtype=float) for table in (screen, line)]
    assert shares[0] == pytest.approx(shares[1], abs=1e-9)
    # The first row has a port that no training row had.
    assert screen[1][3] == "warning"
    assert "'Z' was never seen" in screen[1][4]


def test_stop_ends_the_work_and_frees_its_process(page, server, tmp_path):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(40_000, 15)).round(4), columns=[f"x{i}" for i in range(15)])
    frame["y"] = rng.choice(["no", "yes"], len(frame))
    frame.to_csv(tmp_path / "large.csv", index=False)
    start_with(page, server, tmp_path / "large.csv", "y")
    tick_models(page, ["forest"])
    press(page, "train.start")
    stop = by_key(page, "run.stop.forest").locator("button")
    stop.wait_for()
    by_key(page, "run.panel").get_by_text(re.compile("fold .* of 5")).first.wait_for()
    workers = [p for p in psutil.process_iter(["cmdline"]) if _works_for(p, server.workspace) and _is_busy(p)]
    assert workers
    stop.click()
    page.get_by_text("Stopped before it was done.").first.wait_for(timeout=10_000)
    gone, alive = psutil.wait_procs(workers, timeout=5)
    assert gone, alive
    press(page, "run.resume")
    by_key(page, "run.panel").get_by_text(re.compile("fold .* of 5")).first.wait_for()


def _works_for(process, workspace):
    command = " ".join(process.info["cmdline"] or [])
    return "core.jobs.worker" in command and str(workspace) in command


def _is_busy(process):
    return process.cpu_percent(interval=0.3) > 20


def test_a_bad_file_gets_a_message_and_leaves_nothing(page, server, tmp_path):
    (tmp_path / "broken.csv").write_bytes(bytes(range(256)) * 40)
    page.goto(server.url)
    page.locator("h1").first.wait_for()
    press(page, "home.own")
    upload(page, "upload.file.", tmp_path / "broken.csv")
    page.get_by_test_id("stAlert").first.wait_for()
    settle(page)
    assert not any((server.workspace / "incoming").glob("*"))
    assert not any((server.workspace / "datasets").glob("*"))
