"""The Overview page: every part of it, on ordinary and on odd tables, against the real core."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.data.catalog import DatasetCatalog
from core.data.schema import Dataset
from core.store.projects import Project
from core.store.workspace import Workspace
from tests.pages.screens import APP, store_table, texts, visit

PARTS = (
    "Columns", "One column", "What stands out", "Relations", "Against the target", "Missing cells", "First rows",
)  # fmt: skip
HOSTILE = ["<b>bold</b>", "=1+1", "**stars** [a](b)", "$x$ `code`", "\N{GRINNING FACE}", "n" * 3000]


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    rng = np.random.default_rng(0)
    age = rng.normal(40, 10, 150).round(1)
    frame = pd.DataFrame(
        {
            "age": age,
            "months": (12 * age).round(0),
            "city": rng.choice(["Bern", "Basel", "Chur"], 150),
            "joined": pd.date_range("2021-03-01", periods=150).strftime("%Y-%m-%d"),
            "note": [" ".join(rng.choice(["calm", "kind", "late", "early", "often"], 6)) + f" {i}" for i in range(150)],
            "left": np.where(age > 40, "yes", "no"),
        }
    )
    frame.loc[::4, "city"] = None
    return store_table(workspace, project.id, tmp_path, frame)


def look_at(table: Dataset, part: str = "") -> AppTest:
    """Open a part of the overview."""
    at = AppTest.from_file(APP, default_timeout=60)
    at.query_params["project"] = table.project_id
    at.run()
    if part:
        at.session_state["lathe.explore.part"] = part
    return at.switch_page("pages/explore.py").run()


def errors(at: AppTest) -> list[str]:
    """What went wrong, thrown or said."""
    return [str(e.value) for e in (*at.exception, *at.error)]


def test_the_overview_says_what_is_in_the_table(dataset: Dataset) -> None:
    at = look_at(dataset)
    assert errors(at) == []
    assert at.title[0].value == "Overview"
    figures = {m.label: m.value for m in at.metric}
    assert (figures["Rows"], figures["Columns"], figures["Duplicate rows"]) == ("150", "6", "0")
    table = at.dataframe[0].value
    assert table["Column"].tolist() == list(dataset.column_names)
    assert table.loc[2, "Missing"] == pytest.approx(100 * 38 / 150)
    assert table.loc[0, "Middle"] == pytest.approx(float(np.median(table.loc[0, "Middle"])))


@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_drawn(dataset: Dataset, part: str) -> None:
    at = look_at(dataset, part)
    assert errors(at) == []


def test_columns_are_searched_by_name_and_kind(dataset: Dataset) -> None:
    at = look_at(dataset)
    key = f"explore.columns.{dataset.fingerprint[:12]}"
    at.text_input(key=f"{key}.search").input("AG").run()
    assert at.dataframe[0].value["Column"].tolist() == ["age"]
    at.text_input(key=f"{key}.search").input("nothing").run()
    assert not at.exception
    assert "No column fits" in texts(at)


@pytest.mark.parametrize("column", ["age", "city", "joined", "note", "left"])
def test_a_column_of_every_kind_is_looked_at_in_every_way(dataset: Dataset, column: str) -> None:
    from components.one_column import views_of

    at = look_at(dataset, "One column")
    at.selectbox(key=f"explore.column.{dataset.id}").select(column).run()
    for view in views_of(dataset.column(column)):
        at.session_state["lathe.explore.view"] = view
        at.run()
        assert errors(at) == [], view
    assert column in texts(at)


def test_every_measure_of_relation_is_drawn(dataset: Dataset) -> None:
    at = look_at(dataset, "Relations")
    assert "months" in texts(at)
    for method in at.button_group(key="explore.method").options:
        at.button_group(key="explore.method").set_value(method).run()
        assert errors(at) == []


def test_one_of_each_strong_pair_is_dropped_as_a_step(workspace: Workspace, dataset: Dataset) -> None:
    at = look_at(dataset, "Relations")
    at.button(key="explore.drop").click().run()
    assert not at.exception
    changed = DatasetCatalog(workspace).get(dataset.id)
    [step] = changed.steps
    assert step.key == "drop_columns"
    assert set(dataset.column_names) - set(changed.column_names) == set(step.params["columns"])
    assert len({"age", "months"} & set(changed.column_names)) == 1


def test_the_column_held_against_can_be_changed(dataset: Dataset) -> None:
    at = look_at(dataset, "Against the target")
    at.selectbox(key=f"explore.target.{dataset.id}").select("left").run()
    assert not at.exception
    assert at.dataframe[0].value["Column"].tolist()[0] in ("age", "months")


def test_a_report_is_written_and_offered(dataset: Dataset) -> None:
    at = look_at(dataset)
    at.button(key="explore.report").click().run()
    assert not at.exception
    assert len(at.get("download_button")) >= 1


def test_a_large_table_is_looked_over_by_a_job(dataset: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.overview_data.CELLS_AT_ONCE", 10)
    at = look_at(dataset)
    assert not at.exception
    at.run()
    assert {m.label: m.value for m in at.metric}["Rows"] == "150"


def test_without_a_table_the_overview_leads_to_upload(project: Project) -> None:
    at = visit("explore", project=project.id)
    assert "There is no table yet" in texts(at)
    at.button(key="empty.action").click().run()
    assert at.title[0].value == "Upload"


def test_a_table_whose_cells_are_gone_is_said_not_thrown(workspace: Workspace, dataset: Dataset) -> None:
    workspace.path(dataset.path).unlink()
    at = look_at(dataset)
    assert not at.exception
    assert len(at.error) >= 1


@pytest.mark.parametrize("part", PARTS)
def test_hostile_names_are_text_in_every_part(
    workspace: Workspace, project: Project, tmp_path: Path, part: str
) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({name: rng.normal(size=60).round(3) for name in HOSTILE})
    frame[HOSTILE[1]] = frame[HOSTILE[0]]
    frame.loc[::3, HOSTILE[0]] = np.nan
    at = look_at(store_table(workspace, project.id, tmp_path, frame), part)
    assert errors(at) == []
    drawn = [*at.markdown, *at.caption]
    assert not any("<b>bold" in str(m.value) or "**stars** [a](b)" in str(m.value) for m in drawn)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("cells", ["a,b\n1,x\n", "a,b\n,\n,\n1,\n"])
def test_one_row_and_empty_columns_are_drawn(
    workspace: Workspace, project: Project, tmp_path: Path, part: str, cells: str
) -> None:
    at = look_at(store_table(workspace, project.id, tmp_path, cells), part)
    assert errors(at) == []
