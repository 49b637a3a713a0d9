"""What must hold between a plan's steps for the fit and the target, before any model is trained."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from core.data.target import has_target
from core.errors import InvalidInput, LatheError
from core.models.balance.weights import parse_weights
from core.params import ParamValue, validate_params
from core.prepare.plan import PreparePlan
from core.prepare.registry import get_step
from core.prepare.spec import Family, StepScope
from core.types import TaskKind


def check_fit_steps(plan: PreparePlan, y: np.ndarray, *, kind: TaskKind, family: Family | None = None) -> None:
    """Check weights against the classes, and a transformed target against its values.

    Parameters
    ----------
    plan : PreparePlan
        As chosen; its other steps are checked where it is compiled.
    y : ndarray of shape (n_rows,)
        The target (`core.data.target.target_values`), missing where unknown.
    kind : TaskKind
    family : Family, optional
        Of the model: steps for other families are passed over.

    Raises
    ------
    InvalidInput
        With every problem; fields are ``plan.steps.<place>.<parameter>``.
    """
    known = y[has_target(y)]
    problems: list[LatheError] = []
    targets = 0
    for place, choice in enumerate(plan.steps):
        if not choice.enabled or (family is not None and choice.families and family not in choice.families):
            continue
        spec = get_step(choice.step)
        if spec.scope.has_columns or (spec.tasks and kind not in spec.tasks):
            continue
        params = validate_params(spec.params, choice.params)
        field = f"plan.steps.{place}"
        targets += spec.scope is StepScope.TARGET
        if targets > 1:
            problems.append(LatheError("The target is transformed once.", hint="Keep one such step.", field=field))
        if spec.key == "weigh_classes":
            problems += _weight_problems(params, known, kind, f"{field}.weights")
        elif spec.key == "transform_target" and len(known):
            problems += _shape_problems(str(params["method"]), float(np.min(known)), f"{field}.method")
    if problems:
        raise InvalidInput(problems)


def _weight_problems(
    params: Mapping[str, ParamValue], known: np.ndarray, kind: TaskKind, field: str
) -> list[LatheError]:
    if params["method"] == "costs" and kind is not TaskKind.BINARY:
        hint = "Give each class a weight of its own."
        return [LatheError("Costs of a miss and a false alarm need two classes.", hint=hint, field=field)]
    if params["method"] != "custom":
        return []
    try:
        named = parse_weights(str(params.get("weights") or ""))
    except LatheError as error:
        return [LatheError(error.message, hint=error.hint, field=field)]
    classes = {str(label) for label in known}
    unknown = sorted(set(named) - classes)
    if unknown or not named:
        said = f"{unknown[0]!r} is not one." if unknown else "No line is given."
        hint = f"Classes: {', '.join(sorted(classes)[:12])}"
        return [LatheError(f"Class weights must name classes of the target. {said}", hint=hint, field=field)]
    return []


def _shape_problems(method: str, least: float, field: str) -> list[LatheError]:
    limits = {
        "log": (-1.0, "The logarithm needs targets above -1"),
        "sqrt": (0.0, "The square root needs none below 0"),
    }
    if method not in limits:
        return []
    limit, words = limits[method]
    if least > limit or (method == "sqrt" and least == limit):
        return []
    return [
        LatheError(f"{words}; the least is {least:g}.", hint="Choose Yeo-Johnson: it takes any number.", field=field)
    ]
