"""Bars: rows or a number for each value of a column; stacked and grouped by a second one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import reach
from core.explore.charts.common import (
    answer,
    colors,
    extreme,
    extreme_row,
    facets,
    group_of,
    mean_interval,
    named,
    share_interval,
    without_rest,
)
from core.explore.charts.groups import EVERYTHING, OTHER_VALUES, Groups, groups
from core.explore.charts.source import Source
from core.explore.charts.spread import with_groups

AGGREGATE_WORDS = {
    "mean": "Mean of",
    "median": "Middle (median) of",
    "sum": "Sum of",
    "min": "Lowest",
    "max": "Highest",
    "count": "Rows with",
}
PARTS = ["facet", "x", "color"]


def bars(source: Source) -> ChartData:
    """One bar a value of x."""
    return _build(source, EVERYTHING, str(source.options["aggregate"]), within="facet")


def grouped(source: Source) -> ChartData:
    """Bars of a second column side by side."""
    return _build(source, colors(source), str(source.options["aggregate"]), within="x")


def stacked(source: Source) -> ChartData:
    """Bars cut into the parts of a second column; counts or sums, which add up."""
    return _build(source, colors(source), "sum", within="x")


def measure_sql(source: Source, y: str, aggregate: str) -> str:
    """Return the columns of an aggregate: n, value, and mean and sd where a mean is shown."""
    if not y:
        return "count(*) AS n, CAST(count(*) AS DOUBLE) AS value"
    value = {"mean": "avg(v)", "median": "median(v)", "sum": "sum(v)", "min": "min(v)", "max": "max(v)"}.get(
        aggregate, "CAST(count(v) AS DOUBLE)"
    )
    more = ", avg(v) AS mean, stddev_samp(v) AS sd" if aggregate == "mean" else ""
    return f"count(v) AS n, {value} AS value{more}"


def measure_title(y: str, aggregate: str, *, share: bool = False) -> str:
    """Return the title of the axis of an aggregate."""
    if not y:
        return "Share of rows" if share else "Rows"
    return f"{'Share of the sum of' if share and aggregate == 'sum' else AGGREGATE_WORDS[aggregate]} {y}"


def _build(source: Source, color: Groups, aggregate: str, *, within: str) -> ChartData:
    y = source.spec.y
    if y:
        reach(source, y)
    order = str(source.options["order"])
    group = groups(source, source.spec.x, int(source.options["top"] or 15), order=order)
    facet = facets(source)
    share = bool(source.options["share"]) and (not y or aggregate in ("sum", "count"))
    frame = _measure(source, group, color, facet, aggregate)
    keys = ["facet", "x"] if within == "x" else ["facet"]
    total = frame.groupby(keys)["value"].transform("sum")
    frame["share"] = frame["value"] / total.where(total != 0)
    frame["low"], frame["high"] = _interval(frame, aggregate, total.to_numpy(), y, share=share)
    if not group.ordered and order != "name":
        group, frame = _by_size(group, frame)
    frame["height"] = frame["share"] if share else frame["value"]
    frame = named(frame, facet=facet, x=group, color=color)
    drawn = int(frame["n"].sum())
    title = measure_title(y, aggregate, share=share)
    shares_only = y and source.options["share"] and not share
    return answer(
        source,
        layers={"bars": frame},
        table=_table(frame, source, title),
        finding=_finding(source, frame, title, aggregate, share=share),
        caption=_caption(source, title, aggregate, share=share),
        shown=drawn,
        notes=("Shares are drawn of counts and sums alone.",) if shares_only else (),
        missing_of=(source.spec.x, y, source.spec.color, source.spec.facet),
        facts={
            "x": group.facts(),
            "color": color.facts(),
            "facet": facet.facts(),
            "x_title": source.spec.x,
            "y_title": title,
            "share": share,
            "aggregate": aggregate if y else "count",
        },
    )


def _measure(source: Source, group: Groups, color: Groups, facet: Groups, aggregate: str) -> pd.DataFrame:
    y = source.spec.y
    value = f", {source.number(y)} AS v" if y else ""
    return source.frame(
        f"SELECT facet, x, color, {measure_sql(source, y, aggregate)} FROM (SELECT {facet.sql} AS facet, "
        f"{group.sql} AS x, {color.sql} AS color{value} FROM f) "
        f"WHERE facet IS NOT NULL AND x IS NOT NULL AND color IS NOT NULL {'AND v IS NOT NULL' if y else ''} "
        "GROUP BY ALL ORDER BY ALL"
    )


def _interval(
    frame: pd.DataFrame, aggregate: str, total: np.ndarray, y: str, *, share: bool
) -> tuple[np.ndarray, np.ndarray]:
    if y and aggregate == "mean":
        return mean_interval(frame)
    if share and not y:
        return share_interval(frame["n"].to_numpy(), total)
    nothing = np.full(len(frame), np.nan)
    return nothing, nothing


def _by_size(group: Groups, frame: pd.DataFrame) -> tuple[Groups, pd.DataFrame]:
    """Put the largest bar first, the rest of the values last."""
    size = frame.groupby("x")["value"].sum().reindex(range(len(group.labels)), fill_value=0.0)
    places = list(range(len(group.labels) - group.has_rest))
    order = sorted(places, key=lambda place: -float(size[place]))
    order += [len(group.labels) - 1] if group.has_rest else []
    fresh = {old: new for new, old in enumerate(order)}
    again = Groups(
        group.column,
        group.sql,
        tuple(group.labels[i] for i in order),
        tuple(group.filters[i] for i in order),
        group.has_rest,
        tuple(group.values[i] for i in order if i < len(group.values)),
        group.edges,
    )
    return again, frame.assign(x=frame["x"].map(fresh)).sort_values(PARTS).reset_index(drop=True)


def _table(frame: pd.DataFrame, source: Source, title: str) -> pd.DataFrame:
    table = pd.DataFrame({source.spec.x: frame["x"]})
    free = title if title not in table.columns else f"{title} (value)"
    if source.spec.y:
        table[free] = frame["value"]
    table["Rows" if "Rows" not in table.columns else "Rows counted"] = frame["n"]
    if not source.spec.y:
        table["Share" if "Share" not in table.columns else "Share of rows"] = frame["share"]
    if frame["low"].notna().any():
        table["95 % from"], table["95 % to"] = frame["low"], frame["high"]
    return with_groups(table, frame, source)


def _caption(source: Source, title: str, aggregate: str, *, share: bool) -> str:
    if source.spec.color:
        each = "Each bar is cut" if source.spec.kind.value == "stacked_bars" else "The bars of each value are split"
        start = f"{each} by {words.name(source.spec.color)}."
    else:
        start = f"One bar a value of {words.name(source.spec.x)}."
    lines = source.spec.kind.value != "stacked_bars" and ((source.spec.y and aggregate == "mean") or share)
    return words.sentences(start, "Thin lines are 95 % intervals." if lines else "")


def _finding(source: Source, frame: pd.DataFrame, title: str, aggregate: str, *, share: bool) -> str:
    x = source.spec.x
    if frame.empty:
        return f"No row has a value of {words.name(x)} and of the other columns"
    if source.spec.color and not source.spec.y:
        found = _differs_most(source, frame)
        if found:
            return found
    known = frame[frame["value"].notna()]
    if not source.spec.y and not source.spec.color:
        every = known.groupby("x", sort=False)["value"].sum()
        count = without_rest(every)
        return f"{words.share(float(count.max() / every.sum()))} of the rows have {group_of(x, str(count.idxmax()))}"
    named_ones = known[~known["x"].str.endswith(OTHER_VALUES)]
    known = named_ones if len(named_ones) > 1 else known
    role = "x" if known["x"].nunique() > 1 or not source.spec.color else "color"
    if known[role].nunique() < 2:
        return f"{title} is {words.number(float(known['value'].iloc[0]))} for {group_of(x, str(known['x'].iloc[0]))}"
    top, bottom = extreme_row(known, "height"), extreme_row(known, "height", lowest=True)

    def figure(row: pd.Series) -> str:
        height = float(row["height"])
        return words.share(height) if share else words.number(height)

    def where(row: pd.Series) -> str:
        parts = [group_of(x, str(row["x"]))] + ([group_of(source.spec.color, row["color"])] if row["color"] else [])
        return " and ".join(parts)

    if top["height"] == bottom["height"]:
        return f"{title} is {figure(top)} for every group"
    return f"{title} is highest for {where(top)} ({figure(top)}) and lowest for {where(bottom)} ({figure(bottom)})"


def _differs_most(source: Source, frame: pd.DataFrame) -> str:
    """Say which part of the bars differs most from bar to bar."""
    counts = frame.pivot_table(index="x", columns="color", values="value", aggfunc="sum", fill_value=0.0, sort=False)
    enough = counts[counts.sum(axis=1) >= 5]
    if len(enough) < 2 or len(counts.columns) < 2:
        return ""
    shares = enough.div(enough.sum(axis=1), axis=0)
    part, _ = extreme(shares.max() - shares.min())
    (top, most), (bottom, least) = extreme(shares[part]), extreme(shares[part], lowest=True)
    return (
        f"{group_of(source.spec.color, part)} makes up {words.share(most)} of {group_of(source.spec.x, top)} "
        f"and {words.share(least)} of {words.name(bottom, 32)}"
    )
