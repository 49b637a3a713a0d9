"""Missing cells: how much, where, together with what, and whether being missing says something."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from core.data.query import quote
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.effects import classes_shift, mean_shift
from core.quality.facts import Facts
from core.quality.finding import Finding, Fix
from core.quality.words import counted, listed, number, of_rows, share, verb
from core.types import Severity, StorageType

MOSTLY = 0.5
"""A column with a larger share of missing cells is called mostly empty."""

NOTEWORTHY = 0.05
FEW_ROWS = 0.05
FEWEST_MISSING = 20


def missing(facts: Facts) -> Iterator[Finding]:
    """Say which columns have missing cells: those mostly empty, and the others."""
    shares = {c.name: facts.column(c.name).missing_share for c in facts.features}
    gaps = {name: part for name, part in sorted(shares.items(), key=lambda item: -item[1]) if 0 < part < 1}
    mostly = [name for name, part in gaps.items() if part >= MOSTLY]
    some = [name for name, part in gaps.items() if part < MOSTLY]
    if mostly:
        yield _mostly(facts, mostly)
    if some:
        yield _some(facts, some)


def _mostly(facts: Facts, names: list[str]) -> Finding:
    shares = [f"{name} ({share(facts.column(name).missing_share)})" for name in names]
    title = (
        f"{names[0]} is {share(facts.column(names[0]).missing_share)} empty"
        if len(names) == 1
        else f"{len(names)} columns are mostly empty"
    )
    gaps = facts.counts([_any_missing(names)])[0]
    told = listed(shares, 6) if len(names) > 1 else f"{gaps:,} of {facts.rows:,} rows have nothing there"
    sentence = f"{told}. Too little is there to fill the rest in with; that a cell is filled may still say something."
    return finding(
        "missing",
        Severity.WATCH,
        title,
        sentence,
        part="mostly",
        columns=names,
        rows=gaps,
        where=_any_missing(names),
        fixes=(fixes.leave_out(names), fixes.drop_columns(names), *_words_for_none(facts, names)),
    )


def _some(facts: Facts, names: list[str]) -> Finding:
    where = _any_missing(names)
    rows = facts.counts([where])[0]
    worst = facts.column(names[0]).missing_share
    shares = [f"{name} ({share(facts.column(name).missing_share)})" for name in names]
    means = "Models that cannot take gaps need them filled"
    fill = fixes.at_preparation("Fill them in at preparation", "A middle or most frequent value takes their place.")
    more: tuple[Fix, ...] = (fixes.drop_missing(names, rows),) if rows <= FEW_ROWS * facts.rows else ()
    return finding(
        "missing",
        Severity.WATCH if worst >= NOTEWORTHY else Severity.NOTE,
        f"{names[0]} has missing cells" if len(names) == 1 else f"{len(names)} columns have missing cells",
        (
            f"{listed(shares, 6)}: {of_rows(rows, facts.rows)} in all. "
            if len(names) > 1
            else f"{of_rows(rows, facts.rows)}. "
        )
        + f"{means}.",
        part="some",
        columns=names,
        rows=rows,
        where=where,
        fixes=(fill, *more),
    )


def _words_for_none(facts: Facts, names: list[str]) -> tuple[Fix, ...]:
    """Offer "none" as a value of its own, where words were read as missing."""
    words = [name for name in names if facts.dataset.column(name).storage is StorageType.STRING]
    if not words:
        return ()
    label = f"Write 'none' into {words[0] if len(words) == 1 else counted(len(words), 'text column')}"
    return (fixes.fill_missing(words, "none", label, "Where an empty cell means that there is none (no garage)."),)


def empty_rows(facts: Facts) -> Iterator[Finding]:
    """Find rows in which everything that can be missing is missing."""
    gaps = [c.name for c in facts.features if facts.column(c.name).missing]
    filled = [c.name for c in facts.dataset.columns if not facts.column(c.name).missing]
    if len(gaps) < 3 or len(gaps) < len(filled):
        return
    where = " AND ".join(f"{quote(name)} IS NULL" for name in gaps)
    rows = facts.counts([where])[0]
    if not 0 < rows <= 0.2 * facts.rows:
        return
    holds = f"nothing but {listed(filled)}" if filled else "nothing at all"
    yield finding(
        "empty_rows",
        Severity.NOTE,
        f"{counted(rows, 'row')} {verb(rows, 'is', 'are')} nearly empty",
        f"{verb(rows, 'It holds', 'They hold')} {holds}. There is little to learn from "
        f"{verb(rows, 'it', 'them')}, and filling {verb(rows, 'it', 'them')} in means making rows up.",
        columns=gaps,
        rows=rows,
        where=where,
        fixes=(fixes.drop_missing(gaps, rows, match="all"),),
    )


def together(facts: Facts) -> Iterator[Finding]:
    """Find columns that are missing in the same rows."""
    groups: dict[bytes, list[str]] = defaultdict(list)
    for column in facts.features:
        found = facts.column(column.name)
        if found.missing >= 2 and found.missing_share < 1:
            groups[(facts.codes(column.name) < 0).tobytes()].append(column.name)
    same = [names for names in groups.values() if len(names) > 1 and facts.column(names[0]).missing >= 5]
    if not same:
        return
    said = [f"{listed(names)} in {counted(facts.column(names[0]).missing, 'row')}" for names in same]
    names = [name for group in same for name in group]
    yield finding(
        "missing_together",
        Severity.NOTE,
        f"{listed(names, 3)} are missing in the same rows"
        if len(same) == 1
        else f"{len(same)} groups of columns are missing in the same rows",
        f"{'; '.join(said[:4])}{facts.sampled}. Such gaps have one cause: the thing is not there, or was not asked.",
        columns=names,
        where=_any_missing(names),
        fixes=_words_for_none(facts, names),
    )


def meaningful(facts: Facts) -> Iterator[Finding]:
    """Find columns where being missing goes along with the target."""
    told: list[tuple[float, str, str]] = []
    for column in facts.features:
        gone = facts.codes(column.name) < 0
        if min(gone.sum(), (~gone).sum()) < FEWEST_MISSING or facts.is_flagged(column.name, "missing"):
            continue
        found = _shift(facts, gone)
        if found is not None:
            told.append((found[0], column.name, found[1]))
    if not told:
        return
    told.sort(reverse=True)
    names = [name for _, name, _ in told]
    which = names[0] if len(names) == 1 else f"{len(names)} columns"
    yield finding(
        "missing_meaning",
        Severity.NOTE,
        f"Whether {which} {verb(len(names), 'is', 'are')} missing says something about {facts.goal.name}",
        "; ".join(f"{name}: {words}" for _, name, words in told[:3]) + f"{facts.sampled}. "
        "Filled in alone, that is lost; a column that says so keeps it.",
        columns=names,
        where=_any_missing(names),
        fixes=(
            fixes.flag(
                {f"{name} is missing": fixes.condition(name, "missing") for name in names},
                facts.dataset.column_names,
                f"Add {counted(len(names), 'column')} that {verb(len(names), 'says', 'say')} so",
                "True where the cell is empty. It follows from its own row, so that nothing leaks.",
            ),
        ),
    )


def _shift(facts: Facts, gone: np.ndarray) -> tuple[float, str] | None:
    """Return how strongly the target differs where a column is missing, and that in words."""
    name = facts.goal.name
    if facts.kind.is_classification:
        found = classes_shift(gone, facts.codes(name))
        if found is None:
            return None
        strength, code, inside, outside = found
        label = str(facts.frame[name].iloc[int(np.argmax(facts.codes(name) == code))]).removesuffix(".0")
        return strength, f"{share(inside)} are {label} where it is missing, {share(outside)} elsewhere"
    moved = mean_shift(gone, facts.values(name))
    if moved is None:
        return None
    strength, inside, outside = moved
    return strength, f"{number(inside)} on average where it is missing, {number(outside)} elsewhere"


def target_missing(facts: Facts) -> Iterator[Finding]:
    """Say how many rows have no target."""
    rows = facts.column(facts.goal.name).missing
    if not 0 < rows < facts.rows:
        return
    part = rows / facts.rows
    yield finding(
        "target_missing",
        Severity.WATCH if part >= NOTEWORTHY else Severity.NOTE,
        f"{facts.goal.name} is missing in {of_rows(rows, facts.rows)}",
        "Nothing can be learned from rows without it; training leaves them out. Filled-in answers would be made up.",
        columns=(facts.goal.name,),
        rows=rows,
        where=f"{quote(facts.goal.name)} IS NULL",
        fixes=(fixes.drop_missing((facts.goal.name,), rows),),
    )


def _any_missing(names: list[str]) -> str:
    return " OR ".join(f"{quote(name)} IS NULL" for name in names)


CHECKS = (
    Check(
        "missing",
        "Missing cells",
        "Columns with empty cells, those mostly empty apart from the others.",
        "Most models cannot take gaps, and how they are filled changes what is learned.",
        missing,
    ),
    Check(
        "empty_rows",
        "Nearly empty rows",
        "Rows in which every column that can be missing is missing.",
        "Such rows were made up by whatever wrote the file, or say nothing.",
        empty_rows,
    ),
    Check(
        "missing_together",
        "Missing together",
        "Columns that are missing in the same rows.",
        "Gaps with one cause often mean that something is not there, which is a value of its own.",
        together,
    ),
    Check(
        "missing_meaning",
        "Missing cells that say something",
        "Columns where the target differs between empty and filled cells.",
        "Filling them in loses what the gap says.",
        meaningful,
        needs_target=True,
    ),
    Check(
        "target_missing",
        "Rows without a target",
        "Rows where the column to predict is empty.",
        "Nothing can be learned from them.",
        target_missing,
        needs_target=True,
    ),
)
