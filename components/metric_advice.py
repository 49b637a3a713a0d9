"""The metric that suits the target, with the reason, and what else decides a score: costs of mistakes, row weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from components import services, state
from components.controlled import controlled
from components.messages import plain
from core.data.catalog import load_frame
from core.data.schema import Dataset
from core.data.target import target_values
from core.data.task import MistakeCost, Task
from core.errors import LatheError
from core.evaluate.costs import cost_matrix, two_costs
from core.evaluate.metrics import default_metric
from core.evaluate.suggest_metric import MetricSuggestion, suggest_metric
from core.types import ColumnKind, TaskKind

MOST_CLASSES = 12
_NONE = "All rows count alike"


def metric_advice(dataset: Dataset, task: Task, *, key: str) -> None:
    """Draw which metric suits the target and why, with a button to take it where another is chosen."""
    found = _suggestion(dataset.view_key, task.model_dump_json(include={"kind", "target", "positive_class", "costs"}),
                        dataset, task)  # fmt: skip
    if found is None:
        return
    chosen = task.metric or default_metric(task.kind).key
    with st.container(gap="xxsmall"):
        if found.key == chosen:
            st.caption(f"It suits this target. {plain(found.reason)}")
            return
        st.caption(f"Suggested: {plain(found.title)}. {plain(found.reason)}")
        st.button("Use it", key=key, type="tertiary", on_click=_take, args=(found.key,))


@st.cache_resource(max_entries=64, show_spinner=False)
def _suggestion(view_key: str, task_json: str, _dataset: Dataset, _task: Task) -> MetricSuggestion | None:
    try:
        frame = load_frame(services.workspace(), _dataset, columns=[_task.target])
        return suggest_metric(_task, target_values(frame[_task.target], _task.kind))
    except LatheError:
        # A target that cannot be read is said where the goal is checked.
        return None


def _take(key: str) -> None:
    _change(metric=key)


def _change(**changes: Any) -> None:
    task = state.draft().task
    if task is None:
        return
    if "costs" in changes and not changes["costs"] and task.metric == "cost":
        changes["metric"] = ""
    state.save_draft(task=task.model_copy(update=changes))


def scoring_details(dataset: Dataset, task: Task) -> None:
    """Draw, folded, what mistakes cost and the column of row weights."""
    with st.expander("Costs of mistakes, and rows that count more", key="goal.scoring"):
        if task.kind.is_classification:
            _costs(dataset, task)
        _weight(dataset, task)


def _costs(dataset: Dataset, task: Task) -> None:
    labels = services.labels(dataset, task.target)
    named = controlled(
        st.toggle,
        "Mistakes have a cost",
        key=f"goal.costs.on.{dataset.id}.{task.target}",
        value=bool(task.costs),
        save=lambda on: _change(costs=_first_costs(task, labels) if on else ()),
        help="Every model then gets its expected cost per 1,000 rows, and the board can be ranked by it.",
    )
    if not named or len(labels) < 2:
        return
    if task.kind is TaskKind.BINARY and len(labels) == 2:
        _two_costs(dataset, task, labels)
    elif len(labels) <= MOST_CLASSES:
        _many_costs(dataset, task, labels)
    else:
        st.caption(f"Costs of {len(labels)} classes are named in a recipe file (task.costs).")


def _first_costs(task: Task, labels: tuple[str, ...]) -> tuple[MistakeCost, ...]:
    """Every mistake costs one to begin with."""
    return tuple(MistakeCost(true=a, called=b, cost=1.0) for a in labels for b in labels if a != b)


def _two_costs(dataset: Dataset, task: Task, labels: tuple[str, ...]) -> None:
    positive = task.positive_class if task.positive_class in labels else labels[-1]
    other = next(label for label in labels if label != positive)
    costs = {(cost.true, cost.called): cost.cost for cost in task.costs}
    miss, alarm = costs.get((positive, other), 0.0), costs.get((other, positive), 0.0)
    rest = tuple(cost for cost in task.costs if cost.true == cost.called)
    left, right = st.columns(2, gap="medium")
    with left:
        controlled(
            st.number_input, f"Overlooking a row that is {plain(positive)}", 0.0, 1e9,
            key=f"goal.costs.miss.{dataset.id}", value=float(miss),
            save=lambda v: _change(costs=(*rest, *two_costs(v, alarm, positive=positive, other=other))),
            help="The cost of a miss, in any unit.",
        )  # fmt: skip
    with right:
        controlled(
            st.number_input, f"Calling a row {plain(positive)} that is not", 0.0, 1e9,
            key=f"goal.costs.alarm.{dataset.id}", value=float(alarm),
            save=lambda v: _change(costs=(*rest, *two_costs(miss, v, positive=positive, other=other))),
            help="The cost of a false alarm, in the same unit.",
        )  # fmt: skip


def _many_costs(dataset: Dataset, task: Task, labels: tuple[str, ...]) -> None:
    found = cost_matrix(task, labels)
    columns = [f"called {label}" for label in labels]
    table = pd.DataFrame(np.zeros((len(labels),) * 2) if found is None else found, columns=columns)
    table.insert(0, "True class", list(labels))
    edited = st.data_editor(
        table, hide_index=True, disabled=["True class"], height="content", key=f"goal.costs.{dataset.id}.{task.target}",
        alt="Cost of each pair of true and called class.",
    )  # fmt: skip
    numbers = edited[columns].fillna(0.0).to_numpy(np.float64)
    st.button("Keep these costs", key="goal.costs.keep", disabled=bool((numbers == table[columns].to_numpy()).all()),
              on_click=lambda: _change(costs=_pairs(labels, numbers)))  # fmt: skip


def _pairs(labels: tuple[str, ...], costs: np.ndarray) -> tuple[MistakeCost, ...]:
    return tuple(
        MistakeCost(true=true, called=called, cost=float(costs[i, j]))
        for i, true in enumerate(labels)
        for j, called in enumerate(labels)
        if costs[i, j]
    )


def _weight(dataset: Dataset, task: Task) -> None:
    usable = [c.name for c in dataset.columns if c.kind is ColumnKind.NUMERIC and c.name != task.target]
    controlled(
        st.selectbox,
        "Rows count by",
        [_NONE, *usable],
        key=f"goal.weight.{dataset.id}",
        value=task.weight or _NONE,
        save=lambda name: _change(weight="" if name == _NONE else name),
        help="A column of numbers from 0 up (a sum of money, a survey weight): every score counts a row by it. The "
        "column is then no feature. Models themselves do not learn by it.",
        width=320,
    )
