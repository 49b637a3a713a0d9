"""Judged rows of a model for screens: read once, and what is decided with them stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components import services, state
from components.messages import show_error
from components.model_choice import Chosen
from core.errors import LatheError, NotFound
from core.evaluate.judged import Judged, read_judged
from core.jobs.decisions import decide, model_decision
from core.models.decision import Decision
from core.prepare.plan import PreparePlan, StepChoice
from core.run.added import free_label, label_of
from core.run.preparation import feature_columns, plan_of
from core.run.recipe import ModelChoice


@dataclass(frozen=True)
class Source:
    """Where the rows lie, as the key of caches: they are read again where the file has changed."""

    path: str
    changed: float


def source_of(chosen: Chosen) -> Source:
    """Return the file of rows that a model judged without having seen them.

    Raises
    ------
    NotFound
        Where it is no longer in the workspace.
    """
    path = services.workspace().path(chosen.result.path) / "oof.parquet"
    if not chosen.result.path or not path.exists():
        raise NotFound(
            f"The predictions of {chosen.title} are no longer in the workspace.", hint="Train the model again."
        )
    return Source(str(path), path.stat().st_mtime)


@st.cache_resource(max_entries=4, show_spinner=False)
def judged_rows(source: Source) -> Judged:
    """Return the rows, each with what was true and what was predicted."""
    from pathlib import Path

    return read_judged(Path(source.path))


def asked_class(chosen: Chosen, judged: Judged) -> str:
    """Return the class asked for of two."""
    wanted = chosen.run.recipe.task.positive_class
    return wanted if wanted in judged.classes else judged.classes[-1]


def given_to(judged: Judged, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the probability of a class, and whether each row is of it."""
    return judged.given_to(label), np.asarray(judged.truth == label)


def current_decision(chosen: Chosen) -> Decision:
    """Return what is decided for the model."""
    return model_decision(services.workspace(), chosen.result.path)


def save_part(chosen: Chosen, **changes: Any) -> None:
    """Change a part of what is decided. Runs as a callback; a refusal is drawn at the next `draw_refusal`."""
    decision = current_decision(chosen).model_copy(update=changes)
    try:
        decide(services.workspace(), chosen.run.id, chosen.result.label, decision)
    except LatheError as error:
        state.remember("model.refusal", (error.message, error.hint))


def train_variant(chosen: Chosen, title: str, *steps: StepChoice) -> None:
    """Add the same model with further steps of the fit to the run and train it. Runs as a callback."""
    from core.jobs.training import add_model

    run, label = chosen.run, chosen.result.label
    choice = next(choice for choice in run.recipe.models if choice.label == label)
    new = {step.step for step in steps}
    try:
        plan = choice.plan or _plan(chosen)
        kept = tuple(step for step in plan.steps if step.step not in new)
        varied = plan.model_copy(update={"steps": (*kept, *steps)})
        name = free_label(run.recipe, label_of(title))
        variant = ModelChoice(
            key=choice.key,
            params=choice.params,
            name=name,
            plan=varied,
            without=choice.without,
            members=choice.members,
        )
        add_model(services.workspace(), services.executor(), run.id, variant)
        state.remember("model.variant", name)
    except LatheError as error:
        state.remember("model.refusal", (error.message, error.hint))


def _plan(chosen: Chosen) -> PreparePlan:
    dataset = services.table_of_run(chosen.run)
    columns = feature_columns(dataset, chosen.run.recipe.task)
    return plan_of(chosen.run.recipe, columns, rows=dataset.rows)


def draw_answers() -> None:
    """Draw what came of the last press: a refusal, or the name of the model that is being trained."""
    refusal = state.recall("model.refusal")
    if refusal:
        state.forget("model.refusal")
        show_error(LatheError(refusal[0], hint=refusal[1]))
    variant = state.recall("model.variant")
    if variant:
        state.forget("model.variant")
        st.success(f"{variant} is being trained on the same folds. It joins the board on the Results page.")
