"""What a network's epochs told besides the loss: step size and gradient, each as a small chart."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from components.charts import show
from components.numbers import number
from core.run.result import EpochRecord

_HEIGHT = 180
_GROWN = 10.0


def epoch_details(epochs: Sequence[EpochRecord], *, colour: str) -> None:
    """Draw learning rate and gradient norm of the final fit, where they were told."""
    last = -1 if any(e.fold < 0 for e in epochs) else max(e.fold for e in epochs)
    final = sorted((e for e in epochs if e.fold == last), key=lambda e: e.epoch)
    rates = [(e.epoch, e.learning_rate) for e in final if e.learning_rate is not None]
    if len({rate for _, rate in rates}) < 2:
        rates = []  # A step size that never changes is a setting, not a curve; boosters have such.
    norms = [(e.epoch, e.gradient_norm) for e in final if e.gradient_norm is not None]
    drawn = [
        (points, title, label, key)
        for points, title, label, key in (
            (rates, _rate_finding(rates), "Step size (learning rate)", "model.rates"),
            (norms, _norm_finding(norms), "Length of the gradient", "model.gradients"),
        )
        if len(points) > 1
    ]
    if not drawn:
        return
    for column, (points, title, label, key) in zip(st.columns(2, gap="large"), drawn, strict=False):
        with column:
            figure = go.Figure(
                go.Scatter(x=[x for x, _ in points], y=[y for _, y in points], mode="lines", line={"color": colour})
            )
            figure.update_layout(height=_HEIGHT)
            figure.update_xaxes(title="Epoch", rangemode="tozero")
            figure.update_yaxes(title=label, exponentformat="power")
            table = pd.DataFrame(points, columns=["Epoch", label])
            show(figure, title=title, caption="Of the final fit.", table=table, key=key)


def _rate_finding(points: Sequence[tuple[int, float]]) -> str:
    if not points:
        return ""
    first, last = points[0][1], points[-1][1]
    if first == last:
        return f"Steps ended as they began, at {number(first)}"
    return f"Steps went from {number(first)} to {number(last)}"


def _norm_finding(points: Sequence[tuple[int, float]]) -> str:
    if not points:
        return ""
    first, most = points[0][1], max(value for _, value in points)
    if first and most > _GROWN * first:
        return f"The gradient grew to {number(most / first)} times its first length"
    return f"The gradient stayed below {number(most)}"
