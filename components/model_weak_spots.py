"""The view "Weak spots" of a model: slices where it is worse, the error along one column, the review queue."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from components import layout
from components.charts import show
from components.diagnosis_charts import error_text, intervals_figure, levels_figure
from components.diagnosis_data import Looked, error_of, look_at
from components.messages import plain
from components.model_choice import Chosen
from components.model_colors import model_color
from components.model_review import review
from components.numbers import counted
from components.row_table import rows_table
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.evaluate.slices import ColumnError
from core.evaluate.weak_spots import WeakSpot
from core.run.diagnosis import Diagnosis, read_diagnosis, rows_of_spot
from core.words import share

ALL = "overview"


def weak_spots(chosen: Chosen) -> None:
    """Draw where the model is worse than elsewhere, and what a person should look at."""
    looked = look_at(chosen)
    if looked.dataset is None:
        st.caption("The cells that this run was made on are no longer in the workspace. Train again to look for them.")
        return
    layout.section(
        "Where it is worse than elsewhere",
        "Every slice of one or two columns, held against all other rows.",
        help="Exact tests corrected for how many slices were tried (Benjamini-Hochberg), intervals as wide as choosing "
        "the worst demands.",
    )
    job = newest_job("weak_spots", chosen)
    if is_running(job):
        assert job is not None
        follow(job, waiting="Looking for weak spots")
    else:
        show_ending(job)
        found = read_diagnosis(looked.folder)
        if found is None:
            st.button("Find weak spots", key="spots.find", type="primary", on_click=_find, args=(chosen,))
            st.caption("Takes a few seconds. Nothing is trained.")
        else:
            _spots(looked, found)
    _one_column(looked)
    review(looked)


def _find(chosen: Chosen) -> None:
    """Look for weak spots. Runs as a callback."""
    submit("weak_spots", chosen, f"Weak spots of {chosen.title}")


def _spots(looked: Looked, found: Diagnosis) -> None:
    tried = f"{counted(found.looked_at, 'slice')} of at least {found.fewest_rows} rows were looked at."
    if not found.spots:
        st.markdown("**No slice is worse than chance allows for.**")
        st.caption(f"{tried} That is no proof that there is none: small slices are hard to tell from bad luck.")
        return
    worst = found.spots[0]
    what = "wrong" if found.is_share else "off on average"
    told = [error_text(value, is_share=found.is_share) for value in (worst.error, worst.rest)]
    show(
        intervals_figure(
            [spot.words for spot in found.spots],
            [_bounds(spot) for spot in found.spots],
            line=found.overall,
            axis="Share of rows that are wrong"
            if found.is_share
            else f"Mean error in {looked.chosen.run.recipe.task.target}",
            colour=model_color(looked.chosen.result.key),
            is_share=found.is_share,
            notes=[_hover(spot, is_share=found.is_share) for spot in found.spots],
        ),
        title=f"Where {worst.words}, {told[0]} {'are ' if found.is_share else ''}{what}, elsewhere {told[1]}",
        caption="Dots are the error in a slice, bars its interval; the dotted line is the error of all rows.",
        note=tried,
        table=_table(found),
        key="model.spots",
    )
    key = f"spots.pick.{looked.key}"
    numbers = list(range(len(found.spots)))
    if st.session_state.get(key) not in numbers:
        st.session_state[key] = 0
    number = int(st.selectbox("Rows of", numbers, format_func=lambda n: found.spots[n].words, key=key, width=520) or 0)
    spot = found.spots[number]
    extra = (
        f"{spot.excess:,.0f} more wrong rows than there would be at the error of the others." if found.is_share else ""
    )
    st.caption(plain(f"{counted(spot.rows, 'row')}, {share(spot.share)} of those judged. {extra}".strip()))
    inside = np.flatnonzero(np.isin(looked.judged.rows, rows_of_spot(looked.folder, number)))
    order = inside[np.argsort(-looked.judged.loss[inside], kind="stable")]
    rows_table(looked, order, words=spot.words, key="spots.rows")


def _bounds(spot: WeakSpot) -> tuple[float, float, float]:
    return spot.error, spot.rest + spot.low, spot.rest + spot.high


def _hover(spot: WeakSpot, *, is_share: bool) -> str:
    inside, outside = (error_text(value, is_share=is_share) for value in (spot.error, spot.rest))
    return f"{inside} of {spot.rows:,} rows, elsewhere {outside}"


def _table(found: Diagnosis) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Slice": [spot.words for spot in found.spots],
            "Rows": [spot.rows for spot in found.spots],
            "Error": [spot.error for spot in found.spots],
            "Elsewhere": [spot.rest for spot in found.spots],
            "More by": [spot.difference for spot in found.spots],
            "From": [spot.low for spot in found.spots],
            "To": [spot.high for spot in found.spots],
            "Corrected p": [spot.q_value for spot in found.spots],
        }
    )


def _one_column(looked: Looked) -> None:
    """Draw the error by level of a column of the person's choice."""
    names = [column.name for column in looked.columns]
    layout.section("Along one column", "The error in each of its levels, ranges, months or weekdays.")
    if not names:
        st.caption("No column can be cut into slices.")
        return
    key = f"spots.column.{looked.key}"
    if st.session_state.get(key) not in names:
        st.session_state[key] = names[0]
    name = str(st.selectbox("Column", names, key=key, width=280, label_visibility="collapsed"))
    found = error_of(looked, name)
    if not found:
        st.caption("It has a single level among the rows judged.")
    for one in found:
        _levels(looked, one)


def _levels(looked: Looked, found: ColumnError) -> None:
    is_share = bool(looked.judged.classes)
    overall = float(looked.judged.loss.mean())
    worst = max(found.levels, key=lambda level: level.low if np.isfinite(level.low) else -np.inf)
    clear = worst.low > overall
    title = (
        f"Worst where {found.name} is {worst.label}: {error_text(worst.error, is_share=is_share)}"
        if clear
        else f"No level of {found.name} stands out"
    )
    show(
        levels_figure(
            found.levels,
            line=overall,
            axis="Share of rows that are wrong" if is_share else "Mean error",
            colour=model_color(looked.chosen.result.key),
            is_share=is_share,
        ),
        title=title,
        caption="Bars are 95 % intervals of each level by itself, not corrected for how many there are.",
        table=pd.DataFrame([level.model_dump() for level in found.levels]),
        key=f"model.levels.{found.part}",
    )
