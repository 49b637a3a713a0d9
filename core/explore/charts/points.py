"""Scatter, map and 3-D scatter: what their points say."""

from __future__ import annotations

import math
from dataclasses import replace

import pandas as pd

from core.errors import LatheError
from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import reach
from core.explore.charts.clouds import Cloud, cloud_data, cloud_of, coloring, limits_of, named_columns, sampled
from core.explore.charts.common import answer, extreme_row, group_of
from core.explore.charts.groups import Groups
from core.explore.charts.source import Source
from core.explore.charts.trend import Trend, trends


def scatter(source: Source) -> ChartData:
    """Two numbers against each other, with a trend line."""
    spec = source.spec
    cloud = cloud_of(source)
    limits = limits_of(source, cloud)
    fits = (
        trends(source, cloud.rows(), ((limits[0] + limits[1]) / 2, (limits[2] + limits[3]) / 2))
        if source.options["trend"]
        else {}
    )
    data = cloud_data(source, cloud, limits)
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
    cloud = cloud_of(source)
    data = cloud_data(source, cloud, limits_of(source, cloud))
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
    color, value = coloring(source)
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
        table=named_columns(points, source, spec.z),
        finding=_strongest(names, rs),
        caption="Drag to turn the cloud.",
        shown=len(points),
        missing=source.rows - drawable,
        notes=(sampled(len(points), drawable),),
        missing_of=(*names, spec.color),
        facts={"color": color.facts(), "x_title": spec.x, "y_title": spec.y, "z_title": spec.z,
               "value_title": spec.color if value else "",
               "dates": [source.is_date(n) for n in names]},
    )  # fmt: skip


def _trend_layer(fits: dict[int, Trend], facet: Groups) -> pd.DataFrame:
    return pd.concat([fit.band().assign(facet=facet.labels[place]) for place, fit in sorted(fits.items())])


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
    # Only what is exactly 1 reads as 1.
    digits = next((d for d in (2, 3, 4) if abs(round(value, d)) < 1), 2 if abs(value) == 1 else 5)
    return f"{value:.{digits}f}".replace("-", words.MINUS)


def _map_finding(source: Source, layer: pd.DataFrame, cloud: Cloud) -> str:
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
