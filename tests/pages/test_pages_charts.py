"""The Charts page: build, pin, pick, keep."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.catalog import DatasetCatalog
from core.data.schema import Dataset
from core.explore.chart_spec import ChartKind
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from tests.pages.screens import CITIES, store_table, visit

CSV = "age,city,spend,left\n" + "".join(
    f"{20 + i % 50 if i % 9 else ''},{CITIES[i % 3]},{i * 1.37:.2f},{('no', 'yes')[i % 4 == 0]}\n" for i in range(120)
)


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    return store_table(workspace, project_id, tmp_path, CSV)


def drawn(at: AppTest) -> int:
    return len(at.get("plotly_chart"))


def kind(at: AppTest, dataset: Dataset) -> str:
    return str(at.selectbox(key=f"charts.kind.{dataset.id}").value)


def test_chosen_columns_bring_the_chart_that_suits_them(dataset: Dataset) -> None:
    at = visit("charts", project=dataset.project_id)
    at.multiselect(key=f"charts.columns.{dataset.id}").set_value(["age", "spend"]).run()
    assert kind(at, dataset) == "scatter"
    at.multiselect(key=f"charts.columns.{dataset.id}").set_value(["city", "spend"]).run()
    assert kind(at, dataset) == "box"
    assert drawn(at) >= 2


def test_every_kind_can_be_chosen(dataset: Dataset) -> None:
    at = visit("charts", project=dataset.project_id)
    at.multiselect(key=f"charts.columns.{dataset.id}").set_value(["age", "spend", "city"]).run()
    for option in ("histogram", "box", "violin", "bars", "stacked_bars", "heat_map", "pairs", "parallel", "line",
                   "scatter_3d", "scatter", "time_counts", "text", "map"):  # fmt: skip
        at.selectbox(key=f"charts.kind.{dataset.id}").set_value(ChartKind(option)).run()
        assert not at.exception, option
        assert kind(at, dataset) == option


def test_places_options_and_looks_change_the_chart(dataset: Dataset) -> None:
    at = visit("charts", project=dataset.project_id)
    at.multiselect(key=f"charts.columns.{dataset.id}").set_value(["spend"]).run()
    at.selectbox(key=f"charts.place.color.histogram.{dataset.id}").set_value("city").run()
    at.slider(key=f"charts.option.bins.histogram.{dataset.id}").set_value(10).run()
    at.text_input(key=f"charts.look.title.{dataset.id}").set_value("My *title*").run()
    assert not at.exception
    assert not at.error
    assert any("My \\*title\\*" in m.value for m in at.markdown)


def test_a_pinned_chart_is_kept_with_the_project(workspace: Workspace, dataset: Dataset) -> None:
    at = visit("charts", project=dataset.project_id)
    at.multiselect(key=f"charts.columns.{dataset.id}").set_value(["spend"]).run()
    at.button(key="charts.pin").click().run()
    [kept] = ProjectStore(workspace).get(dataset.project_id).draft["boards"][dataset.id]
    assert kept["spec"]["x"] == "spend"
    fresh = visit("charts", project=dataset.project_id)
    fresh.button_group(key="charts.view").set_value("board").run()
    assert not fresh.exception
    assert drawn(fresh) == 1
    fresh.button(key=f"charts.pin.{kept['id']}.off").click().run()
    assert ProjectStore(workspace).get(dataset.project_id).draft["boards"][dataset.id] == []


def picked(at: AppTest, workspace: Workspace, dataset: Dataset) -> AppTest:
    """A board of two charts with a range picked in the first: AppTest cannot draw a box."""
    specs = [{"kind": "histogram", "x": "spend"}, {"kind": "bars", "x": "city"}]
    projects = ProjectStore(workspace)
    draft = projects.get(dataset.project_id).draft
    board = [{"id": f"p{i}", "spec": spec} for i, spec in enumerate(specs)]
    projects.save_draft(dataset.project_id, {**draft, "boards": {dataset.id: board}})
    filters = [{"column": "spend", "low": 0.0, "high": 50.0}]
    at.session_state[f"lathe.charts.picks.{dataset.id}"] = {"p0": filters}
    at.session_state["lathe.charts.view"] = "board"
    return at.run()


def test_what_is_picked_filters_the_others_and_can_be_taken_away(workspace: Workspace, dataset: Dataset) -> None:
    at = picked(visit("charts", project=dataset.project_id), workspace, dataset)
    assert not at.exception
    assert any("**37** of 120 rows" in m.value for m in at.markdown)
    at.button(key="charts.chip.p0.0").click().run()
    assert not at.exception
    assert not [b for b in at.button if str(b.key).startswith("charts.chip")]


def test_picked_rows_become_a_step(workspace: Workspace, dataset: Dataset) -> None:
    at = picked(visit("charts", project=dataset.project_id), workspace, dataset)
    at.button(key="charts.keep").click().run()
    assert not at.exception
    changed = DatasetCatalog(workspace).get(dataset.id)
    assert changed.rows == 37
    assert [step.key for step in changed.steps] == ["filter"]


def test_picked_rows_become_a_table_of_their_own(workspace: Workspace, dataset: Dataset) -> None:
    at = picked(visit("charts", project=dataset.project_id), workspace, dataset)
    at.button(key="charts.extract").click().run()
    assert not at.exception
    tables = DatasetCatalog(workspace).list(dataset.project_id)
    assert sorted(table.rows for table in tables) == [37, 120]
    assert at.query_params["dataset"] != [dataset.id]
