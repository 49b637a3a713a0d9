"""Model: one model of a run, its score, its mistakes, how it learned and what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from components import (
    layout,
    model_certainty,
    model_curves,
    model_decide,
    model_inside,
    model_learning,
    model_mistakes,
    model_views,
    model_weak_spots,
)
from components import navigation as nav
from components.layout import Primary
from components.leaderboard import short_title, standing_words
from components.messages import page_guard, plain
from components.model_choice import Chosen, current_model, model_select, need_model
from components.model_preparation import preparation
from components.numbers import bounds, duration, microseconds, number, size
from core.models.registry import get_model
from core.models.spec import ModelSpec


def headline(chosen: Chosen) -> None:
    """Draw the figures that matter, the score first."""
    row, score, result = chosen.standing.row, chosen.standing.score, chosen.result
    baseline = chosen.board.baseline
    quiet: dict[str, Any] = {"delta_color": "off", "delta_arrow": "off"}
    cells = st.columns([1.3, 1.1, 1, 1, 1, 1], gap="medium")
    cells[0].metric(
        short_title(chosen.board.metric),
        number(score.value),
        delta=bounds(score) or None,
        help=f"{chosen.board.metric.title}, on rows the model had not seen, with its 95 % interval. "
        f"{chosen.board.metric.meaning}",
        **quiet,
    )
    standing = "the best" if row.rank == 1 else "tied with the best" if row.tied else standing_words(chosen.standing)
    cells[1].metric("Rank", f"{row.rank} of {len(chosen.board.standings)}", delta=standing, **quiet)
    cells[2].metric("Naive baseline", number(baseline.score.value if baseline else None))
    cells[3].metric("Time to fit", duration(result.fit_s))
    cells[4].metric("Time a row", microseconds(result.predict_us_per_row))
    cells[5].metric("Size", size(result.size_bytes))


def views(chosen: Chosen, spec: ModelSpec) -> None:
    """Draw the views as tabs; only the open one is computed."""
    task, result = chosen.run.recipe.task, chosen.result
    offered: dict[str, Callable[[], None] | None] = {
        "Right and wrong": lambda: model_mistakes.mistakes(chosen),
        "Curves": (lambda: model_curves.curves(chosen)) if task.kind.is_classification else None,
        "Weak spots": lambda: model_weak_spots.weak_spots(chosen),
        "Decide": (lambda: model_decide.decide(chosen)) if task.kind.is_classification else None,
        "Certainty": lambda: model_certainty.certainty(chosen),
        "Learning": lambda: model_learning.learning(chosen),
        "Inside": (lambda: model_inside.inside(chosen)) if model_inside.found_inside(chosen) else None,
        "Scores": lambda: model_views.scores(chosen),
        "Settings": lambda: model_views.settings(result, chosen.run.recipe),
        "Preparation": lambda: preparation(chosen),
        "About": lambda: model_views.about(spec),
    }
    shown = {name: draw for name, draw in offered.items() if draw is not None}
    tabs = st.tabs(list(shown), on_change="rerun", key=f"model.tabs.{'.'.join(shown)}")
    for tab, draw in zip(tabs, shown.values(), strict=True):
        if tab.open:
            with tab, page_guard():
                draw()


chosen = current_model()
spec = get_model(chosen.result.key) if chosen else None
layout.page_header(
    chosen.title if chosen else "Model",
    plain(spec.summary) if spec else "One model: how good, where it is wrong, how it learned.",
    primary=Primary("Explain it", "model.explain", page=nav.EXPLAIN) if chosen else None,
)
chosen = need_model()
model_select(chosen, key="model.pick")
headline(chosen)
views(chosen, get_model(chosen.result.key))
layout.next_step("See why it predicts what it predicts", nav.EXPLAIN)
