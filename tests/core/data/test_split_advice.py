"""Repeated folds are suggested on small tables, where they can be drawn and are not yet."""

from __future__ import annotations

import pytest

from core.data.split_advice import suggest_repeats
from core.data.task import Split
from core.types import SplitKind


@pytest.mark.parametrize(("rows", "repeats"), [(120, 10), (400, 5), (900, 3)])
def test_the_smaller_the_table_the_more_draws(rows, repeats):
    found = suggest_repeats(Split(holdout=0.0), rows)
    assert found is not None
    assert found.repeats == repeats
    assert f"{rows:,} rows" in found.reason


@pytest.mark.parametrize(
    ("split", "rows"),
    [
        (Split(), 5000),
        (Split(repeats=3), 100),
        (Split(shuffle=False), 100),
        (Split(kind=SplitKind.TIME, time="t"), 100),
    ],
)
def test_nothing_is_suggested_where_nothing_is_gained(split, rows):
    assert suggest_repeats(split, rows) is None


def test_locked_rows_are_not_judged():
    assert suggest_repeats(Split(holdout=0.0), 1100) is None
    assert suggest_repeats(Split(holdout=0.2), 1100) is not None
