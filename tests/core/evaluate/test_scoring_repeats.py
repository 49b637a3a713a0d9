"""Repeats steady a score; they do not make rows out of nothing."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluate.metrics import get_metric
from core.evaluate.outcome import outcome
from core.evaluate.scoring import score_folds
from core.models.fitted import Predictions

RMSE = get_metric("rmse")


def _repeated(y, predicted, repeats, *, seed=0):
    """Folds of 4, drawn ``repeats`` times, of the same predictions."""
    folds, rows = [], []
    for repeat in range(repeats):
        order = np.random.default_rng([seed, repeat]).permutation(len(y))
        for part in np.array_split(order, 4):
            rows.append(np.sort(part))
            folds.append(outcome(y[rows[-1]], Predictions(predicted[rows[-1]])))
    return folds, rows


def test_an_interval_does_not_shrink_by_judging_the_same_rows_again():
    """The same answers ten times over say nothing new; resampling each fold anew would give a third of the width."""
    rng = np.random.default_rng(0)
    y = rng.normal(size=200)
    predicted = y + rng.normal(size=200)
    once, rows = _repeated(y, predicted, 1)
    single = score_folds(once, [RMSE], seed=0, rows=rows)[0]
    ten, rows = _repeated(y, predicted, 10)
    many = score_folds(ten, [RMSE], seed=0, rows=rows)[0]
    naive = score_folds(ten, [RMSE], seed=0)[0]
    assert 0.8 < (many.high - many.low) / (single.high - single.low) < 1.25
    assert (naive.high - naive.low) / (single.high - single.low) < 0.5
    assert many.value == pytest.approx(np.mean(many.folds))
    assert len(many.folds) == 40


def test_folds_without_repeats_are_scored_as_ever():
    rng = np.random.default_rng(1)
    folds, rows = _repeated(rng.normal(size=80), rng.normal(size=80), 1)
    one, two = score_folds(folds, [RMSE], seed=3)[0], score_folds(folds, [RMSE], seed=3, rows=rows)[0]
    assert (one.draws == two.draws).all()


def test_models_see_the_same_draws_in_all_repeats():
    y = np.random.default_rng(2).normal(size=60)
    scores = []
    for shift in (1.0, 2.0):
        folds, rows = _repeated(y, y + shift, 3)
        scores.append(score_folds(folds, [RMSE], seed=5, rows=rows)[0].draws)
    assert scores[1] - scores[0] == pytest.approx(np.ones(len(scores[0])))


def test_a_draw_without_a_row_of_a_tiny_fold_is_left_out_of_the_mean():
    y = np.arange(12.0)
    folds, rows = _repeated(y, y + 1.0, 5)
    score = score_folds(folds, [RMSE], seed=0, rows=rows)[0]
    assert score.draws == pytest.approx(np.ones(len(score.draws)))


def test_the_interval_covers_the_truth_about_19_times_in_20_with_repeats():
    rng = np.random.default_rng(4)
    hits = 0
    for trial in range(150):
        errors = rng.normal(size=120)
        folds, rows = _repeated(errors, np.zeros(120), 3, seed=trial)
        score = score_folds(folds, [RMSE], seed=trial, rows=rows)[0]
        hits += score.low <= 1.0 <= score.high
    assert 0.88 <= hits / 150 <= 0.99
