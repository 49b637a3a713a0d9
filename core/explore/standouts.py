"""What stands out in a table: the findings most worth knowing, in sentences, each with its chart.

Every finding has a score from 0 to 1 that says how much a person would want to know it; `SCORES` explains them. The
best ones are taken in order, but no column and no kind of finding may crowd out the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from core.data.profile import ColumnProfile, TableProfile
from core.data.schema import Dataset
from core.explore.chart_spec import ChartSpec
from core.explore.charts.words import counted, number
from core.explore.charts.words import name as short
from core.explore.encode import Encoded, Sample
from core.explore.links import column_chart_spec, is_amount, pair_chart
from core.explore.measures import correlation_ratio
from core.explore.missing import MissingMap
from core.explore.relations import Method, Pair, RelationMatrix
from core.explore.standout_kinds import SCORES, StandOut, StandOutKind
from core.explore.target import TargetRelation
from core.types import ColumnKind, StorageType
from core.words import share

__all__ = ["SCORES", "StandOut", "StandOutKind", "stand_outs"]

MOST = 10
MOST_OF_A_KIND = 3
MOST_OF_A_COLUMN = 2
CURVED_ROWS = 20_000
MOST_CURVED = 30
"""Columns of numbers between which curved relations are looked for."""


def stand_outs(
    dataset: Dataset,
    profile: TableProfile,
    *,
    sample: Sample,
    relations: RelationMatrix,
    missing: MissingMap,
    target: str = "",
    against: Sequence[TargetRelation] = (),
    most: int = MOST,
) -> tuple[StandOut, ...]:
    """Choose the findings most worth knowing.

    Parameters
    ----------
    dataset, profile, sample
        The table, its figures, and rows of it.
    relations : RelationMatrix
        Of the mixed method.
    missing : MissingMap
        Where cells are missing.
    target : str
        Column to predict; empty for none.
    against : sequence of TargetRelation
        Every column against the target; empty without a target.
    most : int
        How many.

    Returns
    -------
    tuple of StandOut
        Highest score first; the same for the same table.
    """
    found = [
        *_of_table(profile),
        *_of_columns(dataset, profile),
        *_of_pairs(relations, sample, target),
        *_curved(relations, sample, target),
        *_of_missing(dataset, profile, missing),
        *_of_target(against),
    ]
    ranked = sorted(found, key=lambda one: (-one.score, one.kind.value, one.columns))
    return tuple(_varied(ranked, most))


def _varied(ranked: Sequence[StandOut], most: int) -> list[StandOut]:
    kinds: Counter[StandOutKind] = Counter()
    columns: Counter[str] = Counter()
    taken: list[StandOut] = []
    for one in ranked:
        crowded = kinds[one.kind] >= MOST_OF_A_KIND or any(columns[c] >= MOST_OF_A_COLUMN for c in one.columns[:2])
        if crowded or any(set(one.columns) == set(other.columns) for other in taken if one.columns):
            continue
        taken.append(one)
        kinds[one.kind] += 1
        columns.update(one.columns[:2])
        if len(taken) == most:
            break
    return taken


def _of_table(profile: TableProfile) -> Iterator[StandOut]:
    if profile.duplicate_rows:
        part = profile.duplicate_rows / profile.rows
        sentence = f"{counted(profile.duplicate_rows, 'row')} ({share(part)}) repeat an earlier one in every cell."
        yield StandOut(kind=StandOutKind.DUPLICATES, sentence=sentence, columns=(), score=0.5 + part / 2)


def _of_columns(dataset: Dataset, profile: TableProfile) -> Iterator[StandOut]:
    for schema in dataset.columns:
        column = profile.column(schema.name)
        known = profile.rows - column.missing
        chart = column_chart_spec(schema)
        for kind, sentence, score in (
            *_dominance(column, known),
            *(_shape(column, known) if is_amount(schema) and schema.kind is ColumnKind.NUMERIC else ()),
        ):
            yield StandOut(kind=kind, sentence=sentence, columns=(column.name,), score=score, chart=chart)


Scored = tuple[StandOutKind, str, float]


def _dominance(column: ColumnProfile, known: int) -> Iterator[Scored]:
    if known < 2 or not column.mode_count:
        return
    part, name = column.mode_count / known, short(column.name)
    value = short(column.mode, 40)
    if column.unique == 1:
        yield StandOutKind.DOMINANCE, f"{name} is {value} in every row that has a value.", 0.8
    elif part > 0.8:
        rest = known - column.mode_count
        others = "one row differs" if rest == 1 else f"the other {rest:,} rows differ"
        yield StandOutKind.DOMINANCE, f"{share(part)} of {name} is {value}; {others}.", 0.3 + 2.4 * (part - 0.8)
    elif column.unique > 50 and part >= 0.1 and column.skew is not None:
        sentence = f"{name} is exactly {value} in {share(part)} of the rows, among {column.unique:,} different values."
        yield StandOutKind.SPIKE, sentence, 0.4 + part / 2


def _shape(column: ColumnProfile, known: int) -> Iterator[Scored]:
    name = short(column.name)
    if column.skew is not None and abs(column.skew) >= 2 and column.unique > 10:
        side = "high" if column.skew > 0 else "low"
        sentence = (
            f"{name} has a long tail to the {side} side: half of it is {'below' if column.skew > 0 else 'above'} "
            f"{number(column.median)}, the mean is {number(column.mean)}."
        )
        yield StandOutKind.SKEW, sentence, 0.35 + min(abs(column.skew) / 40, 0.25)
    low, high = column.quantile(0.25), column.quantile(0.75)
    if low is None or high is None or high <= low or column.minimum is None or column.maximum is None:
        return
    above, below = (column.maximum - high) / (high - low), (low - column.minimum) / (high - low)
    far, end = (above, column.maximum) if above >= below else (below, column.minimum)
    if known >= 20 and far > 6:
        sentence = (
            f"The {'highest' if above >= below else 'lowest'} {name} is {number(end)}, while the middle half lies from "
            f"{number(low)} to {number(high)}."
        )
        yield StandOutKind.OUTLIER, sentence, 0.35 + min(float(np.log2(far)) / 20, 0.35)


def _of_pairs(relations: RelationMatrix, sample: Sample, target: str) -> Iterator[StandOut]:
    for pair in relations.pairs:
        if target in (pair.a, pair.b):
            continue
        a, b = sample.columns[pair.a], sample.columns[pair.b]
        strength = abs(pair.value)
        kind, sentence, score = _pair(pair, a, b, strength)
        if score > 0:
            yield StandOut(kind=kind, sentence=sentence, columns=(pair.a, pair.b), score=score, chart=pair.chart)


def _pair(pair: Pair, a: Encoded, b: Encoded, strength: float) -> Scored:
    dated = [c for c in (a, b) if c.column.storage is StorageType.DATETIME]
    if len(dated) == 1 and pair.measure is Method.SPEARMAN:
        other = b if dated[0] is a else a
        way = "rises" if pair.value > 0 else "falls"
        sentence = f"{short(other.name)} {way} over time ({short(dated[0].name)}; rank correlation {pair.value:.2f})."
        return StandOutKind.TREND, sentence, 0.85 * strength if strength >= 0.3 else 0.0
    if strength >= 0.98:
        return StandOutKind.COPY, pair.sentence, 0.95 * strength
    if pair.measure is Method.CORRELATION_RATIO:
        return StandOutKind.GROUP, _groups(a, b), 0.75 * strength if strength >= 0.3 else 0.0
    sentence = f"{pair.sentence.rstrip('.')} ({_measure(pair)} {pair.value:.2f})."
    return StandOutKind.RELATION, sentence, 0.8 * strength if strength >= 0.5 else 0.0


def _measure(pair: Pair) -> str:
    return {Method.SPEARMAN: "rank correlation", Method.CRAMERS_V: "Cramer's V"}.get(pair.measure, "strength")


def _groups(a: Encoded, b: Encoded) -> str:
    """Name the groups with the lowest and the highest mean."""
    words, amount = (a, b) if a.is_words else (b, a)
    assert amount.numbers is not None
    both = words.known & amount.known
    counts = np.bincount(words.codes[both], minlength=words.groups)
    sums = np.bincount(words.codes[both], weights=amount.numbers[both], minlength=words.groups)
    large = np.flatnonzero(counts >= max(0.01 * both.sum(), 1))
    means = sums[large] / counts[large]
    low, high = int(np.argmin(means)), int(np.argmax(means))
    return (
        f"{short(amount.name)} differs by {short(words.name)}: its mean is {amount.text(means[high])} where that "
        f"{words.group_text(int(large[high]))}, {amount.text(means[low])} where it {words.group_text(int(large[low]))}."
    )


def _curved(relations: RelationMatrix, sample: Sample, target: str) -> Iterator[StandOut]:
    """Find numbers that follow another one, but not in one direction."""
    wanted = [sample.columns[name] for name in relations.columns if name != target]
    every = max(sample.rows // CURVED_ROWS, 1)
    names = [column.name for column in wanted if not column.is_words and column.groups > 4]
    for x in names[:MOST_CURVED]:
        for y in names[:MOST_CURVED]:
            straight = relations.value(x, y)
            if x == y or straight is None or abs(straight) > 0.5:
                continue
            a, b = sample.columns[x], sample.columns[y]
            assert b.numbers is not None
            explained = correlation_ratio(a.codes[::every], b.numbers[::every], a.groups, fair=True)
            gain = explained - abs(straight)
            if np.isfinite(gain) and gain >= 0.3 and int((a.known & b.known).sum()) >= 50:
                yield StandOut(
                    kind=StandOutKind.CURVED,
                    sentence=f"{short(y)} follows {short(x)} in a curve, not in one direction.",
                    columns=(y, x),
                    score=0.9 * explained,
                    chart=pair_chart(a.column, b.column),
                )


def _of_missing(dataset: Dataset, profile: TableProfile, missing: MissingMap) -> Iterator[StandOut]:
    for name in missing.columns:
        part = profile.column(name).missing_share
        if part >= 0.3:
            sentence = f"{share(part)} of {short(name)} is missing."
            if part == 1:
                sentence = f"{short(name)} has no value in any row."
            yield _missing((name,), sentence, 0.4 + part / 2, column_chart_spec(dataset.column(name)))
    for group in missing.groups:
        part = group.rows / max(missing.rows, 1)
        chart = column_chart_spec(dataset.column(group.columns[0]))
        yield _missing(group.columns, group.sentence, 0.4 + min(part + 0.05 * len(group.columns), 1) / 2, chart)
    for link in missing.links:
        chart = column_chart_spec(dataset.column(link.other))
        yield _missing((link.column, link.other), link.sentence, 0.4 + link.strength / 2 - 0.05, chart)


def _missing(columns: tuple[str, ...], sentence: str, score: float, chart: ChartSpec) -> StandOut:
    return StandOut(kind=StandOutKind.MISSING, sentence=sentence, columns=columns, score=score, chart=chart)


def _of_target(against: Sequence[TargetRelation]) -> Iterator[StandOut]:
    for relation in against:
        if relation.strength < 0.3 or relation.kind is ColumnKind.IDENTIFIER:
            continue
        sentence, score = relation.sentence, 0.5 + relation.strength / 2
        if relation.strength >= 0.95:
            sentence, score = f"{sentence} It nearly gives the answer away: is it known in time?", 1.0
        yield StandOut(
            kind=StandOutKind.TARGET, sentence=sentence, columns=(relation.column,), score=score, chart=relation.chart
        )
