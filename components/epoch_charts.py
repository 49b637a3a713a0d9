"""What the epochs of networks tell beside the loss: step size and length of the gradient."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go
import streamlit as st

from components.charts import show
from components.model_charts import LossLines

CURVES = {
    "learning_rate": ("Learning rate", "Step size at the end of each epoch, as the schedule sets it."),
    "gradient_norm": (
        "Length of the gradient",
        "Mean over the batches, before clipping. Growing without end, the network flies apart: lower the learning rate "
        "or clip. Falling to nothing, it has stopped learning.",
    ),
}


def has_curve(lines: Sequence[LossLines], field: str) -> bool:
    """Tell whether any epoch tells ``field``."""
    return any(getattr(epoch, field) is not None for model in lines for epoch in model.epochs)


def epoch_figure(lines: Sequence[LossLines], field: str, title: str) -> go.Figure:
    """Draw ``field`` by epoch: one faint line a fold, the last fold or fit strong."""
    figure = go.Figure()
    for model in lines:
        folds = sorted({epoch.fold for epoch in model.epochs}, key=lambda fold: (fold < 0, fold))
        for fold in folds:
            records = sorted((e for e in model.epochs if e.fold == fold), key=lambda e: e.epoch)
            points = [(e.epoch, getattr(e, field)) for e in records if getattr(e, field) is not None]
            strong = fold == folds[-1]
            figure.add_trace(
                go.Scatter(
                    x=[x for x, _ in points],
                    y=[y for _, y in points],
                    mode="lines" if len(points) > 1 else "markers",
                    name=model.title,
                    legendgroup=model.title,
                    showlegend=strong and len(lines) > 1,
                    line={"color": model.colour, "width": 2 if strong else 1},
                    opacity=1.0 if strong else 0.28,
                    hovertemplate="epoch %{x}: %{y:.4g}<extra></extra>",
                )
            )
    figure.update_layout(height=220, legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    figure.update_xaxes(title="Epoch", rangemode="tozero", tickformat="d")
    figure.update_yaxes(title=title, rangemode="tozero")
    return figure


def epoch_charts(lines: Sequence[LossLines], *, key: str) -> None:
    """Draw what the epochs tell beside the loss, folded."""
    told = [field for field in CURVES if has_curve(lines, field)]
    if not told:
        return
    fold = st.expander("Learning rate and gradients", key=key, type="compact", on_change="rerun")
    if not fold.open:
        return
    with fold:
        for cell, field in zip(st.columns(len(told), gap="medium"), told, strict=True):
            title, caption = CURVES[field]
            with cell:
                show(epoch_figure(lines, field, title), title=title, caption=caption, key=f"{key}.{field}")
