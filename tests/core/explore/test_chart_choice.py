"""Suggestions, places of columns, and what is picked in a chart."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from core.data.schema import Dataset
from core.explore.chart_spec import ChartFilter, ChartKind, ChartSpec
from core.explore.charts import chart_data, suggest, suggestions
from core.explore.charts.arrange import arrange
from core.explore.charts.selection import describe, filter_step, group_filters, merge
from core.explore.charts.source import count_rows
from core.shape import edit
from core.store.workspace import Workspace
from tests.core.explore.chart_tables import mixed, stored


@pytest.fixture
def frame() -> pd.DataFrame:
    return mixed()


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path, frame: pd.DataFrame) -> Dataset:
    return stored(workspace, project_id, tmp_path, frame)


@pytest.mark.parametrize(
    ("columns", "kind"),
    [
        (["number"], ChartKind.HISTOGRAM),
        (["city"], ChartKind.BARS),
        (["few"], ChartKind.BARS),
        (["when"], ChartKind.TIME_COUNTS),
        (["words"], ChartKind.TEXT),
        (["number", "skewed"], ChartKind.SCATTER),
        (["city", "number"], ChartKind.BOX),
        (["city", "flag"], ChartKind.STACKED_BARS),
        (["when", "number"], ChartKind.LINE),
        (["longitude", "latitude"], ChartKind.MAP),
        (["longitude", "latitude", "number"], ChartKind.MAP),
        (["number", "skewed", "city"], ChartKind.SCATTER),
        (["number", "skewed", "whole", "latitude"], ChartKind.PAIRS),
    ],
)
def test_the_first_suggestion_suits_the_kinds_of_the_columns(
    dataset: Dataset, columns: list[str], kind: ChartKind
) -> None:
    assert suggest(dataset, columns)[0].kind is kind


def test_every_suggestion_can_be_drawn_and_has_a_reason(workspace: Workspace, dataset: Dataset) -> None:
    names = ["number", "city", "when", "flag", "words", "whole"]
    for place, name in enumerate(names):
        for columns in ([name], [name, names[place - 1]], [name, names[place - 1], names[place - 2]]):
            for one in suggestions(dataset, columns):
                assert one.reason
                assert chart_data(workspace, dataset, one.spec).shown


def test_no_column_suggests_nothing(dataset: Dataset) -> None:
    assert suggest(dataset, []) == ()


def test_columns_go_to_the_places_they_fit(dataset: Dataset) -> None:
    spec = arrange(dataset, ChartKind.BOX, ["city", "number", "flag"])
    assert (spec.y, spec.x, spec.color) == ("number", "city", "flag")
    assert len(arrange(dataset, ChartKind.PAIRS, ["number"]).columns) >= 2


def test_groups_hold_every_row_once(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    for name in ("city", "number", "when", "few"):
        facts = chart_data(workspace, dataset, ChartSpec(kind=ChartKind.HISTOGRAM, x="skewed", color=name)).facts[
            "color"
        ]
        kept = group_filters(facts)
        assert len(kept) == len(facts["labels"]) <= 8
        assert sum(count_rows(workspace, dataset, (one,)) for one in kept) == frame[name].notna().sum()


def test_picked_values_are_united_and_ranges_reach_from_end_to_end() -> None:
    city = [ChartFilter(column="city", values=(v,)) for v in ("a", "b", "a")]
    age = [ChartFilter(column="age", low=0, high=10, high_open=True), ChartFilter(column="age", low=10, high=20)]
    assert merge([*city, *age]) == (
        ChartFilter(column="city", values=("a", "b")),
        ChartFilter(column="age", low=0, high=20),
    )
    rest = ChartFilter(column="city", values=("a", "b"), negated=True)
    assert merge([city[0], rest]) == (ChartFilter(column="city", values=("b",), negated=True),)


@pytest.mark.parametrize(
    "one",
    [
        ChartFilter(column="number", low=40.5, high=60, high_open=True),
        ChartFilter(column="whole", values=("3", "4")),
        ChartFilter(column="city", values=("City 00", "City 01"), negated=True),
        ChartFilter(column="truth", values=("true",)),
        ChartFilter(column="when", low=1577836800.0, high=1600000000.5),
        ChartFilter(column="flag", values=("yes",)),
    ],
)
def test_what_is_picked_becomes_a_step_that_keeps_the_same_rows(
    workspace: Workspace, dataset: Dataset, one: ChartFilter
) -> None:
    expected = count_rows(workspace, dataset, (one,))
    step = filter_step(dataset, (one,))
    assert describe(dataset, one) in step.name
    changed = edit.append(workspace, dataset, [step])
    assert 0 < changed.rows == expected < dataset.rows


def test_numbers_with_few_values_are_not_proposed_as_a_spread(workspace: Workspace, dataset: Dataset) -> None:
    assert {one.kind for one in suggest(dataset, ["few"])} == {ChartKind.BARS}
