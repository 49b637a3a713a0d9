"""Residuals (true minus predicted) as data: along a column, and against the normal distribution."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

BINS = 12
MOST_POINTS = 300
FEWEST_IN_BIN = 5


class Trend(BaseModel):
    """Residuals along a number or a time: the middle and the quartiles of each range.

    Attributes
    ----------
    name : str
        The column.
    is_time : bool
        ``x`` are nanoseconds since 1970.
    x : tuple of float
        Middle value of each range.
    rows : tuple of int
        Rows of each range.
    low, middle, high : tuple of float
        First quartile, median and third quartile of the residuals.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    is_time: bool = False
    x: tuple[float, ...]
    rows: tuple[int, ...]
    low: tuple[float, ...]
    middle: tuple[float, ...]
    high: tuple[float, ...]


class Quantiles(BaseModel):
    """Sorted residuals (y) against those of a normal distribution of the same middle and spread (x)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    x: tuple[float, ...]
    y: tuple[float, ...]
    beyond: float
    """Share of residuals further than three spreads from the middle; 0.003 in a normal distribution."""


def residual_trend(values: pd.Series | np.ndarray, residual: np.ndarray, *, name: str) -> Trend | None:
    """Follow the residuals along a column.

    Parameters
    ----------
    values : Series or ndarray of shape (n_rows,)
        Numbers or times; missing ones are left out.
    residual : float64 ndarray of shape (n_rows,)
        True minus predicted.
    name : str
        The column.

    Returns
    -------
    Trend or None
        Ranges of about equally many rows; None where fewer than two have rows enough.
    """
    series = pd.Series(values)
    is_time = pd.api.types.is_datetime64_any_dtype(series)
    if is_time:
        moments = pd.to_datetime(series, utc=True).astype("datetime64[ns, UTC]")
        x = np.where(moments.isna(), np.nan, moments.astype("int64").astype(np.float64))
    else:
        x = pd.to_numeric(series, errors="coerce").to_numpy(np.float64, na_value=np.nan)
    known = np.isfinite(x) & np.isfinite(residual)
    x, off = x[known], residual[known]
    if len(np.unique(x)) < 2:
        return None
    edges = np.unique(np.quantile(x, np.linspace(0, 1, BINS + 1)[1:-1]))
    codes = np.searchsorted(edges, x, side="right")
    found = [(x[codes == code], off[codes == code]) for code in range(len(edges) + 1)]
    found = [(a, b) for a, b in found if len(a) >= FEWEST_IN_BIN]
    if len(found) < 2:
        return None
    quartiles = np.array([np.quantile(b, [0.25, 0.5, 0.75]) for _, b in found])
    return Trend(
        name=name,
        is_time=is_time,
        x=tuple(float(np.median(a)) for a, _ in found),
        rows=tuple(len(a) for a, _ in found),
        low=tuple(quartiles[:, 0].tolist()),
        middle=tuple(quartiles[:, 1].tolist()),
        high=tuple(quartiles[:, 2].tolist()),
    )


def lean(trend: Trend) -> float:
    """Return how far the middles of a trend are apart, in units of the usual spread within a range; 0 is flat."""
    spread = float(np.median(np.subtract(trend.high, trend.low)))
    return float(np.ptp(trend.middle)) / spread if spread > 0 else 0.0


def quantile_plot(residual: np.ndarray) -> Quantiles:
    """Hold residuals against a normal distribution (Wilk and Gnanadesikan 1968), at most 300 points.

    Parameters
    ----------
    residual : float64 ndarray of shape (n_rows,)
        Finite, at least one.

    Notes
    -----
    Middle and spread are the median and the scaled distance of the quartiles, which a few outliers cannot move.
    """
    from scipy.stats import norm

    ordered = np.sort(residual)
    n = len(ordered)
    quarter, middle, three = np.quantile(ordered, [0.25, 0.5, 0.75])
    spread = float(three - quarter) / 1.3489795003921634
    places = np.unique(np.rint(np.linspace(0, n - 1, min(n, MOST_POINTS - 40))).astype(int))
    # The ends tell most, so all of the outermost points stay.
    places = np.unique(np.concatenate([places, np.arange(min(20, n)), np.arange(max(n - 20, 0), n)]))
    x = middle + spread * norm.ppf((places + 0.5) / n)
    beyond = float(np.mean(np.abs(residual - middle) > 3 * spread)) if spread > 0 else 0.0
    return Quantiles(x=tuple(x.tolist()), y=tuple(ordered[places].tolist()), beyond=beyond)
