"""Logistic regression with every penalty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import CLASS_WEIGHT
from core.models.linear_params import INTERCEPT, PENALTY, ROUNDS
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import Condition, ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

LOGISTIC = ModelSpec(
    key="logistic",
    title="Logistic regression",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=(TaskKind.BINARY, TaskKind.MULTICLASS),
    params=(
        PENALTY.model_copy(update={"level": ParamLevel.BASIC}),
        ParamSpec(
            name="strength",
            kind="float",
            default=1.0,
            low=0.001,
            high=1000.0,
            log=True,
            label="How strongly to hold weights down",
            help="1/C. Higher is steadier; lower follows the data more closely.",
            why_default="On scaled columns 1 is a good start for most tables.",
            active_when=Condition(param="penalty", values=("l2", "l1", "elastic_net")),
        ),
        ParamSpec(
            name="l1_ratio",
            kind="float",
            default=0.5,
            low=0.0,
            high=1.0,
            step=0.05,
            label="Share of the penalty that takes columns out",
            help="Mix of the two penalties (l1_ratio).",
            why_default="Half and half.",
            level=ParamLevel.ADVANCED,
            active_when=Condition(param="penalty", values=("elastic_net",)),
        ),
        INTERCEPT,
        CLASS_WEIGHT,
        ROUNDS,
    ),
    capabilities=Capabilities(sample_weights=True, sparse=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.logistic:build",
    cost=2,
    simplicity=1,
    interpretability="high",
    key_param="strength",
    summary="Turns a weighted sum of the columns into a probability. The penalty can be chosen.",
    good_at="Probabilities that mean something, odds ratios to read, tables of any size.",
    bad_at="Effects that depend on each other, and curves, unless such columns are made first.",
    formula=r"p(y = 1 \mid x) = \frac{1}{1 + e^{-(w^\top x + b)}}, \qquad "
    r"\min_{w, b}\; -\sum_i \log p(y_i \mid x_i) + \lambda R(w)",
    source="Cox (1958), Regression Analysis of Binary Sequences; Tibshirani (1996); scikit-learn, LogisticRegression",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return logistic regression; the solver follows from the penalty."""
    from core.models.adapters.logistic import LogisticLineClassifier

    kind: Any = LogisticLineClassifier
    return kind(**params, seed=context.seed)
