"""What a chart counts equals what pandas counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.schema import Dataset
from core.errors import InvalidInput, LatheError
from core.explore.chart_spec import ChartData, ChartFilter, ChartKind, ChartSpec
from core.explore.charts import KINDS, chart_data, get_kind
from core.explore.charts.arrange import arrange
from core.store.workspace import Workspace
from tests.core.explore.chart_tables import EVERY_KIND, HOSTILE, mixed, stored


@pytest.fixture
def frame() -> pd.DataFrame:
    return mixed()


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path, frame: pd.DataFrame) -> Dataset:
    return stored(workspace, project_id, tmp_path, frame)


def asked(workspace: Workspace, dataset: Dataset, **spec: object) -> ChartData:
    return chart_data(workspace, dataset, ChartSpec.model_validate(spec))


def drawn_or_refused(workspace: Workspace, dataset: Dataset, spec: ChartSpec) -> ChartData | None:
    """The chart, or None where it was refused in words; any other error fails the test."""
    try:
        return chart_data(workspace, dataset, spec)
    except LatheError:
        return None


def test_a_histogram_counts_as_numpy_does(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    data = asked(workspace, dataset, kind="histogram", x="number", options={"bins": 13})
    counts, edges = np.histogram(frame["number"].dropna(), bins=13)
    bars = data.layers["bars"].set_index("low")["count"]
    assert np.allclose(bars.index, edges[:-1][counts > 0])
    assert bars.tolist() == counts[counts > 0].tolist()
    assert data.shown == frame["number"].notna().sum()
    assert f"{frame['number'].isna().sum()} rows without a value of number" in data.note


def test_the_density_curve_has_the_area_of_the_bars(workspace: Workspace, dataset: Dataset) -> None:
    data = asked(workspace, dataset, kind="histogram", x="number", options={"share": True})
    curve, width = data.layers["density"], data.facts["bins"]["width"]
    area = float(np.trapezoid(curve["y"], curve["x"])) / width
    assert area == pytest.approx(1.0, abs=0.02)


def test_boxes_have_the_quartiles_and_whiskers_of_pandas(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame
) -> None:
    data = asked(workspace, dataset, kind="box", x="few", y="skewed")
    for label, values in frame.groupby("few")["skewed"]:
        row = data.layers["boxes"].set_index("x").loc[str(label)]
        q1, median, q3 = values.quantile([0.25, 0.5, 0.75])
        inside = values[values.between(q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1))]
        assert [row["q1"], row["median"], row["q3"]] == pytest.approx([q1, median, q3])
        assert [row["low"], row["high"], row["outside"]] == [inside.min(), inside.max(), len(values) - len(inside)]


def test_bars_of_a_mean_carry_the_interval_of_student(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame
) -> None:
    from scipy import stats

    data = asked(workspace, dataset, kind="bars", x="few", y="number")
    for label, values in frame.groupby("few")["number"]:
        known = values.dropna()
        low, high = stats.t.interval(0.95, len(known) - 1, known.mean(), stats.sem(known))
        row = data.layers["bars"].set_index("x").loc[str(label)]
        assert [row["value"], row["low"], row["high"]] == pytest.approx([known.mean(), low, high])


@pytest.mark.parametrize("aggregate", ["mean", "median", "sum", "min", "max", "count"])
def test_every_aggregate_equals_pandas(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame, aggregate: str
) -> None:
    data = asked(
        workspace, dataset, kind="grouped_bars", x="few", color="flag", y="number", options={"aggregate": aggregate}
    )
    expected = frame.groupby(["few", "flag"])["number"].agg(aggregate)
    bars = data.layers["bars"]
    for row in bars.itertuples():
        assert row.value == pytest.approx(expected[int(str(row.x)), row.color])
    assert len(bars) == len(expected)


def test_a_yes_no_column_counts_as_the_share_of_yes(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame
) -> None:
    data = asked(workspace, dataset, kind="bars", x="few", y="flag")
    expected = (frame["flag"] == "yes").groupby(frame["few"]).mean()
    assert data.layers["bars"]["value"].tolist() == pytest.approx(expected.tolist())


def test_values_beyond_the_most_frequent_stand_together(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame
) -> None:
    data = asked(workspace, dataset, kind="bars", x="city", options={"top": 5})
    counts = frame["city"].value_counts()
    bars = data.layers["bars"].set_index("x")["value"]
    assert bars.index[-1] == "10 other values"
    assert bars.iloc[:4].tolist() == counts.iloc[:4].tolist()
    assert bars.iloc[-1] == counts.iloc[4:].sum()


def test_shares_of_stacked_bars_add_up(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    data = asked(workspace, dataset, kind="stacked_bars", x="few", color="flag")
    expected = pd.crosstab(frame["few"], frame["flag"], normalize="index")
    for row in data.layers["bars"].itertuples():
        assert row.height == pytest.approx(expected.loc[int(str(row.x)), row.color])


def test_a_heat_map_of_a_third_column_shows_its_means(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame
) -> None:
    data = asked(workspace, dataset, kind="heat_map", x="few", y="flag", z="skewed")
    expected = frame.groupby(["few", "flag"])["skewed"].mean()
    x, y = data.facts["x_labels"], data.facts["y_labels"]
    for row in data.layers["cells"].itertuples():
        assert row.value == pytest.approx(expected[int(x[row.x]), y[row.y]])


def test_squares_hold_the_rows_that_numpy_counts(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    data = asked(workspace, dataset, kind="scatter", x="number", y="skewed", options={"dense": "bins"})
    known = frame.dropna(subset=["number", "skewed"])
    edges = {}
    for axis in "xy":
        bins = data.facts["bins"][axis]
        edges[axis] = bins["low"] + bins["width"] * np.arange(bins["count"] + 1)
    counts, _, _ = np.histogram2d(known["number"], known["skewed"], bins=[edges["x"], edges["y"]])
    assert sorted(data.layers["bins"]["count"]) == sorted(counts[counts > 0].astype(int))
    assert data.shown == len(known)


def test_the_trend_is_that_of_least_squares(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    from scipy import stats

    known = frame.dropna(subset=["number", "skewed"])
    fit = stats.linregress(known["number"], known["skewed"])
    found = asked(workspace, dataset, kind="scatter", x="number", y="skewed")
    [trend] = found.facts["trend"]
    assert [trend["slope"], trend["intercept"]] == pytest.approx([fit.slope, fit.intercept])
    assert trend["r2"] == pytest.approx(fit.rvalue**2)
    layer = found.layers["trend"]
    middle = layer.iloc[(layer["x"] - known["number"].mean()).abs().argsort().iloc[0]]
    residual = np.sqrt(((known["skewed"] - fit.intercept - fit.slope * known["number"]) ** 2).sum() / (len(known) - 2))
    half = stats.t.ppf(0.975, len(known) - 2) * residual / np.sqrt(len(known))
    assert (middle["high"] - middle["low"]) / 2 == pytest.approx(half, rel=0.01)


def test_a_line_is_resampled_as_pandas_does(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    data = asked(workspace, dataset, kind="line", x="when", y="number", options={"period": "month"})
    known = frame.dropna(subset=["when", "number"])
    expected = known.groupby(known["when"].dt.to_period("M"))["number"].mean()
    line = data.layers["line"]
    assert line["value"].tolist() == pytest.approx(expected.tolist())
    starts = [period.start_time.timestamp() for period in expected.index]
    assert line["x"].tolist() == starts


def test_an_automatic_period_suits_the_rows(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    months = pd.date_range("1990-01-01", periods=144, freq="MS")
    table = stored(workspace, project_id, tmp_path, pd.DataFrame({"when": months, "value": range(144)}), "months")
    assert asked(workspace, table, kind="line", x="when", y="value").facts["period"] == "month"


def test_correlations_of_pairs_equal_pandas(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    data = asked(workspace, dataset, kind="pairs", columns=("number", "skewed", "whole"))
    expected = frame[["number", "skewed", "whole"]].corr()
    for row in data.layers["r"].itertuples():
        assert row.r == pytest.approx(expected.loc[row.x, row.y])
    cells = data.layers["cells"]
    assert cells[(cells["i"] == 0) & (cells["j"] == 1)]["count"].sum() == frame["number"].notna().sum()


def test_words_are_counted_once_a_row(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    terms = asked(workspace, dataset, kind="text", x="words").layers["terms"].set_index("term")["count"]
    for word in ("red", "river"):
        assert terms[word] == frame["words"].str.contains(rf"\b{word}\b").sum()


@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda s: f"{s['kind']}-{s.get('x', '')}-{s.get('y', '')}")
def test_filters_apply_to_every_kind(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame, spec: dict[str, object]
) -> None:
    filters = (ChartFilter(column="skewed", low=0.5, high=3.0), ChartFilter(column="truth", values=("true",)))
    data = chart_data(workspace, dataset, ChartSpec.model_validate({**spec, "filters": filters}))
    assert data.rows == (frame["skewed"].between(0.5, 3.0) & (frame["truth"] == "true")).sum()
    assert 0 < data.shown <= data.rows
    assert data.finding
    assert data.caption
    assert data.finding in data.alt
    assert len(data.table)


def test_every_kind_is_tried() -> None:
    assert {spec["kind"] for spec in EVERY_KIND} == {kind.kind for kind in KINDS}


def test_a_filter_for_all_but_some_values_leaves_missing_out(
    workspace: Workspace, dataset: Dataset, frame: pd.DataFrame
) -> None:
    but = ChartFilter(column="city", values=("City 00", "City 01"), negated=True)
    data = asked(workspace, dataset, kind="bars", x="few", filters=(but,))
    assert data.rows == (frame["city"].notna() & ~frame["city"].isin(but.values)).sum()


def test_no_row_after_the_filters_is_said(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(LatheError, match="The filters leave none"):
        asked(workspace, dataset, kind="bars", x="few", filters=(ChartFilter(column="skewed", low=1e9),))


def test_a_column_without_a_value_is_said(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(LatheError, match="missing"):
        asked(workspace, dataset, kind="bars", x="empty")


def test_all_problems_of_a_spec_are_said_at_once(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(InvalidInput) as caught:
        asked(workspace, dataset, kind="scatter", x="city", options={"dense": "never"}, facet="nowhere")
    assert {problem.field for problem in caught.value.problems} == {"x", "y", "facet", "dense"}


@pytest.mark.parametrize("kind", list(ChartKind))
def test_every_kind_of_every_column_draws_or_says_why(workspace: Workspace, dataset: Dataset, kind: ChartKind) -> None:
    drawn = 0
    names = list(dataset.column_names)
    for place, name in enumerate(names):
        other = names[(place + 5) % len(names)]
        columns = [name, other, "skewed", HOSTILE]
        roles = {role.name: c for role, c in zip(get_kind(kind).roles, columns, strict=False) if role.name != "columns"}
        literal = ChartSpec.model_validate({"kind": kind, **roles, "columns": columns if kind in LISTED else ()})
        for spec in (arrange(dataset, kind, [name]), arrange(dataset, kind, columns), literal):
            data = drawn_or_refused(workspace, dataset, spec)
            drawn += data is not None
            assert data is None or data.rows == dataset.rows
    assert drawn


LISTED = (ChartKind.PAIRS, ChartKind.PARALLEL)


@pytest.mark.parametrize("spec", EVERY_KIND, ids=lambda s: f"{s['kind']}-{s.get('x', '')}-{s.get('y', '')}")
def test_one_row_is_enough_or_said(
    workspace: Workspace, project_id: str, tmp_path: Path, frame: pd.DataFrame, spec: dict[str, object]
) -> None:
    one = frame.dropna(subset=["number", "whole", "city", "when"]).head(1)
    table = stored(workspace, project_id, tmp_path, one, "one")
    data = drawn_or_refused(workspace, table, ChartSpec.model_validate(spec))
    assert data is None or data.shown == 1


def test_values_too_far_apart_are_refused_in_words(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    table = stored(workspace, project_id, tmp_path, pd.DataFrame({"huge": [-1.7e308, 1.7e308, 1.5]}), "huge")
    with pytest.raises(LatheError, match="too far apart"):
        asked(workspace, table, kind="histogram", x="huge")


def test_a_long_table_is_drawn_as_a_sample_that_stays_the_same(
    workspace: Workspace, project_id: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(1)
    rows = 20_000
    table = stored(
        workspace, project_id, tmp_path,
        pd.DataFrame({"a": rng.normal(size=rows), "b": rng.normal(size=rows), "g": rng.choice(["x", "y"], rows)}),
        "long",
    )  # fmt: skip
    first, second = (asked(workspace, table, kind="scatter", x="a", y="b", color="g") for _ in range(2))
    assert first.shown == 5000
    assert "5,000 of 20,000 rows are drawn" in first.note
    pd.testing.assert_frame_equal(first.layers["points"], second.layers["points"])
    assert "bins" in asked(workspace, table, kind="scatter", x="a", y="b").layers


def test_few_values_have_no_density_curve(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    found = asked(workspace, dataset, kind=ChartKind.HISTOGRAM, x="few", options={"density": True})
    assert "density" not in found.layers
    assert "too few different values" in found.note


def test_a_histogram_tells_the_quartiles_of_pandas(workspace: Workspace, dataset: Dataset, frame: pd.DataFrame) -> None:
    found = asked(workspace, dataset, kind=ChartKind.HISTOGRAM, x="skewed")
    low, high = frame["skewed"].quantile([0.25, 0.75])
    assert found.finding == f"Half of the values of skewed lie between {low:.3g} and {high:.3g}"


def test_periods_that_tie_are_not_called_the_fullest(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    months = pd.DataFrame({"month": pd.date_range("2020-01-01", periods=30, freq="MS"), "n": range(30)})
    table = stored(workspace, project_id, tmp_path, months)
    found = asked(workspace, table, kind=ChartKind.TIME_COUNTS, x="month", options={"period": "month"})
    assert found.finding == "Each month that has rows has 1 row"
    yearly = asked(workspace, table, kind=ChartKind.TIME_COUNTS, x="month", options={"period": "year"})
    assert yearly.finding == "No year has more than 12 rows; 2 have as many"
