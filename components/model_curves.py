"""The view "Curves" of a classifier: ROC, precision-recall, gain and lift, of one class or of all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st

from components.charts import show
from components.diagnosis_charts import classes_figure, gain_figure, lift_figure
from components.diagnosis_data import look_at
from components.model_charts import curve_figure
from components.model_choice import Chosen
from components.model_colors import class_color
from components.model_data import chance_words, positive_share
from core.evaluate.curves import Curve, precision_recall_curve, roc_curve
from core.evaluate.judged import Judged
from core.evaluate.lift import lift_and_gain
from core.words import number, share

MOST_CLASSES = 8


def curves(chosen: Chosen) -> None:
    """Draw the curves of the class asked for, with a picker where there are more than two classes."""
    judged = look_at(chosen).judged
    label = _class_asked_for(judged, chosen.run.recipe.task.positive_class)
    score, is_positive = judged.given_to(label), judged.truth == label
    if not is_positive.any() or is_positive.all():
        st.caption("These curves need rows of the class and rows of another; there are none of one of them.")
        return
    color = class_color(label, judged.classes)
    left, right = st.columns(2, gap="large")
    with left:
        _roc(roc_curve(is_positive, score), label, color)
    with right:
        _precision(is_positive, score, label, color)
    left, right = st.columns(2, gap="large")
    found = lift_and_gain(is_positive, score)
    twin = pd.DataFrame([decile.model_dump() for decile in found.deciles]).round(4)
    with left:
        first = found.deciles[min(1, len(found.deciles) - 1)]
        show(
            gain_figure(found, colour=color),
            title=f"The likeliest fifth of the rows holds {share(first.found)} of class {label}",
            caption="Working through the rows from the highest probability down (cumulative gain). The faint line is "
            "a perfect order.",
            table=pd.DataFrame({"Share of rows": found.gain.x, "Found": found.gain.y}).round(4),
            key="model.gain",
        )
    with right:
        show(
            lift_figure(found, colour=color),
            title=f"The likeliest tenth has {number(found.deciles[0].lift)} times as many as the average",
            caption="Share of the class in each tenth of the rows against its share in all of them (lift by decile).",
            table=twin,
            key="model.lift",
        )
    if len(judged.classes) > 2:
        _every_class(judged)


def _roc(curve: Curve, label: str, color: str) -> None:
    show(
        curve_figure(curve, colour=color, x="False alarms", y="Found", chance=((0, 0), (1, 1))),
        title=f"A row of class {label} outranks another one {share(curve.area)} of the time",
        caption="Every threshold trades what is found against false alarms "
        f"(ROC, area {number(curve.area)} over all folds together).",
        table=_curve_table(curve.x, curve.y, curve.threshold, "False alarms", "Found"),
        key="model.roc",
    )


def _precision(is_positive: np.ndarray, score: np.ndarray, label: str, color: str) -> None:
    curve = precision_recall_curve(is_positive, score)
    portion = float(is_positive.mean())
    at_half = max((y for x, y in zip(curve.x, curve.y, strict=True) if x >= 0.5), default=0.0)
    show(
        curve_figure(curve, colour=color, x="Found", y="Right when it says so", chance=((0, portion), (1, portion))),
        title=f"When half of class {label} is found, {share(at_half)} of the calls are right",
        caption=f"Precision by recall, area {number(curve.area)} over all folds together. "
        f"Chance: {chance_words(portion)}.",
        table=_curve_table(curve.x, curve.y, curve.threshold, "Found", "Right when it says so"),
        key="model.pr",
    )


def _every_class(judged: Judged) -> None:
    """Draw the ROC curve of each class against all others."""
    common = sorted(judged.classes, key=lambda label: -positive_share(judged.truth, label))[:MOST_CLASSES]
    found = [
        (label, roc_curve(judged.truth == label, judged.given_to(label))) for label in common if _both(judged, label)
    ]
    if not found:
        return
    worst = min(found, key=lambda one: one[1].area)[0]
    left_out = len(judged.classes) - len(found)
    show(
        classes_figure([(n, class_color(n, judged.classes), c) for n, c in found], x="False alarms", y="Found"),
        title=f"Class {worst} is the hardest to tell from the others",
        caption="Each class against the rest (ROC, one versus rest), with its area.",
        note=f"The most frequent classes are drawn; {left_out} are left out." if left_out else "",
        table=pd.DataFrame([{"Class": name, "Area": curve.area} for name, curve in found]),
        key="model.every",
    )


def _both(judged: Judged, label: str) -> bool:
    return 0 < positive_share(judged.truth, label) < 1


def _class_asked_for(judged: Judged, asked: str) -> str:
    classes = judged.classes
    if len(classes) == 2:
        return asked if asked in classes else classes[-1]
    # The most frequent class first: curves of a rare one say little.
    common = max(classes, key=lambda label: positive_share(judged.truth, label))
    if st.session_state.get("model.class") not in classes:
        st.session_state["model.class"] = common
    return str(st.selectbox("Class", classes, key="model.class", width=280, persist_state="session"))


def _curve_table(x: Sequence[float], y: Sequence[float], at: Sequence[float], x_name: str, y_name: str) -> pd.DataFrame:
    return pd.DataFrame({"Threshold": at, x_name: x, y_name: y}).round(4)
