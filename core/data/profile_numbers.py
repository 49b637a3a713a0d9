"""Figures of one column of numbers or dates, from its values in order: sorted once, everything else follows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from core.data.kinds import example_text
from core.data.profile_types import QUANTILES, Bin, ValueCount

MOST_BINS = 20
FEWEST_BINS = 5
MOST_TOP = 10
LEAST_PEAK, MOST_PEAK = 1e-60, 1e60
"""Between them the fourth power of a number is a number; others are scaled first."""

MOST_PERIODS = 72

PERIODS = (
    ("second", "s", 1), ("minute", "m", 1), ("hour", "h", 1), ("day", "D", 1), ("week", "D", 7), ("month", "M", 1),
    ("quarter", "M", 3), ("year", "Y", 1), ("decade", "Y", 10), ("century", "Y", 100),
)  # fmt: skip
"""Lengths of a bar of dates: name, numpy's unit, how many of it."""


def describe_numbers(values: np.ndarray) -> dict[str, Any]:
    """Return the figures of a column of numbers.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        Without missing ones; may hold infinities. Sorted in place.

    Returns
    -------
    dict
        Fields of `core.data.profile_types.ColumnProfile`.
    """
    if not len(values):
        return {"unique": 0}
    values.sort()
    levels, counts = runs(values)
    finite = values if np.isfinite(values[0]) and np.isfinite(values[-1]) else values[np.isfinite(values)]
    return {
        **_levels(levels, counts, len(values)),
        "zeros": int(np.searchsorted(values, 0, "right") - np.searchsorted(values, 0, "left")),
        "negatives": int(np.searchsorted(values, 0, "left")),
        "infinite": len(values) - len(finite),
        **(_moments(finite) if len(finite) else {}),
        "histogram": _histogram(finite, levels, counts),
    }


def describe_dates(values: np.ndarray) -> dict[str, Any]:
    """Return the figures of a column of dates: datetime64[us] without NaT, of any order."""
    if not len(values):
        return {"unique": 0}
    ordered = np.sort(values.astype(np.int64))
    different, counts = runs(ordered)
    levels, seconds = different.view("datetime64[us]"), ordered / 1e6
    period, periods = _periods(levels, counts)
    edges = np.linspace(seconds[0], seconds[-1], min(MOST_BINS, len(levels)) + 1)
    return {
        **_levels(levels, counts, len(values)),
        "minimum": float(seconds[0]),
        "mean": float(seconds.mean()),
        "median": float(_quantiles(seconds, (0.5,))[0]),
        "maximum": float(seconds[-1]),
        "quantiles": tuple(map(float, _quantiles(seconds, QUANTILES))),
        "first": example_text(pd.Timestamp(ordered[0], unit="us")),
        "last": example_text(pd.Timestamp(ordered[-1], unit="us")),
        "period": period,
        "periods": periods,
        "histogram": _bars(seconds, edges, [_date_text(edge) for edge in edges]),
    }


