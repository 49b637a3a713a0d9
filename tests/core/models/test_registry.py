"""The list of models and what each declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.errors import NotFound
from core.models.registry import MODELS, get_model, models_for
from core.models.spec import ModelSpec
from core.types import ParamLevel, TaskKind

HEAVY = (
    *("sklearn", "scipy", "torch", "tensorflow", "keras", "lightgbm", "xgboost", "catboost", "statsmodels", "skops"),
)
CLASSIC = [model for model in MODELS if model.framework.pool == "classic"]


def test_keys_are_unique_and_found() -> None:
    keys = [model.key for model in MODELS]
    assert len(set(keys)) == len(keys)
    assert keys[:2] == ["baseline", "linear"]
    wanted = "ols lasso elastic_net bayesian_ridge huber quantile logistic sgd polynomial lda qda naive_bayes isotonic"
    known = "knn tree forest hist_boosting lightgbm xgboost catboost ols_stats logit_stats glm voting stacking"
    assert {*wanted.split(), *known.split()} <= set(keys)
    assert get_model("forest").title == "Random forest"
    with pytest.raises(NotFound, match="'oracle'") as caught:
        get_model("oracle")
    assert "hist_boosting" in caught.value.hint


@pytest.mark.parametrize("kind", TaskKind)
def test_every_task_has_its_models_with_the_baseline_simplest(kind: TaskKind) -> None:
    models = models_for(kind)
    assert min(models, key=lambda model: model.simplicity).key == "baseline"
    assert min(models, key=lambda model: model.cost).key == "baseline"
    assert all(kind in model.tasks for model in models)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_every_model_has_a_whole_card(model: ModelSpec) -> None:
    assert all((model.title, model.family, model.summary, model.good_at, model.bad_at, model.formula, model.source))
    names = [param.name for param in model.params]
    assert len(set(names)) == len(names)
    for param in model.params:
        assert all((param.label, param.help, param.why_default)), param.name
        assert param.check(param.default) == param.default
        assert param.kind in ("bool", "choice", "lines") or (param.low is not None and param.high is not None), (
            param.name
        )
        assert not param.log or (param.low or 0) > 0, param.name
        assert not param.choice_labels or len(param.choice_labels) == len(param.choices), param.name
        assert param.active_when is None or param.active_when.param in names, param.name


@pytest.mark.parametrize("model", CLASSIC, ids=lambda model: model.key)
def test_a_classic_model_has_at_most_ten_parameters_and_few_at_first_sight(model: ModelSpec) -> None:
    assert len(model.params) <= 10
    assert sum(param.level is ParamLevel.BASIC for param in model.params) <= 5


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_what_a_model_says_of_itself_is_about_itself(model: ModelSpec) -> None:
    assert not model.key_param or model.key_param in [param.name for param in model.params]
    for limit in model.limits:
        assert all((limit.why, limit.remedy))
        assert limit.most is not None or limit.least is not None


def test_the_registry_imports_no_library_of_models() -> None:
    code = (
        "import sys, core.models.registry, core.models.persistence, core.prepare.default, core.prepare.compiler; "
        f"print(sorted(set({HEAVY}) & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "[]"
