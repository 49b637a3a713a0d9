"""What the target itself makes hard: few rows, rare classes, a long tail."""

from __future__ import annotations

from collections.abc import Iterator

from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding
from core.quality.sql import is_one_of
from core.quality.words import counted, listed, number, share, verb
from core.types import ColumnKind, Severity

FEW_OF_CLASS = 20
NOT_ENOUGH_OF_CLASS = 5
RARE_CLASS = 0.2
VERY_RARE_CLASS = 0.05
MOST_CLASSES = 200
ROWS_PER_COLUMN = 10
FEWEST_ROWS = 100
NOT_ENOUGH_ROWS = 30
LONG_TAIL = 2.0


def imbalance(facts: Facts) -> Iterator[Finding]:
    """Say that one class is far more frequent than the others."""
    counts = _classes(facts)
    if len(counts) < 2:
        return
    total = sum(counts.values())
    most, least = max(counts, key=lambda k: counts[k]), min(counts, key=lambda k: counts[k])
    part = counts[most] / total
    # As rare as 20 % of two classes is in the company of more.
    if 1 - part > RARE_CLASS:
        return
    others = "the others" if len(counts) > 2 else least
    yield finding(
        "imbalance",
        Severity.WATCH if 1 - part <= VERY_RARE_CLASS else Severity.NOTE,
        f"{share(part)} of rows are {facts.goal.name} = {most}",
        f"Always saying {most} is right in {share(part)}, so that accuracy says little. Look at how {others} "
        f"{verb(len(counts) - 1, 'is', 'are')} found, and let rare classes count for more.",
        columns=(facts.goal.name,),
        rows=total - counts[most],
        where=is_one_of(facts.goal.name, [k for k in counts if k != most]),
        fixes=(fixes.at_preparation("Choose a measure that counts both", "Weights come from the data."),),
    )


def few_of_class(facts: Facts) -> Iterator[Finding]:
    """Say which classes have too few rows to learn from and to be judged on."""
    counts = _classes(facts)
    few = {label: n for label, n in counts.items() if n < FEW_OF_CLASS}
    if not few or len(few) == len(counts):
        return
    name, rows = facts.goal.name, sum(few.values())
    said = [f"{label} ({counted(n, 'row')})" for label, n in few.items()]
    is_number = facts.goal.kind is ColumnKind.NUMERIC
    values: list[float | str] = [float(k) if is_number else k for k in few]
    yield finding(
        "few_of_class",
        Severity.BAD if min(few.values()) < NOT_ENOUGH_OF_CLASS else Severity.WATCH,
        f"{listed(list(few), 3)} {verb(len(few), 'occurs', 'occur')} in {counted(rows, 'row')} only",
        f"Of the classes of {name}, {listed(said)} {verb(len(few), 'is', 'are')} too rare to be learned, and folds may "
        "lack them. Find more such rows, merge classes, or leave them out.",
        columns=(name,),
        rows=rows,
        where=is_one_of(name, list(few)),
        fixes=(fixes.drop_rows([fixes.condition(name, "in", values)], rows),),
    )


def too_few_rows(facts: Facts) -> Iterator[Finding]:
    """Say that there are too few rows for so many columns."""
    rows = facts.present(facts.goal.name)
    used = [c for c in facts.features if c.kind is not ColumnKind.IDENTIFIER]
    per_column = rows / max(len(used), 1)
    if rows >= FEWEST_ROWS and per_column >= ROWS_PER_COLUMN:
        return
    few = f"{counted(rows, 'row')} with a target"
    yield finding(
        "too_few_rows",
        Severity.BAD if rows < NOT_ENOUGH_ROWS else Severity.WATCH,
        f"{few} {verb(rows, 'is', 'are')} few for {counted(len(used), 'column')}",
        f"{number(round(per_column, 1))} rows a column. Models learn chance from so few, and scores are uncertain: "
        "prefer simple models, leave columns out, and read the intervals.",
        columns=(facts.goal.name,),
    )


def skewed(facts: Facts) -> Iterator[Finding]:
    """Say that the target has a long tail."""
    profile = facts.column(facts.goal.name)
    if facts.kind.is_classification or profile.skew is None or abs(profile.skew) < LONG_TAIL:
        return
    name, up = facts.goal.name, profile.skew > 0
    low, high = profile.quantile(0.5) or 0.0, profile.quantile(0.99 if up else 0.01) or 0.0
    yield finding(
        "skewed_target",
        Severity.NOTE,
        f"{name} has a long tail of {'high' if up else 'low'} values",
        f"Half of the rows lie {'below' if up else 'above'} {number(low)}, one in a hundred "
        f"{'above' if up else 'below'} {number(high)} (skewness {profile.skew:.1f}). Squared errors are ruled by that "
        "tail: judge by an absolute or relative error, or learn the logarithm.",
        columns=(name,),
        fixes=(fixes.at_preparation("Choose how it is judged", "The measure is chosen with the goal."),),
    )


def unlearnable(facts: Facts) -> Iterator[Finding]:
    """Say that the target cannot be learned: one value, or a different one in each row."""
    name, present = facts.goal.name, facts.present(facts.goal.name)
    if facts.goal.unique < 2:
        title, why = f"{name} is the same in every row", "There is nothing to learn."
    elif facts.kind.is_classification and present >= 20 and facts.goal.unique > 0.5 * present:
        title = f"{name} has {facts.goal.unique:,} classes in {present:,} rows"
        why = "Nearly every row is a class of its own, so that no class can be learned. Choose another target."
    else:
        return
    yield finding("unlearnable", Severity.BAD, title, why, columns=(name,))


def _classes(facts: Facts) -> dict[str, int]:
    if not facts.kind.is_classification or facts.goal.unique > MOST_CLASSES:
        return {}
    return facts.levels(facts.goal.name)


CHECKS = (
    Check(
        "unlearnable",
        "A target that can be learned",
        "A target with one value, or a different class in nearly every row.",
        "There is nothing to learn.",
        unlearnable,
        needs_target=True,
    ),
    Check(
        "few_of_class",
        "Rare classes",
        "Classes of the target with fewer than 20 rows.",
        "They cannot be learned, and folds may lack them.",
        few_of_class,
        needs_target=True,
    ),
    Check(
        "imbalance",
        "Uneven classes",
        "One class that holds four fifths of the rows or more.",
        "Accuracy looks good where nothing was learned.",
        imbalance,
        needs_target=True,
    ),
    Check(
        "too_few_rows",
        "Enough rows",
        "Fewer than 100 rows, or fewer than 10 a column.",
        "Models learn chance from so few.",
        too_few_rows,
        needs_target=True,
    ),
    Check(
        "skewed_target",
        "A target with a long tail",
        "A number to predict with a few values far above or below the rest.",
        "The tail rules what is learned and how it is judged.",
        skewed,
        needs_target=True,
    ),
)