def runs(ordered: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the different values of a sorted array and how often each stands there."""
    begins = np.empty(len(ordered), dtype=bool)
    begins[0] = True
    np.not_equal(ordered[1:], ordered[:-1], out=begins[1:])
    if begins.all():
        # Most columns of measurements: nothing is copied.
        return ordered, np.broadcast_to(np.int64(1), len(ordered))
    starts = np.flatnonzero(begins)
    return ordered[starts], np.diff(starts, append=len(ordered))


def entropy_bits(counts: np.ndarray) -> float:
    """Return the Shannon entropy of counts, in bits (Shannon 1948)."""
    total = counts.sum()
    # What occurs once adds nothing to the sum, and is most of a column of measurements.
    repeated = counts[counts > 1].astype(np.float64)
    return float(max(np.log2(total) - (repeated * np.log2(repeated)).sum() / total, 0.0))


def _levels(levels: np.ndarray, counts: np.ndarray, total: int) -> dict[str, Any]:
    """Return what follows from the different values and their counts alone."""
    if len(levels) == total and total > 1:
        facts: dict[str, Any] = {"unique": total, "entropy": float(np.log2(total))}
        return facts if total > MOST_TOP else {**facts, "top": _top(levels, counts)}
    facts = {"unique": len(levels), "entropy": entropy_bits(counts)}
    top = _top(levels, counts)
    return {**facts, "top": top, "mode": top[0].value, "mode_count": top[0].count}


def _top(levels: np.ndarray, counts: np.ndarray) -> tuple[ValueCount, ...]:
    if len(counts) > MOST_TOP:
        least = np.partition(counts, -MOST_TOP)[-MOST_TOP]
        above = np.flatnonzero(counts > least)
        places = np.concatenate((above, np.flatnonzero(counts == least)[: MOST_TOP - len(above)]))
    else:
        places = np.arange(len(counts))
    order = places[np.argsort(-counts[places], kind="stable")]
    return tuple(ValueCount(value=_text(levels[place]), count=int(counts[place])) for place in order)


def _text(value: Any) -> str:
    return example_text(pd.Timestamp(value)) if isinstance(value, np.datetime64) else example_text(float(value))


def _moments(values: np.ndarray) -> dict[str, Any]:
    """Return mean, spread and shape."""
    count = len(values)
    peak = max(abs(float(values[0])), abs(float(values[-1]))) or 1.0
    scale = 1.0 if LEAST_PEAK < peak < MOST_PEAK else peak
    scaled = values if scale == 1.0 else values / scale
    mean = min(max(float(scaled.mean()), float(scaled[0])), float(scaled[-1]))
    centred = scaled - mean
    m2 = _dot(centred, centred) / count
    std = float(np.sqrt(m2 * count / (count - 1))) if count > 1 else 0.0
    with np.errstate(over="ignore"):
        facts = {
            "minimum": float(values[0]),
            "mean": mean * scale,
            "median": float(_quantiles(values, (0.5,))[0]),
            "maximum": float(values[-1]),
            "std": std * scale,
            "variance": finite(np.float64(std * scale) ** 2),
            "quantiles": tuple(map(float, _quantiles(values, QUANTILES))),
        }
    if count > 1:
        half = _t_975(count - 1) * std / np.sqrt(count)
        facts |= {"mean_low": finite((mean - half) * scale), "mean_high": finite((mean + half) * scale)}
    if count > 2 and m2 > (1e-14 * max(abs(mean), 1e-300)) ** 2 and values[0] != values[-1]:
        squares = centred * centred
        g1 = _dot(squares, centred) / count / m2**1.5
        facts["skew"] = finite(g1 * np.sqrt(count * (count - 1)) / (count - 2))
        if count > 3:
            g2 = _dot(squares, squares) / count / m2**2 - 3
            facts["kurtosis"] = finite((count - 1) / ((count - 2) * (count - 3)) * ((count + 1) * g2 + 6))
    return facts


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    """Return the sum of products without the threads of a linear algebra library, which would fight with ours."""
    return float(np.einsum("i,i", a, b))


def _quantiles(ordered: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Return quantiles of a sorted array (Hyndman and Fan 1996, type 7) without the overflow of a difference."""
    places = np.asarray(shares) * (len(ordered) - 1)
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, len(ordered) - 1)
    part = places - below
    low, high = ordered[below], ordered[above]
    with np.errstate(over="ignore"):
        steps = low + (high - low) * part
    mixed = np.where(np.isfinite(steps), steps, low * (1 - part) + high * part)
    found: np.ndarray = np.where(low == high, low, mixed)
    return found


def _t_975(freedom: int) -> float:
    """Return the 97.5 % point of Student's t."""
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))


def _histogram(values: np.ndarray, levels: np.ndarray, counts: np.ndarray) -> tuple[Bin, ...]:
    if not len(values):
        return ()
    is_finite = len(values) and np.isfinite(levels[0]) and np.isfinite(levels[-1])
    # A look at the first ones spares the rest of a column of measurements.
    whole = bool(is_finite and _are_whole(levels[:1000]) and _are_whole(levels))
    if whole and len(levels) <= MOST_BINS:
        texts = [example_text(float(level)) for level in levels]
        return tuple(
            Bin(low=float(level), high=float(level), count=int(n), low_text=text, high_text=text)
            for level, n, text in zip(levels, counts, texts, strict=True)
        )
    with np.errstate(over="ignore"):
        width = values[-1] - values[0]
    if not np.isfinite(width):
        return ()
    edges = _edges(values, whole=whole)
    return _bars(values, edges, [example_text(float(edge)) for edge in edges])


