"""Charts of tables, counted once for equal content and equal wishes, and drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import charts, services
from components.chart_figures import draw
from components.chart_parts import Drawn
from components.theme import palette
from core.data.schema import Dataset
from core.explore.chart_code import chart_code
from core.explore.chart_spec import ChartData, ChartFilter, ChartSpec
from core.explore.charts import chart_data
from core.explore.charts.source import count_rows


def counted_chart(dataset: Dataset, spec: ChartSpec) -> ChartData:
    """Return the numbers of a chart; `LatheError` where it cannot be drawn."""
    return _chart(str(services.workspace().root), dataset.view_key, spec.model_dump_json(), dataset, spec)


def rows_left(dataset: Dataset, filters: tuple[ChartFilter, ...]) -> int:
    """Return how many rows pass all filters."""
    if not filters:
        return dataset.rows
    key = ChartSpec(kind="bars", filters=filters).model_dump_json()  # type: ignore[arg-type]
    return _rows(str(services.workspace().root), dataset.view_key, key, dataset, filters)


def show_chart(
    dataset: Dataset,
    data: ChartData,
    *,
    key: str,
    height: int | None = None,
    on_select: Callable[[], None] | None = None,
    menu: bool = True,
    adjust: Callable[[Drawn], Any] | None = None,
) -> None:
    """Draw a chart of a table with its finding, note and menu.

    Parameters
    ----------
    dataset : Dataset
        The table.
    data : ChartData
        Its numbers.
    key : str
        Unique on the page.
    height : int, optional
        In pixels, instead of the kind's own.
    on_select, menu
        As in `components.charts.show`.
    adjust : callable, optional
        Last changes to the figure.
    """
    drawn = draw(data, palette())
    if height is not None:
        drawn.figure.update_layout(height=height)
    if adjust is not None:
        adjust(drawn)
    charts.show(
        drawn.figure,
        title=str(data.spec.options.get("title") or data.finding),
        caption=data.caption,
        note=data.note,
        table=data.table,
        key=key,
        alt=data.alt,
        code=lambda: chart_code(dataset, data),
        on_select=on_select,
        menu=menu,
    )


@st.cache_resource(max_entries=256, show_spinner="Counting")
def _chart(root: str, fingerprint: str, spec_json: str, _dataset: Dataset, _spec: ChartSpec) -> ChartData:
    return chart_data(services.workspace(), _dataset, _spec)


@st.cache_resource(max_entries=256, show_spinner=False)
def _rows(root: str, fingerprint: str, filters_json: str, _dataset: Dataset, _filters: tuple[ChartFilter, ...]) -> int:
    return count_rows(services.workspace(), _dataset, _filters)
