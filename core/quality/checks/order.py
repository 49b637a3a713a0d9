"""What the order of the rows tells: time, sorting, and change from the first part of the file to the last."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.effects import population_shift
from core.quality.facts import NUMBERS, Facts
from core.quality.finding import Finding
from core.quality.onecolumn import bins_of_codes, bins_of_numbers
from core.quality.words import counted, listed, number, share, tokens, verb
from core.types import ColumnKind, Severity, StorageType

IN_ORDER = 0.99
FEWEST_ROWS = 50
FEWEST_FOR_DRIFT = 300
ALIKE = 0.3
"""Correlation of a row's target with the next one's from which neighbours are called alike."""

MOST_GROUPS = 50
MOVED = 0.25
"""Population stability index from which a column is said to have moved (a convention of credit scoring)."""

BINS = 10


def time_order(facts: Facts) -> Iterator[Finding]:
    """Find a column of time by which the rows are sorted."""
    for column, direction in _times_in_order(facts):
        way = "the oldest first" if direction > 0 else "the newest first"
        yield finding(
            "time_order",
            Severity.WATCH,
            f"Rows stand in order of {column.name}",
            f"By {column.name}, {way}. If what comes later is to be predicted, judge on later rows than were learned "
            "from: mixed at random, a model sees the future.",
            columns=(column.name,),
            fixes=(fixes.at_preparation("Split by time", "Later rows are kept for the test."),),
        )
        return


def _times_in_order(facts: Facts) -> Iterator[tuple[ColumnSchema, int]]:
    """Give columns of time that go up (1) or down (-1) with the rows."""
    for column in facts.features:
        is_year = column.kind is ColumnKind.NUMERIC and bool({"year", "timestamp"} & set(tokens(column.name)))
        if column.storage is StorageType.DATETIME or is_year:
            direction = _sorted(facts, column)
            if direction:
                yield column, direction


def _sorted(facts: Facts, column: ColumnSchema) -> int:
    """Return 1 or -1 where the sample goes up or down with hardly an exception, else 0."""
    values = facts.values(column.name)
    values = values[np.isfinite(values)]
    steps = np.diff(values)
    moves = int((steps != 0).sum())
    if len(values) < FEWEST_ROWS or moves < 10 or facts.column(column.name).unique < 10:
        return 0
    if (steps >= 0).mean() >= IN_ORDER:
        return 1
    return -1 if (steps <= 0).mean() >= IN_ORDER else 0


def target_order(facts: Facts) -> Iterator[Finding]:
    """Find that rows near each other have like targets."""
    name, answer = facts.goal.name, _answer(facts)
    answer = answer[np.isfinite(answer)]
    if len(answer) < FEWEST_ROWS or np.ptp(answer) == 0:
        return
    alike = float(np.corrcoef(answer[:-1], answer[1:])[0, 1])
    if alike < ALIKE or any(_times_in_order(facts)):
        return
    if _is_sorted_by(facts):
        yield finding(
            "target_order",
            Severity.NOTE,
            f"Rows are sorted by {name}",
            "The first part of the file is unlike the last. Splits that shuffle take care of it; never cut such a file "
            "by its first rows.",
            columns=(name,),
        )
        return
    yield finding(
        "target_order",
        Severity.WATCH,
        f"Neighbouring rows have like values of {name}",
        f"The correlation from one row to the next is {alike:.2f}{facts.sampled}. The order means something, most "
        "often time or a group. If so, split by it, or the test is too easy.",
        columns=(name,),
        fixes=(fixes.at_preparation("Split by time or group", "Rows that belong together stay together."),),
    )


def _answer(facts: Facts) -> np.ndarray:
    """Return the target of the sample as numbers; of classes, whether it is the most frequent one."""
    if not facts.kind.is_classification:
        values = facts.values(facts.goal.name)
        known = np.isfinite(values)
        # Ranks: a few extreme values decide no correlation.
        ranks = np.full(len(values), np.nan)
        ranks[known] = np.argsort(np.argsort(values[known], kind="stable"), kind="stable")
        return ranks
    codes = facts.codes(facts.goal.name)
    most = int(np.argmax(np.bincount(codes[codes >= 0], minlength=1)))
    return np.where(codes < 0, np.nan, codes == most).astype(float)


def _groups_in_order(facts: Facts) -> list[str]:
    """Return categorical features by which the rows are sorted."""
    found = []
    for column in facts.features:
        is_group = column.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN) and 2 <= column.unique <= MOST_GROUPS
        if is_group and _few_runs(facts.codes(column.name)):
            found.append(column.name)
    return found


def _few_runs(codes: np.ndarray) -> bool:
    codes = codes[codes >= 0]
    values = int(codes.max(initial=0)) + 1
    return int((np.diff(codes) != 0).sum()) < values + max(values // 10, 1)


def _is_sorted_by(facts: Facts) -> bool:
    if not facts.kind.is_classification:
        return bool(_sorted(facts, facts.goal))
    return _few_runs(facts.codes(facts.goal.name))


def drift(facts: Facts) -> Iterator[Finding]:
    """Find columns whose values differ between the first and the last third of the file."""
    n = len(facts.frame)
    if n < FEWEST_FOR_DRIFT or (facts.target is not None and _is_sorted_by(facts)):
        return
    moved = {c.name: index for c in facts.dataset.columns if (index := _index(facts, c)) > MOVED}
    if not moved:
        return
    names = sorted(moved, key=lambda name: -moved[name])
    groups = _groups_in_order(facts)
    if groups:
        yield finding(
            "drift",
            Severity.NOTE,
            f"Rows are sorted by {listed(groups, 2)}",
            f"{counted(len(names), 'column')} {verb(len(names), 'differs', 'differ')} between the first and the last "
            "part of the file for that reason. Splits that shuffle take care of it; never cut such a file by its first "
            "rows.",
            columns=groups,
            part="sorted",
        )
        return
    said = [_change(facts, name) for name in names[:4]]
    yield finding(
        "drift",
        Severity.WATCH,
        f"{listed(names, 2)} {verb(len(names), 'changes', 'change')} from the first to the last part of the file",
        f"{'; '.join(said)}{f'; and {len(names) - 4} more' if len(names) > 4 else ''}{facts.sampled}. If the order "
        "means something (time, place), what is learned from the beginning may not hold at the end.",
        columns=names,
        fixes=(fixes.at_preparation("Split by time or group", "Scores then show what new rows will bring."),),
    )


def _index(facts: Facts, column: ColumnSchema) -> float:
    """Return the population stability index of a column less what chance alone makes of it."""
    if column.kind in (ColumnKind.IDENTIFIER, ColumnKind.TEXT) or column.storage is StorageType.DATETIME:
        return 0.0
    if column.unique < 2 or (column.storage in NUMBERS and _sorted(facts, column)):
        return 0.0
    third = len(facts.frame) // 3
    if column.storage in NUMBERS and column.unique > BINS:
        bins = bins_of_numbers(facts.values(column.name)) * BINS // 33
    else:
        bins = np.minimum(bins_of_codes(facts.codes(column.name)), 2 * BINS)
    size = int(bins.max()) + 1
    first, last = (np.bincount(part, minlength=size) for part in (bins[:third], bins[-third:]))
    return population_shift(first, last) - 2 * (size - 1) * 2 / third


def _change(facts: Facts, name: str) -> str:
    """Say what a column was in the first third and is in the last."""
    third = len(facts.frame) // 3
    column = facts.dataset.column(name)
    if column.storage in NUMBERS and column.unique > 2:
        values = facts.values(name)
        first, last = (
            np.nanmedian(part) if np.isfinite(part).any() else np.nan for part in (values[:third], values[-third:])
        )
        if first != last:
            return f"{name} has the middle value {number(float(first))} at first, {number(float(last))} at last"
    codes = facts.codes(name)
    shares = [np.bincount(part + 1, minlength=codes.max() + 2) / third for part in (codes[:third], codes[-third:])]
    place = int(np.argmax(np.abs(shares[0] - shares[1])))
    label = (
        "missing" if place == 0 else str(facts.frame[name].iloc[int(np.argmax(codes == place - 1))]).removesuffix(".0")
    )
    return f"{name} is {label} in {share(float(shares[0][place]))} at first, {share(float(shares[1][place]))} at last"


CHECKS = (
    Check(
        "time_order",
        "Rows in order of time",
        "A column of dates or years by which the rows are sorted.",
        "Mixed at random, a model sees the future.",
        time_order,
    ),
    Check(
        "target_order",
        "Like neighbours",
        "Rows whose target resembles that of the row before.",
        "Where rows belong together, a random split makes the test too easy.",
        target_order,
        needs_target=True,
    ),
    Check(
        "drift",
        "Change through the file",
        "Columns whose values differ between the first and the last third of the rows.",
        "What is learned from the beginning may no longer hold at the end.",
        drift,
    ),
)
