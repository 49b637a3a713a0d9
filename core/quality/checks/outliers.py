"""Numbers far from all others, zeros in excess, and values cut off at an end."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

from core.data.query import literal, quote
from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.sql import outside
from core.quality.words import counted, listed, number, of_rows, share, verb
from core.types import Meaning, Severity, StorageType

FEWEST_VALUES = 20
REACH = 2.5
"""The fence lies so many times as far from the middle as the 1st or 99th percentile."""

LOG_REACH = 2.0
MOST_OUTSIDE = 0.01
LARGE_TABLE = 300
VERY_FAR = 6.0
MANY_ZEROS = 0.5
PILE = 0.005
TIMES_NEIGHBOURS = 5
NEAREST = 5
COORDINATES = (Meaning.LATITUDE, Meaning.LONGITUDE, Meaning.POSTAL_CODE)


def outliers(facts: Facts) -> Iterator[Finding]:
    """Find numbers beyond a fence that follows the column's own tails, skewed ones too."""
    fences = {c.name: fence for c in _measures(facts) if (fence := _fence(facts, c)) is not None}
    counts = facts.counts([outside(name, *fence[:2]) for name, fence in fences.items()])
    found = {
        name: (fence, n)
        for (name, fence), n in zip(fences.items(), counts, strict=True)
        if 0 < n <= max(MOST_OUTSIDE * facts.rows, 1)
    }
    if not found:
        return
    names = sorted(found, key=lambda name: -found[name][0][2])
    limits = {name: found[name][0][:2] for name in names}
    where = " OR ".join(outside(name, *limits[name]) for name in names)
    rows = facts.counts([where])[0]
    conditions = [
        fixes.condition(name, "lt" if side == 0 else "gt", end)
        for name in names
        for side, end in enumerate(limits[name])
        if end is not None
    ]
    flags = {f"{c['column']} is extreme": c for c in conditions}
    yield finding(
        "outliers",
        Severity.WATCH if found[names[0]][0][2] > VERY_FAR else Severity.NOTE,
        f"{listed(names, 2)} {verb(len(names), 'holds', 'hold')} values far from all others",
        "; ".join(_said(facts, name, *found[name]) for name in names[:4])
        + (f"; and {len(names) - 4} more columns" if len(names) > 4 else "")
        + ". A slip of the pen, another unit, or the rare case that matters: look at the rows before mending.",
        columns=names,
        rows=rows,
        where=where,
        fixes=(
            fixes.clip(limits, "Limit them"),
            fixes.empty_outside(limits, "Take them as missing"),
            fixes.drop_rows(conditions, rows),
            fixes.flag(flags, facts.dataset.column_names, "Keep and mark them", "A column says which rows they are."),
        ),
    )


def _measures(facts: Facts) -> Iterator[ColumnSchema]:
    for column in facts.numbers:
        if column.name in facts.missing_codes:
            continue  # The codes come first: they hide what the other values look like.
        is_target = facts.is_target(column.name)
        flagged = facts.is_flagged(column.name, "gt") or facts.is_flagged(column.name, "lt")
        if not is_target and not flagged and column.unique >= FEWEST_VALUES and column.meaning not in COORDINATES:
            yield column


Fence = tuple[float | None, float | None, float]


def _fence(facts: Facts, column: ColumnSchema) -> Fence | None:
    """Return the ends beyond which a number is far, where one is, and how far the furthest lies."""
    profile = facts.column(column.name)
    if not profile.quantiles or profile.minimum is None or profile.maximum is None:
        return None
    tails = (0.01, 0.99) if facts.present(column.name) >= LARGE_TABLE else (0.05, 0.95)
    low, middle, high = (profile.quantile(s) or 0.0 for s in (tails[0], 0.5, tails[1]))
    upper, lower = middle + REACH * (high - middle), middle - REACH * (middle - low)
    if middle > 0 and profile.minimum >= 0 and high > middle:
        # A long tail of amounts is even on a logarithmic scale: what is far there too is far.
        upper = max(upper, middle * exp(min(LOG_REACH * log(high / middle), 500.0)))
    top = (profile.maximum - middle) / (high - middle) if high > middle and profile.maximum > upper else 0.0
    bottom = (
        (middle - profile.minimum) / (middle - low)
        if low < middle and profile.minimum < lower and profile.minimum
        else 0.0
    )
    if not (top or bottom):
        return None
    return (lower if bottom else None), (upper if top else None), max(top, bottom)


def _said(facts: Facts, name: str, fence: Fence, count: int) -> str:
    profile, parts = facts.column(name), []
    if fence[1] is not None:
        parts.append(
            f"up to {number(profile.maximum or 0)}, while 99 % lie below {number(profile.quantile(0.99) or 0)}"
        )
    if fence[0] is not None:
        parts.append(
            f"down to {number(profile.minimum or 0)}, while 99 % lie above {number(profile.quantile(0.01) or 0)}"
        )
    return f"{name} ({counted(count, 'row')}): {' and '.join(parts)}"


