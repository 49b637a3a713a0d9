"""Before and after: columns of a sample at any point of a plan, learned and carried out on that sample alone."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlannedStep, PlanOutline
from core.prepare.preview_cells import target_view, view_of
from core.prepare.preview_flow import Needed, Ran, go_on, start, steps_for
from core.prepare.preview_learned import scores_of, scree_of
from core.prepare.preview_sample import Sampler
from core.prepare.preview_types import CellsView, FeatureScore, Histogram, StepPreview
from core.prepare.spec import Family, Feature, Form, StepScope
from core.store.workspace import Workspace

__all__ = ["CellsView", "FeatureScore", "Histogram", "StepPreview", "preview_column", "preview_step"]

SAMPLE_ROWS = 2000

WORKERS_ONLY = frozenset({"umap_components"})
"""Steps on a library that never enters the server."""


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
        Which of the step's columns; where empty or not among them, the first one, or all where it sees them together.
    family : Family
        Models of this family are prepared for.
    rows : int
        Size of the sample.
    seed : int
        Seed of the sample and of the steps.
    force : bool
        Carry out slow steps as well. In the server only where `StepPreview.can_ask`: others import heavy libraries.

    Returns
    -------
    StepPreview
        Where the step does nothing for the family, neither before nor after, and a note. Steps of the fit show the
        target alone; `core.models.fit_preview.preview_fit_step` carries them out.

    Raises
    ------
    InvalidInput
        With every problem of the plan as far as the step.
    LatheError
        Where the steps leave too few rows of the sample.
    """
    sampler = Sampler(workspace, dataset, task, rows, seed)
    found = _outline(plan, sampler, family, until=place + 1)
    step = next((one for one in found.steps if one.place == place), None)
    if step is None:
        return _without_rows(sampler, "This step does nothing for these models.")
    if not step.spec.scope.has_columns:
        return _of_the_fit(step, sampler)
    features = _features(step, root)
    needed = [feature.root for feature in features]
    earlier = steps_for([one for one in found.steps if one.place < place], needed)
    slow = _slow(earlier, force)
    if slow is not None:
        return _without_rows(sampler, _takes_long(slow), is_live=False, can_ask=_can_ask(slow))
    before = go_on(start(found, sampler, [*earlier, (step, features)], needed), earlier)
    focus = [feature for feature in features if feature.root == root] or list(features)
    if not step.spec.live and not force:
        view = _view(before, focus)
        return StepPreview(
            view,
            None,
            before.drawn,
            dataset.rows,
            before.removed,
            _takes_long(step),
            is_live=False,
            can_ask=_can_ask(step),
        )
    return _compared(step, before, go_on(before, [(step, features)]), focus, dataset.rows)


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
    sampler = Sampler(workspace, dataset, task, rows, seed)
    found = _outline(plan, sampler, family, until=until)
    raw = [feature for feature in found.raw if feature.root == column]
    first = start(found, sampler, [], [feature.root for feature in raw])
    before = _view(first, raw)
    ends = _ends(found, column)
    if not ends:
        return StepPreview(before, None, first.drawn, dataset.rows, note="It is left out.")
    roots = [feature.root for feature in ends]
    steps = steps_for(found.steps, roots)
    slow = _slow(steps, force)
    if slow is not None:
        return StepPreview(
            before,
            None,
            first.drawn,
            dataset.rows,
            note=_takes_long(slow),
            is_live=False,
            can_ask=_can_ask(slow),
        )
    after = go_on(start(found, sampler, steps, roots), steps)
    return StepPreview(
        before,
        _view(after, ends),
        after.drawn,
        dataset.rows,
        rows_removed=after.removed,
        note="" if roots == [column] else f"It has become part of {', '.join(roots[:4])}.",
        new_names=tuple(name for name in after.flow.names(roots) if name != column),
    )


def _outline(plan: PreparePlan, sampler: Sampler, family: Family, *, until: int | None) -> PlanOutline:
    kind = None if sampler.task is None else sampler.task.kind
    needs = FAMILY_NEEDS[family]
    return outline_plan(plan, sampler.columns, needs, aside=sampler.aside, task=kind, seed=sampler.seed, until=until)


def _features(step: PlannedStep, root: str) -> tuple[Feature, ...]:
    """Return what must be known to carry out the step: one column where each is treated on its own."""
    features = step.context.features
    if step.spec.scope is StepScope.EACH or step.spec.key == "drop_columns":
        return tuple(feature for feature in features if feature.root == root) or features[:1]
    return features


def _ends(found: PlanOutline, column: str) -> list[Feature]:
    """Return the feature that a column has become, or those that it has become part of."""
    same = [feature for feature in found.features if feature.root == column]
    return same or [feature for feature in found.features if column in feature.origin]


def _compared(step: PlannedStep, before: Ran, after: Ran, focus: Sequence[Feature], rows_total: int) -> StepPreview:
    """Put the columns before the step beside what stands for them after it."""
    is_new = step.spec.scope in (StepScope.NEW, StepScope.REPLACE)
    roots = {feature.root for feature in focus}
    stays = step.spec.scope is StepScope.ROWS
    ends = focus if stays else [feature for feature in step.given if is_new or feature.root in roots]
    old = set(before.flow.names([feature.root for feature in focus]))
    present = [feature.root for feature in ends if feature.root in after.flow.places]
    view = _view(after, ends)
    return StepPreview(
        _view(before, focus),
        view,
        before.drawn,
        rows_total,
        rows_removed=len(before.rows) - len(after.rows),
        note=_note(step, len(before.rows) - len(after.rows), len(before.rows), view is None),
        new_names=tuple(name for name in after.flow.names(present) if name not in old),
        scores=scores_of(after.stage, before.flow),
        scree=scree_of(after.stage),
    )


def _view(ran: Ran, features: Sequence[Feature]) -> CellsView | None:
    form = features[0].form if len(features) == 1 else None
    return view_of(ran.flow, [feature.root for feature in features], form if form is Form.CODE else None)


def _note(step: PlannedStep, removed: int, rows: int, gone: bool) -> str:
    if step.spec.scope is StepScope.ROWS:
        return f"{removed:,} of {rows:,} rows of the sample are not learned from. Rows to predict always stay."
    if step.spec.scope is StepScope.NEW and gone:
        return "There is nothing to tell in this sample, so no feature is made."
    return "It is left out." if gone else ""


def _of_the_fit(step: PlannedStep, sampler: Sampler) -> StepPreview:
    y = sampler.draw(()).y
    if sampler.task is None or y is None:
        return _without_rows(sampler, "It shows once a target is chosen.")
    before = target_view(y, sampler.task)
    note = f"{step.spec.purpose} This happens in the fit, after all columns are prepared."
    return StepPreview(before, None, len(y), sampler.dataset.rows, note=note, is_live=False)


def _slow(steps: Sequence[Needed], force: bool) -> PlannedStep | None:
    slow = [] if force else [step for step, _ in steps if not step.spec.live]
    return min(slow, key=_can_ask, default=None)


def _can_ask(step: PlannedStep) -> bool:
    return step.spec.key not in WORKERS_ONLY


def _takes_long(step: PlannedStep) -> str:
    if _can_ask(step):
        return f"{step.spec.title} takes a while, so it is shown only when you ask for it."
    return f"{step.spec.title} can be worked out in training only, so what it gives is not shown here."


def _without_rows(sampler: Sampler, note: str, *, is_live: bool = True, can_ask: bool = False) -> StepPreview:
    rows = sampler.dataset.rows
    return StepPreview(None, None, min(sampler.rows, rows), rows, note=note, is_live=is_live, can_ask=can_ask)
