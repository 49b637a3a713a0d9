"""Several tests at once: the results kept, and one column against all others; their p-values corrected together."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import state
from components import statistics_state as asking
from components.controlled import controlled
from components.layout import section
from components.messages import plain
from components.numbers import counted
from components.words import shortened
from core.data.schema import Dataset
from core.explore.hypothesis.corrections import TITLES, correct
from core.explore.hypothesis.many import Screening
from core.explore.hypothesis.spec import Correction
from core.explore.hypothesis.words import p_text

HELP = (
    "Of many tests some come out by chance alone. Holm and Bonferroni keep the chance of any false finding at 5 %, "
    "Benjamini-Hochberg the share of false ones among the findings."
)


def kept_results(dataset: Dataset) -> None:
    """Draw the results kept for this table."""
    held = asking.asked(dataset)
    section("Kept results", "Their p-values are corrected for how many there are.")
    if not held.kept:
        st.caption("None yet. Keep a result to compare it with others.")
        return
    correction_picker(dataset, held.correction, key="tests.kept.correction")
    raised = correct([one.p for one in held.kept], held.correction)
    for place, (one, p) in enumerate(zip(held.kept, raised, strict=True)):
        with st.container(border=True, gap="xxsmall"):
            mark = ":blue[:material/check:] Beyond chance" if p < 0.05 else ":gray[:material/remove:] Not settled"
            st.markdown(f"{mark} :gray[p {plain(p_text(one.p))}, corrected {plain(p_text(p))}]")
            st.caption(plain(shortened(one.sentence, 160)), help=plain(one.sentence))
            if one.fingerprint != dataset.fingerprint:
                st.caption(":orange[:material/history:] The table has changed since.")
            with st.container(horizontal=True, gap="small"):
                st.button(
                    "Show", key=f"tests.kept.show.{place}", type="tertiary", on_click=_show, args=(dataset, place)
                )
                st.button(
                    "Remove",
                    key=f"tests.kept.drop.{place}",
                    type="tertiary",
                    on_click=asking.forget,
                    args=(dataset, place),
                )


def correction_picker(dataset: Dataset, value: Correction, *, key: str) -> None:
    """Draw how p-values are corrected."""
    controlled(
        st.selectbox,
        "Correction for several tests",
        list(TITLES),
        key=key,
        value=value,
        save=lambda chosen: asking.save(dataset, correction=chosen),
        format_func=TITLES.__getitem__,
        help=HELP,
    )


def against_all(dataset: Dataset) -> None:
    """Draw one column tested against every other."""
    section("One column against all others", "Which columns go with it beyond chance, the strongest first.")
    held = asking.asked(dataset)
    names = list(dataset.column_names)
    wanted = state.recall(f"tests.screen.{dataset.id}", "")
    chosen = state.recall(f"tests.screen.column.{dataset.id}") or held.request.value
    left, right, press = st.columns([5, 5, 4], gap="medium", vertical_alignment="bottom")
    with left:
        column = controlled(
            st.selectbox,
            "Column",
            names,
            key=f"tests.screen.column.{dataset.id}",
            value=chosen if chosen in names else None,
            save=lambda name: state.remember(f"tests.screen.column.{dataset.id}", name),
            placeholder="Choose a column",
        )
    with right:
        correction_picker(dataset, held.correction, key="tests.screen.correction")
    with press:
        st.button(
            f"Test {counted(len(names) - 1, 'column')}",
            key="tests.screen.start",
            width="stretch",
            disabled=column is None,
            on_click=state.remember,
            args=(f"tests.screen.{dataset.id}", column),
        )
    if wanted and wanted == column and wanted in names:
        _screened(asking.screening(dataset, wanted, held.correction))


def _screened(found: Screening) -> None:
    answered = [one for one in found.columns if one.p is not None]
    st.markdown(
        f"**{counted(found.beyond_chance, 'column')} of {len(answered)} "
        f"{'goes' if found.beyond_chance == 1 else 'go'} with {plain(found.column)} beyond chance.**"
    )
    rows = [
        {
            "Column": one.column,
            "Strength": one.strength,
            "Beyond chance": "yes" if (one.p_corrected or 0.0) < 0.05 else "no",
            "p, corrected": p_text(one.p_corrected or 0.0),
            "p": p_text(one.p or 0.0),
            "Test": one.title,
            "Rows": one.rows,
        }
        for one in answered
    ]
    if rows:
        st.dataframe(
            pd.DataFrame(rows),
            hide_index=True,
            key="tests.screen.table",
            column_config={"Strength": st.column_config.ProgressColumn(min_value=0, max_value=1, format="%.2f")},
            alt=f"How strongly each column goes with {found.column}.",
        )
        st.caption(
            "Strength goes from 0 to 1: the rank correlation of numbers, Cramer's V of categories, the root of the "
            "share explained where groups are compared."
        )
    left_out = [one for one in found.columns if one.p is None]
    if left_out:
        with st.expander(f"{counted(len(left_out), 'column')} could not be tested", type="compact"):
            for one in left_out:
                st.caption(f"**{plain(one.column)}** {plain(one.reason)}")


def _show(dataset: Dataset, place: int) -> None:
    asking.save(dataset, request=asking.asked(dataset).kept[place].request)
