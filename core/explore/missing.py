"""Where cells are missing: a map of rows and columns, columns that are missing together, and what it hangs on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.query import Query, open_table, quote
from core.data.schema import Dataset
from core.explore.charts.words import counted
from core.explore.charts.words import name as short
from core.explore.encode import Encoded, Sample, read_sample
from core.explore.measures import counts_of_pairs, cramers_v
from core.store.workspace import Workspace
from core.words import share

MOST_BINS = 200
MOST_COLUMNS = 100
TOGETHER = 0.8
"""Correlation of being missing from which columns count as missing together."""

DEPENDS = 0.3
LEAST_GAP = 0.1
FEWEST_IN_GROUP = 0.01
"""Share of the rows that a group must hold to be named."""

MOST_LINKS = 10
MOST_LINKED = 40
"""Columns with missing cells for which it is asked what that hangs on, those with most."""


class MissingGroup(BaseModel):
    """Columns whose cells are missing in the same rows.

    Attributes
    ----------
    columns : tuple of str
        In file order.
    rows : int
        Rows in which all of them are missing (exact).
    sentence : str
        The same in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    rows: int
    sentence: str


class MissingLink(BaseModel):
    """A column that is missing more often for some values of another.

    Attributes
    ----------
    column, other : str
        The column with missing cells; the one that it hangs on.
    strength : float
        Cramer's V without bias between being missing and the other column's groups.
    sentence : str
        The same in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    other: str
    strength: float
    sentence: str


class MissingMap(BaseModel):
    """Shares of missing cells along the table.

    Attributes
    ----------
    columns : tuple of str
        Columns with missing cells, in file order; the 100 with most of them at most.
    shares : tuple of tuples of float
        For each column, the share of missing cells in each bin of rows; counted over every row.
    starts : tuple of int
        First row of each bin, counted from 0; at most 200 bins.
    totals : tuple of int
        Missing cells of each column.
    groups : tuple of MissingGroup
        Columns missing together.
    links : tuple of MissingLink
        What being missing hangs on, strongest first.
    rows : int
        Rows of the table.
    note : str
        What was left out or sampled, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    starts: tuple[int, ...]
    totals: tuple[int, ...]
    groups: tuple[MissingGroup, ...] = ()
    links: tuple[MissingLink, ...] = ()
    rows: int
    note: str = ""

    def only(self, names: Sequence[str]) -> MissingMap:
        """Return the map of some of its columns alone, without groups and links."""
        places = [place for place, column in enumerate(self.columns) if column in names]
        return MissingMap(
            columns=tuple(self.columns[place] for place in places),
            shares=tuple(self.shares[place] for place in places),
            starts=self.starts,
            totals=tuple(self.totals[place] for place in places),
            rows=self.rows,
        )


def missing_map(workspace: Workspace, dataset: Dataset, *, sample: Sample | None = None) -> MissingMap:
    """Count missing cells in bins of rows and find columns that are missing together.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    sample : Sample, optional
        Rows that were read before, holding every column; patterns are found in them and counted in all rows.

    Returns
    -------
    MissingMap
        Without columns where nothing is missing.
    """
    holed = [column for column in dataset.columns if column.missing]
    most = sorted(holed, key=lambda column: -column.missing)[:MOST_COLUMNS]
    names = [column.name for column in holed if column in most]
    if not names or not dataset.rows:
        return MissingMap(columns=(), shares=(), starts=(), totals=(), rows=dataset.rows)
    found = sample or read_sample(workspace, dataset)
    with open_table(workspace, dataset) as query:
        starts, counts, shares = _counted(query, names, dataset.rows)
        groups = _groups(query, [found.columns[name] for name in names])
    note = (
        f"{len(names)} of {len(holed):,} columns with missing cells, those with most." if holed[MOST_COLUMNS:] else ""
    )
    return MissingMap(
        columns=tuple(names),
        shares=tuple(tuple(map(float, row)) for row in shares),
        starts=tuple(starts),
        totals=tuple(counts),
        groups=groups,
        links=_links(found, [name for name in names if not any(name in group.columns[1:] for group in groups)]),
        rows=dataset.rows,
        note=note,
    )


