"""The table of coefficients of a linear model: weights, odds ratios, and where they are known errors and p-values."""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.explain.prepared import Scale, feature_names, scales_of
from core.explain.weights import Effect, Weights, weights_of
from core.models.fitted import FittedModel
from core.words import listed

BASE = "(base level)"
MOST_ROWS = 2000
_LEVEL = 0.05
_NAMED = 3


class Coefficient(BaseModel):
    """One weight.

    Attributes
    ----------
    feature : str
        Name after preparation; `BASE` for the intercept.
    label : str
        The class whose score it belongs to; empty for numbers.
    estimate : float
        What one step of the column adds.
    ratio : float or None
        What one step multiplies the odds (or the mean) with.
    std_error, statistic, p_value : float or None
        Standard error, t or z, and the p-value of no effect.
    low, high : float or None
        95 % interval of the estimate.
    step : float or None
        Length of a step in the column's own unit, where it was scaled.
    unit : str
        What a step is, in words.
    note : str
        Why there is no weight: left out by the penalty, or following from other columns.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: str
    label: str = ""
    estimate: float
    ratio: float | None = None
    std_error: float | None = None
    statistic: float | None = None
    p_value: float | None = None
    low: float | None = None
    high: float | None = None
    step: float | None = None
    unit: str = ""
    note: str = ""


class CoefficientTable(BaseModel):
    """The weights of a model, the base level of each class first, then the largest effects.

    Attributes
    ----------
    effect : {"number", "odds", "mean", "score"}
        What a weight adds to: the number, the logarithm of the odds, the logarithm of the mean, a score.
    statistic : {"t", "z", ""}
    reference : str
        The class that the others are held against.
    left_out : int
        Columns with weight zero.
    more : int
        Weights beyond `MOST_ROWS` that are not listed.
    finding, reading : str
        What stands out; how to read a weight.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    effect: Literal["number", "odds", "mean", "score"]
    statistic: Literal["t", "z", ""] = ""
    reference: str = ""
    rows: tuple[Coefficient, ...]
    left_out: int = 0
    more: int = 0
    finding: str
    reading: str

    @property
    def labels(self) -> tuple[str, ...]:
        """Return the classes that have weights of their own; one empty text for numbers."""
        return tuple(dict.fromkeys(row.label for row in self.rows))


