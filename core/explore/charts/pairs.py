"""Pairs: every number against every other as squares with counts, each alone as a histogram."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from core.explore.chart_spec import ChartData
from core.explore.charts import words
from core.explore.charts.bins import Bins, reach, round_bins
from core.explore.charts.common import answer
from core.explore.charts.source import Source

MOST_CELLS = 5500
MOST_COUNTED = 2_000_000
"""A longer table is counted in a sample: a million rows show every pattern that squares can show."""


def pairs(source: Source) -> ChartData:
    """Count every pair and every column in one pass over the table."""
    names = tuple(dict.fromkeys(source.spec.columns))
    reaches = reach(source, *names)
    found = list(combinations(range(len(names)), 2))
    each = int(source.options["bins"] or 20)
    each = max(5, min(each, int((MOST_CELLS / len(found)) ** 0.5)))
    bins = [
        round_bins(low, high, each, is_whole=source.is_whole(name), is_date=source.is_date(name))
        for name, (low, high, _) in zip(names, reaches, strict=True)
    ]
    every = source.rows // 1_000_000 if source.rows > MOST_COUNTED else 1
    counted = _take_in(source, names, bins, every)
    coefficients = _correlations(source, names, found)
    notes = [f"{counted:,} of {source.rows:,} rows are counted, taken at random."] if every > 1 else []
    missing = [name for name, (_, _, known) in zip(names, reaches, strict=True) if known < source.rows]
    if missing:
        gaps = "has" if len(missing) == 1 else "have"
        notes.append(f"Rows count where both values are there; {words.listed(*missing)} {gaps} gaps.")
    return answer(
        source,
        layers={"cells": _squares(source, bins, found), "bars": _bars(source, bins), "r": coefficients},
        table=coefficients[["x", "y", "r"]].rename(columns={"x": "One", "y": "Other", "r": "Correlation (r)"}),
        finding=_finding(coefficients),
        caption="Off the diagonal, brighter squares hold more rows; on it stands each column's histogram.",
        shown=counted,
        missing=0,
        notes=tuple(notes),
        facts={
            "names": list(names),
            "bins": [b.facts() for b in bins],
            "dates": [source.is_date(name) for name in names],
        },
    )


def _take_in(source: Source, names: tuple[str, ...], bins: list[Bins], every: int) -> int:
    """Make the table ``pairs`` of numbers v0, v1 ... and places c0, c1 ...; return its rows."""
    parts = [
        f"{source.number(name)} AS v{i}, {one.sql(source.number(name))} AS c{i}"
        for i, (name, one) in enumerate(zip(names, bins, strict=True))
    ]
    part = f" WHERE hash(file_row_number) % {every} = 0" if every > 1 else ""
    source.query.connection.execute(f"CREATE TEMP TABLE pairs AS SELECT {', '.join(parts)} FROM f{part}")
    return int(source.one("SELECT count(*) FROM pairs")[0])


def _squares(source: Source, bins: list[Bins], found: list[tuple[int, int]]) -> pd.DataFrame:
    parts = []
    for i, j in found:
        rows = source.frame(
            f"SELECT c{i} AS x, c{j} AS y, count(*) AS count FROM pairs WHERE c{i} IS NOT NULL AND c{j} IS NOT NULL "
            "GROUP BY ALL ORDER BY ALL"
        )
        ends = {**_ends("x", rows["x"], bins[i]), **_ends("y", rows["y"], bins[j])}
        parts.append(pd.DataFrame({"i": i, "j": j, **ends, "count": rows["count"].to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def _bars(source: Source, bins: list[Bins]) -> pd.DataFrame:
    parts = []
    for i, one in enumerate(bins):
        rows = source.frame(
            f"SELECT c{i} AS x, count(*) AS count FROM pairs WHERE c{i} IS NOT NULL GROUP BY ALL ORDER BY ALL"
        )
        parts.append(pd.DataFrame({"i": i, **_ends("x", rows["x"], one), "count": rows["count"].to_numpy()}))
    return pd.concat(parts, ignore_index=True)


def _correlations(source: Source, names: tuple[str, ...], found: list[tuple[int, int]]) -> pd.DataFrame:
    sql = ", ".join(f"regr_count(v{i}, v{j}), corr(v{i}, v{j})" for i, j in found)
    values = source.one(f"SELECT {sql} FROM pairs")
    rs = [r if n > 2 and r is not None else float("nan") for n, r in zip(values[::2], values[1::2], strict=True)]
    return pd.DataFrame(
        [{"i": i, "j": j, "x": names[i], "y": names[j], "r": r} for (i, j), r in zip(found, rs, strict=True)]
    )


def _ends(axis: str, places: pd.Series, bins: Bins) -> dict[str, np.ndarray]:
    low = bins.low + places.to_numpy(dtype=float) * bins.width
    return {f"{axis}_low": low, f"{axis}_high": low + bins.width}


def _finding(coefficients: pd.DataFrame) -> str:
    known = coefficients[coefficients["r"].notna()]
    if known.empty:
        return "No two of the columns vary together"
    top = known.iloc[int(known["r"].abs().to_numpy().argmax())]
    r = f"{top['r']:.2f}".replace("-", words.MINUS)
    return f"{words.name(top['x'])} and {words.name(top['y'])} go together most (r = {r})"
