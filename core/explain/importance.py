"""Permutation importance: how much worse a model gets when one raw column is shuffled."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.errors import LatheError
from core.evaluate.metrics import get_metric
from core.evaluate.outcome import outcome
from core.explain.cells import Watcher, batches, check_stop, gather, in_words, predict_in_parts
from core.models.fitted import FittedModel, Predictions

MOST = 0.6
"""Share of all importance that counts as "most of it"."""


class ColumnImportance(BaseModel):
    """Importance of one raw column.

    Attributes
    ----------
    mean : float
        Loss of the metric when the column is shuffled, in the metric's own unit, averaged over the repeats.
        Positive means that the column is useful, whichever direction of the metric is better.
    std : float
        Standard deviation over the repeats.
    low, high : float
        95 % interval of ``mean`` over shuffles (Student's t). It says how much the shuffling matters, not how much
        another sample of rows would.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    mean: float
    std: float
    low: float
    high: float


class Importance(BaseModel):
    """Importance of all raw columns, the most useful first.

    Attributes
    ----------
    baseline : float or None
        Metric with all columns as they are, on the same rows; None where it was measured on rows whose score is locked.
    rows : int
        Rows used.
    finding : str
        One sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    baseline: float | None
    rows: int
    repeats: int
    seed: int
    columns: tuple[ColumnImportance, ...]
    finding: str


def permutation_importance(
    fitted: FittedModel,
    frame: pd.DataFrame,
    y: np.ndarray,
    *,
    metric: str,
    positive: str = "",
    costs: np.ndarray | None = None,
    repeats: int = 5,
    seed: int = 0,
    context: Watcher | None = None,
    max_rows: int = 2000,
) -> Importance:
    """Measure how much the metric loses when one raw column is shuffled.

    Raw columns are shuffled, before any preparation, so that an encoded category counts as one column. Columns that say
    the same thing share their importance: each of them can stand in for the other.

    Parameters
    ----------
    fitted : FittedModel
        Model to explain; any framework.
    frame : DataFrame of shape (n_rows, >= n_columns)
        Rows that the model has not learned from, typed as "A frame's types" in docs/architecture.md says.
    y : ndarray of shape (n_rows,)
        True labels (str) or numbers (float64).
    metric : str
        Key of a metric in `core.evaluate.metrics.METRICS`.
    positive : str
        Binary only: the positive class; empty means the last in sorted order.
    costs : ndarray of shape (n_classes, n_classes), optional
        What mistakes cost (`core.evaluate.costs.cost_matrix`), for a metric that asks for it.
    repeats : int
        Shuffles of each column.
    seed : int
        Seed of the shuffles and of the choice of rows.
    context : Watcher, optional
        Told the progress, and asked for Stop before each batch.
    max_rows : int
        A seeded sample of so many rows is used where there are more.

    Returns
    -------
    Importance
        Sorted by falling mean, then by name.

    Raises
    ------
    LatheError
        Where there are no rows, or the metric cannot be computed on them.
    RunCancelled
        Where the person pressed Stop.

    Notes
    -----
    Breiman (2001), "Random Forests", Machine Learning 45, section 10; in the model-agnostic form of Fisher, Rudin and
    Dominici (2019), JMLR 20(177). Several shuffles are predicted in one call, since a network's call is expensive.
    """
    judgeable, truth = _judgeable(fitted, frame[[column.name for column in fitted.columns]], y)
    rows, truth = _sample(judgeable, truth, seed=seed, max_rows=max_rows)
    worth = _Worth(fitted, metric, positive, costs)
    baseline = worth.of(truth, predict_in_parts(fitted, rows, context=context))
    if not np.isfinite(baseline):
        raise LatheError(
            f"The metric {metric} cannot be computed on the {len(rows)} rows given.",
            hint="Use more rows, or another metric.",
        )
    losses = _losses(fitted, rows, truth, worth, baseline=baseline, repeats=repeats, seed=seed, context=context)
    columns = tuple(
        sorted(
            (_summary(name, losses[place]) for place, name in enumerate(rows.columns)),
            key=lambda c: (-c.mean, c.column),
        )
    )
    return Importance(
        metric=metric,
        baseline=worth.sign * baseline,
        rows=len(rows),
        repeats=repeats,
        seed=seed,
        columns=columns,
        finding=_finding(columns),
    )


class _Worth:
    """A metric turned so that more is always better."""

    def __init__(self, fitted: FittedModel, metric: str, positive: str, costs: np.ndarray | None) -> None:
        self._metric = get_metric(metric)
        self._costs = costs
        self._classes = fitted.classes
        self._positive = positive
        self.sign = self._metric.sign

    def of(self, truth: np.ndarray, predictions: Predictions) -> float:
        """Score the rows."""
        judged = outcome(truth, predictions, classes=self._classes, positive=self._positive, costs=self._costs)
        return self.sign * float(self._metric.function(judged)[0])


def _judgeable(fitted: FittedModel, frame: pd.DataFrame, y: np.ndarray) -> tuple[pd.DataFrame, np.ndarray]:
    """Keep the rows whose target is known to us and to the model."""
    if len(frame) != len(y):
        raise LatheError(f"Importance needs one target a row. There are {len(frame)} rows and {len(y)} targets.")
    truth = np.asarray(y)
    known = np.isin(truth.astype(str), fitted.classes) if fitted.task.is_classification else np.isfinite(truth)
    if not known.any():
        raise LatheError("Importance needs rows with a known target. There are none.")
    return frame[known], truth[known]


def _sample(frame: pd.DataFrame, y: np.ndarray, *, seed: int, max_rows: int) -> tuple[pd.DataFrame, np.ndarray]:
    if len(frame) > max_rows:
        kept = np.sort(np.random.default_rng([seed, 0]).choice(len(frame), size=max_rows, replace=False))
        frame, y = frame.iloc[kept], y[kept]
    return frame.reset_index(drop=True), y


def _losses(
    fitted: FittedModel,
    rows: pd.DataFrame,
    truth: np.ndarray,
    worth: _Worth,
    *,
    baseline: float,
    repeats: int,
    seed: int,
    context: Watcher | None,
) -> np.ndarray:
    """Return the loss of every shuffle, of shape (n_columns, repeats)."""
    size, tasks = len(rows), rows.shape[1] * repeats
    losses = np.zeros(tasks)
    untouched = np.arange(size)
    for batch in batches(tasks, size):
        check_stop(context)
        sources = np.tile(untouched[:, None], (len(batch), rows.shape[1]))
        for place, task in enumerate(batch):
            # A generator of its own for each shuffle: the numbers do not depend on how the work is divided.
            shuffled = np.random.default_rng([seed, 1, task]).permutation(size)
            sources[place * size : (place + 1) * size, task // repeats] = shuffled
        predicted = predict_in_parts(fitted, gather(rows, sources), context=context)
        for place, task in enumerate(batch):
            losses[task] = baseline - worth.of(truth, _part(predicted, place * size, size))
        if context is not None:
            context.report(
                batch.stop / tasks, "Importance", f"Shuffled {batch.stop // repeats} of {rows.shape[1]} columns"
            )
    return losses.reshape(rows.shape[1], repeats)


def _part(predicted: Predictions, start: int, size: int) -> Predictions:
    chosen = slice(start, start + size)
    return Predictions(
        predicted.values[chosen], None if predicted.probabilities is None else predicted.probabilities[chosen]
    )


def _summary(column: str, losses: np.ndarray) -> ColumnImportance:
    from scipy.stats import t as student

    mean = float(np.mean(losses))
    std = float(np.std(losses, ddof=1)) if len(losses) > 1 else 0.0
    half = float(student.ppf(0.975, len(losses) - 1)) * std / np.sqrt(len(losses)) if len(losses) > 1 else 0.0
    return ColumnImportance(column=column, mean=mean, std=std, low=mean - half, high=mean + half)


def _finding(columns: tuple[ColumnImportance, ...]) -> str:
    """Say in one sentence which columns carry the prediction."""
    useful = [column for column in columns if column.mean > 0 and column.low > 0]
    if not useful:
        return "No column matters measurably: shuffling any one of them costs nothing beyond chance."
    shares = np.cumsum([column.mean for column in useful]) / sum(column.mean for column in useful)
    count = int(np.searchsorted(shares, MOST)) + 1
    names = [column.column for column in useful]
    if count > 3:
        return f"{in_words(names[:3])} matter most; the rest is spread over many columns."
    return f"{in_words(names[:count])} {'carries' if count == 1 else 'carry'} most of it."
