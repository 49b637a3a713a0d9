"""What a plan asks of the fit itself: weights and samples for rare classes, thresholds, a transformed target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from core.errors import LatheError
from core.models.spec import ModelSpec
from core.prepare.planned import PlannedStep
from core.prepare.spec import StepScope
from core.types import TaskKind


def wrap(
    model: Any,
    steps: Sequence[PlannedStep],
    *,
    task: TaskKind,
    seed: int,
    spec: ModelSpec | None = None,
    n_codes: int = 0,
    positive: str = "",
) -> Any:
    """Return ``model`` so that fitting it on a prepared matrix carries out the plan's FIT and TARGET steps.

    Parameters
    ----------
    model : scikit-learn estimator
        Unfitted.
    steps : sequence of PlannedStep
        `Compiled.fit_steps`.
    task : TaskKind
        Kind of the target.
    seed : int
        Seed of random draws.
    spec : ModelSpec, optional
        The model's declaration: its name in messages, and what it can take.
    n_codes : int
        The first ``n_codes`` features are category codes.
    positive : str
        The class asked for; needed by thresholds and costs.

    Returns
    -------
    scikit-learn estimator
        The model itself where there is nothing to do.

    Raises
    ------
    LatheError
        Where the model cannot be fitted so: it takes no weights, or is a network that would be trained many times.
    """
    fit = [step for step in steps if step.spec.scope is StepScope.FIT]
    target = [step for step in steps if step.spec.scope is StepScope.TARGET]
    if task.is_classification and fit:
        from core.models.balance.classifier import RareClassClassifier

        _refuse_unable(model, [step.spec.key for step in fit], spec)
        ways = [{"step": step.spec.key, **step.params} for step in fit]
        return RareClassClassifier(model, ways, positive=positive, n_codes=n_codes, seed=seed)
    if target and not task.is_classification:
        return _on_shaped_target(model, target)
    return model


def _on_shaped_target(model: Any, steps: Sequence[PlannedStep]) -> Any:
    from sklearn.compose import TransformedTargetRegressor

    from core.models.balance.target import TargetShape

    # The model's own standardising of the target, where it has one, stays inside.
    shape = TargetShape(str(steps[-1].params["method"]))
    return TransformedTargetRegressor(model, transformer=shape, check_inverse=False)


def _refuse_unable(model: Any, keys: Sequence[str], spec: ModelSpec | None) -> None:
    from sklearn.utils.validation import has_fit_parameter

    title = spec.title if spec is not None else type(model).__name__
    if "weigh_classes" in keys and not has_fit_parameter(model, "sample_weight"):
        raise LatheError(
            f"{title} takes no weights.",
            hint="Use sampling for it instead: choose over-sampling or under-sampling in the plan.",
            field="plan",
        )
    if "balanced_bag" in keys and spec is not None and spec.framework.pool != "classic":
        raise LatheError(
            f"{title} is not trained many times over: a balanced ensemble of networks takes too long.",
            hint="Use under-sampling or class weights for networks, or leave them out of this run.",
            field="plan",
        )
