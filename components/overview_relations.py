"""Relations between columns: the heat map, the strongest pairs, and dropping what repeats."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, overview_data, shape_state, state
from components.controlled import controlled
from components.messages import plain, show_error
from components.numbers import counted
from components.overview_charts import relation_map
from components.spec_chart import spec_chart
from components.words import shortened
from core.data.actions import TableStep
from core.data.schema import Dataset
from core.errors import ErrorInfo
from core.explore.encode import is_related
from core.explore.relations import MOST_COLUMNS, Method, RelationMatrix, redundant

METHOD_WORDS = {
    Method.MIXED: "All columns",
    Method.PEARSON: "Straight lines",
    Method.SPEARMAN: "Order",
    Method.CRAMERS_V: "Words",
    Method.CORRELATION_RATIO: "Words and numbers",
    Method.MUTUAL_INFORMATION: "Shared information",
    Method.COVARIANCE: "Covariance",
}
METHOD_HELP = (
    "All columns: Spearman between numbers, correlation ratio between words and numbers, Cramer's V between words, the "
    "last two corrected for chance. "
    "Straight lines: Pearson's correlation. Order: Spearman's rank correlation. Words: Cramer's V, corrected for bias. "
    "Words and numbers: correlation ratio (eta). Shared information: mutual information, normalised. "
    "Covariance: in the units of both columns."
)
SHOWN_PAIRS = 25


def relations_view(dataset: Dataset, *, target: str) -> None:
    """Draw how the columns of a table go together."""
    method = controlled(
        st.segmented_control,
        "Measure",
        list(Method),
        key="explore.method",
        value=state.recall("explore.method", Method.MIXED),
        save=lambda chosen: state.remember("explore.method", chosen),
        required=True,
        format_func=lambda one: METHOD_WORDS[one],
        help=METHOD_HELP,
    )
    matrix = overview_data.relations(dataset, method, _asked(dataset))
    if len(matrix.columns) < 2:
        charts.words_only(
            title="There are not two columns to relate with this measure",
            caption="Texts, identifiers and columns of one value have no place in it. Choose another measure.",
        )
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        charts.show(
            relation_map(matrix),
            title=_title(matrix),
            caption=f"Related columns stand side by side. {matrix.note}".strip(),
            table=_square(matrix),
            key="explore.relations",
        )
    with right:
        _pairs(dataset, matrix)
    if method is not Method.COVARIANCE:
        _drop(dataset, matrix, target)


def _asked(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns to relate, where a table has more than one matrix holds; empty takes the first ones."""
    names = [column.name for column in dataset.columns if is_related(column, dataset.rows)]
    if len(names) <= MOST_COLUMNS:
        return ()
    chosen = st.multiselect(
        "Columns to relate",
        names,
        key=f"explore.related.{dataset.fingerprint[:12]}",
        max_selections=MOST_COLUMNS,
        placeholder=f"The first {MOST_COLUMNS} of {len(names):,}",
        format_func=lambda name: shortened(name, 60),
    )
    return tuple(chosen)


def _title(matrix: RelationMatrix) -> str:
    if not matrix.pairs:
        return "No two columns go together"
    first = matrix.pairs[0]
    return f"{first.sentence.rstrip('.')} ({first.value:.3g}), the strongest relation"


def _square(matrix: RelationMatrix) -> pd.DataFrame:
    names = [shortened(name, 60) for name in matrix.columns]
    body = {f"{place + 1} {name}": row for place, (name, row) in enumerate(zip(names, matrix.values, strict=True))}
    return pd.DataFrame({"Column": names, **body})


def _pairs(dataset: Dataset, matrix: RelationMatrix) -> None:
    pairs = matrix.pairs[:SHOWN_PAIRS]
    if not pairs:
        return
    st.markdown("**Strongest pairs**")
    table = pd.DataFrame(
        {"Strength": [pair.value for pair in pairs], "In words": [pair.sentence.rstrip(".") for pair in pairs]}
    )
    picked = st.dataframe(
        table,
        hide_index=True,
        height=min(35 * len(table) + 38, 318),
        key=f"explore.pairs.{matrix.method}.{dataset.fingerprint[:12]}",
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0], "columns": [], "cells": []}},
        alt="Strongest pairs of columns; choose one to see its chart",
        column_config={"Strength": st.column_config.NumberColumn(format="%.3g", width=80)},
    )
    rows = picked["selection"]["rows"] or [0]
    spec_chart(dataset, pairs[min(rows[0], len(pairs) - 1)].chart, key="explore.pair", height=300)


def _drop(dataset: Dataset, matrix: RelationMatrix, target: str) -> None:
    """Draw what would go where one of each pair above a strength is dropped; the button makes it a step."""
    st.markdown("**Drop one of each pair above**")
    left, right = st.columns([1, 2], gap="large", vertical_alignment="center")
    above = left.slider(
        "Strength", 0.5, 1.0, 0.95, 0.01, key="explore.drop.above", label_visibility="collapsed", format="%.2f"
    )
    found = redundant(matrix, above=above, keep=(target,) if target else ())
    names = [one.drop for one in found]
    with right:
        if not found:
            st.caption("No pair is that strong.")
            return
        said = [f"{shortened(one.drop, 40)} (repeats {shortened(one.keep, 40)}, {one.value:.2f})" for one in found[:8]]
        more = f" and {len(found) - 8:,} more" if len(found) > 8 else ""
        st.caption(plain(f"Would go: {', '.join(said)}{more}."))
    left.button(
        f"Drop {counted(len(names), 'column')}",
        key="explore.drop",
        icon=":material/delete_sweep:",
        on_click=drop_columns,
        args=(dataset, names),
        help="Becomes a step under Clean and shape, where it can be undone.",
    )
    problem = state.recall("shape.problem")
    if problem:
        show_error(ErrorInfo.model_validate(problem))


def drop_columns(dataset: Dataset, names: list[str]) -> None:
    """Leave columns out of the table, as a step. Safe in a callback."""
    step = TableStep(key="drop_columns", params={"columns": names})
    if shape_state.change(dataset, (*dataset.steps, step)):
        state.remember("explore.dropped", len(names))