def _are_whole(values: np.ndarray) -> bool:
    return bool((values == np.floor(values)).all())


def _edges(values: np.ndarray, *, whole: bool) -> np.ndarray:
    """Return ends of equal bars (width after Freedman and Diaconis 1981, at least 5 and at most 20 of them)."""
    low, high = float(values[0]), float(values[-1])
    if low == high:
        return np.array([low, high])
    quarter = _quantiles(values, (0.25, 0.75))
    width = 2 * float(quarter[1] - quarter[0]) / len(values) ** (1 / 3)
    wanted = int(np.clip(np.ceil((high - low) / width), FEWEST_BINS, MOST_BINS)) if width > 0 else MOST_BINS
    if whole:
        step = max(np.ceil((high - low + 1) / wanted), 1.0)
        edges: np.ndarray = low + step * np.arange(int(np.ceil((high - low + 1) / step)) + 1)
        if np.isfinite(edges).all() and len(np.unique(edges)) == len(edges) and edges[-1] > high:
            return edges
    even: np.ndarray = np.unique(np.linspace(low, high, wanted + 1))
    return even


def _bars(ordered: np.ndarray, edges: np.ndarray, texts: list[str]) -> tuple[Bin, ...]:
    """Count sorted values between edges; the last bar holds its upper end."""
    places = np.searchsorted(ordered, edges[1:-1], "left")
    counts = np.diff(np.concatenate(([0], places, [len(ordered)])))
    return tuple(
        Bin(low=float(low), high=float(high), count=int(count), low_text=low_text, high_text=high_text)
        for low, high, count, low_text, high_text in zip(
            edges[:-1], edges[1:], counts, texts[:-1], texts[1:], strict=True
        )
    )


def _periods(levels: np.ndarray, counts: np.ndarray) -> tuple[str, tuple[ValueCount, ...]]:
    """Count dates by the shortest period that needs no more than `MOST_PERIODS` bars and tells dates apart."""
    fits = [one for one in PERIODS if np.ptp(_places(levels[[0, -1]], *one)) < MOST_PERIODS]
    if fits and fits[0][0] in ("second", "minute", "hour") and (levels == levels.astype("datetime64[D]")).all():
        fits = [one for one in fits if one[0] not in ("second", "minute", "hour")]
    if not fits:
        return "", ()
    name, unit, step = fits[0]
    places = _places(levels, name, unit, step)
    first, bars = int(places[0]), int(places[-1] - places[0]) + 1
    summed = np.bincount(places - first, weights=counts, minlength=bars).astype(np.int64)
    begins = ((first + np.arange(bars)) * step - _shift(name)).astype(f"datetime64[{unit}]")
    return name, tuple(
        ValueCount(value=_period_text(begin, name), count=int(n)) for begin, n in zip(begins, summed, strict=True)
    )


def _places(moments: np.ndarray, name: str, unit: str, step: int) -> np.ndarray:
    """Number the periods that moments lie in."""
    found: np.ndarray = (moments.astype(f"datetime64[{unit}]").astype(np.int64) + _shift(name)) // step
    return found


def _shift(name: str) -> int:
    """Return by how many days weeks are moved to begin on Monday: day 0, 1 January 1970, was a Thursday."""
    return 3 if name == "week" else 0


def _period_text(begin: np.datetime64, period: str) -> str:
    text = str(begin).replace("T", " ")
    if period == "quarter":
        year, month = text.split("-")[-2:] if not text.startswith("-") else (text[:-3], text[-2:])
        return f"{year} Q{(int(month) + 2) // 3}"
    return f"{text}:00" if period == "hour" else text


def _date_text(seconds: float) -> str:
    return str(np.datetime64(int(seconds), "s").astype("datetime64[D]"))


def finite(value: float) -> float | None:
    """Return a float, None where it is not a number or has no end."""
    return float(value) if np.isfinite(value) else None
