"""Which rows go to a person, and how much better the rest is for it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, decide_charts
from components.model_choice import Chosen
from components.model_judged import Source, current_decision, judged_rows, save_part
from components.numbers import number
from components.theme import palette
from core.evaluate.human import HumanPoint, by_capacity, by_error, called_certainty, human_curve, human_point
from core.words import share

_BY = {"error": "Error of the rest", "capacity": "Rows a person can look at", "certainty": "Certainty"}


@st.cache_data(max_entries=8, show_spinner=False)
def _curve(source: Source) -> tuple[HumanPoint, ...]:
    judged = judged_rows(source)
    return human_curve(called_certainty(judged), judged.is_wrong)


def human_band(chosen: Chosen, source: Source) -> None:
    """Draw the error of what the model decides by the share sent, and the choice of a point on it."""
    curve = _curve(source)
    st.markdown("**Send what it is not sure of to a person**")
    left, right = st.columns([3, 2], gap="large")
    with right, st.container(gap="small"):
        point = _picked(curve, source)
        _words(point, curve[0])
        _take(chosen, point)
    with left:
        title = (
            f"With {share(point.sent)} of rows sent to a person, {share(point.error)} of the rest are wrong"
            if point is not None
            else "No certainty keeps the error that low"
        )
        charts.show(
            decide_charts.human_figure(curve, point, palette()),
            title=title,
            caption="Rows go in order of certainty. The band is the 95 % interval of the error.",
            table=pd.DataFrame([one.model_dump() for one in curve]).round(4),
            key="decide.human",
        )


def _picked(curve: tuple[HumanPoint, ...], source: Source) -> HumanPoint | None:
    how = st.segmented_control(
        "Choose by",
        list(_BY),
        format_func=lambda key: _BY[key],
        default="capacity",
        key="decide.human.by",
        required=True,
        label_visibility="collapsed",
    )
    if how == "error":
        now = 100 * curve[0].error
        wanted = st.number_input("Wrong among the rest, at most %", 0.0, 100.0, round(now / 2, 1), key="decide.error")
        return by_error(curve, wanted / 100)
    if how == "capacity":
        most = st.number_input("Rows a person can look at, in %", 0, 100, 20, key="decide.capacity")
        return by_capacity(curve, most / 100)
    certainty = st.slider("Sent when less certain than", 0.0, 1.0, 0.7, 0.01, key="decide.certainty")
    judged = judged_rows(source)
    return human_point(float(certainty), called_certainty(judged), judged.is_wrong)


def _words(point: HumanPoint | None, whole: HumanPoint) -> None:
    if point is None:
        st.caption("Ask for a little more error, or send by capacity.")
        return
    cells = st.columns(2, gap="small")
    cells[0].metric("To a person", share(point.sent))
    cells[1].metric(
        "Wrong among the rest",
        share(point.error),
        delta=f"{share(point.low)} to {share(point.high)}",
        delta_color="off",
        delta_arrow="off",
    )
    st.caption(
        f"Rows whose class is less than {number(point.certainty)} certain are sent. Of those the model would get "
        f"{share(point.error_sent)} wrong; of all rows together {share(whole.error)}."
    )


def _take(chosen: Chosen, point: HumanPoint | None) -> None:
    decided = current_decision(chosen).certainty
    if decided is not None:
        st.markdown(f":green[:material/check_circle:] In use: below {number(decided)} a row is marked for a person.")
        st.button("Take it back", key="decide.human.undo", type="tertiary", on_click=save_part,
                  args=(chosen,), kwargs={"certainty": None})  # fmt: skip
    if point is None:
        return
    value = min(max(point.certainty, 0.0), 1.0)
    st.button(
        "Mark such rows in predictions",
        key="decide.human.use",
        disabled=decided == value,
        on_click=save_part,
        args=(chosen,),
        kwargs={"certainty": value},
        help="Tables of predictions get a column that says which rows are for a person.",
    )
