"""How a model has learned: a verdict in words, its scores on rows of both kinds, and the curves behind them."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.charts import show
from components.curve_charts import draw_curve
from components.messages import plain, show_error
from components.model_charts import LossLines, loss_figure
from components.model_choice import Chosen
from components.model_colors import model_color
from components.model_data import learning_finding
from components.model_epochs import epoch_details
from components.numbers import number
from components.single_job import follow, is_running, newest_job, show_ending, submit
from core.errors import LatheError
from core.evaluate.metrics import get_metric
from core.jobs.curve_tasks import learning_path, read_curve, validation_path
from core.models.registry import get_model
from core.params import ParamSpec, ParamValue
from core.run.added import free_label, label_of
from core.run.curve_result import Curve
from core.run.curve_values import curve_params, value_text
from core.run.result import ModelResult
from core.run.verdict import Verdict, verdict

_LOOKS = {
    "overfit": (":orange-badge[:material/trending_up: Learned in part by heart]", "overfitting: high variance"),
    "underfit": (":orange-badge[:material/trending_flat: Learned too little]", "underfitting: high bias"),
    "balanced": (":green-badge[:material/balance: In balance]", "neither over- nor underfitting"),
    "unclear": (":gray-badge[:material/help: Not clear]", "the data do not tell"),
}


def learning(chosen: Chosen) -> None:
    """Draw the verdict first, then what it rests on, then the curves."""
    found = verdict_of(chosen)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _verdict(found)
    with right:
        _scores(chosen, found)
    layout.section("Would more rows help?", "The score by the number of rows learned from (learning curve).")
    _learning_curve(chosen)
    if curve_params(chosen.result.key):
        layout.section("Would another setting help?", "The score by one setting, the others as they are.")
        _validation_curve(chosen)
    if chosen.result.epochs:
        layout.section("While it learned")
        _epochs(chosen.result)


def verdict_of(chosen: Chosen) -> Verdict:
    """Judge how the model has learned, beside the baseline and the best of its run."""
    baseline, best = chosen.board.baseline, chosen.board.best
    return verdict(
        chosen.result,
        baseline.result if baseline else None,
        chosen.board.metric,
        best=best.result if best else None,
    )


def _verdict(found: Verdict) -> None:
    words, term = _LOOKS[found.kind]
    with st.container(border=True, gap="small"):
        st.markdown(words, help=f"The field's term: {term}.")
        st.markdown(plain(found.sentence))
        if found.advice:
            st.markdown("**What to try**")
            st.markdown("\n".join(f"- {plain(advice)}" for advice in found.advice))


def _scores(chosen: Chosen, found: Verdict) -> None:
    """Draw the scores on rows of both kinds, side by side."""
    learned = {score.metric: score for score in chosen.result.learned}
    rows = [
        {
            "Score": get_metric(score.metric).title,
            "Learned from": number(learned[score.metric].value),
            "Not seen": number(score.value),
        }
        for score in chosen.result.scores
        if score.metric in learned
    ]
    if not rows:
        st.caption("Scores on the rows it learned from were not measured when this model was trained.")
        return
    st.markdown("**On the rows it learned from, and on others**")
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height=36 + 35 * min(len(rows), 8),
        key="model.learned",
        column_config={
            "Learned from": st.column_config.Column(width=84),
            "Not seen": st.column_config.Column(width=72),
        },
    )
    if found.gap is not None and found.noise is not None:
        st.caption(f"Gap {number(found.gap)}, noise {number(found.noise)} ({get_metric(rows_metric(chosen)).title}).")


def rows_metric(chosen: Chosen) -> str:
    """Return the metric that the verdict rests on."""
    return chosen.board.metric.key


def _learning_curve(chosen: Chosen) -> None:
    path = learning_path(services.workspace(), chosen.run.id, chosen.result.label)
    curve, job = read_curve(path), newest_job("learning_curve", chosen)
    if job is not None and is_running(job):
        follow(job, waiting="Training on growing parts of the rows")
    elif curve is not None:
        draw_curve(curve, colour=model_color(chosen.result.key), key="model.learning_curve")
    else:
        show_ending(job)
        st.button(
            "Draw the learning curve",
            key="model.learning_curve.start",
            icon=":material/show_chart:",
            on_click=_start,
            args=("learning_curve", chosen, f"Learning curve of {chosen.title}"),
            help="Trains the model on a tenth of the rows, on a fifth and so on up to all, on the folds of the run.",
        )


def _validation_curve(chosen: Chosen) -> None:
    params = {spec.name: spec for spec in curve_params(chosen.result.key) if spec.name in chosen.result.params}
    if not params:
        st.caption("It has no setting whose values can be tried one by one.")
        return
    name = _pick(params)
    path = validation_path(services.workspace(), chosen.run.id, chosen.result.label, name)
    curve, job = read_curve(path), newest_job("validation_curve", chosen, {"param": name})
    if job is not None and is_running(job):
        follow(job, waiting=f"Trying values of {params[name].label}")
        return
    if curve is None:
        show_ending(job)
        st.button(
            f"Try values of “{plain(params[name].label)}”",
            key="model.validation_curve.start",
            icon=":material/tune:",
            on_click=_start,
            args=("validation_curve", chosen, f"Values of {params[name].label}", {"param": name}),
            help="Trains the model with several values on the folds of the run (validation curve).",
        )
        return
    draw_curve(curve, colour=model_color(chosen.result.key), key=f"model.validation_curve.{name}", param=params[name])
    _take_value(chosen, params[name], curve)


def _start(kind: str, chosen: Chosen, title: str, payload: dict[str, str] | None = None) -> None:
    submit(kind, chosen, title, payload)


def _pick(params: dict[str, ParamSpec]) -> str:
    key = "model.validation_curve.param"
    if st.session_state.get(key) not in params:
        st.session_state[key] = next(iter(params))
    return str(
        st.selectbox(
            "Setting",
            list(params),
            format_func=lambda name: params[name].label,
            key=key,
            width=320,
            persist_state="session",
        )
    )


def _take_value(chosen: Chosen, param: ParamSpec, curve: Curve) -> None:
    """Offer to train a variant with a value of the curve; the best one stands first."""
    options = [one.value for one in curve.scored if one.value != curve.current]
    if not options:
        return
    key = f"model.validation_curve.value.{param.name}"
    # No value may be among the values: "no limit" is None.
    if key not in st.session_state or st.session_state[key] not in options:
        st.session_state[key] = curve.best if curve.best in options else options[0]
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            f"{plain(param.label)} of a variant",
            options,
            format_func=lambda value: value_text(param, value) + (" (best)" if value == curve.best else ""),
            key=key,
            width=260,
        )
        asked = st.button(
            "Train with this value",
            key="model.validation_curve.train",
            icon=":material/add:",
            help="Adds a model to this run, on the same folds; the present one stays.",
        )
    if asked:
        _train_variant(chosen, param, st.session_state[key])


def _train_variant(chosen: Chosen, param: ParamSpec, value: ParamValue) -> None:
    """Train the model with another value of one parameter, as one more of the run, and go where it will stand."""
    from core.jobs.training import add_model

    choice = chosen.run.recipe.choice(chosen.result.label)
    wanted = f"{get_model(choice.key).title} {param.label} {value_text(param, value)}"
    label = free_label(chosen.run.recipe, label_of(wanted))
    variant = choice.model_copy(update={"name": label, "params": {**choice.params, param.name: value}})
    try:
        add_model(services.workspace(), services.executor(), chosen.run.id, variant)
    except LatheError as error:
        show_error(error)
        return
    state.go(nav.RESULTS)


def _epochs(result: ModelResult) -> None:
    """Draw the loss by epoch of a network, or by iteration of boosting."""
    is_boosting = get_model(result.key).capabilities.progress == "iteration"
    figure = loss_figure([LossLines("", model_color(result.key), result.epochs)])
    if is_boosting:
        figure.update_xaxes(title="Iteration (trees so far)")
    finding = learning_finding(result.epochs)
    show(
        figure,
        title=finding.replace("epoch", "iteration") if is_boosting else finding,
        caption="Validation solid, training dotted; the final fit strong, the folds faint.",
        table=pd.DataFrame([e.model_dump() for e in result.epochs]),
        key="model.learning",
    )
    epoch_details(result.epochs, colour=model_color(result.key))
