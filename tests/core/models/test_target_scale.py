"""The unit of the target and the number of threads do not change what is learned."""

import numpy as np
import pytest

from core.models.registry import MODELS, get_model
from core.models.spec import BuildContext, ModelSpec
from core.params import validate_params
from core.types import TaskKind

REGRESSORS = [
    model
    for model in MODELS
    if model.framework.pool == "classic"
    and TaskKind.REGRESSION in model.tasks
    and model.key != "baseline"
    and not model.ensemble
]
CHEAP = {"rounds": 40, "n_estimators": 20}


def table() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(300, 3))
    return X, 2 * X[:, 0] + X[:, 1] + rng.normal(0, 0.1, 300)


def built(model: ModelSpec, task: TaskKind, threads: int = 1):
    given = {name: value for name, value in CHEAP.items() if name in {param.name for param in model.params}}
    return model.build(validate_params(model.params, given), BuildContext(task=task, threads=threads))


@pytest.mark.parametrize("model", REGRESSORS, ids=lambda model: model.key)
@pytest.mark.parametrize(("offset", "scale"), [(0.0, 1e-9), (1e12, 1.0), (1.7e9, 100.0), (0.0, 1e100)])
def test_a_target_in_another_unit_is_learned_as_well(model: ModelSpec, offset: float, scale: float) -> None:
    X, y = table()
    plain = built(model, TaskKind.REGRESSION).fit(X[:200], y[:200]).predict(X[200:])
    other = built(model, TaskKind.REGRESSION).fit(X[:200], offset + scale * y[:200]).predict(X[200:])
    wanted, found = np.std(y[200:] - plain), np.std(y[200:] - (other - offset) / scale)
    assert found == pytest.approx(wanted, rel=0.1)


@pytest.mark.parametrize("task", [TaskKind.BINARY, TaskKind.REGRESSION])
def test_a_forest_on_many_threads_gives_the_same_bits_every_time(task: TaskKind) -> None:
    X, y = table()
    target = np.where(y > 0, "9", "10") if task.is_classification else y
    forest = get_model("forest").build(
        validate_params(get_model("forest").params, {"n_estimators": 200}), BuildContext(task=task, threads=4)
    )
    forest.fit(X, target)
    answer = forest.predict_proba if task.is_classification else forest.predict
    answers = [answer(X).tobytes() for _ in range(6)]
    assert len(set(answers)) == 1
