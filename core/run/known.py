"""Members of an ensemble that the run has trained already, where that is provably what training them anew would give.

A member is taken as it is only where it was trained by the same run: the same recipe for this model (its fingerprint
holds table, task, split, plan, parameters and seed), the same versions of everything, trained to its end. What it said
of left-out rows is then what a fit on the same folds would say again, so that a vote's left-out answers are exactly the
weighted mean of the stored ones, and its members need no second fit. Folds that are drawn several times are fitted
anew: of them only one answer a row is stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import ValidationError

from core.errors import LatheError
from core.models.fitted import FittedModel, Predictions
from core.models.persistence import load_model
from core.run.data import TrainingData
from core.run.environment import environment
from core.run.recipe import Recipe
from core.run.result import ModelResult, RunResult
from core.store.artifacts import read_json
from core.types import ModelStatus

RUN_FILE = "run.json"
OOF_FILE = "oof.parquet"


@dataclass(frozen=True)
class KnownMember:
    """A member as the run has stored it.

    Attributes
    ----------
    result : ModelResult
    fitted : FittedModel
        On all training rows.
    table : DataFrame
        What it said of left-out rows, by row number.
    """

    result: ModelResult
    fitted: FittedModel
    table: pd.DataFrame

    def said(self, rows: np.ndarray, classes: tuple[str, ...]) -> Predictions:
        """Return what it said of ``rows`` when they were left out."""
        found = self.table.loc[rows]
        if not classes:
            return Predictions(found["prediction"].to_numpy(np.float64))
        shares = found[[f"probability_{label}" for label in classes]].to_numpy(np.float64)
        return Predictions(found["prediction"].to_numpy(object), shares)


def known_member(folder: Path, label: str, recipe: Recipe, data: TrainingData) -> KnownMember | None:
    """Return the member ``label`` of the run in ``folder``; None where it has to be fitted.

    Parameters
    ----------
    folder : Path
        Of the run.
    label : str
    recipe : Recipe
        Of the run, with the member's choice.
    data : TrainingData
        The run's, with nothing left out.
    """
    result = _result(folder / label, recipe.only(label))
    if result is None:
        return None
    try:
        table = pd.read_parquet(folder / label / OOF_FILE).set_index("row")
        judged = np.concatenate([test for _, test in data.split.folds])
        if len(np.unique(judged)) < len(judged) or not table.index.is_unique or set(table.index) != set(judged):
            return None
        return KnownMember(result, load_model(folder / label), table)
    except (OSError, KeyError, ValueError, LatheError):
        # Gone or damaged meanwhile: it is fitted anew.
        return None


def _result(folder: Path, alone: Recipe) -> ModelResult | None:
    try:
        run = RunResult.model_validate(read_json(folder / RUN_FILE))
    except (OSError, ValueError, ValidationError):
        return None
    result = next((one for one in run.models if one.label == alone.models[-1].label), None)
    is_whole = result is not None and result.status is ModelStatus.OK and not result.ended_early
    same = run.recipe_fingerprint == alone.fingerprint() and run.environment == environment()
    return result if is_whole and same else None
