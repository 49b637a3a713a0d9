"""A straight line through two numbers by least squares, from sums alone."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explore.charts import words
from core.explore.charts.common import t_value
from core.explore.charts.source import Source

POINTS = 60


@dataclass(frozen=True)
class Trend:
    """A fitted line and what its band needs.

    Attributes
    ----------
    slope, intercept, r, r2 : float
        Of y on x.
    n : int
        Rows.
    x_mean, sxx, residual : float
        Mean of x; sum of its squared deviations; residual standard deviation.
    low, high : float
        Lowest and highest x.
    """

    slope: float
    intercept: float
    r: float
    r2: float
    n: int
    x_mean: float
    sxx: float
    residual: float
    low: float
    high: float

    @property
    def equation(self) -> str:
        """The line as "y = 2.1 + 0.35 x"."""
        sign = "+" if self.slope >= 0 else words.MINUS
        return f"y = {words.number(self.intercept)} {sign} {words.number(abs(self.slope))} x"

    def band(self) -> pd.DataFrame:
        """Return the line and its 95 % confidence band as columns x, y, low, high.

        Source: N. R. Draper and H. Smith, Applied Regression Analysis (1998), section 3.1.
        """
        x = np.linspace(self.low, self.high, POINTS)
        y = self.intercept + self.slope * x
        spread = self.residual * np.sqrt(1 / self.n + (x - self.x_mean) ** 2 / self.sxx)
        half = t_value(np.array(self.n - 2.0)) * spread
        return pd.DataFrame({"x": x, "y": y, "low": y - half, "high": y + half})


def trends(source: Source, rows: str, about: tuple[float, float]) -> dict[int, Trend]:
    """Fit a line in every facet that has three rows and two values of x.

    Parameters
    ----------
    source : Source
        The rows.
    rows : str
        SQL that gives facet, x, y without missing ones.
    about : tuple of float
        A point amid the others: sums about it keep their digits.
    """
    x0, y0 = about
    found = source.frame(
        "SELECT facet, count(*) AS n, sum(x) AS sx, sum(y) AS sy, sum(x * x) AS sxx, sum(y * y) AS syy, "
        "sum(x * y) AS sxy, min(x) AS low, max(x) AS high FROM "
        f"(SELECT facet, x - CAST('{x0!r}' AS DOUBLE) AS x, y - CAST('{y0!r}' AS DOUBLE) AS y FROM ({rows})) "
        "GROUP BY facet"
    )
    fits = {int(place): _fit(row, x0, y0) for place, row in zip(found["facet"], found.itertuples(), strict=True)}
    return {place: fit for place, fit in fits.items() if fit is not None}


def _fit(row: object, x0: float, y0: float) -> Trend | None:
    n, sx, sy = (float(getattr(row, key)) for key in ("n", "sx", "sy"))
    sxx = float(getattr(row, "sxx")) - sx * sx / n  # noqa: B009
    syy = float(getattr(row, "syy")) - sy * sy / n  # noqa: B009
    sxy = float(getattr(row, "sxy")) - sx * sy / n  # noqa: B009
    if n < 3 or not (math.isfinite(sxx) and math.isfinite(syy)) or sxx <= 1e-12 * max(abs(sx), 1e-300):
        return None
    slope = sxy / sxx
    r = sxy / math.sqrt(sxx * syy) if syy > 0 else 0.0
    r = max(-1.0, min(1.0, r))
    residual = math.sqrt(max(syy - slope * sxy, 0.0) / (n - 2))
    x_mean, y_mean = x0 + sx / n, y0 + sy / n
    low, high = (float(getattr(row, key)) + x0 for key in ("low", "high"))
    return Trend(slope, y_mean - slope * x_mean, r, r * r, int(n), x_mean, sxx, residual, low, high)
