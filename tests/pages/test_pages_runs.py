"""The run history: notes kept, runs found again, cloned, deleted, and two of them side by side."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from components import run_history
from core.errors import NotFound
from core.run.recipe import ModelChoice
from core.run.run_list import run_summary
from tests.pages.screens import press, words
from tests.pages.trained import Place, at_run


def picking(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Let the first ``count`` runs of the page be picked: AppTest cannot select rows of a table."""
    drawn = run_history.page_of_runs

    def pick(wanted: run_history.RunFilter) -> tuple[run_history.RunSummary, ...]:
        drawn(wanted)
        return run_history.list_runs(
            run_history.services.workspace(), run_history.state.project_id(), wanted=wanted
        ).runs[:count]

    monkeypatch.setattr(run_history, "page_of_runs", pick)


def another(place: Place) -> str:
    """A second run of the same table, with its results copied from the first and one model fewer."""
    run = place.runs.get(place.run)
    recipe = run.recipe.model_copy(update={"models": (ModelChoice(key="tree"),)})
    other = place.runs.create(place.project, recipe, _table(place), name="Second")
    for result in place.runs.results(place.run):
        if result.label == "tree":
            place.runs.save_result(other.id, result)
    return other.id


def _table(place: Place):
    from core.data.catalog import DatasetCatalog

    return DatasetCatalog(place.workspace).get(place.dataset)


def test_runs_are_listed_with_their_best_model(place: Place) -> None:
    another(place)
    at = at_run("runs", place)
    shown = at.dataframe[0].value
    assert shown["Run"].tolist() == ["Second", "Predict left"]
    assert shown["Models"].tolist() == ["1 of 1", "3 of 3"]
    assert "2 runs" in words(at)
    at.text_input(key="runs.text").set_value("second").run()
    assert at.dataframe[0].value["Run"].tolist() == ["Second"]
    at.text_input(key="runs.text").set_value("nowhere").run()
    assert "No run fits" in words(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_without_runs_the_page_offers_to_train(place: Place) -> None:
    assert any(button.label == "Train models" for button in at_run("runs", place).button)


def test_what_is_typed_is_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    picking(monkeypatch, 1)
    at = at_run("runs", place)
    at.text_input(key=f"runs.name.{place.run}").set_value("First try").run()
    at.text_area(key=f"runs.notes.{place.run}").set_value("All columns").run()
    at.multiselect(key=f"runs.tags.{place.run}").set_value([]).run()
    press(at, "runs.star")
    found = run_summary(place.workspace, place.run)
    assert (found.name, found.notes, found.favourite) == ("First try", "All columns", True)
    assert at.dataframe[0].value["Run"].tolist() == ["First try"]


def test_a_clone_takes_the_recipe_to_train(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    picking(monkeypatch, 1)
    other = another(place)
    at = at_run("runs", place)
    at.button(key="runs.clone").click().run()
    assert not at.exception
    assert [choice.key for choice in place.draft().models] == ["tree"]
    assert place.draft().task == place.runs.get(other).recipe.task
    assert at.title[0].value == "Train"


def test_two_runs_are_held_against_each_other(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    picking(monkeypatch, 2)
    another(place)
    at: AppTest = at_run("runs", place)
    assert not at.exception
    shown = words(at)
    assert "2 runs side by side" in shown
    assert "the same rows in the same folds" in shown
    assert "Only B has" in shown
    assert not at.error


def test_a_run_in_the_address_that_is_another_projects_is_passed_over(place: Place) -> None:
    other = another(place)
    place.runs.delete(other)
    with pytest.raises(NotFound):
        run_summary(place.workspace, other)
    at = at_run("results", place, run=other)
    assert at.title[0].value == "Results"
    assert not at.error
