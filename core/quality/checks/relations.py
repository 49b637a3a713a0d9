"""Columns that say the same, and columns that follow from another."""

from __future__ import annotations

import warnings
from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from core.data.query import quote
from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import NUMBERS, Facts
from core.quality.finding import Finding
from core.quality.words import counted, listed, verb
from core.types import ColumnKind, Severity

SAME = 0.995
"""Columns of numbers with a stronger correlation say the same."""

MOST_NUMBERS = 500
MOST_WORDS = 120
FEWEST_ROWS = 20
ROWS_PER_VALUE = 5
FIRST_LOOK = 2_000
MOST_MISSING = 0.3


def copies(facts: Facts) -> Iterator[Finding]:
    """Find columns that can be turned into one another: copies, recodings, other units."""
    places = {name: place for place, name in enumerate(facts.dataset.column_names)}
    groups = [sorted(group, key=places.__getitem__) for group in _merged([*_recoded(facts), *_in_line(facts)])]
    if not groups:
        return
    extra = [name for group in groups for name in group[1:]]
    said = [f"{listed(group)}" for group in groups]
    yield finding(
        "copies",
        Severity.WATCH,
        f"{listed(groups[0], 3)} say the same" if len(groups) == 1 else f"{len(groups)} groups of columns say the same",
        f"{'; '.join(said[:4])}{facts.sampled}: each can be worked out from the other. Together they slow models "
        "down and share the credit between them when models are explained.",
        columns=[name for group in groups for name in group],
        fixes=(
            fixes.leave_out(extra, f"{listed([group[0] for group in groups])} {verb(len(groups), 'stays', 'stay')}."),
            fixes.drop_columns(extra),
        ),
    )


def _recoded(facts: Facts) -> list[set[str]]:
    """Group columns whose values correspond one to one."""
    groups: dict[bytes, set[str]] = defaultdict(set)
    for column in facts.features:
        codes = facts.codes(column.name)
        values = int(codes.max(initial=-1)) + 1
        if 2 <= values <= len(codes) / ROWS_PER_VALUE and len(codes) >= FEWEST_ROWS:
            groups[codes.tobytes()].add(column.name)
    return [_confirmed(facts, group) for group in groups.values() if len(group) > 1]


def _confirmed(facts: Facts, group: set[str]) -> set[str]:
    """Keep those that correspond in all rows, not in the sample alone."""
    if not facts.sampled:
        return group
    names = sorted(group)
    pairs = [f"count(DISTINCT ({quote(names[0])}, {quote(name)}))" for name in names[1:]]
    found = facts.query.one(f"SELECT count(DISTINCT {quote(names[0])}), {', '.join(pairs)} FROM t")
    kept = [name for name, n in zip(names[1:], found[1:], strict=True) if abs(int(n) - int(found[0])) <= 1]
    return {names[0], *kept} if kept else set()


def _in_line(facts: Facts) -> list[set[str]]:
    """Pair columns of numbers that lie on a straight line."""
    names = [c.name for c in facts.features if _is_measure(c) and facts.column(c.name).unique > 2][:MOST_NUMBERS]
    if len(names) < 2 or len(facts.frame) < FEWEST_ROWS:
        return []
    values = np.column_stack([facts.values(name) for name in names])
    values[~np.isfinite(values)] = np.nan
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)
        scaled = (values - np.nanmean(values, axis=0)) / np.nanstd(values, axis=0)
        rough = np.nan_to_num(scaled).T @ np.nan_to_num(scaled) / len(scaled)
    # Gaps and extreme values blur the first look, so that it only says where to look closer.
    close = np.argwhere(np.triu(np.abs(rough) > 0.5, k=1))
    close = close[np.argsort(-np.abs(rough[tuple(close.T)]))][:200] if len(close) else close
    return [{names[a], names[b]} for a, b in close if _is_line(values[:, a], values[:, b])]


