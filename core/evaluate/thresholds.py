"""From which probability on a row is called so: what each threshold finds, how often it is right, and what it costs."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.task import Task
from core.errors import LatheError
from core.evaluate.scoring import resample_counts
from core.words import share

Goal = Literal["cost", "f1", "recall", "precision", "share"]
MOST_POINTS = 200
DRAWS = 200
LARGE_ROWS = 50_000
"""Beyond it the choice is so sure that a fifth of the draws will do."""


class ThresholdPoint(BaseModel):
    """What happens at one threshold, by counts per 1,000 rows.

    Attributes
    ----------
    hits, misses, alarms, quiet : float
        Rows per 1,000: rightly called, overlooked, wrongly called, rightly left alone.
    cost : float
        Expected cost of 1,000 rows.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    threshold: float
    hits: float
    misses: float
    alarms: float
    quiet: float
    cost: float

    @property
    def called(self) -> float:
        """Share of rows called the class."""
        return (self.hits + self.alarms) / 1000

    @property
    def recall(self) -> float:
        """Share of the class that is found."""
        return self.hits / (self.hits + self.misses) if self.hits + self.misses else 0.0

    @property
    def precision(self) -> float:
        """Share of the calls that are right; 1 where nothing is called."""
        return self.hits / (self.hits + self.alarms) if self.hits + self.alarms else 1.0

    @property
    def f1(self) -> float:
        """Balance of the two."""
        return 2 * self.hits / (2 * self.hits + self.misses + self.alarms) if self.hits else 0.0


class ThresholdCosts(BaseModel):
    """What a row costs: a miss, a false alarm, and (below 0: is worth) a catch or a row rightly left alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    miss: float = 1.0
    alarm: float = 1.0
    hit: float = 0.0
    quiet: float = 0.0

    @property
    def best_if_calibrated(self) -> float | None:
        """The threshold that costs least where probabilities are right (Elkan 2001); None where calling never pays."""
        gain = self.miss - self.hit
        loss = self.alarm - self.quiet
        return loss / (gain + loss) if gain > 0 and loss > 0 else None


def task_costs(task: Task, label: str) -> ThresholdCosts:
    """Return the costs that the goal names for two classes, ``label`` asked for; one each where it names none."""
    if not task.costs:
        return ThresholdCosts()
    found = {(cost.true == label, cost.called == label): cost.cost for cost in task.costs}
    return ThresholdCosts(
        miss=found.get((True, False), 0.0),
        alarm=found.get((False, True), 0.0),
        hit=found.get((True, True), 0.0),
        quiet=found.get((False, False), 0.0),
    )


class ThresholdChoice(BaseModel):
    """A chosen threshold, and how sure the choice is.

    Attributes
    ----------
    low, high : float
        Middle 95 % of the thresholds chosen on bootstrap draws of the rows.
    cost_low, cost_high : float
        Middle 95 % of the cost per 1,000 rows at this very threshold.
    reached : bool
        Whether the wanted recall, precision or share is reached at all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    goal: Goal
    wanted: float | None
    point: ThresholdPoint
    low: float
    high: float
    cost_low: float
    cost_high: float
    reached: bool

    def sentence(self) -> str:
        """Say what the choice means."""
        at = self.point
        return (
            f"From {at.threshold:.3g} on: {share(at.recall)} of the class found, {share(at.precision)} of calls right, "
            f"{share(at.called)} of rows called"
        )


class _Cuts:
    """Every threshold that tells rows apart, with weighted counts of the rows at or above it."""

    def __init__(self, probability: np.ndarray, is_positive: np.ndarray) -> None:
        levels, self._place = np.unique(probability, return_inverse=True)
        between = (levels[1:] + levels[:-1]) / 2
        # Between two neighbouring floats there may be nothing: then the upper one is the cut.
        between = np.where(between > levels[:-1], between, levels[1:])
        self.thresholds = np.concatenate([[levels[0] / 2], between, [(levels[-1] + 1) / 2]])
        self._positive = is_positive

    def counts(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray, float, float]:
        """Return hits and alarms at each cut, and the rows of either class in all."""
        size = len(self.thresholds) - 1
        positive = np.bincount(self._place, weights=weights * self._positive, minlength=size)
        negative = np.bincount(self._place, weights=weights * ~self._positive, minlength=size)
        hits = np.append(np.cumsum(positive[::-1])[::-1], 0.0)
        alarms = np.append(np.cumsum(negative[::-1])[::-1], 0.0)
        return hits, alarms, float(positive.sum()), float(negative.sum())


def threshold_curve(
    probability: np.ndarray, is_positive: np.ndarray, costs: ThresholdCosts, *, most: int = MOST_POINTS
) -> tuple[ThresholdPoint, ...]:
    """Return what happens at thresholds from 0 to 1.

    Parameters
    ----------
    probability : ndarray of shape (n_rows,)
        Of the class asked for, on rows the model had not seen.
    is_positive : bool ndarray of shape (n_rows,)
    costs : ThresholdCosts
    most : int
        Points kept, spread evenly over the rows.

    Returns
    -------
    tuple of ThresholdPoint
        By rising threshold.
    """
    _need_rows(probability)
    cuts = _Cuts(probability, is_positive)
    counted = cuts.counts(np.ones(len(probability)))
    keep = np.unique(np.linspace(0, len(cuts.thresholds) - 1, most).round().astype(int))
    return tuple(_point(cuts.thresholds[i], i, counted, costs) for i in keep)


