"""The board of a run: order, ties, intervals, and those without a score with their reasons."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from components.messages import plain
from components.numbers import duration, interval, microseconds, number, size
from core.evaluate.metrics import MetricSpec, default_metric, get_metric
from core.evaluate.ties import BoardRow, board, finding
from core.models.registry import get_model
from core.run.board import BASELINE, candidates
from core.run.result import ModelResult, Score
from core.run.runs import Run
from core.run.verdict import verdict
from core.types import ModelStatus

DEVICE_WORDS = {"": "CPU", "cpu": "CPU"}
READABLE = {"high": "easy", "medium": "partly", "low": "hard"}
LEARNING = {"overfit": "part by heart", "underfit": "too little", "balanced": "in balance", "unclear": ""}

if TYPE_CHECKING:
    import pandas as pd

OTHER_METRICS = 2
"""Columns of further metrics on the board; a model's own page has them all."""


@dataclass(frozen=True)
class Standing:
    """A scored model with its place on the board."""

    row: BoardRow
    result: ModelResult

    @property
    def score(self) -> Score:
        """The metric that ranks the board."""
        return self.result.scores[0]


@dataclass(frozen=True)
class Board:
    """Everything that a screen says of a run's models."""

    metric: MetricSpec
    standings: tuple[Standing, ...]
    others: tuple[ModelResult, ...]
    finding: str

    @property
    def best(self) -> Standing | None:
        """The first of the board."""
        return self.standings[0] if self.standings else None

    @property
    def recommended(self) -> Standing | None:
        """The simplest of those tied with the best."""
        return next((s for s in self.standings if s.row.recommended), None)

    @property
    def baseline(self) -> Standing | None:
        """The naive model, if it has a score."""
        return next((s for s in self.standings if s.result.key == BASELINE), None)


def make_board(run: Run, results: Sequence[ModelResult]) -> Board:
    """Rank the results of a run."""
    task = run.recipe.task
    metric = get_metric(task.metric) if task.metric else default_metric(task.kind)
    found = candidates(results, metric.key)
    rows = board(found, metric)
    scored = {row.label: next(r for r in results if r.label == row.label) for row in rows}
    return Board(
        metric=metric,
        standings=tuple(Standing(row, scored[row.label]) for row in rows),
        others=tuple(r for r in results if r.label not in scored),
        finding=finding(rows, found),
    )


def title_of(result: ModelResult) -> str:
    """Return the model's name on screens: its own title, with its label where the person gave one."""
    return result.title if result.label in (result.key, result.title) else f"{result.title} ({result.label})"


def short_title(metric: MetricSpec) -> str:
    """Return the short name of a metric: the one in brackets in its title, the abbreviation, else the title."""
    short = {"mae": "MAE", "mape": "MAPE", "balanced_accuracy": "Balanced acc.", "f1": "F1", "f1_macro": "F1 (macro)"}
    return metric.title.partition("(")[2].rstrip(")") or short.get(metric.key, metric.title)


def board_table(found: Board) -> pd.DataFrame:
    """Return the board as a table of what is shown; one row a model, those without a score last."""
    import pandas as pd

    others = [s.metric for s in found.standings[0].result.scores[1 : 1 + OTHER_METRICS]] if found.standings else []
    rows = [_scored_cells(found, standing, others) for standing in found.standings]
    rows += [_unscored_cells(found, result) for result in found.others]
    table = pd.DataFrame(rows)
    # What no model has anything to say in takes no room.
    said = {name: table[name].fillna("").astype(bool).any() for name in ("Learning", "Remark") if name in table}
    return table.drop(columns=[name for name, some in said.items() if not some])


def _scored_cells(found: Board, standing: Standing, others: Sequence[str]) -> dict[str, str]:
    result = standing.result
    return {
        "Rank": str(standing.row.rank),
        "Model": title_of(result),
        short_title(found.metric): interval(standing.score),
        "Standing": standing_words(standing),
        "Learning": learning_words(found, result),
        "To read": READABLE[get_model(result.key).interpretability],
        **{short_title(get_metric(key)): _other(result, key) for key in others},
        "Fit": duration(result.fit_s),
        "Predict a row": microseconds(result.predict_us_per_row),
        "Size": size(result.size_bytes),
        "Device": DEVICE_WORDS.get(result.device, result.device),
        "Remark": result.ended_early or result.device_reason,
    }


def _other(result: ModelResult, key: str) -> str:
    score = result.score(key)
    return number(score.value) if score else number(None)


def standing_words(standing: Standing) -> str:
    """Say how a model stands to the best."""
    simplest = ", simplest" if standing.row.recommended else ""
    if standing.row.rank == 1:
        return "best"
    if math.isnan(standing.row.gap) and not math.isnan(standing.score.value):
        return "fewer folds"
    return f"tied{simplest}" if standing.row.tied else f"{number(standing.row.gap, 2)} behind"


def learning_words(found: Board, result: ModelResult) -> str:
    """Say in two words whether a model has learned by heart, too little or in balance; empty where it is unclear."""
    baseline = found.baseline.result if found.baseline else None
    best = found.best.result if found.best else None
    return LEARNING[verdict(result, baseline, found.metric, best=best).kind]


def _unscored_cells(found: Board, result: ModelResult) -> dict[str, str]:
    return {
        "Rank": "",
        "Model": title_of(result),
        short_title(found.metric): number(None),
        "Standing": result.status.value,
    }


def draw_board_table(found: Board, *, key: str) -> str:
    """Draw the board as a table and return the label of the model that was picked, empty where none was."""
    table = board_table(found)
    order = [*(s.result.label for s in found.standings), *(r.label for r in found.others)]
    words = ("Rank", "Model", "Device", "Standing", "Learning", "To read", "Remark")
    wide = [name for name in table.columns if name not in words]
    config = {name: st.column_config.TextColumn(alignment="right") for name in wide}
    config["Rank"] = st.column_config.TextColumn("#", alignment="right", width=40, pinned=True)
    config["Model"] = st.column_config.TextColumn(pinned=True, width="medium")
    config["Standing"] = st.column_config.TextColumn(width=104)
    config["Learning"] = st.column_config.TextColumn(
        width=104, help="Whether it learned part of its rows by heart (overfitting), too little, or in balance."
    )
    config["To read"] = st.column_config.TextColumn(width=72, help="How easily a person sees why it predicts so.")
    event = st.dataframe(
        table,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        column_config=config,
        height="content",
        placeholder="",
        alt=f"Board of the run: {found.finding}",
    )
    picked = event["selection"]["rows"]
    return order[picked[0]] if picked and picked[0] < len(order) else ""


def draw_unscored(found: Board) -> None:
    """Draw the models without a score, each with its reason and what would help."""
    for result in found.others:
        icon = ":material/error:" if result.status is ModelStatus.FAILED else ":material/skip_next:"
        with st.container(border=True, gap="xsmall"):
            said = f"**{plain(title_of(result))}** {result.status.value}: {plain(result.reason)}"
            st.markdown(f":small[:gray[{icon}] {said} :gray[{plain(result.remedy)}]]")
            if result.error is not None and result.error.traceback:
                with st.expander("Technical details", type="compact"):
                    st.code(result.error.traceback, language=None, wrap_lines=True)
