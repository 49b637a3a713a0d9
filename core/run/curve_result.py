"""What a learning curve and a validation curve hold, as stored beside a model."""

from __future__ import annotations

import math

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.params import ParamValue
from core.run.verdict import spread_of_mean


class CurvePoint(BaseModel):
    """One place on a curve.

    Attributes
    ----------
    value : ParamValue
        Of the parameter; the number of rows on a learning curve.
    learned, unseen : tuple of float
        Score of each fold, on the rows it learned from and on the rows it judges; NaN where a fold could not be judged.
    draws : tuple of float
        Mean over folds in resamples of the judged rows, the same for every point.
    fit_s : float
        Seconds that its fits took, without preparing.
    reason : str
        Why there is no score, where there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: ParamValue
    learned: tuple[float, ...] = ()
    unseen: tuple[float, ...] = ()
    draws: tuple[float, ...] = ()
    fit_s: float = 0.0
    reason: str = ""

    @property
    def is_scored(self) -> bool:
        """Whether any fold could be judged."""
        return any(math.isfinite(value) for value in self.unseen)


class Band(BaseModel):
    """Mean over folds with what a standard error of 1 leaves open on both sides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mean: float
    low: float
    high: float

    @classmethod
    def of(cls, folds: tuple[float, ...]) -> Band:
        """Form the band of the folds that could be judged; a single fold has none."""
        known = [value for value in folds if math.isfinite(value)]
        mean = float(np.mean(known)) if known else math.nan
        off = spread_of_mean(known) if len(known) > 1 else 0.0
        return cls(mean=mean, low=mean - off, high=mean + off)


class Curve(BaseModel):
    """A learning curve or a validation curve.

    Attributes
    ----------
    key : str
        Of all that decides its numbers: an equal request finds it again.
    param : str
        Name of the parameter; empty for a learning curve.
    metric : str
    greater_is_better : bool
    points : tuple of CurvePoint
        In order of the values.
    current, best : ParamValue
        The parameter as the model has it, and the best of those tried.
    finding, sentence : str
        The finding in one line, and what to make of it.
    is_better : bool
        The best is better than the current value by more than chance; more rows help, on a learning curve.
    rows, folds : int
        How many rows and folds were used.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    label: str
    param: str = ""
    metric: str
    greater_is_better: bool = True
    points: tuple[CurvePoint, ...]
    current: ParamValue = None
    best: ParamValue = None
    finding: str
    sentence: str = ""
    is_better: bool = False
    rows: int = 0
    folds: int = 0

    @property
    def scored(self) -> tuple[CurvePoint, ...]:
        """Points that have a score."""
        return tuple(point for point in self.points if point.is_scored)


def is_more(better: CurvePoint, worse: CurvePoint, *, sign: int, among: int = 1) -> bool | None:
    """Tell whether one point is better than another by more than chance, as the board tells who is tied.

    The 95 % interval of the difference over paired resamples of the judged rows must lie above 0 (see
    `core.evaluate.scoring`); None where there are no resamples. Where ``better`` was picked as the best of ``among``
    that were tried, chance had as many tries: the level is divided by them (Bonferroni).
    """
    count = min(len(better.draws), len(worse.draws))
    differences = sign * (np.asarray(better.draws[:count]) - np.asarray(worse.draws[:count]))
    known = differences[np.isfinite(differences)]
    return bool(np.percentile(known, 2.5 / max(among, 1)) > 0) if len(known) >= 20 else None
