"""The settings of one chosen model at a time: its parameters, its name, and variants of it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import state
from components.messages import plain
from components.model_card import made_with
from components.model_choices import (
    chosen_models,
    form_scope,
    latest_choices,
    renamed,
    title_of,
    with_variant,
)
from components.network_builder import network_panel
from components.params_form import params_form
from components.show_me import show_me
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.run.recipe import ModelChoice
from core.types import TaskKind

SHOWN = "train.settings"


def model_settings(kind: TaskKind, kept: Sequence[ModelChoice]) -> tuple[ModelChoice, ...]:
    """Draw the parameters of one chosen model at a time and return all choices as they are now."""
    choices = chosen_models(kind, kept)
    adjustable = {choice.label: choice for choice in choices if get_model(choice.key).params}
    if not adjustable:
        st.caption("Tick a model above to adjust it.")
        return choices
    current = adjustable[_pills(adjustable)]
    spec = get_model(current.key)
    with st.container(border=True, gap="small"):
        st.caption(about(spec))
        _name(kind, current)
        params = params_form(spec.params, current.params, scope=form_scope(current.label), columns=2)
        now = current.model_copy(update={"params": params})
        task, dataset = state.draft().task, state.dataset()
        if task is not None and dataset is not None:
            network_panel(spec, params, task, dataset, scope=form_scope(current.label))
            show_me(dataset, state.draft().recipe(dataset), now)
        _variants(kind, current)
    updated = tuple(now if choice.label == current.label else choice for choice in choices)
    if params != current.params:
        state.save_draft(models=updated)
    return updated


def _pills(adjustable: dict[str, ModelChoice]) -> str:
    if st.session_state.get(SHOWN) not in adjustable:
        st.session_state[SHOWN] = next(iter(adjustable))
    return str(
        st.pills(
            "Model to adjust",
            list(adjustable),
            format_func=lambda label: _pill(adjustable[label]),
            key=SHOWN,
            required=True,
            label_visibility="collapsed",
            wrap=True,
            persist_state="session",
        )
    )


def _pill(choice: ModelChoice) -> str:
    return title_of(choice) + (f" · {len(choice.params)} changed" if choice.params else "")


def _name(kind: TaskKind, choice: ModelChoice) -> None:
    if choice.name:
        key = f"train.name.{choice.label}"
        st.session_state[key] = choice.name
        st.text_input("Name on the board", key=key, on_change=_rename, args=(kind, choice.label))


def _variants(kind: TaskKind, choice: ModelChoice) -> None:
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Add a variant",
            key="train.variant.add",
            icon=":material/content_copy:",
            type="tertiary",
            on_click=_add,
            args=(kind, choice.label),
            help="The same model once more, with settings and a name of its own.",
        )
        if choice.name:
            st.button(
                "Remove this variant",
                key="train.variant.remove",
                icon=":material/delete:",
                type="tertiary",
                on_click=_remove,
                args=(kind, choice.label),
            )


def _add(kind: TaskKind, label: str) -> None:
    choices, name = with_variant(latest_choices(kind, state.draft().models), label)
    state.save_draft(models=choices)
    st.session_state[SHOWN] = name


def _remove(kind: TaskKind, label: str) -> None:
    now = latest_choices(kind, state.draft().models)
    state.save_draft(models=tuple(choice for choice in now if choice.label != label))


def _rename(kind: TaskKind, label: str) -> None:
    name = str(st.session_state[f"train.name.{label}"])
    changed = renamed(latest_choices(kind, state.draft().models), label, name)
    state.save_draft(models=changed)
    if any(choice.label == name for choice in changed):
        st.session_state[SHOWN] = name


def about(spec: ModelSpec) -> str:
    """Say what a model is good and less good at, and what it is made with."""
    return f"Good at: {plain(spec.good_at)}  \nLess good at: {plain(spec.bad_at)}  \n{made_with(spec)}"
