"""Charts of models as plotly figures: scores, learning curves, mistakes, explanations. Data in, figure out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from core.evaluate.curves import Confusion, Curve
from core.run.result import EpochRecord, Score

NEUTRAL = "#7A7F87"
FAINT = "rgba(122,127,135,0.45)"
DENSE_POINTS = 1500
MOST_NAMED_FOLDS = 20
"""More points than this are drawn as bins."""
MOST_NAMED_CELLS = 12
"""More classes than this and the cells of a confusion matrix are too small for text."""
MID_CIVIDIS = 0.47
"""Where black and white text stand out alike on cividis, about 4.5 to 1."""


@dataclass(frozen=True)
class LossLines:
    """Epochs of one network; ``colour`` is the model's."""

    title: str
    colour: str
    epochs: Sequence[EpochRecord]


def loss_figure(lines: Sequence[LossLines]) -> go.Figure:
    """Draw loss by epoch: validation solid, training dotted, one faint line a fold, the last fold or fit strong."""
    figure = go.Figure()
    for model in lines:
        folds = sorted({e.fold for e in model.epochs}, key=lambda fold: (fold < 0, fold))
        for fold in folds:
            records = sorted((e for e in model.epochs if e.fold == fold), key=lambda e: e.epoch)
            strong = fold == folds[-1]
            where = "all training rows" if fold < 0 else f"fold {fold + 1}"
            for kind, dash in (("validation", "solid"), ("training", "dot")):
                points = [(e.epoch, e.valid_loss if kind == "validation" else e.train_loss) for e in records]
                points = [(x, y) for x, y in points if y is not None]
                if not points:
                    continue
                figure.add_trace(
                    go.Scatter(
                        x=[x for x, _ in points],
                        y=[y for _, y in points],
                        mode="lines" if len(points) > 1 else "markers",
                        name=f"{model.title}, {kind}" if model.title else kind.capitalize(),
                        legendgroup=f"{model.title}{kind}",
                        showlegend=strong,
                        line={"color": model.colour, "width": 2 if strong else 1, "dash": dash},
                        opacity=1.0 if strong else 0.28,
                        hovertemplate=f"epoch %{{x}}: %{{y:.4g}}<extra>{kind}, {where}</extra>",
                    )
                )
    figure.update_layout(
        height=280,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_xaxes(title="Epoch, or round of boosting", rangemode="tozero", tickformat="d")
    figure.update_yaxes(title="Loss")
    return figure


def confusion_figure(table: Confusion, *, clickable: bool = False) -> go.Figure:
    """Draw the share of each true class by predicted class, with the counts as text.

    ``clickable`` lays a mark that can be picked over each cell; plotly lets no cell of a heatmap be picked.
    """
    counts = np.asarray(table.counts, dtype=float)
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = [str(c) for c in table.classes]
    figure = go.Figure(
        go.Heatmap(
            z=share,
            x=names,
            y=names,
            zmin=0,
            zmax=1,
            colorscale="Cividis",
            xgap=2,
            ygap=2,
            customdata=counts,
            hovertemplate="true %{y}, predicted %{x}<br>%{customdata:,} rows, %{z:.0%}<extra></extra>",
            showscale=len(names) > MOST_NAMED_CELLS,
            colorbar={"tickformat": ".0%", "thickness": 10, "outlinewidth": 0},
        )
    )
    figure.update_layout(height=min(max(300, 56 * len(names) + 110), 640))
    figure.update_xaxes(title="Predicted", type="category", showgrid=False)
    figure.update_yaxes(title="True", type="category", autorange="reversed", showgrid=False)
    if len(names) <= MOST_NAMED_CELLS:
        _write_cells(figure, counts, share)
    if clickable:
        figure.add_trace(_cell_marks(names, counts, share))
    return figure


def _cell_marks(names: Sequence[str], counts: np.ndarray, share: np.ndarray) -> go.Scatter:
    """Return one unseen mark a cell, as large as it may be without covering the next."""
    places = [(row, column) for row in range(len(names)) for column in range(len(names))]
    unseen = {"opacity": 0.0}
    return go.Scatter(
        x=[names[column] for _, column in places],
        y=[names[row] for row, _ in places],
        mode="markers",
        marker={"symbol": "square", "size": max(min(44, 400 // max(len(names), 1)), 8), "opacity": 0.0},
        selected={"marker": unseen},
        unselected={"marker": unseen},
        customdata=[[counts[place], share[place]] for place in places],
        hovertemplate="true %{y}, predicted %{x}<br>%{customdata[0]:,} rows, %{customdata[1]:.0%}<extra></extra>",
        showlegend=False,
    )


def _write_cells(figure: go.Figure, counts: np.ndarray, share: np.ndarray) -> None:
    """Write count and share into each cell that holds rows, black on the light and white on the dark half."""
    # plotly's own choice is a grey that can hardly be read in the middle of the scale.
    for row, column in zip(*np.nonzero(counts), strict=True):
        figure.add_annotation(
            x=int(column),
            y=int(row),
            text=f"{int(counts[row, column]):,}<br>{100 * share[row, column]:.0f} %",
            showarrow=False,
            font={"color": "#000000" if share[row, column] > MID_CIVIDIS else "#FFFFFF"},
        )


def curve_figure(
    curve: Curve, *, colour: str, x: str, y: str, chance: tuple[tuple[float, float], tuple[float, float]]
) -> go.Figure:
    """Draw a curve in the unit square with the line that chance would give."""
    figure = go.Figure()
    (x0, y0), (x1, y1) = chance
    figure.add_trace(
        go.Scatter(
            x=[x0, x1], y=[y0, y1], mode="lines", line={"color": NEUTRAL, "dash": "dot", "width": 1}, hoverinfo="skip"
        )
    )
    figure.add_trace(
        go.Scatter(
            x=curve.x,
            y=curve.y,
            mode="lines",
            line={"color": colour, "width": 2.5},
            customdata=curve.threshold,
            hovertemplate=f"{x}: %{{x:.2f}}<br>{y}: %{{y:.2f}}<br>threshold %{{customdata:.2f}}<extra></extra>",
        )
    )
    figure.add_annotation(
        x=(x0 + x1) / 2,
        y=(y0 + y1) / 2,
        text="chance",
        showarrow=False,
        yshift=10 if y0 + y1 < 0.3 else -10,
        xshift=18,
        font={"color": NEUTRAL, "size": 12},
    )
    figure.update_layout(showlegend=False, height=340, margin={"r": 24})
    figure.update_xaxes(title=x, range=[-0.01, 1.02], tickformat=".0%", dtick=0.25)
    figure.update_yaxes(title=y, range=[-0.01, 1.03], tickformat=".0%", dtick=0.25)
    return figure


def truth_figure(truth: np.ndarray, predicted: np.ndarray, *, target: str, colour: str) -> go.Figure:
    """Draw predicted against true values with the diagonal; many points become bins. Arrays of shape (n_rows,)."""
    figure = go.Figure(_cloud(truth, predicted, colour, "true %{x:,.4g}<br>predicted %{y:,.4g}"))
    low, high = float(min(truth.min(), predicted.min())), float(max(truth.max(), predicted.max()))
    figure.add_trace(
        go.Scatter(
            x=[low, high],
            y=[low, high],
            mode="lines",
            line={"color": NEUTRAL, "dash": "dot", "width": 1},
            hoverinfo="skip",
        )
    )
    figure.update_layout(showlegend=False, height=340)
    figure.update_xaxes(title=f"True {target}")
    figure.update_yaxes(title=f"Predicted {target}")
    return figure


def residual_figure(truth: np.ndarray, predicted: np.ndarray, *, target: str, colour: str) -> go.Figure:
    """Draw true minus predicted against predicted; arrays of shape (n_rows,)."""
    figure = go.Figure(_cloud(predicted, truth - predicted, colour, "predicted %{x:,.4g}<br>off by %{y:,.4g}"))
    figure.add_hline(y=0, line={"color": NEUTRAL, "dash": "dot", "width": 1})
    figure.update_layout(showlegend=False, height=340)
    figure.update_xaxes(title=f"Predicted {target}")
    figure.update_yaxes(title="True minus predicted")
    return figure


def _cloud(x: np.ndarray, y: np.ndarray, colour: str, hover: str) -> go.Scatter | go.Histogram2d:
    if len(x) <= DENSE_POINTS:
        marker = {"color": colour, "size": 5, "opacity": 0.45}
        return go.Scatter(x=x, y=y, mode="markers", marker=marker, hovertemplate=hover + "<extra></extra>")
    counts, x_edges, y_edges = np.histogram2d(x, y, bins=48)
    return go.Heatmap(
        x=(x_edges[:-1] + x_edges[1:]) / 2,
        y=(y_edges[:-1] + y_edges[1:]) / 2,
        z=np.where(counts.T > 0, counts.T, np.nan),
        colorscale="Cividis",
        hovertemplate=hover + "<br>%{z} rows<extra></extra>",
        colorbar={"title": {"text": "Rows"}, "thickness": 10, "outlinewidth": 0},
    )


def fold_figure(score: Score, *, axis: str, colour: str) -> go.Figure:
    """Draw one dot a fold with the mean as a line and the 95 % interval as a band."""
    names = [f"Fold {i}" for i in range(1, len(score.folds) + 1)]
    figure = go.Figure(
        go.Scatter(
            x=score.folds,
            y=names,
            mode="markers",
            marker={"color": colour, "size": 10 if len(names) <= MOST_NAMED_FOLDS else 6},
            hovertemplate="%{y}: %{x:.4g}<extra></extra>",
        )
    )
    figure.add_vrect(x0=score.low, x1=score.high, fillcolor=colour, opacity=0.12, line_width=0)
    figure.add_vline(x=score.value, line={"color": colour, "width": 1.5})
    figure.update_layout(showlegend=False, height=72 + 28 * min(len(names), MOST_NAMED_FOLDS))
    figure.update_xaxes(title=axis)
    figure.update_yaxes(type="category", autorange="reversed", showgrid=False)
    return figure
