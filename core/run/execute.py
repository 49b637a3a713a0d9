"""Carry out a recipe. The screens, the command line and the workers all go through `execute`."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pandas as pd

from core.data.propose import check_task
from core.data.schema import Dataset
from core.data.split import make_split
from core.data.target import has_target, target_values
from core.data.task import Task
from core.errors import ErrorInfo, LatheError, RunCancelled
from core.evaluate.costs import check_costs, cost_matrix, row_weights
from core.evaluate.metrics import ordered_metrics
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.params import validate_params
from core.run.context import RunContext
from core.run.environment import environment
from core.run.members import framework_of
from core.run.preparation import choice_plan, columns_aside, feature_columns, plan_of
from core.run.prepared import FoldCache
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult, RunResult
from core.run.rows import load_rows
from core.run.suitable import refusal_of
from core.run.training import TrainingData, train_model
from core.store.workspace import Workspace
from core.types import ModelStatus


def execute(
    recipe: Recipe,
    context: RunContext,
    *,
    workspace: Workspace,
    dataset: Dataset,
    folder: Path,
    resumable: bool = False,
    label: str = "",
) -> RunResult:
    """Train and score every model of a recipe.

    Parameters
    ----------
    recipe : Recipe
        What to do. Without a plan the default one is used.
    context : RunContext
        Where progress goes and where a Stop comes from.
    workspace : Workspace
        Holds the dataset's cells.
    dataset : Dataset
        The table; its fingerprint must be the recipe's (an empty one in the recipe means any).
    folder : Path
        Each model's artifacts are written to ``folder/<label>/``.
    resumable : bool
        Keep finished folds and the state of networks in ``folder/<label>/progress/`` and go on from what is there;
        whoever stores the result removes them (`core.run.folds.clear_progress`).
    label : str
        Train the model of this name alone; the others are what it may be made of. Empty trains all.

    Returns
    -------
    RunResult
        One row a model. A model that fails is a row with its reason; the others go on.

    Raises
    ------
    LatheError
        Where the recipe cannot be carried out at all.
    RunCancelled
        Where the person pressed Stop.
    """
    if recipe.dataset and recipe.dataset != dataset.fingerprint:
        raise LatheError(
            "The recipe must run on the table it was made for; this table's content differs.",
            hint="Choose the table again, or make a new recipe.",
            field="dataset",
        )
    context.report(0.0, "reading", f"Reading {dataset.rows:,} rows")
    data, warnings = training_data(workspace, dataset, recipe)
    data = data if resumable else replace(data, table="")
    started = time.monotonic()
    results = []
    for choice in (recipe.choice(label),) if label else recipe.models:
        late = recipe.budget.time_limit_s and time.monotonic() - started > recipe.budget.time_limit_s
        results.append(skipped(choice) if late else run_model(choice, recipe, data, context, folder / choice.label))
    return RunResult(
        recipe_fingerprint=recipe.fingerprint(),
        metric=data.metrics[0].key,
        classes=data.classes,
        train_rows=len(data.split.train),
        holdout_rows=len(data.split.holdout),
        models=tuple(results),
        environment=environment(),
        warnings=tuple(warnings),
    )


def training_data(workspace: Workspace, dataset: Dataset, recipe: Recipe) -> tuple[TrainingData, list[str]]:
    """Read the rows of a recipe, those of a second table included, and settle what its models share."""
    rows = load_rows(workspace, dataset, recipe.task)
    data, warnings = prepare_training(rows.frame, dataset, recipe, second_rows=rows.second)
    second = (recipe.task.split.second, recipe.task.split.second_fingerprint)
    cells = f"{dataset.fingerprint} {' '.join(second)}".strip()
    return replace(data, cache=FoldCache.of(workspace, cells), table=cells), [*warnings, *rows.notes]


def prepare_training(
    frame: pd.DataFrame, dataset: Dataset, recipe: Recipe, *, second_rows: int = 0
) -> tuple[TrainingData, list[str]]:
    """Check the task and settle what all models of a run share: rows, folds, columns, plan and metrics.

    ``second_rows`` of the last rows come from a second table and are the hold-out (see `core.run.rows.load_rows`).

    Returns
    -------
    TrainingData, list of str
        The shared data, and warnings in sentences.
    """
    task = recipe.task
    if task.split.second and not second_rows:
        raise LatheError("The split locks away the rows of a second table; they must stand behind the table's own.")
    warnings = check_task(frame.iloc[: len(frame) - second_rows], dataset, task)
    y = target_values(frame[task.target], task.kind)
    columns, aside = feature_columns(dataset, task), columns_aside(dataset, task)
    classes = tuple(sorted(set(y[has_target(y)]))) if task.kind.is_classification else ()
    check_costs(task, classes)
    split = make_split(frame, y, task, second_rows=second_rows)
    data = TrainingData(
        frame=frame[[c.name for c in (*columns, *aside)]],
        y=y,
        split=split,
        columns=columns,
        aside=aside,
        plan=plan_of(recipe, columns, rows=dataset.rows),
        classes=classes,
        metrics=ordered_metrics(task),
        task=task,
        costs=cost_matrix(task, classes),
        weights=row_weights(frame, task),
    )
    return data, [*warnings, *split.notes]


def run_model(
    choice: ModelChoice, recipe: Recipe, data: TrainingData, context: RunContext, folder: Path
) -> ModelResult:
    """Train and score one model; a failure becomes a row with its reason."""
    spec = get_model(choice.key)
    row = ModelResult(
        label=choice.label,
        key=spec.key,
        title=choice.name or spec.title,
        framework=framework_of(choice, recipe),
        status=ModelStatus.FAILED,
    )
    try:
        _require_task(spec, recipe.task)
        params = validate_params(spec.params, choice.params)
        row = row.model_copy(update={"params": params})
        own = _for_choice(choice, data)
        refusal = refusal_of(choice, recipe, own)
        if refusal is not None:
            return row.model_copy(update={"status": ModelStatus.SKIPPED, **refusal.model_dump()})
        return train_model(row, spec, params, recipe, own, context, folder)
    except RunCancelled:
        raise
    except Exception as error:  # noqa: BLE001 -- the border of one model: it must not take the others with it
        return failed(row, error)


def _for_choice(choice: ModelChoice, data: TrainingData) -> TrainingData:
    """Return the run's data as this model sees them: without some features, prepared by a plan of its own."""
    plan, columns = choice_plan(choice, data.plan, data.columns)
    return replace(data, columns=columns, plan=plan)


def _require_task(spec: ModelSpec, task: Task) -> None:
    if task.kind not in spec.tasks:
        raise LatheError(f"{spec.title} cannot do a {task.kind.value} task.", hint="Choose another model.")


def failed(row: ModelResult, error: Exception) -> ModelResult:
    """Return ``row`` as failed for ``error``."""
    info = ErrorInfo.from_exception(error)
    remedy = info.hint or "Other settings may help; the details below say where it failed."
    return row.model_copy(
        update={"status": ModelStatus.FAILED, "reason": info.message, "remedy": remedy, "error": info}
    )


def skipped(choice: ModelChoice) -> ModelResult:
    """Return the row of a model the time limit left no time for."""
    spec = get_model(choice.key)
    return ModelResult(
        label=choice.label,
        key=spec.key,
        title=choice.name or spec.title,
        framework=spec.framework,
        status=ModelStatus.SKIPPED,
        reason="The time limit was reached before its turn.",
        remedy="Allow more time, or choose fewer models.",
    )
