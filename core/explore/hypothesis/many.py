"""One column against every other: a test each, with the p-values corrected together."""

from __future__ import annotations

import math

from pydantic import BaseModel, ConfigDict

from core.data.schema import ColumnSchema, Dataset
from core.errors import LatheError
from core.explore.hypothesis.checks import check_data, is_category, is_number
from core.explore.hypothesis.corrections import correct
from core.explore.hypothesis.registry import get_test
from core.explore.hypothesis.run import carry_out, read
from core.explore.hypothesis.samples import Counts, Groups
from core.explore.hypothesis.spec import Correction, Question, TestRequest
from core.explore.hypothesis.suggest import suggest_for
from core.store.workspace import Workspace
from core.types import ColumnKind


class Screened(BaseModel):
    """One other column: the test made, its p-value before and after correction, and the effect.

    ``strength`` goes from 0 to 1 for every test (correlation, square root of the explained share, Cramer's V), so that
    columns of different kinds can be ranked; ``reason`` says why there is no answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    test: str = ""
    title: str = ""
    p: float | None = None
    p_corrected: float | None = None
    strength: float | None = None
    effect: str = ""
    rows: int = 0
    reason: str = ""


class Screening(BaseModel):
    """All other columns, the strongest relation first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    correction: Correction
    columns: tuple[Screened, ...]

    @property
    def beyond_chance(self) -> int:
        """How many are beyond chance after the correction."""
        return sum(found.p_corrected is not None and found.p_corrected < 0.05 for found in self.columns)


def screen(
    workspace: Workspace,
    dataset: Dataset,
    column: str,
    *,
    correction: Correction = Correction.HOLM,
    seed: int = 0,
) -> Screening:
    """Test whether ``column`` is related to each other column.

    Numbers against numbers by Spearman's correlation, numbers against categories by Kruskal and Wallis, categories by
    the chi-square test, or Fisher's where rows are few: none supposes a shape.

    Parameters
    ----------
    workspace, dataset, column
        The table and the column of interest.
    correction : Correction
        How the p-values are raised for their number.
    seed : int
        Of the sample of a long table.
    """
    chosen = dataset.column(column)
    found = [
        _screen(workspace, dataset, chosen, other, seed)
        for other in dataset.columns
        if other.name != column and other.kind not in (ColumnKind.IDENTIFIER, ColumnKind.TEXT)
    ]
    answered = [one for one in found if one.p is not None]
    raised = correct([one.p for one in answered if one.p is not None], correction)
    done = [one.model_copy(update={"p_corrected": p}) for one, p in zip(answered, raised, strict=True)]
    done.sort(key=lambda one: -(one.strength or 0.0))
    return Screening(column=column, correction=correction, columns=(*done, *(one for one in found if one.p is None)))


def _screen(workspace: Workspace, dataset: Dataset, column: ColumnSchema, other: ColumnSchema, seed: int) -> Screened:
    request = _request(column, other, seed)
    if request is None:
        return Screened(column=other.name, reason=_why_not(column, other))
    try:
        data = read(workspace, dataset, request)
        check_data(data, request)
        spec = get_test(request.test or suggest_for(data, request).test)
        outcome = carry_out(spec, data, request)
    except LatheError as error:
        return Screened(column=other.name, reason=error.message)
    if not math.isfinite(outcome.p):
        return Screened(column=other.name, reason="Too little varies.")
    effect = outcome.effects[-1] if isinstance(data, Counts) else outcome.effects[0]
    squared = isinstance(data, Groups)
    strength = math.sqrt(max(effect.value, 0.0)) if squared else abs(effect.value)
    return Screened(
        column=other.name,
        test=spec.key,
        title=spec.title,
        p=outcome.p,
        strength=min(strength, 1.0),
        effect=effect.term,
        rows=outcome.rows,
    )


def _request(column: ColumnSchema, other: ColumnSchema, seed: int) -> TestRequest | None:
    """Return what is to be tested, None where no test suits the two columns."""
    if is_category(column) and is_category(other):
        return TestRequest(question=Question.RELATION, value=column.name, other=other.name, seed=seed)
    if _is_measure(column) and _is_measure(other):
        return TestRequest(question=Question.TOGETHER, test="spearman", value=column.name, other=other.name, seed=seed)
    number, group = (column, other) if is_number(column) and not is_category(column) else (other, column)
    if not is_number(number) or not is_category(group):
        return None
    return TestRequest(question=Question.DIFFERENCE, test="kruskal", value=number.name, group=group.name, seed=seed)


def _is_measure(column: ColumnSchema) -> bool:
    return is_number(column) and not is_category(column)


def _why_not(column: ColumnSchema, other: ColumnSchema) -> str:
    for one in (other, column):
        if one.unique < 2:
            return "It has the same value in every row."
        if not is_number(one) and not is_category(one):
            return f"{one.name} holds {one.unique:,} different {one.kind.value} values."
    return "No test suits these two columns."
