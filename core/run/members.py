"""What an ensemble is made of: which models of the run, whether they go together, and where they can be trained."""

from __future__ import annotations

from typing import Literal

from core.errors import LatheError, NotFound
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.run.board import BASELINE
from core.run.recipe import ModelChoice, Recipe
from core.types import Framework

Gpu = Literal["none", "optional", "required"]

LEAST = 2
_NETWORKS = (Framework.TORCH, Framework.KERAS)


def member_choices(choice: ModelChoice, recipe: Recipe) -> tuple[ModelChoice, ...]:
    """Return the members of an ensemble as the recipe chooses them; those it does not know are left out."""
    by_label = {one.label: one for one in recipe.models}
    return tuple(by_label[label] for label in choice.members if label in by_label)


def framework_of(choice: ModelChoice, recipe: Recipe) -> Framework:
    """Return the framework that a model needs a process of: an ensemble that of its network, if it has one."""
    own = get_model(choice.key)
    if not own.ensemble:
        return own.framework
    found = {get_model(member.key).framework for member in member_choices(choice, recipe)}
    return next((framework for framework in _NETWORKS if framework in found), own.framework)


def gpu_of(choice: ModelChoice, recipe: Recipe) -> Gpu:
    """Return whether a model uses a GPU; an ensemble as its members do."""
    used = [get_model(one.key).capabilities.gpu for one in (choice, *member_choices(choice, recipe))]
    return max(used, key=("none", "optional", "required").index)


def member_problems(choice: ModelChoice, recipe: Recipe) -> list[LatheError]:
    """Return what is wrong with the members of a choice, each problem with its remedy; none for other models."""
    try:
        spec = get_model(choice.key)
    except NotFound:
        return []
    field = f"models.{choice.label}.members"
    if not spec.ensemble:
        text = f"{spec.title} is not made of other models; it was given members."
        return [LatheError(text, hint="Use a vote or a stack.", field=field)] if choice.members else []
    problems = [(text, hint) for label in choice.members for text, hint in _member_problem(label, choice, recipe)]
    if len(set(choice.members)) < max(LEAST, len(choice.members)):
        text = f"{spec.title} needs at least {LEAST} different models of the run; it was given "
        problems.append((text + (", ".join(choice.members) or "none") + ".", "Choose more members."))
    found = {get_model(m.key).framework for m in member_choices(choice, recipe) if _is_known(m.key)}
    if found.issuperset(_NETWORKS):
        problems.append(
            (
                "The members of an ensemble are trained in one process; PyTorch and Keras never share one.",
                "Take the networks of one of the two.",
            )
        )
    return [LatheError(text, hint=hint, field=field) for text, hint in problems]


def refuse_members(choice: ModelChoice, recipe: Recipe) -> None:
    """Raise the first of `member_problems`, if there is one."""
    for problem in member_problems(choice, recipe):
        raise problem


def ready_members(spec: ModelSpec) -> bool:
    """Tell whether a model can be a member of an ensemble."""
    return not spec.ensemble and spec.key != BASELINE


def _member_problem(label: str, choice: ModelChoice, recipe: Recipe) -> list[tuple[str, str]]:
    known = next((one for one in recipe.models if one.label == label), None)
    if known is None:
        return [(f"Members are models of the same run; there is none called {label!r}.", "Choose among its models.")]
    if known.key == BASELINE:
        return [("The naive baseline cannot be a member: it learns nothing.", "Leave it out.")]
    if label == choice.label or (_is_known(known.key) and get_model(known.key).ensemble):
        return [(f"{label!r} is made of other models itself; it cannot be a member.", "Choose its members instead.")]
    return []


def _is_known(key: str) -> bool:
    try:
        get_model(key)
    except NotFound:
        return False
    return True
