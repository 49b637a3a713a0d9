"""Rows that stand in the table more than once, and equal rows with different answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from core.data.query import quote
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.sql import row_hash
from core.quality.words import counted, listed, of_rows, verb
from core.types import ColumnKind, Severity

MANY = 0.01
ROOM = 10
"""Equal rows are no finding where fewer than this many different rows are possible for each row."""

MOST_COLUMNS = 1_000


def repeated(facts: Facts) -> Iterator[Finding]:
    """Find rows that repeat another one in every cell, keys set aside."""
    names = [c.name for c in facts.dataset.columns if c.kind is not ColumnKind.IDENTIFIER]
    if len(names) > MOST_COLUMNS or not names or _is_crowded(facts, names):
        return
    every = len(names) == len(facts.dataset.columns)
    rows = facts.profile.duplicate_rows if every else _repeats(facts)
    if not rows:
        return
    keys = [c.name for c in facts.dataset.columns if c.kind is ColumnKind.IDENTIFIER]
    besides = "" if every else f" but {listed(keys, 2)}"
    yield finding(
        "duplicates",
        Severity.WATCH if rows > MANY * facts.rows else Severity.NOTE,
        f"{of_rows(rows, facts.rows)} {verb(rows, 'repeats', 'repeat')} another row",
        f"Equal in every cell{besides}. A copy on both sides of a split makes scores look better than they are. Keep "
        "them where the same thing may truly happen twice.",
        rows=rows,
        where=_repeated_where(names),
        fixes=(fixes.drop_repeated(rows, () if every else names),),
    )


def conflicting(facts: Facts) -> Iterator[Finding]:
    """Find rows that are equal in all features and differ in the class."""
    names = [c.name for c in facts.features if c.kind is not ColumnKind.IDENTIFIER]
    if not facts.kind.is_classification or len(names) > MOST_COLUMNS or not names or _is_crowded(facts, names):
        return
    (rows,) = facts.query.one(
        f"SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT count(*) n FROM {facts.hashes} WHERE answer IS NOT NULL "
        "GROUP BY inputs HAVING count(*) > 1 AND min(answer) <> max(answer))"
    )
    if rows < 2:
        return
    target, digest = quote(facts.goal.name), row_hash(names)
    groups = (
        f"SELECT {digest} FROM t WHERE {target} IS NOT NULL GROUP BY 1 "
        f"HAVING count(*) > 1 AND min({target}) <> max({target})"
    )
    yield finding(
        "conflicts",
        Severity.WATCH if rows > MANY * facts.rows else Severity.NOTE,
        f"{of_rows(rows, facts.rows)} have a twin with another {facts.goal.name}",
        f"Equal in all other columns, but not in {facts.goal.name}: no model can get both right. Either a label is "
        "wrong, or a column is missing that tells them apart.",
        columns=(facts.goal.name,),
        rows=rows,
        where=f"{target} IS NOT NULL AND {digest} IN ({groups})",
        fixes=(fixes.keep_one(names),),
    )


def repeated_keys(facts: Facts) -> Iterator[Finding]:
    """Find keys that occur more than once."""
    for column in facts.features:
        present = facts.present(column.name)
        if column.kind is not ColumnKind.IDENTIFIER or not 0.9 * present < column.unique < present:
            continue
        name = quote(column.name)
        where = f"{name} IN (SELECT {name} FROM t WHERE {name} IS NOT NULL GROUP BY 1 HAVING count(*) > 1)"
        extra = present - column.unique
        yield finding(
            "repeated_keys",
            Severity.WATCH,
            f"{counted(extra, 'value')} of {column.name} {verb(extra, 'occurs', 'occur')} again",
            f"{column.name} is different in nearly every row, so that it should name each row once. The same thing may "
            "have been written down twice.",
            columns=(column.name,),
            rows=facts.counts([where])[0],
            where=where,
            fixes=(fixes.drop_repeated(extra, (column.name,)),),
        )


def _is_crowded(facts: Facts, names: Sequence[str]) -> bool:
    """Tell whether equal rows are to be expected because so few different rows are possible."""
    if any(facts.column(name).unique > facts.rows / ROOM for name in names):
        return False
    different = [max(facts.column(name).unique, 1) + bool(facts.column(name).missing) for name in names]
    return prod(different) < ROOM * facts.rows


def _repeats(facts: Facts) -> int:
    rows, different = facts.query.one(f"SELECT count(*), count(DISTINCT whole) FROM {facts.hashes}")
    return int(rows) - int(different)


def _repeated_where(names: Sequence[str]) -> str:
    return f"{row_hash(names)} IN (SELECT {row_hash(names)} FROM t GROUP BY 1 HAVING count(*) > 1)"


CHECKS = (
    Check(
        "duplicates",
        "Repeated rows",
        "Rows equal in every cell, keys set aside.",
        "Copies on both sides of a split make scores look better than they are.",
        repeated,
    ),
    Check(
        "repeated_keys",
        "Repeated keys",
        "Columns that name nearly every row once, but not quite.",
        "The same thing may have been written down twice.",
        repeated_keys,
    ),
    Check(
        "conflicts",
        "Equal rows, different answers",
        "Rows equal in all columns but the class.",
        "No model can get both right.",
        conflicting,
        needs_target=True,
    ),
)
