"""How a model's rows are prepared: its plan in sentences, as it was when the run began."""

from __future__ import annotations

import streamlit as st

from components import services
from components.messages import plain
from components.model_choice import Chosen
from core.data.schema import Dataset
from core.errors import NotFound
from core.models.registry import get_model
from core.prepare.words import plan_sentences
from core.run.preparation import model_outline


def preparation(chosen: Chosen) -> None:
    """Draw what is done to the columns before the model sees them, one line a step."""
    try:
        dataset = services.table_of_run(chosen.run)
    except NotFound:
        st.caption("The table of this run is no longer in the workspace.")
        return
    choice = chosen.run.recipe.choice(chosen.result.label)
    if not choice.members:
        _outline(chosen, chosen.result.label, dataset, f"become {chosen.result.features_out:,}")
        return
    st.caption("Each member is prepared in its own way, on the same rows.")
    for label in choice.members:
        with st.expander(plain(label), key=f"model.preparation.{label}"):
            _outline(chosen, label, dataset, "are prepared")


def _outline(chosen: Chosen, label: str, dataset: Dataset, become: str) -> None:
    spec = get_model(chosen.run.recipe.choice(label).key)
    outline = model_outline(chosen.run.recipe, label, dataset)
    st.markdown(
        f":gray[Learned inside each fold from its training rows only, as {plain(spec.title)} needs it. "
        f"{len(outline.raw):,} columns {become}.]"
    )
    lines = [f"{number}. {plain(line)}" for number, line in enumerate(plan_sentences(outline), start=1)]
    st.markdown("\n".join(lines) or "Numbers are taken as they are.")
