"""What happens to each column on its way to the model, in words, for the screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.data.schema import ColumnSchema
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlannedStep, PlanOutline
from core.prepare.spec import Family, Form, InputNeeds, StepContext, StepScope
from core.types import ColumnKind, Encoding, TaskKind

FAMILY_NEEDS = {
    Family.LINEAR: InputNeeds(encoding=Encoding.ONE_HOT, scaling=True),
    Family.TREES: InputNeeds(encoding=Encoding.CODES, scaling=False),
    Family.NETWORKS: InputNeeds(encoding=Encoding.EMBEDDING, scaling=True),
}
"""What a typical model of each family wants; boosted trees also take missing numbers as they are."""


@dataclass(frozen=True)
class ColumnJourney:
    """One column from raw to features, for one family of models.

    Attributes
    ----------
    column : str
        Name.
    kind : ColumnKind
        What it means.
    steps : tuple of str
        What is done to it, in words, in order.
    places : tuple of int
        Place in the plan of each of ``steps``; -1 for what is done without a step.
    features_out : int
        Columns of the matrix it becomes, about. 0 where it is left out.
    note : str
        Why it is left out, or what is done that no step asks for.
    """

    column: str
    kind: ColumnKind
    steps: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    features_out: int = 0
    note: str = ""


def journeys(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    family: Family = Family.LINEAR,
    *,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
) -> tuple[ColumnJourney, ...]:
    """Describe what ``plan`` does to each of ``columns``, in column order, then to features that steps made.

    Raises
    ------
    InvalidInput
        With every problem of the plan.
    """
    needs = FAMILY_NEEDS[family]
    found = outline_plan(plan, columns, needs, aside=aside, task=task)
    kinds = {feature.root: feature.kind for feature in (*found.raw, *found.features)}
    return tuple(_journey(root, kind, found, needs) for root, kind in kinds.items())


def _journey(root: str, kind: ColumnKind, found: PlanOutline, needs: InputNeeds) -> ColumnJourney:
    done = [step for step in found.steps if any(f.root == root for f in (*step.context.features, *step.given))]
    words = [_words(step, root) for step in done]
    places = [step.place for step in done]
    used = {feature.root: feature for feature in found.used}
    if root not in used:
        return ColumnJourney(root, kind, tuple(words), tuple(places), note=_why_out(root, done, found))
    feature = used[root]
    note = ""
    if feature.gaps and feature.form is Form.NUMBER and not needs.native_missing:
        note = "No step fills missing numbers here, so models that need it get the median."
    return ColumnJourney(root, kind, tuple(words), tuple(places), feature.width, note)


def _words(step: PlannedStep, root: str) -> str:
    mine = tuple(feature for feature in step.context.features if feature.root == root)
    context = step.context
    if mine and step.spec.scope is StepScope.EACH:
        context = StepContext(mine, context.needs, context.task, context.seed, context.helpers)
    return step.spec.phrase(step.params, context)


def _why_out(root: str, done: Sequence[PlannedStep], found: PlanOutline) -> str:
    last = next((step for step in reversed(done) if not any(f.root == root for f in step.given)), None)
    if last is not None and last.spec.scope in (StepScope.TOGETHER, StepScope.REPLACE):
        made = ", ".join(feature.root for feature in last.given)
        return f"Becomes part of {made}." if made else f"Left out. {last.choice.reason}".strip()
    still = next((feature for feature in found.features if feature.root == root), None)
    if still is not None and still.form is Form.NUMBER:
        return "Nothing is missing now, so there is nothing to tell."
    return "Left out: no step turns it into numbers."
