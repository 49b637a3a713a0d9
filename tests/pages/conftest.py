"""AppTest takes an app with a folder called ``pages`` for the older kind, run by run; ours is held by st.navigation."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.runtime.pages_manager import PagesManager


@pytest.fixture(autouse=True)
def pages_by_navigation(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let AppTest run app.py as a server does after its first run.

    What a real server does on the very first run is the part of `components.frame.inside_app`, tested in the browser.
    """
    made = PagesManager.__init__

    def make(self: PagesManager, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        PagesManager.uses_pages_directory = False

    monkeypatch.setattr(PagesManager, "__init__", make)


@pytest.fixture(autouse=True)
def no_dispatcher(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the pages from starting a dispatcher of their own for every test."""
    monkeypatch.setattr("components.services.warm_up", lambda: None)
