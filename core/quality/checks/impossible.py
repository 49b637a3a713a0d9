"""Numbers that cannot be, told by what the column is called and by the rest of its values."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from core.data.query import quote
from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.sql import outside
from core.quality.words import counted, listed, number, tokens, verb, word_set
from core.types import Meaning, Severity, StorageType

RARE = 0.05
"""What more rows than this hold is how the column is, not a mistake."""

ISOLATED = 1.0
FEWEST_VALUES = 10


@dataclass(frozen=True)
class Limit:
    """What a column of a certain name can hold.

    Attributes
    ----------
    words : frozenset of str
        One of them stands in the column's name.
    low, high : float, optional
        Ends, both included.
    why : str
        Said of what lies outside.
    typical : (float, float), optional
        Nearly all values must lie here for the name to be believed.
    """

    words: frozenset[str]
    low: float | None
    high: float | None
    why: str
    typical: tuple[float, float] | None = None


LIMITS = (
    Limit(word_set("latitude lat"), -90, 90, "a latitude lies between -90 and 90", (-90, 90)),
    Limit(word_set("longitude lon lng long"), -180, 180, "a longitude lies between -180 and 180", (-180, 180)),
    Limit(word_set("percent percentage pct"), 0, 100, "a percentage lies between 0 and 100", (0, 100)),
    Limit(word_set("probability proportion"), 0, 1, "a probability lies between 0 and 1", (0, 1)),
    Limit(word_set("age"), 0, 125, "nobody is that old, or younger than 0", (0, 125)),
    Limit(word_set("month"), 1, 12, "months run from 1 to 12", (1, 12)),
    Limit(word_set("hour"), 0, 24, "hours of a day run from 0 to 24", (0, 24)),
    Limit(word_set("weekday"), 0, 7, "weekdays run from 0 to 7", (0, 7)),
    Limit(
        word_set(
            "price cost count number quantity qty length width height weight size area distance duration tenure rooms "
            "bedrooms bathrooms population households sqft carat mass volume speed fare salary wage visits children"
        ),
        0,
        None,
        "it cannot be below zero",
    ),
)

CHANGES = word_set("change diff difference delta growth variation return error residual z score log")
"""Names of what may lie anywhere, whatever it is a change of."""

SIZES = word_set("length width height weight size area mass volume depth carat sqft bmi diameter x y z")
"""Names of what is never zero where it is measured at all."""


def impossible(facts: Facts) -> Iterator[Finding]:
    """Find numbers outside what a column of that name can hold."""
    wanted = [(c, limit) for c in facts.numbers if (limit := _limit(c)) is not None and _is_beyond(facts, c, limit)]
    counts = facts.counts([outside(c.name, limit.low, limit.high) for c, limit in wanted])
    found = {
        c.name: (limit, n)
        for (c, limit), n in zip(wanted, counts, strict=True)
        if 0 < n <= RARE * facts.present(c.name)
    }
    if not found:
        return
    names = list(found)
    limits = {name: (limit.low, limit.high) for name, (limit, _) in found.items()}
    where = " OR ".join(outside(name, *limits[name]) for name in names)
    rows = facts.counts([where])[0]
    said = [
        f"{name} goes from {number(facts.column(name).minimum or 0)} to {number(facts.column(name).maximum or 0)}, but "
        f"{limit.why}"
        for name, (limit, _) in found.items()
    ]
    conditions = [
        fixes.condition(name, operator, end)
        for name, ends in limits.items()
        for operator, end in zip(("lt", "gt"), ends, strict=True)
        if end is not None
    ]
    yield finding(
        "impossible",
        Severity.BAD,
        f"{listed(names, 2)} {verb(len(names), 'holds', 'hold')} impossible values",
        f"{counted(rows, 'row')}. {'; '.join(said[:4])}.",
        columns=names,
        rows=rows,
        where=where,
        fixes=(fixes.empty_outside(limits, "Take them as missing"), fixes.drop_rows(conditions, rows)),
    )


def zero_sizes(facts: Facts) -> Iterator[Finding]:
    """Find zeros in measured sizes, or zeros apart from all other values."""
    names = [c.name for c in facts.numbers if _has_odd_zeros(facts, c)]
    names = [name for name in names if _is_size(facts, name) or _is_isolated(facts, name)]
    if not names:
        return
    where = " OR ".join(f"{quote(name)} = 0" for name in names)
    rows = facts.counts([where])[0]
    each = [f"{name} ({counted(facts.column(name).zeros, 'row')})" for name in names]
    yield finding(
        "zero_sizes",
        Severity.WATCH,
        f"{listed(names, 3)} {verb(len(names), 'is', 'are')} zero in {counted(rows, 'row')}",
        f"{listed(each)}. All other values lie well above zero, so that 0 most likely means not measured.",
        columns=names,
        rows=rows,
        where=where,
        fixes=(
            fixes.set_missing({name: ["0"] for name in names}, "Take 0 as missing"),
            fixes.drop_rows([fixes.condition(name, "eq", 0) for name in names], rows),
        ),
    )


def _limit(column: ColumnSchema) -> Limit | None:
    if column.meaning is Meaning.LATITUDE:
        return LIMITS[0]
    if column.meaning is Meaning.LONGITUDE:
        return LIMITS[1]
    words = tokens(column.name)
    if "%" in column.name:
        words = (*words, "percent")
    # The last word says what it is: "age change" is a change.
    if CHANGES & set(words):
        return None
    return next((limit for limit in LIMITS if limit.words & set(words)), None)


def _is_beyond(facts: Facts, column: ColumnSchema, limit: Limit) -> bool:
    profile = facts.column(column.name)
    if profile.minimum is None or profile.maximum is None or not profile.quantiles:
        return False
    beyond = (limit.low is not None and profile.minimum < limit.low) or (
        limit.high is not None and profile.maximum > limit.high
    )
    low, high = profile.quantile(0.05) or 0.0, profile.quantile(0.95) or 0.0
    typical = limit.typical is None or (limit.typical[0] <= low and high <= limit.typical[1])
    return beyond and typical


def _has_odd_zeros(facts: Facts, column: ColumnSchema) -> bool:
    profile = facts.column(column.name)
    return (
        profile.minimum == 0
        and 0 < profile.zeros <= RARE * facts.present(column.name)
        and column.unique >= FEWEST_VALUES
        and (column.storage is StorageType.FLOAT or bool(SIZES & set(tokens(column.name))))
        and not facts.is_flagged(column.name, "eq")
    )


def _is_size(facts: Facts, name: str) -> bool:
    """Tell whether a column is called like a size and is zero in fewer than one row of a hundred."""
    return bool(SIZES & set(tokens(name))) and (facts.column(name).quantile(0.01) or 0) > 0


def _is_isolated(facts: Facts, name: str) -> bool:
    """Tell whether the next value after zero is further away than the middle half of the values is wide."""
    cell = quote(name)
    (least,) = facts.query.one(f"SELECT min({cell}) FROM t WHERE {cell} > 0")
    low, high = facts.column(name).quantile(0.25) or 0.0, facts.column(name).quantile(0.75) or 0.0
    return least is not None and float(least) > ISOLATED * (high - low) > 0


CHECKS = (
    Check(
        "impossible",
        "Impossible values",
        "Negative prices and counts, percentages above 100, latitudes beyond 90, and the like.",
        "They are mistakes, and a model learns from mistakes as from everything else.",
        impossible,
    ),
    Check(
        "zero_sizes",
        "Zero where there must be something",
        "Zeros in columns whose other values lie well above zero.",
        "They mean not measured, and count as the smallest of all.",
        zero_sizes,
    ),
)
