"""A quiet list of facts: words on the left, the value aligned on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.messages import plain


@dataclass(frozen=True)
class Fact:
    """One line. ``value`` is plain text; ``help`` is the field's term and what it means."""

    label: str
    value: str
    help: str = ""


def fact_list(facts: Sequence[Fact]) -> None:
    """Draw the facts, one a line, values aligned on the right."""
    with st.container(gap="xsmall"):
        for fact in facts:
            with st.container(
                horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="small", wrap=False
            ):
                st.markdown(f":small[:gray[{plain(fact.label)}]]", width="content", help=fact.help or None)
                st.markdown(f":small[{plain(fact.value)}]", width="content", text_alignment="right")