def _is_line(a: np.ndarray, b: np.ndarray) -> bool:
    both = np.isfinite(a) & np.isfinite(b)
    if both.sum() < max(FEWEST_ROWS, 0.5 * len(a)) or np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
        return False
    with np.errstate(all="ignore"):
        r = np.corrcoef(a[both], b[both])[0, 1]
        # A few extreme values make any two columns look alike; the middle must agree as well.
        low, high = np.quantile(a[both], [0.02, 0.98])
        middle = both & (a >= low) & (a <= high)
        inner = np.corrcoef(a[middle], b[middle])[0, 1] if middle.sum() > 2 and np.ptp(b[middle]) > 0 else r
    return bool(abs(r) > SAME and not abs(inner) < SAME - 0.02)


def determined(facts: Facts) -> Iterator[Finding]:
    """Find categories that follow from another column, as a country follows from its city."""
    names = [c.name for c in facts.features if _is_category(facts, c)][:MOST_WORDS]
    same = {frozenset(group) for group in _recoded(facts)}
    found: list[tuple[str, str]] = []
    for b in names:
        for a in names:
            if a != b and not any({a, b} <= group for group in same) and _follows(facts, a, b):
                found.append((a, b))
                break
    if not found:
        return
    said = [f"{b} from {a}" for a, b in found]
    followers = [b for _, b in found]
    yield finding(
        "determined",
        Severity.NOTE,
        f"{found[0][1]} follows from {found[0][0]}"
        if len(found) == 1
        else f"{counted(len(found), 'column')} follow from another one",
        f"{listed(said)}{facts.sampled}: knowing the one, the other adds nothing new, though it may group it usefully.",
        columns=list(dict.fromkeys(name for pair in found for name in pair)),
        fixes=(fixes.leave_out(followers),),
    )


def _follows(facts: Facts, a: str, b: str) -> bool:
    """Tell whether each value of ``a`` goes with one value of ``b``, in all rows."""
    first, second = facts.codes(a), facts.codes(b)
    values = int(first.max()) + 1
    if values <= int(second.max()) + 1 or len(first) < ROWS_PER_VALUE * values:
        return False
    for rows in (slice(0, FIRST_LOOK), slice(None)):
        x, y = first[rows], second[rows]
        seen = np.full(values + 1, -2)
        seen[x] = y
        if (seen[x] != y).any():
            return False
    if not facts.sampled:
        return True
    (most,) = facts.query.one(
        f"SELECT max(n) FROM (SELECT count(DISTINCT {quote(b)}) n FROM t WHERE {quote(a)} IS NOT NULL "
        f"GROUP BY {quote(a)})"
    )
    return bool(most == 1)


def _is_category(facts: Facts, column: ColumnSchema) -> bool:
    is_category = column.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
    if not is_category or facts.column(column.name).missing_share > MOST_MISSING:
        return False
    codes = facts.codes(column.name)
    # A column with two values follows from many others by the way questions are asked.
    return len(codes) >= FEWEST_ROWS and int(codes.max(initial=-1)) >= 2


def _is_measure(column: ColumnSchema) -> bool:
    return column.storage in NUMBERS and column.kind is ColumnKind.NUMERIC


def _merged(groups: list[set[str]]) -> list[set[str]]:
    merged: list[set[str]] = []
    for group in groups:
        touching = [other for other in merged if other & group]
        merged = [other for other in merged if not other & group]
        whole = group.union(*touching)
        if len(whole) > 1:
            merged.append(whole)
    return merged


CHECKS = (
    Check(
        "copies",
        "Columns that say the same",
        "Columns that correspond one to one, and columns of numbers on a straight line.",
        "They share the credit when a model is explained, and slow it down.",
        copies,
    ),
    Check(
        "determined",
        "Columns that follow from another",
        "Categories with one value for each value of another column.",
        "They add nothing new to it.",
        determined,
    ),
)
