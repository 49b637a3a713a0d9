"""A model's card: what it is, when it is good and bad, what it costs, how it comes to an answer, where it is from."""

from __future__ import annotations

import streamlit as st

from components.kinds import FRAMEWORK_WORDS
from components.messages import plain
from components.model_groups import cost_dots
from core.models.registry import get_model
from core.models.spec import Limit, ModelSpec

_READS = {"high": "Easy to read", "medium": "Partly readable", "low": "Hard to read"}
_COUNTED = {"rows": "rows", "columns": "prepared columns", "classes": "classes", "cells": "cells"}


def show_card(key: str) -> None:
    """Open the card of the model called ``key``, under the model's name."""
    spec = get_model(key)
    st.dialog(spec.title, width="medium")(_card)(spec)


def _card(spec: ModelSpec) -> None:
    st.markdown(plain(spec.summary))
    good, bad = st.columns(2, gap="medium")
    with good:
        st.markdown(f"**Good at**  \n{plain(spec.good_at)}")
    with bad:
        st.markdown(f"**Less good at**  \n{plain(spec.bad_at)}")
    if spec.formula:
        st.latex(spec.formula)
    st.markdown(f"**Cost to train** {cost_dots(spec.cost)} · **{_READS[spec.interpretability]}**")
    for limit in spec.limits:
        st.markdown(f"{limit_words(limit)} {plain(limit.why)} :gray[{plain(limit.remedy)}]")
    st.caption(made_with(spec))
    if spec.source:
        st.caption(f"Source: {plain(spec.source)}")


def limit_words(limit: Limit) -> str:
    """Say for which tables a model is offered: "Up to 20,000 rows."."""
    what = _COUNTED[limit.of]
    if limit.most is not None and limit.least is not None:
        return f"From {limit.least:,} to {limit.most:,} {what}."
    if limit.most is not None:
        return f"Up to {limit.most:,} {what}."
    return f"From {limit.least:,} {what} on." if limit.least is not None else ""


def made_with(spec: ModelSpec) -> str:
    """Say which library a model is made with, and whether it uses a GPU."""
    gpu = {"optional": ", on a GPU where there is one", "required": ", needs a GPU"}.get(spec.capabilities.gpu, "")
    return f"Made with {FRAMEWORK_WORDS[spec.framework]}{gpu}."
