"""The journey says how far a table has come, whoever took the steps."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from components import journey
from components.draft import Draft


@pytest.fixture
def trained_elsewhere(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A project in which a run from the command line trained a model on the table "a"; no draft knows of it."""
    monkeypatch.setattr(journey.services, "workspace", lambda: None)
    monkeypatch.setattr(journey, "is_trained", lambda _workspace, _project, dataset: dataset == "a")
    return SimpleNamespace(id="project")


def _done(project: SimpleNamespace, dataset: str) -> list[str]:
    return [stop.title for stop in journey.stops(project, SimpleNamespace(id=dataset), Draft()) if stop.done]


def test_a_trained_table_had_a_target_and_a_plan(trained_elsewhere: SimpleNamespace) -> None:
    assert _done(trained_elsewhere, "a") == ["Data", "Target", "Plan", "Trained"]


def test_another_table_of_the_project_is_not_trained(trained_elsewhere: SimpleNamespace) -> None:
    assert _done(trained_elsewhere, "b") == ["Data"]
