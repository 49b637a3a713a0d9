"""How often the 95 % intervals of scores contain the truth.

A truth is made up, a table is drawn from it, a model is cross-validated on that table as Lathe does, and the interval
is held against what the fitted models of the folds score on 40,000 fresh rows: the k-fold test error (Bayle, Bayle,
Janson and Mackey, 2020), which is what the interval is for. The last column but one holds the same interval against the
score of the model fitted on all rows, which it is not made for: that one has learned from more rows (Bates, Hastie and
Tibshirani, 2023, on why no interval from one round of folds covers it exactly).

    python -m benchmarks.interval_coverage [tables] [truth]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.common import row
from core.evaluate.metrics import get_metric
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import score_folds
from core.models.fitted import Predictions

FRESH = 40_000
FOLDS = 5
NUMBERS = ("rmse", "mae", "median_error", "r2")
CLASSES = ("roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1", "log_loss", "brier")

Draw = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Truth:
    """A source of rows, the model that is tried on it, and the metrics it is judged by."""

    name: str
    draw: Draw
    metrics: tuple[str, ...]
    model: str = "linear"

    @property
    def is_number(self) -> bool:
        """A number is predicted."""
        return set(self.metrics) <= set(NUMBERS)


def _columns(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.normal(size=(n, 4))


def even_classes(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Two classes, half and half."""
    X = _columns(rng, n)
    return X, (1.2 * X[:, 0] - 0.8 * X[:, 1] + rng.logistic(size=n) > 0).astype(int)


def rare_class(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """One row in ten is of the class asked for."""
    X = _columns(rng, n)
    return X, (1.2 * X[:, 0] - 0.8 * X[:, 1] + rng.logistic(size=n) > 3.2).astype(int)


def straight(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A straight line with normal noise."""
    X = _columns(rng, n)
    return X, X[:, 0] + 0.5 * X[:, 1] + rng.normal(size=n)


def heavy_tails(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """A straight line with noise of a t distribution with five degrees of freedom."""
    X = _columns(rng, n)
    return X, X[:, 0] + 0.5 * X[:, 1] + rng.standard_t(5, size=n)


TRUTHS = (
    Truth("even classes", even_classes, CLASSES),
    Truth("rare class", rare_class, CLASSES),
    Truth("even classes, trees", even_classes, CLASSES, model="forest"),
    Truth("straight line", straight, NUMBERS),
    Truth("heavy tails", heavy_tails, NUMBERS),
)


def coverage(truth: Truth, rows: int, tables: int, *, seed: int = 0) -> dict[str, tuple[float, float, float]]:
    """Return by metric how often the interval holds the folds' truth, that of the final model, and its mean width."""
    rng = np.random.default_rng(seed)
    hits: dict[str, list[tuple[bool, bool, float]]] = {key: [] for key in truth.metrics}
    specs = [get_metric(key) for key in truth.metrics]
    for table in range(tables):
        X, y = truth.draw(rng, rows)
        while not truth.is_number and min(y.sum(), rows - y.sum()) < FOLDS:
            X, y = truth.draw(rng, rows)
        fresh = truth.draw(rng, FRESH)
        folds, models = _cross_validated(truth, X, y, rng)
        scores = score_folds(folds, specs, seed=table)
        ours = [_judged(model, *fresh) for model in models]
        final = _judged(_model(truth).fit(X, y), *fresh)
        for spec, score in zip(specs, scores, strict=True):
            value = float(np.mean([spec.function(one)[0] for one in ours]))
            whole = float(spec.function(final)[0])
            inside = (score.low <= value <= score.high, score.low <= whole <= score.high)
            hits[spec.key].append((*inside, score.high - score.low))
    return {key: tuple(np.mean(found, axis=0).tolist()) for key, found in hits.items()}


def _model(truth: Truth) -> object:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LinearRegression, LogisticRegression

    if truth.model == "forest":
        return RandomForestClassifier(30, min_samples_leaf=3, random_state=0)
    return LinearRegression() if truth.is_number else LogisticRegression()


def _cross_validated(
    truth: Truth, X: np.ndarray, y: np.ndarray, rng: np.random.Generator
) -> tuple[list[Outcome], list[object]]:
    from sklearn.model_selection import KFold, StratifiedKFold

    kind = KFold if truth.is_number else StratifiedKFold
    parts = kind(FOLDS, shuffle=True, random_state=int(rng.integers(2**31))).split(X, y)
    folds, models = [], []
    for fit, test in parts:
        model = _model(truth).fit(X[fit], y[fit])
        folds.append(_judged(model, X[test], y[test]))
        models.append(model)
    return folds, models


def _judged(model: object, X: np.ndarray, y: np.ndarray) -> Outcome:
    if not hasattr(model, "predict_proba"):
        return outcome(y, Predictions(model.predict(X)))
    p = model.predict_proba(X)
    return Outcome(y, p.argmax(axis=1), p, 1, np.ones((1, len(y))))


def main(tables: int = 400, only: str = "") -> None:
    """Print the coverage of every truth (or of the one called ``only``), size and metric."""
    row("truth", "rows", "metric", "covers the folds' models", "covers the final model", "mean width")
    row(*["---"] * 6)
    for truth in (one for one in TRUTHS if only in ("", one.name)):
        for rows in (100, 300, 1000):
            if truth.model == "forest" and rows > 300:
                continue
            for key, found in coverage(truth, rows, tables).items():
                row(truth.name, rows, key, *found)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400, sys.argv[2] if len(sys.argv) > 2 else "")
