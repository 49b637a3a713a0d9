"""Logistic and ridge regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT, class_weight
from core.models.linear_params import INTERCEPT
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework

_EXACT = 1e-10

LINEAR = ModelSpec(
    key="linear",
    title="Linear model",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="penalty",
            kind="float",
            default=1.0,
            low=0.001,
            high=1000.0,
            log=True,
            label="How strongly to hold weights small",
            help="L2 penalty: lambda for ridge regression, 1/C for logistic regression. Higher is steadier; "
            "lower follows the data more closely.",
            why_default="On scaled columns 1 is a good start for most tables.",
        ),
        INTERCEPT,
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True, sparse=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.linear:build",
    cost=1,
    simplicity=1,
    interpretability="high",
    key_param="penalty",
    summary="Adds up one weight per column. Logistic regression for classes, ridge regression for numbers.",
    good_at="Small tables, effects that add up, and explaining: each weight can be read.",
    bad_at="Effects that depend on each other, and curves, unless such columns are made first.",
    formula=r"\min_{w, b}\; \sum_i \ell\left(y_i,\, w^\top x_i + b\right) + \tfrac{\lambda}{2} \lVert w \rVert_2^2",
    source="Cox (1958), Regression Analysis of Binary Sequences; Hoerl and Kennard (1970), Ridge Regression; "
    "scikit-learn",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return logistic regression for classes and ridge regression for numbers."""
    from sklearn.linear_model import LogisticRegression, Ridge

    penalty, intercept = float(params["penalty"] or 0.0), bool(params["fit_intercept"])
    if not context.task.is_classification:
        # Without zeros the weights are found step by step; this is exact enough to equal those of a full matrix.
        return Ridge(alpha=penalty, fit_intercept=intercept, tol=_EXACT, random_state=context.seed)
    return LogisticRegression(
        C=1.0 / penalty,
        fit_intercept=intercept,
        class_weight=class_weight(params["class_weight"]),
        max_iter=1000,
        random_state=context.seed,
    )
