"""The goal: which column is predicted, as what, and how it is judged."""

from __future__ import annotations

import streamlit as st

from components import services, state
from components.controlled import controlled
from components.kinds import KIND_WORDS, TASK_HELP, TASK_WORDS
from components.messages import plain
from components.metric_advice import metric_advice
from components.plan_edit import new_goal, with_kind
from core.data.propose import propose_task
from core.data.schema import Dataset
from core.data.task import Task
from core.evaluate.metrics import default_metric, offered_metrics
from core.types import ColumnKind, TaskKind

_TARGET_KINDS = (ColumnKind.NUMERIC, ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)


TARGET_NAMES = ("target", "label", "class", "y")
"""Whole names that targets often have."""

TARGET_WORDS = (
    *("target", "outcome", "result", "response", "churn", "survived", "default", "fraud", "diagnosis", "species"),
    *("quality", "grade", "price", "income", "deposit", "charges", "rent", "salary", "progression"),
)
"""Words that stand anywhere in the name of a likely target."""


def likely_targets(dataset: Dataset, most: int = 3) -> tuple[str, ...]:
    """Return columns that are often the target: by name, else the last one. Never keys, dates or free text."""
    usable = [c for c in dataset.columns if c.kind in _TARGET_KINDS and c.unique > 1]
    named = [c.name for c in usable if _sounds_like_target(c.name.casefold())]
    return tuple(named or [c.name for c in usable[-1:]])[:most]


def _sounds_like_target(name: str) -> bool:
    return name in TARGET_NAMES or any(word in name for word in TARGET_WORDS)


def likely_buttons(dataset: Dataset) -> None:
    """Offer the likely targets as buttons."""
    names = likely_targets(dataset)
    if not names:
        return
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.caption("Often it is", width="content")
        for name in names:
            st.button(plain(name), key=f"goal.likely.{name}", on_click=choose_target, args=(dataset, name))


def choose_target(dataset: Dataset, name: str) -> None:
    """Take a target, and with it the task and the plan proposed for it."""
    chosen, plan = new_goal(dataset, name)
    state.forget(f"step.{dataset.id}.")
    state.save_draft(task=chosen, plan=plan, done=())


def target_picker(dataset: Dataset, task: Task | None) -> None:
    """Draw the choice of the target; choosing one proposes everything else."""
    words = {c.name: f"{c.name}, {KIND_WORDS[c.kind].lower()}" for c in dataset.columns}

    def save(name: str | None) -> None:
        if name:
            choose_target(dataset, name)

    controlled(
        st.selectbox,
        "What is to be predicted",
        list(words),
        key=f"goal.target.{dataset.id}",
        value=task.target if task else None,
        save=save,
        index=0 if task else None,
        format_func=lambda name: words.get(name, name),
        placeholder="Choose a column",
        help="The target: the column that a model shall fill in for rows where it is not known.",
    )


def kind_picker(dataset: Dataset, task: Task) -> None:
    """Draw the kind of task with the reason for the proposal."""
    proposal = propose_task(dataset.column(task.target))

    def save(kind: TaskKind | None) -> None:
        if kind:
            state.save_draft(task=with_kind(task, TaskKind(kind)))

    with st.container(gap="xsmall"):
        controlled(
            st.segmented_control,
            "It is",
            list(TASK_WORDS),
            key=f"goal.kind.{dataset.id}",
            value=task.kind,
            save=save,
            format_func=lambda kind: TASK_WORDS[kind],
            required=True,
            help=TASK_HELP,
        )
        if task.kind is proposal.kind:
            st.caption(plain(" ".join((proposal.reason, *proposal.warnings))))
        else:
            st.caption(f"Chosen by you. Proposed was: {TASK_WORDS[proposal.kind].lower()}. {plain(proposal.reason)}")


def judging(dataset: Dataset, task: Task) -> None:
    """Draw the metric, and for two classes the one that is looked for."""
    left, right = st.columns(2, gap="medium")
    specs = {m.key: m for m in offered_metrics(task)}
    default = default_metric(task.kind).key

    with left, st.container(gap="xsmall"):
        controlled(
            st.selectbox,
            "Judged by",
            list(specs),
            key=f"goal.metric.{dataset.id}.{task.kind}",
            value=task.metric or default,
            save=lambda key: state.save_draft(task=task.model_copy(update={"metric": key})),
            format_func=lambda key: specs[key].title if key in specs else key,
            help="The metric that ranks the models. The others are measured too.",
        )
        st.caption(specs[task.metric or default].meaning)
        metric_advice(dataset, task, key="goal.metric.use")
    if task.kind is not TaskKind.BINARY:
        return
    labels = services.labels(dataset, task.target)
    if len(labels) != 2:
        return
    with right, st.container(gap="xsmall"):
        controlled(
            st.selectbox,
            "The class to look for",
            list(labels),
            key=f"goal.positive.{dataset.id}.{task.target}",
            value=task.positive_class if task.positive_class in labels else labels[-1],
            save=lambda label: state.save_draft(task=task.model_copy(update={"positive_class": label})),
            help="The positive class: probabilities, precision and recall speak of it.",
        )
        st.caption("Probabilities are given for this class.")
