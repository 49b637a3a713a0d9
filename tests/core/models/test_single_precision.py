"""Models that round to single precision themselves answer the same, bit for bit, when they are given float32."""

from __future__ import annotations

import numpy as np
import pytest

from core.models.registry import MODELS
from core.models.spec import BuildContext, ModelSpec
from core.types import Framework, TaskKind

SINGLE = [spec for spec in MODELS if spec.capabilities.single_precision and spec.framework is Framework.SKLEARN]


@pytest.mark.parametrize("spec", SINGLE, ids=lambda spec: spec.key)
@pytest.mark.parametrize("task", [TaskKind.BINARY, TaskKind.REGRESSION])
def test_float32_changes_no_answer(spec: ModelSpec, task: TaskKind) -> None:
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.integers(-1, 5, 300), rng.normal(size=(300, 4)), rng.lognormal(8, 3, 300)])
    y = X[:, 1] * 3 + rng.normal(size=300)
    target = np.where(y > 0, "yes", "no") if task.is_classification else y
    answers = []
    for matrix in (X, X.astype(np.float32)):
        model = spec.build({p.name: p.default for p in spec.params}, BuildContext(task=task, n_codes=1))
        model.fit(matrix, target)
        answers.append(model.predict_proba(matrix) if task.is_classification else model.predict(matrix))
    np.testing.assert_array_equal(*answers)


def test_the_models_that_take_single_precision_are_known() -> None:
    assert {spec.key for spec in MODELS if spec.capabilities.single_precision} == {
        "tree",
        "forest",
        "extra_trees",
        "adaboost",
        "gradient_boosting",
        "torch_net",
        "keras_net",
    }
