"""How shares and lists of names are said, the same in sentences of the engine and on the screens."""

from __future__ import annotations

from collections.abc import Sequence


def share(value: float) -> str:
    """Return a share as a percentage; "0 %" and "100 %" only where it is exactly that."""
    if 0 < value < 0.001:
        return "< 0.1 %"
    if 0.999 < value < 1:
        return "> 99.9 %"
    return f"{100 * value:.1f}".removesuffix(".0") + " %"


def listed(names: Sequence[str], *, most: int) -> str:
    """Name them, "a, b and c"; of more than ``most`` the first and how many more."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
