"""Views of one model's page: how it learned, its scores, its settings, what it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from components.charts import show
from components.facts import Fact, fact_list
from components.kinds import FRAMEWORK_WORDS
from components.messages import plain, show_notes
from components.model_charts import fold_figure
from components.model_choice import Chosen
from components.model_choices import title_of
from components.model_colors import model_color
from components.model_data import folds_finding, training_words
from components.model_scores import all_scores
from components.numbers import duration, number
from components.params_form import choice_label
from core.evaluate.metrics import get_metric
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.params import ParamSpec, ParamValue
from core.run.recipe import Recipe
from core.run.result import ModelResult


def scores(chosen: Chosen) -> None:
    """Draw the score of each fold, and all metrics with their intervals."""
    result = chosen.result
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
        all_scores(chosen)


def settings(result: ModelResult, recipe: Recipe) -> None:
    """Draw the parameters it was trained with, where it trained, and what the libraries warned of."""
    spec = get_model(result.key)
    members = [title_of(recipe.choice(label)) for label in recipe.choice(result.label).members]
    left, right = st.columns(2, gap="large")
    with left, st.container(gap="small"):
        st.markdown("**Parameters**")
        facts = [
            Fact(p.label, value_words(p, result.params[p.name]), p.help) for p in spec.params if p.name in result.params
        ]
        if members:
            facts.insert(0, Fact("Made of", ", ".join(members)))
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
