"""Keys of a join: which columns suit, and how the rows of the two tables meet, counted before anything is joined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.errors import InvalidInput, LatheError
from core.shape.context import Context
from core.shape.flow import Field, Flow
from core.shape.text import as_text, number_of
from core.types import ColumnKind, StorageType

Pairs = Sequence[tuple[Field, Field]]

_MOST_PAIRS = 60
"""Pairs of columns whose values are compared when keys are looked for."""

_ENOUGH, _ENOUGH_NAMED = 0.5, 0.05
"""Share of the values here that must occur there, for a pair to be proposed; and where the names agree."""


@dataclass(frozen=True)
class Matches:
    """How two tables meet. ``pairs`` are the rows of the inner join; the others count rows."""

    left_rows: int
    right_rows: int
    left_matched: int
    right_matched: int
    pairs: int
    right_repeated: int

    def rows(self, how: str) -> int:
        """Return how many rows a join gives."""
        left, right = self.left_rows - self.left_matched, self.right_rows - self.right_matched
        extra = {"left": left, "right": right, "full": left + right}
        return left if how == "anti" else self.pairs + extra.get(how, 0)


@dataclass(frozen=True)
class KeyProposal:
    """A pair of columns that may tell which rows belong together.

    Attributes
    ----------
    left, right : str
        Columns here and there.
    found : float
        Share of the values here that occur there.
    unique : bool
        Each value occurs there once, so that rows are not repeated.
    """

    left: str
    right: str
    found: float
    unique: bool


def key_pairs(left: Flow, right: Flow, keys: Mapping[str, str]) -> list[tuple[Field, Field]]:
    """Return the columns of the keys; `InvalidInput` where one is not there."""
    problems: list[LatheError] = []
    pairs = []
    for mine, theirs in keys.items():
        try:
            pairs.append((left.field(mine), right.field(theirs)))
        except LatheError as error:
            problems.append(LatheError(error.message, hint=error.hint, field="keys"))
    if not keys:
        problems.append(LatheError("At least one pair of columns must be equal.", field="keys"))
    if problems:
        raise InvalidInput(problems)
    return pairs


def _comparable(left: Field, right: Field) -> tuple[str, str]:
    """Return two keys in one type: numbers as numbers, whatever else differs as text."""
    if left.storage is right.storage:
        return left.id, right.id
    if left.is_number and right.is_number:
        return number_of(left), number_of(right)
    return as_text(left), as_text(right)


def on_sql(pairs: Pairs, left: str, right: str) -> str:
    """Return the condition of a join; ``left`` and ``right`` are the names of the tables in it."""
    parts = []
    for mine, theirs in pairs:
        a, b = _comparable(replace(mine, id=f"{left}.{mine.id}"), replace(theirs, id=f"{right}.{theirs.id}"))
        parts.append(f"{a} = {b}")
    return " AND ".join(parts)


def count_matches(context: Context, left: Flow, right: Flow, pairs: Pairs) -> Matches:
    """Count how the rows of two tables meet, without joining them."""
    sides = [[_comparable(a, b)[side] for a, b in pairs] for side in (0, 1)]
    names = [f"k{i}" for i in range(len(pairs))]
    grouped = [
        f"SELECT {', '.join(f'{sql} AS {name}' for sql, name in zip(side, names, strict=True))}, count(*) AS n "
        f"FROM {flow.relation} GROUP BY {', '.join(names)}"
        for flow, side in ((left, sides[0]), (right, sides[1]))
    ]
    on = " AND ".join(f"a.{n} = b.{n}" for n in names)
    both = Flow((*left.queries, *right.queries, ("ka", grouped[0]), ("kb", grouped[1])), "ka", ())
    totals = [f"coalesce(sum({of}), 0)" for of in ("a.n", "b.n", "CAST(a.n AS HUGEINT) * b.n")]
    sums = ", ".join([*totals, "count(*) FILTER (WHERE b.n > 1)"])
    both = both.then(context, f"SELECT {sums} FROM ka a JOIN kb b ON {on}", ())
    found = context.rows(both, "*")[0]
    return Matches(context.count(left), context.count(right), *(int(value) for value in found))


def are_unique(context: Context, flow: Flow, keys: Sequence[str]) -> bool:
    """Tell whether every combination of known values of some columns (by identifier) stands in one row alone."""
    known = " AND ".join(f"{key} IS NOT NULL" for key in keys)
    grouped = f"SELECT count(*) AS n FROM {flow.relation} WHERE {known} GROUP BY {', '.join(keys)}"
    most = context.rows(Flow((*flow.queries, ("ku", grouped)), "ku", ()), "coalesce(max(n), 1)")[0][0]
    return int(most) == 1


def report_lines(context: Context, left: Flow, right: Flow, pairs: Pairs, *, name: str) -> list[str]:
    """Say how the keys meet, with examples of those without a partner."""
    met = count_matches(context, left, right, pairs)
    lines = [
        f"{met.left_matched:,} of {met.left_rows:,} rows here have a partner in {name}; "
        f"{met.right_matched:,} of {met.right_rows:,} rows there have one here."
    ]
    if met.right_repeated:
        said = "1 key occurs" if met.right_repeated == 1 else f"{met.right_repeated:,} keys occur"
        lines.append(f"{said} more than once in {name}; the rows here that match are repeated.")
    for flow, other, swap, place in ((left, right, False, "here"), (right, left, True, f"in {name}")):
        turned = [(b, a) for a, b in pairs] if swap else pairs
        examples = _lonely(context, flow, other, turned)
        if examples:
            lines.append(f"Without a partner {place}, for example: {'; '.join(examples)}.")
    return lines


def _lonely(context: Context, flow: Flow, other: Flow, pairs: Pairs) -> list[str]:
    texts = ", ".join(f"coalesce({as_text(mine)}, 'missing')" for mine, _ in pairs)
    chain = Flow((*flow.queries, *other.queries), flow.relation, flow.fields)
    condition = f"WHERE NOT EXISTS (SELECT 1 FROM {other.relation} o WHERE {on_sql(pairs, flow.relation, 'o')})"
    found = context.rows(chain, texts, tail=f"{condition} LIMIT 3")
    return [" / ".join(str(v)[:60] for v in row) for row in found]


def propose_keys(context: Context, left: Flow, right: Flow, *, most: int = 3) -> tuple[KeyProposal, ...]:
    """Find columns that may tell which rows belong together: by name first, then by the values they share.

    Returns
    -------
    tuple of KeyProposal
        The likeliest first.
    """
    pairs = [(a, b) for a in left.fields for b in right.fields if _may_be_key(a, b)]
    pairs.sort(key=lambda pair: not _same_name(*pair))
    found = []
    for a, b in pairs[:_MOST_PAIRS]:
        share, unique = _overlap(context, left, right, a, b)
        if share >= (_ENOUGH_NAMED if _same_name(a, b) else _ENOUGH):
            found.append((_same_name(a, b), unique, share, KeyProposal(a.name, b.name, share, unique)))
    found.sort(key=lambda entry: entry[:3], reverse=True)
    return tuple(entry[3] for entry in found[:most])


def _may_be_key(left: Field, right: Field) -> bool:
    if left.storage is StorageType.BOOL or left.kind is ColumnKind.TEXT:
        return False
    same_type = left.storage is right.storage or (left.is_number and right.is_number)
    # Numbers that measure meet by chance; they are compared where their names agree.
    measured = left.is_number and ColumnKind.IDENTIFIER not in (left.kind, right.kind)
    return _same_name(left, right) or (same_type and not measured)


def _same_name(left: Field, right: Field) -> bool:
    plain = ["".join(ch for ch in name.lower() if ch.isalnum()) for name in (left.name, right.name)]
    return bool(plain[0]) and plain[0] == plain[1]


def _overlap(context: Context, left: Flow, right: Flow, a: Field, b: Field) -> tuple[float, bool]:
    mine, theirs = _comparable(a, b)
    queries = (
        *left.queries,
        *right.queries,
        ("va", f"SELECT DISTINCT {mine} AS v FROM {left.relation} WHERE {a.id} IS NOT NULL"),
        ("vb", f"SELECT {theirs} AS v, count(*) AS n FROM {right.relation} WHERE {b.id} IS NOT NULL GROUP BY v"),
    )
    share, most = context.rows(
        Flow(queries, "va", ()), "avg(CASE WHEN b.v IS NULL THEN 0.0 ELSE 1.0 END), max(b.n)",
        tail="LEFT JOIN vb b ON va.v = b.v",
    )[0]  # fmt: skip
    return float(share or 0.0), most == 1
