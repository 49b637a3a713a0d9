"""Is it worth it: one model, the same folds, with this plan and another, or without a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from components import layout, services, state
from components import navigation as nav
from components.charts import show
from components.draft import Draft
from components.messages import plain, show_error
from components.model_choices import latest_choices
from components.numbers import counted
from components.plan_edit import features, plan_for
from components.run_rows import is_active, panel_rows
from components.theme import palette
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import LatheError
from core.evaluate.metrics import default_metric, get_metric
from core.jobs.training import submit_run
from core.models.registry import get_model, models_for
from core.prepare.plan import PreparePlan
from core.run.plans import Difference, autopsy, differences, is_comparison, plan_comparison, sentence
from core.run.recipe import ModelChoice, Recipe
from core.run.run_list import RunFilter, list_runs
from core.run.runs import Run

EVERY_S = 1
LATEST = 20
PLANS, COLUMNS = "Another plan", "Without a column"
MINE, SUGGESTED = "this plan", "the suggested plan"
MOST_COLUMNS = 5


def compare_section(dataset: Dataset, draft: Draft) -> None:
    """Draw what can be compared, and how the newest comparison of this table came out."""
    task = draft.task
    if task is None:
        return
    layout.section(
        "Is it worth it?",
        "Trains one model on the same folds both ways, and says whether the difference is more than chance.",
        help="Paired comparison: the interval is of the difference on the same rows (paired bootstrap, 95 %).",
    )
    done = comparisons(dataset)
    with st.container(border=True, gap="small", key="compare.form"):
        what = st.segmented_control(
            "Compare this plan with",
            [PLANS, COLUMNS],
            default=next(iter(done), PLANS),
            required=True,
            key="compare.what",
            persist_state="session",
        )
        left, right = st.columns(2, gap="medium")
        with left:
            model = _model(task)
        with right:
            recipe = _plans(dataset, draft, model) if what == PLANS else _columns(dataset, draft, model)
        reason = recipe if isinstance(recipe, str) else ""
        st.button(
            "Compare",
            key="compare.start",
            disabled=bool(reason),
            on_click=_start,
            args=(recipe,),
            icon=":material/balance:",
        )
        if reason:
            st.caption(reason)
        problem = state.recall("compare.problem")
        if problem:
            show_error(LatheError(problem["message"], hint=problem["hint"]))
    run = done.get(str(what))
    if run is not None:
        busy = is_active(run.id)
        st.fragment(_outcome, run_every=EVERY_S if busy else None)(run, busy)


def comparisons(dataset: Dataset) -> dict[str, Run]:
    """Return the newest run of the project that compares plans on this table, and that of columns; newest first.

    Only its latest runs are read: reading every recipe of a long history takes seconds.
    """
    newest: dict[str, Run] = {}
    wanted = RunFilter(dataset_id=dataset.id)
    for summary in list_runs(services.workspace(), state.project_id(), wanted=wanted, limit=LATEST).runs:
        run = services.runs().get(summary.id)
        if is_comparison(run.recipe):
            newest.setdefault(COLUMNS if any(c.without for c in run.recipe.models) else PLANS, run)
    return newest


def _model(task: Task) -> ModelChoice:
    keys = [spec.key for spec in models_for(task.kind) if spec.simplicity > 0]
    key = st.selectbox(
        "Model",
        keys,
        format_func=lambda key: get_model(key).title,
        key=f"compare.model.{task.kind}",
        persist_state="session",
        help="With the settings it has on the Train page.",
    )
    chosen = {choice.key: choice for choice in latest_choices(task.kind, state.draft().models)}
    return chosen.get(str(key), ModelChoice(key=str(key)))


def _plans(dataset: Dataset, draft: Draft, model: ModelChoice) -> Recipe | str:
    """Draw the choice of the other plan; return the recipe, or why there is none."""
    assert draft.task is not None
    others: dict[str, PreparePlan] = {SUGGESTED: plan_for(dataset, draft.task), **_saved(dataset, draft.task)}
    name = str(
        st.selectbox(
            "Other plan",
            list(others),
            format_func=lambda name: f"{name[:1].upper()}{name[1:]}" if name == SUGGESTED else name,
            key=f"compare.plan.{dataset.id}",
        )
    )
    mine = draft.plan or PreparePlan()
    try:
        return plan_comparison(draft.recipe(dataset), model, {name: others[name], MINE: mine})
    except LatheError as error:
        return f"{error.message} {error.hint}"


def _saved(dataset: Dataset, task: Task) -> Mapping[str, PreparePlan]:
    from core.prepare.library import PlanStore

    names = [column.name for column in features(dataset, task)]
    return {saved.name: saved.plan.only(names) for saved in PlanStore(services.workspace()).list(state.project_id())}


def _columns(dataset: Dataset, draft: Draft, model: ModelChoice) -> Recipe | str:
    """Draw the choice of the columns to leave out; return the recipe, or why there is none."""
    assert draft.task is not None
    columns = st.multiselect(
        "Columns to do without, one at a time",
        [column.name for column in features(dataset, draft.task)],
        max_selections=MOST_COLUMNS,
        key=f"compare.columns.{dataset.id}",
        help="Does the score fall far without a column? Then make sure that its value is known when you predict: "
        "it may give the target away (target leakage).",
    )
    try:
        return autopsy(draft.recipe(dataset), model, columns)
    except LatheError as error:
        return f"{error.message} {error.hint}"


def _start(recipe: Recipe) -> None:
    state.remember("compare.problem", None)
    try:
        submit_run(services.workspace(), services.executor(), state.project_id(), recipe)
    except LatheError as error:
        state.remember("compare.problem", {"message": error.message, "hint": error.hint})


def _outcome(run: Run, busy: bool) -> None:
    rows = panel_rows(run.id)
    active = [row for row in rows if row.is_active]
    if busy != bool(active):
        st.rerun()
    results = [row.result for row in rows if row.result is not None and row.is_scored]
    metric = run.recipe.task.metric or default_metric(run.recipe.task.kind).key
    found = differences(run.recipe, results, metric)
    if active:
        done = len(rows) - len(active)
        st.progress(done / len(rows), text=f"{done} of {counted(len(rows), 'model')} trained on the same folds")
    for row in rows:
        if row.error is not None:
            show_error(LatheError(f"{row.title}: {row.error.message}", hint=row.error.hint))
    if found:
        _draw(found, metric, run)


def _draw(found: tuple[Difference, ...], metric: str, run: Run) -> None:
    spec = get_metric(metric)
    for difference in found:
        mark = ":material/balance:" if difference.tied else ":material/trending_up:"
        if not difference.tied and difference.change < 0:
            mark = ":material/trending_down:"
        words = sentence(difference)
        st.markdown(f"{mark} {plain(words[:1].upper() + words[1:])}")
    table = pd.DataFrame(
        {
            "Compared": [d.label for d in found],
            "Score": [d.value for d in found],
            f"Score with {found[0].first_label}": [d.first_value for d in found],
            "Better by": [d.change for d in found],
            "Low": [d.low for d in found],
            "High": [d.high for d in found],
        }
    )
    show(
        _figure(found),
        title=f"{spec.title}: better or worse than with {found[0].first_label}",
        caption="Dot: the difference. Line: its 95 % interval on the same rows. A line across zero is a tie.",
        table=table,
        key="compare.chart",
    )
    layout.link(nav.RESULTS, "All of it on Results", icon=":material/arrow_forward:")


def _figure(found: tuple[Difference, ...]) -> Any:
    import plotly.graph_objects as go

    colors = palette()
    names = [d.label.replace("<", "&lt;") for d in found]
    shades = [colors.muted if d.tied else colors.good if d.change > 0 else colors.bad for d in found]
    fig = go.Figure(
        go.Scatter(
            x=[d.change for d in found],
            y=names,
            mode="markers",
            marker={"color": shades, "size": 10},
            error_x={
                "array": [d.high - d.change for d in found],
                "arrayminus": [d.change - d.low for d in found],
                "color": colors.muted,
                "thickness": 1.5,
            },
            hovertemplate="%{y}: %{x:+.4f}<extra></extra>",
        )
    )
    fig.add_vline(x=0, line={"color": colors.muted, "width": 1, "dash": "dot"})
    fig.update_layout(height=90 + 36 * len(found), showlegend=False)
    fig.update_xaxes(title="Better by (to the right) or worse")
    fig.update_yaxes(autorange="reversed")
    return fig
