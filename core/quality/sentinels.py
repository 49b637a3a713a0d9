"""Numbers that stand for "not known": they look like codes, and lie apart from all other values of their column."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.data.profile import TableProfile
from core.data.query import Query, quote
from core.data.schema import ColumnSchema

SENTINELS = frozenset({-1.0, -7.0, -8.0, -9.0, -77.0, -88.0, -99.0, -888.0, -999.0, -9999.0, -99999.0, -999999.0}) | {
    *(float(digit * width) for digit in "789" for width in (3, 4, 5, 6)),
    *(99.0, 88.0, 77.0, 98.0, 97.0, 998.0, 997.0, 9998.0, 9997.0),
}  # fmt: skip

FAR = 0.25
"""A code lies further from the other values than this part of their spread (5th to 95th percentile)."""

FEWEST_VALUES = 8


@dataclass(frozen=True)
class Codes:
    """The codes of a column, the rows that hold them, and the ends of its other values."""

    values: tuple[float, ...]
    rows: int
    low: float
    high: float


def find_codes(query: Query, profile: TableProfile, columns: Iterable[ColumnSchema]) -> dict[str, Codes]:
    """Return for each column of numbers that has them the codes that most likely mean missing."""
    found = {}
    for column in columns:
        figures = profile.column(column.name)
        if figures.minimum is None or figures.maximum is None or not {figures.minimum, figures.maximum} & SENTINELS:
            continue
        # Where every other whole number occurs, none lies apart.
        is_dense = figures.unique > 0.5 * (figures.maximum - figures.minimum) and figures.minimum >= 0
        if figures.unique > FEWEST_VALUES and not is_dense:
            codes = _codes(query.rows(_SQL.format(cell=quote(column.name), codes=_LISTED)))
            if codes is not None:
                found[column.name] = codes
    return found


_LISTED = ", ".join(str(int(value)) for value in sorted(SENTINELS))

_SQL = """
WITH c AS (SELECT {cell}::DOUBLE v, count(*) n FROM t WHERE {cell} IS NOT NULL GROUP BY 1),
     r AS (SELECT * FROM c WHERE v NOT IN ({codes}))
SELECT v, n, (SELECT min(v) FROM r), (SELECT max(v) FROM r),
       (SELECT quantile_cont(v, 0.95) - quantile_cont(v, 0.05) FROM r), (SELECT count(*) FROM r)
FROM c WHERE v IN ({codes})
"""


def _codes(rows: list[tuple[float, int, float | None, float, float, int]]) -> Codes | None:
    values, count = [], 0
    ends = (0.0, 0.0)
    for value, n, low, high, spread, others in rows:
        if low is None or others < FEWEST_VALUES or low <= value <= high:
            continue
        ends = (low, high)
        gap = low - value if value < low else value - high
        alone_below_zero = value < 0 <= low and n >= 3
        if alone_below_zero or (gap > FAR * max(spread, 1e-12) and (n >= 2 or abs(value) >= 99)):
            values.append(value)
            count += int(n)
    return Codes(tuple(sorted(values)), count, *ends) if values else None
