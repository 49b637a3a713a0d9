"""Choose models: one row a model, grouped by what they are for; the choice is kept in the project's draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from components import state
from components.messages import plain
from components.model_card import show_card
from components.model_choices import chosen_models, latest_choices, offered_models, suggested, ticked
from components.model_colors import is_baseline
from components.model_groups import (
    FILTERS,
    GROUPS,
    HEADLINERS,
    READS,
    cost_dots,
    first_sentence,
    found_models,
    group_of,
)
from components.numbers import counted
from core.models.spec import ModelSpec
from core.run.recipe import ModelChoice
from core.types import TaskKind

_COLUMNS = (4.4, 5.0, 1.8, 0.5)  # The longest title of a model fits on one line.


@dataclass(frozen=True)
class Advice:
    """What is known of the models on this table.

    Attributes
    ----------
    reasons : mapping of str to str
        Suggested models with the reason, by key.
    refusals : mapping of str to str
        Models that cannot be trained on it, with the reason and what would help.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[str, str] = field(default_factory=dict)


def model_picker(kind: TaskKind, kept: Sequence[ModelChoice], advice: Advice | None = None) -> None:
    """Draw the models that can do ``kind``; a click is saved to the draft at once."""
    advice = advice or Advice()
    chosen = {choice.key for choice in chosen_models(kind, kept)}
    offered = [spec for spec in offered_models(kind) if not is_baseline(spec)]
    _presets(kind, advice)
    search, purpose = _narrow()
    rows = _Rows(kind, chosen, advice)
    if search or purpose:
        found = found_models(offered, search=search, purpose=purpose)
        with st.container(border=True, gap="xxsmall"):
            st.caption(f"{counted(len(found), 'model')} of {len(offered)}" if found else "No model fits the words.")
            rows.draw(found)
        return
    for title in GROUPS:
        members = [spec for spec in offered if group_of(spec) == title]
        if members:
            _group(title, members, rows)


def _narrow() -> tuple[str, str]:
    """Draw search and filter and return them."""
    left, right = st.columns([2, 3], vertical_alignment="center", gap="small")
    with left:
        search = st.text_input(
            "Find a model",
            key="train.find",
            placeholder="Find a model",
            icon=":material/search:",
            label_visibility="collapsed",
        )
    with right:
        purpose = st.pills(
            "Show only", list(FILTERS), key="train.filter", label_visibility="collapsed", persist_state="session"
        )
    return search.strip(), str(purpose or "")


def _group(title: str, members: Sequence[ModelSpec], rows: _Rows) -> None:
    front = [spec for spec in members if rows.is_in_front(spec)] or list(members[:1])
    folded = [spec for spec in members if spec not in front]
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute"):
            st.caption(title, width="content")
            st.caption("Cost to train", width="content")
        rows.draw(front)
        if folded:
            more = st.expander(
                f"{len(folded)} more", key=f"train.more.{GROUPS.index(title)}", type="compact", on_change="rerun"
            )
            if more.open:
                with more, st.container(gap="xxsmall"):
                    rows.draw(folded)


class _Rows:
    """Draws models as rows."""

    def __init__(self, kind: TaskKind, chosen: set[str], advice: Advice) -> None:
        self._kind, self._chosen, self._advice = kind, chosen, advice

    def is_in_front(self, spec: ModelSpec) -> bool:
        """Tell whether a model stands open in its group."""
        return spec.key in HEADLINERS or spec.key in self._chosen or spec.key in self._advice.reasons

    def draw(self, specs: Sequence[ModelSpec]) -> None:
        """Draw one row a model."""
        for spec in specs:
            self._draw(spec)

    def _draw(self, spec: ModelSpec) -> None:
        key = f"train.model.{spec.key}"
        refusal = self._advice.refusals.get(spec.key, "")
        st.session_state[key] = spec.key in self._chosen
        name, summary, cost, about = st.columns(_COLUMNS, vertical_alignment="center", gap="small")
        with name:
            # A model that was ticked before the table grew too large for it can still be taken away.
            st.checkbox(
                spec.title,
                key=key,
                on_change=_toggle,
                args=(spec.key, self._kind),
                disabled=bool(refusal) and spec.key not in self._chosen,
            )
        with summary:
            st.caption(f":orange[{plain(refusal)}]" if refusal else self._words(spec))
        with cost:
            st.caption(f"{cost_dots(spec.cost)}  \n{READS[spec.interpretability]}", text_alignment="right")
        with about:
            st.button(
                "",
                key=f"train.about.{spec.key}",
                icon=":material/info:",
                type="tertiary",
                help=f"About {spec.title}",
                on_click=show_card,
                args=(spec.key,),
            )

    def _words(self, spec: ModelSpec) -> str:
        reason = self._advice.reasons.get(spec.key, "")
        return f":blue-badge[suggested] {plain(reason)}" if reason else plain(first_sentence(spec.summary))


def _presets(kind: TaskKind, advice: Advice) -> None:
    everything = tuple(spec.key for spec in offered_models(kind) if spec.key not in advice.refusals)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", wrap=False):
        st.caption("The naive baseline takes part in every race: it shows what a score is worth.", width="content")
        with st.container(horizontal=True, gap="small", width="content", wrap=False):
            wanted = tuple(advice.reasons) or suggested(kind)
            for label, keys in (("Suggested", wanted), ("All", everything), ("None", ())):
                st.button(
                    label, key=f"train.preset.{label.lower()}", type="tertiary", on_click=_choose, args=(kind, keys)
                )


def _choose(kind: TaskKind, keys: Sequence[str]) -> None:
    now = latest_choices(kind, state.draft().models)
    state.save_draft(models=ticked(kind, now, keys))


def _toggle(key: str, kind: TaskKind) -> None:
    now = [choice.key for choice in chosen_models(kind, state.draft().models)]
    is_ticked = bool(st.session_state[f"train.model.{key}"])
    _choose(kind, [*now, key] if is_ticked else [k for k in now if k != key])


def train_label(choices: Sequence[ModelChoice]) -> str:
    """Return the words of the primary action."""
    return f"Train {counted(len(choices), 'model')}"
