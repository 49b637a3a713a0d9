"""Inside a model: its weights with their intervals, or the rules of a tree, as they were kept beside it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from components import services
from components.charts import show
from components.inside_charts import tree_figure, weights_figure
from components.messages import plain
from components.model_choice import Chosen
from components.model_colors import model_color
from components.numbers import counted
from components.theme import palette
from core.explain.coefficients import BASE, Coefficient, CoefficientTable
from core.explain.inside import Inside, read_inside
from core.explain.tree_rules import TreeRules
from core.words import share

SHOWN = 20
DRAWN_DEPTH = 3
AXES = {
    "number": "Added to {target} by one step of the column",
    "odds": "Added to the log odds by one step of the column",
    "mean": "Added to the log of the mean by one step of the column",
    "score": "Added to the score by one step of the column",
}
RATIOS = {"odds": "Odds ratio", "mean": "Ratio of means"}


def found_inside(chosen: Chosen) -> Inside | None:
    """Return what can be read of a model; None where there is nothing."""
    return read_inside(services.workspace().path(chosen.result.path)) if chosen.result.path else None


def inside(chosen: Chosen) -> None:
    """Draw what can be read of a model."""
    found = found_inside(chosen)
    if found is None or found.is_empty:
        st.caption("This model is made of too many parts to be read one by one. Explain shows what it looks at.")
        return
    if found.weights is not None:
        # Grey says that a weight may be nothing, so that the colour of a grey model would mislead.
        _weights(found.weights, palette().accent)
    if found.tree is not None:
        _tree(found.tree, model_color(chosen.result.key))


def _weights(table: CoefficientTable, colour: str) -> None:
    label = _class_of(table)
    mine = [row for row in table.rows if row.label == label]
    effects = [row for row in mine if row.feature != BASE and not row.note]
    shown = effects[:SHOWN]
    frame = weights_frame(mine, table)
    if shown:
        whiskers = "Whiskers are 95 % intervals; grey bars may be nothing. " if shown[0].low is not None else ""
        show(
            weights_figure(shown, axis=AXES[table.effect].format(target=table.target), colour=colour),
            title=table.finding,
            caption=f"{whiskers}{table.reading}",
            note=_left_away(table, len(effects) - len(shown)),
            table=frame,
            key="model.weights",
        )
    else:
        st.markdown(f"**{plain(table.finding)}**")
    st.markdown("**All weights**")
    formats: dict[str, Any] = {
        str(name): st.column_config.NumberColumn(format="%.4g") for name in frame.select_dtypes("number")
    }
    st.dataframe(
        frame,
        hide_index=True,
        key="model.weights.all",
        height=min(36 + 35 * len(frame), 420),
        column_config={**formats, "p": st.column_config.NumberColumn(format="%.2g")},
        alt="Every weight with what is known of it.",
    )
    if table.statistic:
        st.caption(
            "A p-value is the chance of a weight at least this far from zero where the column had no effect. It holds "
            "for columns and a model that were chosen before looking at these rows."
        )


def _class_of(table: CoefficientTable) -> str:
    labels = table.labels
    if len(labels) < 2:
        if labels[0]:
            st.caption(
                plain(f"Weights for {table.target} = {labels[0]}, held against {table.reference or 'the rest'}.")
            )
        return labels[0]
    against = f", each held against {table.reference}" if table.reference else ""
    if st.session_state.get("model.weights.class") not in labels:
        st.session_state["model.weights.class"] = labels[0]
    return str(
        st.selectbox(
            "Class",
            labels,
            key="model.weights.class",
            width=280,
            persist_state="session",
            help=f"Every class has weights of its own{against}.",
        )
    )


def _left_away(table: CoefficientTable, unseen: int) -> str:
    parts = []
    if unseen > 0:
        parts.append(f"{counted(unseen, 'smaller weight')} {'is' if unseen == 1 else 'are'} in the table.")
    if table.left_out:
        parts.append(f"{counted(table.left_out, 'column')} {'has' if table.left_out == 1 else 'have'} weight zero.")
    if table.more:
        parts.append(f"{counted(table.more, 'weight')} more are not listed.")
    return " ".join(parts)


def weights_frame(rows: list[Coefficient], table: CoefficientTable) -> pd.DataFrame:
    """Return the table of weights with the columns that this model knows."""
    frame = pd.DataFrame(
        {
            "Column": [row.feature for row in rows],
            "Weight": [row.estimate for row in rows],
            RATIOS.get(table.effect, "Ratio"): [row.ratio for row in rows],
            "Standard error": [row.std_error for row in rows],
            table.statistic or "t": [row.statistic for row in rows],
            "p": [row.p_value for row in rows],
            "95 % from": [row.low for row in rows],
            "to": [row.high for row in rows],
            "One step is": [row.unit for row in rows],
            "Step in its own unit": pd.Series([row.step for row in rows], dtype=float),
            "Note": [row.note for row in rows],
        }
    )
    used = [name for name in frame if frame[name].notna().any() and (frame[name] != "").any()]
    return frame[used]


def _tree(tree: TreeRules, colour: str) -> None:
    deepest = max(node.depth for node in tree.nodes)
    rules = pd.DataFrame(
        [
            {"If": text, f"{tree.target} is": node.answer, "Share": node.value, "Rows learned from": node.rows}
            for text, node in tree.rules()
        ]
    )
    if not tree.classes:
        rules = rules.drop(columns="Share")
    if deepest:
        depth = DRAWN_DEPTH
        if deepest > 2:
            offered = list(range(2, min(deepest, 6) + 1))
            if st.session_state.get("model.tree.depth") not in offered:
                st.session_state["model.tree.depth"] = min(DRAWN_DEPTH, deepest)
            chosen_depth = st.segmented_control("Questions drawn", offered, key="model.tree.depth", required=True)
            depth = chosen_depth or DRAWN_DEPTH
        show(
            tree_figure(tree, depth=depth, colors=palette(), colour=colour),
            title=tree.finding,
            caption="Yes goes up, no goes down. A thicker line carries more of the rows learned from.",
            note="The tree has more questions than are kept here." if tree.cut else "",
            table=rules,
            key="model.tree",
        )
    else:
        st.markdown(f"**{plain(tree.finding)}**")
    st.markdown("**Every rule**")
    shares = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        rules,
        hide_index=True,
        key="model.tree.rules",
        height=min(36 + 35 * len(rules), 420),
        alt="Every rule of the tree.",
        column_config={"Share": shares, "If": st.column_config.TextColumn(width="large")},
    )
    biggest = tree.rules()[0][1]
    st.caption(f"The rule that most rows follow holds for {share(biggest.share)} of those learned from.")
