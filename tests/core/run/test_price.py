"""The price tag: how fits are scaled up, what is told of each model, and how long a price is kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.task import Split, Task
from core.device import Device, MemoryLeft
from core.models.registry import get_model
from core.models.suitability import Refusal
from core.run.context import SilentContext
from core.run.price import gpu_memory_mb, price, shortage
from core.run.price_scaling import Timed, exponent_of, growth, spread
from core.run.price_store import save_prices, stored_prices
from core.run.price_timing import Sample
from core.run.price_types import ModelPrice, run_seconds
from core.run.recipe import Budget, ModelChoice, Recipe
from core.store.projects import ProjectStore
from core.types import TaskKind


@pytest.fixture
def dataset(workspace: Any, tmp_path: Path) -> Any:
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    frame = pd.DataFrame({"x": x, "z": rng.normal(size=200), "y": np.where(x > rng.normal(size=200), "yes", "no")})
    frame.to_csv(tmp_path / "table.csv", index=False)
    return ingest(workspace, tmp_path / "table.csv", project_id=ProjectStore(workspace).create("p").id, name="table")


def recipe_of(dataset: Any, *choices: ModelChoice) -> Recipe:
    task = Task(kind=TaskKind.BINARY, target="y", split=Split(folds=2))
    return Recipe(dataset=dataset.fingerprint, dataset_id=dataset.id, task=task, models=choices)


@pytest.mark.parametrize("exponent", [1.0, 2.0, 3.0])
def test_growth_goes_through_what_was_timed(exponent: float) -> None:
    def truth(rows: int) -> float:
        return 0.2 + 1e-9 * rows**exponent

    found = growth(Timed(1_000, truth(1_000)), Timed(4_000, truth(4_000)), exponent)
    assert found.at(4_000) == pytest.approx(truth(4_000))
    if exponent > 1:
        assert found.at(50_000) == pytest.approx(truth(50_000), rel=0.35)


def test_a_fit_that_did_not_grow_is_taken_to_grow_a_little() -> None:
    found = growth(Timed(1_000, 0.5), Timed(4_000, 0.5), 1.0)
    assert found.at(4_000) == pytest.approx(0.5)
    assert 0.5 < found.at(40_000) < 5.0


def test_the_whole_table_as_sample_needs_no_scaling_and_a_far_reach_is_less_certain() -> None:
    assert growth(Timed(80, 0.1), Timed(80, 0.3), 2.0).at(80) == pytest.approx(0.3)
    assert spread(80, 80) < spread(80_000, 4_000) <= 2.5
    assert exponent_of(get_model("forest")) > exponent_of(get_model("linear"))


def test_every_model_gets_a_price_and_one_that_fails_says_why(
    workspace: Any, dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Refusal(reason="It needs fewer rows.", remedy="Take some.")
    monkeypatch.setattr("core.run.price.refusal_of", lambda choice, *_: refused if choice.label == "refused" else None)
    recipe = recipe_of(
        dataset,
        ModelChoice(key="linear"),
        ModelChoice(key="tree"),
        ModelChoice(key="tree", name="refused"),
        ModelChoice(key="tree", name="wrong", params={"max_depth": -1}),
    )
    linear, tree, no, wrong = price(recipe, workspace, dataset, SilentContext())
    for one in (linear, tree):
        assert 0 < one.low < one.seconds < one.high
        assert one.timed_rows > 0
        assert one.memory_mb > 100
        assert one.fits
    assert (no.fits, no.reason, no.remedy) == (False, "It needs fewer rows.", "Take some.")
    assert "could not be timed" in wrong.reason
    assert not wrong.is_timed


def test_what_is_larger_than_the_memory_that_is_free_does_not_fit(
    workspace: Any, dataset: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.run.price.memory_left", lambda: MemoryLeft(1_000, 10))
    [one] = price(recipe_of(dataset, ModelChoice(key="forest")), workspace, dataset, SilentContext())
    assert not one.fits
    assert "GB of memory" in one.reason
    assert one.cheaper is not None
    assert one.cheaper.params["n_estimators"] < get_model("forest").params[0].default or one.cheaper.plan


def test_rows_that_do_not_fit_on_the_gpu_are_told_before(monkeypatch: pytest.MonkeyPatch) -> None:
    timed = {"fit_s": 1.0, "epoch_s": 0.1, "epochs": 3, "most_epochs": 60, "was_cut": True, "predict_s": 0.1}
    sample = Sample(
        rows=4000,
        test_rows=800,
        prepare_s=0.1,
        width=1000,
        matrix_bytes=32_000_000,
        model_bytes=1,
        device_mb=100.0,
        needs="",
        **timed,
    )
    assert gpu_memory_mb(replace(sample, device_mb=0.0), 10**6) == 0.0
    assert gpu_memory_mb(sample, 4000) == 100.0
    # A thousand columns of a million rows, twice in single precision.
    assert gpu_memory_mb(sample, 10**6) == pytest.approx(2 * 4e9 / 2**20, rel=0.02)
    monkeypatch.setattr("core.run.price.memory_left", lambda: MemoryLeft(10_000, 10_000))
    monkeypatch.setattr("core.run.price.list_devices", lambda: (Device("cuda:0", "GPU", 4096),))
    assert "GPU" in shortage(10.0, 5000.0)
    assert not shortage(10.0, 4000.0)


def test_a_run_prepares_shared_rows_once_and_its_longest_model_decides() -> None:
    one = ModelPrice(label="a", seconds=10, low=8, high=12, prepare_s=4, needs="x", timed_rows=1)
    two = one.model_copy(update={"label": "b"})
    assert run_seconds((one, two), 1) == pytest.approx((16, 12.8, 19.2))
    assert run_seconds((one, two), 4)[0] == 10
    assert run_seconds((), 2) == (0.0, 0.0, 0.0)


def test_a_price_is_found_again_until_something_that_decides_it_changes(workspace: Any, dataset: Any) -> None:
    recipe = recipe_of(dataset, ModelChoice(key="tree"))
    save_prices(workspace, recipe, dataset, (ModelPrice(label="tree", seconds=3, timed_rows=5),))
    named = recipe_of(dataset, ModelChoice(key="tree", name="Small"), ModelChoice(key="linear"))
    longer = named.model_copy(update={"budget": Budget(time_limit_s=60)})
    assert {label: one.seconds for label, one in stored_prices(workspace, longer, dataset).items()} == {"Small": 3}
    deeper = recipe_of(dataset, ModelChoice(key="tree", params={"max_depth": 3}))
    assert stored_prices(workspace, deeper, dataset) == {}
    other = dataset.model_copy(update={"fingerprint": "other"})
    assert stored_prices(workspace, recipe, other) == {}
