"""Pieces that the figures of all kinds of chart share: safe text, colours of groups, small multiples, picks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from components.theme import CATEGORIES, category_color
from core.explore.chart_spec import ChartData, ChartFilter
from core.explore.charts.selection import group_filters

if TYPE_CHECKING:
    import plotly.graph_objects as go

REST_COLOR = CATEGORIES[-1]
LONGEST = 26


def safe(text: object, longest: int = LONGEST) -> str:
    """Return text as plotly shows it unchanged: it reads tags and entities, and draws long labels whole."""
    plain = " ".join(str(text).split())
    short = plain if len(plain) <= longest else plain[: longest - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return short.replace("&", "&amp;").replace("<", "&lt;")


@dataclass
class Drawn:
    """A figure and what its marks stand for.

    Attributes
    ----------
    figure : Figure
        Each mark that can be picked carries its place in ``picks`` as the first entry of its custom data.
    picks : list of tuple of ChartFilter
        The rows behind a mark.
    x, y : str
        Columns of axes that hold plain numbers, where a drawn box gives ranges; empty otherwise.
    facets : dict of str to tuple of ChartFilter
        The rows of each small chart, by the name of its x axis.
    """

    figure: go.Figure
    picks: list[tuple[ChartFilter, ...]] = field(default_factory=list)
    x: str = ""
    y: str = ""
    facets: dict[str, tuple[ChartFilter, ...]] = field(default_factory=dict)

    def pick(self, *filters: ChartFilter) -> int:
        """Enter the rows behind a mark and return their place."""
        self.picks.append(tuple(filters))
        return len(self.picks) - 1


@dataclass(frozen=True)
class Panel:
    """One small chart of a figure."""

    label: str
    row: int
    col: int


def panels(data: ChartData, labels: Sequence[str] | None = None) -> tuple[Panel, ...]:
    """Return the small charts of a figure in reading order; one where there are no facets."""
    facet = data.facts.get("facet", {})
    shown = [str(label) for label in (labels if labels is not None else facet.get("labels", [""]))]
    across = columns_of(len(shown))
    return tuple(Panel(label, 1 + i // across, 1 + i % across) for i, label in enumerate(shown))


def columns_of(count: int) -> int:
    """Return how many small charts stand side by side."""
    return count if count <= 3 else 2 if count == 4 else 3 if count <= 9 else 4


def new_figure(data: ChartData, height: int, *, shared_x: bool = True) -> tuple[Drawn, tuple[Panel, ...]]:
    """Return an empty figure with its small charts, axes titled.

    Parameters
    ----------
    data : ChartData
        What will be drawn.
    height : int
        Of one small chart, in pixels.
    shared_x : bool
        All small charts have the same x axis.
    """
    from plotly.subplots import make_subplots

    parts = panels(data)
    if len(parts) == 1:
        import plotly.graph_objects as go

        figure = go.Figure(layout={"height": height})
        figure.update_xaxes(title_text=axis_title(data, "x"))
        figure.update_yaxes(title_text=axis_title(data, "y"))
        return Drawn(figure), (Panel("", 0, 0),) if not parts[0].label else (Panel(parts[0].label, 0, 0),)
    rows, cols = parts[-1].row, columns_of(len(parts))
    each = max(150, int(height * (0.75 if rows > 1 else 1)))
    figure = make_subplots(
        rows=rows,
        cols=cols,
        shared_xaxes="all" if shared_x else False,
        shared_yaxes="all",
        subplot_titles=[safe(part.label, 34) for part in parts],
        horizontal_spacing=0.035,
        vertical_spacing=min(46 / (each * rows), 0.9 / max(rows - 1, 1)),
        x_title=axis_title(data, "x"),
        y_title=axis_title(data, "y"),
    )
    figure.update_layout(height=each * rows + 70, margin={"l": 56, "b": 56, "t": 28})
    # Above the names of the small charts.
    figure.update_layout(legend={"y": 1 + 24 / (each * rows)})
    figure.update_annotations(font_size=12)
    kept = {f"x{place + 1}" if place else "x": facet_filters(data, part) for place, part in enumerate(parts)}
    return Drawn(figure, facets=kept), parts


def axis_title(data: ChartData, axis: str) -> str:
    """Return the title of an axis: the person's own, else the one of the data."""
    return safe(data.spec.options.get(f"{axis}_title") or data.facts.get(f"{axis}_title", ""), 60)


def add(drawn: Drawn, trace: Any, panel: Panel) -> None:
    """Add a trace to a small chart."""
    if panel.row:
        drawn.figure.add_trace(trace, row=panel.row, col=panel.col)
    else:
        drawn.figure.add_trace(trace)


def part_of(layer: pd.DataFrame, panel: Panel) -> pd.DataFrame:
    """Return the rows of a layer that a small chart shows."""
    return layer[layer["facet"] == panel.label] if "facet" in layer and panel.label else layer


@dataclass(frozen=True)
class Shade:
    """A group that has a colour: its label as it stands in the layers, its name for the legend."""

    label: str
    name: str
    color: str
    filters: tuple[ChartFilter, ...]


def shades(data: ChartData) -> tuple[Shade, ...]:
    """Return the colours of a chart; one without a name where nothing is told apart."""
    facts = data.facts.get("color", {})
    labels = facts.get("labels", [""])
    base = int(data.spec.options.get("base_color", 0))
    if labels == [""]:
        return (Shade("", "", category_color(base), ()),)
    kept = group_filters(facts)
    last = len(labels) - 1
    # A class has its colour by its name, as on the other screens, however often it occurs.
    order = [str(label) for label in labels] if facts.get("has_rest") else sorted(str(label) for label in labels)
    return tuple(
        Shade(
            str(label),
            safe(label),
            REST_COLOR
            if facts.get("has_rest") and place == last
            else category_color((order.index(str(label)) + base) % len(CATEGORIES)),
            (kept[place],),
        )
        for place, label in enumerate(labels)
    )


def facet_filters(data: ChartData, panel: Panel) -> tuple[ChartFilter, ...]:
    """Return the filters of a small chart."""
    facts = data.facts.get("facet", {})
    labels = facts.get("labels", [""])
    if labels == [""] or panel.label not in labels:
        return ()
    return (group_filters(facts)[labels.index(panel.label)],)


def dash(data: ChartData) -> str:
    """Return the style of lines."""
    return str(data.spec.options.get("line_style", "solid"))


def dates(values: Any) -> Any:
    """Return seconds since 1970 as plotly's moments."""
    return pd.to_datetime(pd.Series(values, dtype=float), unit="s").to_numpy()


def on_axis(values: Any, *, is_date: bool) -> Any:
    """Return the values of an axis as plotly takes them."""
    return dates(values) if is_date else values
