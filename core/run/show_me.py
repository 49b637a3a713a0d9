""" "Show me on my data": one parameter of a model tried on a small sample, before anything is trained."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.data.splits.indices import SplitIndices
from core.run.context import RunContext
from core.run.curve_keys import SAMPLE_FOLDS, SAMPLE_ROWS, show_me_key
from core.run.curve_result import Curve
from core.run.curves import validation_curve
from core.run.data import TrainingData
from core.run.inner_folds import inner_folds
from core.run.recipe import Recipe


def show_me(recipe: Recipe, label: str, data: TrainingData, context: RunContext, *, param: str) -> Curve:
    """Draw a quick validation curve of one parameter on at most `SAMPLE_ROWS` of the rows to learn from.

    The locked rows take no part; groups and times stay apart as in the run.

    Parameters
    ----------
    recipe, label : Recipe, str
        What would be trained, and the model's name.
    data : TrainingData
        As the run would have it.
    param : str
        Name of the parameter.

    Raises
    ------
    LatheError
        As `core.run.curves.validation_curve`.
    """
    rows = data.split.train
    if len(rows) > SAMPLE_ROWS:
        places = np.random.default_rng(recipe.seed).choice(len(rows), SAMPLE_ROWS, replace=False)
        rows = rows[np.sort(places)]
    folds = inner_folds(data, rows, folds=SAMPLE_FOLDS, seed=recipe.seed)
    small = replace(data, split=SplitIndices(rows, rows[:0], folds, (0,) * len(folds)), cache=None)
    curve = validation_curve(recipe, label, small, context, param=param)
    return curve.model_copy(update={"key": show_me_key(recipe, label, param)})
