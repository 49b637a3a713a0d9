"""What a check is, and how it says what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from core.quality.facts import Facts
from core.quality.finding import Finding, Fix
from core.types import Severity


@dataclass(frozen=True)
class Check:
    """Declaration of a check.

    Attributes
    ----------
    key, title : str
        Identity; its name for people ("Missing cells").
    looks_for, why : str
        What it looks for; why that matters.
    run : callable
        Gives the findings of a table.
    needs_target : bool
        Runs only where a target was chosen.
    """

    key: str
    title: str
    looks_for: str
    why: str
    run: Callable[[Facts], Iterable[Finding]]
    needs_target: bool = False


def finding(
    check: str,
    severity: Severity,
    title: str,
    sentence: str,
    *,
    columns: Sequence[str] = (),
    rows: int = 0,
    where: str = "",
    fixes: Sequence[Fix] = (),
    part: str = "",
) -> Finding:
    """Return a finding with its key made from check, ``part`` (of a check that finds several things) and columns."""
    about = "\x1f".join(columns)
    short = about if len(columns) == 1 and len(about) <= 60 else blake2b(about.encode(), digest_size=6).hexdigest()
    return Finding(
        key=":".join(word for word in (check, part, short) if word),
        check=check,
        severity=severity,
        title=title,
        sentence=sentence,
        columns=tuple(columns),
        rows=rows,
        where=where,
        fixes=tuple(fixes),
    )
