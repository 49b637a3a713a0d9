"""What the compiling functions share."""

from __future__ import annotations

from collections.abc import Iterable

from core.data.names import PLACE, sql_name
from core.errors import LatheError
from core.shape.flow import Flow

HERE = "core.shape.steps"


def ids(flow: Flow, names: Iterable[str]) -> list[str]:
    """Return the identifiers of columns."""
    return [flow.field(name).id for name in names]


def new_name(flow: Flow, name: str, *, field: str = "name") -> str:
    """Return a name for a new column, trimmed; refuse one that is there already."""
    fresh = name.strip()
    if fresh in flow.names:
        raise LatheError(
            f"The new column must have a name of its own; there is a column {fresh!r} already.",
            hint="Choose another name.",
            field=field,
        )
    return fresh


def free_name(names: Iterable[str], wanted: str) -> str:
    """Return ``wanted``, or with _2, _3 ... where it is taken."""
    taken = {PLACE, *map(sql_name, names)}
    name, number = wanted, 1
    while sql_name(name) in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def listed(values: Iterable[object], most: int = 5) -> str:
    """Return values as text, the first few of them."""
    texts = [repr(v) if isinstance(v, str) else str(v) for v in values]
    rest = len(texts) - most
    return ", ".join(texts[:most]) + (f" and {rest:,} more" if rest > 0 else "")
