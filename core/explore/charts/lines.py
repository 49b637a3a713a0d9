"""Lines and bars over time, resampled to calendar periods; lines along a number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bars import measure_sql, measure_title
from core.explore.charts.bins import Bins, exact_bins, reach
from core.explore.charts.common import answer, colors, extreme, facets, group_of, mean_interval, named
from core.explore.charts.groups import Groups
from core.explore.charts.periods import LENGTHS_S, choose_period, period_sql
from core.explore.charts.source import Source
from core.explore.charts.spread import with_groups

MOST_VALUES = 200
MOST_DRAWN = 6000


@dataclass(frozen=True)
class _Steps:
    """The steps of x: SQL of the place where a row is drawn, the width of a step, its name."""

    sql: str
    width: float
    name: str
    note: str = ""
    bins: Bins | None = None


def line(source: Source) -> ChartData:
    """An aggregate of y at each step of x, colour by colour, with the interval of a mean."""
    spec = source.spec
    aggregate = str(source.options["aggregate"])
    if spec.y:
        reach(source, spec.y)
    color, facet = colors(source), facets(source)
    steps = _steps(source, len(color.labels) * len(facet.labels))
    frame = _measure(source, steps, color, facet, aggregate)
    if spec.y and aggregate == "mean" and source.options["band"]:
        frame["low"], frame["high"] = mean_interval(frame)
    frame = named(frame, facet=facet, color=color)
    title = measure_title(spec.y, aggregate)
    return answer(
        source,
        layers={"line": frame},
        table=_table(frame, source, steps, title),
        finding=_line_finding(source, frame, title, steps),
        caption=_caption(source, steps, frame),
        shown=int(frame["n"].sum()),
        notes=(steps.note,),
        missing_of=(spec.x, spec.y, spec.color, spec.facet),
        facts=_facts(source, color, facet, steps, title)
        | {"aggregate": aggregate if spec.y else "count", "log_y": bool(source.options["log_y"])},
    )


def time_counts(source: Source) -> ChartData:
    """Rows a calendar period."""
    color, facet = colors(source), facets(source)
    steps = _steps(source, len(color.labels) * len(facet.labels), most=150)
    frame = _measure(source, steps, color, facet, "count")
    share = bool(source.options["share"])
    frame["share"] = frame["value"] / frame.groupby(["facet", "x"])["value"].transform("sum")
    frame["height"] = frame["share"] if share else frame["value"]
    frame = named(frame, facet=facet, color=color)
    total = frame.groupby("x")["value"].sum()
    top = float(extreme(total)[0])
    when = _when(top, steps)
    return answer(
        source,
        layers={"bars": frame},
        table=_table(frame, source, steps, "Rows"),
        finding=_fullest(total, steps.name, when),
        caption=f"One bar a {steps.name}; its height is the {'share' if share else 'number'} of rows.",
        shown=int(frame["n"].sum()),
        notes=(steps.note,),
        missing_of=(source.spec.x, source.spec.color, source.spec.facet),
        facts=_facts(source, color, facet, steps, "Share of rows" if share else "Rows"),
    )


def _fullest(total: pd.Series, period: str, when: str) -> str:
    """Say which period holds most rows, and that none does where several hold as many."""
    most, ties = int(total.max()), int((total == total.max()).sum())
    if len(total) == 1:
        return f"All rows fall in the {period} of {when}"
    if ties == len(total):
        return f"Each {period} that has rows has {words.counted(most, 'row')}"
    if ties > 1:
        return f"No {period} has more than {words.counted(most, 'row')}; {ties:,} have as many"
    return f"Most rows of a {period}, {most:,}, fall in {when}"


def _steps(source: Source, parts: int, *, most: int = 800) -> _Steps:
    name = source.spec.x
    low, high, _ = reach(source, name)[0]
    room = max(min(most, MOST_DRAWN // parts), 12)
    if source.is_date(name):
        period, note = choose_period(source, low, high, str(source.options["period"]), most=room)
        return _Steps(period_sql(source, name, period), LENGTHS_S[period], period, note)
    number = source.number(name)
    column = source.column(name)
    if column.unique <= min(MOST_VALUES, room) or high == low:
        return _Steps(number, 0.0, "value")
    bins = exact_bins(low, high, min(100, room))
    centre = f"CAST('{bins.low!r}' AS DOUBLE) + ({bins.sql(number)} + 0.5) * CAST('{bins.width!r}' AS DOUBLE)"
    return _Steps(
        f"(CASE WHEN {number} IS NOT NULL THEN {centre} END)",
        bins.width,
        "range",
        f"{words.name(name)} has {column.unique:,} values; they are drawn in {bins.count} ranges.",
        bins,
    )


def _measure(source: Source, steps: _Steps, color: Groups, facet: Groups, aggregate: str) -> pd.DataFrame:
    y = source.spec.y if source.spec.kind.value == "line" else ""
    value = f", {source.number(y)} AS v" if y else ""
    return source.frame(
        f"SELECT facet, color, x, {measure_sql(source, y, aggregate)} FROM (SELECT {facet.sql} AS facet, "
        f"{color.sql} AS color, {steps.sql} AS x{value} FROM f) WHERE facet IS NOT NULL AND color IS NOT NULL "
        f"AND x IS NOT NULL {'AND v IS NOT NULL' if y else ''} GROUP BY ALL ORDER BY ALL"
    )


def _facts(source: Source, color: Groups, facet: Groups, steps: _Steps, title: str) -> dict[str, object]:
    return {
        "color": color.facts(),
        "facet": facet.facts(),
        "x_title": source.spec.x,
        "y_title": title,
        "x_date": source.is_date(source.spec.x),
        "period": steps.name,
        "width": steps.width,
        "x_bins": steps.bins.facts() if steps.bins else None,
    }


def _when(value: float, steps: _Steps) -> str:
    moment = words.moment(value, steps.width)
    return {"year": moment[:4], "month": moment[:7], "quarter": f"the quarter from {moment[:7]}"}.get(
        steps.name, f"the week from {moment}" if steps.name == "week" else moment
    )


def _text(value: float, steps: _Steps, source: Source) -> str:
    return _when(value, steps) if source.is_date(source.spec.x) else words.number(value)


def _table(frame: pd.DataFrame, source: Source, steps: _Steps, title: str) -> pd.DataFrame:
    is_date = source.is_date(source.spec.x)
    table = pd.DataFrame({source.spec.x: [words.moment(v, steps.width) for v in frame["x"]] if is_date else frame["x"]})
    if title not in ("Rows", "Share of rows"):
        table[title if title not in table.columns else f"{title} (value)"] = frame["value"]
    table["Rows" if "Rows" not in table.columns else "Rows counted"] = frame["n"]
    if "low" in frame:
        table["95 % from"], table["95 % to"] = frame["low"], frame["high"]
    return with_groups(table, frame, source)


def _caption(source: Source, steps: _Steps, frame: pd.DataFrame) -> str:
    each = f"One point a {steps.name}." if steps.name != "value" else f"One point a value of {source.spec.x}."
    return words.sentences(
        each, "The band is the 95 % interval of the mean." if "low" in frame and frame["low"].notna().any() else ""
    )


def _highest(level: pd.Series, title: str, steps: _Steps, source: Source) -> str:
    at, value = extreme(level)
    return f"{title} is highest at {_text(float(at), steps, source)} ({words.number(value)})"


def _line_finding(source: Source, frame: pd.DataFrame, title: str, steps: _Steps) -> str:
    if frame.empty:
        return f"No row has a value of {words.name(source.spec.x)} and of the other columns"
    if frame["color"].nunique() > 1:
        level = (frame["value"] * frame["n"]).groupby(frame["color"]).sum() / frame.groupby("color")["n"].sum()
        return (
            f"{title} is highest for {group_of(source.spec.color, str(level.idxmax()))} "
            f"and lowest for {words.name(str(level.idxmin()), 32)}"
        )
    level = (frame["value"] * frame["n"]).groupby(frame["x"]).sum() / frame.groupby("x")["n"].sum()
    if len(level) < 3:
        return _highest(level, title, steps, source)
    # The first and the last tenth tell a lasting change from a lucky end.
    part = max(len(level) // 10, 1)
    before, after = float(level.iloc[:part].mean()), float(level.iloc[-part:].mean())
    spread = float(np.ptp(level.to_numpy()))
    if not spread or abs(after - before) < 0.1 * spread:
        return _highest(level, title, steps, source)
    change = "rises" if after > before else "falls"
    whole = "the time" if source.is_date(source.spec.x) else f"the values of {words.name(source.spec.x)}"
    ends = f"from {words.number(before)} to {words.number(after)}"
    return f"{title} {change} {ends} between the first and the last tenth of {whole}"