def point_at(
    threshold: float, probability: np.ndarray, is_positive: np.ndarray, costs: ThresholdCosts
) -> ThresholdPoint:
    """Return what happens when rows of at least ``threshold`` are called; arguments as for `threshold_curve`."""
    _need_rows(probability)
    called = probability >= threshold
    hits, alarms = np.array([float((called & is_positive).sum())]), np.array([float((called & ~is_positive).sum())])
    positives = float(is_positive.sum())
    return _point(threshold, 0, (hits, alarms, positives, len(probability) - positives), costs)


def choose_threshold(
    probability: np.ndarray,
    is_positive: np.ndarray,
    costs: ThresholdCosts,
    *,
    goal: Goal,
    wanted: float | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> ThresholdChoice:
    """Choose the best threshold for a goal, and say how sure the choice is.

    Parameters
    ----------
    goal : {"cost", "f1", "recall", "precision", "share"}
        Least cost; best F1; the highest threshold that finds the wanted share of the class; the lowest at which the
        wanted share of calls is right; or calling (at most) the wanted share of rows.
    wanted : float, optional
        0 to 1, for the last three.
    seed, draws : int
        Of the bootstrap.

    Raises
    ------
    LatheError
        Where there are no rows, or nothing wanted is named for a goal that needs it.

    Notes
    -----
    The threshold is chosen on the same rows that its figures are counted on, so these are a little too good; with few
    rows of the class the spread ``low`` to ``high`` shows it.
    """
    _need_rows(probability)
    if goal in ("recall", "precision", "share") and (wanted is None or not 0 < wanted <= 1):
        raise LatheError(
            f"What is wanted must be a share above 0, up to 1; it is {wanted}.",
            hint="Say 0.9 for 90 %.",
            field="wanted",
        )
    cuts = _Cuts(probability, is_positive)
    counted = cuts.counts(np.ones(len(probability)))
    place, reached = _best(cuts, counted, costs, goal, wanted)
    rng = np.random.default_rng(seed)
    chosen, spent = [], []
    for _ in range(draws if len(probability) <= LARGE_ROWS else draws // 5):
        drawn = cuts.counts(resample_counts(rng, len(probability), 1)[0])
        chosen.append(cuts.thresholds[_best(cuts, drawn, costs, goal, wanted)[0]])
        spent.append(_point(cuts.thresholds[place], place, drawn, costs).cost)
    point = _point(cuts.thresholds[place], place, counted, costs)
    low, high = np.percentile(chosen, [2.5, 97.5]) if chosen else (point.threshold, point.threshold)
    cost_low, cost_high = np.percentile(spent, [2.5, 97.5]) if spent else (point.cost, point.cost)
    return ThresholdChoice(
        goal=goal,
        wanted=wanted,
        point=point,
        low=float(low),
        high=float(high),
        cost_low=float(cost_low),
        cost_high=float(cost_high),
        reached=reached,
    )


_Counts = tuple[np.ndarray, np.ndarray, float, float]


def _best(cuts: _Cuts, counted: _Counts, costs: ThresholdCosts, goal: Goal, wanted: float | None) -> tuple[int, bool]:
    """Return the place of the best cut, of equally good ones the nearest to a half, and whether the wish is met."""
    hits, alarms, positives, negatives = counted
    called = hits + alarms
    wish = float(wanted or 0.0)
    if goal == "recall":
        met = hits >= wish * positives - 1e-9
        return int(np.flatnonzero(met)[-1]), True
    if goal == "share":
        met = called <= wish * (positives + negatives) + 1e-9
        return int(np.flatnonzero(met)[0]), True
    right = np.divide(hits, called, out=np.zeros_like(hits), where=called > 0)
    if goal == "precision":
        met = (right >= wish - 1e-12) & (called > 0)
        found = np.flatnonzero(met)
        # The lowest such cut finds most of the class.
        return (int(found[np.argmax(hits[found])]), True) if len(found) else (int(right.argmax()), False)
    if goal == "f1":
        worth = 2 * hits / np.maximum(hits + alarms + positives, 1.0)
    else:
        worth = -_cost(hits, alarms, positives, negatives, costs)
    best = np.flatnonzero(worth >= worth.max() - 1e-12 * max(1.0, abs(float(worth.max()))))
    return int(best[np.argmin(np.abs(cuts.thresholds[best] - 0.5))]), True


def _cost(hits: np.ndarray, alarms: np.ndarray, positives: float, negatives: float, c: ThresholdCosts) -> np.ndarray:
    return np.asarray(c.hit * hits + c.miss * (positives - hits) + c.alarm * alarms + c.quiet * (negatives - alarms))


def _point(threshold: float, place: int, counted: _Counts, costs: ThresholdCosts) -> ThresholdPoint:
    hits, alarms, positives, negatives = counted
    scale = 1000 / max(positives + negatives, 1e-300)
    here, wrong = float(hits[place]), float(alarms[place])
    whole = float(_cost(hits[[place]], alarms[[place]], positives, negatives, costs)[0])
    return ThresholdPoint(
        threshold=float(threshold),
        hits=scale * here,
        misses=scale * (positives - here),
        alarms=scale * wrong,
        quiet=scale * (negatives - wrong),
        cost=scale * whole,
    )


def _need_rows(probability: np.ndarray) -> None:
    if not len(probability):
        raise LatheError("There are no judged rows to choose a threshold on.", hint="Train the model again.")
