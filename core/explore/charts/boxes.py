"""Box plot and violin: quantiles, whiskers, far-off values and shapes, group by group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import density, exact_bins, reach
from core.explore.charts.common import answer, colors, facets, group_of, named, without_rest
from core.explore.charts.groups import EVERYTHING, Groups, groups
from core.explore.charts.source import Source
from core.explore.charts.spread import with_groups

WHISKER = 1.5
FAR_DRAWN = 400
SHAPE_BINS = 256


@dataclass(frozen=True)
class _Boxes:
    frame: pd.DataFrame
    far: pd.DataFrame
    group: Groups
    color: Groups
    facet: Groups


def box(source: Source) -> ChartData:
    """Quartiles with whiskers to the last value within 1.5 times their distance (Tukey), and values beyond."""
    found = _boxes(source, colors(source))
    by = {"facet": found.facet, "x": found.group, "color": found.color}
    frame = named(found.frame, **by)
    far = named(found.far, **by)
    outside = int(frame["outside"].sum())
    notes = (_beyond(outside, len(far)),)
    return answer(
        source,
        layers={"boxes": frame, "far": far},
        table=_table(frame, source),
        finding=_finding(source, frame),
        caption="The box holds the middle half of the rows, the line in it is the middle (median); "
        "whiskers reach to the last value within 1.5 box heights.",
        shown=int(frame["n"].sum()),
        notes=notes,
        missing_of=(source.spec.y, source.spec.x, source.spec.color, source.spec.facet),
        facts={**_facts(source, found), "log_y": bool(source.options["log_y"])},
    )


def violin(source: Source) -> ChartData:
    """Density curves of y for each group, with median and quartiles."""
    found = _boxes(source, EVERYTHING)
    by = {"facet": found.facet, "x": found.group}
    frame = named(found.frame, **by)
    shapes = named(_shapes(source, found), **by)
    return answer(
        source,
        layers={"shapes": shapes, "boxes": frame},
        table=_table(frame, source),
        finding=_finding(source, frame),
        caption="The wider the shape, the more rows have that value; the bar inside holds the middle half, "
        "the dot is the middle (median).",
        shown=int(frame["n"].sum()),
        missing_of=(source.spec.y, source.spec.x, source.spec.facet),
        facts=_facts(source, found),
    )


def _beyond(outside: int, drawn: int) -> str:
    """Say how many values lie beyond the whiskers; empty where none."""
    if not outside:
        return ""
    lie = "lies" if outside == 1 else "lie"
    some = f"; {drawn:,} of them are drawn, taken at random" if drawn < outside else ""
    return f"{words.counted(outside, 'value')} {lie} beyond the whiskers{some}."


def _boxes(source: Source, color: Groups) -> _Boxes:
    number = source.number(source.spec.y)
    reach(source, source.spec.y)
    group = groups(source, source.spec.x, int(source.options["top"] or 15), order=str(source.options["order"]))
    facet = facets(source)
    rows = (
        f"SELECT {facet.sql} AS facet, {group.sql} AS x, {color.sql} AS color, {number} AS y, file_row_number FROM f "
        f"WHERE {number} IS NOT NULL"
    )
    known = "facet IS NOT NULL AND x IS NOT NULL AND color IS NOT NULL"
    stats = source.frame(
        "SELECT facet, x, color, count(*) AS n, min(y) AS min, max(y) AS max, avg(y) AS mean, stddev_samp(y) AS sd, "
        f"quantile_cont(y, [0.25, 0.5, 0.75]) AS q FROM ({rows}) WHERE {known} GROUP BY ALL ORDER BY ALL"
    )
    quartiles = np.array(stats.pop("q").tolist(), dtype=float).reshape(-1, 3)
    stats["q1"], stats["median"], stats["q3"] = quartiles.T
    beyond = WHISKER * (stats["q3"] - stats["q1"])
    fences = stats[["facet", "x", "color"]].assign(below=stats["q1"] - beyond, above=stats["q3"] + beyond)
    joined = _fenced(source, rows, fences)
    whiskers = source.frame(
        "SELECT facet, x, color, min(y) FILTER (y >= below) AS low, max(y) FILTER (y <= above) AS high, "
        f"count(*) FILTER (y < below OR y > above) AS outside FROM {joined} GROUP BY ALL"
    )
    stats = stats.merge(whiskers, on=["facet", "x", "color"])
    outside = int(stats["outside"].sum())
    beyond_rows = f"SELECT facet, x, color, y, file_row_number FROM {joined} WHERE y < below OR y > above"
    far = source.draw(beyond_rows, FAR_DRAWN if outside else 0, outside)
    return _Boxes(stats, far.drop(columns="file_row_number"), group, color, facet)


def _fenced(source: Source, rows: str, fences: pd.DataFrame) -> str:
    """Return SQL of the rows with the fences of their group; one group needs no join."""
    if len(fences) == 1:
        below, above = float(fences["below"].iloc[0]), float(fences["above"].iloc[0])
        return f"(SELECT *, CAST('{below!r}' AS DOUBLE) AS below, CAST('{above!r}' AS DOUBLE) AS above FROM ({rows}))"
    source.query.connection.register("fences", fences)
    return f"({rows}) AS r JOIN fences USING (facet, x, color)"


def _shapes(source: Source, found: _Boxes) -> pd.DataFrame:
    number = source.number(source.spec.y)
    low, high = float(found.frame["min"].min()), float(found.frame["max"].max())
    bins = exact_bins(low, high, SHAPE_BINS)
    counts = source.frame(
        f"SELECT facet, x, bin, count(*) AS count FROM (SELECT {found.facet.sql} AS facet, {found.group.sql} AS x, "
        f"{bins.sql(number)} AS bin FROM f WHERE {number} IS NOT NULL) "
        "WHERE facet IS NOT NULL AND x IS NOT NULL GROUP BY ALL"
    )
    parts = []
    for (f, x), group in counts.groupby(["facet", "x"]):
        heights = np.bincount(group["bin"], weights=group["count"], minlength=bins.count)
        box = found.frame[(found.frame["facet"] == f) & (found.frame["x"] == x)].iloc[0]
        grid, curve = density(heights, bins.low, bins.high)
        # A shape ends where the values of its group end.
        inside = (grid >= box["min"] - bins.width) & (grid <= box["max"] + bins.width)
        parts.append(pd.DataFrame({"facet": f, "x": x, "y": grid[inside], "density": curve[inside]}))
    return pd.concat(parts, ignore_index=True)


def _facts(source: Source, found: _Boxes) -> dict[str, object]:
    return {
        "x": found.group.facts(),
        "color": found.color.facts(),
        "facet": found.facet.facts(),
        "x_title": source.spec.x,
        "y_title": source.spec.y,
        "y_date": source.is_date(source.spec.y),
    }


def _table(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    is_date = source.is_date(source.spec.y)

    def cells(column: str) -> list[object]:
        return [words.moment(v) if is_date else v for v in frame[column]]

    table = pd.DataFrame(
        {
            "Rows": frame["n"],
            "Lowest": cells("min"),
            "Lower quarter": cells("q1"),
            "Middle": cells("median"),
            "Upper quarter": cells("q3"),
            "Highest": cells("max"),
            "Mean": cells("mean"),
            "Beyond whiskers": frame["outside"],
        }
    )
    if source.spec.x:
        table.insert(0, source.spec.x if source.spec.x not in table.columns else f"{source.spec.x} (group)", frame["x"])
    return with_groups(table, frame, source)


def _finding(source: Source, frame: pd.DataFrame) -> str:
    name = words.name(source.spec.y)
    is_date = source.is_date(source.spec.y)

    def text(value: float) -> str:
        return words.moment(value, 86400.0) if is_date else words.number(value)

    by = source.spec.x or source.spec.color or source.spec.facet
    role = "x" if source.spec.x else "color" if source.spec.color else "facet"
    if not by or frame[role].nunique() < 2:
        low, high = frame["q1"].iloc[0], frame["q3"].iloc[0]
        if low == high:
            return f"At least half of the values of {name} are {text(low)}"
        return f"Half of the values of {name} lie between {text(low)} and {text(high)}"
    # Middles of the parts of a group are weighed by their rows.
    weighed = (frame["median"] * frame["n"]).groupby(frame[role]).sum() / frame.groupby(role)["n"].sum()
    weighed = without_rest(weighed)
    top, bottom = str(weighed.idxmax()), str(weighed.idxmin())
    if np.isclose(weighed.max(), weighed.min()):
        return f"The middle of {name} is {text(weighed.max())} in every group of {words.name(by)}"
    return (
        f"{name} lies highest for {group_of(by, top)} (middle {text(weighed.max())}) "
        f"and lowest for {words.name(bottom, 32)} ({text(weighed.min())})"
    )
