"""Models that take a matrix without its zeros answer as they do with a full one."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline

from core.explain.importance import permutation_importance
from core.explain.rows import explain_row
from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.models.registry import MODELS
from core.models.spec import BuildContext, ModelSpec
from core.params import validate_params
from core.prepare.compiler import compile_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.types import ColumnKind, TaskKind
from tests.core.prepare.tables import Table, describe

SPARSE = [spec for spec in MODELS if spec.capabilities.sparse]
CLASSES = {TaskKind.BINARY: ("no", "yes"), TaskKind.REGRESSION: ()}
EVERY = [(spec, task) for spec in SPARSE for task in CLASSES if task in spec.tasks]
IDS = [f"{spec.key}-{task.value}" for spec, task in EVERY]
PLAN = PreparePlan(
    steps=(
        StepChoice(step="encode_text", columns=("note",), params={"max_words": 400}),
        StepChoice(step="encode_categories", columns=("town",)),
        StepChoice(step="scale_numbers", columns=("size",)),
    )
)


@cache
def table() -> tuple[Table, np.ndarray]:
    rng = np.random.default_rng(0)
    size = rng.normal(size=500)
    picked = [rng.choice(300, 6, replace=False) for _ in size]
    frame = pd.DataFrame(
        {
            "size": size,
            "town": pd.Series(rng.choice(["red", "green", "blue"], 500), dtype=object),
            "note": pd.Series([" ".join(f"word{w}" for w in words) for words in picked], dtype=object),
        }
    )
    signal = size + 2 * (frame["town"] == "red") + np.array([3.0 * (words < 40).any() for words in picked])
    kinds = {"size": ColumnKind.NUMERIC, "town": ColumnKind.CATEGORICAL, "note": ColumnKind.TEXT}
    return describe(frame, kinds), signal.to_numpy()


@cache
def fitted(key: str, task: TaskKind, *, sparse: bool) -> FittedModel:
    spec = next(one for one in SPARSE if one.key == key)
    given, signal = table()
    y = np.where(signal > np.median(signal), "yes", "no") if task.is_classification else signal
    compiled = compile_plan(PLAN, given.columns, spec.needs.model_copy(update={"sparse": sparse}))
    assert compiled.sparse is sparse
    cheap = {"rounds": 20} if any(param.name == "rounds" for param in spec.params) else {}
    model = spec.build(validate_params(spec.params, cheap), BuildContext(task=task, n_codes=compiled.n_codes))
    pipeline = Pipeline([("prepare", compiled.transformer), ("model", model)]).fit(given.frame[:400], y[:400])
    return FittedModel(pipeline, task, "target", compiled.columns, CLASSES[task], spec.key)


def answer(model: FittedModel) -> np.ndarray:
    predictions = model.predict(table()[0].frame[400:])
    return predictions.values if predictions.probabilities is None else predictions.probabilities


def test_models_of_several_kinds_take_such_a_matrix() -> None:
    assert {"linear", "tree", "lightgbm"} <= {spec.key for spec in SPARSE}


@pytest.mark.parametrize(("spec", "task"), EVERY, ids=IDS)
def test_answers_are_the_same_with_and_without_zeros(spec: ModelSpec, task: TaskKind) -> None:
    without, full = (fitted(spec.key, task, sparse=sparse) for sparse in (True, False))
    assert hasattr(without.pipeline[:-1].transform(table()[0].frame[:5]), "tocsr")
    np.testing.assert_allclose(answer(without), answer(full), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("spec", [one for one in SPARSE if TaskKind.REGRESSION in one.tasks], ids=lambda one: one.key)
def test_explanations_and_stored_models_work_without_zeros(spec: ModelSpec, tmp_path) -> None:
    model, (given, signal) = fitted(spec.key, TaskKind.REGRESSION, sparse=True), table()
    rows = given.frame[400:]
    found = permutation_importance(model, rows, signal[400:], metric="r2", repeats=2)
    assert len(found.columns) == 3
    told = explain_row(model, rows[:20], rows[20:21])
    total = told.base + sum(c.shap for c in told.contributions)
    assert total == pytest.approx(float(model.predict(rows[20:21]).values[0]), abs=1e-6)
    save_model(model, tmp_path / "model")
    np.testing.assert_array_equal(answer(load_model(tmp_path / "model")), answer(model))
