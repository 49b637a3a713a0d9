"""Learning and validation curves drawn: what was learned from and what was not, with bands over the folds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from components.charts import show
from components.theme import faint, palette
from core.evaluate.metrics import get_metric
from core.run.curve_result import Band, Curve, CurvePoint
from core.run.curve_values import value_text

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

    from core.params import ParamSpec, ParamValue

_WIDE = 20
_HEIGHT = 280


def draw_curve(curve: Curve, *, colour: str, key: str, param: ParamSpec | None = None, note: str = "") -> None:
    """Draw a curve with its finding.

    Parameters
    ----------
    curve : Curve
    colour : str
        Of the model.
    key : str
        Unique on the page.
    param : ParamSpec, optional
        The parameter of a validation curve.
    note : str
        What was sampled.
    """
    failed = len(curve.points) - len(curve.scored)
    left_out = f"{failed} of {len(curve.points)} could not be fitted: {_reason(curve)}" if failed else ""
    show(
        _figure(curve, colour=colour, param=param),
        title=curve.finding,
        caption=f"{curve.sentence} Solid: rows it had not seen; dotted: rows it learned from; bands are one standard "
        "error over the folds.",
        table=_table(curve, param),
        key=key,
        note=" ".join(part for part in (note, left_out) if part),
    )


def _figure(curve: Curve, *, colour: str, param: ParamSpec | None) -> go.Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    places = _places(curve, param)
    _lines(figure, curve, places, colour)
    _mark_current(figure, curve, places)
    is_wide = _is_wide(places)
    title = param.label if param else "Rows learned from"
    # Words are no numbers, even where some of them look like some.
    as_words = any(isinstance(place, str) for place in places)
    figure.update_xaxes(title=title, type="category" if as_words else "log" if is_wide else "linear")
    if is_wide:
        ticks = _ticks([float(place) for place in places])
        figure.update_xaxes(tickvals=ticks, ticktext=[f"{tick:,g}" for tick in ticks])
    figure.update_yaxes(title=get_metric(curve.metric).title)
    figure.update_layout(height=_HEIGHT)
    return figure


def _lines(figure: go.Figure, curve: Curve, places: list[Any], colour: str) -> None:
    """Draw the scores on rows learned from and on rows not seen, each with its band."""
    import plotly.graph_objects as go

    muted = palette().muted
    for name, line, dash in (("Learned from", muted, "dot"), ("Not seen", colour, "solid")):
        bands = [Band.of(one.learned if name == "Learned from" else one.unseen) for one in curve.scored]
        figure.add_trace(
            go.Scatter(
                x=[*places, *places[::-1]],
                y=[band.high for band in bands] + [band.low for band in bands][::-1],
                fill="toself",
                fillcolor=faint(line, 0.14),
                line={"width": 0},
                hoverinfo="skip",
                showlegend=False,
                mode="lines",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=places,
                y=[band.mean for band in bands],
                mode="lines+markers",
                name=name,
                line={"color": line, "width": 2, "dash": dash},
                marker={"size": 6},
                hovertemplate=f"%{{x}}: %{{y:.4g}}<extra>{name.lower()}</extra>",
            )
        )


def _mark_current(figure: go.Figure, curve: Curve, places: list[Any]) -> None:
    """Say on the curve where the model stands, and what did best."""
    if not curve.param:
        return
    for value, words, above in ((curve.current, "now", False), (curve.best, "best", True)):
        at = next((number for number, one in enumerate(curve.scored) if _same(one, value)), None)
        if at is None or (words == "now" and _same(curve.scored[at], curve.best)):
            continue
        same = _same(curve.scored[at], curve.current)
        x = places[at]
        figure.add_annotation(
            # Among words a place counts by its number.
            x=at if isinstance(x, str) else math.log10(float(x)) if _is_wide(places) else x,
            y=Band.of(curve.scored[at].unseen).mean,
            text="best, as it is now" if words == "best" and same else words,
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=palette().muted,
            ax=0,
            ay=-26 if above else 26,
            font={"color": palette().text, "size": 12},
        )


def _same(point: CurvePoint, value: ParamValue) -> bool:
    return point.value == value and isinstance(point.value, bool) == isinstance(value, bool)


def _places(curve: Curve, param: ParamSpec | None) -> list[Any]:
    """Return where on the axis the points stand: numbers as numbers, all else as words in order."""
    values = [one.value for one in curve.scored]
    if all(isinstance(one, int | float) and not isinstance(one, bool) for one in values):
        return list(values)
    return [value_text(param, one).replace("<", "&lt;") if param else str(one) for one in values]


def _is_wide(places: list[Any]) -> bool:
    numbers = [one for one in places if isinstance(one, int | float)]
    return len(numbers) == len(places) > 1 and min(numbers) > 0 and max(numbers) / min(numbers) >= _WIDE


def _ticks(values: list[float]) -> list[float]:
    """Return those of the values to write on a logarithmic axis: none closer than a tenth of its length."""
    apart = math.log10(max(values) / min(values)) / 10
    kept: list[float] = []
    for value in sorted(values):
        if not kept or math.log10(value / kept[-1]) >= apart:
            kept.append(value)
    return kept


def _table(curve: Curve, param: ParamSpec | None) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for one in curve.points:
        learned, unseen = Band.of(one.learned), Band.of(one.unseen)
        name = value_text(param, one.value) if param else f"{one.value:,}"
        rows.append(
            {
                param.label if param else "Rows": name,
                "Learned from": learned.mean,
                "Not seen": unseen.mean,
                "Not seen, low": unseen.low,
                "Not seen, high": unseen.high,
                "Seconds to fit": one.fit_s,
                "Why not": one.reason,
            }
        )
    return pd.DataFrame(rows)


def _reason(curve: Curve) -> str:
    return next((one.reason for one in curve.points if one.reason), "")
