"""An ensemble of two small models, fitted on a table as a run fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.data.splits.indices import SplitIndices
from core.data.task import Split, Task
from core.device import Resolved
from core.evaluate.metrics import ordered_metrics
from core.models.fitted import FittedModel
from core.models.spec import ModelSpec
from core.params import validate_params
from core.prepare.default import default_plan
from core.run.context import SilentContext
from core.run.data import TrainingData
from core.run.ensembles import EnsembleTrainer
from core.run.recipe import ModelChoice, Recipe
from core.types import SplitKind, TaskKind
from tests.core.prepare.tables import mixed

if TYPE_CHECKING:
    from tests.core.models.contract import Learned

MEMBERS = ("linear", "tree")


def fit_ensemble(spec: ModelSpec, kind: TaskKind, given: dict[str, Any], seed: int, rows: Learned) -> FittedModel:
    """Fit a vote or a stack of `MEMBERS` on all rows."""
    task = Task(kind=kind, target="target", split=Split(kind=SplitKind.RANDOM, folds=2, holdout=0.0))
    choice = ModelChoice(key=spec.key, members=MEMBERS)
    recipe = Recipe(task=task, models=(*(ModelChoice(key=key) for key in MEMBERS), choice), seed=seed)
    columns, every = mixed(len(rows.frame)).columns, np.arange(len(rows.frame))
    data = TrainingData(
        frame=rows.frame,
        y=rows.y,
        split=SplitIndices(every, every[:0], ((every[::2], every[1::2]),), (0,)),
        columns=columns,
        aside=(),
        plan=default_plan(columns),
        classes=rows.classes,
        metrics=ordered_metrics(task),
        task=task,
    )
    trainer = EnsembleTrainer(
        spec,
        validate_params(spec.params, given),
        choice,
        recipe,
        data,
        SilentContext(),
        resolve=lambda *_: Resolved("cpu", ""),
    )
    return trainer.fit(every, every[:0], fold=-1).fitted
