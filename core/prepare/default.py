"""The plan proposed for a table: one that any model can train on, each step with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.params import ParamValue
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.steps.categories import EMBED_ABOVE
from core.types import ColumnKind, TaskKind


def default_plan(columns: Sequence[ColumnSchema], *, rows: int = 0, task: TaskKind | None = None) -> PreparePlan:
    """Propose a preparation plan for the features in use.

    Parameters
    ----------
    columns : sequence of ColumnSchema
        The features; without the target and the columns set aside.

    Returns
    -------
    PreparePlan
        Every column is named by at least one step.

    Raises
    ------
    LatheError
        Where nothing would be left to learn from.
    """
    drops = _drops(columns)
    dropped = {name for step in drops for name in step.columns}
    left = [column for column in columns if column.name not in dropped]
    if not left:
        raise LatheError(
            "No column is left to learn from: all of them are identifiers, constant or empty.",
            hint="Use more columns, or change the kind of a column that is not an identifier.",
        )
    return PreparePlan(
        steps=(*drops, *_numbers(left), *_categories(left), *_texts(left), *_dates(left), *_scaling(left))
    )


def _drops(columns: Sequence[ColumnSchema]) -> list[StepChoice]:
    empty = [c for c in columns if c.unique == 0 and c.missing > 0]
    constant = [c for c in columns if c.unique == 1 and c.missing == 0]
    ids = [c for c in columns if c.kind is ColumnKind.IDENTIFIER and c not in empty and c not in constant]
    reasons = (
        (
            ids,
            "{0} identify rows; a model would learn them by heart.",
            "{0} identifies rows; a model would learn it by heart.",
        ),
        (empty, "{0} have no value in any row.", "{0} has no value in any row."),
        (constant, "{0} have the same value in every row.", "{0} has the same value in every row."),
    )
    return [
        _choice("drop_columns", group, (one if len(group) == 1 else many).format(listed(group)))
        for group, many, one in reasons
        if group
    ]


def _numbers(columns: Sequence[ColumnSchema]) -> list[StepChoice]:
    numbers = [c for c in columns if c.kind is ColumnKind.NUMERIC]
    gaps = [c for c in numbers if c.missing]
    whole = [c for c in numbers if not c.missing]
    steps = []
    if gaps:
        cells = sum(c.missing for c in gaps)
        noun = "number is" if cells == 1 else "numbers are"
        reason = f"{cells:,} {noun} missing in {listed(gaps)}."
        steps.append(
            _choice("mark_missing", gaps, "Models also learn which cells were missing; that may say something.")
        )
        steps.append(_choice("impute_numbers", gaps, reason, method="median"))
    if whole:
        reason = f"Nothing is missing in {counted(whole, 'number column')} now; a later row may lack a value."
        steps.append(_choice("impute_numbers", whole, reason, method="median"))
    return steps


def _categories(columns: Sequence[ColumnSchema]) -> list[StepChoice]:
    found = [c for c in columns if c.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)]
    if not found:
        return []
    gaps = [c for c in found if c.missing]
    why_fill = (
        f"A value is missing in {listed(gaps)}; that may mean something."
        if gaps
        else (f"Nothing is missing in {counted(found, 'category column')} now; a later row may lack a value.")
    )
    many = [c for c in found if c.unique > EMBED_ABOVE]
    why_encode = f"{counted(found, 'category column').capitalize()}, each in the form that suits the model."
    if many:
        why_encode += f" Networks learn an embedding for {listed(many)}."
    return [
        _choice("impute_categories", found, why_fill, method="level"),
        _choice("encode_categories", found, why_encode, method="auto"),
    ]


def _texts(columns: Sequence[ColumnSchema]) -> list[StepChoice]:
    texts = [c for c in columns if c.kind is ColumnKind.TEXT]
    verb = "holds" if len(texts) == 1 else "hold"
    return [_choice("encode_text", texts, f"{listed(texts)} {verb} free text.")] if texts else []


def _dates(columns: Sequence[ColumnSchema]) -> list[StepChoice]:
    dates = [c for c in columns if c.kind is ColumnKind.DATETIME]
    verb = "is a date" if len(dates) == 1 else "are dates"
    return [_choice("expand_dates", dates, f"{listed(dates)} {verb}; models need numbers.")] if dates else []


def _scaling(columns: Sequence[ColumnSchema]) -> list[StepChoice]:
    numbers = [c for c in columns if c.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME)]
    if not numbers:
        return []
    reason = f"{counted(numbers, 'column')} of numbers in different units. Done only for models that need it."
    return [_choice("scale_numbers", numbers, reason, method="standard")]


def listed(columns: Sequence[ColumnSchema], most: int = 4) -> str:
    """Name the columns, or the first few and how many more."""
    names = [column.name or "(no name)" for column in columns]
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def counted(columns: Sequence[ColumnSchema], noun: str) -> str:
    """Say how many: "1 column", "3 columns"."""
    return f"{len(columns)} {noun}{'' if len(columns) == 1 else 's'}"


def _choice(step: str, columns: Sequence[ColumnSchema], reason: str, **params: ParamValue) -> StepChoice:
    return StepChoice(step=step, columns=tuple(c.name for c in columns), params=params, reason=reason)
