"""Carry a plan out on a sample as far as one step, doing only what the columns asked for depend on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from core.prepare.compiler import stage_of, storage_of
from core.prepare.flow import Flow
from core.prepare.planned import PlannedStep, PlanOutline
from core.prepare.preview_sample import Sampler
from core.prepare.spec import Feature, StepScope

Needed = tuple[PlannedStep, tuple[Feature, ...]]


@dataclass(frozen=True)
class Ran:
    """Rows of a sample at some point of a plan.

    Attributes
    ----------
    flow : Flow
        Rows that are still learned from.
    rows : ndarray of int
        Which rows of the sample they are.
    y : ndarray or None
        Their target.
    drawn : int
        Rows of the sample.
    stage : object or None
        The last stage done, fitted.
    """

    flow: Flow
    rows: np.ndarray
    y: np.ndarray | None
    drawn: int
    stage: Any = None

    @property
    def removed(self) -> int:
        """Rows of the sample that were taken out."""
        return self.drawn - len(self.rows)


def steps_for(steps: Sequence[PlannedStep], roots: Sequence[str]) -> list[Needed]:
    """Return the steps that ``roots`` depend on, in order, each with those of its features that matter.

    Steps that take out rows always matter.
    """
    wanted, found = set(roots), list[Needed]()
    for step in reversed(steps):
        features = _needed(step, wanted)
        if features:
            found.append((step, features))
            wanted |= {feature.root for feature in features}
    return found[::-1]


def _needed(step: PlannedStep, wanted: set[str]) -> tuple[Feature, ...]:
    """Return those of a step's features without which the roots ``wanted`` cannot be had."""
    features = step.context.features
    match step.spec.scope:
        case StepScope.FIT | StepScope.TARGET:
            return ()
        case StepScope.ROWS:
            return features
        case StepScope.EACH:
            return tuple(feature for feature in features if feature.root in wanted)
        case StepScope.TOGETHER:
            touched = {feature.root for feature in (*features, *step.given)}
        case _:
            touched = {feature.root for feature in step.given}
    return features if touched & wanted and step.choice.step != "drop_columns" else ()


def start(found: PlanOutline, sampler: Sampler, steps: Sequence[Needed], roots: Sequence[str]) -> Ran:
    """Draw the rows, with the raw columns that ``steps`` and ``roots`` need."""
    from core.prepare.stages import Start
    from core.prepare.transformers.raw import RawColumns

    raw = {feature.root for feature in found.raw}
    wanted = (set(roots) | {feature.root for _, features in steps for feature in features}) & raw
    helpers = {name for step, _ in steps for name in step.context.helpers}
    read = [c for c in (*sampler.columns, *sampler.aside) if c.name in wanted | helpers]
    sample = sampler.draw({column.name for column in read})
    cells = RawColumns([c.name for c in read], [storage_of(c).value for c in read]).fit_transform(sample.frame)
    flow = Start([c.name for c in read if c.name in wanted]).fit_transform(cells)
    return Ran(flow, np.arange(len(sample.frame)), sample.y, len(sample.frame))


def go_on(ran: Ran, steps: Sequence[Needed]) -> Ran:
    """Carry out ``steps`` on rows that stand before them."""
    from core.prepare.fitting import fit_stages

    for step, features in steps:
        stage = stage_of(step, features)
        done = fit_stages([stage], ran.flow, ran.y)
        y = None if ran.y is None else ran.y[done.rows]
        ran = Ran(done.matrix, ran.rows[done.rows], y, ran.drawn, stage)
    return ran