def coefficients(fitted: FittedModel) -> CoefficientTable | None:
    """Return the weights of a linear model.

    Parameters
    ----------
    fitted : FittedModel
        From raw columns on: the scale of each column is read from its preparation.

    Returns
    -------
    CoefficientTable or None
        None where the model is no weighted sum of columns.

    Notes
    -----
    Intervals and p-values come from Student's t (least squares) or the normal distribution (maximum likelihood, Wald).
    They say how another sample of rows would change a weight, given that the model is right and was not chosen by
    looking at the same rows.
    """
    pipeline = fitted.pipeline
    found = weights_of(pipeline[-1]) if hasattr(pipeline, "steps") else None
    if found is None:
        return None
    names, scales = feature_names(pipeline), scales_of(pipeline)
    terms = names if found.terms is None else list(found.terms.term_names(names))
    if found.values.shape[1] != len(terms) + 1:
        return None
    equations = [_equation(found, place, terms, scales) for place in range(len(found.values))]
    most = max(MOST_ROWS // len(equations), 1)
    effects = [row for rows in equations for row in rows[1:]]
    return CoefficientTable(
        target=fitted.target,
        effect=found.effect,
        statistic="" if found.errors is None or not found.tested else "t" if found.freedom else "z",
        reference=found.reference,
        rows=tuple(row for rows in equations for row in rows[:most]),
        left_out=int((found.values[:, 1:] == 0).all(axis=0).sum()),
        more=sum(max(len(rows) - most, 0) for rows in equations),
        finding=_finding(effects),
        reading=_reading(found.effect, fitted.target, found.reference),
    )


def _equation(found: Weights, place: int, terms: list[str], scales: dict[str, Scale]) -> list[Coefficient]:
    """Return the weights of one class: the base level, then the largest."""
    values = found.values[place]
    lows, highs, statistics, chances = _tests(found, place)
    ratios = np.exp(np.clip(values, -700, 700)) if found.effect in ("odds", "mean") else None
    rows = []
    for at, feature in enumerate([BASE, *terms]):
        known = found.errors is not None and found.errors[place, at] > 0
        scale = scales.get(feature)
        rows.append(
            Coefficient(
                feature=feature,
                label=found.labels[place],
                estimate=float(values[at]),
                ratio=None if ratios is None else float(ratios[at]),
                std_error=float(found.errors[place, at]) if known and found.errors is not None else None,
                statistic=float(statistics[at]) if known and found.tested else None,
                p_value=float(chances[at]) if known and found.tested else None,
                low=float(lows[at]) if known else None,
                high=float(highs[at]) if known else None,
                step=scale.size if scale else None,
                unit=_unit(feature, scale, found),
                note=_note(found, at, float(values[at])),
            )
        )
    return [rows[0], *sorted(rows[1:], key=_size, reverse=True)]


def _tests(found: Weights, place: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return ends of the 95 % interval, t or z, and p-values; where no error is known they mean nothing."""
    from scipy.stats import norm, t

    values = found.values[place]
    errors = np.zeros(values.shape) if found.errors is None else found.errors[place]
    law = t(found.freedom) if found.freedom else norm()
    reach = float(law.ppf(1 - _LEVEL / 2)) * errors
    statistics = values / np.where(errors > 0, errors, 1.0)
    return values - reach, values + reach, statistics, 2 * law.sf(np.abs(statistics))


def _size(row: Coefficient) -> tuple[float, float]:
    return (abs(row.statistic) if row.statistic is not None else 0.0, abs(row.estimate))


def _unit(feature: str, scale: Scale | None, found: Weights) -> str:
    if feature == BASE:
        return ""
    if found.terms is not None:
        return "one standard deviation of the term"
    return f"one {scale.word}" if scale else "one unit, or yes instead of no"


def _note(found: Weights, at: int, value: float) -> str:
    if at and found.follows[at - 1]:
        return "follows from the columns before it"
    return "left out" if at and value == 0 else ""


def _finding(effects: list[Coefficient]) -> str:
    """Say which weights stand out: those beyond chance where that is known, else the largest."""
    tested = [row for row in effects if row.p_value is not None]
    if tested:
        sure = sorted((row for row in tested if row.p_value is not None and row.p_value < _LEVEL), key=_size)[::-1]
        if not sure:
            return f"None of {len(tested):,} weights is more than chance (p below {_LEVEL})"
        named = listed(list(dict.fromkeys(row.feature for row in sure)), most=_NAMED)
        verb = "is" if len(sure) == 1 else "are"
        return f"{len(sure):,} of {len(tested):,} weights {verb} more than chance (p below {_LEVEL}): {named}"
    largest = sorted(effects, key=_size, reverse=True)
    names = list(dict.fromkeys(row.feature for row in largest if row.estimate))[:_NAMED]
    if not names:
        return "Every weight is zero: only the base level is left"
    return f"{listed(names, most=_NAMED)} {'weighs' if len(names) == 1 else 'weigh'} most"


def _reading(effect: Effect, target: str, reference: str) -> str:
    against = f" against {reference}" if reference else ""
    return {
        "number": f"A weight is what one step of the column adds to {target}, all others staying as they are.",
        "odds": f"A weight adds to the logarithm of the odds{against}; its ratio multiplies the odds. 1 is no effect.",
        "mean": f"A weight adds to the logarithm of {target}'s mean; its ratio multiplies the mean. 1 is no effect.",
        "score": "A weight adds to the score of a class, which has no unit of its own.",
    }[effect]
