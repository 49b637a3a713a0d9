"""Learning curves and validation curves as jobs; each is kept beside its model, or under the table it was tried on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.data.schema import Dataset
from core.errors import LatheError
from core.jobs.trained import table_of_run
from core.run.context import RunContext
from core.run.runs import Run, RunStore
from core.store.artifacts import read_json, write_json
from core.store.workspace import Workspace

LEARNING_FILE = "learning_curve.json"
_FOLDER = "curves"


def learning_curve(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Draw the learning curve of the model ``label`` of the run ``run_id``; it lies beside the model."""
    from core.run import curves
    from core.run.execute import training_data

    run, dataset = _run(workspace, payload)
    label = str(payload["label"])
    context.report(0.0, "reading", f"Reading {dataset.rows:,} rows")
    data, _ = training_data(workspace, dataset, run.recipe)
    curve = curves.learning_curve(run.recipe, label, data, context)
    path = learning_path(workspace, run.id, label)
    write_json(path, curve)
    return {"path": workspace.relative(path), "finding": curve.finding}


def validation_curve(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Draw the validation curve of the parameter ``param``, over ``values`` where they are given."""
    from core.run import curves
    from core.run.execute import training_data

    run, dataset = _run(workspace, payload)
    label, param = str(payload["label"]), str(payload["param"])
    context.report(0.0, "reading", f"Reading {dataset.rows:,} rows")
    data, _ = training_data(workspace, dataset, run.recipe)
    given = tuple(payload.get("values") or ())
    curve = curves.validation_curve(run.recipe, label, data, context, param=param, values=given)
    path = validation_path(workspace, run.id, label, param)
    write_json(path, curve)
    return {"path": workspace.relative(path), "finding": curve.finding}


def show_me(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Try the parameter ``param`` of the model ``label`` of a ``recipe`` on a sample of the recipe's table."""
    from core.data.catalog import DatasetCatalog
    from core.run.execute import training_data
    from core.run.recipe import Recipe
    from core.run.show_me import show_me as try_out

    recipe = Recipe.model_validate(payload["recipe"])
    dataset = DatasetCatalog(workspace).version(recipe.dataset_id, recipe.dataset)
    context.report(0.0, "reading", f"Reading {dataset.rows:,} rows")
    data, _ = training_data(workspace, dataset, recipe)
    curve = try_out(recipe, str(payload["label"]), data, context, param=str(payload["param"]))
    path = show_me_path(workspace, dataset, curve.key)
    write_json(path, curve)
    return {"path": workspace.relative(path), "finding": curve.finding}


def learning_path(workspace: Workspace, run_id: str, label: str) -> Path:
    """Return where a model's learning curve lies."""
    return workspace.path(f"runs/{run_id}/{label}") / _FOLDER / LEARNING_FILE


def validation_path(workspace: Workspace, run_id: str, label: str, param: str) -> Path:
    """Return where a model's validation curve of one parameter lies."""
    return workspace.path(f"runs/{run_id}/{label}") / _FOLDER / f"validation.{param}.json"


def show_me_path(workspace: Workspace, dataset: Dataset, key: str) -> Path:
    """Return where a curve tried on a table lies."""
    return workspace.path(dataset.path).parent / "show-me" / f"{key}.json"


def read_curve(path: Path) -> Any:
    """Return a stored `core.run.curve_result.Curve`; None where there is none that can be read."""
    from core.run.curve_result import Curve

    try:
        return Curve.model_validate(read_json(path))
    except (OSError, ValueError):
        return None


def _run(workspace: Workspace, payload: Mapping[str, Any]) -> tuple[Run, Dataset]:
    run = RunStore(workspace).get(str(payload["run_id"]))
    dataset = table_of_run(workspace, run)
    if run.recipe.dataset != dataset.fingerprint:
        raise LatheError(
            "The run needs the table it was made on. That table has been read or typed anew since.",
            hint="Train again on the table as it is now.",
            field="dataset",
        )
    return run, dataset
