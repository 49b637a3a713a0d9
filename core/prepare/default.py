"""The plan proposed for a table: one that any model can train on, each step with its reason."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.profile_types import ColumnProfile, TableProfile
from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.prepare.default_facts import Facts, choice, counted, listed
from core.prepare.default_numbers import propose_gaps, propose_places, propose_scale
from core.prepare.default_words import propose_words
from core.prepare.plan import PreparePlan, StepChoice
from core.types import ColumnKind, TaskKind

__all__ = ["counted", "default_plan", "listed"]

_RARE_CLASS = 0.1
_SKEWED_TARGET = 1.5
_FEWEST_OTHERS = 5
_NEARLY_ALL = 0.999


def default_plan(
    columns: Sequence[ColumnSchema],
    *,
    rows: int = 0,
    task: TaskKind | None = None,
    profile: TableProfile | None = None,
    target: str = "",
) -> PreparePlan:
    """Propose a preparation plan for the features in use.

    Parameters
    ----------
    columns : sequence of ColumnSchema
        The features; without the target and the columns set aside.
    rows : int
        Rows of the table; 0 where not known.
    task : TaskKind, optional
        Kind of the target; without it nothing is proposed that learns from the target.
    profile : TableProfile, optional
        The table's figures; without them skewed, nearly constant and extreme columns are not told.
    target : str
        The target's name in ``profile``.

    Returns
    -------
    PreparePlan
        Every column is named by at least one step. Steps that change what predictions mean (class weights, a
        transformed target) are proposed switched off.

    Raises
    ------
    LatheError
        Where nothing would be left to learn from.
    """
    given = Facts(tuple(columns), rows, task, profile)
    drops = _drops(given)
    dropped = {name for step in drops for name in step.columns}
    left = tuple(column for column in columns if column.name not in dropped)
    if not left:
        raise LatheError(
            "No column is left to learn from: all of them are identifiers, constant or empty.",
            hint="Use more columns, or change the kind of a column that is not an identifier.",
        )
    facts = Facts(left, rows, task, profile)
    return PreparePlan(
        steps=(
            *drops,
            *propose_gaps(facts),
            *propose_places(facts),
            *propose_words(facts),
            *propose_scale(facts),
            *_target_steps(facts, target),
        )
    )


def _drops(facts: Facts) -> list[StepChoice]:
    empty = [c for c in facts.columns if c.unique == 0 and c.missing > 0]
    constant = [c for c in facts.columns if c.unique == 1 and c.missing == 0]
    ids = [c for c in facts.of_kind(ColumnKind.IDENTIFIER) if c not in empty and c not in constant]
    own = [c for c in facts.of_kind(ColumnKind.CATEGORICAL) if _all_differ(c, facts.rows)]
    same = [c for c in facts.columns if c not in (*empty, *constant, *ids, *own) and _nearly_constant(facts, c)]
    reasons = (
        (
            ids,
            "{0} identify rows; a model would learn them by heart.",
            "{0} identifies rows; a model would learn it by heart.",
        ),
        (empty, "{0} have no value in any row.", "{0} has no value in any row."),
        (constant, "{0} have the same value in every row.", "{0} has the same value in every row."),
        (own, "{0} have another category in every row.", "{0} has another category in every row."),
        (
            same,
            "{0} have the same value in all but a few rows; too few to learn from.",
            "{0} has the same value in all but a few rows; too few to learn from.",
        ),
    )
    return [
        choice("drop_columns", group, (one if len(group) == 1 else many).format(listed(group)))
        for group, many, one in reasons
        if group
    ]


def _all_differ(column: ColumnSchema, rows: int) -> bool:
    return rows > _FEWEST_OTHERS and column.unique >= rows - column.missing and column.unique > _FEWEST_OTHERS


def _nearly_constant(facts: Facts, column: ColumnSchema) -> bool:
    figures = facts.figures(column)
    if figures is None or not facts.rows:
        return False
    others = facts.rows - figures.mode_count
    return others < _FEWEST_OTHERS and figures.mode_count > _NEARLY_ALL * facts.rows


def _target_steps(facts: Facts, target: str) -> list[StepChoice]:
    """Propose, switched off, what changes the meaning of predictions."""
    if facts.profile is None or facts.task is None or not target:
        return []
    figures = next((found for found in facts.profile.columns if found.name == target), None)
    if figures is None:
        return []
    step = _weights(figures, facts.rows) if facts.task.is_classification else _shape(figures)
    return [step.model_copy(update={"enabled": False})] if step else []


def _weights(target: ColumnProfile, rows: int) -> StepChoice | None:
    if not target.top or target.unique > len(target.top) or not rows:
        return None
    rarest = min(target.top, key=lambda value: value.count)
    if rarest.count >= _RARE_CLASS * rows:
        return None
    reason = (
        f"Only {rarest.count:,} of {rows:,} rows are {rarest.value}. Weights make rare classes count more: more of "
        "them are found, at the price of false alarms and of probabilities that are too high. Off until you want that."
    )
    return choice("weigh_classes", [], reason)


def _shape(target: ColumnProfile) -> StepChoice | None:
    if target.skew is None or target.minimum is None or target.skew < _SKEWED_TARGET or target.minimum <= -1:
        return None
    reason = (
        f"A few values of {target.name} are far larger than the rest. Learning its logarithm often helps; predictions "
        "then follow the middle of similar rows rather than their mean. Off until you want that."
    )
    return choice("transform_target", [], reason, method="log")
