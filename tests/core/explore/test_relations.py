"""Measures of relation against scipy and scikit-learn, and on cases whose answer is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from overview_tables import mixed, store
from sklearn.metrics import normalized_mutual_info_score

from core.explore.measures import (
    correlation_ratio,
    counts_of_pairs,
    cramers_v,
    mutual_information,
    product_moments,
)
from core.explore.relations import Method, redundant, relations
from core.store.workspace import Workspace

SEEDS = st.integers(0, 10_000)


@settings(max_examples=40, deadline=None)
@given(SEEDS)
def test_correlation_and_covariance_are_those_of_pandas(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 10.0 ** rng.integers(-3, 6, 4), (40, 4))
    values[rng.random((40, 4)) < 0.2] = np.nan
    frame = pd.DataFrame(values)
    np.testing.assert_allclose(product_moments(values), frame.corr(), atol=1e-9)
    np.testing.assert_allclose(product_moments(values, covariance=True), frame.cov(), rtol=1e-7, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(2, 6), st.integers(2, 6))
def test_association_of_words_follows_the_published_formulas(seed: int, rows: int, columns: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, rows, 300), rng.integers(0, columns, 300)
    b = np.where(rng.random(300) < 0.5, a % columns, b)
    table = counts_of_pairs(a, b, rows, columns)
    np.testing.assert_array_equal(table, pd.crosstab(a, b).to_numpy())
    chi2 = scipy.stats.chi2_contingency(table, correction=False).statistic
    phi2 = max(0.0, chi2 / 300 - (rows - 1) * (columns - 1) / 299)
    fair = min(rows - (rows - 1) ** 2 / 299, columns - (columns - 1) ** 2 / 299) - 1
    assert cramers_v(table) == pytest.approx(min(np.sqrt(phi2 / fair), 1))
    assert mutual_information(table) == pytest.approx(normalized_mutual_info_score(a, b))


@settings(max_examples=30, deadline=None)
@given(SEEDS)
def test_the_correlation_ratio_is_the_share_between_groups(seed: int) -> None:
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, 4, 120)
    numbers = codes * rng.normal() + rng.normal(0, 2, 120)
    numbers[rng.random(120) < 0.1] = np.nan
    known = (codes >= 0) & ~np.isnan(numbers)
    frame = pd.DataFrame({"g": codes[known], "y": numbers[known]})
    between = ((frame.groupby("g")["y"].transform("mean") - frame["y"].mean()) ** 2).sum()
    assert correlation_ratio(codes, numbers, 4) == pytest.approx(
        np.sqrt(between / ((frame["y"] - frame["y"].mean()) ** 2).sum())
    )


def test_independent_columns_are_near_zero_and_copies_are_one() -> None:
    rng = np.random.default_rng(0)
    a, b, y = rng.integers(0, 20, 4000), rng.integers(0, 20, 4000), rng.normal(size=4000)
    assert cramers_v(counts_of_pairs(a, b, 20, 20)) < 0.03
    assert correlation_ratio(a, y, 20, fair=True) < 0.1
    assert mutual_information(counts_of_pairs(a, b, 20, 20)) < 0.05
    assert cramers_v(counts_of_pairs(a, a, 20, 20)) == pytest.approx(1)
    assert mutual_information(counts_of_pairs(a, a, 20, 20)) == pytest.approx(1)
    assert correlation_ratio(a, a.astype(float), 20) == pytest.approx(1)


def test_what_does_not_vary_has_no_relation() -> None:
    same = np.zeros(10, dtype=np.int64)
    assert np.isnan(cramers_v(counts_of_pairs(same, np.arange(10), 1, 10)))
    assert np.isnan(mutual_information(counts_of_pairs(same, np.arange(10), 1, 10)))
    assert np.isnan(correlation_ratio(np.arange(10), np.full(10, 0.1), 10))
    assert np.isnan(product_moments(np.column_stack((np.full(9, 0.1), np.arange(9.0))))[0, 1])


def test_a_table_is_related_by_the_measure_that_suits_each_pair(workspace: Workspace) -> None:
    frame = mixed()
    found = relations(workspace, store(workspace, frame))
    assert found.value("x", "copy") == pytest.approx(1)
    assert found.value("x", "noise") == pytest.approx(scipy.stats.spearmanr(frame["x"], frame["noise"]).statistic)
    assert found.value("group", "level") == pytest.approx(0.92, abs=0.05)
    assert abs(found.value("group", "noise") or 0) < 0.15
    assert "one" in found.left_out
    assert (found.pairs[0].a, found.pairs[0].b) == ("x", "copy")
    places = [found.columns.index(name) for name in ("x", "copy")]
    assert abs(places[0] - places[1]) == 1


@pytest.mark.parametrize("method", list(Method))
def test_every_method_gives_a_square_of_numbers(workspace: Workspace, method: Method) -> None:
    found = relations(workspace, store(workspace, mixed(200)), method=method)
    assert len(found.values) == len(found.columns) >= 2
    for i, row in enumerate(found.values):
        for j, value in enumerate(row):
            assert value == found.values[j][i]
            assert value is None or method is Method.COVARIANCE or -1 <= value <= 1


def test_pearson_of_a_whole_table_is_exact(workspace: Workspace) -> None:
    frame = mixed(300)
    found = relations(workspace, store(workspace, frame), method=Method.PEARSON)
    assert found.value("x", "curve") == pytest.approx(frame["x"].corr(frame["curve"]))
    assert found.value("gone_a", "noise") == pytest.approx(frame["gone_a"].corr(frame["noise"]))
    assert found.note == ""


def test_a_large_table_is_sampled_and_says_so(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.explore.encode.MOST_ROWS", 100)
    monkeypatch.setattr("core.explore.encode.FEWEST_ROWS", 100)
    dataset = store(workspace, mixed(600))
    found = relations(workspace, dataset)
    assert (found.rows, found.of_rows) == (100, 600)
    assert "100 of 600 rows" in found.note
    assert relations(workspace, dataset) == found


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_a_few_rows_are_no_trouble(workspace: Workspace, rows: int) -> None:
    dataset = store(workspace, mixed(600).head(rows))
    for method in Method:
        relations(workspace, dataset, method=method)


def test_one_of_each_strong_pair_is_dropped_but_never_the_target(workspace: Workspace) -> None:
    frame = mixed(300)
    frame["copy_of_copy"] = -frame["copy"]
    matrix = relations(workspace, store(workspace, frame), method=Method.PEARSON)
    dropped = {one.drop for one in redundant(matrix, above=0.95)}
    assert len(dropped & {"x", "copy", "copy_of_copy"}) == 2
    assert "x" not in {one.drop for one in redundant(matrix, above=0.95, keep=("x",))}
    assert redundant(matrix, above=1.0) == ()
