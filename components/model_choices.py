"""Which models of a draft are to be trained, as values: ticked ones, variants of one model, what their forms hold."""

from __future__ import annotations

from collections.abc import Sequence

from components import state
from components.model_colors import is_baseline
from components.params_form import read_form
from core.jobs.checks import MAX_LABEL
from core.models.registry import get_model, models_for
from core.models.spec import ModelSpec
from core.run.recipe import ModelChoice
from core.types import TaskKind

SUGGESTED = ("linear", "tree", "forest", "hist_boosting")
"""Ticked at first: each of another kind, and trained in seconds."""


def offered_models(kind: TaskKind) -> tuple[ModelSpec, ...]:
    """Return the models that can be ticked: those for ``kind`` that are not made of other models of a run."""
    return tuple(spec for spec in models_for(kind) if not spec.ensemble)


def suggested(kind: TaskKind) -> tuple[str, ...]:
    """Return the models that are ticked at first; the naive one takes part in every race."""
    return tuple(spec.key for spec in offered_models(kind) if spec.key in SUGGESTED or is_baseline(spec))


def chosen_models(kind: TaskKind, kept: Sequence[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Return the models to train in the registry's order, variants behind the model that they are of.

    They are the kept ones that can do ``kind``, else the suggested; the naive baseline is always among them.
    """
    offered = {spec.key: spec for spec in offered_models(kind)}
    found: list[ModelChoice] = []
    for key, spec in offered.items():
        own = [choice for choice in kept if choice.key == key]
        is_wanted = is_baseline(spec) or (not kept and key in suggested(kind))
        found += own or ([ModelChoice(key=key)] if is_wanted else [])
    return tuple(found)


def form_scope(label: str) -> str:
    """Return the scope of a model's parameter form."""
    return f"train.{state.dataset_id() or 'table'}.{label}"


def latest_choices(kind: TaskKind, kept: Sequence[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Return the models to train with what their forms hold at this moment; for callbacks."""
    return tuple(choice.model_copy(update={"params": _form_values(choice)}) for choice in chosen_models(kind, kept))


def _form_values(choice: ModelChoice) -> dict[str, object]:
    specs = get_model(choice.key).params
    return dict(read_form(specs, choice.params, scope=form_scope(choice.label)))


def ticked(kind: TaskKind, choices: Sequence[ModelChoice], keys: Sequence[str]) -> tuple[ModelChoice, ...]:
    """Return ``choices`` with exactly the models ``keys``; those that stay keep their settings and variants."""
    found: list[ModelChoice] = []
    for spec in offered_models(kind):
        if spec.key in keys or is_baseline(spec):
            found += [choice for choice in choices if choice.key == spec.key] or [ModelChoice(key=spec.key)]
    return tuple(found)


def with_variant(choices: Sequence[ModelChoice], label: str) -> tuple[tuple[ModelChoice, ...], str]:
    """Return ``choices`` with a copy of the one called ``label`` behind it, and the copy's name."""
    place = next(at for at, choice in enumerate(choices) if choice.label == label)
    taken = {choice.label.casefold() for choice in choices}
    title = get_model(choices[place].key).title
    name = next(name for n in range(2, len(choices) + 3) if (name := f"{title} {n}").casefold() not in taken)
    copy = choices[place].model_copy(update={"name": name})
    return (*choices[: place + 1], copy, *choices[place + 1 :]), name


def renamed(choices: Sequence[ModelChoice], label: str, name: str) -> tuple[ModelChoice, ...]:
    """Return ``choices`` with another name for one of them; unchanged where the name is empty or taken."""
    name = " ".join(name.split())[:MAX_LABEL]
    taken = {choice.label.casefold() for choice in choices if choice.label != label}
    if not name or name.casefold() in taken:
        return tuple(choices)
    return tuple(c.model_copy(update={"name": name}) if c.label == label else c for c in choices)


def title_of(choice: ModelChoice) -> str:
    """Return what a choice is called on the screen."""
    return choice.name or get_model(choice.key).title
