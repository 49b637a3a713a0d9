"""Importance of columns and the contributions to one prediction, drawn."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import services
from components.charts import show
from components.explain_charts import Bar, contribution_figure, importance_figure
from components.messages import plain
from components.model_choice import Chosen
from components.model_colors import model_color
from components.numbers import counted
from components.theme import CATEGORIES
from core.evaluate.metrics import get_metric
from core.explain.importance import Importance
from core.explain.rows import Contribution, RowExplanation
from core.store.artifacts import read_json

SHOWN_COLUMNS = 15
SHOWN_CONTRIBUTIONS = 10
RAISES, LOWERS = CATEGORIES[0], CATEGORIES[1]
IMPORTANCE_FILE = "importance.json"


def stored_importance(chosen: Chosen) -> Importance | None:
    """Return the importance measured for a model, if it was."""
    path = services.workspace().path(chosen.result.path) / IMPORTANCE_FILE
    return Importance.model_validate(read_json(path)) if path.exists() else None


def draw_importance(importance: Importance, chosen: Chosen) -> None:
    """Draw the most useful columns; the finding is the title."""
    metric = get_metric(importance.metric)
    shown = importance.columns[:SHOWN_COLUMNS]
    more = len(importance.columns) - len(shown)
    show(
        importance_figure(
            [Bar(c.column, c.mean, c.low, c.high) for c in shown],
            axis=f"{metric.title}: lost when the column is shuffled",
            colour=model_color(chosen.result.key),
        ),
        title=importance.finding,
        caption=f"Measured on {counted(importance.rows, 'row')} the model had not learned from, "
        f"{counted(importance.repeats, 'shuffle')} a column; whiskers are 95 % intervals, grey bars may be nothing."
        + (f" {counted(more, 'column')} of less use are in the table." if more else ""),
        table=pd.DataFrame(
            [
                {"Column": c.column, "Lost when shuffled": c.mean, "Low": c.low, "High": c.high}
                for c in importance.columns
            ]
        ),
        key="explain.importance",
    )


def shown_contributions(contributions: Sequence[Contribution], limit: int = SHOWN_CONTRIBUTIONS) -> dict[str, float]:
    """Return words for a column and its value to its contribution; all beyond ``limit`` as one sum."""
    head, tail = contributions[:limit], contributions[limit:]
    # What floating point leaves of nothing is nothing.
    least = 1e-9 * max((abs(c.shap) for c in contributions), default=0.0)
    shown = {shortened(f"{c.column} = {c.value or 'missing'}"): c.shap if abs(c.shap) > least else 0.0 for c in head}
    if tail:
        shown[f"{counted(len(tail), 'other column')}"] = sum(c.shap for c in tail)
    return shown


def shortened(text: str, limit: int = 32) -> str:
    """Return ``text`` cut to ``limit`` characters, with an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def check_line(explanation: RowExplanation) -> str:
    """Say that base and contributions add up to the prediction, with the difference."""
    return (
        f"{explanation.base:,.6g} (average row) + contributions = {explanation.prediction:,.6g} (this row), "
        f"difference {abs(explanation.residual):.6f}"
    )


def draw_explanation(explanation: RowExplanation, *, target: str, key: str) -> None:
    """Draw the waterfall from the average row to this one, and the check that it adds up."""
    what = f"Probability of {explanation.target_class}" if explanation.target_class else f"Predicted {target}"
    show(
        contribution_figure(
            explanation.base,
            shown_contributions(explanation.contributions),
            axis=what,
            raises=RAISES,
            lowers=LOWERS,
        ),
        title=explanation.sentence,
        caption="Each bar is what one column adds to, or takes from, the prediction of an average row (SHAP values).",
        table=pd.DataFrame(
            [{"Column": c.column, "Value": c.value, "Contribution": c.shap} for c in explanation.contributions]
        ),
        key=key,
    )
    mark = (
        ":green[:material/check_circle:] The parts add up"
        if explanation.additive
        else ":orange[:material/warning:] The parts do not add up exactly"
    )
    background = counted(explanation.background_rows, "usual row")
    st.caption(f"{mark}: {plain(check_line(explanation))}.  \n{plain(explanation.method)}, against {background}.")
