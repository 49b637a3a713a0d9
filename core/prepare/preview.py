"""Before and after: columns of a sample at any point of a plan, learned and carried out on that sample alone."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import PlannedStep, PlanOutline, outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.preview_cells import view_of
from core.prepare.preview_fit import preview_fit
from core.prepare.preview_flow import Needed, Ran, go_on, start, steps_for
from core.prepare.preview_learned import scores_of, scree_of
from core.prepare.preview_sample import Sample, draw_sample
from core.prepare.preview_types import CellsView, FeatureScore, Histogram, StepPreview
from core.prepare.spec import Family, StepScope
from core.store.workspace import Workspace

__all__ = ["CellsView", "FeatureScore", "Histogram", "StepPreview", "preview_column", "preview_step"]

SAMPLE_ROWS = 2000


def preview_step(
    workspace: Workspace,
    dataset: Dataset,
    task: Task | None,
    plan: PreparePlan,
    *,
    place: int,
    root: str = "",
    family: Family = Family.LINEAR,
    rows: int = SAMPLE_ROWS,
    seed: int = 0,
    force: bool = False,
) -> StepPreview:
    """Show what one step of a plan does to a column.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    task : Task, optional
        Its target is learned from where a step does so, and is no column.
    plan : PreparePlan
        The plan that the step is in.
    place : int
        Place of the step in ``plan.steps``.
    root : str
        Which of the step's columns; the first one where empty or not among them.
    family : Family
        Models of this family are prepared for.
    rows : int
        Size of the sample.
    seed : int
        Seed of the sample and of the steps.
    force : bool
        Carry out slow steps as well. Not in the server: such steps may import heavy libraries.

    Returns
    -------
    StepPreview
        Where the step does nothing for the family, neither before nor after, and a note.

    Raises
    ------
    InvalidInput
        With every problem of the plan as far as the step.
    LatheError
        Where the steps leave too few rows of the sample.
    """
    sample = draw_sample(workspace, dataset, task, rows=rows, seed=seed)
    found = _outline(plan, sample, task, family, seed, until=place + 1)
    step = next((one for one in found.steps if one.place == place), None)
    if step is None:
        return _only(sample, "This step does nothing for these models.")
    if not step.spec.scope.has_columns:
        return preview_fit(found, step, sample, task, force=force)
    given = [feature.root for feature in step.context.features]
    roots = _roots(step, root if root in given else given[0])
    earlier = steps_for([one for one in found.steps if one.place < place], roots)
    slow = _slow(earlier, force)
    if slow is not None:
        return _slow_preview(sample, slow)
    before = go_on(start(found, sample, earlier, roots), earlier, sample.y)
    shown = roots if step.spec.scope is not StepScope.EACH else roots[:1]
    focus = [root] if root in given else shown
    if not step.spec.live and not force:
        return _slow_preview(sample, step, view_of(before.flow, focus))
    features = tuple(feature for feature in step.context.features if feature.root in roots)
    after = go_on(before, [(step, features)], sample.y)
    return _compared(sample, step, before, after, focus)


def preview_column(
    workspace: Workspace,
    dataset: Dataset,
    task: Task | None,
    plan: PreparePlan,
    column: str,
    *,
    family: Family = Family.LINEAR,
    until: int | None = None,
    rows: int = SAMPLE_ROWS,
    seed: int = 0,
    force: bool = False,
) -> StepPreview:
    """Show a column as it comes, and as it stands after the plan's first ``until`` steps (None: all of them).

    Parameters and errors are those of `preview_step`. ``column`` may also be a feature that a step made.
    """
    sample = draw_sample(workspace, dataset, task, rows=rows, seed=seed)
    found = _outline(plan, sample, task, family, seed, until=until)
    raw = [column] if any(feature.root == column for feature in found.raw) else []
    ends = [f.root for f in found.features if f.root == column] or [
        f.root for f in found.features if column in f.origin
    ]
    first = start(found, sample, [], raw)
    before = view_of(first.flow, raw)
    if not ends:
        return StepPreview(before, None, len(sample.frame), sample.rows_total, note="It is left out.")
    steps = steps_for(found.steps, ends)
    slow = _slow(steps, force)
    if slow is not None:
        return _slow_preview(sample, slow, before)
    after = go_on(start(found, sample, steps, ends), steps, sample.y)
    note = "" if ends == [column] else f"It has become part of {', '.join(ends[:4])}."
    return StepPreview(
        before,
        view_of(after.flow, ends),
        len(sample.frame),
        sample.rows_total,
        rows_removed=len(sample.frame) - len(after.rows),
        note=note,
        new_names=tuple(name for name in after.flow.names(ends) if name != column),
    )


def _outline(
    plan: PreparePlan, sample: Sample, task: Task | None, family: Family, seed: int, *, until: int | None
) -> PlanOutline:
    kind = None if task is None else task.kind
    needs = FAMILY_NEEDS[family]
    return outline_plan(plan, sample.columns, needs, aside=sample.aside, task=kind, seed=seed, until=until)


def _roots(step: PlannedStep, root: str) -> list[str]:
    """Return what must be known to carry out the step: one column where each is treated on its own."""
    if step.spec.scope is StepScope.EACH or step.spec.key == "drop_columns":
        return [root]
    return [feature.root for feature in step.context.features]


def _compared(sample: Sample, step: PlannedStep, before: Ran, after: Ran, focus: Sequence[str]) -> StepPreview:
    """Put the columns before the step beside what stands for them after it."""
    made = [feature.root for feature in step.given]
    ends = (
        made if step.spec.scope in (StepScope.NEW, StepScope.REPLACE) else [r for r in focus if r in after.flow.places]
    )
    old = set(before.flow.names([root for root in focus if root in before.flow.places]))
    removed = len(before.rows) - len(after.rows)
    view = view_of(after.flow, ends)
    return StepPreview(
        view_of(before.flow, focus),
        view,
        len(sample.frame),
        sample.rows_total,
        rows_removed=removed,
        note=_note(step, removed, len(before.rows), view is None),
        new_names=tuple(name for name in after.flow.names(ends) if name not in old),
        scores=scores_of(after.stage, before.flow),
        scree=scree_of(after.stage),
    )


def _note(step: PlannedStep, removed: int, rows: int, gone: bool) -> str:
    if step.spec.scope is StepScope.ROWS:
        return f"{removed:,} of {rows:,} rows of the sample are not learned from. Rows to predict always stay."
    if step.spec.scope is StepScope.NEW and gone:
        return "There is nothing to tell in this sample, so no feature is made."
    return "It is left out." if gone else ""


def _slow(steps: Sequence[Needed], force: bool) -> PlannedStep | None:
    return None if force else next((step for step, _ in steps if not step.spec.live), None)


def _slow_preview(sample: Sample, step: PlannedStep, before: CellsView | None = None) -> StepPreview:
    note = f"{step.spec.title} takes a while, so it is shown only when you ask for it."
    return StepPreview(before, None, len(sample.frame), sample.rows_total, note=note, is_live=False)


def _only(sample: Sample, note: str) -> StepPreview:
    return StepPreview(None, None, len(sample.frame), sample.rows_total, note=note)
