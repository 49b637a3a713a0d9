"""Intervals of scores cover the truth about 19 times in 20; in full: `benchmarks/interval_coverage.py`."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.interval_coverage import Truth, coverage, even_classes, straight
from core.errors import LatheError
from core.evaluate.intervals import interval
from core.evaluate.metrics import METRICS, get_metric
from core.evaluate.outcome import outcome
from core.evaluate.scoring import judgeable, score_folds
from core.models.fitted import Predictions

TABLES = 60
LEAST = 0.85
"""Of 60 tables a true coverage of 0.95 gives less than this once in 500 (binomial), one of 0.8 four times in 5."""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("truth", "rows"),
    [
        (Truth("classes", even_classes, ("roc_auc", "accuracy", "brier")), 150),
        (Truth("numbers", straight, ("rmse", "mae", "r2")), 300),
    ],
    ids=["classes", "numbers"],
)
def test_intervals_hold_what_the_models_of_the_folds_score_on_fresh_rows(truth, rows, monkeypatch):
    monkeypatch.setattr("benchmarks.interval_coverage.FRESH", 3_000)
    monkeypatch.setattr("core.evaluate.scoring.DRAWS", 100)
    for key, (covered, _, width) in coverage(truth, rows, TABLES, seed=1).items():
        assert covered >= LEAST, key
        assert width < 0.5


def _fold(n=60, seed=0):
    rng = np.random.default_rng(seed)
    y = np.array(["no", "yes"], dtype=object)[rng.integers(0, 2, n)]
    p = np.clip(0.3 + 0.4 * (y == "yes") + rng.normal(0, 0.2, n), 0.01, 0.99)
    called = np.array(["no", "yes"], dtype=object)[(p > 0.5).astype(int)]
    return outcome(y, Predictions(called, np.column_stack([1 - p, p])), classes=("no", "yes"))


def test_an_interval_stays_on_its_scale():
    folds = [_fold(seed=seed) for seed in range(3)]
    for key in ("roc_auc", "accuracy", "f1", "average_precision"):
        score = score_folds(folds, [get_metric(key)], seed=0)[0]
        assert 0 < score.low < score.value < score.high < 1, key


def test_perfect_predictions_have_no_spread_to_show():
    y = np.array(["no", "yes"] * 20, dtype=object)
    perfect = outcome(y, Predictions(y, np.eye(2)[[0, 1] * 20]), classes=("no", "yes"))
    score = score_folds([perfect], [get_metric("accuracy")], seed=0)[0]
    assert (score.low, score.value, score.high) == (1.0, 1.0, 1.0)


def test_without_draws_there_is_no_interval():
    folds = [_fold()]
    assert np.isnan(interval("accuracy", 0.5, np.full(400, np.nan), folds)).all()
    known = score_folds(folds, METRICS[:2], seed=0, drawn=METRICS[:1])
    assert np.isfinite(known[0].low)
    assert np.isnan(known[1].low)
    assert np.isfinite(known[1].value)


def test_a_metric_that_ranks_must_be_defined_and_others_are_left_out():
    low = outcome(np.array([-3.0, 1.0, 2.0]), Predictions(np.array([1.0, 2.0, 3.0])))
    offered = [get_metric(key) for key in ("rmse", "rmsle", "mae")]
    assert [metric.key for metric in judgeable([low], offered)] == ["rmse", "mae"]
    with pytest.raises(LatheError, match="above -1; the least is -3"):
        judgeable([low], offered[1:])
