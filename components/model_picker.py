"""Choose models: one row a model, grouped by what they are for; the choice is kept in the project's draft."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import state
from components.kinds import FRAMEWORK_WORDS
from components.messages import plain
from components.model_colors import is_baseline
from components.network_builder import network_panel
from components.numbers import counted
from components.params_form import params_form, read_form
from core.models.registry import get_model, models_for
from core.models.spec import ModelSpec
from core.run.recipe import ModelChoice
from core.types import TaskKind

GROUPS = (("Quick, and easy to read", 3), ("Strong on most tables", 8), ("Neural networks", 99))
"""Names of the groups with the highest `ModelSpec.simplicity` of each."""

_COLUMNS = (3.2, 6, 0.9)


def suggested(kind: TaskKind) -> tuple[str, ...]:
    """Return the models that are ticked at first: the naive one and those that train in seconds."""
    return tuple(spec.key for spec in models_for(kind) if spec.cost <= 4)


def chosen_models(kind: TaskKind, kept: Sequence[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Return the models to train in the registry's order: the kept ones that can do ``kind``, else the suggested.

    The naive baseline is always among them.
    """
    offered = {spec.key: spec for spec in models_for(kind)}
    known = {choice.key: choice for choice in kept if choice.key in offered}
    keys = list(known) if kept else suggested(kind)
    wanted = {key for key in offered if key in keys or is_baseline(offered[key])}
    return tuple(known.get(key, ModelChoice(key=key)) for key in offered if key in wanted)


def form_scope(key: str) -> str:
    """Return the scope of a model's parameter form."""
    return f"train.{state.dataset_id() or 'table'}.{key}"


def latest_choices(kind: TaskKind, kept: Sequence[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Return the models to train with what their forms hold at this moment; for callbacks."""
    return tuple(choice.model_copy(update={"params": _form_values(choice)}) for choice in chosen_models(kind, kept))


def _form_values(choice: ModelChoice) -> dict[str, object]:
    specs = get_model(choice.key).params
    return dict(read_form(specs, choice.params, scope=form_scope(choice.key)))


def model_picker(kind: TaskKind, kept: Sequence[ModelChoice]) -> None:
    """Draw the models that can do ``kind``; a click is saved to the draft at once."""
    chosen = {choice.key for choice in chosen_models(kind, kept)}
    offered = [spec for spec in models_for(kind) if not is_baseline(spec)]
    _presets(kind)
    low = -1
    for title, high in GROUPS:
        members = [spec for spec in offered if low < spec.simplicity <= high]
        low = high
        if not members:
            continue
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute"):
                st.caption(title, width="content")
                st.caption("Cost to train", width="content")
            for spec in members:
                _row(spec, kind, ticked=spec.key in chosen)


def _presets(kind: TaskKind) -> None:
    everything = tuple(spec.key for spec in models_for(kind))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", wrap=False):
        st.caption("The naive baseline takes part in every race: it shows what a score is worth.", width="content")
        with st.container(horizontal=True, gap="small", width="content", wrap=False):
            for label, keys in (("Suggested", suggested(kind)), ("All", everything), ("None", ())):
                st.button(
                    label, key=f"train.preset.{label.lower()}", type="tertiary", on_click=_choose, args=(kind, keys)
                )


def _row(spec: ModelSpec, kind: TaskKind, *, ticked: bool) -> None:
    key = f"train.model.{spec.key}"
    st.session_state[key] = ticked
    name, summary, cost = st.columns(_COLUMNS, vertical_alignment="center", gap="small")
    with name:
        st.checkbox(spec.title, key=key, on_change=_toggle, args=(spec.key, kind))
    with summary:
        st.caption(plain(first_sentence(spec.summary)))
    with cost:
        st.caption(cost_dots(spec.cost), text_alignment="right")


def cost_dots(cost: int) -> str:
    """Return one to four filled dots for the order of training cost."""
    filled = 1 if cost <= 1 else 2 if cost <= 3 else 3 if cost <= 5 else 4
    return "●" * filled + "○" * (4 - filled)


def first_sentence(text: str) -> str:
    """Return the first sentence of a summary; the rest stands with the model's settings."""
    return text.split(". ")[0].rstrip(".") + "."


def _choose(kind: TaskKind, keys: Sequence[str]) -> None:
    kept = {choice.key: choice for choice in latest_choices(kind, state.draft().models)}
    wanted = [spec.key for spec in models_for(kind) if spec.key in keys or is_baseline(spec)]
    state.save_draft(models=tuple(kept.get(key, ModelChoice(key=key)) for key in wanted))


def _toggle(key: str, kind: TaskKind) -> None:
    now = [choice.key for choice in chosen_models(kind, state.draft().models)]
    ticked = bool(st.session_state[f"train.model.{key}"])
    _choose(kind, [*now, key] if ticked else [k for k in now if k != key])


def model_settings(kind: TaskKind, kept: Sequence[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Draw the parameters of one chosen model at a time and return all choices as they are now."""
    choices = chosen_models(kind, kept)
    adjustable = [choice for choice in choices if get_model(choice.key).params]
    if not adjustable:
        st.caption("Tick a model above to adjust it.")
        return choices
    keys = [choice.key for choice in adjustable]
    key = "train.settings"
    if st.session_state.get(key) not in keys:
        st.session_state[key] = keys[0]
    changes = {choice.key: len(choice.params) for choice in adjustable}
    shown = st.pills(
        "Model to adjust",
        keys,
        format_func=lambda k: get_model(k).title + (f" · {changes[k]} changed" if changes[k] else ""),
        key=key,
        required=True,
        label_visibility="collapsed",
        wrap=True,
        persist_state="session",
    )
    current = next(choice for choice in choices if choice.key == shown)
    spec = get_model(current.key)
    with st.container(border=True, gap="small"):
        st.caption(about(spec))
        params = params_form(spec.params, current.params, scope=form_scope(spec.key), columns=2)
        task, dataset = state.draft().task, state.dataset()
        if task is not None and dataset is not None:
            network_panel(spec, params, task, dataset, scope=form_scope(spec.key))
    updated = tuple(c.model_copy(update={"params": params}) if c.key == spec.key else c for c in choices)
    if params != current.params:
        state.save_draft(models=updated)
    return updated


def about(spec: ModelSpec) -> str:
    """Say what a model is good and less good at, and what it is made with."""
    gpu = {"optional": ", on a GPU where there is one", "required": ", needs a GPU"}.get(spec.capabilities.gpu, "")
    return (
        f"Good at: {plain(spec.good_at)}  \nLess good at: {plain(spec.bad_at)}  \n"
        f"Made with {FRAMEWORK_WORDS[spec.framework]}{gpu}."
    )


def train_label(choices: Sequence[ModelChoice]) -> str:
    """Return the words of the primary action."""
    return f"Train {counted(len(choices), 'model')}"
