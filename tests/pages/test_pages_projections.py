"""The Projections page against the real core, with jobs carried out at once."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.data.catalog import DatasetCatalog, load_frame
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.projection.run import stored_all
from core.explore.projection.selection import MOST_ROWS, keep_steps, mark_steps
from core.shape.edit import append
from core.store.workspace import Workspace
from tests.core.explore.hypothesis_tables import stored as stored_table
from tests.core.explore.test_projection_run import clumps
from tests.pages.screens import at_table, words


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    return stored_table(workspace, project_id, tmp_path, clumps())


def test_a_map_is_made_by_a_job_and_found_again(workspace: Workspace, dataset: Dataset) -> None:
    at = at_table("projections", dataset)
    assert not at.exception
    assert at.button(key="projection.start").label == "Project 150 rows"
    at.button(key="projection.start").click().run()
    assert not at.exception
    assert len(at.get("plotly_chart")) == 5  # The map, three axes and their shares.
    assert "Rows close together have similar values" in words(at)
    assert "2 missing numbers took the middle value" in words(at)
    fresh = at_table("projections", dataset)
    assert fresh.button(key="projection.start").disabled
    assert len(stored_all(workspace, dataset)) == 1
    fresh.selectbox(key=f"projection.color.{dataset.id}").select("wide").run()
    fresh.toggle(key="projection.arrows").set_value(True).run()
    assert not fresh.exception


def test_the_neighbour_map_says_what_it_does_not_show(dataset: Dataset) -> None:
    at = at_table("projections", dataset)
    at.segmented_control(key=f"projection.method.{dataset.id}").set_value("tsne").run()
    at.slider(key=f"projection.{dataset.id}.tsne.perplexity").set_value(5.0).run()
    at.slider(key=f"projection.{dataset.id}.tsne.iterations").set_value(250).run()
    at.button(key="projection.start").click().run()
    assert not at.exception
    assert "distance between groups, their size and the axes mean little" in words(at)
    at.slider(key=f"projection.{dataset.id}.tsne.perplexity").set_value(9.0).run()
    assert "Made earlier" in words(at)
    assert not at.button(key="projection.start").disabled


def test_columns_that_cannot_be_projected_are_named(dataset: Dataset) -> None:
    at = at_table("projections", dataset)
    assert "It identifies rows" in words(at)
    at.multiselect(key=f"projection.columns.{dataset.id}").set_value(["key"]).run()
    assert not at.exception
    assert "No column can be projected" in words(at)
    at.button(key="projection.start").click().run()
    assert not at.exception
    assert "No column can be projected" in words(at)


def chosen_rows(dataset_id: str, fingerprint: str) -> None:
    """What the page draws once a region is drawn: AppTest cannot draw one."""
    import numpy as np

    from components import services
    from components.projection_selection import draw_selection
    from core.explore.projection.run import stored_all

    dataset = services.catalog().get(dataset_id)
    result = stored_all(services.workspace(), dataset)
    if result:
        draw_selection(dataset, result[0], np.arange(0, 150, 3))


def test_chosen_rows_become_a_table_of_their_own(workspace: Workspace, dataset: Dataset) -> None:
    at_table("projections", dataset).button(key="projection.start").click().run()
    at = AppTest.from_function(
        chosen_rows, kwargs={"dataset_id": dataset.id, "fingerprint": dataset.fingerprint}, default_timeout=60
    )
    at.query_params["project"], at.query_params["dataset"] = dataset.project_id, dataset.id
    at.run()
    assert not at.exception
    assert "50 rows chosen" in words(at)
    assert "colour = red in 100 % of them, in 0 % of the others." in words(at)
    at.button(key="projection.keep").click().run()
    assert not at.exception
    made = next(d for d in DatasetCatalog(workspace).list(dataset.project_id) if d.id != dataset.id)
    assert made.rows == 50
    assert made.column_names == dataset.column_names
    assert set(load_frame(workspace, made)["colour"]) == {"red"}
    assert DatasetCatalog(workspace).get(dataset.id).rows == 150


def test_chosen_rows_are_marked_in_a_column(workspace: Workspace, dataset: Dataset) -> None:
    changed = append(workspace, dataset, mark_steps(dataset, np.array([0, 7]), column="odd"))
    marked = load_frame(workspace, changed)["odd"]
    assert np.flatnonzero(marked == "true").tolist() == [0, 7]
    assert changed.column_names == (*dataset.column_names, "odd")


def test_a_step_does_not_name_more_rows_than_can_be_stored(dataset: Dataset) -> None:
    with pytest.raises(LatheError, match="at most 10,000 rows"):
        keep_steps(dataset, np.arange(MOST_ROWS + 1))


def test_regions_take_in_points_that_are_not_drawn(
    workspace: Workspace, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    from components import projection_state
    from components.projection_selection import chosen_places

    monkeypatch.setattr(projection_state, "DRAWN", 20)
    at_table("projections", dataset).button(key="projection.start").click().run()
    [result] = stored_all(workspace, dataset)
    everything = {"selection": {"box": [{"x": [-99, 99], "y": [-99, 99]}], "lasso": [], "points": []}}
    assert len(chosen_places(dataset, result, everything, (0, 1))) == 150
    clicked = {"selection": {"box": [], "lasso": [], "points": [{"customdata": 31}]}}
    assert chosen_places(dataset, result, clicked, (0, 1)).tolist() == [30]
    assert chosen_places(dataset, result, None, (0, 1)).tolist() == []
