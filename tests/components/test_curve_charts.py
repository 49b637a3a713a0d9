"""Curves over numbers, and over values that are partly words."""

from __future__ import annotations

import math

from components.curve_charts import _figure, _table
from core.models.registry import get_model
from core.run.curve_result import Band, Curve, CurvePoint
from core.run.result import Score

DEPTH = next(param for param in get_model("tree").params if param.name == "max_depth")


def curve(*values: int | None, current: int = 6) -> Curve:
    points = tuple(CurvePoint(value=value, learned=(0.9, 0.8), unseen=(0.7, 0.6)) for value in values)
    failed = CurvePoint(value=99, reason="Too deep.")
    return Curve(
        key="k", label="tree", param="max_depth", metric="accuracy", points=(*points, failed), current=current,
        best=values[0], finding="Found",
    )  # fmt: skip


def test_numbers_stand_on_an_axis_of_numbers_logarithmic_where_they_are_far_apart() -> None:
    near, far = (
        _figure(curve(1, 6, 10), colour="#000000", param=DEPTH),
        _figure(curve(1, 6, 200), colour="#000000", param=DEPTH),
    )
    assert near.layout.xaxis.type == "linear"
    assert far.layout.xaxis.type == "log"
    assert [float(tick) for tick in far.layout.xaxis.tickvals] == [1.0, 6.0, 200.0]
    assert list(near.data[1].x) == [1, 6, 10]


def test_no_limit_is_a_place_of_its_own_behind_the_numbers() -> None:
    figure = _figure(curve(1, 6, None), colour="#000000", param=DEPTH)
    assert figure.layout.xaxis.type == "category"
    assert list(figure.data[1].x) == ["1", "6", DEPTH.none_label.lower()]
    assert [(note.text, note.x) for note in figure.layout.annotations] == [("now", 1), ("best", 0)]
    assert _table(curve(1, None), DEPTH)["Why not"].tolist() == ["", "", "Too deep."]


def test_a_band_needs_two_folds_and_a_score_that_was_not_formed_survives_a_file() -> None:
    assert Band.of((0.7,)) == Band(mean=0.7, low=0.7, high=0.7)
    assert math.isnan(Band.of((math.nan,)).mean)
    wide = Band.of((0.5, 0.9))
    assert wide.low < 0.7 < wide.high
    score = Score(metric="accuracy", value=0.5, low=math.nan, high=math.nan, folds=(0.5, math.nan))
    read = Score.model_validate_json(score.model_dump_json())
    assert read.value == 0.5
    assert all(math.isnan(one) for one in (read.low, read.high, read.folds[1]))
