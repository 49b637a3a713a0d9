"""The cleaning of texts on one typed sentence: how it stands after each step."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from components.messages import plain, show_error
from components.numbers import counted
from core.errors import LatheError
from core.params import ParamValue
from core.prepare.textdemo import TextStage, tokens_before_after

_SENTENCE = "Don't miss it: 3 FREE caf\u00e9 vouchers at www.example.org, @Ann!"


def text_demo(params: Mapping[str, ParamValue], *, scope: str) -> None:
    """Draw a sentence to type, and what becomes of it with the settings of the form.

    Parameters
    ----------
    params : mapping of str to ParamValue
        Of the step "Clean text".
    scope : str
        Prefix of widget keys.
    """
    with st.expander("Try it on a sentence", type="compact"):
        sentence = st.text_input(
            "Sentence", _SENTENCE, key=f"{scope}.sentence", max_chars=500, label_visibility="collapsed"
        )
        try:
            stages = tokens_before_after(sentence, params)
        except LatheError as error:
            show_error(error)
            return
        # Long texts are wrapped in a table, and cut in a grid.
        st.table(stages_table(stages), border="horizontal")


def stages_table(stages: tuple[TextStage, ...]) -> pd.DataFrame:
    """Return the stages as rows named by their step: the text, and what the step took."""
    return pd.DataFrame(
        {
            "Text": [plain(stage.text) for stage in stages],
            "Words": [str(len(stage.tokens)) for stage in stages],
            "Changed": [_taken(stage) for stage in stages],
        },
        index=pd.Index([stage.label for stage in stages], name="After"),
    )


def _taken(stage: TextStage) -> str:
    """Say how many words and characters a step took out or changed; nothing where it changed none."""
    words = counted(stage.removed, "word") if stage.removed > 0 else ""
    characters = counted(stage.touched, "character") if stage.touched else ""
    return ", ".join(part for part in (words, characters) if part)
