"""The first two kinds of boosting: AdaBoost, and gradient boosting that tries every limit of every column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.boosting import COLUMNS, FORMULA, ROUNDS, ROWS_SHARE, STEP
from core.models.common import ALL_TASKS, MAX_DEPTH, on_unit_scale
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.models.trees import MIN_ROWS
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

ADABOOST = ModelSpec(
    key="adaboost",
    title="AdaBoost",
    family="Boosting",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ROUNDS.model_copy(
            update={
                "default": 50,
                "high": 1000,
                "help": "Number of small trees. Rows that the trees before got wrong count more for the next one.",
                "why_default": "Most of the gain is there with fifty.",
            }
        ),
        STEP.model_copy(
            update={
                "default": 0.5,
                "low": 0.01,
                "high": 2.0,
                "help": "How much more the rows that were wrong count after each tree (learning rate). Smaller needs "
                "more rounds.",
                "why_default": "Half of the original step: calmer on tables with noise.",
            }
        ),
        MAX_DEPTH.model_copy(
            update={
                "default": 2,
                "high": 10,
                "optional": False,
                "level": ParamLevel.BASIC,
                "why_default": "Two questions see how two columns act together; one question cannot.",
            }
        ),
        MIN_ROWS.model_copy(update={"default": 5, "high": 50, "level": ParamLevel.ADVANCED}),
    ),
    capabilities=Capabilities(sample_weights=True, single_precision=True),
    encoding=Encoding.CODES,
    builder="core.models.boosting_classic:build_adaboost",
    cost=3,
    simplicity=5,
    interpretability="low",
    key_param="rounds",
    summary="Small trees in a row; each looks harder at the rows that the ones before got wrong.",
    good_at="Clean tables of two classes; a simple model that is hard to overfit.",
    bad_at="Wrong labels and outliers, which it chases; probabilities, which stay close to the middle.",
    formula=r"F(x) = \sum_m \alpha_m T_m(x), \qquad \alpha_m = \eta \left( \log\frac{1 - \epsilon_m}{\epsilon_m} "
    r"+ \log(K - 1) \right)",
    source="Freund and Schapire (1997), A Decision-Theoretic Generalization of On-Line Learning; Hastie, Rosset, Zhu "
    "and Zou (2009), Multi-Class AdaBoost; Drucker (1997) for numbers; scikit-learn",
)

GRADIENT_BOOSTING = ModelSpec(
    key="gradient_boosting",
    title="Classic gradient boosting",
    family="Boosting",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ROUNDS.model_copy(update={"default": 100, "high": 2000, "why_default": "Enough with a step of 0.1."}),
        STEP.model_copy(
            update={"default": 0.1, "high": 1.0, "why_default": "Friedman found steps of at most 0.1 the best."}
        ),
        MAX_DEPTH.model_copy(
            update={
                "default": 3,
                "high": 12,
                "optional": False,
                "level": ParamLevel.BASIC,
                "why_default": "Three questions see how three columns act together, which is mostly enough.",
            }
        ),
        MIN_ROWS.model_copy(update={"default": 5, "why_default": "A few rows: depth and step size hold back already."}),
        ROWS_SHARE.model_copy(update={"why_default": "All rows. Below 1 it is stochastic gradient boosting."}),
        COLUMNS,
        ParamSpec(
            name="loss",
            kind="choice",
            default="squared_error",
            choices=("squared_error", "absolute_error", "huber"),
            choice_labels=("Squared", "Absolute", "Squared near, absolute far off (Huber)"),
            label="What an error costs (numbers)",
            help="Squared errors aim at the mean, absolute ones at the median; Huber is less led by outliers. Without "
            "effect where a class is predicted.",
            why_default="Most scores are about squared errors.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    capabilities=Capabilities(sample_weights=True, single_precision=True, progress="iteration"),
    encoding=Encoding.CODES,
    builder="core.models.boosting_classic:build_gradient_boosting",
    cost=5,
    simplicity=6,
    interpretability="low",
    key_param="rounds",
    limits=(
        Limit(
            of="rows",
            most=200_000,
            why="It tries every limit of every column for every question, which takes hours on so many rows.",
            remedy="Use Gradient boosting, LightGBM or XGBoost: they do the same on binned columns. Or take a sample.",
        ),
    ),
    summary="Adds up small trees, each mending what the ones before left over; every possible limit is tried.",
    good_at="Tables of up to some ten thousand rows, where exact limits matter.",
    bad_at="Large tables: there the binned kinds are many times faster and as good.",
    formula=FORMULA,
    source="Friedman (2001), Greedy Function Approximation: A Gradient Boosting Machine; Friedman (2002), Stochastic "
    "Gradient Boosting; scikit-learn",
)


def build_adaboost(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return AdaBoost of small trees: SAMME for classes, R2 for numbers."""
    from sklearn.ensemble import AdaBoostRegressor
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    from core.models.adapters.adaboost import WordedAdaBoostClassifier

    tree = {"max_depth": params["max_depth"], "min_samples_leaf": params["min_samples_leaf"]}
    shared = {
        "n_estimators": params["rounds"],
        "learning_rate": params["learning_rate"],
        "random_state": context.seed,
    }
    if not context.task.is_classification:
        return on_unit_scale(AdaBoostRegressor(DecisionTreeRegressor(**tree), **shared))
    return WordedAdaBoostClassifier(DecisionTreeClassifier(**tree), **shared)


def build_gradient_boosting(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return gradient boosting that grows exact trees."""
    from core.models.adapters.staged import StagedBoostingClassifier, StagedBoostingRegressor

    kind: Any = StagedBoostingClassifier if context.task.is_classification else StagedBoostingRegressor
    return kind(**params, seed=context.seed)
