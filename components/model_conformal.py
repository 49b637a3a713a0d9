"""Intervals around numbers and sets of classes that hold the truth for a chosen share of rows."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, decide_charts
from components.messages import show_error
from components.model_choice import Chosen
from components.model_judged import Source, current_decision, judged_rows, save_part
from components.numbers import number
from components.theme import palette
from core.errors import LatheError
from core.evaluate.conformal import COVERAGES, Conformal, Method, conformal, methods_for
from core.words import share

_METHODS = {
    "plain": "One width for all rows",
    "scaled": "Wider where errors are larger",
    "lac": "Smallest sets",
    "aps": "Sets that follow the difficulty",
}
_HELP = (
    "For numbers: one width, or a width that follows the size of errors at similar predictions. For classes: by the "
    "probability of each class (LAC), or by probabilities summed from the likeliest on (APS), which gives larger sets "
    "that cover hard rows better."
)


@st.cache_data(max_entries=32, show_spinner=False)
def _conformal(source: Source, coverage: float, method: Method) -> Conformal:
    return conformal(judged_rows(source), coverage=coverage, method=method)


def conformal_part(chosen: Chosen, source: Source) -> None:
    """Draw what an interval or a set covers, how large it is, and the choice to put it beside predictions."""
    judged = judged_rows(source)
    is_class = bool(judged.classes)
    st.markdown(f"**{'Sets of classes' if is_class else 'Intervals'} that hold the truth**")
    with st.container(horizontal=True, gap="medium", vertical_alignment="bottom"):
        coverage = st.segmented_control(
            "Truths inside",
            list(COVERAGES),
            default=0.9,
            format_func=share,
            key="certainty.coverage",
            required=True,
            help="Conformal prediction: of so many rows the truth shall lie inside.",
        )
        methods = methods_for(judged.classes)
        method = st.segmented_control(
            "How",
            list(methods),
            default=methods[0],
            format_func=lambda key: _METHODS[key],
            key=f"certainty.how.{is_class}",
            required=True,
            help=_HELP,
        )
    try:
        found = _conformal(source, float(coverage), method)
    except LatheError as error:
        show_error(error)
        return
    left, right = st.columns([3, 2], gap="large")
    with left:
        _chart(found, is_class)
    with right, st.container(gap="small"):
        _figures(found, chosen)
        _take(chosen, found)


def _finding(found: Conformal, is_class: bool) -> str:
    inside = f"{share(found.measured.covered)} of truths lie inside"
    if found.falls_short:
        return f"{inside}, clearly fewer than the {share(found.rule.coverage)} chosen"
    short = [group.name for group in found.groups if group.high < found.rule.coverage]
    if not short:
        return f"{inside}, as chosen in every group"
    first = f"class {short[0]}" if is_class else f"the {short[0].lower()}"
    return f"{inside}, but clearly fewer for {first}" + (f" and {len(short) - 1} more" if len(short) > 1 else "")


def _chart(found: Conformal, is_class: bool) -> None:
    wanted = found.rule.coverage
    size = "Mean classes in a set" if is_class else "Mean width"
    charts.show(
        decide_charts.coverage_figure((found.measured, *found.groups), wanted, palette()),
        title=_finding(found, is_class),
        caption=f"The dotted line is what was chosen. Bars are 95 % intervals; groups are "
        f"{'true classes' if is_class else 'quarters of the predictions'}.",
        table=pd.DataFrame(
            {
                "Group": [g.name for g in (found.measured, *found.groups)],
                "Rows": [g.rows for g in (found.measured, *found.groups)],
                "Truths inside": [g.covered for g in (found.measured, *found.groups)],
                size: [g.size for g in (found.measured, *found.groups)],
            }
        ).round(4),
        key="certainty.coverage.chart",
    )


def _figures(found: Conformal, chosen: Chosen) -> None:
    measured, target = found.measured, chosen.run.recipe.task.target
    cells = st.columns(2, gap="small")
    quiet = {"delta_color": "off", "delta_arrow": "off"}
    cells[0].metric(
        "Truths inside", share(measured.covered), f"{share(measured.low)} to {share(measured.high)}", **quiet
    )
    if found.rule.is_interval:
        cells[1].metric("Mean width", number(measured.size), f"in units of {target}", **quiet)
    else:
        cells[1].metric("Mean classes in a set", number(measured.size), f"{share(found.single)} have one", **quiet)
    st.caption(
        "Measured on each fold with a rule learned from the others. The promise is for rows that come about as these "
        "did, all together; it is not one for every group."
    )


def _take(chosen: Chosen, found: Conformal) -> None:
    decided = current_decision(chosen).conformal
    if decided is not None:
        st.markdown(f":green[:material/check_circle:] In use: {share(decided.coverage)} of truths inside.")
        st.button("Take it back", key="certainty.undo", type="tertiary", on_click=save_part,
                  args=(chosen,), kwargs={"conformal": None})  # fmt: skip
    st.button(
        "Put them beside predictions",
        key="certainty.use",
        disabled=decided == found.rule,
        on_click=save_part,
        args=(chosen,),
        kwargs={"conformal": found.rule},
        help="Tables of predictions get columns for it, and the passport carries the rule.",
    )
