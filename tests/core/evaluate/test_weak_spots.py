"""Weak spots: a planted one is found, noise yields nothing, small slices and many looks are treated honestly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from core.data.schema import ColumnSchema
from core.evaluate.slices import MISSING, cut_columns, error_by_level
from core.evaluate.weak_spots import Found, find_weak_spots
from core.types import ColumnKind, StorageType

KINDS = {
    "city": (ColumnKind.CATEGORICAL, StorageType.STRING),
    "age": (ColumnKind.NUMERIC, StorageType.FLOAT),
    "pay": (ColumnKind.NUMERIC, StorageType.FLOAT),
    "seen": (ColumnKind.DATETIME, StorageType.DATETIME),
}
COLUMNS = tuple(ColumnSchema(name=n, kind=k, storage=s) for n, (k, s) in KINDS.items())


def table(rows: int, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    age = rng.uniform(18, 80, rows)
    age[rng.random(rows) < 0.1] = np.nan
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 366, rows), unit="D")
    return pd.DataFrame(
        {
            "city": rng.choice(["Bern", "Basel", "Chur", "Genf"], rows),
            "age": age,
            "pay": rng.lognormal(8, 1, rows),
            "seen": days,
        }
    )


def search(frame: pd.DataFrame, loss: np.ndarray, *, is_share: bool = True) -> Found:
    return find_weak_spots(cut_columns(frame, COLUMNS), loss, is_share=is_share)


@pytest.mark.parametrize("is_share", [True, False])
def test_a_planted_slice_of_two_columns_comes_first(is_share: bool) -> None:
    frame, rng = table(4000), np.random.default_rng(1)
    weak = ((frame["city"] == "Chur") & (frame["age"] > 60)).to_numpy()
    wrong = (rng.random(4000) < np.where(weak, 0.6, 0.1)).astype(float)
    loss = wrong if is_share else rng.exponential(np.where(weak, 5.0, 1.0))
    found = search(frame, loss, is_share=is_share)
    best = found.spots[0]
    assert set(best.columns) == {"city", "age"}
    assert "city is Chur" in best.words
    assert best.low > 0
    assert best.low < best.difference < best.high
    assert weak[found.masks[0]].mean() > 0.8
    assert best.rows == found.masks[0].sum()
    assert best.error == pytest.approx(loss[found.masks[0]].mean())
    assert best.rest == pytest.approx(loss[~found.masks[0]].mean())


def test_intervals_allow_for_all_looks_and_the_spots_told() -> None:
    frame, rng = table(4000), np.random.default_rng(2)
    loss = rng.exponential(np.where(frame["city"] == "Chur", 3.0, 1.0))
    found = search(frame, loss, is_share=False)
    # Many slices inside the planted one pass the test as well; one of them is told.
    (spot,), (mask,) = found.spots, found.masks
    error = np.sqrt(sum(part.var(ddof=1) / len(part) for part in (loss[mask], loss[~mask])))
    half = norm.isf(0.05 / found.looked_at / 2) * error
    assert spot.high - spot.difference == pytest.approx(half, rel=0.01)


def test_a_planted_slice_of_one_column_is_said_with_one_column() -> None:
    frame, rng = table(3000), np.random.default_rng(2)
    weak = (frame["seen"].dt.month == 5).to_numpy()
    found = search(frame, (rng.random(3000) < np.where(weak, 0.5, 0.1)).astype(float))
    assert found.spots[0].words == "month of seen is May"
    assert len(found.spots) == 1


def test_missing_cells_are_a_slice() -> None:
    frame, rng = table(3000), np.random.default_rng(3)
    weak = frame["age"].isna().to_numpy()
    found = search(frame, (rng.random(3000) < np.where(weak, 0.45, 0.1)).astype(float))
    assert found.spots[0].levels == (MISSING,)


@pytest.mark.parametrize("is_share", [True, False])
def test_pure_noise_yields_nothing_in_nineteen_of_twenty_tables(is_share: bool) -> None:
    alarms = 0
    for seed in range(40):
        rng = np.random.default_rng(100 + seed)
        loss = (rng.random(500) < 0.15).astype(float) if is_share else rng.lognormal(0, 1.5, 500)
        alarms += bool(search(table(500, seed), loss, is_share=is_share).spots)
    # With a true rate of 5 %, more than 6 of 40 come with a chance below 1 %.
    assert alarms <= 6


def test_a_handful_of_bad_rows_is_no_slice() -> None:
    frame = table(600)
    frame.loc[:4, "city"] = "Sion"
    loss = np.zeros(600)
    loss[:5] = 1.0
    found = search(frame, loss)
    assert found.fewest_rows >= 20
    assert not any("Sion" in spot.words for spot in found.spots)


def test_a_perfect_model_and_an_empty_table_have_no_weak_spots() -> None:
    assert search(table(200), np.zeros(200)).spots == ()
    assert find_weak_spots((), np.ones(50), is_share=True).spots == ()


def test_the_error_of_every_level_has_an_interval_around_it() -> None:
    frame = table(800)
    cut = next(cut for cut in cut_columns(frame, COLUMNS) if cut.column == "city")
    loss = (np.random.default_rng(0).random(800) < 0.2).astype(float)
    levels = error_by_level(cut, loss, is_share=True).levels
    assert sum(level.rows for level in levels) == 800
    for level in levels:
        inside = (frame["city"] == level.label).to_numpy()
        assert level.error == pytest.approx(loss[inside].mean())
        assert 0 <= level.low < level.error < level.high <= 1


def test_a_number_of_many_values_is_cut_into_ranges_that_hold_all_rows() -> None:
    cut = next(cut for cut in cut_columns(table(1000), COLUMNS) if cut.column == "pay")
    sizes = np.bincount(cut.codes)
    assert len(sizes) == 5
    assert sizes.min() > 150


def test_ranges_of_whole_numbers_do_not_overlap_in_words() -> None:
    frame = pd.DataFrame({"age": np.repeat(np.arange(20.0, 70.0), 4)})
    cut = cut_columns(frame, [COLUMNS[1]])[0]
    assert cut.labels == ("20 to 29", "30 to 39", "40 to 49", "50 to 59", "60 to 69")
    for level, label in enumerate(cut.labels):
        low, high = (int(end) for end in label.split(" to "))
        inside = frame["age"][cut.codes == level]
        assert (inside.min(), inside.max()) == (low, high)
