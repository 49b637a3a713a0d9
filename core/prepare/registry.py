"""Every preparation step there is, in the order of the catalogue."""

from __future__ import annotations

from core.errors import NotFound
from core.prepare.spec import StepSpec
from core.prepare.steps import (
    categories,
    columns,
    dates,
    features,
    formula,
    imbalance,
    missing,
    numbers,
    outliers,
    places,
    selection,
    target,
    text,
)

STEPS: tuple[StepSpec, ...] = (
    *columns.STEPS,
    *missing.STEPS,
    *outliers.STEPS,
    *categories.STEPS,
    *numbers.STEPS,
    *dates.STEPS,
    *text.STEPS,
    *places.STEPS,
    *formula.STEPS,
    *features.STEPS,
    *selection.STEPS,
    *imbalance.STEPS,
    *target.STEPS,
)


def get_step(key: str) -> StepSpec:
    """Return the step called ``key``.

    Raises
    ------
    NotFound
        Naming the known steps.
    """
    for step in STEPS:
        if step.key == key:
            return step
    raise NotFound(f"There is no preparation step {key!r}.", hint=f"Known: {', '.join(step.key for step in STEPS)}.")
