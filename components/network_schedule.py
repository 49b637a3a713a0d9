"""The learning rate over the epochs as it will be, before anything is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components import charts
from components.numbers import counted, number
from components.theme import palette
from core.models.adapters.network_spec import LearningSpec
from core.models.adapters.presets import suggested_rate, suggested_schedule
from core.models.adapters.rates import rates

_MOST_POINTS = 400
_TOLD = {
    "cosine": "falls to zero along half a wave",
    "one_cycle": "rises to it in the first 30 % and falls almost to zero",
}


def schedule_preview(params: Mapping[str, Any], *, key: str) -> None:
    """Draw the learning rate over the epochs; say in words what cannot be known before training.

    Parameters
    ----------
    params : mapping of str to value
        All parameters of a network.
    """
    learning = learning_of(params)
    if learning.schedule == "plateau":
        st.caption(
            f"The learning rate starts at {learning.learning_rate:g} and is multiplied by {learning.decay_factor:g} "
            f"whenever the loss has not become better for {counted(learning.plateau_epochs, 'epoch')}."
        )
    elif learning.schedule == "constant" and not learning.warmup_epochs:
        st.caption(f"The learning rate stays at {learning.learning_rate:g} in all epochs.")
    else:
        _chart(learning, key)


def learning_of(params: Mapping[str, Any]) -> LearningSpec:
    """Return what ``params`` say about the learning rate, with what the architecture suggests filled in."""
    architecture, optimizer = params["architecture"], params["optimizer"]
    rate = params["learning_rate"]
    return LearningSpec(
        optimizer=optimizer,
        learning_rate=suggested_rate(architecture, optimizer) if rate is None else rate,
        schedule=suggested_schedule(architecture, params["schedule"]),
        warmup_epochs=params["warmup_epochs"],
        decay_factor=params["decay_factor"],
        step_epochs=params["step_epochs"],
        plateau_epochs=params["plateau_epochs"],
        epochs=params["epochs"],
    )


def _chart(learning: LearningSpec, key: str) -> None:
    import pandas as pd
    import plotly.graph_objects as go

    steps = max(2, _MOST_POINTS // learning.epochs)
    found = [
        (epoch - 1 + step / steps, float(rate))
        for epoch in range(1, learning.epochs + 1)
        for step, rate in enumerate(rates(learning, epoch, steps))
    ]
    fig = go.Figure(
        go.Scatter(
            x=[x for x, _ in found], y=[y for _, y in found], mode="lines",
            line={"color": palette().accent, "width": 2},
            hovertemplate="after %{x:.1f} epochs: %{y:.2g}<extra></extra>",
        )
    )  # fmt: skip
    fig.update_layout(height=170, showlegend=False)
    fig.update_xaxes(title_text="Epochs")
    fig.update_yaxes(rangemode="tozero", title_text="Learning rate")
    charts.show(
        fig, title=_finding(learning), key=key,
        caption="As it is planned; early stopping may end before.",
        table=pd.DataFrame(found, columns=["Epochs", "Learning rate"]),
    )  # fmt: skip


def _finding(learning: LearningSpec) -> str:
    warm = f"grows over {counted(learning.warmup_epochs, 'epoch')}" if learning.warmup_epochs else ""
    told = _TOLD.get(learning.schedule, "")
    if learning.schedule == "step":
        told = f"is multiplied by {learning.decay_factor:g} every {counted(learning.step_epochs, 'epoch')}"
    if learning.schedule == "one_cycle":
        warm = ""
    parts = " and then ".join(part for part in (warm, told) if part)
    return f"The learning rate of {number(learning.learning_rate, 2)} {parts}"
