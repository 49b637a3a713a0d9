"""Several classes called by what mistakes cost instead of by the likeliest class."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from components.messages import plain
from components.model_choice import Chosen
from components.model_judged import current_decision, save_part
from components.numbers import number
from core.evaluate.costs import cost_matrix
from core.evaluate.judged import Judged
from core.models.decision import least_cost_classes
from core.words import share

MOST_CLASSES = 12
"""More classes than this make a table of costs that nobody fills in."""


def cost_decision(chosen: Chosen, judged: Judged) -> None:
    """Draw the costs of each mistake, and what calling by the lowest expected cost changes."""
    st.markdown("**What does each mistake cost?**")
    if len(judged.classes) > MOST_CLASSES:
        st.caption(f"Costs of {len(judged.classes)} classes are named in a recipe file (task.costs).")
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        costs = _edited(chosen, judged)
        st.caption("A row is a true class, a column what it is called. Right answers usually cost 0.")
    with right, st.container(gap="small"):
        _effect(chosen, judged, costs)


def _edited(chosen: Chosen, judged: Judged) -> np.ndarray:
    k = len(judged.classes)
    named = cost_matrix(chosen.run.recipe.task, judged.classes)
    start = 1.0 - np.eye(k) if named is None else named
    columns = [f"called {label}" for label in judged.classes]
    table = pd.DataFrame(start, columns=columns)
    table.insert(0, "True class", list(judged.classes))
    edited = st.data_editor(
        table,
        hide_index=True,
        key=f"decide.costs.{chosen.run.id}",
        disabled=["True class"],
        column_config={name: st.column_config.NumberColumn(required=True, default=0.0) for name in columns},
        height="content",
        alt="Cost of each pair of true and called class.",
    )
    return edited[columns].to_numpy(np.float64)


def _effect(chosen: Chosen, judged: Judged, costs: np.ndarray) -> None:
    place = {label: index for index, label in enumerate(judged.classes)}
    truth, called = (
        np.array([place[str(label)] for label in labels], dtype=np.int64)
        for labels in (judged.truth, judged.prediction)
    )
    cheapest = least_cost_classes(judged.probabilities, costs)
    before, after = (1000 * float(costs[truth, labels].mean()) for labels in (called, cheapest))
    right = [float((labels == truth).mean()) for labels in (called, cheapest)]
    cells = st.columns(2, gap="small")
    quiet = {"delta_color": "off", "delta_arrow": "off"}
    cells[0].metric("Called by likelihood", number(before), f"{share(right[0])} right", **quiet)
    cells[1].metric("Called by cost", number(after), f"{share(right[1])} right", **quiet)
    moved = int((called != cheapest).sum())
    st.caption(
        f"For 1,000 rows. {moved:,} of {len(truth):,} rows are called otherwise."
        + ("" if after <= before else " It costs more: the probabilities are off. Repair them first (Certainty).")
    )
    _moved(judged, called, cheapest)
    if current_decision(chosen).costs:
        st.markdown(":green[:material/check_circle:] In use: rows are called by the lowest expected cost.")
        st.button("Take it back", key="decide.costs.undo", type="tertiary", on_click=save_part,
                  args=(chosen,), kwargs={"costs": ()})  # fmt: skip
    as_stored = tuple(tuple(float(cost) for cost in row) for row in costs)
    st.button(
        "Call rows by lowest cost",
        key="decide.costs.use",
        type="primary",
        disabled=current_decision(chosen).costs == as_stored,
        on_click=save_part,
        args=(chosen,),
        kwargs={"costs": as_stored},
        help="Predictions and the passport do so from now on. Scores on the board stay those of before.",
    )


def _moved(judged: Judged, called: np.ndarray, cheapest: np.ndarray) -> None:
    """Say which change of class is the most frequent."""
    changed = np.flatnonzero(called != cheapest)
    if not len(changed):
        return
    k = len(judged.classes)
    pairs = np.bincount(called[changed] * k + cheapest[changed], minlength=k * k)
    old, new = divmod(int(pairs.argmax()), k)
    st.caption(
        f"Most often {plain(judged.classes[old])} becomes {plain(judged.classes[new])} ({int(pairs.max()):,} rows)."
    )
