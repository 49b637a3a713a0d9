"""Intervals and ties say what the data can tell, and no more."""

import tracemalloc

import numpy as np
import pytest

from core.evaluate.metrics import get_metric
from core.evaluate.outcome import outcome
from core.evaluate.scoring import LARGE_ROWS, resample_counts, score_folds
from core.evaluate.ties import Candidate, board, finding
from core.models.fitted import Predictions

RMSE = get_metric("rmse")
AUC = get_metric("roc_auc")


def _fold(rng, n, noise):
    y = rng.normal(size=n)
    return outcome(y, Predictions(y + rng.normal(0, noise, n)))


def test_the_score_is_the_mean_of_the_folds():
    rng = np.random.default_rng(0)
    folds = [_fold(rng, 80, 1.0) for _ in range(4)]
    score = score_folds(folds, [RMSE], seed=0)[0]
    assert score.value == pytest.approx(np.mean(score.folds))
    assert score.low < score.value < score.high


def test_resamples_keep_the_number_of_rows():
    counts = resample_counts(np.random.default_rng(0), 37, 11)
    assert counts.shape == (11, 37)
    assert (counts.sum(axis=1) == 37).all()


def test_same_seed_same_draws_whatever_the_model():
    rng = np.random.default_rng(1)
    y = rng.normal(size=60)
    one, two = (outcome(y, Predictions(y + shift)) for shift in (1.0, 2.0))
    first, second = (score_folds([o], [RMSE], seed=5)[0].draws for o in (one, two))
    assert first == pytest.approx(np.ones_like(first))
    assert second - first == pytest.approx(np.ones_like(first))


def test_folds_around_the_limit_of_many_draws_are_scored_together():
    rng = np.random.default_rng(3)
    score = score_folds([_fold(rng, LARGE_ROWS + 1, 1.0), _fold(rng, LARGE_ROWS, 1.0)], [RMSE], seed=0)[0]
    assert score.low < score.value < score.high


def test_many_classes_take_little_memory():
    """4,000 rows of 150 classes: 720 MB as a matrix of rows by pairs of classes."""
    rng = np.random.default_rng(4)
    labels = np.array([f"c{i:03}" for i in range(150)], dtype=object)
    probabilities = rng.dirichlet(np.ones(150), 4000)
    many = outcome(
        rng.choice(labels, 4000), Predictions(labels[probabilities.argmax(1)], probabilities), classes=tuple(labels)
    )
    tracemalloc.start()
    assert many.confusion.sum() == 4000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20e6


def test_the_interval_covers_the_truth_about_19_times_in_20():
    """300 tables from a known distribution: the RMSE of the population is 1."""
    rng = np.random.default_rng(2)
    hits = 0
    for trial in range(300):
        errors = rng.normal(size=150)
        score = score_folds([outcome(errors, Predictions(np.zeros(150)))], [RMSE], seed=trial)[0]
        hits += score.low <= 1.0 <= score.high
    assert 0.90 <= hits / 300 <= 0.98


def test_a_fold_without_both_classes_is_left_out_of_the_mean():
    good = outcome(
        np.array(["a", "b"] * 20, dtype=object),
        Predictions(np.array(["a", "b"] * 20, dtype=object), np.array([[0.8, 0.2], [0.3, 0.7]] * 20)),
        classes=("a", "b"),
    )
    one_class = outcome(
        np.array(["a"] * 10, dtype=object),
        Predictions(np.array(["a"] * 10, dtype=object), np.array([[0.8, 0.2]] * 10)),
        classes=("a", "b"),
    )
    assert score_folds([good, one_class], [AUC], seed=0)[0].value == pytest.approx(1.0)


def _candidate(label, value, draws, simplicity=5, **more):
    return Candidate(label=label, title=label, value=value, draws=tuple(draws), simplicity=simplicity, **more)


def test_models_within_noise_are_tied_and_the_simplest_is_recommended():
    noise = np.random.default_rng(0).normal(0, 0.01, 400)
    models = [
        _candidate("deep", 0.90, 0.90 + noise, 8),
        _candidate("plain", 0.899, 0.899 + noise[::-1], 1),
        _candidate("bad", 0.70, 0.70 + noise, 2),
    ]
    rows = board(models, AUC)
    assert [r.label for r in rows] == ["deep", "plain", "bad"]
    assert [r.tied for r in rows] == [True, True, False]
    assert [r.label for r in rows if r.recommended] == ["plain"]
    assert finding(rows, models) == "deep leads, tied with plain. plain is the simplest of them."


def test_a_small_but_steady_difference_is_no_tie():
    noise = np.random.default_rng(0).normal(0, 0.05, 400)
    rows = board([_candidate("a", 0.90, 0.90 + noise), _candidate("b", 0.89, 0.89 + noise)], AUC)
    assert [r.tied for r in rows] == [True, False]


def test_lower_is_better_for_errors():
    rows = board([_candidate("a", 3.0, ()), _candidate("b", 2.0, ())], RMSE)
    assert [r.label for r in rows] == ["b", "a"]
    assert rows[1].gap == pytest.approx(1.0)
    assert not rows[1].tied


def test_a_model_that_cannot_be_scored_goes_last():
    assert [r.label for r in board([_candidate("a", float("nan"), ()), _candidate("b", 0.1, ())], AUC)] == ["b", "a"]


def test_a_model_scored_on_fewer_folds_goes_behind_and_is_not_held_against_the_others():
    noise = np.random.default_rng(0).normal(0, 0.01, 400)
    kept = _candidate("kept", 0.99, 0.99 + noise, is_partial=True)
    rows = board([kept, _candidate("whole", 0.9, 0.9 + noise)], AUC)
    assert [r.label for r in rows] == ["whole", "kept"]
    assert rows[0].recommended
    assert not rows[1].tied
    assert np.isnan(rows[1].gap)
    assert finding(rows, [kept, _candidate("whole", 0.9, ())]) == "whole is better than guessing."


def test_nothing_beats_guessing_is_said():
    draws = np.random.default_rng(0).normal(0.5, 0.05, 400)
    models = [_candidate("net", 0.51, draws + 0.01), _candidate("naive", 0.5, draws[::-1], 0, is_baseline=True)]
    assert finding(board(models, AUC), models) == "No model is better than guessing without looking at the columns."


def test_one_model_beside_the_baseline_does_not_lead():
    noise = np.random.default_rng(0).normal(0, 0.01, 400)
    models = [_candidate("net", 0.8, 0.8 + noise), _candidate("naive", 0.5, 0.5 + noise, 0, is_baseline=True)]
    assert finding(board(models, AUC), models) == "net is better than guessing."
