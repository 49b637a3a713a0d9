"""The picture of a split, its table and its sentences say what the division is."""

from __future__ import annotations

import itertools
import math

import pytest

from components.kinds import judged_words
from components.split_figure import JUDGED, LEARNED, LOCKED, UNUSED, fold_table, lines, parts, picture_caption
from components.split_findings import drift_finding, equal_finding, part_table
from core.data.split_checks import EqualRowsFound, FoldSpan, PartFacts, SplitReport
from core.data.split_drift import ColumnDrift, DriftReport
from core.data.splits.equal import EqualCount
from core.data.task import Split
from core.types import EqualRows, SplitKind, SplitPart

SPLITS = [
    Split(folds=4),
    Split(validation=0.2),
    Split(validation=0.3, holdout=0.0),
    Split(kind=SplitKind.TIME, folds=3),
    Split(kind=SplitKind.COLUMN, parts={"1": SplitPart.FOLD, "2": SplitPart.FOLD, "3": SplitPart.FOLD}),
    Split(kind=SplitKind.COLUMN, parts={"a": SplitPart.LEARN, "b": SplitPart.JUDGE}),
]


def _report(**more: object) -> SplitReport:
    facts = {
        "parts": (
            PartFacts("Learned from", 80, 0.8, (0.25, 0.75)),
            PartFacts("Judged 1", 30, 0.3, (0.2, 0.8)),
            PartFacts("Judged 2", 50, 0.5, (0.3, 0.7)),
            PartFacts("Locked away", 20, 0.2, (0.25, 0.75)),
        ),
        "learned": (50, 30),
        "judged": (30, 50),
        "learned_rows": 80,
        "locked": 20,
        "spans": (),
        "classes": ("no", "yes"),
        "equal": EqualRowsFound(EqualCount(0, 0, 100), 0, False),
        "rows": 100,
        "of": 100,
        "known": 100,
        "notes": (),
    }
    return SplitReport(**(facts | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("split", SPLITS)
def test_every_line_covers_all_rows_once(split: Split) -> None:
    drawn = lines(split)
    assert len(drawn) * split.rounds == split.fits
    for pieces in drawn:
        assert sum(width for _, _, width in pieces) == pytest.approx(1.0)
        ends = sorted((start, start + width) for _, start, width in pieces)
        assert all(one[1] == pytest.approx(two[0]) for one, two in itertools.pairwise(ends))
        assert any(name == JUDGED for name, _, _ in pieces)


def test_widths_are_the_rows_of_the_division() -> None:
    first, second = lines(Split(folds=2), _report())
    assert (JUDGED, 0.0, 0.3) in first
    assert (LEARNED, 0.0, 0.3) in second
    assert (JUDGED, 0.3, 0.5) in second
    assert (LOCKED, 0.8, 0.2) in first


def test_a_window_and_a_gap_are_drawn_where_they_lie() -> None:
    split = Split(kind=SplitKind.TIME, folds=2, gap=5)
    (pieces,) = lines(split, _report(spans=(FoldSpan(0.1, 0.3, 0.4, 0.6),)))
    assert [(name, round(start, 3), round(width, 3)) for name, start, width in pieces] == [
        (UNUSED, 0.0, 0.1),
        (UNUSED, 0.3, 0.1),
        (LEARNED, 0.1, 0.2),
        (JUDGED, 0.4, 0.2),
        (UNUSED, 0.6, 0.2),
        (LOCKED, 0.8, 0.2),
    ]
    assert "rows are left out" in picture_caption(split, None)


def test_repeats_are_drawn_once_and_told() -> None:
    split = Split(folds=2, repeats=3)
    report = _report(learned=(50, 30) * 3, judged=(30, 50) * 3)
    assert len(lines(split, report)) == 2
    assert len(fold_table(100, split, report)) == 6
    assert "Drawn 3 times" in picture_caption(split, report)
    assert judged_words(split) == "2 folds, drawn 3 times"
    assert split.fits == 6


@pytest.mark.parametrize(
    ("split", "words", "fits"),
    [
        (Split(), "5 folds", 5),
        (Split(validation=0.2), "one judged part", 1),
        (Split(kind=SplitKind.TIME, repeats=4), "5 folds", 5),
        (Split(kind=SplitKind.RANDOM, shuffle=False, repeats=4), "5 folds", 5),
        (Split(kind=SplitKind.COLUMN, parts={"a": SplitPart.FOLD, "b": SplitPart.FOLD}, repeats=4), "2 folds", 2),
    ],
)
def test_how_models_are_judged_in_words_and_fits(split: Split, words: str, fits: int) -> None:
    assert (judged_words(split), split.fits) == (words, fits)


def test_a_second_table_leaves_all_rows_to_learn_from() -> None:
    assert parts(100, Split(second="other")) == (100, 0)


def test_the_table_of_parts_shows_shares_in_percent() -> None:
    table = part_table(_report())
    assert list(table.columns) == ["Part", "Rows", "Share", "no", "yes"]
    assert table.loc[1].tolist() == ["Judged 1", 30, 30.0, 20.0, 80.0]
    numbers = part_table(_report(classes=(), parts=(PartFacts("Learned from", 3, 1.0, (5.0, 2.0)),)))
    assert numbers.loc[0, ["Mean", "Spread"]].tolist() == [5.0, 2.0]


def test_copies_that_straddle_are_said() -> None:
    found = EqualRowsFound(EqualCount(30, 15, 600), 7, False)
    said = equal_finding(_report(equal=found), Split())
    assert said.startswith("30 rows (5 %) have an equal one")
    assert "7 of them are judged by models that learned from their copy" in said
    kept = equal_finding(_report(equal=EqualRowsFound(found.count, 0, True)), Split(equal_rows=EqualRows.AUTO))
    assert kept.endswith("none has its copy on the other side.")


def test_drift_is_said_with_its_figure() -> None:
    alike = DriftReport("locked away", (), 0.51, 0.48, 0.54, 100, 100, False)
    assert "No column differs" in drift_finding(alike)
    assert "cannot tell the sides apart: 0.51 (0.48 to 0.54)" in drift_finding(alike)
    one = DriftReport("judged", (ColumnDrift("x", "values", 0.5, 0.0),), 0.9, 0.88, 0.92, 100, 100, True)
    assert drift_finding(one).startswith("1 column differs between the rows judged")
    assert "tells the sides apart" in drift_finding(one)
    few = DriftReport("judged", (), math.nan, math.nan, math.nan, 10, 10, False)
    assert drift_finding(few) == "No column differs between the rows judged and those learned from."
