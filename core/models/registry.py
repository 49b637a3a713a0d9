"""Every model there is, as one explicit list."""

from __future__ import annotations

from core.errors import NotFound
from core.models.baseline import BASELINE
from core.models.boosting import HIST_BOOSTING, LIGHTGBM
from core.models.boosting_classic import ADABOOST, GRADIENT_BOOSTING
from core.models.catboost_trees import CATBOOST
from core.models.ensembles import ENSEMBLES
from core.models.ensembles_of_trees import BAGGING, EXTRA_TREES
from core.models.kernels import GAUSSIAN_PROCESS, LINEAR_SVM, SVM
from core.models.linear import LINEAR
from core.models.linear_family import LINEAR_FAMILY
from core.models.neighbors import KNN
from core.models.networks import NETWORKS
from core.models.perceptron import MLP
from core.models.spec import ModelSpec
from core.models.trees import FOREST, TREE
from core.models.xgboost_trees import XGBOOST
from core.types import TaskKind

MODELS: tuple[ModelSpec, ...] = (
    BASELINE,
    LINEAR,
    *LINEAR_FAMILY,
    KNN,
    TREE,
    FOREST,
    HIST_BOOSTING,
    LIGHTGBM,
    XGBOOST,
    CATBOOST,
    EXTRA_TREES,
    BAGGING,
    ADABOOST,
    GRADIENT_BOOSTING,
    LINEAR_SVM,
    SVM,
    GAUSSIAN_PROCESS,
    MLP,
    *NETWORKS,
    *ENSEMBLES,
)


def get_model(key: str) -> ModelSpec:
    """Return the model called ``key``.

    Raises
    ------
    NotFound
        Naming the known models.
    """
    for model in MODELS:
        if model.key == key:
            return model
    known = ", ".join(model.key for model in MODELS)
    raise NotFound(f"There is no model {key!r}.", hint=f"Known: {known}.", field="models")


def models_for(kind: TaskKind) -> tuple[ModelSpec, ...]:
    """Return the models that can do ``kind`` by themselves, in the order of `MODELS`: all but those made of others."""
    return tuple(model for model in MODELS if kind in model.tasks and not model.ensemble)
