"""Heat map: two columns against each other, counts or the mean of a third."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts import words
from core.explore.charts.bins import Bins, reach, round_bins
from core.explore.charts.common import answer, extreme_row, facets, group_of
from core.explore.charts.groups import OTHER_VALUES, groups
from core.explore.charts.roles import is_continuous
from core.explore.charts.source import Source


@dataclass(frozen=True)
class Axis:
    """One axis of a heat map: groups, or bins of numbers and dates.

    Attributes
    ----------
    sql : str
        SQL that gives the place on the axis.
    labels : tuple of str
        Words for each place.
    filters : tuple of ChartFilter
        For each, the rows that it holds.
    bins : Bins, optional
        Where the axis is cut into ranges.
    facts : dict
        What the code needs.
    """

    sql: str
    labels: tuple[str, ...]
    filters: tuple[ChartFilter, ...]
    bins: Bins | None
    facts: dict[str, object]


def heat_map(source: Source) -> ChartData:
    """Count rows, or take the mean of z, for each pair of places."""
    spec = source.spec
    if spec.z:
        reach(source, spec.z)
    across, up, facet = axis(source, spec.x), axis(source, spec.y), facets(source)
    value = f", {source.number(spec.z)} AS v" if spec.z else ""
    cells = source.frame(
        f"SELECT facet, x, y, count(*) AS count{', avg(v) AS value' if spec.z else ''} FROM (SELECT {facet.sql} AS "
        f"facet, {across.sql} AS x, {up.sql} AS y{value} FROM f) WHERE facet IS NOT NULL AND x IS NOT NULL "
        f"AND y IS NOT NULL {'AND v IS NOT NULL' if spec.z else ''} GROUP BY ALL ORDER BY ALL"
    )
    share = str(source.options["share"])
    if not spec.z:
        cells["value"] = _shares(cells, share)
    cells["facet"] = facet.name(cells["facet"])
    title = f"Mean of {spec.z}" if spec.z else "Rows" if share == "none" else "Share of rows"
    return answer(
        source,
        layers={"cells": cells},
        table=_table(cells, source, across, up, title),
        finding=_finding(cells, source, across, up),
        caption=f"The brighter the colour, the higher: {title.lower() if not spec.z else title}.",
        shown=int(cells["count"].sum()),
        missing_of=(spec.x, spec.y, spec.z, spec.facet),
        facts={
            "x": across.facts,
            "y": up.facts,
            "facet": facet.facts(),
            "x_labels": list(across.labels),
            "y_labels": list(up.labels),
            "x_title": spec.x,
            "y_title": spec.y,
            "value_title": title,
            "share": share != "none" and not spec.z,
        },
    )


def axis(source: Source, name: str) -> Axis:
    """Return a column as an axis: ranges of a continuous one, the most frequent values of another."""
    top = int(source.options["top"] or 20)
    if not is_continuous(source.column(name), top):
        found = groups(source, name, top)
        return Axis(found.sql, found.labels, found.filters, None, found.facts())
    low, high, _ = reach(source, name)[0]
    is_date = source.is_date(name)
    bins = round_bins(low, high, int(source.options["bins"] or 20), is_whole=source.is_whole(name), is_date=is_date)
    edges = bins.edges
    whole = source.is_whole(name) and bins.width == 1.0
    labels = tuple(
        words.edge(a + 0.5, 1.0)
        if whole
        else f"{words.value_text(a, is_date=is_date, step=bins.width)} to "
        f"{words.value_text(b, is_date=is_date, step=bins.width)}"
        for a, b in pairwise(edges)
    )
    kept = tuple(
        ChartFilter(column=name, low=float(a), high=float(b), high_open=i < bins.count - 1)
        for i, (a, b) in enumerate(pairwise(edges))
    )
    return Axis(bins.sql(source.number(name)), labels, kept, bins, {"column": name, "bins": bins.facts()})


def _shares(cells: pd.DataFrame, share: str) -> pd.Series:
    counts = cells["count"].astype(float)
    keys = {"all": ["facet"], "rows": ["facet", "y"], "columns": ["facet", "x"]}.get(share)
    return counts / cells.groupby(keys)["count"].transform("sum") if keys else counts


def _table(cells: pd.DataFrame, source: Source, across: Axis, up: Axis, title: str) -> pd.DataFrame:
    table = pd.DataFrame()
    if source.spec.facet:
        table[source.spec.facet] = cells["facet"]
    table[f"{source.spec.x} (across)"] = [across.labels[i] for i in cells["x"]]
    table[f"{source.spec.y} (up)"] = [up.labels[i] for i in cells["y"]]
    if title != "Rows":
        table[title] = cells["value"]
    table["Rows"] = cells["count"]
    return table


def _finding(cells: pd.DataFrame, source: Source, across: Axis, up: Axis) -> str:
    spec = source.spec
    if cells.empty:
        return f"No row has a value of both {words.name(spec.x)} and {words.name(spec.y)}"

    def where(row: pd.Series) -> str:
        at_x, at_y = across.labels[int(row["x"])], up.labels[int(row["y"])]
        return f"{group_of(spec.x, at_x)} and {group_of(spec.y, at_y)}"

    if not spec.z:
        top = extreme_row(cells, "count")
        return (
            f"The fullest pair, {words.share(float(top['count'] / cells['count'].sum()))} of the rows, has {where(top)}"
        )
    named_ones = cells[~_is_rest(cells["x"], across) & ~_is_rest(cells["y"], up)]
    cells = named_ones if len(named_ones) > 1 else cells
    # A mean of a handful of rows says little.
    enough = cells[cells["count"] >= max(5, np.quantile(cells["count"], 0.25))]
    pool = enough if len(enough) > 1 else cells
    top, bottom = extreme_row(pool, "value"), extreme_row(pool, "value", lowest=True)
    return (
        f"Mean {words.name(spec.z)} is highest for {where(top)} ({words.number(float(top['value']))}) "
        f"and lowest for {where(bottom)} ({words.number(float(bottom['value']))})"
    )


def _is_rest(places: pd.Series, one: Axis) -> pd.Series:
    return places.map(lambda place: one.labels[int(place)].endswith(OTHER_VALUES))
