"""Columns whose cells are written in several ways: numbers among words, dates of two forms, broken letters."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from core.data.query import quote
from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import MOST_LEVELS, Facts
from core.quality.finding import Finding, Fix
from core.quality.sql import text
from core.quality.words import counted, listed, share
from core.types import ColumnKind, Severity

MOST_ARE = 0.8
FEWEST_CELLS = 20
FEWEST_NUMBERS = 10
MOST_MENDED = 500

NUMBER = r"[-+]?(\d+([.,]\d+)*|[.,]\d+)([eE][-+]?\d+)?"
_NUMBER = re.compile(NUMBER)
_UNIT = re.compile(rf"({NUMBER})\s*([^\W\d_]{{1,6}}|%|€|\$|£|°[CF]?|m²|m2)")
DATE_FORMS: tuple[tuple[str, str], ...] = (
    ("2024-12-31", r"\d{4}-\d{1,2}-\d{1,2}.*"),
    ("31/12/2024", r"\d{1,2}/\d{1,2}/\d{2,4}.*"),
    ("31.12.2024", r"\d{1,2}\.\d{1,2}\.\d{2,4}.*"),
    ("31-12-2024", r"\d{1,2}-\d{1,2}-\d{4}.*"),
    ("2024/12/31", r"\d{4}/\d{1,2}/\d{1,2}.*"),
    ("31 Dec 2024", r"\d{1,2}[- ][A-Za-z]{3,9}\.?[- ,]+\d{2,4}.*"),
    ("Dec 31, 2024", r"[A-Za-z]{3,9}\.? \d{1,2},? \d{4}.*"),
)


def numbers_among_words(facts: Facts) -> Iterator[Finding]:
    """Find text columns that are mostly numbers, some with a unit or a word in their place."""
    for column in _texts(facts):
        levels = _levels(facts, column)
        total = sum(levels.values())
        plain = sum(n for value, n in levels.items() if _NUMBER.fullmatch(value))
        units: Counter[str] = Counter()
        for value, n in levels.items():
            match = _UNIT.fullmatch(value)
            if match:
                units[match.group(5)] += n
        with_unit = sum(units.values())
        if not levels or total < FEWEST_CELLS or plain + with_unit < MOST_ARE * total or plain == total:
            continue
        odd = [v for v in levels if not _NUMBER.fullmatch(v)]
        if len(levels) - len(odd) + sum(bool(_UNIT.fullmatch(v)) for v in odd) < FEWEST_NUMBERS:
            continue  # A few codes such as 1Fam are no measurements.
        yield _mixed(facts, column, levels, odd, with_unit, units)


def _mixed(
    facts: Facts, column: ColumnSchema, levels: dict[str, int], odd: list[str], with_unit: int, units: Counter[str]
) -> Finding:
    rows = sum(levels[v] for v in odd)
    examples = listed([f"'{v}'" for v in sorted(odd, key=lambda v: -levels[v])], 3)
    if with_unit:
        said = f"{counted(rows, 'cell')} carry a unit or a word, such as {examples}"
    else:
        numbers = share(1 - rows / sum(levels.values()))
        said = f"{numbers} of its cells are numbers; {counted(rows, 'cell')} are not: {examples}"
    change = fixes.change_type([column.name], "number", "Read it as a number", "Cells that are none become missing.")
    mended = _without_units(odd) if with_unit else {}
    options: tuple[Fix, ...] = (change,)
    if 0 < len(mended) <= MOST_MENDED and len(units) == 1:
        replaced = fixes.replace_values(column.name, mended, "", "")
        take_off = Fix(
            label=f"Take '{next(iter(units))}' off and read it as a number",
            why="Other cells that are no number become missing.",
            steps=(*replaced.steps, *change.steps),
        )
        options = (take_off,)
    elif len(units) > 1:
        said += f". Units differ: {listed(list(units), 4)}"
    return finding(
        "mixed_numbers",
        Severity.WATCH,
        f"{column.name} holds numbers written as text",
        f"{said}. As text its order and distances are lost.",
        columns=(column.name,),
        rows=rows,
        where=f"{quote(column.name)} IS NOT NULL AND NOT regexp_full_match(trim({quote(column.name)}), {text(NUMBER)})",
        fixes=options,
    )


def _without_units(values: list[str]) -> dict[str, str]:
    found = {value: _UNIT.fullmatch(value) for value in values}
    return {value: match.group(1) for value, match in found.items() if match}


def mixed_dates(facts: Facts) -> Iterator[Finding]:
    """Find text columns of dates that are written in more than one form."""
    forms = [(example, re.compile(pattern)) for example, pattern in DATE_FORMS]
    for column in _texts(facts):
        levels = _levels(facts, column)
        total = sum(levels.values())
        hits: Counter[str] = Counter()
        for value, n in levels.items():
            form = next((example for example, pattern in forms if pattern.fullmatch(value)), "")
            if form:
                hits[form] += n
        if total < FEWEST_CELLS or sum(hits.values()) < MOST_ARE * total or len(hits) < 2:
            continue
        main, count = hits.most_common(1)[0]
        pattern = text(dict(DATE_FORMS)[main])
        rows = total - count
        yield finding(
            "mixed_dates",
            Severity.WATCH,
            f"{column.name} holds dates written in {len(hits)} ways",
            f"{listed([f'{n:,} like {form}' for form, n in hits.most_common()], 4)}. Whether day or month comes first "
            "must be settled before they are read as dates.",
            columns=(column.name,),
            rows=rows,
            where=f"{quote(column.name)} IS NOT NULL AND NOT regexp_full_match(trim({quote(column.name)}), {pattern})",
            fixes=(
                fixes.change_type(
                    [column.name],
                    "date",
                    f"Read those like {main} as dates",
                    "The others become missing; see the preview.",
                    date_format=_format(main, levels),
                ),
                fixes.leave_out([column.name]),
            ),
        )


def _format(form: str, levels: dict[str, int]) -> str:
    """Return how dates of a form are read; the month comes first where the second number goes beyond 12."""
    known = _FORMATS.get(form, "")
    pattern = re.compile(dict(DATE_FORMS)[form])
    seconds = [
        int(re.split(r"[/.-]", value)[1])
        for value in levels
        if pattern.fullmatch(value) and known[:2] == "%d" and known[3:5] == "%m"
    ]
    return f"%m{known[2]}%d{known[5:]}" if seconds and max(seconds) > 12 else known


_FORMATS = {
    "31/12/2024": "%d/%m/%Y",
    "31.12.2024": "%d.%m.%Y",
    "31-12-2024": "%d-%m-%Y",
    "2024/12/31": "%Y/%m/%d",
    "31 Dec 2024": "%d %b %Y",
    "Dec 31, 2024": "%b %d, %Y",
}

BROKEN = (
    "(\ufffd|\u00c3[\u0080-\u00bf\u0152-\u2122]|\u00e2\u20ac|\u00c2[\u00a0-\u00bf]|"
    "\u00d0[\u0080-\u00bf]|\u00ef\u00bf\u00bd)"
)
"""Letters that stand where UTF-8 was read as Windows-1252 or Latin-1, or could not be read at all."""


_BROKEN = re.compile(BROKEN)


def broken_letters(facts: Facts) -> Iterator[Finding]:
    """Find texts that were read in another encoding than they were written in."""
    names = [c.name for c in facts.texts if c.unique > MOST_LEVELS or _has_broken(facts, c.name)]
    conditions = [f"regexp_matches({quote(name)}, {text(BROKEN)})" for name in names]
    counts = facts.counts(conditions)
    hit = {name: n for name, n in zip(names, counts, strict=True) if n}
    if not hit:
        return
    where = " OR ".join(c for name, c in zip(names, conditions, strict=True) if name in hit)
    mended = {name: _mended(facts, name) for name in hit}
    steps = tuple(
        step
        for name, mapping in mended.items()
        if 0 < len(mapping) <= MOST_MENDED
        for step in fixes.replace_values(name, mapping, "", "").steps
    )
    examples = [f"'{old}' is likely '{new}'" for mapping in mended.values() for old, new in mapping.items()][:2]
    how = f" {'; '.join(examples)}." if examples and all(len(e) < 120 for e in examples) else ""
    rows = max(hit.values())
    yield finding(
        "broken_letters",
        Severity.WATCH,
        f"{listed(list(hit), 2)} {'holds' if len(hit) == 1 else 'hold'} broken letters",
        f"{counted(sum(hit.values()), 'cell')} were read in another encoding than they were written in.{how} "
        "Reading the file again with the right encoding at Upload mends all of them.",
        columns=list(hit),
        rows=rows,
        where=where,
        fixes=(Fix(label="Mend the letters", why="What can be told for certain is mended.", steps=steps),)
        if steps
        else (),
    )


def _has_broken(facts: Facts, name: str) -> bool:
    """Look at each different value once, which is quicker where they repeat."""
    return any(_BROKEN.search(value) for value in facts.levels(name))


def _mended(facts: Facts, name: str) -> dict[str, str]:
    cell = quote(name)
    found = facts.query.rows(
        f"SELECT DISTINCT {cell} FROM t WHERE regexp_matches({cell}, {text(BROKEN)}) LIMIT {MOST_MENDED + 1}"
    )
    pairs = {value: _decoded(value) for (value,) in found}
    return {old: new for old, new in pairs.items() if new and new != old}


def _decoded(value: str) -> str:
    for encoding in ("cp1252", "latin-1"):
        try:
            return value.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return ""


def _texts(facts: Facts) -> Iterator[ColumnSchema]:
    for column in facts.texts:
        if column.unique <= MOST_LEVELS and column.kind is not ColumnKind.BOOLEAN and column.meaning is None:
            yield column


def _levels(facts: Facts, column: ColumnSchema) -> dict[str, int]:
    return {value.strip(): n for value, n in facts.levels(column.name).items()}


CHECKS = (
    Check(
        "mixed_numbers",
        "Numbers among words",
        "Text columns that are mostly numbers, with a unit or some words between.",
        "As text, order and distance are lost.",
        numbers_among_words,
    ),
    Check(
        "mixed_dates",
        "Dates in several forms",
        "Text columns of dates that are written in more than one way.",
        "Day and month are mixed up, and the column is no date.",
        mixed_dates,
    ),
    Check(
        "broken_letters",
        "Broken letters",
        "Letters that come from reading a file in another encoding.",
        "Names differ from themselves, and texts cannot be searched.",
        broken_letters,
    ),
)
