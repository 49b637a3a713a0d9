"""CatBoost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.boosting import L2, ROUNDS, ROWS_SHARE, STEP, build_native
from core.models.common import ALL_TASKS, CLASS_WEIGHT, MAX_DEPTH
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

CATBOOST = ModelSpec(
    key="catboost",
    title="CatBoost",
    family="Boosting",
    framework=Framework.CATBOOST,
    tasks=ALL_TASKS,
    params=(
        ROUNDS,
        STEP.model_copy(update={"default": 0.1, "why_default": "Such even trees learn less each."}),
        MAX_DEPTH.model_copy(
            update={
                "default": 6,
                "high": 10,
                "optional": False,
                "level": ParamLevel.BASIC,
                "help": "Depth of a tree. All rows of one level are asked the same question, so a tree of depth 6 has "
                "64 leaves.",
                "why_default": "The library's own. Such even trees need to be deeper than others.",
            }
        ),
        ROWS_SHARE.model_copy(
            update={"default": 0.8, "why_default": "The library's own: trees that see other rows mend more together."}
        ),
        L2.model_copy(update={"default": 3.0, "low": 0.0, "why_default": "The library's own."}),
        ParamSpec(
            name="random_strength",
            kind="float",
            default=1.0,
            low=0.0,
            high=10.0,
            step=0.5,
            label="Chance in choosing questions",
            help="How much noise is added to the worth of each question while a tree grows. It fades round by round. "
            "More makes the trees differ more.",
            why_default="The library's own: a little chance keeps the first trees from learning noise.",
            level=ParamLevel.EXPERT,
        ),
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(
        native_missing=True, native_categories=True, sample_weights=True, gpu="optional", progress="iteration"
    ),
    encoding=Encoding.CODES,
    builder="core.models.catboost_trees:build",
    cost=4,
    simplicity=6,
    interpretability="low",
    key_param="rounds",
    summary="Gradient boosting made for categories: each is replaced by what earlier rows of it told of the target.",
    good_at="Tables with many categories, also rare ones and their combinations; good without tuning.",
    bad_at="Large tables where time is short; predicting beyond the range of the training rows.",
    formula=r"\hat{x}_i^{\,k} = \frac{\sum_{j \in D_i} [x_j^k = x_i^k]\, y_j + a\,p}"
    r"{\sum_{j \in D_i} [x_j^k = x_i^k] + a}, \qquad F_m = F_{m-1} + \eta\, T_m(\hat{x})",
    source="Prokhorenkova et al. (2018), CatBoost: Unbiased Boosting with Categorical Features",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return CatBoost; the code columns are its categories."""
    from core.models.adapters.catboost_native import CatBoostClassifier, CatBoostRegressor

    return build_native(params, context, CatBoostClassifier, CatBoostRegressor)
