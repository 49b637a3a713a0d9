"""Certainty: whether probabilities can be taken at their word, their repair, intervals and sets that hold the truth."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from components import charts, decide_charts
from components.facts import Fact, fact_list
from components.messages import plain
from components.model_choice import Chosen
from components.model_colors import class_color
from components.model_conformal import conformal_part
from components.model_judged import (
    Source,
    asked_class,
    draw_answers,
    given_to,
    judged_rows,
    source_of,
    train_variant,
)
from components.numbers import number
from components.theme import palette
from core.evaluate.calibration import Reliability, finding, reliability
from core.prepare.plan import StepChoice
from core.prepare.registry import get_step
from core.run.preparation import choice_plan, feature_columns
from core.types import TaskKind

_ISOTONIC_ROWS = 1000


def certainty(chosen: Chosen) -> None:
    """Draw the reliability of probabilities and their repair, then intervals or sets."""
    draw_answers()
    source = source_of(chosen)
    if chosen.run.recipe.task.kind.is_classification:
        _probabilities(chosen, source)
        st.space("small")
    conformal_part(chosen, source)


@st.cache_data(max_entries=32, show_spinner=False)
def _reliability(source: Source, label: str) -> Reliability:
    return reliability(*given_to(judged_rows(source), label), label=label)


def _probabilities(chosen: Chosen, source: Source) -> None:
    judged = judged_rows(source)
    label = asked_class(chosen, judged)
    if len(judged.classes) > 2:
        # The most frequent class first: of a rare one there is little to see.
        common = max(judged.classes, key=lambda one: int((judged.truth == one).sum()))
        start = judged.classes.index(common)
        label = str(st.selectbox("Class", judged.classes, index=start, key="certainty.class", width=280))
    found = _reliability(source, label)
    left, right = st.columns([3, 2], gap="large")
    with left:
        charts.show(
            decide_charts.reliability_figure(found, class_color(label, judged.classes), palette()),
            title=finding(found),
            caption="On the dotted line a probability is what really happens. Bars are 95 % intervals; a filled dot is "
            "off by more than chance.",
            table=pd.DataFrame([one.model_dump() for one in found.bins]).round(4),
            key="certainty.reliability",
        )
    with right, st.container(gap="small"):
        _facts(found)
        _repair(chosen, found)


def _facts(found: Reliability) -> None:
    lean = "too often" if found.lean > 0 else "too seldom"
    st.markdown(f"**Probabilities of {plain(found.label)}**")
    fact_list(
        [
            Fact(
                "Mean distance from the truth",
                f"{found.ece:.3f}, by chance {found.ece_chance:.3f}",
                "Expected calibration error, over groups of equally many rows.",
            ),
            Fact(
                "Said on average",
                f"{abs(100 * found.lean):.1f} points {lean}",
                "Mean probability minus the share of rows that are of the class.",
            ),
            Fact(
                "Brier score", number(found.brier), "Mean squared error of the probabilities: the sum of what follows."
            ),
            Fact(
                "of it: being off",
                number(found.miscalibration),
                "Reliability term of Murphy (1973); a repair takes it.",
            ),
            Fact("of it: taken off by telling rows apart", number(-found.resolution), "Resolution; a repair keeps it."),
            Fact("of it: chance", number(found.uncertainty), "How uncertain the class is without any column."),
        ]
    )


def _repair(chosen: Chosen, found: Reliability) -> None:
    """Offer a variant of the model with repaired probabilities."""
    spec = get_step("calibrate").params[0]
    if _is_repaired(chosen):
        st.caption("The probabilities of this model are repaired already, inside the folds.")
        return
    labels = dict(zip(spec.choices, spec.choice_labels, strict=True))
    is_binary = chosen.run.recipe.task.kind is TaskKind.BINARY
    best = "isotonic" if is_binary and found.rows >= 5 * _ISOTONIC_ROWS else "sigmoid"
    method = st.selectbox(
        "Repair by",
        list(labels),
        index=list(labels).index(best),
        format_func=lambda key: labels[key],
        key="certainty.method",
        help=spec.help,
    )
    if method == "isotonic" and found.rows < _ISOTONIC_ROWS:
        st.caption(f"Rising steps need about {_ISOTONIC_ROWS:,} rows; there are {found.rows:,}.")
    st.button(
        "Train a repaired variant",
        key="certainty.repair",
        type="primary" if found.is_off else "secondary",
        on_click=train_variant,
        args=(chosen, f"{chosen.title} repaired", StepChoice(step="calibrate", params={"method": method})),
        help="The same model on the same folds, its probabilities bent by a curve learned inside each fold.",
    )
    if not found.is_off:
        st.caption("There is little to repair: what is off may be chance.")


def _is_repaired(chosen: Chosen) -> bool:
    from components import services

    recipe = chosen.run.recipe
    choice = next((one for one in recipe.models if one.label == chosen.result.label), None)
    plan = choice.plan if choice is not None and choice.plan is not None else recipe.plan
    if choice is None or plan is None:
        return False
    columns = feature_columns(services.table_of_run(chosen.run), recipe.task)
    return any(step.step == "calibrate" and step.enabled for step in choice_plan(choice, plan, columns)[0].steps)
