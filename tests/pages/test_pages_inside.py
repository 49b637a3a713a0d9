"""The tab that opens a model: its weights or its rules, and the same on the command line."""

from __future__ import annotations

import json

import pytest

from core.cli import main
from core.explain.inside import INSIDE_FILE
from tests.pages.screens import texts
from tests.pages.trained import Place, at_run


def opened(place: Place, model: str):
    at = at_run("model", place, run=place.run, model=model)
    views = [tab.label for tab in at.tabs]
    at.session_state[f"model.tabs.{'.'.join(views)}"] = "Inside"
    at.run()
    assert not at.exception
    return at


def table_with(at, column: str):
    return next(table.value for table in at.dataframe if column in table.value)


@pytest.mark.parametrize("place", ["regression"], indirect=True)
def test_weights_of_a_linear_model_are_drawn_with_their_table(place: Place) -> None:
    at = opened(place, "linear")
    assert "age" in texts(at)
    assert "weigh most" in texts(at)
    table = table_with(at, "Weight")
    assert table["Column"].tolist()[:2] == ["(base level)", "age"]
    assert "Odds ratio" not in table


def test_weights_for_classes_have_odds_ratios_and_say_for_which_class(place: Place) -> None:
    at = opened(place, "linear")
    assert "held against no" in texts(at)
    assert "Odds ratio" in table_with(at, "Weight")


def test_rules_of_a_tree_are_drawn_to_the_depth_that_is_asked_for(place: Place) -> None:
    at = opened(place, "tree")
    rules = table_with(at, "If")
    assert rules["Rows learned from"].sum() == 72
    assert rules["If"].str.contains("age").any()


def test_a_model_that_cannot_be_opened_has_no_such_tab(place: Place) -> None:
    at = at_run("model", place, run=place.run, model="baseline")
    assert "Inside" not in [tab.label for tab in at.tabs]
    (place.workspace.path(f"runs/{place.run}/tree") / INSIDE_FILE).unlink()
    assert "Inside" not in [tab.label for tab in at_run("model", place, run=place.run, model="tree").tabs]


def test_the_command_line_prints_weights_and_rules(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    root = str(place.workspace.root)
    assert main(["coefficients", place.run, "linear", "--workspace", root]) == 0
    assert "(base level)" in capsys.readouterr().out
    assert main(["coefficients", place.run, "tree", "--workspace", root, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["tree"]["classes"] == ["no", "yes"]
    assert main(["coefficients", place.run, "oracle", "--workspace", root]) != 0
    assert "Trained: " in capsys.readouterr().err


def test_the_command_line_suggests_models(place: Place, tmp_path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "people.csv"
    path.write_text(
        "age,left\n" + "\n".join(f"{n % 7 + n / 4},{'yes' if n % 3 else 'no'}" for n in range(60)), encoding="utf-8"
    )
    assert main(["suggest", str(path), "--target", "left", "--readable", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["order"] for one in found] == list(range(1, len(found) + 1))
    assert "tree" in [one["key"] for one in found]
