"""Models of different runs held against each other, row by row where they judged the same rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.catalog import DatasetCatalog, load_frame
from core.errors import LatheError
from core.evaluate.costs import cost_matrix, row_weights
from core.evaluate.judged import Judged, read_judged
from core.evaluate.metrics import MetricSpec, get_metric, ordered_metrics
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import resample_counts
from core.evaluate.ties import gap_interval
from core.models.fitted import Predictions
from core.run.recipe import Recipe
from core.run.result import ModelResult
from core.run.runs import Run
from core.store.workspace import Workspace
from core.words import MINUS, number

DRAWS = 300
FEWEST_COMMON = 30
FEWEST_SHARE = 0.5
"""Of the rows of the smaller one; below it the common rows stand for neither."""


class Pairing(StrEnum):
    """What the interval of a difference rests on."""

    FOLDS = "folds"
    ROWS = "rows"
    NONE = "none"


class Contender(BaseModel):
    """A model of a run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: Run
    result: ModelResult


class ScoreDifference(BaseModel):
    """How much better or worse the second does.

    Attributes
    ----------
    first, second : float
        Their scores in ``metric``.
    change, low, high : float
        How much better the second is (positive is better), with its 95 % interval; NaN where there is none.
    pairing : Pairing
        Paired by fold (the same rows in the same folds), by row (the same rows in other folds), or not at all.
    rows : int
        Rows that both judged; 0 where they are not paired by row.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    first: float
    second: float
    change: float
    low: float
    high: float
    pairing: Pairing
    rows: int = 0

    @property
    def tied(self) -> bool:
        """True unless the interval leaves out 0."""
        return not (self.low > 0 or self.high < 0)

    @property
    def how(self) -> str:
        """What the interval rests on, in a sentence."""
        if self.pairing is Pairing.FOLDS:
            return "Compared row by row: both were judged on the same rows in the same folds."
        if self.pairing is Pairing.ROWS:
            return f"Compared row by row on the {self.rows:,} rows that both judged; their folds differ."
        return (
            "Not compared row by row: they did not judge the same rows, so only a large difference shows, and part of "
            "it may come from the rows."
        )


def compare_models(workspace: Workspace, first: Contender, second: Contender) -> ScoreDifference:
    """Hold one model against another, in the metric of the first one's run.

    Raises
    ------
    LatheError
        Where the two predict different things, or one has no score in that metric.
    """
    metric = ordered_metrics(first.run.recipe.task)[0]
    _require_comparable(first, second, metric)
    values = [one.result.score(metric.key) for one in (first, second)]
    assert values[0] is not None
    assert values[1] is not None
    mine, other = values[0].value, values[1].value
    change = metric.sign * (other - mine)
    ranked = all(one.result.scores[0].metric == metric.key for one in (first, second))
    one_measure = metric.key != "cost" or set(first.run.recipe.task.costs) == set(second.run.recipe.task.costs)
    # A model that was stopped and kept has scores of fewer folds: the draws of the two do not belong together.
    as_many = len(values[0].folds) == len(values[1].folds)
    if ranked and one_measure and as_many and same_folds(first.run.recipe, second.run.recipe):
        low, high = gap_interval(second.result.bootstrap, first.result.bootstrap, metric.sign)
        return _difference(metric, mine, other, change, (low, high), Pairing.FOLDS)
    judged = [_judged(workspace, one) for one in (first, second)]
    if judged[0] is not None and judged[1] is not None and _same_table(first.run.recipe, second.run.recipe):
        pair = _common(judged[0], judged[1])
        if pair is not None:
            return _by_rows(pair, metric, first.run.recipe, _weights(workspace, first.run, pair[0].rows))
    if not one_measure:
        raise LatheError(
            "The two runs put other costs on mistakes, and did not judge the same rows, so their costs say nothing "
            "against each other.",
            hint="Give both goals the same costs, or rank by another metric.",
        )
    low, high = _apart(first.result, second.result, metric) if ranked else (float("nan"), float("nan"))
    return _difference(metric, mine, other, change, (low, high), Pairing.NONE)


def same_folds(first: Recipe, second: Recipe) -> bool:
    """Tell whether two recipes divide the same rows alike, so that their bootstrap draws belong together."""
    mine, other = first.task, second.task
    same = _same_table(first, second) and mine.split == other.split and first.seed == second.seed
    # Rows that are equal in all features in use may be kept together, so that the columns count too.
    return same and mine.roles == other.roles


def _same_table(first: Recipe, second: Recipe) -> bool:
    mine, other = first.task, second.task
    same = (mine.target, mine.kind, mine.positive_class) == (other.target, other.kind, other.positive_class)
    return bool(first.dataset) and first.dataset == second.dataset and same


def _require_comparable(first: Contender, second: Contender, metric: MetricSpec) -> None:
    mine, other = first.run.recipe.task, second.run.recipe.task
    if mine.kind is not other.kind:
        raise LatheError(
            f"A score of a {mine.kind.value} task says nothing against one of a {other.kind.value} task.",
            hint="Choose runs that predict the same column.",
        )
    if mine.weight != other.weight:
        raise LatheError(
            "The two runs count rows differently, so their scores say nothing against each other.",
            hint="Choose runs whose goal names the same column of weights, or none.",
        )
    for one in (first, second):
        if one.result.score(metric.key) is None:
            raise LatheError(f"{one.result.title} has no score in {metric.title}.", hint="Choose another model.")


def _judged(workspace: Workspace, one: Contender) -> Judged | None:
    path = workspace.path(one.result.path) / "oof.parquet"
    return read_judged(path) if one.result.path and path.exists() else None


def _common(first: Judged, second: Judged) -> tuple[Judged, Judged] | None:
    """Return both for the rows that both judged; None where they are too few or the truth differs."""
    rows, mine, other = np.intersect1d(first.rows, second.rows, return_indices=True)
    least = min(len(first.rows), len(second.rows))
    if len(rows) < FEWEST_COMMON or len(rows) < FEWEST_SHARE * least or first.classes != second.classes:
        return None
    pair = first.only(mine), second.only(other)
    return pair if bool(np.all(pair[0].truth == pair[1].truth)) else None


def _weights(workspace: Workspace, run: Run, rows: np.ndarray) -> np.ndarray | None:
    """Return how much each of ``rows`` counts; None where all count alike."""
    task = run.recipe.task
    if not task.weight:
        return None
    dataset = DatasetCatalog(workspace).version(run.dataset_id, run.recipe.dataset)
    weights = row_weights(load_frame(workspace, dataset, columns=[task.weight]), task)
    return None if weights is None else weights[rows]


def _by_rows(
    pair: tuple[Judged, Judged], metric: MetricSpec, recipe: Recipe, own: np.ndarray | None
) -> ScoreDifference:
    """Return the difference on common rows with the percentile interval of a paired bootstrap.

    Both are measured by the costs of ``recipe``.
    """
    outcomes = [_outcome(one, recipe, own) for one in pair]
    whole = [metric.function(one)[0] for one in outcomes]
    rng = np.random.default_rng(recipe.seed)
    n = len(pair[0].rows)
    step = max(1, min(DRAWS, 4_000_000 // n))
    gaps = []
    for start in range(0, DRAWS, step):
        weights = resample_counts(rng, n, min(step, DRAWS - start))
        values = [metric.function(one.with_weights(weights)) for one in outcomes]
        gaps.append(values[1] - values[0])
    drawn = metric.sign * np.concatenate(gaps)
    drawn = drawn[np.isfinite(drawn)]
    low, high = np.percentile(drawn, [2.5, 97.5]) if len(drawn) >= 20 else (np.nan, np.nan)
    change = metric.sign * (whole[1] - whole[0])
    return _difference(metric, float(whole[0]), float(whole[1]), float(change), (low, high), Pairing.ROWS, rows=n)


def _outcome(judged: Judged, recipe: Recipe, own: np.ndarray | None) -> Outcome:
    given = Predictions(judged.prediction, judged.probabilities if judged.classes else None)
    return outcome(
        judged.truth,
        given,
        classes=judged.classes,
        positive=recipe.task.positive_class,
        costs=cost_matrix(recipe.task, judged.classes),
        own=own,
    )


def _apart(first: ModelResult, second: ModelResult, metric: MetricSpec) -> tuple[float, float]:
    """Return the interval of a difference of two independent scores, from their bootstrap draws."""
    draws = [np.array([v for v in one.bootstrap if np.isfinite(v)]) for one in (first, second)]
    if min(len(d) for d in draws) < 20:
        return float("nan"), float("nan")
    mine, other = (np.quantile(d, (np.arange(199) + 0.5) / 199) for d in draws)
    low, high = np.percentile(metric.sign * np.subtract.outer(other, mine), [2.5, 97.5])
    return float(low), float(high)


def _difference(
    metric: MetricSpec,
    first: float,
    second: float,
    change: float,
    bounds: Sequence[float] | np.ndarray,
    pairing: Pairing,
    *,
    rows: int = 0,
) -> ScoreDifference:
    low, high = (float(bound) for bound in bounds)
    return ScoreDifference(
        metric=metric.key,
        first=first,
        second=second,
        change=change,
        low=low,
        high=high,
        pairing=pairing,
        rows=rows,
    )


def difference_words(difference: ScoreDifference) -> str:
    """Say in a sentence which of the two is better, or that chance may explain it."""
    title = get_metric(difference.metric).title
    if not np.isfinite(difference.low):
        return f"{title}: {number(difference.first)} against {number(difference.second)}; no interval can be formed."
    if difference.change == difference.low == difference.high == 0:
        return f"The two have the same score: {number(difference.first)} in {title}."
    span = _span(difference)
    if difference.tied:
        return f"The two are tied: a difference of {span} in {title} may be chance."
    return f"The {'second' if difference.change > 0 else 'first'} is better: {span} in {title}."


def _span(difference: ScoreDifference) -> str:
    """Write a difference with its interval, as finely as the interval is wide."""
    width = difference.high - difference.low
    decimals = min(max(1 - math.floor(math.log10(width)), 0), 8) if width > 0 else 3
    change, low, high = (
        f"{v:+,.{decimals}f}".replace("-", MINUS) for v in (difference.change, difference.low, difference.high)
    )
    return f"{change} ({low} to {high})"
