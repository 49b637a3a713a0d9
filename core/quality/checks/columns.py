"""Columns that a model can do little with: constant, many-valued, keys, and those that point to people."""

from __future__ import annotations

from collections.abc import Iterator

from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.words import counted, listed, number, share, verb
from core.types import ColumnKind, Severity, StorageType

ALMOST = 0.99
FEWEST_ROWS = 50
MANY_LEVELS = 50
ROWS_PER_LEVEL = 20


def constant(facts: Facts) -> Iterator[Finding]:
    """Find columns with one value, or none at all."""
    if facts.rows < 2:
        return
    names = [c.name for c in facts.features if c.unique == 0 or (c.unique == 1 and not facts.column(c.name).missing)]
    if not names:
        return
    empty = [name for name in names if facts.column(name).unique == 0]
    told = f"{listed(empty, 3)} {verb(len(empty), 'is', 'are')} empty. " if empty else ""
    yield finding(
        "constant",
        Severity.NOTE,
        f"{names[0]} is the same in every row"
        if len(names) == 1
        else f"{len(names)} columns are the same in every row",
        f"{told}{listed(names, 6)} cannot tell rows apart, so that nothing can be learned from "
        f"{verb(len(names), 'it', 'them')}.",
        columns=names,
        fixes=(fixes.leave_out(names), fixes.drop_columns(names)),
    )


def almost_constant(facts: Facts) -> Iterator[Finding]:
    """Find columns in which nearly all filled cells are equal."""
    if facts.rows < FEWEST_ROWS:
        return
    shares = {}
    for column in facts.features:
        profile, present = facts.column(column.name), facts.present(column.name)
        if column.unique > 1 and profile.top and present >= MOSTLY_FILLED * facts.rows:
            part = profile.top[0].count / present
            if ALMOST <= part < 1:
                shares[column.name] = (part, profile.top[0].value)
    if not shares:
        return
    names = sorted(shares, key=lambda name: -shares[name][0])
    each = [f"{name} ({shares[name][1]} in {share(shares[name][0])})" for name in names]
    yield finding(
        "almost_constant",
        Severity.NOTE,
        f"{names[0]} is nearly always {shares[names[0]][1]}"
        if len(names) == 1
        else f"{len(names)} columns are nearly always the same",
        f"{listed(each, 6)}. The few other rows decide alone what is learned from "
        f"{verb(len(names), 'it', 'them')}, which seldom holds for new rows.",
        columns=names,
        fixes=(fixes.leave_out(names), fixes.drop_columns(names)),
    )


MOSTLY_FILLED = 0.5


def many_levels(facts: Facts) -> Iterator[Finding]:
    """Find categorical columns with many values, each in few rows."""
    levels = {
        c.name: c.unique
        for c in facts.features
        if c.kind is ColumnKind.CATEGORICAL
        and c.unique > MANY_LEVELS
        and facts.present(c.name) < ROWS_PER_LEVEL * c.unique
    }
    if not levels:
        return
    names = sorted(levels, key=lambda name: -levels[name])
    each = [
        f"{name} ({counted(levels[name], 'value')}, {number(round(facts.present(name) / levels[name], 1))} rows each)"
        for name in names
    ]
    yield finding(
        "many_levels",
        Severity.WATCH,
        f"{names[0]} has {levels[names[0]]:,} different values"
        if len(names) == 1
        else f"{len(names)} columns have very many different values",
        f"{listed(each)}. Most occur too seldom to learn from, and new rows bring values never seen.",
        columns=names,
        fixes=(
            fixes.leave_out(names),
            fixes.at_preparation("Group rare values at preparation", "Rare values become one."),
        ),
    )


def identifiers(facts: Facts) -> Iterator[Finding]:
    """Find keys among the columns."""
    names = [c.name for c in facts.features if c.kind is ColumnKind.IDENTIFIER]
    if not names or facts.rows < 2:
        return
    yield finding(
        "identifiers",
        Severity.NOTE,
        f"{listed(names, 3)} {verb(len(names), 'names', 'name')} rows, and {verb(len(names), 'says', 'say')} nothing "
        "about them",
        "Different in every row, or nearly: a model can learn it by heart, which helps with no new row. Useful to find "
        "rows again.",
        columns=names,
        fixes=(fixes.leave_out(names), fixes.drop_columns(names)),
    )


def personal(facts: Facts) -> Iterator[Finding]:
    """Find columns that point to people."""
    names = [c.name for c in facts.dataset.columns if c.meaning is not None and c.meaning.is_personal]
    if not names:
        return
    words = {
        "email": "e-mail addresses",
        "phone": "phone numbers",
        "person_name": "names of people",
        "address": "addresses",
    }
    # Leaving a column out of training does not settle this: it stays in the table and its exports.
    each = [f"{name} ({words.get(str(facts.dataset.column(name).meaning), 'personal')})" for name in names]
    yield finding(
        "personal",
        Severity.WATCH,
        f"{listed(names, 3)} {verb(len(names), 'points', 'point')} to people",
        f"{listed(each)}. Such data need a reason and often consent, travel with every export of the table, and seldom "
        "help a model.",
        columns=names,
        fixes=(
            fixes.drop_columns(names),
            fixes.mask([name for name in names if facts.dataset.column(name).storage is StorageType.STRING] or names),
        ),
    )


CHECKS = (
    Check(
        "personal",
        "Personal data",
        "Columns of names, e-mail addresses, phone numbers or addresses.",
        "They need a reason and often consent, and travel with every export.",
        personal,
    ),
    Check(
        "identifiers",
        "Keys",
        "Columns that name rows.",
        "A model can learn them by heart, which helps with no new row.",
        identifiers,
    ),
    Check(
        "constant",
        "Constant columns",
        "Columns with one value, or empty ones.",
        "Nothing can be learned from them.",
        constant,
    ),
    Check(
        "almost_constant",
        "Almost constant columns",
        "Columns in which 99 of 100 cells or more are equal.",
        "A few rows decide alone what is learned from them.",
        almost_constant,
    ),
    Check(
        "many_levels",
        "Many different values",
        "Categories with many values in few rows each.",
        "Most occur too seldom to learn from.",
        many_levels,
    ),
)
