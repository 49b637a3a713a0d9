"""Rows are divided as asked, and no row stands on both sides."""

import numpy as np
import pandas as pd
import pytest

from core.data.split import make_split
from core.data.target import target_values
from core.data.task import Split, Task
from core.errors import LatheError
from core.types import SplitKind, TaskKind

N = 200


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "x": rng.normal(size=N),
            "y": rng.choice(["no", "yes"], N, p=[0.8, 0.2]),
            "who": rng.integers(0, 30, N).astype(float),
            "when": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.permutation(N), unit="D"),
        }
    )


def _split(frame, **settings):
    task = Task(kind=TaskKind.BINARY, target="y", split=Split(**settings))
    return make_split(frame, target_values(frame["y"], task.kind), task)


@pytest.mark.parametrize(
    "settings",
    [
        {"kind": SplitKind.RANDOM},
        {"kind": SplitKind.STRATIFIED},
        {"kind": SplitKind.GROUP, "group": "who"},
        {"kind": SplitKind.TIME, "time": "when"},
        {"kind": SplitKind.RANDOM, "holdout": 0.0, "folds": 3},
    ],
)
def test_parts_do_not_overlap(frame, settings):
    found = _split(frame, **settings)
    assert not set(found.train) & set(found.holdout)
    assert set(found.train) | set(found.holdout) == set(range(N))
    for fit, test in found.folds:
        assert not set(fit) & set(test)
        assert set(fit) | set(test) <= set(found.train)
    assert len(found.folds) == settings.get("folds", 5)


def test_stratified_keeps_the_share_of_classes(frame):
    found = _split(frame, kind=SplitKind.STRATIFIED)
    whole = (frame["y"] == "yes").mean()
    for part in (found.holdout, *(test for _, test in found.folds)):
        assert abs((frame["y"].iloc[part] == "yes").mean() - whole) < 0.03


def test_a_group_never_straddles(frame):
    found = _split(frame, kind=SplitKind.GROUP, group="who")
    who = frame["who"].to_numpy()
    assert not set(who[found.train]) & set(who[found.holdout])
    for fit, test in found.folds:
        assert not set(who[fit]) & set(who[test])


def test_time_always_tests_after_what_it_fits_on(frame):
    found = _split(frame, kind=SplitKind.TIME, time="when")
    when = frame["when"].to_numpy()
    assert when[found.train].max() < when[found.holdout].min()
    for fit, test in found.folds:
        assert when[fit].max() < when[test].min()


def test_rows_without_a_target_are_left_out(frame):
    frame.loc[:9, "y"] = None
    found = _split(frame, kind=SplitKind.STRATIFIED)
    assert set(found.train) | set(found.holdout) == set(range(10, N))


def test_same_seed_same_rows(frame):
    one, two, other = (_split(frame, seed=s) for s in (1, 1, 2))
    assert (one.holdout == two.holdout).all()
    assert not np.array_equal(one.holdout, other.holdout)


def test_a_class_with_one_member_stays_in_training(frame):
    frame.loc[0, "y"] = "rare"
    task = Task(kind=TaskKind.MULTICLASS, target="y")
    assert 0 in make_split(frame, target_values(frame["y"], task.kind), task).train


def test_too_few_groups_is_said(frame):
    frame["who"] = 1.0
    with pytest.raises(LatheError, match="who has 1"):
        _split(frame, kind=SplitKind.GROUP, group="who")


def test_a_missing_time_is_said(frame):
    frame.loc[3, "when"] = pd.NaT
    with pytest.raises(LatheError, match="1 cells of when are missing"):
        _split(frame, kind=SplitKind.TIME, time="when")


def test_rows_of_one_time_stay_together(frame):
    frame["when"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(np.arange(N) // 7, unit="D")
    found = _split(frame, kind=SplitKind.TIME, time="when")
    when = frame["when"].to_numpy()
    assert when[found.train].max() < when[found.holdout].min()
    for fit, test in found.folds:
        assert when[fit].max() < when[test].min()
    assert abs(len(found.holdout) - 0.2 * N) < 7
    assert set(found.train) | set(found.holdout) == set(range(N))


def test_too_few_different_times_are_said(frame):
    frame["when"] = frame["when"].dt.year.astype(float) + np.arange(N) // 50
    with pytest.raises(LatheError, match="more different times in when"):
        _split(frame, kind=SplitKind.TIME, time="when")
    assert len(_split(frame, kind=SplitKind.TIME, time="when", folds=2, holdout=0.25).holdout) == 50


def test_text_is_no_time(frame):
    frame["when"] = pd.Series([f"{hour}:00" for hour in range(N)], dtype=object)
    with pytest.raises(LatheError, match="holds text"):
        _split(frame, kind=SplitKind.TIME, time="when")


def test_classes_of_one_row_each_cannot_be_stratified(frame):
    labels = np.array([f"c{row}" for row in range(N)], dtype=object)
    with pytest.raises(LatheError, match="a class with two rows"):
        make_split(frame, labels, Task(kind=TaskKind.MULTICLASS, target="y"))


def test_a_fold_with_one_class_to_learn_from_is_refused(frame):
    frame = frame.sort_values("when", ignore_index=True)
    frame["y"] = ["no"] * 120 + ["yes"] * 80
    with pytest.raises(LatheError, match="in fold 1 all rows are 'no'"):
        _split(frame, kind=SplitKind.TIME, time="when")
