"""The proposal for words and dates: categories, lists in cells, free text, dates."""

from __future__ import annotations

from collections import Counter

from core.data.schema import ColumnSchema
from core.prepare.default_facts import Facts, choice, counted, listed
from core.prepare.plan import StepChoice
from core.prepare.spec import Family
from core.prepare.steps.categories import EMBED_ABOVE
from core.types import ColumnKind, Meaning

MEANS_ABOVE = 30
"""Columns with more levels than this reach linear models and trees as means of the target."""

_MORE_WORDS_FROM, _MORE_WORDS_TO = 2_000, 100_000
"""Rows between which texts give 300 words: fewer do not support them, more make the matrix large."""

_SEPARATORS = (";", "|", ",")


def propose_words(facts: Facts) -> list[StepChoice]:
    """Propose steps for everything but numbers."""
    lists = [column for column in facts.columns if _is_list(column)]
    rest = [column for column in facts.columns if column not in lists]
    left = Facts(tuple(rest), facts.rows, facts.task, facts.profile)
    return [*_lists(lists), *_categories(left), *_texts(left), *_dates(left)]


def _is_list(column: ColumnSchema) -> bool:
    return column.meaning is Meaning.LIST and column.kind in (ColumnKind.CATEGORICAL, ColumnKind.TEXT)


def _lists(columns: list[ColumnSchema]) -> list[StepChoice]:
    return [
        choice(
            "encode_lists",
            [column],
            f"Cells of {listed([column])} hold several items each.",
            separator=_separator(column),
        )
        for column in columns
    ]


def _separator(column: ColumnSchema) -> str:
    """Return what stands between items, by the examples that are known."""
    seen = Counter({mark: sum(example.count(mark) for example in column.examples) for mark in _SEPARATORS})
    return seen.most_common(1)[0][0]


def _categories(facts: Facts) -> list[StepChoice]:
    found = facts.of_kind(ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
    if not found:
        return []
    gaps = [c for c in found if c.missing]
    why_fill = (
        f"A value is missing in {listed(gaps)}; that may mean something."
        if gaps
        else f"Nothing is missing in {counted(found, 'category column')} now; a later row may lack a value."
    )
    # Means of the target need one.
    many = [c for c in found if c.unique > MEANS_ABOVE] if facts.task is not None else []
    few = [c for c in found if c not in many]
    return [choice("impute_categories", found, why_fill, method="level"), *_few(few), *_many(many)]


def _few(found: list[ColumnSchema]) -> list[StepChoice]:
    if not found:
        return []
    many = [c for c in found if c.unique > EMBED_ABOVE]
    reason = f"{counted(found, 'category column').capitalize()}, each in the form that suits the model."
    if many:
        reason += f" Networks learn an embedding for {listed(many)}."
    return [choice("encode_categories", found, reason, method="auto")]


def _many(found: list[ColumnSchema]) -> list[StepChoice]:
    if not found:
        return []
    most = max(found, key=lambda column: column.unique)
    has = "has" if len(found) == 1 else "have"
    levels = f"{listed(found)} {has} many categories ({f'{most.name} ' if len(found) > 1 else ''}{most.unique:,})"
    why = (
        f"{levels}: too many for a column each. Each gets the mean of the target, learned from other rows than its own."
    )
    embed = f"{levels}: networks learn an embedding."
    return [
        choice("target_means", found, why, families=(Family.LINEAR, Family.TREES)),
        choice("encode_categories", found, embed, families=(Family.NETWORKS,), method="auto"),
    ]


def _texts(facts: Facts) -> list[StepChoice]:
    texts = facts.of_kind(ColumnKind.TEXT)
    if not texts:
        return []
    verb = "holds" if len(texts) == 1 else "hold"
    reason = f"{listed(texts)} {verb} free text."
    if not _MORE_WORDS_FROM <= facts.rows <= _MORE_WORDS_TO:
        return [choice("encode_text", texts, reason)]
    return [choice("encode_text", texts, f"{reason} {facts.rows:,} rows can tell 300 words apart.", max_words=300)]


def _dates(facts: Facts) -> list[StepChoice]:
    dates = facts.of_kind(ColumnKind.DATETIME)
    if not dates:
        return []
    verb = "is a date" if len(dates) == 1 else "are dates"
    cycles = f"{listed(dates)} {verb}: December is next to January, Sunday next to Monday. Trees need no telling."
    return [
        *(
            choice("date_cycles", [date], cycles, families=(Family.LINEAR, Family.NETWORKS)).model_copy(
                update={"name": facts.free_name(f"cycles of {date.name}")}
            )
            for date in dates
        ),
        choice("expand_dates", dates, f"{listed(dates)} {verb}; models need numbers."),
    ]
