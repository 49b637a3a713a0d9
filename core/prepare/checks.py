"""What is odd about the columns that a plan gives to a model, and what the plan makes of it, before anything runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.data.profile_types import ColumnProfile, TableProfile
from core.data.schema import ColumnSchema
from core.prepare.default import listed
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlanOutline
from core.prepare.spec import Family
from core.types import ColumnKind, TaskKind
from core.words import listed as named
from core.words import share

_MANY = 20
_SELDOM_REPEATED = 0.3
_TOO_FEW = 0.5


def check_plan(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    task: TaskKind | None = None,
    *,
    aside: Sequence[ColumnSchema] = (),
    rows: int = 0,
    profile: TableProfile | None = None,
) -> tuple[str, ...]:
    """Say what is likely to disappoint, each with a remedy; nothing of it prevents training.

    Parameters
    ----------
    plan : PreparePlan
        The plan.
    columns, aside : sequence of ColumnSchema
        The features, and columns that steps may only look at.
    task : TaskKind, optional
        Kind of the target.
    rows : int
        Rows of the table; 0 where not known.
    profile : TableProfile, optional
        The table's figures; infinite values and mixed cells are known from it alone.

    Raises
    ------
    InvalidInput
        With every problem that does prevent it.
    """
    found = {
        family: outline_plan(plan, columns, needs, aside=aside, task=task) for family, needs in FAMILY_NEEDS.items()
    }
    used = {raw for outline in found.values() for feature in outline.used for raw in feature.origin}
    reached = [column for column in columns if column.name in used]
    return (
        *_nothing_to_learn(reached),
        *_own_values(reached, found[Family.LINEAR], rows),
        *_seldom_repeated(reached, rows),
        *_of_profile(reached, profile),
        *_rows_taken_out(found[Family.LINEAR], rows),
        *_never_numbers(columns, used, found[Family.LINEAR]),
        *_not_scaled(found[Family.LINEAR]),
    )


def _not_scaled(found: PlanOutline) -> Iterator[str]:
    """Tell of numbers that a step made and no scale reaches, where the others are brought to one scale."""
    scaled = {f.root for step in found.steps if step.spec.key in _SCALES for f in step.context.features}
    made = [f.root for step in found.steps if step.spec.key in _WITH_UNITS for f in step.given]
    left = [root for root in made if root not in scaled and any(f.root == root for f in found.used)]
    if scaled and left:
        verb = "is" if len(left) == 1 else "are"
        yield (
            f"{named(left, most=4)} {verb} not brought to the scale of the other numbers, which linear models and "
            "networks need. Add it to the columns of 'Bring numbers to one scale', below the step that makes it."
        )


_SCALES = ("scale_numbers", "power_numbers", "quantile_numbers", "log_numbers")
_WITH_UNITS = (
    "compute_column", "ratios_differences", "polynomial_features", "elapsed_time", "date_differences", "lags",
    "rolling_windows", "group_figures", "golden_features", "place_distance", "measure_text",
)  # fmt: skip


def _nothing_to_learn(columns: Sequence[ColumnSchema]) -> Iterator[str]:
    empty = [c for c in columns if c.unique == 0 and c.missing]
    constant = [c for c in columns if c.unique == 1 and not c.missing]
    if empty:
        yield f"No row has a value in {listed(empty)}: nothing can be learned from that. Leave it out."
    if constant:
        yield f"Every row has the same value in {listed(constant)}: nothing can be learned from that. Leave it out."


def _own_values(columns: Sequence[ColumnSchema], found: PlanOutline, rows: int) -> Iterator[str]:
    as_words = {f.root for step in found.steps if step.spec.key in _BY_WORDS for f in step.context.features}
    words = [c for c in columns if c.kind is not ColumnKind.NUMERIC and c.kind is not ColumnKind.DATETIME]
    own = [
        c
        for c in words
        if c.name not in as_words
        and (c.kind is ColumnKind.IDENTIFIER or (rows > _MANY and c.unique >= rows - c.missing and c.unique > _MANY))
    ]
    if own:
        yield (
            f"Every row has a value of its own in {listed(own)}: a model would learn it by heart and know nothing of "
            "later rows. Leave it out, or take words or the first letters from it."
        )


_BY_WORDS = ("encode_text", "count_words", "hash_text", "text_topics", "measure_text", "code_prefix", "embed_text")


def _seldom_repeated(columns: Sequence[ColumnSchema], rows: int) -> Iterator[str]:
    seldom = [
        c
        for c in columns
        if c.kind is ColumnKind.CATEGORICAL and rows > _MANY and _SELDOM_REPEATED * rows < c.unique < rows - c.missing
    ]
    if seldom:
        yield (
            f"{listed(seldom)} has hardly any value twice ({seldom[0].unique:,} categories in "
            f"{rows:,} rows): many stand in the rows to be tested on alone, and count as rare there. Group rare "
            "categories, or take the first letters."
        )


def _of_profile(columns: Sequence[ColumnSchema], profile: TableProfile | None) -> Iterator[str]:
    if profile is None:
        return
    known = {column.name: column for column in profile.columns}
    for column in columns:
        facts = known.get(column.name)
        if facts is None:
            continue
        if facts.infinite:
            yield (
                f"{column.name} has {facts.infinite:,} infinite {'value' if facts.infinite == 1 else 'values'}, which "
                "count as missing. Look where they come from: a division by zero, perhaps."
            )
        if column.kind in (ColumnKind.CATEGORICAL, ColumnKind.TEXT) and _is_mixed(facts):
            yield (
                f"{column.name} holds numbers and words. If it should be a number, set its type on the Upload page; "
                "the words then count as missing."
            )


def _is_mixed(facts: ColumnProfile) -> bool:
    """Tell whether a good part of the frequent values, but not all, are numbers; few categories may well be codes."""
    if facts.unique <= _MANY or not facts.top:
        return False
    numbers = sum(_is_number(value.value) for value in facts.top)
    return 2 <= numbers < len(facts.top)


def _is_number(text: str) -> bool:
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def _rows_taken_out(found: PlanOutline, rows: int) -> Iterator[str]:
    for step in found.steps:
        if step.spec.key == "drop_missing_rows" and rows:
            most = max((f.gaps_seen for f in step.context.features), default=0) / rows
            if most > _TOO_FEW:
                yield (
                    f"{step.spec.title} takes at least {share(most)} of the rows out of what is learned from. Fill "
                    "the gaps, or leave out the column that has most of them."
                )


def _never_numbers(columns: Sequence[ColumnSchema], used: set[str], found: PlanOutline) -> Iterator[str]:
    dropped = {f.root for step in found.steps if step.spec.key == "drop_columns" for f in step.context.features}
    still = {feature.root for feature in found.features}
    lost = [c for c in columns if c.name not in used and c.name not in dropped and c.name in still]
    if lost:
        yield (
            f"No step turns {listed(lost)} into numbers, so models do not see it. Add a step for it, or leave it out "
            "on purpose."
        )
