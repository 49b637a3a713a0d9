"""Linear and quadratic discriminant analysis, and isotonic regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.linear_params import EVEN_CLASSES, width_limit
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

_CLASSES = (TaskKind.BINARY, TaskKind.MULTICLASS)

LDA = ModelSpec(
    key="lda",
    title="Linear discriminant analysis",
    family="Discriminant",
    framework=Framework.SKLEARN,
    tasks=_CLASSES,
    params=(
        ParamSpec(
            name="shrinkage",
            kind="float",
            default=None,
            low=0.0,
            high=1.0,
            step=0.01,
            optional=True,
            none_label="Chosen from the data",
            label="Distrust of how columns go together",
            help="Shrinkage of the covariance: 0 trusts it fully, 1 takes all columns to be unrelated. "
            "Chosen from the data is Ledoit and Wolf's formula.",
            why_default="The formula is close to the best without any search.",
        ),
        EVEN_CLASSES,
    ),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.discriminant:build_lda",
    cost=1,
    simplicity=1,
    interpretability="high",
    key_param="shrinkage",
    limits=(width_limit(2000, "It keeps how every column goes together with every other."),),
    summary="Takes each class to be a cloud of the same shape and draws straight borders between the clouds.",
    good_at="Small tables and several classes; steady, and without anything to tune.",
    bad_at="Skewed columns, clouds of different shape, and curved borders.",
    formula=r"\delta_k(x) = x^\top \Sigma^{-1} \mu_k - \tfrac12 \mu_k^\top \Sigma^{-1} \mu_k + \log \pi_k",
    source="Fisher (1936), The Use of Multiple Measurements; Ledoit and Wolf (2004); scikit-learn",
)

QDA = ModelSpec(
    key="qda",
    title="Quadratic discriminant analysis",
    family="Discriminant",
    framework=Framework.SKLEARN,
    tasks=_CLASSES,
    params=(
        ParamSpec(
            name="shrinkage",
            kind="float",
            default=0.1,
            low=0.0,
            high=1.0,
            step=0.01,
            label="Distrust of each class's own shape",
            help="Regularisation: 0 trusts the covariance of each class fully, 1 takes every cloud to be round.",
            why_default="Keeps classes with few rows from fitting by heart.",
        ),
        EVEN_CLASSES,
    ),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.discriminant:build_qda",
    cost=1,
    simplicity=2,
    interpretability="medium",
    key_param="shrinkage",
    limits=(
        width_limit(500, "It keeps for each class how every column goes together with every other."),
        Limit(
            of="classes",
            most=100,
            why="It keeps a table of columns by columns for each class.",
            remedy="Group rare classes, or use linear discriminant analysis.",
        ),
    ),
    summary="Gives each class a cloud of its own shape; the borders between them are curves.",
    good_at="Few number columns, and classes that differ in their spread and not only in their mean.",
    bad_at="Many columns, categories, and classes with few rows.",
    formula=r"\delta_k(x) = -\tfrac12 \log \lvert \Sigma_k \rvert "
    r"- \tfrac12 (x - \mu_k)^\top \Sigma_k^{-1} (x - \mu_k) + \log \pi_k",
    source="Smith (1947), Some Examples of Discrimination; Friedman (1989), Regularized Discriminant Analysis",
)

ISOTONIC = ModelSpec(
    key="isotonic",
    title="Isotonic regression",
    family="Curves",
    framework=Framework.SKLEARN,
    tasks=(TaskKind.BINARY, TaskKind.REGRESSION),
    params=(
        ParamSpec(
            name="direction",
            kind="choice",
            default="auto",
            choices=("auto", "rising", "falling"),
            choice_labels=("As the data go", "Only rising", "Only falling"),
            label="Direction of the curve",
            help="A rising curve never falls. It uses one column: the one that goes most steadily with the target "
            "(Spearman's correlation). To have it use another, leave out the columns before it.",
            why_default="The sign of the correlation tells.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.discriminant:build_isotonic",
    cost=1,
    simplicity=1,
    interpretability="high",
    summary="One column and a curve that only ever rises, or only ever falls. All other columns are ignored.",
    good_at="A dose and its response, a score and its risk: where more must never mean less.",
    bad_at="Anything that takes more than one column.",
    formula=r"\min_f\; \sum_i \left(y_i - f(x_i)\right)^2 \quad \text{with } f(a) \le f(b) \text{ wherever } a \le b",
    source="Barlow et al. (1972), Statistical Inference under Order Restrictions; scikit-learn",
)


def build_lda(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return linear discriminant analysis."""
    from core.models.adapters.discriminant import LinearDiscriminant

    kind: Any = LinearDiscriminant
    return kind(**params)


def build_qda(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return quadratic discriminant analysis."""
    from core.models.adapters.discriminant import QuadraticDiscriminant

    kind: Any = QuadraticDiscriminant
    return kind(**params)


def build_isotonic(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return isotonic regression for the task."""
    from core.models.adapters.monotone import MonotoneClassifier, MonotoneRegressor

    kind: Any = MonotoneClassifier if context.task.is_classification else MonotoneRegressor
    return kind(**params)
