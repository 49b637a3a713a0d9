"""The views of one model's page; each reads what is stored and draws one or two charts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.charts import show
from components.facts import Fact, fact_list
from components.kinds import FRAMEWORK_WORDS
from components.messages import plain, show_notes
from components.model_charts import (
    LossLines,
    confusion_figure,
    curve_figure,
    fold_figure,
    loss_figure,
    residual_figure,
    truth_figure,
)
from components.model_colors import class_color, model_color
from components.model_data import (
    Unseen,
    bias_finding,
    chance_words,
    confusion_finding,
    error_finding,
    folds_finding,
    learning_finding,
    positive_share,
    training_words,
    unseen_predictions,
)
from components.numbers import duration, interval, number
from components.params_form import choice_label
from core.data.task import Task
from core.evaluate.curves import Confusion, confusion, precision_recall_curve, roc_curve
from core.evaluate.metrics import get_metric
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.params import ParamSpec, ParamValue
from core.run.result import ModelResult
from core.words import share


def mistakes(result: ModelResult, task: Task) -> None:
    """Draw where the model is right and where it is wrong, on rows it had not seen."""
    unseen = unseen_predictions(result)
    if task.kind.is_classification:
        table = confusion(unseen.truth, unseen.prediction, unseen.classes)
        left, right = st.columns([3, 2], gap="large")
        with left:
            show(
                confusion_figure(table),
                title=confusion_finding(table),
                caption="Each row is a true class; its cells say what the model took it for.",
                table=_confusion_table(table.classes, table.counts),
                key="model.confusion",
            )
        with right, st.container(gap="small"):
            st.markdown("**Class by class**")
            _by_class(table)
        return
    left, right = st.columns(2, gap="large")
    color = model_color(result.key)
    twin = pd.DataFrame({"True": unseen.truth, "Predicted": unseen.prediction})
    with left:
        show(
            truth_figure(unseen.truth, unseen.prediction, target=task.target, colour=color),
            title=error_finding(unseen.truth, unseen.prediction),
            caption="On the dotted line a prediction is exactly right.",
            table=twin.head(2000),
            key="model.truth",
        )
    with right:
        show(
            residual_figure(unseen.truth, unseen.prediction, target=task.target, colour=color),
            title=bias_finding(unseen.truth, unseen.prediction),
            caption="Above the line the truth is higher than predicted. A pattern here is something left to learn.",
            table=twin.assign(**{"True minus predicted": twin["True"] - twin["Predicted"]}).head(2000),
            key="model.residuals",
        )


def _by_class(table: Confusion) -> None:
    """Draw how many of each class are found (recall), and how often a call is right (precision)."""
    counts = np.asarray(table.counts, dtype=float)
    hits, true, called = np.diag(counts), counts.sum(axis=1), counts.sum(axis=0)
    rows = pd.DataFrame(
        {
            "Class": list(table.classes),
            "Rows": true.astype(int),
            "Found": 100 * hits / np.maximum(true, 1),
            "Right when it says so": 100 * hits / np.maximum(called, 1),
        }
    )
    percent = st.column_config.NumberColumn(format="%.0f %%")
    count = st.column_config.NumberColumn(format="localized")
    st.dataframe(
        rows,
        hide_index=True,
        key="model.classes",
        height="content",
        column_config={"Rows": count, "Found": percent, "Right when it says so": percent},
        alt="Found and right by class.",
    )
    st.caption("Found is recall: the share of the class that is found. Right when it says so is precision.")


def _confusion_table(classes: Sequence[str], counts: Sequence[Sequence[int]]) -> pd.DataFrame:
    table = pd.DataFrame(counts, columns=[f"predicted {c}" for c in classes])
    table.insert(0, "True class", list(classes))
    return table


def curves(result: ModelResult, task: Task) -> None:
    """Draw ROC and precision-recall of one class, with a picker where there are more than two."""
    unseen = unseen_predictions(result)
    label = _class_asked_for(unseen, task)
    score = unseen.probabilities[label].to_numpy()
    is_positive = unseen.truth == label
    color = class_color(label, unseen.classes)
    left, right = st.columns(2, gap="large")
    with left:
        curve = roc_curve(is_positive, score)
        show(
            curve_figure(curve, colour=color, x="False alarms", y="Found", chance=((0, 0), (1, 1))),
            title=f"A row of class {label} outranks another one {share(curve.area)} of the time",
            caption=f"Every threshold trades what is found against false alarms (ROC, area {number(curve.area)}).",
            table=_curve_table(curve.x, curve.y, curve.threshold, "False alarms", "Found"),
            key="model.roc",
        )
    with right:
        curve = precision_recall_curve(is_positive, score)
        portion = positive_share(unseen.truth, label)
        at_half = max((y for x, y in zip(curve.x, curve.y, strict=True) if x >= 0.5), default=0.0)
        show(
            curve_figure(
                curve, colour=color, x="Found", y="Right when it says so", chance=((0, portion), (1, portion))
            ),
            title=f"When half of class {label} is found, {share(at_half)} of the calls are right",
            caption=f"Precision by recall, area {number(curve.area)}. Chance: {chance_words(portion)}.",
            table=_curve_table(curve.x, curve.y, curve.threshold, "Found", "Right when it says so"),
            key="model.pr",
        )


def _class_asked_for(unseen: Unseen, task: Task) -> str:
    classes = unseen.classes
    if len(classes) == 2:
        return task.positive_class if task.positive_class in classes else classes[-1]
    # The most frequent class first: curves of a rare one say little.
    common = max(classes, key=lambda label: positive_share(unseen.truth, label))
    if st.session_state.get("model.class") not in classes:
        st.session_state["model.class"] = common
    return str(st.selectbox("Class", classes, key="model.class", width=280, persist_state="session"))


def _curve_table(x: Sequence[float], y: Sequence[float], at: Sequence[float], x_name: str, y_name: str) -> pd.DataFrame:
    return pd.DataFrame({"Threshold": at, x_name: x, y_name: y}).round(4)


def learning(result: ModelResult) -> None:
    """Draw the loss by epoch of a network."""
    show(
        loss_figure([LossLines("", model_color(result.key), result.epochs)]),
        title=learning_finding(result.epochs),
        caption="Validation solid, training dotted; the final fit strong, the folds faint.",
        table=pd.DataFrame([e.model_dump() for e in result.epochs]),
        key="model.learning",
    )


def scores(result: ModelResult) -> None:
    """Draw the score of each fold, and all metrics with their intervals."""
    first = result.scores[0]
    left, right = st.columns(2, gap="large")
    with left:
        title = get_metric(first.metric).title
        show(
            fold_figure(first, axis=title, colour=model_color(result.key)),
            title=folds_finding(first.folds),
            caption="Each dot is one fold: the score on rows left out while learning. The band is the 95 % interval.",
            table=pd.DataFrame({"Fold": np.arange(1, len(first.folds) + 1), title: first.folds}),
            key="model.folds",
        )
    with right, st.container(gap="small"):
        st.markdown("**All scores**")
        fact_list([Fact(get_metric(s.metric).title, interval(s), get_metric(s.metric).meaning) for s in result.scores])


def settings(result: ModelResult) -> None:
    """Draw the parameters it was trained with, where it trained, and what the libraries warned of."""
    spec = get_model(result.key)
    left, right = st.columns(2, gap="large")
    with left, st.container(gap="small"):
        st.markdown("**Parameters**")
        facts = [
            Fact(p.label, value_words(p, result.params[p.name]), p.help) for p in spec.params if p.name in result.params
        ]
        if facts:
            fact_list(facts)
        else:
            st.caption("It has none.")
    with right, st.container(gap="small"):
        st.markdown("**Training**")
        st.caption(training_words(result))
        fact_list(
            [
                Fact("Columns after preparation", f"{result.features_out:,}"),
                Fact("Preparing its rows", _prepared_words(result), "Not part of the time to fit."),
                Fact("Most memory used", f"{number(result.peak_memory_mb)} MB"),
                Fact("Made with", FRAMEWORK_WORDS[result.framework]),
            ]
        )
        show_notes(result.warnings, title="What the library remarked")


def _prepared_words(result: ModelResult) -> str:
    """Say how long preparing took, and whether another model of the run had done it."""
    return duration(result.prepare_s) + (", done once for several models" if result.prepare_shared else "")


def value_words(spec: ParamSpec, value: ParamValue) -> str:
    """Write a parameter's value in words, with a mark where it is not the default."""
    if value is None:
        text = spec.none_label
    elif isinstance(value, bool):
        text = "on" if value else "off"
    elif isinstance(value, str):
        text = choice_label(spec, value)
    else:
        text = f"{value:g}"
    return text if value == spec.default else f"{text} (changed)"


def about(spec: ModelSpec) -> None:
    """Draw what kind of model it is: how it works, when it helps, its mathematics and its source."""
    left, right = st.columns(2, gap="large")
    with left, st.container(gap="small"):
        st.markdown("**How it works**")
        st.markdown(plain(spec.summary))
    with right, st.container(gap="small"):
        st.markdown("**When to use it**")
        st.markdown(f":gray[Good at] {plain(spec.good_at)}")
        st.markdown(f":gray[Less good at] {plain(spec.bad_at)}")
    if spec.formula:
        with st.container(gap="small"):
            st.markdown("**Its mathematics**")
            st.latex(spec.formula)
            if spec.source:
                st.caption(plain(spec.source))
