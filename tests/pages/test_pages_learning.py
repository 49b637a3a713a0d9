"""How a model has learned, models combined, and a setting shown on a sample: as the screens have it."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from core.jobs.curve_tasks import learning_path, read_curve, validation_path
from core.jobs.follow import board_results
from core.types import ModelStatus
from tests.pages.screens import texts
from tests.pages.trained import Place, at_run

pytestmark = pytest.mark.usefixtures("place")


def learning_tab(place: Place, model: str = "tree") -> AppTest:
    at = at_run("model", place, run=place.run, model=model)
    views = [tab.label for tab in at.tabs]
    at.session_state[f"model.tabs.{'.'.join(views)}"] = "Learning"
    return at.run()


def test_the_verdict_stands_first_and_the_curves_follow_on_demand(place: Place) -> None:
    at = learning_tab(place)
    assert not at.exception
    verdicts = ("Learned in part by heart", "Learned too little", "In balance", "Not clear")
    assert any(word in texts(at) for word in verdicts)
    at.button(key="model.learning_curve.start").click().run()
    assert not at.exception
    curve = read_curve(learning_path(place.workspace, place.run, "tree"))
    assert curve is not None
    assert curve.finding in texts(at)
    assert not [button for button in at.button if button.key == "model.learning_curve.start"]


def test_a_value_of_the_validation_curve_is_trained_as_one_more_model(place: Place) -> None:
    at = learning_tab(place)
    name = at.selectbox(key="model.validation_curve.param").value
    at.button(key="model.validation_curve.start").click().run()
    curve = read_curve(validation_path(place.workspace, place.run, "tree", name))
    assert curve is not None
    assert curve.finding in texts(at)
    value = at.selectbox(key=f"model.validation_curve.value.{name}").value
    at.button(key="model.validation_curve.train").click().run()
    added = place.runs.get(place.run).recipe.models[-1]
    assert added.key == "tree"
    assert added.params[name] == value
    assert board_results(place.workspace, place.run)[-1].status is ModelStatus.OK


def test_models_are_combined_on_the_board(place: Place) -> None:
    at = at_run("results", place, run=place.run)
    at.text_input(key="results.combine.name").set_value("All <b>together</b>")
    at.button(key="results.combine.train").click().run()
    assert not at.exception
    added = place.runs.get(place.run).recipe.models[-1]
    assert (added.key, added.label) == ("voting", "All b together b")
    assert set(added.members) == {"linear", "tree"}
    result = board_results(place.workspace, place.run)[-1]
    assert result.status is ModelStatus.OK, result.reason
    at = learning_tab(place, added.label)
    assert not at.exception


def test_fewer_than_two_members_are_refused_with_the_reason(place: Place) -> None:
    at = at_run("results", place, run=place.run)
    key = f"results.combine.members.{place.run}"
    at.session_state[key] = ["tree"]
    at.run()
    assert at.button(key="results.combine.train").disabled
    assert "at least 2" in texts(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_a_setting_is_shown_on_a_sample_before_training(place: Place) -> None:
    at = at_run("train", place)
    at.session_state["train.settings"] = "tree"
    at.run()
    at.button(key="train.show_me.tree").click().run()
    assert not at.exception
    assert "standard error over the folds" in texts(at)
    assert not place.runs.list(place.project)
