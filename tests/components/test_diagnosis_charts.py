"""Charts of slices and curves: every line is drawn, whatever its name."""

from __future__ import annotations

import numpy as np

from components.diagnosis_charts import classes_figure, intervals_figure, within_figure
from core.evaluate.curves import roc_curve


def test_two_long_names_that_begin_alike_are_two_lines() -> None:
    names = ["x" * 80 + "a", "x" * 80 + "b", "<b>"]
    values = [(0.3, 0.2, 0.4), (0.2, 0.1, 0.3), (0.1, 0.0, 0.2)]
    figure = intervals_figure(
        names, values, line=0.1, axis="Error", colour="#123456", is_share=True, notes=["", "", ""]
    )
    assert len(set(figure.data[0].y)) == 3
    assert figure.layout.yaxis.ticktext[2] == "&lt;b>"
    # The worst stands on top.
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]


def test_every_class_and_model_has_its_curve_and_name() -> None:
    curve = roc_curve(np.array([True, False, True, False]), np.array([0.9, 0.2, 0.6, 0.7]))
    figure = classes_figure([("<i>", "#111111", curve), ("b", "#222222", curve)], x="x", y="y")
    assert [trace.name for trace in figure.data[1:]] == ["&lt;i> (0.750)", "b (0.750)"]
    lines = [("a", "#111111", (1.0, 2.0, 3.0), (0.1, 0.5, 0.9)), ("b", "#222222", (1.0, 2.0, 9.0), (0.1, 0.5, 0.9))]
    assert within_figure(lines, target="price").layout.xaxis.range[1] == 9.0
