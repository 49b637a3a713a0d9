"""Gradient boosting: scikit-learn's histogram boosting and LightGBM."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT, MAX_DEPTH, class_weight, on_unit_scale
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

ROWS_SHARE = ParamSpec(
    name="rows_share",
    kind="float",
    default=1.0,
    low=0.2,
    high=1.0,
    step=0.05,
    label="Share of rows each tree sees",
    help="Rows drawn at random for each tree (bagging, subsample). Fewer is faster and makes the trees differ more.",
    why_default="All rows, unless there are very many.",
    level=ParamLevel.ADVANCED,
)

_CAPABILITIES = Capabilities(native_missing=True, native_categories=True, sample_weights=True)
FORMULA = (
    r"F_m(x) = F_{m-1}(x) + \eta\, T_m(x), \qquad T_m \approx -\nabla_{F} \sum_i \ell\left(y_i, F_{m-1}(x_i)\right)"
)

ROUNDS = ParamSpec(
    name="rounds",
    kind="int",
    default=200,
    low=10,
    high=3000,
    log=True,
    label="Rounds",
    help="Number of boosting rounds: each adds a small tree (for several classes, one tree a class) that mends what is "
    "left. More rounds fit closer; too many learn noise.",
    why_default="Together with the step size, enough for most tables.",
)
STEP = ParamSpec(
    name="learning_rate",
    kind="float",
    default=0.05,
    low=0.005,
    high=0.5,
    log=True,
    label="Step size",
    help="How much of each tree counts (learning rate). Smaller needs more rounds and is often a little better.",
    why_default="A careful step that 200 rounds can make good use of.",
)
_LEAVES = ParamSpec(
    name="max_leaf_nodes",
    kind="int",
    default=15,
    low=2,
    high=255,
    log=True,
    label="Leaves of each tree",
    help="How many cases one tree can tell apart. More leaves see finer patterns and learn noise sooner.",
    why_default="Half of what the libraries take: steadier on tables of some thousand rows. Try 31 on large ones.",
)
_MIN_ROWS = ParamSpec(
    name="min_samples_leaf",
    kind="int",
    default=20,
    low=1,
    high=200,
    log=True,
    label="Fewest rows behind an answer",
    help="A leaf of a tree holds at least this many training rows. Raise it where the model learns noise.",
    why_default="Twenty rows make a leaf's value fairly certain.",
)
L2 = ParamSpec(
    name="l2",
    kind="float",
    default=0.0,
    low=0.0,
    high=100.0,
    label="Hold leaf values small",
    help="L2 penalty on the values of the leaves. Higher is steadier.",
    why_default="Leaf size and step size already hold back.",
    level=ParamLevel.ADVANCED,
)
COLUMNS = ParamSpec(
    name="columns_share",
    kind="float",
    default=1.0,
    low=0.1,
    high=1.0,
    step=0.05,
    label="Share of columns used",
    help="Columns drawn at random, for each question or each tree. Fewer make the trees differ more.",
    why_default="All columns, unless there are very many.",
    level=ParamLevel.ADVANCED,
)

HIST_BOOSTING = ModelSpec(
    key="hist_boosting",
    title="Gradient boosting",
    family="Boosting",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ROUNDS,
        STEP,
        _LEAVES,
        _MIN_ROWS,
        MAX_DEPTH.model_copy(update={"why_default": "The number of leaves already limits each tree."}),
        L2,
        COLUMNS,
        CLASS_WEIGHT,
    ),
    capabilities=_CAPABILITIES,
    encoding=Encoding.CODES,
    builder="core.models.boosting:build_hist_boosting",
    cost=3,
    simplicity=6,
    interpretability="low",
    key_param="rounds",
    summary="Adds up small trees, each mending what the ones before left over.",
    good_at="Tables of mixed columns, missing values and categories; often among the best.",
    bad_at="Very small tables; predicting beyond the range of the training rows.",
    formula=FORMULA,
    source="Friedman (2001), Greedy Function Approximation: A Gradient Boosting Machine; scikit-learn",
)

LIGHTGBM = ModelSpec(
    key="lightgbm",
    title="LightGBM",
    family="Boosting",
    framework=Framework.LIGHTGBM,
    tasks=ALL_TASKS,
    params=(
        ROUNDS,
        STEP,
        _LEAVES,
        _MIN_ROWS,
        ROWS_SHARE,
        L2,
        COLUMNS,
        CLASS_WEIGHT,
    ),
    capabilities=_CAPABILITIES.model_copy(update={"sparse": True, "gpu": "optional", "progress": "iteration"}),
    encoding=Encoding.CODES,
    builder="core.models.boosting:build_lightgbm",
    cost=3,
    simplicity=6,
    interpretability="low",
    key_param="rounds",
    summary="Gradient boosting that always grows the leaf that helps most. Fast on large tables.",
    good_at="Large tables of mixed columns, missing values and categories; often among the best.",
    bad_at="Very small tables; predicting beyond the range of the training rows.",
    formula=FORMULA,
    source="Ke et al. (2017), LightGBM: A Highly Efficient Gradient Boosting Decision Tree",
)


def build_hist_boosting(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return histogram gradient boosting; the code columns are split as categories."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    shared = {
        "max_iter": params["rounds"],
        "learning_rate": params["learning_rate"],
        "max_leaf_nodes": params["max_leaf_nodes"],
        "min_samples_leaf": params["min_samples_leaf"],
        "max_depth": params["max_depth"],
        "l2_regularization": params["l2"],
        "max_features": params["columns_share"],
        "categorical_features": list(range(context.n_codes)) or None,
        # Its validation part needs two rows of every class, which a fold of a real table may not have.
        "early_stopping": False,
        "random_state": context.seed,
    }
    if not context.task.is_classification:
        return on_unit_scale(HistGradientBoostingRegressor(**shared))
    return HistGradientBoostingClassifier(class_weight=class_weight(params["class_weight"]), **shared)


def build_lightgbm(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return LightGBM; the code columns are split as categories."""
    from core.models.adapters.lightgbm_native import CodedLGBMClassifier, CodedLGBMRegressor

    shared: dict[str, Any] = {
        "n_codes": context.n_codes,
        "device": context.device,
        "n_estimators": params["rounds"],
        "learning_rate": params["learning_rate"],
        "num_leaves": params["max_leaf_nodes"],
        "min_child_samples": params["min_samples_leaf"],
        "subsample": params["rows_share"],
        "subsample_freq": 1,
        "reg_lambda": params["l2"],
        "colsample_bytree": params["columns_share"],
        "n_jobs": context.threads,
        "random_state": context.seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
    if not context.task.is_classification:
        return on_unit_scale(CodedLGBMRegressor(**shared))
    return CodedLGBMClassifier(class_weight=class_weight(params["class_weight"]), **shared)


def build_native(params: Mapping[str, ParamValue], context: BuildContext, classifier: type, regressor: type) -> Any:
    """Return one of two `NativeBooster` classes with its parameters; the code columns are its categories."""
    shared: dict[str, Any] = {
        "n_codes": context.n_codes,
        **{name: value for name, value in params.items() if name != "class_weight"},
        "threads": context.threads,
        "device": context.device,
        "seed": context.seed,
    }
    if not context.task.is_classification:
        return regressor(**shared)
    return classifier(class_weight=class_weight(params["class_weight"]), **shared)
