"""From two timed fits on small samples to a fit on all rows: what is known of each kind of model's growth."""

from __future__ import annotations

import math
from dataclasses import dataclass

from core.models.spec import ModelSpec

_EXPONENTS = {"gaussian_process": 3.0, "svm": 2.0, "kernel_svm": 2.0, "isotonic": 1.05}
_FAMILY_EXPONENTS = {"Trees": 1.08, "Boosting": 1.0, "Kernels": 2.0, "Gaussian process": 3.0}
_LAZY = ("Neighbours", "Kernels", "Gaussian process")
"""Families whose predictions look at the rows they learned from."""

_SHARE_THAT_GROWS = 0.05
"""At least this share of the larger sample's time is taken to grow with the rows, whatever chance has shown."""


@dataclass(frozen=True)
class Timed:
    """A fit on a sample.

    Attributes
    ----------
    rows : int
        Rows learned from.
    seconds : float
        Time of the whole fit, were it not cut.
    """

    rows: int
    seconds: float


@dataclass(frozen=True)
class Growth:
    """Seconds as ``constant + slope * rows ** exponent``."""

    constant: float
    slope: float
    exponent: float

    def at(self, rows: int) -> float:
        """Return the seconds for ``rows`` rows."""
        return self.constant + self.slope * math.pow(rows, self.exponent)


def exponent_of(spec: ModelSpec) -> float:
    """Return the power of the rows with which fitting a model grows."""
    return _EXPONENTS.get(spec.key, _FAMILY_EXPONENTS.get(spec.family, 1.0))


def is_lazy(spec: ModelSpec) -> bool:
    """Tell whether predicting a row takes longer the more rows were learned from."""
    return spec.family in _LAZY


def growth(small: Timed, large: Timed, exponent: float) -> Growth:
    """Return the growth through two timed fits; the exponent is known, a constant part may not be below zero.

    Where the two show that it grows faster than is known, a middle course is taken: part of a measured growth is the
    machine's, which had less to keep in its caches.
    """
    if large.rows <= small.rows:
        return _through(large, exponent)
    seen = _seen_exponent(small, large)
    if seen > exponent:
        exponent = min((exponent + seen) / 2, exponent + 0.5)
        return _through(large, exponent)
    span = float(large.rows) ** exponent - float(small.rows) ** exponent
    slope = max(large.seconds - small.seconds, _SHARE_THAT_GROWS * large.seconds * _grown(small, large)) / span
    constant = max(0.0, large.seconds - slope * float(large.rows) ** exponent)
    return Growth(constant, slope, exponent)


def _grown(small: Timed, large: Timed) -> float:
    return 1.0 - small.rows / large.rows


def _seen_exponent(small: Timed, large: Timed) -> float:
    if small.seconds <= 0 or large.seconds <= 0:
        return 0.0
    return math.log(large.seconds / small.seconds) / math.log(large.rows / small.rows)


def _through(timed: Timed, exponent: float) -> Growth:
    return Growth(0.0, timed.seconds / float(max(timed.rows, 1)) ** exponent, exponent)


def spread(rows: int, timed_rows: int) -> float:
    """Return the factor by which a forecast may be off either way: the more, the further it reaches."""
    return min(2.5, 1.25 + 0.15 * math.log2(max(1.0, rows / max(timed_rows, 1))))
