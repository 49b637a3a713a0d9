"""Many models side by side, averaged: extra trees, and bags of trees, linear models or neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT, MAX_DEPTH, class_weight, on_unit_scale
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.models.trees import FOREST, MIN_ROWS, columns_looked_at
from core.params import Condition, ParamSpec, ParamValue
from core.types import Encoding, Framework

_FOREST_PARAMS = {param.name: param for param in FOREST.params}

EXTRA_TREES = ModelSpec(
    key="extra_trees",
    title="Extra trees",
    family="Trees",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        _FOREST_PARAMS["n_estimators"].model_copy(
            update={"default": 200, "why_default": "Beyond a few hundred the score hardly moves."}
        ),
        MIN_ROWS.model_copy(update={"default": 2, "why_default": "Averaging many trees lets each one be fine."}),
        _FOREST_PARAMS["max_features"].model_copy(
            update={"why_default": "Square root for classes and a third for numbers, as for a random forest."}
        ),
        MAX_DEPTH.model_copy(update={"why_default": "Averaging keeps deep trees honest."}),
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True, single_precision=True),
    encoding=Encoding.CODES,
    builder="core.models.ensembles_of_trees:build_extra_trees",
    cost=3,
    simplicity=5,
    interpretability="low",
    key_param="min_samples_leaf",
    summary="A forest whose trees ask at limits drawn by chance: faster to grow, and more different from each other.",
    good_at="Noisy numbers, where carefully chosen limits would only follow the noise; many columns.",
    bad_at="Predicting beyond the range of the training rows; large files; tables where few columns matter.",
    formula=r"\hat{f}(x) = \frac{1}{B} \sum_{b=1}^{B} T_b(x), \qquad t_j \sim U\left(\min x_j, \max x_j\right)",
    source="Geurts, Ernst and Wehenkel (2006), Extremely Randomized Trees; scikit-learn",
)

BAGGING = ModelSpec(
    key="bagging",
    title="Bag of models",
    family="Ensembles",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="base",
            kind="choice",
            default="tree",
            choices=("tree", "linear", "knn"),
            choice_labels=("Decision trees", "Linear models", "Nearest neighbours"),
            label="Kind of model in the bag",
            help="The model that is fitted again and again (base estimator). Models that change much with the rows, "
            "such as deep trees, gain most.",
            why_default="Trees gain most from being averaged, which is what Breiman showed.",
        ),
        ParamSpec(
            name="n_estimators",
            kind="int",
            default=30,
            low=5,
            high=500,
            log=True,
            label="Models in the bag",
            help="Each is fitted on rows drawn by chance; their answers are averaged. More are steadier and slower.",
            why_default="Most of the gain is there with thirty.",
        ),
        ParamSpec(
            name="max_samples",
            kind="float",
            default=1.0,
            low=0.1,
            high=1.0,
            step=0.05,
            label="Share of rows each model draws",
            help="Drawn with replacement (bootstrap). Smaller is faster and makes the models differ more.",
            why_default="As many draws as rows, as in the original.",
        ),
        MIN_ROWS.model_copy(
            update={
                "default": 2,
                "why_default": "Averaging lets each tree be fine.",
                "active_when": Condition(param="base", values=("tree",)),
            }
        ),
        ParamSpec(
            name="n_neighbors",
            kind="int",
            default=10,
            low=1,
            high=100,
            log=True,
            label="Neighbours asked",
            help="How many similar rows vote in each model of the bag.",
            why_default="Few, since the bag averages once more.",
            active_when=Condition(param="base", values=("knn",)),
        ),
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.ensembles_of_trees:build_bagging",
    cost=4,
    simplicity=5,
    interpretability="low",
    key_param="n_estimators",
    summary="Fits one kind of model many times on rows drawn by chance, and averages the answers.",
    good_at="Steadying a model that changes much from sample to sample.",
    bad_at="Models that are steady already, such as linear ones: then it only costs time.",
    formula=r"\hat{f}(x) = \frac{1}{B} \sum_{b=1}^{B} f\left(x;\, D^{*}_b\right), \qquad D^{*}_b \sim D",
    source="Breiman (1996), Bagging Predictors; scikit-learn",
)


def build_extra_trees(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return extremely randomised trees for the task."""
    from core.models.adapters.steady_forest import SteadyExtraTreesClassifier, SteadyExtraTreesRegressor

    shared = {
        "n_estimators": params["n_estimators"],
        "min_samples_leaf": params["min_samples_leaf"],
        "max_features": columns_looked_at(params["max_features"], context.task),
        "max_depth": params["max_depth"],
        "n_jobs": context.threads,
        "random_state": context.seed,
    }
    if not context.task.is_classification:
        return on_unit_scale(SteadyExtraTreesRegressor(**shared))
    return SteadyExtraTreesClassifier(class_weight=class_weight(params["class_weight"]), **shared)


def build_bagging(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return a bag of models for the task."""
    from sklearn.ensemble import BaggingClassifier, BaggingRegressor

    shared = {
        "estimator": _base(params, is_classification=context.task.is_classification),
        "n_estimators": params["n_estimators"],
        "max_samples": params["max_samples"],
        "random_state": context.seed,
        # Several threads add up their models in the order in which they come to an end.
        "n_jobs": 1,
    }
    if not context.task.is_classification:
        return on_unit_scale(BaggingRegressor(**shared))
    return BaggingClassifier(**shared)


def _base(params: Mapping[str, ParamValue], *, is_classification: bool) -> Any:
    from sklearn.linear_model import LogisticRegression, Ridge
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    from core.models.adapters.nearest import NearestClassifier, NearestRegressor

    if params["base"] == "linear":
        return LogisticRegression(max_iter=1000) if is_classification else Ridge()
    if params["base"] == "knn":
        kind: Any = NearestClassifier if is_classification else NearestRegressor
        return kind(n_neighbors=params["n_neighbors"], weights="uniform")
    tree: Any = DecisionTreeClassifier if is_classification else DecisionTreeRegressor
    return tree(min_samples_leaf=params["min_samples_leaf"])
