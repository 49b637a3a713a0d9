"""Parallel coordinates: a sample of rows, each a line through its values in many columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import reach
from core.explore.charts.common import answer, colors
from core.explore.charts.groups import groups
from core.explore.charts.roles import is_continuous
from core.explore.charts.source import Source

MOST_LEVELS = 12


def parallel(source: Source) -> ChartData:
    """Draw rows at random; each axis runs from the lowest to the highest value of its column."""
    names = tuple(dict.fromkeys(source.spec.columns))
    color = colors(source)
    axes, parts = [], []
    for place, name in enumerate(names):
        if is_continuous(source.column(name), MOST_LEVELS):
            low, high, _ = reach(source, name)[0]
            axes.append({"column": name, "low": low, "high": high, "is_date": source.is_date(name), "labels": []})
            parts.append(f"{source.number(name)} AS v{place}")
        else:
            found = groups(source, name, MOST_LEVELS)
            axes.append({"column": name, "low": 0.0, "high": float(max(len(found.labels) - 1, 1)), "is_date": False,
                         "labels": list(found.labels), "groups": found.facts()})  # fmt: skip
            parts.append(f"{found.sql} AS v{place}")
    known = " AND ".join(["color IS NOT NULL", *(f"v{place} IS NOT NULL" for place in range(len(names)))])
    inner = f"SELECT {color.sql} AS color, {', '.join(parts)}, file_row_number FROM f"
    complete = int(source.one(f"SELECT count(*) FROM ({inner}) WHERE {known}")[0])
    most = int(source.options["lines"] or 500)
    lines = source.draw(f"SELECT * FROM ({inner}) WHERE {known}", most, complete)
    lines = lines.drop(columns="file_row_number").astype({f"v{i}": float for i in range(len(names))})
    finding = _finding(source, lines, names)
    lines["color"] = color.name(lines["color"])
    return answer(
        source,
        layers={"lines": lines},
        table=_table(lines, axes, source),
        finding=finding,
        caption="Each line is a row; each axis runs from the lowest to the highest value of its column.",
        shown=len(lines),
        missing=source.rows - complete,
        notes=(f"{len(lines):,} of {complete:,} rows are drawn, taken at random." if len(lines) < complete else "",),
        missing_of=(*names, source.spec.color),
        facts={"axes": axes, "color": color.facts()},
    )


def _table(lines: pd.DataFrame, axes: list[dict[str, object]], source: Source) -> pd.DataFrame:
    table = pd.DataFrame()
    for place, axis in enumerate(axes):
        labels = axis["labels"]
        cells = lines[f"v{place}"]
        if isinstance(labels, list) and labels:
            table[str(axis["column"])] = [labels[int(v)] for v in cells]
        else:
            table[str(axis["column"])] = [words.moment(v) for v in cells] if axis["is_date"] else cells
    if source.spec.color and source.spec.color not in table.columns:
        table.insert(0, source.spec.color, lines["color"])
    return table


def _finding(source: Source, lines: pd.DataFrame, names: tuple[str, ...]) -> str:
    values = lines[[f"v{place}" for place in range(len(names))]]
    if len(lines) < 3:
        return f"{words.counted(len(lines), 'row')} across {len(names)} columns"
    if source.spec.color:
        # Share of a column's spread that lies between the colours (correlation ratio).
        within = values.groupby(lines["color"]).transform(lambda part: part - part.mean()).var(ddof=0)
        total = values.var(ddof=0)
        ratio = (1 - within / total.where(total > 0)).to_numpy()
        if np.isfinite(ratio).any():
            best = int(np.nanargmax(ratio))
            return f"{words.name(names[best])} tells the groups of {words.name(source.spec.color)} apart best"
    table = values.corr().abs().to_numpy(copy=True)
    np.fill_diagonal(table, np.nan)
    if not np.isfinite(table).any():
        return f"{words.counted(len(lines), 'row')} across {len(names)} columns"
    i, j = divmod(int(np.nanargmax(table)), len(names))
    return f"{words.name(names[i])} and {words.name(names[j])} go together most"
