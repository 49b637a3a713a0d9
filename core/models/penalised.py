"""Linear regression: plain, lasso, elastic net, Bayesian ridge, and polynomial."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT
from core.models.linear_params import INTERCEPT, ROUNDS, STRENGTH, width_limit
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

_NUMBERS = (TaskKind.REGRESSION,)

OLS = ModelSpec(
    key="ols",
    title="Linear regression",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=_NUMBERS,
    params=(INTERCEPT,),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.penalised:build_ols",
    cost=1,
    simplicity=1,
    interpretability="high",
    limits=(width_limit(5000, "Its equations need a table of columns by columns in memory."),),
    summary="Draws the straight line (or plane) with the smallest squared errors. Nothing is held back.",
    good_at="Few columns and many rows; the textbook starting point, whose weights can be read one by one.",
    bad_at="More columns than rows, columns that resemble each other, rows far off, and curves.",
    formula=r"\min_{w, b}\; \sum_i \left(y_i - w^\top x_i - b\right)^2",
    source="Legendre (1805); Gauss (1809); scikit-learn, LinearRegression",
)

LASSO = ModelSpec(
    key="lasso",
    title="Lasso",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=_NUMBERS,
    params=(STRENGTH, ROUNDS),
    capabilities=Capabilities(sample_weights=True, sparse=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.penalised:build_lasso",
    cost=1,
    simplicity=1,
    interpretability="high",
    key_param="alpha",
    summary="A linear model that leaves columns out by itself: many weights become exactly zero.",
    good_at="Finding the few columns that matter among many, and short explanations.",
    bad_at="Groups of columns that resemble each other: it keeps one of them, almost by chance.",
    formula=r"\min_{w, b}\; \tfrac{1}{2n} \sum_i \left(y_i - w^\top x_i - b\right)^2 + \alpha \lVert w \rVert_1",
    source="Tibshirani (1996), Regression Shrinkage and Selection via the Lasso; scikit-learn",
)

ELASTIC_NET = ModelSpec(
    key="elastic_net",
    title="Elastic net",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=_NUMBERS,
    params=(
        STRENGTH,
        ParamSpec(
            name="l1_ratio",
            kind="float",
            default=0.5,
            low=0.05,
            high=1.0,
            step=0.05,
            label="Share of the penalty that takes columns out",
            help="Mix of the two penalties (l1_ratio): 1 is the lasso, near 0 it is ridge regression.",
            why_default="Half and half keeps groups of similar columns together and still leaves some out.",
        ),
        ROUNDS,
    ),
    capabilities=Capabilities(sample_weights=True, sparse=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.penalised:build_elastic_net",
    cost=1,
    simplicity=2,
    interpretability="high",
    key_param="alpha",
    summary="Between ridge and lasso: leaves columns out, and keeps similar ones together.",
    good_at="Many columns that resemble each other, of which only some groups matter.",
    bad_at="Curves, and effects that depend on each other.",
    formula=r"\min_{w, b}\; \tfrac{1}{2n} \sum_i \left(y_i - w^\top x_i - b\right)^2 + \alpha \rho \lVert w \rVert_1 "
    r"+ \tfrac{\alpha (1 - \rho)}{2} \lVert w \rVert_2^2",
    source="Zou and Hastie (2005), Regularization and Variable Selection via the Elastic Net; scikit-learn",
)

BAYESIAN_RIDGE = ModelSpec(
    key="bayesian_ridge",
    title="Bayesian ridge",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=_NUMBERS,
    params=(
        ParamSpec(
            name="prior_shape",
            kind="float",
            default=1e-6,
            low=1e-8,
            high=1.0,
            log=True,
            label="Firmness of what is believed beforehand",
            help="The same small number for all four settings of the gamma priors of noise and weights. "
            "Small means: let the data speak.",
            why_default="Says next to nothing beforehand.",
            level=ParamLevel.EXPERT,
        ),
        ROUNDS.model_copy(update={"default": 300, "why_default": "It settles within a few dozen on most tables."}),
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.penalised:build_bayesian_ridge",
    cost=2,
    simplicity=2,
    interpretability="high",
    limits=(width_limit(3000, "It keeps how sure it is of every pair of weights: a table of columns by columns."),),
    summary="Ridge regression that finds the right strength of its penalty itself, and how sure each weight is.",
    good_at="Small tables without time to tune; intervals for every weight.",
    bad_at="Thousands of columns, rows far off, and curves.",
    formula=r"y \sim N\left(w^\top x + b,\, \alpha^{-1}\right), \quad w \sim N\left(0,\, \lambda^{-1} I\right), "
    r"\qquad (\alpha, \lambda) \text{ by the largest evidence}",
    source="MacKay (1992), Bayesian Interpolation; Tipping (2001); scikit-learn, BayesianRidge",
)

POLYNOMIAL = ModelSpec(
    key="polynomial",
    title="Polynomial model",
    family="Linear",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="degree",
            kind="int",
            default=2,
            low=1,
            high=5,
            label="Highest power",
            help="Degree of the polynomial. 1 is a straight line, 2 one bend, 3 two; high ones swing at the ends.",
            why_default="One bend is what most curves need.",
        ),
        ParamSpec(
            name="products",
            kind="bool",
            default=True,
            label="Multiply pairs of columns",
            help="Interaction terms: the effect of one column may depend on another. Each pair becomes a term.",
            why_default="That columns act together is what a straight line misses most.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="alpha",
            kind="float",
            default=1.0,
            low=0.001,
            high=1000.0,
            log=True,
            optional=True,
            none_label="Nothing is held back",
            label="How strongly to hold weights small",
            help="L2 penalty on the terms, each brought to spread 1: lambda of ridge regression, 1/C of logistic "
            "regression. None is plain least squares.",
            why_default="Many terms resemble each other; without it they would swing.",
        ),
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.penalised:build_polynomial",
    cost=3,
    simplicity=3,
    interpretability="medium",
    key_param="degree",
    limits=(width_limit(800, "Powers and products would make more terms than can be kept."),),
    summary="Bends the line: adds powers and products of the columns, then weighs them as a linear model does.",
    good_at="Smooth curves, and effects that depend on each other, on few columns.",
    bad_at="Many columns, and values beyond those learned from: the ends of a polynomial run away.",
    formula=r"\hat{y} = b + \sum_j \sum_{k=1}^{d} w_{jk}\, x_j^k + \sum_{i < j} v_{ij}\, x_i x_j, "
    r"\qquad \min\; \sum_i \ell(y_i, \hat{y}_i) + \tfrac{\lambda}{2} \lVert w, v \rVert_2^2",
    source="Gergonne (1815); Hoerl and Kennard (1970); terms are ours, scikit-learn solves",
)


def build_ols(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return ordinary least squares."""
    from core.models.adapters.penalised import LeastSquaresRegressor

    return LeastSquaresRegressor(fit_intercept=bool(params["fit_intercept"]))


def build_lasso(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the lasso."""
    return build_elastic_net({**params, "l1_ratio": 1.0}, context)


def build_elastic_net(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the elastic net."""
    from core.models.adapters.penalised import ShrunkenRegressor

    kind: Any = ShrunkenRegressor
    chosen = {name: params[name] for name in ("alpha", "l1_ratio", "max_iter")}
    return kind(**chosen, seed=context.seed)


def build_bayesian_ridge(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return Bayesian ridge regression."""
    from core.models.adapters.penalised import BayesianRegressor

    kind: Any = BayesianRegressor
    return kind(**params)


def build_polynomial(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the polynomial model for the task."""
    from core.models.adapters.polynomial import PolynomialClassifier, PolynomialRegressor

    kind: Any = PolynomialClassifier if context.task.is_classification else PolynomialRegressor
    chosen = {name: params[name] for name in ("degree", "products", "alpha", "class_weight")}
    return kind(**chosen)
