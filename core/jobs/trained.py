"""A trained model as a job's payload names it, with all that belongs to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.data.schema import Dataset
from core.errors import LatheError, NotFound
from core.run.result import ModelResult
from core.run.runs import Run, RunStore
from core.store.workspace import Workspace
from core.types import ModelStatus

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from core.models.fitted import FittedModel
    from core.run.training import TrainingData


@dataclass(frozen=True)
class Trained:
    """A model of a run, loaded. ``folder`` holds its artifacts."""

    run: Run
    dataset: Dataset
    result: ModelResult
    fitted: FittedModel
    folder: Path


def find_trained(workspace: Workspace, payload: Mapping[str, Any]) -> Trained:
    """Load the model ``label`` of the run ``run_id``.

    Raises
    ------
    LatheError
        Where that model was not trained, or failed; `NotFound` where the run or its table is gone.
    """
    from core.models.persistence import load_model

    store = RunStore(workspace)
    run = store.get(str(payload["run_id"]))
    label = str(payload["label"])
    result = next((result for result in store.results(run.id) if result.label == label), None)
    if result is None:
        raise NotFound(f"The run has no trained model {label!r}.", hint="Train it first.", field="label")
    if result.status is not ModelStatus.OK:
        raise LatheError(
            f"The model {label!r} has not been trained: {result.reason}", hint=result.remedy, field="label"
        )
    folder = workspace.path(result.path)
    dataset = table_of_run(workspace, run)
    return Trained(run=run, dataset=dataset, result=result, fitted=load_model(folder), folder=folder)


def table_of_run(workspace: Workspace, run: Run) -> Dataset:
    """Return the table of a run as it was when the run was made.

    Where that version is gone it is the table as it is now, whose columns a model can still be described with;
    `NotFound` where the table itself is gone.
    """
    from core.data.catalog import DatasetCatalog

    catalog = DatasetCatalog(workspace)
    try:
        return catalog.version(run.dataset_id, run.recipe.dataset)
    except NotFound:
        return catalog.get(run.dataset_id)


def training_frame(workspace: Workspace, trained: Trained) -> pd.DataFrame:
    """Return the cells that the run was made on.

    Raises
    ------
    LatheError
        Where the table has changed since and that version of it is gone.
    """
    from core.data.catalog import load_frame

    _refuse_changed(trained)
    return load_frame(workspace, trained.dataset)


def _refuse_changed(trained: Trained) -> None:
    if trained.run.recipe.dataset != trained.dataset.fingerprint:
        raise LatheError(
            "The run needs the table it was made on. That table has been read or typed anew since.",
            hint="Train again on the table as it is now.",
            field="dataset",
        )


def locked_or_all(workspace: Workspace, trained: Trained) -> tuple[TrainingData, np.ndarray]:
    """Return the run's data and the row numbers that the model has not learned from; all where none are locked."""
    from core.run.execute import training_data

    _refuse_changed(trained)
    data, _ = training_data(workspace, trained.dataset, trained.run.recipe)
    return data, data.split.holdout if len(data.split.holdout) else data.split.train
