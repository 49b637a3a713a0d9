"""Thresholds: what each finds and costs, the best one for a goal, and rows for a person."""

from __future__ import annotations

import numpy as np
import pytest

from core.data.task import MistakeCost, Task
from core.errors import LatheError
from core.evaluate.human import by_capacity, by_error, human_curve, human_point
from core.evaluate.thresholds import ThresholdCosts, choose_threshold, point_at, task_costs, threshold_curve
from core.types import TaskKind

COSTS = ThresholdCosts(miss=5.0, alarm=1.0)


def _rows(n=2000, seed=0):
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 3, n)
    return p, rng.random(n) < p


def test_a_point_counts_rows_and_cost():
    p, hit = np.array([0.9, 0.8, 0.4, 0.1]), np.array([True, False, True, False])
    point = point_at(0.5, p, hit, COSTS)
    assert (point.hits, point.misses, point.alarms, point.quiet) == (250, 250, 250, 250)
    assert point.cost == 250 * 5 + 250 * 1
    assert (point.recall, point.precision, point.called, point.f1) == (0.5, 0.5, 0.5, 0.5)


def test_the_curve_runs_from_all_to_none_and_agrees_with_single_points():
    p, hit = _rows()
    curve = threshold_curve(p, hit, COSTS)
    assert curve[0].called == 1
    assert curve[-1].called == 0
    for point in curve[::40]:
        assert point.model_dump() == pytest.approx(point_at(point.threshold, p, hit, COSTS).model_dump())


def test_the_cheapest_threshold_is_that_of_theory_where_probabilities_are_right():
    choice = choose_threshold(*_rows(20_000), COSTS, goal="cost", draws=60)
    assert COSTS.best_if_calibrated == pytest.approx(1 / 6)
    assert choice.low <= 1 / 6 <= choice.high
    assert choice.point.threshold == pytest.approx(1 / 6, abs=0.05)
    assert choice.cost_low < choice.point.cost < choice.cost_high


def test_no_other_threshold_costs_less():
    p, hit = _rows(300)
    best = choose_threshold(p, hit, COSTS, goal="cost", draws=0).point.cost
    assert best == pytest.approx(min(point_at(t, p, hit, COSTS).cost for t in np.linspace(0, 1, 2001)))


@pytest.mark.parametrize(("goal", "wanted"), [("recall", 0.9), ("precision", 0.6), ("share", 0.15)])
def test_a_wish_is_met_and_not_much_more(goal, wanted):
    choice = choose_threshold(*_rows(5000), COSTS, goal=goal, wanted=wanted, draws=40)
    assert choice.reached
    reached = {"recall": choice.point.recall, "precision": choice.point.precision, "share": choice.point.called}[goal]
    assert reached == pytest.approx(wanted, abs=0.02)
    assert (reached >= wanted) if goal != "share" else (reached <= wanted)


def test_a_wish_that_nothing_meets_is_said():
    p, hit = np.array([0.9, 0.8, 0.2]), np.array([False, True, False])
    assert not choose_threshold(p, hit, COSTS, goal="precision", wanted=0.99, draws=0).reached
    with pytest.raises(LatheError, match="share above 0"):
        choose_threshold(p, hit, COSTS, goal="recall", draws=0)
    with pytest.raises(LatheError, match="no judged rows"):
        choose_threshold(p[:0], hit[:0], COSTS, goal="f1")


def test_equal_probabilities_and_neighbouring_floats_have_cuts():
    p = np.array([0.3, np.nextafter(0.3, 1), 0.3, 0.3])
    hit = np.array([False, True, False, False])
    point = choose_threshold(p, hit, COSTS, goal="f1", draws=0).point
    assert (point.f1, point.called) == (1.0, 0.25)
    assert point_at(point.threshold, p, hit, COSTS).f1 == 1.0


def test_sending_unsure_rows_to_a_person_lowers_the_error_of_the_rest():
    rng = np.random.default_rng(0)
    top = rng.uniform(0.5, 1, 3000)
    wrong = rng.random(3000) > top
    curve = human_curve(top, wrong)
    assert curve[0].sent == 0
    assert curve[0].error == pytest.approx(wrong.mean())
    half = by_error(curve, wrong.mean() / 2)
    assert half is not None
    assert half.error <= wrong.mean() / 2 < half.error_sent
    assert half == human_point(half.certainty, top, wrong)
    assert 0.15 < by_capacity(curve, 0.2).sent <= 0.2
    assert by_error(curve, -1.0) is None


def test_costs_come_from_the_goal_whichever_class_is_asked_for():
    named = (MistakeCost(true="yes", called="no", cost=5.0), MistakeCost(true="no", called="yes", cost=2.0))
    task = Task(kind=TaskKind.BINARY, target="y", costs=named)
    assert task_costs(task, "yes") == ThresholdCosts(miss=5.0, alarm=2.0)
    assert task_costs(task, "no") == ThresholdCosts(miss=2.0, alarm=5.0)
    assert task_costs(task.model_copy(update={"costs": ()}), "yes") == ThresholdCosts()
