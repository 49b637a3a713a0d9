"""Histogram: rows by ranges of a column, with a density curve."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import FINE_BINS, Bins, auto_count, density, exact_bins, reach, round_bins
from core.explore.charts.common import answer, colors, facets, group_of, named
from core.explore.charts.groups import EVERYTHING, Groups
from core.explore.charts.source import Source

MOST_BARS = 5000
MOST_CURVES = 24
FEW_VALUES = 12
"""A curve over at most this many values would show what is not there."""
MOST_EXACT = 1_000_000
"""Quantiles of more rows are read from fine bins, with two digits."""


def histogram(source: Source) -> ChartData:
    """Count rows by bins of x, colour by colour and facet by facet."""
    name, share = source.spec.x, bool(source.options["share"])
    low, high, known = reach(source, name)[0]
    color, facet = colors(source), facets(source)
    bins = _bins(source, low, high, known, len(color.labels) * len(facet.labels))
    fine = _finer(bins)
    counts = _count(source, fine, color, facet)
    bars = counts.assign(bin=counts["bin"] // (fine.count // bins.count))
    bars = bars.groupby(["facet", "color", "bin"])["count"].sum().reset_index()
    bars["low"] = bins.low + bars["bin"] * bins.width
    bars["high"] = bars["low"] + bins.width
    totals = bars.groupby(["facet", "color"])["count"].transform("sum")
    bars["share"] = bars["count"] / totals
    shown = int(bars["count"].sum())
    layers = {"bars": named(bars, facet=facet, color=color).drop(columns="bin")}
    curves = source.options["density"] and not source.options["log_y"]
    few = source.column(name).unique <= FEW_VALUES
    if curves and not few and known > 2 and high > low and len(color.labels) * len(facet.labels) <= MOST_CURVES:
        layers["density"] = _curves(counts, fine, bins.width, color, facet, share=share)
    return answer(
        source,
        layers=layers,
        table=_table(layers["bars"], source, bins),
        finding=_finding(source, counts, fine, color),
        caption=f"Each bar is a range of {words.name(name)}; its height is the "
        + ("share of rows in it." if share else "number of rows in it."),
        shown=shown,
        notes=(_no_curve(name) if curves and few else "",),
        missing_of=(name, source.spec.color, source.spec.facet),
        facts={
            "bins": bins.facts(),
            "color": color.facts(),
            "facet": facet.facts(),
            "x_title": name,
            "y_title": "Share of rows" if share else "Rows",
            "log_y": bool(source.options["log_y"]),
            "value": "share" if share else "count",
        },
    )


def _bins(source: Source, low: float, high: float, known: int, parts: int) -> Bins:
    is_date, wanted = source.is_date(source.spec.x), int(source.options["bins"] or 0)
    most = max(MOST_BARS // parts, 4)
    if wanted:
        return exact_bins(low, high, min(wanted, most), is_date=is_date)
    return round_bins(low, high, min(auto_count(known), most), is_whole=source.is_whole(source.spec.x), is_date=is_date)


def _finer(bins: Bins) -> Bins:
    """Return bins that divide each bin by a power of two, which rounds no number to another side of an edge."""
    parts = 2 ** max(round(math.log2(FINE_BINS / bins.count)), 0)
    return Bins(bins.low, bins.width / parts, bins.count * parts, bins.is_date)


def _count(source: Source, bins: Bins, color: Groups, facet: Groups) -> pd.DataFrame:
    number = source.number(source.spec.x)
    return source.frame(
        f"SELECT facet, color, bin, count(*) AS count FROM (SELECT {facet.sql} AS facet, {color.sql} AS color, "
        f"{bins.sql(number)} AS bin FROM f WHERE {number} IS NOT NULL) "
        "WHERE facet IS NOT NULL AND color IS NOT NULL GROUP BY ALL ORDER BY ALL"
    )


def _curves(
    counts: pd.DataFrame, fine: Bins, width: float, color: Groups, facet: Groups, *, share: bool
) -> pd.DataFrame:
    parts = []
    for (f, c), group in counts.groupby(["facet", "color"]):
        heights = np.bincount(group["bin"], weights=group["count"], minlength=fine.count)
        grid, curve = density(heights, fine.low, fine.high)
        scale = width * (1.0 if share else heights.sum())
        parts.append(pd.DataFrame({"facet": f, "color": c, "x": grid, "y": curve * scale}))
    return named(pd.concat(parts, ignore_index=True), facet=facet, color=color)


def _table(bars: pd.DataFrame, source: Source, bins: Bins) -> pd.DataFrame:
    table = pd.DataFrame(
        {
            "From": [words.value_text(v, is_date=bins.is_date, step=bins.width) for v in bars["low"]],
            "To": [words.value_text(v, is_date=bins.is_date, step=bins.width) for v in bars["high"]],
            "Rows": bars["count"],
            "Share": bars["share"],
        }
    )
    return with_groups(table, bars, source)


def with_groups(table: pd.DataFrame, layer: pd.DataFrame, source: Source) -> pd.DataFrame:
    """Put the columns of colour and facet in front of a table twin, under their own names."""
    for role in ("color", "facet"):
        name = getattr(source.spec, role)
        if name:
            free = name if name not in table.columns else f"{name} ({role})"
            table.insert(0, free, layer[role].to_numpy())
    return table


def _no_curve(name: str) -> str:
    return f"{words.name(name)} has too few different values for a density curve."


def middle(counts: np.ndarray, fine: Bins, quantile: float, *, is_whole: bool) -> float:
    """Return a quantile of finely binned values."""
    cumulated = np.cumsum(counts) / counts.sum()
    if is_whole:
        return float(round(fine.low + fine.width * (int(np.searchsorted(cumulated, quantile)) + 0.5)))
    return float(np.interp(quantile, np.concatenate([[0.0], cumulated]), fine.edges))


def _finding(source: Source, counts: pd.DataFrame, fine: Bins, color: Groups) -> str:
    name, whole = words.name(source.spec.x), source.is_whole(source.spec.x)

    def text(value: float) -> str:
        return words.value_text(value, is_date=fine.is_date, step=86400.0 if fine.is_date else 0.0)

    if counts.empty:
        return f"No row has a value of {name} and a group"
    by = {
        place: np.bincount(group["bin"], weights=group["count"], minlength=fine.count)
        for place in range(len(color.labels))
        if len(group := counts[counts["color"] == place])
    }
    exact = source.rows <= MOST_EXACT
    about = "" if exact else "about "
    if len(by) > 1:
        middles = {c: middle(heights, fine, 0.5, is_whole=whole) for c, heights in by.items()}
        if exact:
            middles |= {c: q[1] for c, q in _quartiles(source, color).items()}
        top, bottom = max(middles, key=middles.__getitem__), min(middles, key=middles.__getitem__)
        return (
            f"{name} lies highest for {group_of(source.spec.color, color.labels[top])} "
            f"(middle {about}{text(middles[top])}) and lowest for {words.name(color.labels[bottom], 32)} "
            f"({text(middles[bottom])})"
        )
    heights = sum(by.values(), np.zeros(fine.count))
    if int((heights > 0).sum()) == 1:
        return f"{name} has the same value in every row"
    if source.column(source.spec.x).unique == 2 and int((heights > 0).sum()) == 2:
        top, (lowest, highest, _) = int(heights.argmax()), reach(source, source.spec.x)[0]
        value = lowest if top == int(np.flatnonzero(heights)[0]) else highest
        return f"{words.share(float(heights[top] / heights.sum()))} of the values of {name} are {text(value)}"
    if exact:
        low, _, high = next(iter(_quartiles(source, EVERYTHING).values()))
    else:
        low, high = (middle(heights, fine, quantile, is_whole=whole) for quantile in (0.25, 0.75))
    if low == high:
        return f"At least half of the values of {name} are {text(low)}"
    return f"Half of the values of {name} lie {about}between {text(low)} and {text(high)}"


def _quartiles(source: Source, color: Groups) -> dict[int, tuple[float, float, float]]:
    """Return lower quarter, middle and upper quarter of x by the place of its colour."""
    number, facet = source.number(source.spec.x), facets(source)
    found = source.frame(
        f"SELECT color, quantile_cont(y, [0.25, 0.5, 0.75]) AS q FROM (SELECT {color.sql} AS color, {facet.sql} AS "
        f"facet, {number} AS y FROM f) WHERE color IS NOT NULL AND facet IS NOT NULL AND y IS NOT NULL GROUP BY color"
    )
    return {int(place): (q[0], q[1], q[2]) for place, q in zip(found["color"], found["q"], strict=True)}
