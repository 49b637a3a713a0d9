"""Columns that alone predict the target too well: likely written down after it, or made from it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.data.schema import ColumnSchema
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import NUMBERS, Facts
from core.quality.finding import Finding
from core.quality.onecolumn import bins_of_codes, bins_of_numbers, class_score, number_score
from core.quality.words import share, tokens, word_set
from core.types import ColumnKind, Severity, StorageType

ROWS = 20_000
FEWEST_ROWS = 50
MOST_COLUMNS = 1_000

BAD = 0.975
WATCH = 0.9
ALONE = 0.7
"""So good, and twice as good as every other column."""

HINTED = 0.35
"""So good, half as good again as every other column, and named like something known afterwards."""

AFTERWARDS = word_set(
    "duration result outcome end ended closed close final resolution resolved settled settlement cancel cancelled "
    "canceled cancellation reason paid payout refund refunded charged chargeback recovered recovery discharge death "
    "died exit left leaving elapsed actual after post"
)
"""Words in the names of what is often known only once the answer is."""


def leakage(facts: Facts) -> Iterator[Finding]:
    """Score every column alone on held-out rows, and ask of those that are too good whether they are known in time."""
    scores = _scores(facts)
    told = [(name, severity) for name in scores if (severity := _judged(name, scores)) is not None]
    for name, severity in sorted(told, key=lambda item: -scores[item[0]])[:10]:
        yield _finding(facts, name, scores, severity)


def _scores(facts: Facts) -> dict[str, float]:
    known, answer = _answers(facts)
    if len(known) < FEWEST_ROWS or len(np.unique(answer)) < 2:
        return {}
    columns = [c for c in facts.features if c.unique > 1 and c.kind is not ColumnKind.TEXT][:MOST_COLUMNS]
    return {c.name: _score(facts, c, known, answer) for c in columns}


def _answers(facts: Facts) -> tuple[np.ndarray, np.ndarray]:
    """Return places of the sample with a known target, and the target there."""
    if facts.kind.is_classification:
        codes = facts.codes(facts.goal.name)
        known = np.flatnonzero(codes >= 0)
    else:
        values = facts.values(facts.goal.name)
        known = np.flatnonzero(np.isfinite(values))
    known = np.random.default_rng(0).permutation(known)[:ROWS]
    if facts.kind.is_classification:
        return known, codes[known]
    low, high = np.quantile(values[known], [0.001, 0.999]) if len(known) else (0.0, 0.0)
    return known, np.clip(values[known], low, high)


def _score(facts: Facts, column: ColumnSchema, known: np.ndarray, answer: np.ndarray) -> float:
    is_number = column.storage in NUMBERS and column.kind is not ColumnKind.CATEGORICAL
    if column.storage is StorageType.DATETIME:
        # That time goes on explains much and is known; whether there is a date may give the answer away.
        bins = (facts.codes(column.name)[known] >= 0).astype(np.int64)
    elif is_number:
        values = facts.values(column.name)[known]
        bins = bins_of_numbers(values)
    else:
        bins = bins_of_codes(facts.codes(column.name)[known])
    if facts.kind.is_classification:
        return class_score(bins, answer)
    found = number_score(bins, answer)
    if is_number:
        both = np.isfinite(values)
        if both.sum() > FEWEST_ROWS and np.ptp(values[both]) > 0 and np.ptp(answer[both]) > 0:
            # Bins blur a straight line, above all at the ends.
            found = max(found, float(np.corrcoef(values[both], answer[both])[0, 1] ** 2 * both.mean()))
    return found


def _judged(name: str, scores: dict[str, float]) -> Severity | None:
    score = scores[name]
    if score >= BAD:
        return Severity.BAD
    if score >= WATCH:
        return Severity.WATCH
    others = max((s for other, s in scores.items() if other != name), default=0.0)
    hinted = bool(AFTERWARDS & set(tokens(name))) and score >= HINTED and score >= 1.5 * others
    alone = len(scores) > 2 and score >= ALONE and score >= 2 * others
    return Severity.WATCH if hinted or alone else None


def _finding(facts: Facts, name: str, scores: dict[str, float], severity: Severity) -> Finding:
    target, score = facts.goal.name, scores[name]
    if facts.kind.is_classification:
        measured = f"Alone it ranks {share((1 + score) / 2)} of pairs of rows the right way (AUC; by chance it is 50 %)"
    else:
        measured = f"Alone it explains {share(score)} of the differences in {target} (R squared)"
    others = sorted(((s, other) for other, s in scores.items() if other != name), reverse=True)
    next_best = ""
    if others and severity is not Severity.BAD:
        best = (1 + others[0][0]) / 2 if facts.kind.is_classification else others[0][0]
        next_best = f"; the next best column, {others[0][1]}, {share(best)}"
    return finding(
        "leakage",
        severity,
        f"Is {name} known at prediction time?",
        f"{measured}{next_best}. If it is written down only after {target} is known, or made from it, scores are too "
        "good to be true and new rows will lack it.",
        columns=(name,),
        fixes=(fixes.leave_out((name,), "It is not known in time."), fixes.drop_columns((name,))),
    )


CHECKS = (
    Check(
        "leakage",
        "Known at prediction time?",
        "Columns that alone predict the target too well, measured on held-out rows.",
        "A column written down after the answer makes scores too good to be true.",
        leakage,
        needs_target=True,
    ),
)
