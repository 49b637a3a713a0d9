"""Conditions over the view ``t`` as SQL."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.query import literal, quote


def is_one_of(name: str, values: Sequence[str]) -> str:
    """Return the condition that a column's cell, as text, is one of some values."""
    return f"{quote(name)}::VARCHAR IN ({', '.join(text(value) for value in values)})"


def text(value: str) -> str:
    """Return a text as SQL; a query ends at a null character, so that it is put together from its number."""
    return literal(value) if "\0" not in value else "(" + literal(value).replace("\0", "' || chr(0) || '") + ")"


def outside(name: str, low: float | None, high: float | None) -> str:
    """Return the condition that a column's number lies outside limits, of which one may be absent."""
    parts = [f"{quote(name)} < {literal(float(low))}"] if low is not None else []
    parts += [f"{quote(name)} > {literal(float(high))}"] if high is not None else []
    return "(" + " OR ".join(parts) + ")"


def row_hash(names: Sequence[str]) -> str:
    """Return the hash of a row's cells in some columns; of none, a constant."""
    return f"hash({', '.join(quote(name) for name in names)})" if names else "0::UBIGINT"
