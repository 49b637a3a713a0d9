"""A model's mistakes: rows behind a cell, weak spots, errors along a column, the review queue and its marks."""

from __future__ import annotations

import pandas as pd
import pytest

from core.data.catalog import DatasetCatalog
from core.run.diagnosis import read_diagnosis
from core.run.review_queue import Mark, read_marks, read_review, rows_marked, set_mark
from tests.pages.screens import press, words
from tests.pages.trained import Place, at_run

SPOTS = "Weak spots"


def open_view(place: Place, view: str):
    at = at_run("model", place, run=place.run, model="tree")
    views = [tab.label for tab in at.tabs]
    at.session_state[f"model.tabs.{'.'.join(views)}"] = view
    at.run()
    assert not at.exception
    return at


def test_the_rows_of_a_cell_are_shown_with_their_cells(place: Place) -> None:
    at = open_view(place, "Right and wrong")
    key = f"mistakes.cell.{place.run}.tree"
    at.selectbox(key=key).set_value("wrong").run()
    assert not at.exception
    rows = next(table.value for table in at.dataframe if "Probability" in table.value)
    oof = pd.read_parquet(place.workspace.path(f"runs/{place.run}/tree/oof.parquet"))
    wrong = oof[oof["truth"] != oof["prediction"]]
    assert sorted(rows.index) == sorted(wrong["row"] + 1)
    assert {"age", "city", "price", "True", "Predicted"} <= set(rows.columns)
    stored = pd.read_csv(place.workspace.root / "people.csv")
    assert [int(v) for v in rows["age"]] == stored["age"].iloc[rows.index - 1].tolist()


def test_the_rows_become_a_table_of_their_own(place: Place) -> None:
    at = open_view(place, "Right and wrong")
    at.selectbox(key=f"mistakes.cell.{place.run}.tree").set_value("wrong").run()
    count = len(next(table.value for table in at.dataframe if "Probability" in table.value))
    press(at, "mistakes.rows.keep")
    made = [d for d in DatasetCatalog(place.workspace).list(place.project) if d.id != place.dataset]
    assert [d.rows for d in made] == [count]
    assert f"holds {count} rows" in words(at)


@pytest.mark.parametrize("place", ["binary", "regression"], indirect=True)
def test_weak_spots_are_looked_for_and_kept(place: Place) -> None:
    at = open_view(place, SPOTS)
    press(at, "spots.find")
    at.run()
    found = read_diagnosis(place.workspace.path(f"runs/{place.run}/tree"))
    assert found is not None
    assert found.looked_at > 0
    assert found.is_share == place.runs.get(place.run).recipe.task.kind.is_classification
    shown = words(at)
    assert "slices of at least" in shown or "No slice is worse" in shown
    at.selectbox(key=f"spots.column.{place.run}.tree").set_value("city").run()
    assert not at.exception
    assert "city" in words(at)


@pytest.mark.parametrize("place", ["binary", "regression"], indirect=True)
def test_a_queue_is_built_and_marks_are_kept_beside_the_run(place: Place) -> None:
    at = open_view(place, SPOTS)
    press(at, "review.build")
    at.run()
    assert not at.exception
    folder = place.workspace.path(f"runs/{place.run}/tree")
    queue = read_review(folder)
    assert queue is not None
    assert queue.rows == 72
    if not queue.items:
        assert "No row calls for a second look" in words(at)
        return
    item = queue.items[0]
    set_mark(folder.parent, item.key, Mark.WRONG)
    assert rows_marked(read_marks(folder.parent), Mark.WRONG).tolist() == [item.row]
    at = open_view(place, SPOTS)
    press(at, "review.drop")
    made = [d for d in DatasetCatalog(place.workspace).list(place.project) if d.id != place.dataset]
    assert [d.rows for d in made] == [89]
    set_mark(folder.parent, item.key, None)
    assert read_marks(folder.parent) == {}


def test_a_table_that_is_gone_is_said(place: Place) -> None:
    DatasetCatalog(place.workspace).delete(place.dataset)
    at = open_view(place, SPOTS)
    assert "no longer in the workspace" in words(at)
    assert not any(button.key == "spots.find" for button in at.button)
