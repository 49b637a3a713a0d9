"""Decide: from which probability on a row is called so, and which rows go to a person, with what follows from it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, decide_charts
from components.messages import plain
from components.model_choice import Chosen
from components.model_costs import cost_decision
from components.model_human import human_band
from components.model_judged import (
    Source,
    asked_class,
    current_decision,
    draw_answers,
    given_to,
    judged_rows,
    save_part,
    source_of,
    train_variant,
)
from components.numbers import number
from components.theme import palette
from core.evaluate.thresholds import (
    Goal,
    ThresholdChoice,
    ThresholdCosts,
    ThresholdPoint,
    choose_threshold,
    point_at,
    task_costs,
    threshold_curve,
)
from core.prepare.plan import StepChoice
from core.words import share

GOALS = {
    "cost": "Least cost",
    "f1": "Best F1",
    "recall": "Find a share",
    "precision": "Be right in a share",
    "share": "Call a share of rows",
    "hand": "By hand",
}
_WANTED = {
    "recall": ("Share of the class to find", 90),
    "precision": ("Share of calls to be right", 80),
    "share": ("Share of rows to call", 20),
}


def decide(chosen: Chosen) -> None:
    """Draw the choice of a threshold or of classes by cost, and below it the rows that go to a person."""
    draw_answers()
    source = source_of(chosen)
    judged = judged_rows(source)
    if len(judged.classes) == 2:
        _threshold(chosen, source)
    else:
        cost_decision(chosen, judged)
    st.space("small")
    human_band(chosen, source)


@st.cache_data(max_entries=32, show_spinner="Trying every threshold")
def _chosen(
    source: Source, label: str, costs: ThresholdCosts, goal: Goal, wanted: float | None, seed: int
) -> ThresholdChoice:
    probability, is_class = given_to(judged_rows(source), label)
    return choose_threshold(probability, is_class, costs, goal=goal, wanted=wanted, seed=seed)


@st.cache_data(max_entries=32, show_spinner=False)
def _curve(source: Source, label: str, costs: ThresholdCosts) -> tuple[ThresholdPoint, ...]:
    return threshold_curve(*given_to(judged_rows(source), label), costs)


def _threshold(chosen: Chosen, source: Source) -> None:
    judged = judged_rows(source)
    label = asked_class(chosen, judged)
    st.markdown(f"**When is a row called {plain(label)}?**")
    goal, costs, wanted = _wishes(chosen, label)
    if goal == "hand":
        at = float(st.slider("Called from this probability on", 0.0, 1.0, 0.5, 0.005, key="decide.hand"))
        choice, point = None, point_at(at, *given_to(judged, label), costs)
    else:
        choice = _chosen(source, label, costs, goal, wanted, chosen.run.recipe.seed)
        point = choice.point
    half = point_at(0.5, *given_to(judged, label), costs)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _charts(_curve(source, label, costs), point, choice, label)
    with right, st.container(gap="small"):
        _outcome(point, half, choice, label)
        _take(chosen, label, point, goal, costs, wanted)


def _wishes(chosen: Chosen, label: str) -> tuple[Goal, ThresholdCosts, float | None]:
    """Draw what is wanted; a goal that is none of the engine's is "hand"."""
    named = task_costs(chosen.run.recipe.task, label)
    goal = st.segmented_control(
        "Choose by",
        list(GOALS),
        format_func=lambda key: GOALS[key],
        default="cost",
        key="decide.goal",
        required=True,
        label_visibility="collapsed",
    )
    cells = st.columns(4, gap="medium")
    with cells[0]:
        text = f"What it costs to overlook a row that is {plain(label)}, in any unit."
        miss = st.number_input("A miss costs", 0.0, 1e9, named.miss, key="decide.miss", help=text)
    with cells[1]:
        text = f"What it costs to call a row {plain(label)} that is not."
        alarm = st.number_input("A false alarm costs", 0.0, 1e9, named.alarm, key="decide.alarm", help=text)
    with cells[2]:
        text = "Below 0: what finding one is worth. Above 0: what treating it costs."
        hit = st.number_input("A catch costs", -1e9, 1e9, named.hit, key="decide.hit", help=text)
    wanted = None
    if goal in _WANTED:
        words, default = _WANTED[goal]
        with cells[3]:
            wanted = st.number_input(f"{words}, in %", 1, 100, default, key=f"decide.wanted.{goal}") / 100
    return goal, ThresholdCosts(miss=miss, alarm=alarm, hit=hit, quiet=named.quiet), wanted


