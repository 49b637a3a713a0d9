"""Widgets whose value is the draft's: what is stored is drawn, and a change is stored before anything else runs.

A refresh, a second tab and a page switch therefore show the same. The widget's own memory is only the way in.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st


def controlled(
    widget: Callable[..., Any],
    label: str,
    *options: Any,
    key: str,
    value: Any,
    save: Callable[[Any], object],
    **more: Any,
) -> Any:
    """Draw ``widget`` with ``value`` and call ``save`` with what the person chooses.

    Parameters
    ----------
    widget : callable
        A Streamlit input that takes ``key`` and ``on_change``.
    label : str
        Its label; ``options`` and ``more`` are passed on.
    key : str
        Unique on the page; name the dataset in it where the options hang on it.
    value : Any
        The stored value.
    save : callable
        Stores a new value. Runs as a callback.

    Returns
    -------
    Any
        The value drawn.
    """
    if st.session_state.get(key) != value or key not in st.session_state:
        st.session_state[key] = value

    def changed() -> None:
        save(st.session_state[key])

    return widget(label, *options, key=key, on_change=changed, **more)
