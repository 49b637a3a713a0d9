"""Charts: any columns against any others, and a board where charts filter one another."""

from __future__ import annotations

import streamlit as st

from components import layout, state
from components import navigation as nav
from components.chart_board import board, pin, pins
from components.chart_builder import builder, current_spec
from components.controlled import controlled
from components.layout import Primary
from core.data.schema import Dataset
from core.explore.chart_spec import ChartSpec

SENTENCE = "Choose columns and the chart that suits them is drawn. Pin charts to let them filter one another."
BUILD, BOARD = "build", "board"


def header(dataset: Dataset | None, spec: ChartSpec | None) -> None:
    """Draw title and primary action."""
    reason = "" if dataset is not None else "Bring a table first."
    layout.page_header(
        "Charts",
        SENTENCE,
        primary=Primary("Pin this chart", "charts.pin", disabled_reason=reason, on_click=pin, args=(dataset, spec)),
    )


def page(dataset: Dataset) -> None:
    """Draw the builder or the board."""
    spec = current_spec(dataset)
    header(dataset, spec)
    layout.context_strip(dataset)
    pinned = len(pins(dataset))
    names = {BUILD: "Build", BOARD: f"Board ({pinned})" if pinned else "Board"}
    view = controlled(
        st.segmented_control,
        "View",
        list(names),
        key="charts.view",
        value=state.recall("charts.view", BUILD),
        save=lambda chosen: state.remember("charts.view", chosen or BUILD),
        format_func=names.__getitem__,
        label_visibility="collapsed",
    )
    if view == BOARD:
        board(dataset)
    else:
        builder(dataset, spec)
    layout.next_step("Tests", nav.STATISTICS)


if state.project() is None or state.dataset() is None:
    header(None, None)
page(layout.need_dataset())
