"""The code of a chart, run on the person's file, counts what the chart counts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.schema import Dataset
from core.explore.chart_code import chart_code
from core.explore.chart_spec import ChartData, ChartFilter, ChartKind, ChartSpec
from core.explore.charts import chart_data
from core.store.workspace import Workspace
from tests.core.explore.chart_tables import EVERY_KIND, HOSTILE, mixed, stored

LAYERS = {
    ChartKind.HISTOGRAM: ("bars", "count"),
    ChartKind.BOX: ("boxes", "median"),
    ChartKind.VIOLIN: ("boxes", "median"),
    ChartKind.BARS: ("bars", "value"),
    ChartKind.STACKED_BARS: ("bars", "value"),
    ChartKind.GROUPED_BARS: ("bars", "value"),
    ChartKind.TIME_COUNTS: ("bars", "value"),
    ChartKind.LINE: ("line", "value"),
    ChartKind.HEAT_MAP: ("cells", "value"),
    ChartKind.TEXT: ("terms", "count"),
}


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    return stored(workspace, project_id, tmp_path, mixed())


def run(code: str, folder: Path) -> dict[str, object]:
    here = Path.cwd()
    found: dict[str, object] = {"__name__": "chart"}
    os.chdir(folder)
    try:
        exec(compile(code, "chart.py", "exec"), found)
    finally:
        os.chdir(here)
    return found


def numbers(data: ChartData, found: pd.DataFrame) -> tuple[list[float], list[float]]:
    kind = data.spec.kind
    if kind is ChartKind.PAIRS:
        rs = data.layers["r"]
        return rs["r"].tolist(), [found.loc[a, b] for a, b in zip(rs["x"], rs["y"], strict=True)]
    if "bins" in data.layers:
        return sorted(data.layers["bins"]["count"]), sorted(found["count"])
    if kind in LAYERS:
        layer, column = LAYERS[kind]
        name = "50%" if column == "median" else column
        return sorted(data.layers[layer][column]), sorted(found[name])
    points = data.layers.get("points", data.layers.get("lines"))
    assert points is not None
    drawn = [c for c in points.columns if c in found.columns and pd.api.types.is_numeric_dtype(points[c])]
    if len(points) == data.rows or len(points) == len(found) == data.shown:
        assert len(found) == len(points)
    return [float(points[c].mean()) for c in drawn], [float(found[c].mean()) for c in drawn]


@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda s: f"{s['kind']}-{s.get('x', '')}-{s.get('y', '')}")
def test_code_gives_the_numbers_of_the_chart(
    workspace: Workspace, dataset: Dataset, tmp_path: Path, spec: dict[str, object]
) -> None:
    data = chart_data(workspace, dataset, ChartSpec.model_validate(spec))
    found = run(chart_code(dataset, data), tmp_path)
    ours, theirs = numbers(data, found["data"])  # type: ignore[arg-type]
    assert ours
    # Parallel lines are two samples of the same rows.
    tolerance = 0.15 if spec["kind"] is ChartKind.PARALLEL else 1e-9
    assert np.allclose(ours, theirs, rtol=tolerance)
    assert found["fig"].data  # type: ignore[attr-defined]


def test_code_filters_as_the_chart_does(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    filters = (
        ChartFilter(column="number", low=40.0, high=60.0, high_open=True),
        ChartFilter(column="city", values=("City 00",), negated=True),
    )
    data = chart_data(workspace, dataset, ChartSpec(kind=ChartKind.BARS, x="few", filters=filters))
    found = run(chart_code(dataset, data), tmp_path)
    assert sorted(found["data"]["value"]) == sorted(data.layers["bars"]["value"])  # type: ignore[index]


def test_hostile_names_stay_text_in_the_code(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    data = chart_data(workspace, dataset, ChartSpec(kind=ChartKind.BARS, x=HOSTILE))
    found = run(chart_code(dataset, data), tmp_path)
    assert sorted(found["data"]["value"]) == sorted(data.layers["bars"]["value"])  # type: ignore[index]


def test_code_reads_parquet_where_it_is_told_so(workspace: Workspace, dataset: Dataset, tmp_path: Path) -> None:
    data = chart_data(workspace, dataset, ChartSpec(kind=ChartKind.BARS, x="city", y="number"))
    path = str(workspace.path(dataset.path))
    found = run(chart_code(dataset, data, source=path), tmp_path)
    assert np.allclose(sorted(found["data"]["value"]), sorted(data.layers["bars"]["value"]))  # type: ignore[index]
