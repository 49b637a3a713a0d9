"""What a forecast warns of, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import ColumnSchema
from core.prepare.forecast_types import FamilyForecast
from core.types import ColumnKind
from core.words import duration
from core.words import size as spoken_size

WIDE = 200
"""One column of the table that becomes more columns than this is pointed out."""

_SLOW_S = 120.0
_MORE_COLUMNS_THAN = 1.0
_FAMILY_WORDS = {"linear": "linear models and nearest neighbours", "trees": "trees", "networks": "networks"}


def warnings_of(
    families: Sequence[FamilyForecast], columns: Sequence[ColumnSchema], rows: int, free: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the warnings, and the roots that are worth making narrower, the widest first."""
    said: dict[str, None] = {}
    roots: dict[str, int] = {}
    levels = {column.name: column.unique for column in columns if column.kind is not ColumnKind.TEXT}
    for one in families:
        for root, width in one.widest:
            if width > WIDE:
                roots[root] = max(width, roots.get(root, 0))
                said.setdefault(_wide(root, width, levels.get(root, 0), rows))
        if not one.fits_memory:
            said.setdefault(
                f"For {_FAMILY_WORDS[one.family]} about {spoken_size(one.peak_bytes)} of memory are needed; "
                f"{spoken_size(free)} are free on this machine."
            )
        if one.seconds_per_fit > _SLOW_S:
            said.setdefault(
                f"For {_FAMILY_WORDS[one.family]} preparing the rows of one fold takes about "
                f"{duration(one.seconds_per_fit)}."
            )
    most = max((one.width for one in families), default=0)
    if rows and most > _MORE_COLUMNS_THAN * rows and most > WIDE:
        said.setdefault(f"There would be {most:,} columns for {rows:,} rows: models would learn noise by heart.")
    if any(not one.fits_memory or one.seconds_per_fit > _SLOW_S for one in families):
        for root, width in _leading(families):
            roots.setdefault(root, width)
    return tuple(said), tuple(sorted(roots, key=lambda root: -roots[root]))


def _wide(root: str, width: int, levels: int, rows: int) -> str:
    size = spoken_size(8 * rows * width)
    if levels >= width:
        return f"{root} has {levels:,} different values: it would make {width:,} columns ({size} as a full matrix)."
    return f"{root} would make {width:,} columns ({size} as a full matrix)."


def _leading(families: Sequence[FamilyForecast]) -> list[tuple[str, int]]:
    return [pair for one in families for pair in one.widest[:2] if pair[1] > 1]
