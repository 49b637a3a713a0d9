"""How many terms a polynomial has; known without a row and without a library."""

from __future__ import annotations

MOST_TERMS = 4000
"""Most powers and products of columns that a polynomial model is made of."""


def expanded_width(columns: int, *, degree: int, products: bool) -> int:
    """Return the most terms that ``columns`` prepared columns can make."""
    pairs = columns * (columns - 1) // 2 if products and degree > 1 else 0
    return columns * degree + pairs
