"""A chart of a table drawn where a finding names it."""

from __future__ import annotations

from components import charts, overview_data
from components.chart_figures import draw
from components.theme import palette
from core.data.schema import Dataset
from core.errors import LatheError
from core.explore.chart_code import chart_code
from core.explore.chart_spec import ChartSpec


def spec_chart(dataset: Dataset, spec: ChartSpec, *, key: str, height: int | None = None) -> None:
    """Draw a chart with its finding, caption and table twin; where there is nothing to draw, say why.

    Parameters
    ----------
    dataset : Dataset
        The table.
    spec : ChartSpec
        What is drawn.
    key : str
        Unique on the page.
    height : int, optional
        Of the picture, in pixels.
    """
    try:
        data = overview_data.chart(dataset, spec)
    except LatheError as error:
        charts.words_only(title=error.message.rstrip("."), caption=error.hint)
        return
    drawn = draw(data, palette())
    if height:
        drawn.figure.update_layout(height=height)
    charts.show(
        drawn.figure,
        title=data.finding,
        caption=data.caption,
        note=data.note,
        table=data.table,
        key=key,
        alt=data.alt,
        code=lambda: chart_code(dataset, data),
    )