def zeros(facts: Facts) -> Iterator[Finding]:
    """Find columns of amounts that are zero in most rows."""
    names = [
        c.name
        for c in _measures(facts)
        if facts.column(c.name).zeros >= MANY_ZEROS * facts.rows and not facts.is_flagged(c.name, "eq")
    ]
    if not names:
        return
    names.sort(key=lambda name: -facts.column(name).zeros)
    each = [f"{name} ({share(facts.column(name).zeros / facts.rows)})" for name in names]
    yield finding(
        "zeros",
        Severity.NOTE,
        f"{names[0] if len(names) == 1 else f'{len(names)} columns'} {verb(len(names), 'is', 'are')} zero in most rows",
        (f"{listed(each, 6)}. " if len(names) > 1 else f"{of_rows(facts.column(names[0]).zeros, facts.rows)}. ")
        + "Whether there is any, and how much, are two questions; a mean answers neither.",
        columns=names,
        rows=facts.column(names[0]).zeros if len(names) == 1 else 0,
        where=" OR ".join(f"{quote(name)} = 0" for name in names),
        fixes=(
            fixes.flag(
                {f"{name} is zero": fixes.condition(name, "eq", 0) for name in names},
                facts.dataset.column_names,
                f"Add {counted(len(names), 'column')} that {verb(len(names), 'says', 'say')} so",
                "True where there is none; the amount stays beside it.",
            ),
        ),
    )


def capped(facts: Facts) -> Iterator[Finding]:
    """Find a pile of rows at the largest or smallest value."""
    for column in facts.numbers:
        profile = facts.column(column.name)
        told = facts.is_flagged(column.name, "eq") or column.name in facts.missing_codes
        if told or column.unique < FEWEST_VALUES or profile.minimum is None or profile.maximum is None:
            continue
        top = [int(v.count) for v in profile.top if _is(v.value, profile.maximum)]
        bottom = [int(v.count) for v in profile.top if _is(v.value, profile.minimum) and profile.minimum != 0]
        for end, count, order, word in (
            (profile.maximum, top, "DESC", "largest"),
            (profile.minimum, bottom, "", "smallest"),
        ):
            if count and count[0] >= max(PILE * facts.rows, 10) and _piles(facts, column, count[0], order):
                yield _capped(facts, column, end, count[0], word)


def _is(text: str, value: float) -> bool:
    try:
        return float(text.replace(",", "")) == value
    except ValueError:
        return False


def _piles(facts: Facts, column: ColumnSchema, count: int, order: str) -> bool:
    """Tell whether the end holds many times as many rows as the values beside it."""
    cell = quote(column.name)
    beside = facts.query.rows(
        f"SELECT count(*) FROM t WHERE {cell} IS NOT NULL GROUP BY {cell} ORDER BY {cell} {order} LIMIT {1 + NEAREST}"
    )
    return len(beside) > 1 and count >= TIMES_NEIGHBOURS * max(int(n) for (n,) in beside[1:])


def _capped(facts: Facts, column: ColumnSchema, end: float, count: int, word: str) -> Finding:
    is_target = facts.is_target(column.name)
    so = (
        "A model learns that nothing is beyond it, and cannot predict what is."
        if is_target
        else "Beyond it, rows can no longer be told apart."
    )
    value = int(end) if column.storage is StorageType.INT else end
    at = fixes.condition(column.name, "eq", value)
    marked = fixes.flag(
        {f"{column.name} is cut off": at},
        facts.dataset.column_names,
        "Keep and mark them",
        "A column says which rows they are.",
    )
    dropped = fixes.drop_rows([at], count)
    return finding(
        "capped",
        Severity.WATCH if is_target else Severity.NOTE,
        f"{column.name} seems cut off at {number(end)}",
        f"{of_rows(count, facts.rows)} hold exactly the {word} value, {number(end)}, many times as many as any value "
        f"beside it. {so}",
        columns=(column.name,),
        rows=count,
        where=f"{quote(column.name)} = {literal(value)}",
        # A mark made from the target would tell the model the answer.
        fixes=(dropped,) if is_target else (marked, dropped),
        part=word,
    )


CHECKS = (
    Check(
        "outliers",
        "Numbers far from all others",
        "Numbers beyond a fence that follows the column's own tails, also on a logarithmic scale.",
        "A few extreme values outweigh the rest in means, distances and straight lines.",
        outliers,
    ),
    Check(
        "zeros",
        "Zeros in excess",
        "Columns of amounts that are zero in most rows.",
        "Zero often means none, or nothing known, rather than an amount.",
        zeros,
    ),
    Check(
        "capped",
        "Values cut off",
        "A pile of rows at the largest or smallest value.",
        "What lies beyond was not recorded, and cannot be learned.",
        capped,
    ),
)
