"""Intervals of effect sizes, in closed form or by inverting a noncentral distribution."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

Bounds = tuple[float, float]

Z95 = 1.959963984540054
LEVEL = 0.95
LARGE = 2_000
"""Degrees of freedom from which the noncentral t is taken as normal: scipy's is slow and then wrong."""

FAR = 5_000
"""Statistic from which the noncentral F and chi-square are taken as normal: their series then converge slowly."""


def of_mean(mean: float, standard_error: float, df: float) -> Bounds:
    """Return mean and t-quantile times the standard error."""
    from scipy import stats

    half = float(stats.t.ppf((1 + LEVEL) / 2, df)) * standard_error
    return mean - half, mean + half


def noncentral_t(t: float, df: float) -> Bounds:
    """Return the noncentralities for which ``t`` lies at the 97.5 % and the 2.5 % point."""
    from scipy import stats

    if df > LARGE or abs(t) > 30:
        half = Z95 * math.sqrt(1 + t * t / (2 * df))
        return t - half, t + half

    def root(probability: float) -> float:
        return _decreasing_root(lambda nc: float(stats.nct.cdf(t, df, nc)) - probability, t - 12, t + 12)

    return root(0.975), root(0.025)


def noncentral_f(f: float, df1: float, df2: float) -> Bounds:
    """Return the noncentralities for which ``f`` lies at the 97.5 % and the 2.5 % point; 0 where there is none."""
    from scipy import special

    if f * df1 > FAR:
        middle = df1 * f * (df2 - 2) / df2 - df1
        half = Z95 * math.sqrt(2 * (df1 + 2 * middle) + 2 * (df1 + middle) ** 2 / df2)
        return max(0.0, middle - half), middle + half
    return _from_zero(lambda nc: float(special.ncfdtr(df1, df2, nc, f)), f * df1)


def noncentral_chi_square(chi_square: float, df: float) -> Bounds:
    """Return the noncentralities for which the statistic lies at the 97.5 % and the 2.5 % point."""
    from scipy import special

    if chi_square > FAR:
        middle = chi_square - df
        half = Z95 * math.sqrt(2 * (df + 2 * middle))
        return middle - half, middle + half
    return _from_zero(lambda nc: float(special.chndtr(chi_square, df, nc)), chi_square)


def wilson(successes: int, n: int) -> Bounds:
    """Return the score interval of a share (Wilson 1927)."""
    share, z2 = successes / n, Z95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def share_difference(a: int, n: int, b: int, m: int) -> Bounds:
    """Return the interval of a/n - b/m from the two score intervals (Newcombe 1998, method 10)."""
    p, q = a / n, b / m
    (low_p, high_p), (low_q, high_q) = wilson(a, n), wilson(b, m)
    low = p - q - math.hypot(p - low_p, high_q - q)
    return low, p - q + math.hypot(high_p - p, q - low_q)


def fisher_z(r: float, standard_error: float) -> Bounds:
    """Return the interval of a correlation on Fisher's z scale."""
    if abs(r) >= 1 or not math.isfinite(standard_error):
        return (r, r) if abs(r) >= 1 else (-1.0, 1.0)
    z = math.atanh(r)
    return math.tanh(z - Z95 * standard_error), math.tanh(z + Z95 * standard_error)


def auc(x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Return the chance that a value of ``x`` exceeds one of ``y`` (ties count half), with its interval.

    DeLong's variance from the placements, on the logit scale; at 0 and 1 the score interval of Newcombe (2006),
    method 5, since no placement varies there.
    """
    sorted_x, sorted_y = np.sort(x), np.sort(y)
    over = _placements(x, sorted_y)
    under = 1 - _placements(y, sorted_x)
    chance = float(over.mean())
    variance = over.var(ddof=1) / len(x) + under.var(ddof=1) / len(y)
    if not 0 < chance < 1 or variance <= 0:
        return (chance, *_newcombe(chance, len(x), len(y)))
    logit, half = math.log(chance / (1 - chance)), Z95 * math.sqrt(variance) / (chance * (1 - chance))
    return chance, _expit(logit - half), _expit(logit + half)


def bootstrap(statistic: Callable[[np.random.Generator], float], *, seed: int, repeats: int) -> Bounds:
    """Return the middle 95 % of a statistic of resampled tables."""
    rng = np.random.default_rng(seed)
    found = np.array([statistic(rng) for _ in range(repeats)])
    low, high = np.nanquantile(found, [0.025, 0.975])
    return float(low), float(high)


def _placements(values: np.ndarray, others: np.ndarray) -> np.ndarray:
    below, upto = np.searchsorted(others, values, "left"), np.searchsorted(others, values, "right")
    shares: np.ndarray = (below + upto) / (2 * len(others))
    return shares


def _newcombe(chance: float, m: int, n: int) -> Bounds:
    def half(theta: float) -> float:
        star = (m + n) / 2 - 1
        spread = 1 + star * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return Z95 * math.sqrt(max(theta * (1 - theta) * spread / (m * n), 0.0))

    low = _decreasing_root(lambda theta: chance - theta - half(theta), 0.0, chance) if chance > 0 else 0.0
    high = _decreasing_root(lambda theta: chance - theta + half(theta), chance, 1.0) if chance < 1 else 1.0
    return low, high


def _expit(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0


def _from_zero(cdf: Callable[[float], float], start: float) -> Bounds:
    def root(probability: float) -> float:
        if cdf(0.0) <= probability:
            return 0.0
        high = max(start, 1.0) * 2 + 50
        while cdf(high) > probability:
            high *= 2
        return _decreasing_root(lambda nc: cdf(nc) - probability, 0.0, high)

    return root(0.975), root(0.025)


def _decreasing_root(function: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function crosses zero between ``low`` and ``high``, by bisection."""
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if function(middle) > 0 else (low, middle)
    return (low + high) / 2
