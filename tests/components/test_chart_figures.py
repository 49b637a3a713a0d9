"""Every kind of chart becomes a figure in both themes; files of a chart are harmless."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from components.chart_board import read_selection
from components.chart_figures import DRAW, draw
from components.chart_files import csv, file_name, page
from components.chart_image import css_name
from components.chart_parts import safe
from components.charts import template
from components.theme import CATEGORIES, DARK, LIGHT, Palette
from core.data.schema import Dataset
from core.explore.chart_spec import ChartFilter, ChartKind, ChartSpec
from core.explore.charts import chart_data
from core.store.workspace import Workspace
from tests.core.explore.chart_tables import EVERY_KIND, HOSTILE, mixed, stored


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    return stored(workspace, project_id, tmp_path, mixed())


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda s: f"{s['kind']}-{s.get('x', '')}-{s.get('y', '')}")
def test_every_kind_becomes_a_figure(
    workspace: Workspace, dataset: Dataset, spec: dict[str, object], colors: Palette
) -> None:
    drawn = draw(chart_data(workspace, dataset, ChartSpec.model_validate(spec)), colors)
    drawn.figure.update_layout(template=template(colors))
    assert drawn.figure.data
    assert len(drawn.figure.to_json()) < 3_000_000


def test_every_kind_has_a_figure() -> None:
    assert set(DRAW) == set(ChartKind)


def test_hostile_names_and_values_are_drawn_as_text(workspace: Workspace, dataset: Dataset) -> None:
    spec = ChartSpec(kind=ChartKind.STACKED_BARS, x="few", color=HOSTILE, options={"x_title": "<i>mine</i>"})
    figure = draw(chart_data(workspace, dataset, spec), LIGHT).figure
    names = [trace.name for trace in figure.data]
    assert "a&lt;b>" in names
    assert "<" not in figure.layout.xaxis.title.text


def test_bars_start_at_zero(workspace: Workspace, dataset: Dataset) -> None:
    figure = draw(chart_data(workspace, dataset, ChartSpec(kind=ChartKind.BARS, x="few", y="number")), LIGHT).figure
    assert figure.layout.yaxis.rangemode == "tozero"
    assert figure.data[0].error_y.array is not None


def test_a_picked_bar_is_its_rows_and_a_box_is_a_range(workspace: Workspace, dataset: Dataset) -> None:
    bars = draw(chart_data(workspace, dataset, ChartSpec(kind=ChartKind.BARS, x="few")), LIGHT)
    told = json.loads(bars.figure.to_json())["data"][0]["customdata"]
    assert read_selection(bars, {"points": [{"customdata": told[0]}, {"customdata": told[2]}]}) == (
        ChartFilter(column="few", values=("1", "3")),
    )
    points = draw(chart_data(workspace, dataset, ChartSpec(kind=ChartKind.SCATTER, x="when", y="skewed")), LIGHT)
    boxed = {"points": [], "box": [{"x": ["2020-01-01", "2019-06-01 12:00"], "y": [2.0, 1.0]}]}
    assert read_selection(points, boxed) == (
        ChartFilter(column="when", low=1559390400.0, high=1577836800.0),
        ChartFilter(column="skewed", low=1.0, high=2.0),
    )


def test_nothing_picked_is_no_filter(workspace: Workspace, dataset: Dataset) -> None:
    bars = draw(chart_data(workspace, dataset, ChartSpec(kind=ChartKind.BARS, x="few")), LIGHT)
    assert read_selection(bars, {"points": [], "box": []}) == ()


def test_a_csv_cannot_start_a_formula() -> None:
    table = pd.DataFrame({"=name": ["=1+1", "@x", "plain"], "change": [-1.5, 2.0, 0.0], "sign": ["-3", "+4", "\tx"]})
    back = pd.read_csv(io.BytesIO(csv(table)))
    assert list(back.columns) == ["'=name", "change", "sign"]
    assert back["'=name"].tolist() == ["'=1+1", "'@x", "plain"]
    assert back["sign"].str.startswith("'").all()
    assert back["change"].tolist() == [-1.5, 2.0, 0.0]


def test_a_page_is_whole_in_itself_and_shows_names_as_text() -> None:
    figure = go.Figure(go.Bar(x=["</script><script>alert(1)</script>"], y=[1]))
    table = pd.DataFrame({"<img src=x>": [1]})
    made = page(figure, title="<b>Title</b>", caption="&", alt='"quoted"', table=table, colors=DARK).decode()
    assert "<b>Title" not in made
    assert "<script>alert" not in made
    assert "<img src" not in made
    assert 'src="http' not in made
    assert "Plotly.newPlot" in made


def test_names_of_files_and_classes_are_plain() -> None:
    assert file_name("Mean of <b> rises, 3 %") == "mean-of-b-rises-3"
    assert file_name("\N{GREEK SMALL LETTER ALPHA}") == "chart"
    assert css_name("charts.pin.1") == "charts-pin-1"
    assert safe("a" * 40).endswith("\N{HORIZONTAL ELLIPSIS}")


def test_a_box_in_a_small_chart_keeps_to_its_group(workspace: Workspace, dataset: Dataset) -> None:
    spec = ChartSpec(kind=ChartKind.SCATTER, x="number", y="skewed", facet="few")
    boxed = {"points": [], "box": [{"xref": "x2", "yref": "y2", "x": [40.0, 60.0], "y": [1.0, 2.0]}]}
    assert read_selection(draw(chart_data(workspace, dataset, spec), LIGHT), boxed)[2:] == (
        ChartFilter(column="few", values=("2",)),
    )


def test_each_correlation_of_pairs_stands_in_its_own_square(workspace: Workspace, dataset: Dataset) -> None:
    spec = ChartSpec(kind=ChartKind.PAIRS, columns=("number", "skewed", "whole"))
    notes = draw(chart_data(workspace, dataset, spec), LIGHT).figure.layout.annotations
    assert len({(round(note.x, 3), round(note.y, 3)) for note in notes}) == 3
    assert all(0 < note.x < 1 and 0 < note.y < 1 for note in notes)


def test_the_lowest_magnitude_stands_out_from_the_dark_ground() -> None:
    def lightness(color: str) -> float:
        return sum(int(color[i : i + 2], 16) for i in (1, 3, 5)) / 3

    assert lightness(DARK.sequential[0]) > 3 * lightness(DARK.ground)
    assert LIGHT.sequential == "Cividis"


def test_a_group_has_its_colour_by_its_name_however_often_it_occurs(workspace: Workspace, dataset: Dataset) -> None:
    first = draw(chart_data(workspace, dataset, ChartSpec(kind=ChartKind.STACKED_BARS, x="few", color="truth")), LIGHT)
    colors = {trace.name: trace.marker.color for trace in first.figure.data}
    assert (colors["false"], colors["true"]) == CATEGORIES[:2]
