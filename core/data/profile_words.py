"""Figures of one column of words, counted where the column lies."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.data.kinds import example_text
from core.data.profile_numbers import MOST_BINS, MOST_TOP
from core.data.profile_types import Bin, ValueCount
from core.data.query import Query, quote
from core.types import ColumnKind

MOST_TERMS = 20
TERM_ROWS = 20_000
"""Cells in which words are counted; the first ones, evenly spread over the table."""

TERM_LETTERS = 2_000
"""Letters of a cell that are looked at."""

COMMON_WORDS = (
    "the", "and", "for", "are", "was", "were", "you", "your", "with", "that", "this", "have", "has", "had", "not",
    "but", "from", "they", "them", "his", "her", "she", "him", "its", "our", "will", "would", "can", "could", "been",
    "being", "what", "when", "which", "who", "how", "all", "any", "one", "than", "then", "there", "their", "into",
    "out", "about", "just", "get", "got", "let", "did", "does", "don",
)  # fmt: skip
"""English words that say nothing about what a text is about."""


def describe_words(query: Query, source: str, name: str, kind: ColumnKind, *, rows: int) -> dict[str, Any]:
    """Return the figures of a column of words.

    Parameters
    ----------
    query : Query
        Over the table.
    source : str
        The view ``t``, or a table of the connection in which the column stands beside ``file_row_number``.
    name, kind
        The column.
    rows : int
        Rows of the table.

    Returns
    -------
    dict
        Fields of `core.data.profile_types.ColumnProfile`, ``present`` (cells that are not missing) among them.
    """
    cell = f"CAST({quote(name)} AS VARCHAR)"
    unique, total, bits, shortest, letters, longest, top, lengths = query.one(
        f"""
        WITH c AS MATERIALIZED (
            SELECT {cell} AS v, count(*) AS n FROM {source} WHERE {quote(name)} IS NOT NULL GROUP BY 1
        )
        SELECT count(*), coalesce(sum(n), 0)::BIGINT, coalesce(sum(n * log2(n)), 0), min(length(v)),
               sum(n * length(v))::DOUBLE, max(length(v)),
               (SELECT list([v, n::VARCHAR]) FROM (SELECT v, n FROM c ORDER BY n DESC, v LIMIT {MOST_TOP})),
               (SELECT list([l, s]) FROM (SELECT length(v) AS l, sum(n)::BIGINT AS s FROM c GROUP BY 1 ORDER BY 1))
        FROM c
        """
    )
    if not total:
        return {"unique": 0, "present": 0}
    counted = tuple(ValueCount(value=example_text(value), count=int(n)) for value, n in top)
    facts: dict[str, Any] = {
        "present": int(total),
        "unique": int(unique),
        "entropy": max(float(np.log2(total) - bits / total), 0.0),
        "min_length": int(shortest),
        "mean_length": float(letters / total),
        "max_length": int(longest),
    }
    if unique < total or total <= MOST_TOP:
        facts["top"] = counted
    if unique < total or total == 1:
        facts |= {"mode": counted[0].value, "mode_count": counted[0].count}
    if kind is ColumnKind.TEXT:
        facts["histogram"] = _lengths(lengths)
        facts["terms"], seen = _terms(query, source, cell, rows)
        facts["sampled"] = {"terms": seen} if seen < total else {}
    return facts


def _lengths(found: list[list[int]]) -> tuple[Bin, ...]:
    lengths, counts = (np.array(values, dtype=np.float64) for values in zip(*found, strict=True))
    step = max(np.ceil((lengths[-1] - lengths[0] + 1) / MOST_BINS), 1.0)
    edges = lengths[0] + step * np.arange(int((lengths[-1] - lengths[0]) // step) + 2)
    summed, _ = np.histogram(lengths, bins=edges, weights=counts)
    return tuple(
        Bin(low=low, high=high, count=int(n), low_text=f"{low:.0f}", high_text=f"{high:.0f}")
        for low, high, n in zip(edges[:-1], edges[1:], summed, strict=True)
    )


def _terms(query: Query, source: str, cell: str, rows: int) -> tuple[tuple[ValueCount, ...], int]:
    """Return the words in most cells, and in how many cells they were looked for."""
    common = ", ".join(f"'{word}'" for word in COMMON_WORDS)
    every = max(rows // TERM_ROWS, 1)
    table = "t_rows" if source == "t" else source
    seen, terms = query.one(
        f"""
        WITH s AS MATERIALIZED (
            SELECT {cell} AS v FROM {table} WHERE file_row_number % {every} = 0 AND {cell} IS NOT NULL
        ), w AS (
            SELECT unnest(list_distinct(
                regexp_extract_all(lower(substr(v, 1, {TERM_LETTERS})), '[\\p{{L}}][\\p{{L}}\\p{{N}}]{{2,}}')
            )) AS term FROM s
        )
        SELECT (SELECT count(*) FROM s), (SELECT list([term, n::VARCHAR]) FROM (
            SELECT term, count(*) AS n FROM w WHERE term NOT IN ({common}) GROUP BY 1 ORDER BY n DESC, term
            LIMIT {MOST_TERMS}))
        """
    )
    return tuple(ValueCount(value=example_text(term), count=int(n)) for term, n in terms or ()), int(seen)
