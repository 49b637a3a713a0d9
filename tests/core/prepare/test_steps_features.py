"""New features against hand-written pandas and scikit-learn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from core.errors import InvalidInput
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.types import ColumnKind, TaskKind
from tests.core.prepare.tables import Table, describe

PLAIN = InputNeeds(scaling=False)


def homes(rows: int = 120) -> Table:
    rng = np.random.default_rng(4)
    frame = pd.DataFrame(
        {
            "debt": rng.uniform(1, 50, rows),
            "income": rng.uniform(10, 90, rows),
            "age": rng.integers(18, 80, rows).astype(np.float64),
            "town": pd.Series(rng.choice(["a", "b", None], rows), dtype=object),
        }
    )
    numeric = dict.fromkeys(("debt", "income", "age"), ColumnKind.NUMERIC)
    return describe(frame, {**numeric, "town": ColumnKind.CATEGORICAL})


def compiled(table: Table, step: str, *columns: str, task: TaskKind | None = None, **params: object) -> Compiled:
    plan = PreparePlan(steps=(StepChoice(step=step, columns=columns, params=params),))
    return compile_plan(plan, table.columns, PLAIN, task=task)


def added(found: Compiled, table: Table, y: np.ndarray | None = None) -> pd.DataFrame:
    matrix = fit_rows(found.transformer, table.frame, y).matrix
    names = list(found.transformer.get_feature_names_out())
    assert found.outline.used[-1].width == len(names) - 3
    return pd.DataFrame(matrix, columns=names).iloc[:, 3:]


def test_figures_of_a_group_are_those_of_pandas() -> None:
    table = homes()
    found = compiled(table, "group_figures", "debt", "income", by="town", min=True, max=True, std=True, difference=True)
    ours = added(found, table)
    groups = table.frame["town"].fillna("missing")
    for name in ("debt", "income"):
        by = table.frame[name].groupby(groups)
        for figure in ("mean", "min", "max"):
            np.testing.assert_allclose(ours[f"{figure} of {name} by town"], by.transform(figure))
        np.testing.assert_allclose(ours[f"std of {name} by town"], by.transform(lambda cells: cells.std(ddof=0)))
        np.testing.assert_allclose(ours[f"{name} less its mean by town"], table.frame[name] - by.transform("mean"))
    np.testing.assert_array_equal(ours["rows by town"], groups.map(groups.value_counts()))


def test_a_group_not_seen_has_the_figures_of_all_rows() -> None:
    table = homes()
    found = compiled(table, "group_figures", "debt", by="town")
    added(found, table)
    later = table.frame.iloc[:2].assign(town="elsewhere")
    mean, count = found.transformer.transform(later)[:, 3:].T
    np.testing.assert_allclose(mean, table.frame["debt"].mean())
    assert count.tolist() == [0, 0]


def test_the_group_may_be_a_column_that_the_model_does_not_see() -> None:
    table = homes()
    step = StepChoice(step="group_figures", columns=("debt",), params={"by": "town"})
    seen, aside = table.columns[:3], table.columns[3:]
    found = compile_plan(PreparePlan(steps=(step,)), seen, PLAIN, aside=aside)
    assert "mean of debt by town" in added(found, table)


@pytest.mark.parametrize(
    ("params", "word"),
    [({}, "a column must say the group"), ({"by": "town", "mean": False, "count": False}, "at least one figure")],
)
def test_what_a_group_lacks_is_said(params: dict[str, object], word: str) -> None:
    table = homes(20)
    plan = PreparePlan(steps=(StepChoice(step="group_figures", columns=("debt",), params=params),))
    with pytest.raises(InvalidInput, match=word):
        outline_plan(plan, table.columns, PLAIN)


def test_the_ratio_that_makes_the_target_is_found() -> None:
    table = homes(400)
    ratio = (table.frame["debt"] / table.frame["income"]).to_numpy()
    y = np.where(ratio > np.median(ratio), "yes", "no").astype(object)
    found = compiled(table, "golden_features", "debt", "income", "age", task=TaskKind.BINARY, count=2)
    ours = added(found, table, y)
    assert ours.columns[0] in ("debt / income", "income / debt")
    left, right = ours.columns[0].split(" / ")
    np.testing.assert_allclose(ours.iloc[:, 0], table.frame[left] / table.frame[right])
    assert found.transformer.named_steps["step_0_golden_features"].fitted_[0].scores_[0] > 0.1


def test_the_difference_that_makes_the_target_is_found() -> None:
    table = homes(400)
    y = (table.frame["income"] - table.frame["age"]).to_numpy()
    found = compiled(table, "golden_features", "debt", "income", "age", task=TaskKind.REGRESSION, count=1)
    assert list(added(found, table, y).columns) == ["income - age"]


def test_fewer_pairs_than_asked_for_leave_columns_of_zeros() -> None:
    table = homes()
    found = compiled(table, "golden_features", "debt", "income", count=5)
    ours = added(found, table)
    assert ours.shape[1] == 5
    assert (ours.iloc[:, 3:] == 0).all().all()


def test_a_ratio_over_zero_is_zero() -> None:
    frame = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [0.0, 1.0, 2.0]})
    table = describe(frame, {"a": ColumnKind.NUMERIC, "b": ColumnKind.NUMERIC})
    found = compiled(table, "golden_features", "a", "b", count=1, differences=False)
    assert fit_rows(found.transformer, frame, None).matrix[:, 2].tolist() == [0.0, 2.0, 1.5]


def test_cluster_distances_are_those_of_k_means() -> None:
    table = homes()
    columns = ("debt", "income", "age")
    found = compiled(table, "cluster_distances", *columns, count=4)
    scaled = StandardScaler().fit_transform(table.frame[list(columns)])
    theirs = KMeans(4, n_init=3, random_state=0).fit(scaled)
    np.testing.assert_allclose(added(found, table), theirs.transform(scaled), atol=1e-6)


def test_more_clusters_than_different_rows_keep_the_width() -> None:
    frame = pd.DataFrame({"a": [1.0, 1.0, 2.0], "b": [1.0, 1.0, 5.0]})
    table = describe(frame, {"a": ColumnKind.NUMERIC, "b": ColumnKind.NUMERIC})
    found = compiled(table, "cluster_distances", "a", "b", count=6)
    made = fit_rows(found.transformer, frame, None).matrix[:, 2:]
    assert made.shape == (3, 6)
    assert (made.min(axis=1) == 0).all()
