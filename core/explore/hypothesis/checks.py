"""Whether a request can be carried out; what must hold, what came, what to do."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.data.schema import ColumnSchema, Dataset
from core.errors import InvalidInput, LatheError
from core.explore.hypothesis.questions import get_question
from core.explore.hypothesis.registry import get_test
from core.explore.hypothesis.samples import MOST_LEVELS, Counts, Groups, Pairs
from core.explore.hypothesis.spec import Field, FieldSpec, Question, TestRequest, TestSpec
from core.explore.hypothesis.words import listed
from core.types import ColumnKind, StorageType

MOST_NUMBERS = 20
"""A number with at most this many different values may stand for a category."""


def is_number(column: ColumnSchema) -> bool:
    """Tell whether the cells are numbers."""
    return column.storage in (StorageType.INT, StorageType.FLOAT)


def is_category(column: ColumnSchema) -> bool:
    """Tell whether a column is offered as a category."""
    if not 2 <= column.unique <= MOST_LEVELS:
        return False
    return column.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN) or (
        is_number(column) and column.unique <= MOST_NUMBERS
    )


def columns_for(dataset: Dataset, spec: FieldSpec) -> tuple[str, ...]:
    """Return the columns offered for an input of a question."""
    return tuple(column.name for column in dataset.columns if _fits(column, spec.accepts))


def _fits(column: ColumnSchema, accepts: str) -> bool:
    number = is_number(column) and column.kind is not ColumnKind.IDENTIFIER
    return (accepts in ("number", "either") and number) or (accepts in ("category", "either") and is_category(column))


def check_request(dataset: Dataset, request: TestRequest) -> None:
    """Check columns and values before anything is read.

    Raises
    ------
    InvalidInput
        With one problem a field.
    """
    problems = []
    for spec in get_question(request.question).fields:
        if spec.accepts in ("number", "category", "either"):
            problems += _column_problems(dataset, spec, str(getattr(request, spec.field.value)))
    names = [name for name in (request.value, request.other, request.group) if name]
    if len(set(names)) < len(names):
        problems.append(
            LatheError("Two different columns are needed; the same one was chosen twice.", field=Field.OTHER.value)
        )
    if request.question is Question.SAME and not request.group and not request.other:
        problems.append(
            LatheError("Two samples are needed.", hint="Choose two groups, or a second number.", field="group")
        )
    if request.question is Question.VALUE:
        problems += _value_problems(dataset, request)
    if request.shares and (min(request.shares.values()) <= 0 or abs(sum(request.shares.values()) - 1) > 1e-6):
        problems.append(LatheError("Expected shares must lie above 0 and add up to 1.", field="shares"))
    if request.test and get_test(request.test).question is not request.question:
        problems.append(LatheError(f"{get_test(request.test).title} does not answer this question.", field="test"))
    if problems:
        raise InvalidInput(problems)


def check_data(data: Groups | Pairs | Counts, request: TestRequest) -> None:
    """Check what was read: enough rows, something that varies. Raises a `LatheError` that says what to do."""
    if isinstance(data, Groups):
        _check_groups(data, request)
    elif isinstance(data, Pairs):
        _check_pairs(data, request)
    else:
        _check_counts(data, request)


def check_fit(spec: TestSpec, data: Groups | Pairs | Counts, better: str) -> None:
    """Check that a test takes as many groups as there are; ``better`` is the title of one that does."""
    groups = len(data.labels) if isinstance(data, Groups) else len(data.columns) if isinstance(data, Counts) else 0
    least, most = spec.groups
    if most and not least <= groups <= most:
        by = data.by if isinstance(data, Groups) else ""
        raise LatheError(
            f"{spec.title} compares {least if least == most else f'{least} to {most}'} groups; {by} has {groups}.",
            hint=f"Take {better}, or choose {most} of the groups.",
            field="test",
        )
    if spec.key in ("welch", "welch_anova") and isinstance(data, Groups):
        flat = [group.label for group in data.moments if group.variance == 0]
        if flat and (spec.key == "welch_anova" or len(flat) == len(data.moments)):
            raise LatheError(
                f"{spec.title} needs values that vary within each group; in {listed(flat)} all are the same.",
                hint="Take a test of ranks, which does not need that, or leave the group out.",
                field="test",
            )


def _column_problems(dataset: Dataset, spec: FieldSpec, name: str) -> list[LatheError]:
    field = spec.field.value
    if not name:
        return [] if spec.optional else [LatheError(f"{spec.label}: choose a column.", field=field)]
    if name not in dataset.column_names:
        return [LatheError(f"The table has no column {name!r}.", hint="Choose another one.", field=field)]
    column = dataset.column(name)
    if spec.accepts == "number" and not is_number(column):
        return [
            LatheError(
                f"{spec.label} must be a column of numbers; {name} holds {column.kind.value} values.",
                hint="For two categories ask whether they are related.",
                field=field,
            )
        ]
    return []


def _value_problems(dataset: Dataset, request: TestRequest) -> list[LatheError]:
    if request.expected is None:
        return [LatheError("Say which value to compare with.", field="expected")]
    if not np.isfinite(request.expected):
        return [LatheError("The value to compare with must be a finite number.", field="expected")]
    if request.value in dataset.column_names and not request.level and not is_number(dataset.column(request.value)):
        return [LatheError(f"Say which value of {request.value} is counted.", field="level")]
    if request.level and not 0 < request.expected < 1:
        return [
            LatheError(
                f"A share lies between 0 and 1. It is {request.expected:g}.",
                hint="Write 20 % as 0.2.",
                field="expected",
            )
        ]
    return []


def _check_groups(groups: Groups, request: TestRequest) -> None:
    if groups.by and len(groups.moments) < 2:
        raise LatheError(
            f"Two groups are needed; {groups.by} has {len(groups.moments)} where {groups.column} is known.",
            hint="Choose another column for the groups.",
            field="group",
        )
    if len(groups.moments) > MOST_LEVELS:
        raise LatheError(
            f"At most {MOST_LEVELS} groups are compared; {groups.by} has {len(groups.moments):,} different values.",
            hint="Choose some of the groups, or a column with fewer.",
            field="group",
        )
    few = 3 if request.question in (Question.NORMAL, Question.SPREAD) else 2
    small = [group for group in groups.moments if group.n < few]
    if small or not groups.moments:
        where = f"the group {small[0].label} has {small[0].n}" if groups.by and small else "there are fewer"
        raise LatheError(
            f"At least {few} rows with a value are needed{' in each group' if groups.by else ''}; {where}.",
            hint="Leave that group out, or choose other columns." if groups.by else "Choose another column.",
            field="group" if groups.by else "value",
        )
    if all(group.variance == 0 for group in groups.moments) and len({group.mean for group in groups.moments}) == 1:
        raise LatheError(
            f"{groups.column} has the same value in every row; there is nothing to compare.",
            hint="Choose another column.",
            field="value",
        )


def _check_pairs(pairs: Pairs, request: TestRequest) -> None:
    few = 5 if request.question is Question.TOGETHER else 2
    if min(pairs.n, len(pairs.x)) < few:
        raise LatheError(
            f"At least {few} rows with both {pairs.first} and {pairs.second} are needed; there are {pairs.n}.",
            hint="Choose other columns.",
            field="other",
        )
    if request.question is Question.TOGETHER:
        _check_varies({pairs.first: pairs.var_x, pairs.second: pairs.var_y})
    elif np.ptp(pairs.y - pairs.x) == 0:
        raise LatheError(
            f"{pairs.second} differs from {pairs.first} by the same amount in every row; there is nothing to test.",
            hint="Choose other columns.",
            field="other",
        )


def _check_varies(variances: dict[str, float]) -> None:
    flat = [name for name, variance in variances.items() if variance == 0]
    if flat:
        raise LatheError(
            f"{flat[0]} has the same value in every row; it cannot move together with anything.",
            hint="Choose another column.",
            field="value",
        )


def _check_counts(counts: Counts, request: TestRequest) -> None:
    if request.question is Question.VALUE:
        _check_level(counts, request)
        return
    for name, labels in ((counts.second, counts.columns), (counts.first, counts.rows)):
        _check_values(name, labels)
    unknown = [name for name in request.shares if name not in counts.columns]
    if unknown or (request.shares and len(request.shares) != len(counts.columns)):
        raise LatheError(
            f"Each value of {counts.second} needs an expected share; it has {listed(counts.columns)}.", field="shares"
        )


def _check_values(name: str, labels: Sequence[str]) -> None:
    if name and len(labels) < 2:
        raise LatheError(
            f"{name} has the same value in every row; there is nothing to compare.",
            hint="Choose another column.",
            field="value",
        )
    if len(labels) > MOST_LEVELS:
        raise LatheError(
            f"At most {MOST_LEVELS} different values are compared; {name} has more.",
            hint="Choose a column with fewer values, or group the rare ones first.",
            field="value",
        )


def _check_level(counts: Counts, request: TestRequest) -> None:
    if request.level not in counts.columns:
        raise LatheError(
            f"{counts.second} has no value {request.level!r}; it has {listed(counts.columns)}.", field="level"
        )
