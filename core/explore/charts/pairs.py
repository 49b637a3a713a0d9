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
R_SAMPLE = 100_000


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
    part = f" WHERE hash(file_row_number) % {every} = 0" if every > 1 else ""
    cells, singles = _count(source, names, bins, found, part)
    rs, sampled = _correlations(source, names)
    coefficients = pd.DataFrame(
        [{"i": i, "j": j, "x": names[i], "y": names[j], "r": float(rs[i, j])} for i, j in found]
    )
    notes = [f"r comes from {sampled:,} of {source.rows:,} rows."] if sampled < source.rows else []
    notes += [f"Squares and bars count one row in {every}, taken at random."] if every > 1 else []
    missing = [name for name, (_, _, known) in zip(names, reaches, strict=True) if known < source.rows]
    if missing:
        notes.append(f"Rows count where both values are there; {', '.join(map(words.name, missing))} have gaps.")
    return answer(
        source,
        layers={"cells": cells, "bars": singles, "r": coefficients},
        table=coefficients[["x", "y", "r"]].rename(columns={"x": "One", "y": "Other", "r": "Correlation (r)"}),
        finding=_finding(coefficients),
        caption="Off the diagonal, darker squares hold more rows; on it stands each column's histogram.",
        shown=source.rows,
        missing=0,
        notes=tuple(notes),
        facts={
            "names": list(names),
            "bins": [b.facts() for b in bins],
            "dates": [source.is_date(name) for name in names],
        },
    )


def _count(
    source: Source, names: tuple[str, ...], bins: list[Bins], found: list[tuple[int, int]], part: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    places = ", ".join(
        f"{one.sql(source.number(name))} AS c{i}" for i, (name, one) in enumerate(zip(names, bins, strict=True))
    )
    sets = ", ".join(f"(c{i}, c{j})" for i, j in found)
    columns = ", ".join(f"c{i}" for i in range(len(names)))
    table = source.frame(
        f"SELECT {columns}, grouping({columns}) AS which, count(*) AS count FROM (SELECT {places} FROM f{part}) "
        f"GROUP BY GROUPING SETS ({sets})"
    )
    last = len(names) - 1
    everything = 2 ** len(names) - 1

    def pair_rows(i: int, j: int) -> pd.DataFrame:
        return table[table["which"] == everything - (1 << (last - i)) - (1 << (last - j))]

    cells, singles = [], []
    for i, j in found:
        rows = pair_rows(i, j).dropna(subset=[f"c{i}", f"c{j}"]).sort_values([f"c{i}", f"c{j}"])
        cells.append(
            pd.DataFrame({"i": i, "j": j, **_ends("x", rows[f"c{i}"], bins[i]), **_ends("y", rows[f"c{j}"], bins[j]),
                          "count": rows["count"].to_numpy()})
        )  # fmt: skip
    for i in range(len(names)):
        # A pair holds the rows without the other value too, so that it adds up to all of one column.
        rows = pair_rows(*next(pair for pair in found if i in pair)).groupby(f"c{i}", as_index=False)["count"].sum()
        singles.append(pd.DataFrame({"i": i, **_ends("x", rows[f"c{i}"], bins[i]), "count": rows["count"].to_numpy()}))
    return pd.concat(cells, ignore_index=True), pd.concat(singles, ignore_index=True)


def _ends(axis: str, places: pd.Series, bins: Bins) -> dict[str, np.ndarray]:
    low = bins.low + places.to_numpy(dtype=float) * bins.width
    return {f"{axis}_low": low, f"{axis}_high": low + bins.width}


def _correlations(source: Source, names: tuple[str, ...]) -> tuple[np.ndarray, int]:
    numbers = ", ".join(f"{source.number(name)} AS c{i}" for i, name in enumerate(names))
    every = max(source.rows // R_SAMPLE, 1)
    kept = f" WHERE hash(file_row_number) % {every} = 0" if every > 1 else ""
    frame = source.frame(f"SELECT {numbers} FROM f{kept}")
    return frame.corr(min_periods=3).to_numpy(), len(frame)


def _finding(coefficients: pd.DataFrame) -> str:
    known = coefficients[coefficients["r"].notna()]
    if known.empty:
        return "No two of the columns vary together"
    top = known.loc[known["r"].abs().idxmax()]
    r = f"{top['r']:.2f}".replace("-", words.MINUS)
    return f"{words.name(top['x'])} and {words.name(top['y'])} go together most (r = {r})"
