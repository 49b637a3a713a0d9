"""Values that stand for "not known": words such as unknown, and numbers such as -999 far from all others."""

from __future__ import annotations

from collections.abc import Iterator

from core.data.query import quote
from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.sql import is_one_of
from core.quality.words import listed, number, of_rows, share, verb, word_set
from core.types import Severity

WORDS = word_set(
    "? ?? - -- --- . .. ... / * # x xx xxx n/a #n/a na n.a. n.a nan null nil none (none) (blank) (empty) blank empty "
    "unknown unk unkn unspecified undefined missing tbd tba unbekannt inconnu desconocido onbekend "
    "-1 -9 -99 -999 -9999"
) | {
    *("not available", "not known", "not applicable", "not specified", "not stated", "not recorded", "no data"),
    *("no answer", "no value", "don't know", "dont know", "to be determined", "keine angabe"),
}

MOST_WORDS = 5_000
OFTEN = 0.3


def words(facts: Facts) -> Iterator[Finding]:
    """Find words that stand for missing."""
    found: dict[str, list[str]] = {}
    counts: dict[str, int] = {}
    for column in facts.texts:
        # Where the person has said which words mean missing in a column, the others are values.
        answered = column.name in facts.dataset.parse.column_missing
        if answered or column.unique > MOST_WORDS or facts.is_target(column.name):
            continue
        hits = [(value, n) for value, n in facts.levels(column.name).items() if value.strip().casefold() in WORDS]
        hits = [(value, n) for value, n in hits if _believed(value, n, column, facts)]
        if hits:
            found[column.name] = [value for value, _ in hits]
            counts[column.name] = sum(n for _, n in hits)
    if not found:
        return
    names = sorted(found, key=lambda name: -counts[name])
    said = list(dict.fromkeys(f"'{value}'" for name in names for value in found[name]))
    each = [f"{name} ({share(counts[name] / facts.rows)})" for name in names]
    yield finding(
        "disguised_words",
        Severity.WATCH,
        f"{listed(said, 3)} {'stands' if len(said) == 1 else 'stand'} for missing in "
        f"{names[0] if len(names) == 1 else f'{len(names)} columns'}",
        f"{listed(each, 6)}. As a word of its own it counts as a known value. Where not knowing says something itself, "
        "leave it as it is.",
        columns=names,
        rows=max(counts.values()) if len(names) == 1 else 0,
        where=" OR ".join(is_one_of(name, found[name]) for name in names),
        fixes=(fixes.set_missing(found, f"Take {listed(said, 2)} as missing"),),
    )


def _believed(value: str, count: int, column: ColumnSchema, facts: Facts) -> bool:
    """Tell whether a word is more likely a mark than a level that counts ("none" of four answers)."""
    if column.unique < 2:
        return False
    word = value.strip().casefold()
    if word in ("none", "(none)", "x", "not applicable", "na", "nil", "empty"):
        return count < OFTEN * facts.rows and column.unique > 5
    return column.unique > 2 or count < OFTEN * facts.rows


def numbers(facts: Facts) -> Iterator[Finding]:
    """Find numbers that look like codes for missing and lie apart from all others."""
    for name, codes in facts.missing_codes.items():
        plain = [str(int(value)) for value in codes.values]
        shown = listed([number(value) for value in codes.values])
        looks = "looks like a code" if len(plain) == 1 else "look like codes"
        yield finding(
            "disguised_numbers",
            Severity.WATCH,
            f"{shown} in {name} {looks} for missing",
            f"{of_rows(codes.rows, facts.rows)} {verb(codes.rows, 'holds', 'hold')} {shown}; all other values lie "
            f"between {number(codes.low)} and {number(codes.high)}. As a number it pulls means and distances off.",
            columns=(name,),
            rows=codes.rows,
            where=f"{quote(name)} IN ({', '.join(plain)})",
            fixes=(
                fixes.set_missing({name: plain}, f"Take {shown} as missing"),
                fixes.drop_rows([fixes.condition(name, "in", list(codes.values))], codes.rows),
            ),
        )


CHECKS = (
    Check(
        "disguised_words",
        "Words that mean missing",
        "Words such as unknown, n/a or a dash among other values.",
        "They count as a known value, and the share of missing cells looks better than it is.",
        words,
    ),
    Check(
        "disguised_numbers",
        "Numbers that mean missing",
        "Codes such as -999 or 9999, far from all other values of the column.",
        "Taken as numbers they outweigh the real ones.",
        numbers,
    ),
)
