"""Before and after of the steps of the fit: rows of each class as they are sampled, the target as it is learned."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlannedStep, PlanOutline
from core.prepare.preview import SAMPLE_ROWS, preview_step
from core.prepare.preview_cells import number_text, target_view
from core.prepare.preview_flow import go_on, start, steps_for
from core.prepare.preview_sample import Sampler
from core.prepare.preview_types import CellsView, StepPreview
from core.prepare.spec import Family, Form, StepScope
from core.store.workspace import Workspace


def preview_fit_step(
    workspace: Workspace,
    dataset: Dataset,
    task: Task | None,
    plan: PreparePlan,
    *,
    place: int,
    family: Family = Family.LINEAR,
    rows: int = SAMPLE_ROWS,
    seed: int = 0,
) -> StepPreview:
    """Show what a step of scope FIT or TARGET does to the target of a sample.

    Parameters, returns and errors are those of `core.prepare.preview.preview_step`, which shows the other steps.
    """
    shown = preview_step(workspace, dataset, task, plan, place=place, family=family, rows=rows, seed=seed)
    if task is None or shown.before is None:
        return shown
    sampler = Sampler(workspace, dataset, task, rows, seed)
    found = outline_plan(
        plan,
        sampler.columns,
        FAMILY_NEEDS[family],
        aside=sampler.aside,
        task=task.kind,
        seed=seed,
        until=place + 1,
    )
    step = next(one for one in found.steps if one.place == place)
    if step.spec.scope is StepScope.TARGET:
        return _transformed(shown, step, sampler)
    if step.spec.key == "weigh_classes":
        return _weighed(shown, step, sampler)
    return _sampled(shown, step, found, sampler)


def _transformed(shown: StepPreview, step: PlannedStep, sampler: Sampler) -> StepPreview:
    from core.models.balance.target import TargetShape

    task, y = sampler.task, sampler.draw(()).y
    if task is None or y is None:
        return shown
    values = TargetShape(str(step.params["method"])).fit_transform(y.reshape(-1, 1))
    note = "Models learn the values after the step; predictions are brought back to the unit before it."
    return replace(shown, after=target_view(np.asarray(values).reshape(-1), task), note=note, is_live=True)


def _weighed(shown: StepPreview, step: PlannedStep, sampler: Sampler) -> StepPreview:
    from core.models.balance.weights import row_weights

    task, y = sampler.task, sampler.draw(()).y
    if task is None or y is None:
        return shown
    labels, first = np.unique(y, return_index=True)
    weights = row_weights(step.params, y, positive=task.positive_class or str(labels[-1]))
    told = [(str(label), number_text(float(weights[at]))) for label, at in zip(labels, first, strict=True)]
    view = CellsView(Form.WORDS, ("Class", "Weight of a row"), tuple(told), tuple(told))
    return replace(shown, after=view, note="The rows stay as they are; some count more in the fit.", is_live=True)


def _sampled(shown: StepPreview, step: PlannedStep, found: PlanOutline, sampler: Sampler) -> StepPreview:
    from core.models.balance.sampling import SAMPLERS, resample

    if step.spec.key not in SAMPLERS:
        return replace(shown, is_live=True)
    roots = [feature.root for feature in found.used]
    steps = steps_for(found.steps, roots)
    ready = go_on(start(found, sampler, steps, roots), steps)
    if sampler.task is None or ready.y is None:
        return shown
    n_codes = sum(feature.width for feature in found.used if feature.form is Form.CODE)
    ways = [{"step": one.spec.key, **one.params} for one in found.steps if one.spec.scope is StepScope.FIT]
    _, drawn = resample(ways, _matrix(ready.flow, roots), ready.y, n_codes=n_codes, seed=sampler.seed)
    return replace(
        shown,
        before=target_view(ready.y, sampler.task),
        after=target_view(np.asarray(drawn), sampler.task),
        rows_removed=ready.removed,
        note="In each fold the rows to learn from are sampled like this. Rows to be tested on are never touched.",
        is_live=True,
    )


def _matrix(flow: Any, roots: list[str]) -> np.ndarray:
    """Return the prepared numbers without gaps, as a fold's sampling gets them."""
    values = np.asarray(flow.take([root for root in roots if root in flow.places]), dtype=np.float64)
    medians = np.zeros(values.shape[1])
    for place in np.flatnonzero(np.isnan(values).any(axis=0)):
        known = values[~np.isnan(values[:, place]), place]
        medians[place] = np.median(known) if len(known) else 0.0
    return np.where(np.isnan(values), medians, values)
