"""XGBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.boosting import COLUMNS, L2, ROUNDS, ROWS_SHARE, STEP, build_native
from core.models.common import ALL_TASKS, CLASS_WEIGHT, MAX_DEPTH
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

XGBOOST = ModelSpec(
    key="xgboost",
    title="XGBoost",
    family="Boosting",
    framework=Framework.XGBOOST,
    tasks=ALL_TASKS,
    params=(
        ROUNDS,
        STEP,
        MAX_DEPTH.model_copy(
            update={
                "default": 4,
                "high": 15,
                "optional": False,
                "level": ParamLevel.BASIC,
                "why_default": "Two questions fewer than the library asks: steadier on tables of some thousand rows.",
            }
        ),
        ParamSpec(
            name="min_child_weight",
            kind="float",
            default=1.0,
            low=0.01,
            high=200.0,
            log=True,
            label="Least weight behind an answer",
            help="A leaf needs training rows of at least this weight (the sum of second derivatives): for numbers that "
            "is the count of rows, for classes unsure rows weigh more than sure ones. Raise it where the model learns "
            "noise.",
            why_default="The library's own; the depth holds back already.",
            level=ParamLevel.ADVANCED,
        ),
        ROWS_SHARE,
        L2.model_copy(update={"default": 1.0, "why_default": "The library's own: a light hold on small leaves."}),
        COLUMNS,
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(
        native_missing=True, native_categories=True, sample_weights=True, gpu="optional", progress="iteration"
    ),
    encoding=Encoding.CODES,
    builder="core.models.xgboost_trees:build",
    cost=3,
    simplicity=6,
    interpretability="low",
    key_param="rounds",
    summary="Gradient boosting that weighs each tree's gain against a price for its size. Runs on a GPU as well.",
    good_at="Tables of mixed columns, missing values and categories; large tables on a GPU; often among the best.",
    bad_at="Very small tables; predicting beyond the range of the training rows; being read by a person.",
    formula=r"\mathcal{L}_m = \sum_i \left[ g_i T_m(x_i) + \tfrac{1}{2} h_i T_m(x_i)^2 \right] "
    r"+ \tfrac{\lambda}{2} \sum_j w_j^2",
    source="Chen and Guestrin (2016), XGBoost: A Scalable Tree Boosting System",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return XGBoost; the code columns are split as categories."""
    from core.models.adapters.xgboost_native import XGBoostClassifier, XGBoostRegressor

    return build_native(params, context, XGBoostClassifier, XGBoostRegressor)
