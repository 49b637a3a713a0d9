"""Categories: tidied as words, and turned into numbers in every way, against scikit-learn and pandas by hand."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction import FeatureHasher
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler, TargetEncoder

from core.prepare.plan import InputNeeds, StepChoice
from core.prepare.transformers.calendar import DateCycles, DateDifferences, Elapsed, HolidayDistance
from core.prepare.transformers.encoders import HashedLevels, LevelCounts, OneHotLevels, OrderedLevels, natural
from core.prepare.transformers.levels import GroupRare, MergeSpellings
from core.prepare.transformers.target_means import TargetMeans
from core.prepare.transformers.windows import EarlierValues, EarlierWindows
from core.types import ColumnKind, Encoding, TaskKind
from tests.core.prepare.library_checks import check_library_rules
from tests.core.prepare.on_real import real
from tests.core.prepare.prepared import make
from tests.core.prepare.tables import Table, describe

LINEAR = InputNeeds(encoding=Encoding.ONE_HOT, scaling=True)


def words(*cells: str | None) -> Table:
    return describe(pd.DataFrame({"town": pd.Series(cells, dtype=object)}), {"town": ColumnKind.CATEGORICAL})


def on_town(step: str, **params: object) -> StepChoice:
    return StepChoice(step=step, columns=("town",), params=params)


def many_levels(rows: int, seed: int = 0) -> Table:
    rng = np.random.default_rng(seed)
    return words(*(f"town {n}" for n in rng.integers(0, 40, rows)))


def test_spellings_are_merged_into_the_most_frequent_one() -> None:
    frame = words("New York", "new  york", "New York", "NEW YORK ", "Zürich", "zurich", None, "+", "-").frame
    merged = MergeSpellings().fit(frame)
    assert merged.transform(frame)[:, 0].tolist() == [*["New York"] * 4, "Zürich", "zurich", None, "+", "-"]
    new = words("NEW\tYork", "Never  Seen").frame
    assert merged.transform(new)[:, 0].tolist() == ["New York", "Never  Seen"]
    through = MergeSpellings(accents=True, marks=True).fit(frame)
    assert through.transform(words("new-york", "ZURICH", "-").frame)[:, 0].tolist() == ["New York", "Zürich", "-"]


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"rule": "share", "least_share": 0.3}, {"a", "b"}),
        ({"rule": "share", "least_share": 0.31}, {"a"}),
        ({"rule": "count", "least_rows": 2}, {"a", "b", "c"}),
        ({"rule": "top", "most_levels": 1}, {"a"}),
    ],
)
def test_rare_categories_are_grouped_as_pandas_counts_them(params: dict, kept: set[str]) -> None:
    frame = words(*"aaaabbbccd", None, None).frame
    grouped = GroupRare(**params).fit(frame)
    by_hand = frame["town"].where(frame["town"].isin(kept) | frame["town"].isna(), "(rare)")
    assert grouped.transform(frame)[:, 0].tolist() == by_hand.tolist()
    assert grouped.transform(words("zzz", None).frame)[:, 0].tolist() == ["(rare)", None]
    keeping = GroupRare(**params, unseen=False).fit(frame)
    assert keeping.transform(words("zzz", "d").frame)[0, 0] == "zzz"


def test_grouped_categories_go_on_to_an_encoder_and_the_width_is_known_before() -> None:
    table = words(*"aaaabbbbccd")
    steps = (on_town("group_rare", rule="top", most_levels=2), on_town("one_hot"))
    made = make(table, *steps)
    assert made.names == ["town = (rare)", "town = a", "town = b"]
    assert made.compiled.outline.used[0].width == 3


def test_one_hot_equals_the_library_by_hand() -> None:
    # Every category has another number of rows, so that which ones are rare is no matter of taste.
    table = words(*(f"t{n:02}" for n in range(20) for _ in range(n + 1)))
    made = make(table, on_town("one_hot", max_levels=12))
    by_hand = OneHotEncoder(handle_unknown="infrequent_if_exist", max_categories=12, sparse_output=False)
    np.testing.assert_array_equal(made.matrix, by_hand.fit_transform(table.frame[["town"]]))
    assert made.names[-1] == "town = (rare)"
    new = words("never seen", "t19", None).frame
    np.testing.assert_array_equal(made.of(new), by_hand.transform(new[["town"]]))


def test_one_hot_can_leave_out_what_others_are_compared_with() -> None:
    table = words(*"aabbbc", None)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = make(table, on_town("one_hot", drop="most_frequent", unseen="zeros"))
        assert made.names == ["town = (missing)", "town = a", "town = c"]
        assert made.of(words("b", "z", "c", None).frame).tolist() == [[0, 0, 0], [0, 0, 0], [0, 0, 1], [1, 0, 0]]
    two = words(*"aab")
    assert make(two, on_town("one_hot", drop="two")).names == ["town = b"]
    assert make(table, on_town("one_hot", drop="two")).matrix.shape[1] == 4
    assert make(words(*"aaa"), on_town("one_hot", drop="most_frequent")).names == ["town = a"]


def test_wide_one_hot_and_hashes_are_kept_without_their_zeros() -> None:
    table = words(*(f"t{n}" for n in range(400)))
    needs = InputNeeds(encoding=Encoding.ONE_HOT, sparse=True)
    for step in (on_town("one_hot", max_levels=1000), on_town("hash_categories", width=512)):
        made = make(table, step, needs=needs)
        assert hasattr(made.matrix, "tocsr")
        assert made.matrix.nnz == 400


def test_a_listed_order_is_the_librarys_ordinal_encoder() -> None:
    table = words("low", "high", "middle", None, "high")
    made = make(table, on_town("order_categories", levels="low\nmiddle\n high \n"))
    by_hand = OrdinalEncoder(
        categories=[["low", "middle", "high"]], handle_unknown="use_encoded_value", unknown_value=np.nan
    )
    np.testing.assert_array_equal(made.matrix, by_hand.fit_transform(table.frame[["town"]]))
    lowest = make(table, on_town("order_categories", levels="low\nmiddle\nhigh", others="lowest"))
    assert lowest.of(words("never", None, "low").frame)[:, 0].tolist() == [-1.0, -1.0, 0.0]
    scaled = make(table, on_town("order_categories", levels="low\nmiddle\nhigh"), needs=LINEAR)
    assert scaled.of(words("low", "middle", "high").frame)[:, 0].tolist() == [0.0, 0.5, 1.0]


def test_the_columns_own_order_is_taken_where_it_is_known() -> None:
    table = words("small", "large", "medium")
    known = Table(table.frame, (table.columns[0].model_copy(update={"levels": ("small", "medium", "large")}),))
    assert make(known, on_town("order_categories")).matrix[:, 0].tolist() == [0.0, 2.0, 1.0]
    assert make(table, on_town("order_categories")).matrix[:, 0].tolist() == [2.0, 0.0, 1.0]


def test_names_with_numbers_are_ordered_by_size() -> None:
    names = ["100+", "9-10", "b2", "11-99", "B10", "", "²", "9" * 400]
    ordered = sorted(names, key=natural)
    assert [name for name in ordered if name[:1] in ("1", "9") and len(name) < 9] == ["9-10", "11-99", "100+"]
    assert ordered.index("b2") < ordered.index("B10")


def test_an_order_by_the_target_follows_its_means() -> None:
    table = words(*"aabbccd")
    y = np.array([5.0, 5, 1, 1, 3, 3, 9])
    made = make(table, on_town("order_categories", order="target"), y=y, task=TaskKind.REGRESSION)
    assert made.matrix[:, 0].tolist() == [2, 2, 0, 0, 1, 1, 3]
    classes = np.array(["no", "no", "yes", "yes", "no", "yes", "no"])
    by_class = make(table, on_town("order_categories", order="target"), y=classes, task=TaskKind.BINARY)
    assert by_class.matrix[:, 0].tolist() == [0, 0, 3, 3, 2, 2, 1]
    by_count = make(table, on_town("order_categories", order="frequency"))
    assert by_count.of(words(*"da").frame)[:, 0].tolist() == [0.0, 1.0]


@pytest.mark.parametrize("smoothing", [None, 0.0, 12.5])
@pytest.mark.parametrize("task", [TaskKind.BINARY, TaskKind.MULTICLASS, TaskKind.REGRESSION])
def test_target_means_equal_the_librarys_cross_fitted_encoder(task: TaskKind, smoothing: float | None) -> None:
    table, rng = many_levels(400), np.random.default_rng(1)
    kinds = {TaskKind.BINARY: ["no", "yes"], TaskKind.MULTICLASS: ["a", "b", "c"]}
    y = rng.normal(size=400) if task is TaskKind.REGRESSION else rng.choice(kinds[task], 400)
    made = make(table, on_town("target_means", smoothing=smoothing), y=y, task=task, seed=7)
    by_hand = TargetEncoder(smooth="auto" if smoothing is None else smoothing, shuffle=True, random_state=7)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the library's new way of naming its parts
        learned = by_hand.fit_transform(table.frame[["town"]], y)
    np.testing.assert_allclose(made.matrix, learned)
    new = words("town 3", "never seen", "town 9").frame
    np.testing.assert_allclose(made.of(new), by_hand.transform(new[["town"]]))


def test_a_row_never_sees_its_own_target() -> None:
    table = words(*(f"only {n}" for n in range(60)))
    y = np.random.default_rng(0).choice(["no", "yes"], 60)
    made = make(table, on_town("target_means"), y=y, task=TaskKind.BINARY)
    # Each category has one row, so what a row gets is the mean of other rows, whatever its own class.
    assert abs(np.corrcoef(made.matrix[:, 0], y == "yes")[0, 1]) < 0.5
    assert len(np.unique(made.matrix)) <= 5
    everyone = made.of(table.frame)[:, 0]
    assert abs(np.corrcoef(everyone, y == "yes")[0, 1]) > 0.9


@pytest.mark.parametrize(
    "y",
    [["a"], ["a"] * 4, ["a", "a", "a", "b"], ["a", "b", "c", "d"], ["a", "a"], None, [1.0, 1.0, 1.0], [3.5]],
    ids=str,
)
@pytest.mark.parametrize("log_odds", [False, True])
def test_target_means_take_folds_too_small_for_the_library(y: list | None, log_odds: bool) -> None:
    rows = 4 if y is None else len(y)
    frame = words(*"aabb"[:rows]).frame
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        means = TargetMeans(log_odds=log_odds)
        learned = means.fit_transform(frame, None if y is None else np.asarray(y))
        later = means.transform(words("a", "zzz", None).frame)
    assert np.isfinite(learned).all()
    assert np.isfinite(later).all()
    assert learned.shape == (rows, later.shape[1])


def test_log_odds_are_the_weight_of_evidence() -> None:
    frame = words(*"aaaabbbb").frame
    y = np.array(["no", "no", "no", "yes", "yes", "yes", "yes", "no"])
    means = TargetMeans(smoothing=0.0, log_odds=True).fit(frame, y)
    by_hand = np.log((1 / 3) / (3 / 3)) - np.log(4 / 4), np.log(3 / 1) - np.log(4 / 4)
    np.testing.assert_allclose(means.transform(words("a", "b", "zzz").frame)[:, 0], [*by_hand, 0.0], atol=1e-12)


def test_counts_equal_pandas() -> None:
    table = words(*"aaab", None)
    for measure, expected in (("count", [3, 1, 1, 0]), ("share", [0.6, 0.2, 0.2, 0]), ("log", np.log1p([3, 1, 1, 0]))):
        made = make(table, on_town("count_categories", measure=measure))
        np.testing.assert_allclose(made.of(words("a", "b", None, "zzz").frame)[:, 0], expected)


def test_models_that_depend_on_units_get_counts_and_means_at_one_scale() -> None:
    table = many_levels(200)
    y = np.random.default_rng(0).normal(5e5, 1e5, 200)
    for step in ("count_categories", "target_means"):
        plain = make(table, on_town(step), y=y, task=TaskKind.REGRESSION).matrix
        scaled = make(table, on_town(step), y=y, task=TaskKind.REGRESSION, needs=LINEAR).matrix
        np.testing.assert_allclose(scaled, StandardScaler().fit_transform(plain))


def test_hashes_equal_the_library_and_never_change() -> None:
    cells = ["Paris", "Zürich", "(missing)", "b = c"]
    made = HashedLevels(width=8).fit_transform(words("Paris", "Zürich", None, "b = c").frame)
    by_hand = FeatureHasher(n_features=8, input_type="string").transform([[cell] for cell in cells]).toarray()
    np.testing.assert_array_equal(made, by_hand)
    # Written down once: the same in every process, on every machine.
    assert [(int(np.flatnonzero(row)[0]), float(row.sum())) for row in made[:2]] == [(3, -1.0), (1, 1.0)]


def test_real_categories_are_grouped_and_encoded_as_by_hand() -> None:
    table = real("ames_housing", ["Neighborhood", "ExterQual", "MasVnrType", "SalePrice"])
    hoods, y = table.frame["Neighborhood"], table.frame["SalePrice"].to_numpy()
    columns = tuple(column for column in table.columns if column.name != "SalePrice")
    table = Table(table.frame.drop(columns="SalePrice"), columns)
    made = make(
        table,
        StepChoice(step="group_rare", columns=("Neighborhood", "MasVnrType"), params={"least_share": 0.02}),
        StepChoice(step="count_categories", columns=("Neighborhood",), params={"measure": "count"}),
        StepChoice(step="order_categories", columns=("ExterQual",), params={"levels": "Po\nFa\nTA\nGd\nEx"}),
        StepChoice(step="target_means", columns=("MasVnrType",)),
        y=y,
        task=TaskKind.REGRESSION,
    )
    share = hoods.map(hoods.value_counts(normalize=True))
    grouped = hoods.where(share >= 0.02, "(rare)")
    np.testing.assert_array_equal(made.column("Neighborhood count"), grouped.map(grouped.value_counts()))
    grades = {"Po": 0, "Fa": 1, "TA": 2, "Gd": 3, "Ex": 4}
    np.testing.assert_array_equal(made.column("ExterQual"), table.frame["ExterQual"].map(grades))
    by_type = pd.Series(y).groupby(table.frame["MasVnrType"].fillna("(missing)")).mean()
    means = made.column("MasVnrType target mean", table.frame)
    stone = (table.frame["MasVnrType"] == "Stone").to_numpy()
    assert means[stone][0] == pytest.approx(by_type["Stone"], rel=0.02)


ESTIMATORS = (
    MergeSpellings(),
    GroupRare(),
    OneHotLevels(),
    OrderedLevels(),
    LevelCounts(),
    HashedLevels(),
    TargetMeans(),
    DateCycles(),
    Elapsed(),
    DateDifferences(),
    HolidayDistance(),
    EarlierValues(),
    EarlierWindows(),
)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_transformers_keep_the_librarys_rules_that_apply(estimator) -> None:
    check_library_rules(estimator)
