"""Decisions on the model page: they are stored, used by predictions and taken back; variants join the run."""

from __future__ import annotations

import json

import pytest

from core.cli import main
from core.jobs.decisions import model_decision
from core.models.persistence import load_model
from tests.pages.screens import press, visit, words
from tests.pages.trained import Place, at_run


def _at_tab(place: Place, tab: str):
    at = at_run("model", place, run=place.run, model="linear")
    views = [one.label for one in at.tabs]
    at.session_state[f"model.tabs.{'.'.join(views)}"] = tab
    at.run()
    assert not at.exception
    assert not at.error
    return at


def _decision(place: Place):
    return model_decision(place.workspace, f"runs/{place.run}/linear")


def test_a_threshold_is_chosen_used_and_taken_back(place: Place) -> None:
    folder = place.workspace.path(f"runs/{place.run}/linear")
    (folder / "passport.zip").write_bytes(b"made before")
    at = _at_tab(place, "Decide")
    at.number_input(key="decide.miss").set_value(9.0).run()
    press(at, "decide.use")
    decided = _decision(place)
    assert decided.label == "yes"
    assert decided.threshold is not None
    assert decided.threshold < 0.5
    assert load_model(folder).threshold.value == decided.threshold
    assert not (folder / "passport.zip").exists()
    assert "In use: from" in words(at)
    press(at, "decide.undo")
    assert _decision(place).threshold is None


def test_rows_for_a_person_and_sets_go_into_predictions(place: Place) -> None:
    at = _at_tab(place, "Decide")
    press(at, "decide.human.use")
    at = _at_tab(place, "Certainty")
    press(at, "certainty.use")
    assert _decision(place).conformal.coverage == 0.9
    at = at_run("predict", place, run=place.run, model="linear")
    at.file_uploader[0].upload("new.csv", b"city,age,price\nBern,70,210\nBasel,48,60\n", "text/csv").run()
    assert not at.exception
    shown = next(table.value for table in at.dataframe if "Check" in table.value)
    assert {"Set of classes", "For a person"} <= set(shown)
    assert set(shown["For a person"]) <= {"yes", "no"}
    assert all(row["Prediction"] in row["Set of classes"].split(" | ") for _, row in shown.iterrows())


@pytest.mark.parametrize("place", ["regression"], indirect=True)
def test_intervals_stand_beside_predicted_numbers(place: Place) -> None:
    at = _at_tab(place, "Certainty")
    press(at, "certainty.use")
    at = at_run("predict", place, run=place.run, model="linear")
    at.file_uploader[0].upload("new.csv", b"city,age,left\nBern,70,yes\nBasel,48,no\n", "text/csv").run()
    assert not at.exception
    shown = next(table.value for table in at.dataframe if "Check" in table.value)
    assert (shown["Low"] < shown["Prediction"]).all()
    assert (shown["Prediction"] < shown["High"]).all()


def test_the_commands_say_the_same_and_store_it(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    where = [place.run, "linear", "--workspace", str(place.workspace.root), "--json"]
    assert main(["thresholds", *where, "--goal", "recall", "--wanted", "0.9", "--use"]) == 0
    choice = json.loads(capsys.readouterr().out)["choice"]
    assert _decision(place).threshold == choice["point"]["threshold"]
    assert main(["conformal", *where, "--coverage", "0.8", "--use"]) == 0
    assert _decision(place).conformal.coverage == 0.8
    assert _decision(place).threshold == choice["point"]["threshold"]
    assert main(["calibration", *where]) == 0
    assert json.loads(capsys.readouterr().out.split("\n}\n")[-1])[0]["label"] == "yes"
    assert main(["calibration", place.run, "gone", "--workspace", str(place.workspace.root)]) == 1
    assert "It has:" in capsys.readouterr().err


def test_a_repaired_variant_joins_the_run(place: Place) -> None:
    at = _at_tab(place, "Certainty")
    press(at, "certainty.repair")
    assert "is being trained" in words(at)
    variant = place.runs.get(place.run).recipe.models[-1]
    assert variant.key == "linear"
    assert [step.step for step in variant.plan.steps][-1] == "calibrate"


def test_the_goal_names_costs_and_the_board_can_be_ranked_by_them(place: Place) -> None:
    at = visit("prepare", project=place.project, dataset=place.dataset)
    at.toggle(key=f"goal.costs.on.{place.dataset}.left").set_value(True).run()
    at.number_input(key=f"goal.costs.miss.{place.dataset}").set_value(7.0).run()
    assert not at.exception
    costs = {(cost.true, cost.called): cost.cost for cost in place.draft().task.costs}
    assert costs == {("yes", "no"): 7.0, ("no", "yes"): 1.0}
    assert "The goal names what mistakes cost" in words(at)
    press(at, "goal.metric.use")
    assert place.draft().task.metric == "cost"
    at.toggle(key=f"goal.costs.on.{place.dataset}.left").set_value(False).run()
    assert not at.exception
    assert place.draft().task.metric == ""
