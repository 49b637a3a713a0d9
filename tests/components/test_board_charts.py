"""The board as a picture: which models no other beats, and that all of many models are drawn."""

from __future__ import annotations

import pytest

from components.board_charts import ScoreMark, SpeedMark, folds_figure, score_figure, speed_figure, unbeaten
from core.run.result import Score


def score(value: float) -> Score:
    return Score(metric="m", value=value, low=value - 0.1, high=value + 0.1, folds=(value - 0.05, value + 0.05))


def mark(title: str, speed: float, value: float) -> SpeedMark:
    return SpeedMark(title, speed, score(value), "#123456", tied=False)


@pytest.mark.parametrize(("sign", "names"), [(1, ["quick", "good"]), (-1, ["quick", "poor"])])
def test_only_what_no_other_beats_in_both_is_named(sign: int, names: list[str]) -> None:
    marks = [mark("quick", 1, 0.5), mark("good", 5, 0.9), mark("slow", 9, 0.9), mark("poor", 6, 0.4)]
    assert [one.title for one in unbeaten(marks, sign=sign)] == names


def test_thirty_models_are_all_drawn_and_only_the_unbeaten_named() -> None:
    marks = [mark(f"model {n}", 1 + n, 0.9 - 0.01 * n) for n in range(30)]
    drawn = speed_figure(marks, axis="Score", sign=1)
    assert len(drawn.data) == 30
    assert sum("text" in trace.mode for trace in drawn.data) == 1
    rows = [ScoreMark(one.title, one.score, one.colour) for one in marks]
    assert len({trace.y[0] for trace in score_figure(rows, axis="Score").data}) == 30
    folds = folds_figure([(one.title, one.colour, one.score) for one in marks], axis="Score")
    assert len({trace.y[0] for trace in folds.data}) == 30
