"""Bins of a column of numbers or dates: round edges, counts, and the density curve over them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.errors import LatheError
from core.explore.charts.check import shown
from core.explore.charts.source import Source, seconds

ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
DATE_STEPS_S = (1, 5, 15, 30, 60, 300, 900, 1800, 3600, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000,
                7776000, 15552000, 31536000, 63072000, 157680000, 315360000, 630720000, 1576800000)  # fmt: skip
FINE_BINS = 512
CURVE_POINTS = 160


@dataclass(frozen=True)
class Bins:
    """Bins of equal width; each holds its lower edge, the last one its upper edge too.

    Attributes
    ----------
    low, width : float
        Lower edge of the first; width of each.
    count : int
        How many.
    is_date : bool
        The unit is seconds since 1970.
    """

    low: float
    width: float
    count: int
    is_date: bool = False

    @property
    def high(self) -> float:
        """Upper edge of the last one."""
        return self.low + self.count * self.width

    @property
    def edges(self) -> np.ndarray:
        """All edges, of shape (count + 1,)."""
        return self.low + self.width * np.arange(self.count + 1)

    def sql(self, number: str) -> str:
        """Return SQL that gives the place of a number's bin, NULL where it is NULL."""
        place = f"floor(({number} - {_double(self.low)}) / {_double(self.width)})"
        kind = "UTINYINT" if self.count <= 255 else "SMALLINT"
        # The least of a missing number and another one is the other one: what is missing must be told apart first.
        inside = f"least(greatest({place}, 0), {self.count - 1})"
        return f"(CASE WHEN {number} IS NOT NULL THEN CAST({inside} AS {kind}) END)"

    def facts(self) -> dict[str, float | int | bool]:
        """Return the bins as JSON values."""
        return {"low": self.low, "width": self.width, "count": self.count, "is_date": self.is_date}


def reach(source: Source, *names: str) -> list[tuple[float, float, int]]:
    """Return lowest value, highest value and number of values of some columns, in one pass.

    Raises
    ------
    LatheError
        Where a column has no value at all, or values too far apart to draw.
    """
    # The statistics of the Parquet file answer lowest and highest of a plain column, but not of an expression on it.
    plain = [source.plain(name) for name in names]
    parts = ", ".join(f"min({n}), max({n}), count({n})" for n in plain)
    found = source.one(f"SELECT {parts} FROM f")
    reaches = [(*map(seconds, found[3 * i : 3 * i + 2]), found[3 * i + 2]) for i in range(len(names))]
    for name, (low, high, count) in zip(names, reaches, strict=True):
        if not count:
            raise LatheError(
                f"A chart needs a value of {shown(name)}. It is missing in every row"
                + (" that the filters leave." if source.spec.filters else "."),
                hint="Choose another column.",
            )
        if not math.isfinite(high - low) or abs(high) > 1e300 or abs(low) > 1e300:
            raise LatheError(
                f"The values of {shown(name)} lie too far apart to draw: {low:.3g} to {high:.3g}.",
                hint="Look for impossible values on the Quality page.",
            )
    return [(float(low), float(high), int(count)) for low, high, count in reaches]


def round_bins(low: float, high: float, wanted: int, *, is_whole: bool = False, is_date: bool = False) -> Bins:
    """Return about ``wanted`` bins with round edges that cover ``low`` to ``high``."""
    span = high - low
    if span <= abs(low) * 1e-12:
        step = 86400.0 if is_date else 1.0
        return Bins(low - step / 2 if not is_whole else low - 0.5, step, 1, is_date)
    if is_date:
        step = float(next((s for s in DATE_STEPS_S if span / s <= wanted), _round_step(span / wanted)))
        start = math.floor(low / step) * step
    elif is_whole and span / wanted <= 1:
        # One bar a whole number, its value in the middle.
        return Bins(low - 0.5, 1.0, round(span) + 1)
    else:
        step = _round_step(span / wanted)
        step = max(math.ceil(step), 1.0) if is_whole else step
        start = math.floor(low / step) * step
    count = max(math.floor((high - start) / step) + 1, 1)
    # A highest value on the last edge belongs to the last bin.
    if (
        count > 1
        and math.isclose(start + (count - 1) * step, high, rel_tol=1e-12, abs_tol=step * 1e-9)
        and not is_whole
    ):
        count -= 1
    return Bins(start, step, count, is_date)


def exact_bins(low: float, high: float, count: int, *, is_date: bool = False) -> Bins:
    """Return ``count`` bins that end at the lowest and the highest value."""
    if high - low <= abs(low) * 1e-12:
        return round_bins(low, high, 1, is_date=is_date)
    return Bins(low, (high - low) / count, count, is_date)


def auto_count(rows: int) -> int:
    """Return a number of bins for so many rows: Rice's rule, 8 to 50."""
    return int(min(max(math.ceil(2 * rows ** (1 / 3)), 8), 50))


def density(counts: np.ndarray, low: float, high: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a density curve of binned values by a Gaussian kernel with Silverman's width.

    Parameters
    ----------
    counts : ndarray of shape (n_bins,)
        Rows a fine bin between ``low`` and ``high``.
    low, high : float
        Outer edges.

    Returns
    -------
    grid, density : ndarray of shape (n_points,)
        The area below the curve is 1. Source: B. W. Silverman, Density Estimation (1986), rule of thumb 3.31.
    """
    total, bins = counts.sum(), len(counts)
    width = (high - low) / bins
    centres = low + width * (np.arange(bins) + 0.5)
    if total < 2 or width <= 0:
        return np.array([]), np.array([])
    mean = float((counts * centres).sum() / total)
    std = math.sqrt(float((counts * (centres - mean) ** 2).sum() / (total - 1)))
    quarter, three_quarters = np.interp([0.25, 0.75], np.cumsum(counts) / total, centres + width / 2)
    scales = [s for s in (std, (three_quarters - quarter) / 1.349) if s > 0]
    if not scales:
        return np.array([]), np.array([])
    bandwidth = max(0.9 * min(scales) * total ** (-0.2), 1.5 * width)
    grid = np.linspace(low, high, CURVE_POINTS)
    kernel = np.exp(-0.5 * ((grid[:, None] - centres[None, :]) / bandwidth) ** 2)
    curve = kernel @ counts / (total * bandwidth * math.sqrt(2 * math.pi))
    return grid, curve


def _round_step(step: float) -> float:
    power = 10.0 ** math.floor(math.log10(step))
    return power * min(ROUND, key=lambda factor: abs(math.log(power * factor / step)))


def _double(value: float) -> str:
    return f"CAST('{value!r}' AS DOUBLE)"