def _counted(query: Query, names: Sequence[str], rows: int) -> tuple[list[int], list[int], np.ndarray]:
    bins = min(MOST_BINS, rows)
    cells = ", ".join(f"count({quote(name)})" for name in names)
    found = np.array(
        query.rows(
            f"SELECT (file_row_number * {bins}) // {rows} AS bin, min(file_row_number), count(*), {cells} "
            "FROM t_rows GROUP BY 1 ORDER BY 1"
        ),
        dtype=np.int64,
    )
    missing = found[:, [2]] - found[:, 3:]
    return found[:, 1].tolist(), missing.sum(axis=0).tolist(), (missing / found[:, [2]]).T


def _groups(query: Query, columns: Sequence[Encoded]) -> tuple[MissingGroup, ...]:
    """Join columns whose being missing is correlated, and count the rows in which all of a group are missing."""
    flags = np.column_stack([~column.known for column in columns]).astype(np.float64)
    spread = flags.std(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        centred = (flags - flags.mean(axis=0)) / spread
        together = (centred.T @ centred) / max(len(flags), 1)
    left = [place for place in range(len(columns)) if spread[place] > 0]
    groups = []
    while left:
        first = left[0]
        joined = [place for place in left if place == first or together[first, place] >= TOGETHER]
        left = [place for place in left if place not in joined]
        if len(joined) > 1:
            groups.append(tuple(columns[place].name for place in joined))
    return tuple(sorted((_group(query, names) for names in groups), key=lambda group: -group.rows))


def _group(query: Query, names: tuple[str, ...]) -> MissingGroup:
    condition = " AND ".join(f"{quote(name)} IS NULL" for name in names)
    rows = int(query.one(f"SELECT count(*) FROM t WHERE {condition}")[0])
    listed = ", ".join(short(name, 40) for name in names[:4])
    more = f" and {len(names) - 4:,} more" if len(names) > 4 else ""
    return MissingGroup(
        columns=names, rows=rows, sentence=f"{listed}{more} are missing together in {counted(rows, 'row')}."
    )


def _links(sample: Sample, names: Sequence[str]) -> tuple[MissingLink, ...]:
    found = []
    others = sample.usable()
    for name in sorted(names, key=lambda name: int(sample.columns[name].known.sum()))[:MOST_LINKED]:
        missing = (~sample.columns[name].known).astype(np.int64)
        if not 5 <= missing.sum() <= len(missing) - 5:
            continue
        best = max(
            ((_hangs(missing, other), other) for other in others if other.name != name),
            key=lambda pair: pair[0],
            default=None,
        )
        if best is not None and best[0] >= DEPENDS:
            found.append(_link(name, missing, best[1], best[0]))
    return tuple(sorted((link for link in found if link is not None), key=lambda link: -link.strength)[:MOST_LINKS])


def _hangs(missing: np.ndarray, other: Encoded) -> float:
    return float(np.nan_to_num(cramers_v(counts_of_pairs(missing, other.codes, 2, other.groups))))


def _link(name: str, missing: np.ndarray, other: Encoded, strength: float) -> MissingLink | None:
    table = counts_of_pairs(missing, other.codes, 2, other.groups)
    sums = table.sum(axis=0)
    large = np.flatnonzero(sums >= max(FEWEST_IN_GROUP * sums.sum(), 1))
    rates = table[1, large] / sums[large]
    if not len(large) or np.ptp(rates) < LEAST_GAP:
        return None
    high, low = int(np.argmax(rates)), int(np.argmin(rates))
    sentence = (
        f"{short(name)} is missing in {share(float(rates[high]))} of the rows where {short(other.name)} "
        f"{other.group_text(int(large[high]))}, in {share(float(rates[low]))} where it "
        f"{other.group_text(int(large[low]))}."
    )
    return MissingLink(column=name, other=other.name, strength=strength, sentence=sentence)
