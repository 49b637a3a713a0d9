"""Pages run inside the frame that app.py draws, also the first one asked of a fresh server."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


def inside_app() -> None:
    """Start the script run over inside app.py where Streamlit ran a page's file alone.

    A server that has not yet run ``st.navigation`` takes a folder called ``pages`` for its older kind of app: the
    first request for ``/train?project=...`` after a restart would run pages/train.py without app.py around it, and
    every one after it. Only ``st.navigation`` clears that flag, so it is cleared here.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
