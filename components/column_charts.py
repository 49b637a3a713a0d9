"""One column as a picture: how its values are spread, with the finding as the title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from components import charts, services
from components.numbers import counted, number
from components.theme import CATEGORIES, palette
from core.data.profile import ColumnProfile
from core.data.schema import Dataset
from core.types import ColumnKind
from core.words import share

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

SHOWN_TOP = 8
LONGEST_LABEL = 24


def column_chart(dataset: Dataset, name: str, *, key: str, height: int = 260, classes: bool = False) -> None:
    """Draw the spread of one column with its finding.

    Parameters
    ----------
    dataset : Dataset
        The table.
    name : str
        The column.
    key : str
        Unique on the page.
    height : int
        Of the picture, in pixels.
    classes : bool
        Draw whole numbers as the classes they stand for.
    """
    column = services.table_profile(dataset).column(name)
    if classes and column.top:
        column = column.model_copy(update={"kind": ColumnKind.CATEGORICAL})
    known = dataset.rows - column.missing
    fig = _histogram(column) if is_spread(column) else _bars(column, known)
    if fig is not None:
        fig.update_layout(height=height if is_spread(column) else max(36 * len(top_table(column, known)) + 10, 90))
        charts.show(
            fig, title=finding(column, known), caption=_caption(column), table=chart_table(column, known), key=key
        )
    else:
        charts.words_only(title=finding(column, known), caption=_caption(column))


def is_spread(column: ColumnProfile) -> bool:
    """Tell whether the column is drawn as a histogram rather than as its most frequent values."""
    return bool(column.histogram) and column.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME)


def finding(column: ColumnProfile, known: int) -> str:
    """Say the most striking thing about a column in one sentence.

    Parameters
    ----------
    column : ColumnProfile
        What is known about it.
    known : int
        Cells that are not missing.
    """
    name = column.name
    if not known:
        return f"{name} has no value in any row"
    if column.unique == 1:
        return f"{name} has the same value in every row"
    if column.kind is ColumnKind.DATETIME and column.first:
        return f"{name} runs from {column.first} to {column.last}"
    if is_spread(column) and column.median is not None and column.mean is not None:
        return _number_finding(column, known)
    if column.unique == known and known > 1:
        return f"Every value of {name} differs"
    if column.top:
        first = column.top[0]
        return f"{share(first.count / known)} of {name} is {_short(first.value)}"
    return f"{name} holds {counted(column.unique, 'different value')}"


def _number_finding(column: ColumnProfile, known: int) -> str:
    assert column.median is not None
    assert column.mean is not None
    name, median, mean = column.name, column.median, column.mean
    if column.zeros > 0.4 * known:
        return f"{share(column.zeros / known)} of {name} is 0"
    if column.std and abs(mean - median) > 0.25 * column.std:
        pull = "high" if mean > median else "low"
        return f"Half of {name} is below {number(median)}; a few {pull} values pull the mean to {number(mean)}"
    return f"{name} lies around {number(median)}"


def spark(column: ColumnProfile) -> list[int]:
    """Return the heights of the small picture in the table: bins, or the most frequent values."""
    if is_spread(column):
        return [b.count for b in column.histogram]
    return [v.count for v in column.top]


def top_table(column: ColumnProfile, known: int) -> pd.DataFrame:
    """Return the most frequent values and the rest, as value, rows and share."""
    import pandas as pd

    values = [(v.value, v.count) for v in column.top[:SHOWN_TOP]]
    rest = known - sum(count for _, count in values)
    if rest > 0 and values:
        values.append((counted(column.unique - len(values), "other"), rest))
    return pd.DataFrame(
        {
            "Value": [v for v, _ in values],
            "Rows": [c for _, c in values],
            "Share": [c / max(known, 1) for _, c in values],
        }
    )


def chart_table(column: ColumnProfile, known: int) -> pd.DataFrame:
    """Return the numbers behind the picture."""
    import pandas as pd

    if not is_spread(column):
        return top_table(column, known)
    return pd.DataFrame(
        {
            "From": [b.low_text for b in column.histogram],
            "To": [b.high_text for b in column.histogram],
            "Rows": [b.count for b in column.histogram],
        }
    )


def _caption(column: ColumnProfile) -> str:
    missing = f"{share(column.missing_share)} missing, " if column.missing else "Nothing missing, "
    return f"{missing}{counted(column.unique, 'different value')}."


def _histogram(column: ColumnProfile) -> go.Figure:
    import plotly.graph_objects as go

    bins = column.histogram
    is_date = column.kind is ColumnKind.DATETIME
    levels = all(b.low == b.high for b in bins)
    # Plotly counts dates in milliseconds.
    scale = 1000 if is_date else 1
    fig = go.Figure(
        go.Bar(
            x=[b.low_text if levels else (b.low + b.high) / 2 * scale for b in bins],
            y=[b.count for b in bins],
            width=None if levels else [(b.high - b.low) * scale * 0.92 for b in bins],
            customdata=[b.low_text if levels else f"{b.low_text} to {b.high_text}" for b in bins],
            hovertemplate="%{customdata}<br>%{y:,} rows<extra></extra>",
            marker={"color": CATEGORIES[0], "line": {"width": 0}},
        )
    )
    fig.update_xaxes(title_text=column.name, type="category" if levels else "date" if is_date else "linear")
    fig.update_yaxes(title_text="Rows", rangemode="tozero", nticks=5)
    return fig


def _bars(column: ColumnProfile, known: int) -> go.Figure | None:
    import plotly.graph_objects as go

    table = top_table(column, known)
    if table.empty or column.unique == known:
        return None
    colors = palette()
    labels = [_short(value) for value in table["Value"]]
    others = labels[-1] != _short(column.top[min(len(column.top), SHOWN_TOP) - 1].value)
    fills = [CATEGORIES[0]] * (len(labels) - others) + [colors.border] * others
    fig = go.Figure(
        go.Bar(
            # Places, not labels, on the axis: two shortened labels may be equal.
            y=list(range(len(labels))),
            x=table["Share"],
            orientation="h",
            text=[f"\N{NO-BREAK SPACE}{share(value)}" for value in table["Share"]],
            textposition="outside",
            cliponaxis=False,
            customdata=table["Rows"],
            hovertemplate="%{customdata:,} rows<extra></extra>",
            marker={"color": fills, "line": {"width": 0}},
        )
    )
    fig.update_xaxes(visible=False, range=[0, max(float(table["Share"].max()) * 1.25, 0.01)])
    fig.update_yaxes(
        tickvals=list(range(len(labels))), ticktext=labels, autorange="reversed", showgrid=False, ticklabelstandoff=6
    )
    return fig


def _short(text: str, most: int = LONGEST_LABEL) -> str:
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
