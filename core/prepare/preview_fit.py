"""What steps of the fit do to a sample: rows of each class before and after, the target before and after."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from core.data.task import Task
from core.prepare.outline import PlannedStep, PlanOutline
from core.prepare.preview_cells import one_column
from core.prepare.preview_flow import go_on, start, steps_for
from core.prepare.preview_sample import Sampler
from core.prepare.preview_types import CellsView, StepPreview
from core.prepare.spec import Form, StepScope


def preview_fit(found: PlanOutline, step: PlannedStep, sampler: Sampler, *, force: bool) -> StepPreview:
    """Show what a step of scope FIT or TARGET does to the target of the sample.

    Parameters
    ----------
    found : PlanOutline
        The plan as far as the step.
    step : PlannedStep
        The step.
    sampler : Sampler
        Draws the rows.
    force : bool
        Carry out slow steps as well.
    """
    task, y = sampler.task, sampler.draw(()).y
    if task is None or y is None:
        drawn = min(sampler.rows, sampler.dataset.rows)
        return StepPreview(None, None, drawn, sampler.dataset.rows, note="It shows once a target is chosen.")
    shown = StepPreview(target_view(y, task), None, len(y), sampler.dataset.rows)
    if not step.spec.live and not force:
        note = f"{step.spec.title} takes a while, so it is shown only when you ask for it."
        return replace(shown, note=note, is_live=False)
    tool = step.spec.build(step.params, step.context)
    if step.spec.scope is StepScope.TARGET:
        return _transformed(shown, tool, y, task)
    if hasattr(tool, "fit_resample"):
        return _resampled(shown, tool, found, sampler, force=force)
    return replace(shown, note=f"{step.spec.purpose} The rows stay as they are.")


def target_view(y: np.ndarray, task: Task) -> CellsView:
    """Describe the target: its classes with their rows, or its distribution."""
    if task.kind.is_classification:
        return one_column(pd.Series(np.asarray(y, dtype=object)), task.target, Form.WORDS)
    return one_column(pd.Series(np.asarray(y, dtype=np.float64)), task.target, Form.NUMBER)


def _transformed(shown: StepPreview, tool: Any, y: np.ndarray, task: Task) -> StepPreview:
    if not hasattr(tool, "fit_transform") or task.kind.is_classification:
        return replace(shown, note="The target keeps its values.")
    values = np.asarray(tool.fit_transform(np.asarray(y, dtype=np.float64).reshape(-1, 1))).reshape(-1)
    note = "The model learns the values on the right; predictions are brought back to the unit on the left."
    return replace(shown, after=target_view(values, task), note=note)


def _resampled(shown: StepPreview, tool: Any, found: PlanOutline, sampler: Sampler, *, force: bool) -> StepPreview:
    roots = [feature.root for feature in found.used]
    steps = steps_for(found.steps, roots)
    if not force and any(not step.spec.live for step, _ in steps):
        return replace(shown, note="An earlier step takes a while, so it is shown only when you ask.", is_live=False)
    ready = go_on(start(found, sampler, steps, roots), steps)
    task, y = sampler.task, ready.y
    if task is None or y is None:
        return shown
    _, drawn = tool.fit_resample(_matrix(ready.flow, found), y)
    note = "In each fold the rows to learn from are drawn like this. Rows to be tested on are never touched."
    return replace(
        shown,
        before=target_view(y, task),
        after=target_view(np.asarray(drawn), task),
        rows_removed=ready.removed,
        note=note,
    )


def _matrix(flow: Any, found: PlanOutline) -> np.ndarray:
    """Return the prepared numbers without gaps, as sampling needs them."""
    cells = flow.take([feature.root for feature in found.used if feature.root in flow.places])
    values = np.asarray(cells, dtype=np.float64)
    medians = np.zeros(values.shape[1])
    for place in np.flatnonzero(np.isnan(values).any(axis=0)):
        known = values[~np.isnan(values[:, place]), place]
        medians[place] = np.median(known) if len(known) else 0.0
    return np.where(np.isnan(values), medians, values)
