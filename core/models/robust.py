"""Linear models for rows far off, for other questions than the mean, and for long tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT
from core.models.linear_params import PENALTY, ROUNDS, STRENGTH, width_limit
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

_NUMBERS = (TaskKind.REGRESSION,)

HUBER = ModelSpec(
    key="huber",
    title="Huber regression",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=_NUMBERS,
    params=(
        ParamSpec(
            name="epsilon",
            kind="float",
            default=1.35,
            low=1.01,
            high=5.0,
            step=0.01,
            label="From where a row is far off",
            help="Errors beyond this many spreads count by their size, not by their square (epsilon). "
            "Smaller cares less about such rows.",
            why_default="95 % as efficient as least squares where no row is far off.",
        ),
        STRENGTH.model_copy(
            update={
                "default": 0.0001,
                "why_default": "Only steadies columns that resemble each other.",
                "level": ParamLevel.ADVANCED,
            }
        ),
        ROUNDS.model_copy(update={"default": 500}),
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.robust:build_huber",
    cost=2,
    simplicity=2,
    interpretability="high",
    key_param="epsilon",
    limits=(width_limit(5000, "Its search passes over all columns hundreds of times."),),
    summary="A linear model on which rows far off have little pull.",
    good_at="Targets with a few wild values that should not bend the line.",
    bad_at="Extreme values in the columns themselves, and curves.",
    formula=r"\min_{w, b, \sigma}\; \sum_i \sigma "
    r"+ H_\epsilon\!\left(\tfrac{y_i - w^\top x_i - b}{\sigma}\right)\sigma + \alpha \lVert w \rVert_2^2, "
    r"\quad H_\epsilon(z) = z^2 \text{ if } |z| < \epsilon, \text{ else } 2\epsilon|z| - \epsilon^2",
    source="Huber (1964), Robust Estimation of a Location Parameter; Owen (2007); scikit-learn, HuberRegressor",
)

QUANTILE = ModelSpec(
    key="quantile",
    title="Quantile regression",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=_NUMBERS,
    params=(
        ParamSpec(
            name="quantile",
            kind="float",
            default=0.5,
            low=0.01,
            high=0.99,
            step=0.01,
            label="Share of rows below the line",
            help="0.5 predicts the median, 0.9 a value that nine rows of ten stay below (quantile).",
            why_default="The median: as often too high as too low.",
            tunable=False,
        ),
        STRENGTH.model_copy(
            update={"default": 0.0001, "why_default": "Hardly holds anything back.", "level": ParamLevel.ADVANCED}
        ),
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.robust:build_quantile",
    cost=4,
    simplicity=2,
    interpretability="high",
    key_param="quantile",
    limits=(
        Limit(
            of="cells",
            most=10_000_000,
            why="It solves least squares a hundred times over.",
            remedy="Sample rows, use fewer columns, or use gradient boosting.",
        ),
        width_limit(500, "It solves equations of columns by columns a hundred times over."),
    ),
    summary="Predicts a quantile, such as the median or a value that nine of ten rows stay below, not the mean.",
    good_at="Skewed targets, worst cases to plan for, and rows far off.",
    bad_at="Wide tables, and curves.",
    formula=r"\min_{w, b}\; \tfrac{1}{n} \sum_i \rho_q\!\left(y_i - w^\top x_i - b\right) "
    r"+ \tfrac{\alpha}{2} \lVert w \rVert_2^2, \qquad \rho_q(e) = \max(q e,\, (q - 1) e)",
    source="Koenker and Bassett (1978), Regression Quantiles; Hunter and Lange (2000), an MM Algorithm",
)

SGD = ModelSpec(
    key="sgd",
    title="Linear model, a row at a time",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        STRENGTH.model_copy(
            update={"default": 0.0001, "low": 1e-7, "why_default": "Suits long tables, which need little holding."}
        ),
        ParamSpec(
            name="loss",
            kind="choice",
            default="smooth",
            choices=("smooth", "robust"),
            choice_labels=("All errors by the usual measure", "Rows far off count less"),
            label="What counts as an error",
            help="Log loss for classes and squared error for numbers; or modified Huber loss and Huber loss.",
            why_default="Gives the better probabilities, and means.",
        ),
        PENALTY,
        ParamSpec(
            name="schedule",
            kind="choice",
            default="library",
            choices=("library", "constant", "adaptive"),
            choice_labels=("As advised for the task", "Always the same", "Smaller when nothing improves"),
            label="How the step shrinks",
            help="Learning rate schedule: Bottou's for classes, inverse scaling for numbers.",
            why_default="Needs no tuning on scaled columns.",
            level=ParamLevel.EXPERT,
        ),
        ParamSpec(
            name="step",
            kind="float",
            default=0.01,
            low=0.00001,
            high=0.1,
            log=True,
            label="First step",
            help="Initial learning rate. Too large, and the weights run away.",
            why_default="Steady on scaled columns.",
            level=ParamLevel.EXPERT,
        ),
        ParamSpec(
            name="average",
            kind="bool",
            default=False,
            label="Average over all steps",
            help="Keeps the mean of the weights over the whole search (averaged SGD): steadier on noisy rows.",
            why_default="The last weights are as good once the steps have become small.",
            level=ParamLevel.ADVANCED,
        ),
        ROUNDS.model_copy(
            update={
                "default": 1000,
                "label": "Most passes over the rows",
                "help": "Epochs. It ends sooner where nothing improves for five of them.",
                "why_default": "It ends by itself long before on most tables.",
            }
        ),
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.robust:build_sgd",
    cost=1,
    simplicity=2,
    interpretability="high",
    key_param="alpha",
    summary="Learns a linear model by many small steps, one row at a time (stochastic gradient descent).",
    good_at="Millions of rows: time and memory grow no faster than the table.",
    bad_at="Small tables, where the exact linear model is as fast and steadier; columns of very different scale.",
    formula=r"w \leftarrow w - \eta_t \left(\nabla_w\, \ell(y_i,\, w^\top x_i + b) + \alpha \nabla R(w)\right)",
    source="Robbins and Monro (1951); Bottou (2010), Large-Scale Machine Learning with SGD; scikit-learn",
)


def build_huber(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return Huber's regression."""
    from core.models.adapters.penalised import HuberLineRegressor

    kind: Any = HuberLineRegressor
    return kind(**params)


def build_quantile(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return quantile regression."""
    from core.models.adapters.penalised import QuantileLineRegressor

    kind: Any = QuantileLineRegressor
    return kind(**params)


def build_sgd(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the linear model learned by stochastic gradient descent."""
    from core.models.adapters.descent import DescentClassifier, DescentRegressor

    kind: Any = DescentClassifier if context.task.is_classification else DescentRegressor
    return kind(**params, seed=context.seed)
