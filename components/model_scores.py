"""All scores of a model: the ones read first, the others, and those that are not defined here, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st

from components import services
from components.facts import Fact, fact_list
from components.model_choice import Chosen
from components.model_judged import Source, judged_rows, source_of
from components.numbers import interval
from core.data.catalog import load_frame
from core.data.task import Task
from core.errors import LatheError
from core.evaluate.costs import cost_matrix, row_weights
from core.evaluate.judged import Judged
from core.evaluate.metrics import get_metric, metrics_for
from core.evaluate.outcome import Outcome, outcome
from core.evaluate.scoring import score_folds
from core.models.fitted import Predictions
from core.run.result import Score


def all_scores(chosen: Chosen) -> None:
    """Draw every score with its meaning, the main ones open and the rest folded."""
    found = chosen.result.scores
    first = [score for score in found if get_metric(score.metric).main or score is found[0]]
    others = [score for score in found if score not in first]
    st.markdown("**All scores**")
    st.caption(
        "With 95 % intervals: where the score would lie for the models of the folds on endless new rows like these."
    )
    fact_list(_facts(first))
    if others:
        with st.expander(f"{len(others)} more", key="model.scores.more", on_change="rerun") as more:
            if more.open:
                fact_list(_facts(_with_intervals(chosen, others)))
                _left_out(chosen, {score.metric for score in found})


def _facts(scores: Sequence[Score]) -> list[Fact]:
    return [Fact(get_metric(s.metric).title, interval(s), get_metric(s.metric).meaning) for s in scores]


def _with_intervals(chosen: Chosen, scores: Sequence[Score]) -> list[Score]:
    """Draw the intervals that a run leaves out because they take long."""
    missing = tuple(s.metric for s in scores if get_metric(s.metric).costly and np.isnan(s.low))
    if not missing:
        return list(scores)
    task, seed = chosen.run.recipe.task, chosen.run.recipe.seed
    try:
        drawn = {s.metric: s for s in _drawn(source_of(chosen), task.model_dump_json(), missing, seed, task, chosen)}
    except LatheError:
        return list(scores)
    return [drawn.get(score.metric, score) for score in scores]


@st.cache_resource(max_entries=16, show_spinner="Drawing intervals")
def _drawn(
    source: Source, task_json: str, metrics: tuple[str, ...], seed: int, _task: Task, _chosen: Chosen
) -> tuple[Score, ...]:
    judged = judged_rows(source)
    weights = _weights(_chosen)
    folds = [_outcome(judged.only(judged.folds == fold), _task, weights) for fold in sorted(set(judged.folds.tolist()))]
    found = score_folds(folds, [get_metric(key) for key in metrics], seed=seed)
    return tuple(Score(metric=s.metric, value=s.value, low=s.low, high=s.high, folds=s.folds) for s in found)


def _weights(chosen: Chosen) -> dict[int, float]:
    task = chosen.run.recipe.task
    if not task.weight:
        return {}
    frame = load_frame(services.workspace(), services.table_of_run(chosen.run), columns=[task.weight])
    found = row_weights(frame, task)
    return {} if found is None else dict(enumerate(found.tolist()))


def _outcome(judged: Judged, task: Task, weights: dict[int, float]) -> Outcome:
    own = np.array([weights[row] for row in judged.rows.tolist()]) if weights else None
    predictions = Predictions(judged.prediction, judged.probabilities if judged.classes else None)
    return outcome(
        judged.truth,
        predictions,
        classes=judged.classes,
        positive=task.positive_class,
        costs=cost_matrix(task, judged.classes),
        own=own,
    )


def _left_out(chosen: Chosen, measured: set[str]) -> None:
    """Say why metrics of this kind of task have no score here."""
    task = chosen.run.recipe.task
    missing = [metric for metric in metrics_for(task.kind) if metric.key not in measured and metric.needs]
    try:
        whole = _outcome(judged_rows(source_of(chosen)), task, {})
    except LatheError:
        return
    told = [(metric, metric.undefined(whole)) for metric in missing]
    for metric, why in told:
        if why:
            st.caption(f"{metric.title} is left out. {why}")
