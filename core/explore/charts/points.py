"""Scatter, map and 3-D scatter: few points as they are, many as squares with counts or as a sample."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from core.errors import LatheError
from core.explore.chart_spec import ChartData, ChartKind
from core.explore.charts import words
from core.explore.charts.bins import Bins, reach, round_bins
from core.explore.charts.common import answer, extreme_row, facets, group_of
from core.explore.charts.groups import EVERYTHING, Groups, groups
from core.explore.charts.kinds import MOST_COLORS, MOST_ROWS_DRAWN
from core.explore.charts.roles import is_continuous
from core.explore.charts.source import Source
from core.explore.charts.trend import Trend, trends

MOST_SQUARES = 4500
SQUARES_ACROSS = 60


@dataclass(frozen=True)
class _Cloud:
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


def scatter(source: Source) -> ChartData:
    """Two numbers against each other, with a trend line."""
    spec = source.spec
    cloud = _cloud(source)
    limits = _limits(source, cloud)
    fits = (
        trends(source, cloud.rows(), ((limits[0] + limits[1]) / 2, (limits[2] + limits[3]) / 2))
        if source.options["trend"]
        else {}
    )
    data = _points(source, cloud, limits)
    layers = dict(data.layers)
    if fits:
        layers["trend"] = _trend_layer(fits, cloud.facet)
    lines = [
        {"facet": cloud.facet.labels[place], "equation": fit.equation, "r2": fit.r2, "n": fit.n, "slope": fit.slope,
         "intercept": fit.intercept}
        for place, fit in fits.items()
    ]  # fmt: skip
    caption = data.caption + (" The line is fitted by least squares, with its 95 % band." if fits else "")
    finding = _scatter_finding(source, fits, cloud.facet)
    facts = data.facts | {
        "trend": lines,
        "log_x": bool(source.options["log_x"]),
        "log_y": bool(source.options["log_y"]),
        "x_title": spec.x,
        "y_title": spec.y,
    }
    return _retold(data, layers=layers, caption=caption, finding=finding, facts=facts)


def geo_map(source: Source) -> ChartData:
    """Rows where they lie, in degrees."""
    spec = source.spec
    (west, east, _), (south, north, _) = reach(source, spec.x, spec.y)
    problems = [
        f"{words.name(name)} must be a {word} from -{most} to {most}. It runs from {words.number(a)} to "
        f"{words.number(b)}."
        for name, word, most, a, b in (
            (spec.x, "longitude", 180, west, east),
            (spec.y, "latitude", 90, south, north),
        )
        if a < -most or b > most
    ]
    if problems:
        raise LatheError(" ".join(problems), hint="Choose the columns of coordinates.", field="x")
    cloud = _cloud(source)
    data = _points(source, cloud, _limits(source, cloud))
    layer = data.layers.get("bins", data.layers.get("points"))
    assert layer is not None
    middle = math.radians((south + north) / 2)
    facts = data.facts | {"x_title": spec.x, "y_title": spec.y, "aspect": 1 / max(math.cos(middle), 0.2)}
    caption = (
        data.caption + " Degrees are drawn true to their length in the middle of the picture; there is no base map."
    )
    return _retold(data, finding=_map_finding(source, layer, cloud), caption=caption, facts=facts)


def scatter_3d(source: Source) -> ChartData:
    """A sample of rows as a cloud of three numbers."""
    spec, most = source.spec, int(source.options["points"] or 2000)
    names = (spec.x, spec.y, spec.z)
    reach(source, *names)
    color, value = _coloring(source)
    numbers = ", ".join(f"{source.number(n)} AS {axis}" for n, axis in zip(names, "xyz", strict=True))
    inner = f"SELECT {color.sql} AS color, {numbers}{f', {value} AS value' if value else ''}, file_row_number FROM f"
    known = "color IS NOT NULL AND x IS NOT NULL AND y IS NOT NULL AND z IS NOT NULL"
    known += " AND value IS NOT NULL" if value else ""
    drawable = int(source.one(f"SELECT count(*) FROM ({inner}) WHERE {known}")[0])
    points = source.draw(f"SELECT * FROM ({inner}) WHERE {known}", most, drawable)
    points = points.drop(columns="file_row_number").assign(color=color.name(points["color"]))
    rs = points[["x", "y", "z"]].corr().to_numpy() if len(points) > 2 else None
    return answer(
        source,
        layers={"points": points},
        table=_named_columns(points, source, spec.z),
        finding=_strongest(names, rs),
        caption="Drag to turn the cloud.",
        shown=len(points),
        missing=source.rows - drawable,
        notes=(_sampled(len(points), drawable),),
        missing_of=(*names, spec.color),
        facts={"color": color.facts(), "x_title": spec.x, "y_title": spec.y, "z_title": spec.z,
               "value_title": spec.color if value else "",
               "dates": [source.is_date(n) for n in names]},
    )  # fmt: skip


def _coloring(source: Source) -> tuple[Groups, str]:
    """Return groups, or the SQL of a number, that colour points."""
    name = source.spec.color
    if name and is_continuous(source.column(name), MOST_COLORS):
        return EVERYTHING, source.number(name)
    return groups(source, name, MOST_COLORS), ""


def _cloud(source: Source) -> _Cloud:
    color, value = _coloring(source)
    x, y = source.number(source.spec.x), source.number(source.spec.y)
    if source.options.get("log_x"):
        x = f"(CASE WHEN {x} > 0 THEN log10({x}) END)"
    if source.options.get("log_y"):
        y = f"(CASE WHEN {y} > 0 THEN log10({y}) END)"
    return _Cloud(x, y, color, facets(source), value)


def _limits(source: Source, cloud: _Cloud) -> tuple[float, float, float, float, int]:
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


def _points(source: Source, cloud: _Cloud, limits: tuple[float, float, float, float, int]) -> ChartData:
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
        notes.append(_sampled(shown, count))
        caption = "One point a row."
    layer = layers.get("bins", layers.get("points"))
    assert layer is not None
    return answer(
        source,
        layers=layers,
        table=_square_table(layer, source, cloud) if "bins" in layers else _named_columns(layer, source),
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
    source: Source, cloud: _Cloud, across: tuple[float, float], up: tuple[float, float]
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


def _squares(source: Source, cloud: _Cloud, across: Bins, up: Bins) -> pd.DataFrame:
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


def _trend_layer(fits: dict[int, Trend], facet: Groups) -> pd.DataFrame:
    return pd.concat([fit.band().assign(facet=facet.labels[place]) for place, fit in sorted(fits.items())])


def _sampled(shown: int, count: int) -> str:
    return f"{shown:,} of {count:,} rows are drawn, taken at random." if shown < count else ""


def _named_columns(points: pd.DataFrame, source: Source, z: str = "") -> pd.DataFrame:
    spec = source.spec
    names = {"x": spec.x, "y": spec.y, "z": z, "value": spec.color, "color": spec.color, "facet": spec.facet}
    table = pd.DataFrame()
    for column, name in names.items():
        if name and column in points and not (column == "color" and "value" in points):
            cells = points[column]
            dated = column in "xyz" and source.is_date(name)
            table[name] = [words.moment(v) for v in cells] if dated else cells.to_numpy()
    return table


def _square_table(squares: pd.DataFrame, source: Source, cloud: _Cloud) -> pd.DataFrame:
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


def _scatter_finding(source: Source, fits: dict[int, Trend], facet: Groups) -> str:
    x, y = words.name(source.spec.x), words.name(source.spec.y)
    if not fits:
        return f"{y} against {x}"
    if len(fits) > 1:
        top = max(fits, key=lambda place: abs(fits[place].r))
        where = group_of(source.spec.facet, facet.labels[top])
        return f"{x} and {y} go together most for {where} (r = {_r(fits[top].r)})"
    fit = next(iter(fits.values()))
    strength = abs(fit.r)
    word = "closely" if strength >= 0.7 else "loosely" if strength >= 0.3 else "hardly"
    if word == "hardly":
        return f"{x} and {y} hardly go together (r = {_r(fit.r)})"
    return f"{y} {'rises' if fit.r > 0 else 'falls'} {word} with {x} (r = {_r(fit.r)})"


def _r(value: float) -> str:
    return f"{value:.2f}".replace("-", words.MINUS)


def _map_finding(source: Source, layer: pd.DataFrame, cloud: _Cloud) -> str:
    if "x_low" in layer:
        pool = layer[layer["count"] >= min(5, layer["count"].max())] if cloud.value else layer
        top = extreme_row(pool, "value" if cloud.value else "count")
        x, y = ((float(top[f"{axis}_low"]) + float(top[f"{axis}_high"])) / 2 for axis in "xy")
        where = f"{_degrees(y, 'N', 'S')}, {_degrees(x, 'E', 'W')}"
        if cloud.value:
            return (
                f"Mean {words.name(source.spec.color)} is highest around {where} ({words.number(float(top['value']))})"
            )
        return f"Most rows of a square, {words.share(float(top['count'] / layer['count'].sum()))}, lie around {where}"
    across, up = layer["x"], layer["y"]
    return (
        f"Rows lie between {_degrees(up.min(), 'N', 'S')} and {_degrees(up.max(), 'N', 'S')}, "
        f"{_degrees(across.min(), 'E', 'W')} and {_degrees(across.max(), 'E', 'W')}"
    )


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):.1f}\N{DEGREE SIGN} {positive if value >= 0 else negative}"


def _strongest(names: tuple[str, ...], rs: object) -> str:
    import numpy as np

    if rs is None:
        return " against ".join(words.name(name) for name in names)
    table = np.abs(np.asarray(rs, dtype=float))
    np.fill_diagonal(table, -1.0)
    table = np.nan_to_num(table, nan=-1.0)
    i, j = divmod(int(table.argmax()), len(names))
    if table[i, j] < 0:
        return " against ".join(words.name(name) for name in names)
    return f"{words.name(names[i])} and {words.name(names[j])} go together most (r = {_r(float(np.asarray(rs)[i, j]))})"


def _retold(data: ChartData, **changes: object) -> ChartData:
    """Return the chart with another finding or caption, which its text for screen readers follows."""
    fresh = replace(data, **changes)  # type: ignore[arg-type]
    title = fresh.alt.partition(":")[0]
    return replace(fresh, alt=words.sentences(f"{title}: {fresh.finding}.", fresh.caption, fresh.note))
