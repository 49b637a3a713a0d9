"""What to ask oneself before data about people are used (privacy, consent, bias); kept with the project."""

from __future__ import annotations

import streamlit as st

from components.controlled import controlled
from components.messages import plain
from components.quality_data import keep, kept
from core.data.schema import Dataset
from core.quality.words import listed

QUESTIONS = {
    "right": "I may use these data for this purpose",
    "consent": "The people in them agreed, or need not be asked",
    "least": "What points to people and is not needed is dropped or masked",
    "fair": "I know who is in the data and who is missing",
    "labels": "I know who decided the answers that are learned from, and how",
}


def privacy_list(dataset: Dataset) -> None:
    """Draw the list of ticks, opened where columns point to people."""
    people = [c.name for c in dataset.columns if c.meaning is not None and c.meaning.is_personal]
    ticks = kept(dataset, "privacy")
    title = "Data about people" + (f": {len(ticks)} of {len(QUESTIONS)} settled" if ticks else "")
    with st.expander(title, expanded=bool(people) and len(ticks) < len(QUESTIONS), icon=":material/shield_person:"):
        if people:
            st.caption(f"{plain(listed(people, 4))} {'points' if len(people) == 1 else 'point'} to people.")
        else:
            st.caption("No column looks like a name, an address, a phone number or an e-mail address.")
        for key, question in QUESTIONS.items():
            controlled(
                st.checkbox,
                question,
                key=f"quality.privacy.{dataset.id}.{key}",
                value=key in ticks,
                save=lambda ticked, key=key: _save(dataset, key, ticked),
            )


def _save(dataset: Dataset, key: str, ticked: bool) -> None:
    others = [tick for tick in kept(dataset, "privacy") if tick != key]
    keep(dataset, "privacy", [*others, key] if ticked else others)
