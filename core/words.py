"""How shares are said, the same in sentences of the engine and on the screens."""

from __future__ import annotations


def share(value: float) -> str:
    """Return a share as a percentage; "0 %" and "100 %" only where it is exactly that."""
    if 0 < value < 0.001:
        return "< 0.1 %"
    if 0.999 < value < 1:
        return "> 99.9 %"
    return f"{100 * value:.1f}".removesuffix(".0") + " %"
