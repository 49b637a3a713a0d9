"""Every way to divide rows keeps its promise, and an older recipe divides as it did."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd
import pytest

from core.data.split import SplitIndices, make_split
from core.data.splits.named import propose_parts
from core.data.target import target_values
from core.data.task import Split, Task
from core.errors import LatheError
from core.types import EqualRows, GapUnit, SplitKind, SplitPart, TaskKind, TimeWindow

N = 200


@pytest.fixture
def frame() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "y": np.where(rng.random(N) < 0.3, "yes", "no"),
            "z": rng.normal(size=N),
            "who": rng.integers(0, 25, N).astype(float),
            "when": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.permutation(N), unit="D"),
        }
    )
    frame.loc[:4, "y"] = None
    return frame


def _split(frame: pd.DataFrame, target: str = "y", **settings: object) -> SplitIndices:
    kind = TaskKind.BINARY if target == "y" else TaskKind.REGRESSION
    task = Task(kind=kind, target=target, split=Split(**settings))  # type: ignore[arg-type]
    return make_split(frame, target_values(frame[target], kind), task)


def _mark(found: SplitIndices) -> str:
    parts = [found.train, found.holdout, *(rows for fold in found.folds for rows in fold)]
    return hashlib.sha256(b"|".join([*(np.asarray(p, dtype=np.int64).tobytes() for p in parts), b""])).hexdigest()[:12]


@pytest.mark.parametrize(
    ("kind", "target", "mark"),
    [
        ("random", "y", "b0d0eb071cc5"),
        ("random", "z", "426fe5aaf217"),
        ("stratified", "y", "69dcc17e5a65"),
        ("group", "y", "6553c240ae74"),
        ("group", "z", "09e820199f17"),
        ("time", "y", "13a6aa57e578"),
        ("time", "z", "06920bd358ed"),
    ],
)
def test_a_recipe_of_the_first_version_divides_as_it_did(frame, kind, target, mark):
    """The marks were made with the code before there were other kinds."""
    old = {"kind": kind, "folds": 5, "holdout": 0.2, "group": "who", "time": "when", "seed": 3}
    assert _mark(_split(frame, target, **Split.model_validate(old).model_dump())) == mark


def test_three_parts_have_the_shares_asked_for_and_the_same_mix(frame):
    found = _split(frame, validation=0.2)
    ((fit, judged),) = found.folds
    assert abs(len(found.holdout) - 39) <= 1
    assert abs(len(judged) - 39) <= 1
    assert len(fit) + len(judged) + len(found.holdout) == 195
    assert not set(fit) & set(judged)
    for part in (fit, judged, found.holdout):
        assert abs((frame["y"].iloc[part] == "yes").mean() - 0.3) < 0.06
    assert Split(validation=0.2).fits == 1


def test_more_repeats_add_folds_and_change_none(frame):
    once, thrice = (_split(frame, repeats=n) for n in (1, 3))
    assert len(thrice.folds) == 15
    assert thrice.repeats == (0,) * 5 + (1,) * 5 + (2,) * 5
    for (fit, test), (fit_too, test_too) in zip(once.folds, thrice.folds, strict=False):
        assert (fit == fit_too).all()
        assert (test == test_too).all()
    for repeat in (5, 10):
        judged = np.concatenate([test for _, test in thrice.folds[repeat : repeat + 5]])
        assert sorted(judged) == sorted(thrice.train)
    assert not np.array_equal(thrice.folds[5][1], thrice.folds[10][1])


@pytest.mark.parametrize("kind", [SplitKind.RANDOM, SplitKind.STRATIFIED])
def test_without_shuffling_parts_are_blocks_as_the_rows_stand(frame, kind):
    found = _split(frame, kind=kind, shuffle=False, repeats=4)
    assert len(found.folds) == 5
    for label in ("yes", "no") if kind is SplitKind.STRATIFIED else ("any",):
        of_label = [r for r in range(5, N) if label in ("any", frame["y"][r])]
        locked = [r for r in found.holdout if r in set(of_label)]
        assert locked == of_label[-len(locked) :]


def test_low_and_high_numbers_are_spread_over_the_parts(frame):
    frame["z"] = np.r_[np.full(180, 1.0), np.full(20, 100.0)]
    found = _split(frame, "z", kind=SplitKind.STRATIFIED)
    for _, test in found.folds:
        assert abs((frame["z"].iloc[test] > 50).mean() - 0.1) < 0.04


@pytest.mark.parametrize("more", [{}, {"validation": 0.25}, {"repeats": 2}])
def test_groups_stay_whole_with_the_same_mix(frame, more):
    frame["who"] = np.arange(N) // 4
    frame["y"] = np.where(frame["who"] % 4 == 0, "yes", "no")
    found = _split(frame, kind=SplitKind.GROUP, group="who", stratify=True, **more)
    who = frame["who"].to_numpy()
    assert not set(who[found.train]) & set(who[found.holdout])
    for fit, test in found.folds:
        assert not set(who[fit]) & set(who[test])
        assert abs((frame["y"].iloc[test] == "yes").mean() - 0.25) < 0.11


def test_a_sliding_window_keeps_its_length_and_the_gap_is_free(frame):
    found = _split(frame, "z", kind=SplitKind.TIME, time="when", window=TimeWindow.SLIDING, gap=10)
    when = frame["when"].to_numpy()
    lengths = {len(fit) for fit, _ in found.folds}
    assert max(lengths) - min(lengths) <= 1
    for fit, test in (*found.folds, (found.train, found.holdout)):
        days = (when[test].min() - when[fit].max()).astype("timedelta64[D]").astype(int)
        assert days == 11
    assert all(set(test) <= set(found.train) for _, test in found.folds)
    assert any("10 rows lie in the gap" in note for note in found.notes)


@pytest.mark.parametrize("dates", [True, False])
def test_a_gap_in_time_is_counted_in_days_or_in_the_columns_unit(frame, dates):
    frame["when"] = frame["when"] if dates else (frame["when"] - frame["when"].min()).dt.days.astype(float)
    found = _split(frame, "z", kind=SplitKind.TIME, time="when", gap=7, gap_unit=GapUnit.TIME)
    when = frame["when"].to_numpy()
    for fit, test in found.folds:
        assert when[test].min() - when[fit].max() == (np.timedelta64(7, "D") if dates else 7)


def test_the_judged_share_of_a_split_by_time_is_kept(frame):
    found = _split(frame, "z", kind=SplitKind.TIME, time="when", test_share=0.1, folds=3, holdout=0.0)
    assert [len(test) for _, test in found.folds] == [20, 20, 20]
    assert [len(fit) for fit, _ in found.folds] == [140, 160, 180]


def test_a_gap_that_leaves_nothing_is_said(frame):
    with pytest.raises(LatheError, match="gap must leave rows"):
        _split(frame, "z", kind=SplitKind.TIME, time="when", gap=60)


def _named(frame: pd.DataFrame, parts: dict[str, SplitPart], **more: object) -> SplitIndices:
    return _split(frame, "z", kind=SplitKind.COLUMN, column="part", parts=parts, **more)


def test_a_column_names_train_validation_and_test(frame):
    frame["part"] = np.repeat(["train", "val", "test", "old"], 50)
    parts = propose_parts("part", ["old", "test", "train", "val"]) | {"old": SplitPart.LEFT_OUT}
    found = _named(frame, parts)
    assert list(found.holdout) == list(range(100, 150))
    assert [list(map(len, fold)) for fold in found.folds] == [[50, 50]]
    assert set(found.folds[0][1]) == set(range(50, 100))
    assert any("50 rows are in no part" in note for note in found.notes)


def test_a_column_of_fold_numbers_is_judged_in_turn(frame):
    frame["part"] = np.arange(N) % 4.0
    parts = propose_parts("part", ["0", "1", "2", "3"])
    found = _named(frame, parts)
    assert [set(frame["part"].iloc[test]) for _, test in found.folds] == [{0.0}, {1.0}, {2.0}, {3.0}]
    assert all(len(fit) == 150 for fit, _ in found.folds)
    assert not len(found.holdout)


def test_what_the_column_only_learns_from_is_divided_by_chance(frame):
    frame["part"] = np.where(np.arange(N) < 150, "train", "test")
    found = _named(frame, propose_parts("part", ["test", "train"]), folds=3, repeats=2)
    assert len(found.folds) == 6
    assert set(np.concatenate([test for _, test in found.folds])) == set(range(150))


@pytest.mark.parametrize(
    ("parts", "word"),
    [
        ({"a": SplitPart.LEARN}, "one that has none: 'b'"),
        ({"a": SplitPart.LEARN, "b": SplitPart.LEARN, "c": SplitPart.JUDGE}, "leaves too few"),
        ({"a": SplitPart.FOLD, "b": SplitPart.JUDGE}, "as folds in turn or as one part"),
        ({"a": SplitPart.FOLD, "b": SplitPart.FOLD, "c": SplitPart.FOLD}, "no row with a known target has 'c'"),
        ({"a": SplitPart.LOCKED, "b": SplitPart.LOCKED}, "leaves too few"),
    ],
)
def test_a_column_that_does_not_say_enough_is_refused_in_words(frame, parts, word):
    frame["part"] = np.where(np.arange(N) % 2, "a", "b")
    with pytest.raises(LatheError, match=word) as caught:
        _named(frame, parts)
    assert caught.value.hint


def test_a_missing_part_is_said(frame):
    frame["part"] = pd.Series([None, "a"] * 100, dtype=object)
    with pytest.raises(LatheError, match="100 rows have one that has none: no value"):
        _named(frame, {"a": SplitPart.LEARN})


@pytest.mark.parametrize("kind", [SplitKind.RANDOM, SplitKind.STRATIFIED, SplitKind.GROUP])
@pytest.mark.parametrize("more", [{}, {"validation": 0.2}, {"repeats": 2}])
def test_equal_rows_never_straddle(frame, kind, more):
    frame["x"] = np.r_[np.repeat(np.arange(30.0), 3), np.arange(100.0, 210.0)]
    frame = frame[["y", "x", "who"]].assign(who=np.arange(N) // 6)
    settings = {"kind": kind, "group": "who", **more}
    roles = {"who": "ignore"}
    task = Task(kind=TaskKind.BINARY, target="y", roles=roles, split=Split(**settings, equal_rows=EqualRows.TOGETHER))
    y = target_values(frame["y"], task.kind)
    found = make_split(frame, y, task)
    x = frame["x"].to_numpy()
    for fit, test in (*found.folds, (found.train, found.holdout)):
        assert not set(x[fit]) & set(x[test])
        if kind is SplitKind.GROUP:
            assert not set(frame["who"].iloc[fit]) & set(frame["who"].iloc[test])
    assert len(found.train) + len(found.holdout) == 195
    assert abs(len(found.holdout) - 39) <= 3
    assert any("equal rows stay in one part" in note for note in found.notes)


def test_groups_that_copies_chain_together_are_kept_apart_from_one_another_only(frame):
    frame = frame[["z", "who"]].assign(x=np.arange(float(N)))
    frame.loc[:18, "x"] = 0.0
    split = Split(kind=SplitKind.GROUP, group="who", equal_rows=EqualRows.AUTO)
    task = Task(kind=TaskKind.REGRESSION, target="z", roles={"who": "ignore"}, split=split)
    frame["who"] = np.arange(N) % 19
    found = make_split(frame, frame["z"].to_numpy(), task)
    assert "would make most groups one" in found.notes[0]
    assert not set(frame["who"].iloc[found.train]) & set(frame["who"].iloc[found.holdout])


def test_few_equal_rows_are_copies_and_many_are_not(frame):
    frame = frame[["z", "who"]].copy()
    auto = Split(kind=SplitKind.RANDOM, equal_rows=EqualRows.AUTO)
    task = Task(kind=TaskKind.REGRESSION, target="z", split=auto)
    many = make_split(frame, frame["z"].to_numpy(), task)
    assert "rather different cases" in many.notes[0]
    plain = make_split(frame, frame["z"].to_numpy(), task.model_copy(update={"split": Split(kind=SplitKind.RANDOM)}))
    assert (many.holdout == plain.holdout).all()
    frame["who"] = np.arange(N, dtype=float)
    frame.loc[1:8, "who"] = 0.0
    few = make_split(frame, frame["z"].to_numpy(), task)
    assert set(range(9)) <= set(few.holdout) or set(range(9)) <= set(few.train)


def test_a_table_without_equal_rows_is_divided_as_without_the_rule(frame):
    frame["x"] = np.arange(float(N))
    one, two = (_split(frame, equal_rows=rule) for rule in (EqualRows.APART, EqualRows.TOGETHER))
    assert _mark(one) == _mark(two)


def test_classes_a_fold_lacks_are_named_before_training(frame):
    y = np.array(["a", "b"] * 98 + ["rare"] * 3 + ["a"], dtype=object)
    found = make_split(frame, y, Task(kind=TaskKind.MULTICLASS, target="y"))
    assert any("no row of some class to judge (rare)" in note for note in found.notes)
    y[:] = np.array(["a", "b"] * 100)
    y[-3:] = "new"
    frame["when"] = np.arange(float(N))
    by_time = Task(kind=TaskKind.MULTICLASS, target="y", split=Split(kind=SplitKind.TIME, time="when"))
    assert any("new stands in the locked rows alone" in note for note in make_split(frame, y, by_time).notes)


def test_large_tables_are_balanced_in_seconds():
    from core.data.splits.balanced import assign

    rng = np.random.default_rng(0)
    sets = np.r_[np.repeat(np.arange(20_000), 2), np.arange(20_000, 180_000)]
    classes = rng.choice(5, size=len(sets), p=[0.5, 0.3, 0.1, 0.07, 0.03])
    part = assign(sets, classes, np.array([0.8, 0.2]), seed=0)
    assert part.mean() == pytest.approx(0.2, abs=0.001)
    for label in range(5):
        assert part[classes == label].mean() == pytest.approx(0.2, abs=0.002)
    assert (part[:40_000:2] == part[1:40_000:2]).all()