def _charts(
    curve: tuple[ThresholdPoint, ...], point: ThresholdPoint, choice: ThresholdChoice | None, label: str
) -> None:
    table = pd.DataFrame(
        {
            "From": [one.threshold for one in curve],
            "Found": [one.recall for one in curve],
            "Right when it says so": [one.precision for one in curve],
            "Rows called": [one.called for one in curve],
            "F1": [one.f1 for one in curve],
            "Cost of 1,000 rows": [one.cost for one in curve],
        }
    ).round(4)
    charts.show(
        decide_charts.rates_figure(curve, point, palette()),
        title=f"From {number(point.threshold)} on, {share(point.recall)} of class {label} is found and "
        f"{share(point.precision)} of calls are right",
        caption="The dotted line is the chosen threshold. Counted on rows the model had not seen.",
        table=table,
        key="decide.rates",
    )
    spread = (choice.low, choice.high) if choice is not None else (0.0, 0.0)
    least = min(curve, key=lambda one: one.cost)
    charts.show(
        decide_charts.cost_figure(curve, point, spread, palette()),
        title=f"Least cost: {number(least.cost)} for 1,000 rows, from about {number(least.threshold)} on",
        caption="The band is where the chosen threshold would lie on other rows like these (95 %)."
        if choice is not None
        else "What 1,000 rows cost at each threshold.",
        table=table[["From", "Cost of 1,000 rows"]],
        key="decide.cost",
    )


def _outcome(point: ThresholdPoint, half: ThresholdPoint, choice: ThresholdChoice | None, label: str) -> None:
    """Draw what becomes of 1,000 rows."""
    st.markdown("**Of 1,000 rows**")
    table = pd.DataFrame(
        {
            "True class": [label, "not " + label],
            f"called {label}": [round(point.hits), round(point.alarms)],
            "left alone": [round(point.misses), round(point.quiet)],
        }
    )
    st.dataframe(table, hide_index=True, key="decide.counts", height="content", alt="Rows per 1,000 by truth and call.")
    cells = st.columns(2, gap="small")
    saved = half.cost - point.cost
    cells[0].metric(
        "Cost",
        number(point.cost),
        delta=f"{number(abs(saved))} {'less' if saved >= 0 else 'more'} than from 0.5 on" if saved else None,
        delta_color="off",
        delta_arrow="off",
    )
    cells[1].metric("Called from", number(point.threshold))
    if choice is not None:
        st.caption(
            f"On other rows like these the best threshold would lie between {number(choice.low)} and "
            f"{number(choice.high)}, and this one would cost {number(choice.cost_low)} to {number(choice.cost_high)}. "
            "It was chosen on the rows it is counted on, so expect a little less."
        )
        if not choice.reached:
            st.warning("No threshold reaches what is wanted; this is the nearest.")


def _take(
    chosen: Chosen, label: str, point: ThresholdPoint, goal: Goal | str, costs: ThresholdCosts, wanted: float | None
) -> None:
    """Draw the buttons: use the threshold now, or train a variant that learns it inside the folds."""
    decision = current_decision(chosen)
    how = GOALS[goal].lower() + (f" of {share(wanted)}" if wanted else "")
    if decision.threshold is not None:
        st.markdown(f":green[:material/check_circle:] In use: from {number(decision.threshold)} on.")
        st.button("Take it back", key="decide.undo", type="tertiary", on_click=save_part,
                  args=(chosen,), kwargs={"threshold": None, "label": "", "chosen_by": ""})  # fmt: skip
    value = min(max(point.threshold, 0.0), 1.0)
    st.button(
        "Use this threshold",
        key="decide.use",
        type="primary",
        disabled=decision.threshold == value,
        on_click=save_part,
        args=(chosen,),
        kwargs={"threshold": value, "label": label, "chosen_by": f"chosen by {how}"},
        help="Predictions and the passport use it from now on. Scores on the board stay those of before.",
    )
    step = StepChoice(step="move_threshold", params=_step_params(goal, point, costs, wanted))
    st.button(
        "Train a variant that learns it",
        key="decide.variant",
        on_click=train_variant,
        args=(chosen, f"{chosen.title} {GOALS[goal].lower()}", step),
        help="The threshold is then learned inside each fold, so that the scores of the variant are honest.",
    )


def _step_params(
    goal: Goal | str, point: ThresholdPoint, costs: ThresholdCosts, wanted: float | None
) -> dict[str, str | float]:
    if goal in ("recall", "precision", "share") and wanted is not None:
        return {"criterion": goal, "wanted": wanted}
    if goal == "f1":
        return {"criterion": "f1"}
    best = costs.best_if_calibrated
    if goal == "cost" and best is not None and 0 < best < 1:
        # The step knows a miss and a false alarm: what counts is how they compare, catches and quiet rows included.
        return {"criterion": "cost", "miss": min(max((1 - best) / best, 0.01), 10_000.0), "alarm": 1.0}
    return {"criterion": "fixed", "value": min(max(point.threshold, 0.0), 1.0)}
