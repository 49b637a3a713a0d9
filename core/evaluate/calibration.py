"""Whether probabilities can be taken at their word: reliability with bands, and what the Brier score is made of."""

from __future__ import annotations

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.words import share

Z_95 = 1.959964
BINS = 10
_LEAST_ROWS = 20
"""Bins are joined until each has so many rows, where there are enough."""


class ReliabilityBin(BaseModel):
    """Rows of similar probability.

    Attributes
    ----------
    rows : int
        How many.
    said, happened : float
        Their mean probability; the share that is of the class.
    low, high : float
        95 % Wilson interval of ``happened`` (Wilson 1927).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    said: float
    happened: float
    low: float
    high: float

    @property
    def is_off(self) -> bool:
        """The probability said lies outside what the rows can tell."""
        return not self.low <= self.said <= self.high


class Reliability(BaseModel):
    """How far probabilities of one class agree with what happened, on rows the model had not seen.

    Attributes
    ----------
    bins : tuple of ReliabilityBin
        With equally many rows each, by rising probability.
    ece : float
        Mean distance between said and happened over bins (expected calibration error, Naeini et al. 2015).
    ece_chance : float
        What it would be on average were the probabilities right: with few rows it is not 0.
    brier : float
        Mean squared error of the probabilities.
    miscalibration, resolution, uncertainty : float
        ``brier = miscalibration - resolution + uncertainty`` up to the spread inside bins (Murphy 1973).
    lean : float
        Mean probability minus share: above 0 the class is said too often.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    rows: int
    bins: tuple[ReliabilityBin, ...]
    ece: float
    ece_chance: float
    brier: float
    miscalibration: float
    resolution: float
    uncertainty: float
    lean: float

    @property
    def is_off(self) -> bool:
        """More than chance: at least one bin in five is off, and the mean distance is twice what chance gives."""
        off = sum(one.is_off for one in self.bins)
        return off >= max(1, len(self.bins) // 5) and self.ece > 1.5 * self.ece_chance


def wilson(hits: np.ndarray, rows: np.ndarray, *, z: float = Z_95) -> tuple[np.ndarray, np.ndarray]:
    """Return the score interval of a share (Wilson 1927), low and high, of the shape of ``hits``."""
    part, square = hits / rows, z**2
    middle = (part + square / (2 * rows)) / (1 + square / rows)
    half = z / (1 + square / rows) * np.sqrt(part * (1 - part) / rows + square / (4 * rows**2))
    return np.clip(middle - half, 0.0, 1.0), np.clip(middle + half, 0.0, 1.0)


def reliability(probability: np.ndarray, is_class: np.ndarray, *, label: str = "", bins: int = BINS) -> Reliability:
    """Hold the probabilities of one class against what happened.

    Parameters
    ----------
    probability : ndarray of shape (n_rows,)
        Of the class, on rows the model had not seen.
    is_class : bool ndarray of shape (n_rows,)
    label : str
        Name of the class.
    bins : int
        How many groups of equally many rows; fewer where rows are few or probabilities equal.

    Returns
    -------
    Reliability
    """
    order = np.argsort(probability, kind="stable")
    said, hit = probability[order], is_class[order].astype(np.float64)
    groups = _groups(said, max(1, min(bins, len(said) // _LEAST_ROWS)))
    rows = np.array([len(group) for group in groups], dtype=np.float64)
    mean = np.array([said[group].mean() for group in groups])
    hits = np.array([hit[group].sum() for group in groups])
    happened, base = hits / rows, float(hit.mean())
    low, high = wilson(hits, rows)
    part = rows / rows.sum()
    return Reliability(
        label=label,
        rows=len(said),
        bins=tuple(
            ReliabilityBin(rows=int(r), said=float(s), happened=float(h), low=float(lo), high=float(hi))
            for r, s, h, lo, hi in zip(rows, mean, happened, low, high, strict=True)
        ),
        ece=float((part * np.abs(mean - happened)).sum()),
        # The mean distance of a binomial share from its expectation, sqrt(2 / pi) standard deviations.
        ece_chance=float((part * np.sqrt(2 / np.pi * mean * (1 - mean) / rows)).sum()),
        brier=float(((said - hit) ** 2).mean()),
        miscalibration=float((part * (mean - happened) ** 2).sum()),
        resolution=float((part * (happened - base) ** 2).sum()),
        uncertainty=base * (1 - base),
        lean=float(said.mean() - base),
    )


def _groups(said: np.ndarray, bins: int) -> list[np.ndarray]:
    """Divide ordered probabilities into groups of similar size; equal probabilities stay together."""
    wanted = [round(len(said) * place / bins) for place in range(1, bins)]
    # A cut inside equal values moves to their end.
    cuts = sorted({int(np.searchsorted(said, said[cut - 1], side="right")) for cut in wanted if cut > 0})
    return [group for group in np.split(np.arange(len(said)), [cut for cut in cuts if cut < len(said)]) if len(group)]


def finding(found: Reliability) -> str:
    """Say in a sentence whether probabilities can be taken at their word."""
    if not found.is_off:
        return "Probabilities can be taken at their word, as far as these rows tell"
    worst = max((one for one in found.bins if one.is_off), key=lambda one: abs(one.said - one.happened))
    return f"Where the model says {share(worst.said)}, it is so in {share(worst.happened)} of rows"
