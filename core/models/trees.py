"""A single decision tree and a random forest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT, MAX_DEPTH, class_weight, on_unit_scale
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

MIN_ROWS = ParamSpec(
    name="min_samples_leaf",
    kind="int",
    default=10,
    low=1,
    high=200,
    log=True,
    label="Fewest rows behind an answer",
    help="A leaf of a tree holds at least this many training rows. More rows give smoother, steadier answers.",
    why_default="Ten rows keep a few odd ones from making a rule.",
)

TREE = ModelSpec(
    key="tree",
    title="Decision tree",
    family="Trees",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        MAX_DEPTH.model_copy(
            update={"default": 6, "level": ParamLevel.BASIC, "why_default": "Six questions can still be read."}
        ),
        MIN_ROWS,
        ParamSpec(
            name="max_leaf_nodes",
            kind="int",
            default=None,
            low=2,
            high=1000,
            log=True,
            optional=True,
            label="Most rules",
            help="Number of leaves. Fewer leaves make a smaller, simpler tree.",
            why_default="Depth already limits the tree.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="ccp_alpha",
            kind="float",
            default=0.0,
            low=0.0,
            high=0.1,
            step=0.001,
            label="Cut back weak branches",
            help="Cost-complexity pruning: higher cuts more branches that hardly help.",
            why_default="Depth and leaf size already keep the tree small.",
            level=ParamLevel.EXPERT,
        ),
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True, sparse=True, single_precision=True),
    encoding=Encoding.CODES,
    builder="core.models.trees:build_tree",
    cost=1,
    simplicity=2,
    interpretability="high",
    key_param="max_depth",
    summary="Asks a few yes-or-no questions one after another; each end holds an answer.",
    good_at="Being read and checked by a person, thresholds, columns in any unit.",
    bad_at="Smooth effects; a slightly different table can give a different tree.",
    formula=r"\min_{j,\, t}\; \frac{n_L}{n} H(S_L) + \frac{n_R}{n} H(S_R), \qquad S_L = \{x : x_j \le t\}",
    source="Breiman, Friedman, Olshen and Stone (1984), Classification and Regression Trees; scikit-learn",
)

_SHARES: Mapping[str, str | float] = {"sqrt": "sqrt", "third": 1 / 3, "half": 0.5, "all": 1.0}

FOREST = ModelSpec(
    key="forest",
    title="Random forest",
    family="Trees",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="n_estimators",
            kind="int",
            default=300,
            low=10,
            high=2000,
            log=True,
            label="Number of trees",
            help="More trees are steadier and slower; they do not overfit.",
            why_default="Beyond a few hundred the score hardly moves.",
        ),
        MIN_ROWS.model_copy(update={"default": 2, "why_default": "A forest averages, so its trees may be fine."}),
        ParamSpec(
            name="max_features",
            kind="choice",
            default="auto",
            choices=("auto", "sqrt", "third", "half", "all"),
            choice_labels=("What suits the task", "Square root of all", "A third", "Half", "All"),
            label="Columns looked at for each question",
            help="Fewer make the trees differ more, which is what averaging lives on.",
            why_default="Square root for classes and a third for numbers, as Breiman proposed.",
        ),
        MAX_DEPTH.model_copy(update={"why_default": "Averaging keeps deep trees honest."}),
        ParamSpec(
            name="max_samples",
            kind="float",
            default=None,
            low=0.1,
            high=1.0,
            optional=True,
            none_label="All rows",
            label="Share of rows each tree draws",
            help="Rows are drawn with replacement (bagging). Smaller is faster and makes the trees differ more.",
            why_default="As many rows as there are.",
            level=ParamLevel.EXPERT,
        ),
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True, single_precision=True),
    encoding=Encoding.CODES,
    builder="core.models.trees:build_forest",
    cost=4,
    simplicity=5,
    interpretability="low",
    key_param="min_samples_leaf",
    summary="Grows many different trees on different rows and columns, and averages their answers.",
    good_at="Tables of almost any kind without tuning; hard to get wrong.",
    bad_at="Predicting beyond the range of the training rows; large files; slow predictions.",
    formula=r"\hat{f}(x) = \frac{1}{B} \sum_{b=1}^{B} T_b(x)",
    source="Breiman (2001), Random Forests; scikit-learn",
)


def columns_looked_at(chosen: ParamValue, task: TaskKind) -> str | float:
    """Return scikit-learn's ``max_features`` for a value of a forest's parameter of that name."""
    share = str(chosen)
    if share == "auto":
        share = "sqrt" if task.is_classification else "third"
    return _SHARES[share]


def build_tree(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the decision tree for the task."""
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    shared = {name: params[name] for name in ("max_depth", "min_samples_leaf", "max_leaf_nodes", "ccp_alpha")}
    if not context.task.is_classification:
        return on_unit_scale(DecisionTreeRegressor(random_state=context.seed, **shared))
    return DecisionTreeClassifier(
        random_state=context.seed, class_weight=class_weight(params["class_weight"]), **shared
    )


def build_forest(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the random forest for the task."""
    from core.models.adapters.steady_forest import SteadyForestClassifier, SteadyForestRegressor

    is_classification = context.task.is_classification
    shared = {
        "n_estimators": params["n_estimators"],
        "min_samples_leaf": params["min_samples_leaf"],
        "max_features": columns_looked_at(params["max_features"], context.task),
        "max_depth": params["max_depth"],
        "max_samples": params["max_samples"],
        "n_jobs": context.threads,
        "random_state": context.seed,
    }
    if not is_classification:
        return on_unit_scale(SteadyForestRegressor(**shared))
    # Weights are taken per draw of rows: with "balanced", scikit-learn 1.9 mistakes labels such as "10" for numbers.
    weights = "balanced_subsample" if params["class_weight"] == "balanced" else None
    return SteadyForestClassifier(class_weight=weights, **shared)
