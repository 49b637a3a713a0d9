"""Points of a chart: drawn as they are, counted in squares, or as a sample."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from core.errors import LatheError
from core.explore.chart_spec import ChartData, ChartKind
from core.explore.charts import words
from core.explore.charts.bins import Bins, reach, round_bins
from core.explore.charts.common import answer, facets
from core.explore.charts.groups import EVERYTHING, Groups, groups
from core.explore.charts.kind_parts import MOST_COLORS, MOST_ROWS_DRAWN
from core.explore.charts.roles import is_continuous
from core.explore.charts.source import Source

MOST_SQUARES = 4500

SQUARES_ACROSS = 60


@dataclass(frozen=True)
class Cloud:
    """Points of a chart: SQL of x and y (on their axes' scales), and what colours them."""

    x: str
    y: str
    color: Groups
    facet: Groups
    value: str
    """SQL of the number that colours a point; empty where groups do."""

    def rows(self, *, more: str = "") -> str:
        """Return SQL of the points that can be drawn."""
        value = f", {self.value} AS value" if self.value else ""
        known = " AND value IS NOT NULL" if self.value else ""
        return (
            f"SELECT * FROM (SELECT {self.facet.sql} AS facet, {self.color.sql} AS color, {self.x} AS x, {self.y} AS y"
            f"{value}{more}, file_row_number FROM f) WHERE facet IS NOT NULL AND color IS NOT NULL "
            f"AND x IS NOT NULL AND y IS NOT NULL{known}"
        )


def coloring(source: Source) -> tuple[Groups, str]:
    """Return groups, or the SQL of a number, that colour points."""
    name = source.spec.color
    if name and is_continuous(source.column(name), MOST_COLORS):
        return EVERYTHING, source.number(name)
    return groups(source, name, MOST_COLORS), ""


def cloud_of(source: Source) -> Cloud:
    """Return the points of a chart, on its logarithmic axes where it has them."""
    color, value = coloring(source)
    x, y = source.number(source.spec.x), source.number(source.spec.y)
    if source.options.get("log_x"):
        x = f"(CASE WHEN {x} > 0 THEN log10({x}) END)"
    if source.options.get("log_y"):
        y = f"(CASE WHEN {y} > 0 THEN log10({y}) END)"
    return Cloud(x, y, color, facets(source), value)


def limits_of(source: Source, cloud: Cloud) -> tuple[float, float, float, float, int]:
    """Return lowest and highest x, lowest and highest y, and how many points can be drawn; none raises `LatheError`."""
    reach(source, source.spec.x, source.spec.y)
    low_x, high_x, low_y, high_y, count = source.one(
        f"SELECT min(x), max(x), min(y), max(y), count(*) FROM ({cloud.rows()})"
    )
    if not count:
        logs = source.options.get("log_x") or source.options.get("log_y")
        raise LatheError(
            "A chart of points needs a row with all its values. No row has them all"
            + (", above zero as a logarithmic axis asks." if logs else "."),
            hint="Choose other columns or take the logarithm away." if logs else "Choose other columns.",
        )
    return low_x, high_x, low_y, high_y, count


def cloud_data(source: Source, cloud: Cloud, limits: tuple[float, float, float, float, int]) -> ChartData:
    """Return the points or their squares, with a caption and no finding yet."""
    low_x, high_x, low_y, high_y, count = limits
    asked = str(source.options["dense"])
    few = count <= MOST_ROWS_DRAWN
    # Groups cannot share a square; a number can, as its mean.
    squares = not few and (asked == "bins" or (asked == "auto" and len(cloud.color.labels) == 1))
    layers, facts, notes, shown = {}, {}, [], count
    if squares or (few and asked == "bins"):
        across = _square_bins(source, cloud, (low_x, high_x), (low_y, high_y))
        layers["bins"] = _squares(source, cloud, *across)
        facts["bins"] = {"x": across[0].facts(), "y": across[1].facts()}
        what = f"the mean of {words.name(source.spec.color)}" if cloud.value else "the number of rows"
        caption = f"Colour shows {what} in each square."
        if cloud.color.column:
            notes.append("Squares hold rows of all colours.")
    else:
        points = source.draw(cloud.rows(), MOST_ROWS_DRAWN, count)
        points = points.sort_values("file_row_number", kind="stable").drop(columns="file_row_number")
        points["facet"], points["color"] = cloud.facet.name(points["facet"]), cloud.color.name(points["color"])
        for axis in ("x", "y"):
            if source.options.get(f"log_{axis}"):
                points[axis] = 10 ** points[axis]
        layers["points"] = points.reset_index(drop=True)
        shown = len(points)
        notes.append(sampled(shown, count))
        caption = "One point a row."
    layer = layers.get("bins", layers.get("points"))
    assert layer is not None
    return answer(
        source,
        layers=layers,
        table=_square_table(layer, source, cloud) if "bins" in layers else named_columns(layer, source),
        finding="",
        caption=caption,
        shown=shown,
        missing=source.rows - count,
        notes=tuple(notes),
        missing_of=(source.spec.x, source.spec.y, source.spec.color, source.spec.facet),
        facts=facts
        | {
            "color": cloud.color.facts(),
            "facet": cloud.facet.facts(),
            "value_title": source.spec.color if cloud.value else "",
            "x_date": source.is_date(source.spec.x),
            "y_date": source.is_date(source.spec.y),
        },
    )


def _square_bins(
    source: Source, cloud: Cloud, across: tuple[float, float], up: tuple[float, float]
) -> tuple[Bins, Bins]:
    each = min(SQUARES_ACROSS, max(8, int(math.sqrt(MOST_SQUARES / len(cloud.facet.labels)))))
    is_map = source.spec.kind is ChartKind.MAP
    logs = (bool(source.options.get("log_x")), bool(source.options.get("log_y")))
    found = []
    for name, log, (low, high) in zip((source.spec.x, source.spec.y), logs, (across, up), strict=True):
        if is_map:
            # Squares of a map are as high as wide.
            span = max(across[1] - across[0], up[1] - up[0])
            width = round_bins(0.0, max(span, 1e-9), each).width
            start = math.floor(low / width) * width
            found.append(Bins(start, width, max(math.floor((high - start) / width) + 1, 1)))
        else:
            whole = source.is_whole(name) and not log
            found.append(round_bins(low, high, each, is_whole=whole, is_date=source.is_date(name)))
    return found[0], found[1]


def _squares(source: Source, cloud: Cloud, across: Bins, up: Bins) -> pd.DataFrame:
    value = ", avg(value) AS value" if cloud.value else ""
    frame = source.frame(
        f"SELECT facet, {across.sql('x')} AS i, {up.sql('y')} AS j, count(*) AS count{value} "
        f"FROM ({cloud.rows()}) GROUP BY ALL ORDER BY ALL"
    )
    for axis, place, bins in (("x", "i", across), ("y", "j", up)):
        low = bins.low + frame[place] * bins.width
        log = bool(source.options.get(f"log_{axis}"))
        frame[f"{axis}_low"] = 10**low if log else low
        frame[f"{axis}_high"] = 10 ** (low + bins.width) if log else low + bins.width
    frame["facet"] = cloud.facet.name(frame["facet"])
    return frame.drop(columns=["i", "j"])


def sampled(shown: int, count: int) -> str:
    """Say that not all points are drawn; empty where all are."""
    return f"{shown:,} of {count:,} rows are drawn, taken at random." if shown < count else ""


def named_columns(points: pd.DataFrame, source: Source, z: str = "") -> pd.DataFrame:
    """Return points under the names of their columns, for the table beside the chart."""
    spec = source.spec
    names = {"x": spec.x, "y": spec.y, "z": z, "value": spec.color, "color": spec.color, "facet": spec.facet}
    table = pd.DataFrame()
    for column, name in names.items():
        if name and column in points and not (column == "color" and "value" in points):
            cells = points[column]
            dated = column in "xyz" and source.is_date(name)
            table[name] = [words.moment(v) for v in cells] if dated else cells.to_numpy()
    return table


def _square_table(squares: pd.DataFrame, source: Source, cloud: Cloud) -> pd.DataFrame:
    table = pd.DataFrame()
    if source.spec.facet:
        table[source.spec.facet] = squares["facet"]
    for axis, name in (("x", source.spec.x), ("y", source.spec.y)):
        for end, word in (("low", "from"), ("high", "to")):
            cells = squares[f"{axis}_{end}"]
            table[f"{name} {word}"] = [words.moment(v) for v in cells] if source.is_date(name) else cells
    if cloud.value:
        table[f"Mean of {source.spec.color}"] = squares["value"]
    table["Rows"] = squares["count"]
    return table
