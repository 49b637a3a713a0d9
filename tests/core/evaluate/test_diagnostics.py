"""Lift, residuals, class report and worst rows, against scikit-learn and against what was put in."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import precision_recall_fscore_support

from core.evaluate.class_report import class_report
from core.evaluate.curves import confusion
from core.evaluate.judged import Judged, read_judged, worst_rows
from core.evaluate.lift import lift_and_gain
from core.evaluate.residuals import lean, quantile_plot, residual_trend


def test_the_first_tenth_of_a_perfect_ranking_holds_only_the_class() -> None:
    truth = np.arange(1000) < 200
    found = lift_and_gain(truth, np.linspace(1, 0, 1000))
    first, second, third = found.deciles[:3]
    assert (first.rate, first.lift, first.found) == (1.0, 5.0, 0.5)
    assert (second.found, third.rate) == (1.0, 0.0)
    assert found.deciles[-1].found == 1.0
    assert sum(decile.rows for decile in found.deciles) == 1000


def test_equal_probabilities_give_no_lift() -> None:
    truth = np.arange(500) < 100
    found = lift_and_gain(truth, np.full(500, 0.3))
    assert all(decile.lift == pytest.approx(1.0) for decile in found.deciles)
    assert found.gain.area == pytest.approx(0.5)


def test_the_class_report_equals_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth, called = rng.choice(list("aabc"), 300), rng.choice(list("abb"), 300)
    lines = class_report(confusion(truth, called, ("a", "b", "c")))
    expected = np.array(precision_recall_fscore_support(truth, called, labels=list("abc"), zero_division=0)[:3]).T
    assert np.allclose([(line.precision, line.recall, line.f1) for line in lines[:3]], expected)
    for line, average in zip(lines[3:], ("macro", "weighted"), strict=True):
        whole = precision_recall_fscore_support(truth, called, labels=list("abc"), average=average, zero_division=0)
        assert np.allclose((line.precision, line.recall, line.f1), whole[:3])
        assert line.is_average


def test_a_trend_left_in_the_residuals_shows_as_lean() -> None:
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 10, 600)
    flat = residual_trend(x, rng.normal(0, 1, 600), name="x")
    bent = residual_trend(x, (x - 5) ** 2 + rng.normal(0, 1, 600), name="x")
    assert flat is not None
    assert bent is not None
    assert lean(flat) < 0.5 < lean(bent)
    assert sum(flat.rows) == 600


def test_residuals_follow_a_time_column() -> None:
    days = pd.Series(pd.date_range("2024-01-01", periods=240, freq="D"))
    trend = residual_trend(days, np.linspace(-1, 1, 240), name="day")
    assert trend is not None
    assert trend.is_time
    assert list(trend.middle) == sorted(trend.middle)
    assert pd.Timestamp(trend.x[0]).year == 2024


def test_a_column_without_two_values_has_no_trend() -> None:
    assert residual_trend(np.full(50, 3.0), np.ones(50), name="x") is None


def test_normal_residuals_lie_on_the_line_and_heavy_tails_do_not() -> None:
    rng = np.random.default_rng(2)
    normal, heavy = quantile_plot(rng.normal(3, 2, 2000)), quantile_plot(rng.standard_t(2, 2000))
    assert np.abs(np.subtract(normal.x, normal.y))[20:-20].max() < 0.5
    assert normal.beyond < 0.01 < heavy.beyond


def test_stored_predictions_are_read_and_the_worst_come_first(tmp_path) -> None:
    table = pd.DataFrame(
        {
            "row": [4, 9, 2],
            "fold": [0, 1, 1],
            "truth": ["a", "b", "a"],
            "prediction": ["a", "a", "b"],
            "probability_a": [0.9, 0.8, 0.4],
            "probability_b": [0.1, 0.2, 0.6],
        }
    )
    table.to_parquet(tmp_path / "oof.parquet")
    judged = read_judged(tmp_path / "oof.parquet")
    assert judged.classes == ("a", "b")
    assert judged.loss.tolist() == [0, 1, 1]
    assert judged.rows[worst_rows(judged, 2)].tolist() == [9, 2]
    assert judged.only(judged.is_wrong).rows.tolist() == [9, 2]
    numbers = Judged(np.arange(3), np.zeros(3, int), np.array([1.0, 5.0, 2.0]), np.ones(3), np.empty((3, 0)), ())
    assert worst_rows(numbers, 1).tolist() == [1]
