"""Statistical models with the table of weights, errors, p-values and intervals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.linear_params import ROUNDS, width_limit
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, TaskKind

_ROUNDS = ROUNDS.model_copy(update={"default": 100, "low": 5, "high": 1000, "why_default": "It settles within ten."})
_WIDTH = width_limit(
    500, "A p-value for each of so many columns says nothing, and takes a table of columns by columns."
)
_ROWS = Limit(
    of="rows",
    least=10,
    why="Errors of weights cannot be known from so few rows.",
    remedy="Add rows, or use the linear model (ridge).",
)

OLS_STATS = ModelSpec(
    key="ols_stats",
    title="Linear regression with p-values",
    family="Statistics",
    framework=Framework.STATSMODELS,
    tasks=(TaskKind.REGRESSION,),
    params=(
        ParamSpec(
            name="errors",
            kind="choice",
            default="classic",
            choices=("classic", "robust"),
            choice_labels=("Spread is the same everywhere", "Spread may differ between rows"),
            label="Errors of the weights",
            help="Classic standard errors, or White's in the form HC3 (MacKinnon and White 1985).",
            why_default="The textbook's; choose the other where residuals fan out.",
            tunable=False,
        ),
    ),
    capabilities=Capabilities(),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.statistical:build_ols",
    cost=1,
    simplicity=1,
    interpretability="high",
    limits=(_WIDTH, _ROWS),
    summary="Least squares with the table that reports need: each weight, its error, p-value and 95 % interval.",
    good_at="Saying which columns matter, by how much, and how sure that is.",
    bad_at="Many columns, columns chosen after looking at the results, rows that depend on each other, and curves.",
    formula=r"\hat{w} = (X^\top X)^{-1} X^\top y, \qquad \operatorname{se}(\hat{w}_j) = "
    r"\sqrt{s^2 \left[(X^\top X)^{-1}\right]_{jj}}",
    source="Gauss (1809); Student (1908); White (1980); statsmodels, OLS",
)

LOGIT_STATS = ModelSpec(
    key="logit_stats",
    title="Logit with p-values",
    family="Statistics",
    framework=Framework.STATSMODELS,
    tasks=(TaskKind.BINARY, TaskKind.MULTICLASS),
    params=(_ROUNDS,),
    capabilities=Capabilities(),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.statistical:build_logit",
    cost=2,
    simplicity=1,
    interpretability="high",
    limits=(
        _WIDTH,
        _ROWS,
        Limit(
            of="classes",
            most=20,
            why="It has a table of weights for each class against the first.",
            remedy="Group rare classes, or use logistic regression.",
        ),
    ),
    summary="Logistic regression by plain maximum likelihood, with odds ratios, errors, p-values and 95 % intervals.",
    good_at="Studies: which columns raise the odds, by how much, and how sure that is.",
    bad_at="Many columns, rare classes, and columns that tell a class without error.",
    formula=r"\log \frac{p(y = k \mid x)}{p(y = 1 \mid x)} = w_k^\top x + b_k, \qquad "
    r"\operatorname{cov}(\hat{w}) = \left[-\nabla^2 \log L(\hat{w})\right]^{-1}",
    source="Berkson (1944); McFadden (1974); statsmodels, Logit and MNLogit",
)

GLM = ModelSpec(
    key="glm",
    title="Generalised linear model",
    family="Statistics",
    framework=Framework.STATSMODELS,
    tasks=(TaskKind.REGRESSION,),
    params=(
        ParamSpec(
            name="family",
            kind="choice",
            default="auto",
            choices=("auto", "gaussian", "poisson", "negative_binomial", "gamma", "inverse_gaussian"),
            choice_labels=(
                "What suits the target",
                "Normal",
                "Counts (Poisson)",
                "Counts that spread (negative binomial)",
                "Positive amounts (gamma)",
                "Positive, long tail (inverse Gaussian)",
            ),
            label="Distribution of the target",
            help="Family of the model. All but the normal one have the logarithm as link: effects multiply.",
            why_default="Small whole numbers are taken for counts, skewed amounts for gamma, the rest for normal.",
        ),
        _ROUNDS,
    ),
    capabilities=Capabilities(),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.statistical:build_glm",
    cost=2,
    simplicity=2,
    interpretability="high",
    key_param="family",
    limits=(_WIDTH, _ROWS),
    summary="A linear model for counts and amounts that cannot be negative, with errors, p-values and intervals.",
    good_at="Claims, visits, costs: targets whose spread grows with their size and whose causes multiply.",
    bad_at="Targets with a pile of zeros among amounts, many columns, and curves.",
    formula=r"g\left(\operatorname{E}[y \mid x]\right) = w^\top x + b, \qquad "
    r"\operatorname{Var}[y \mid x] = \phi\, V(\mu)",
    source="Nelder and Wedderburn (1972), Generalized Linear Models; McCullagh and Nelder (1989); statsmodels, GLM",
)


def build_ols(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return least squares with its table."""
    from core.models.adapters.statistical import StatisticalLeastSquares

    return StatisticalLeastSquares(errors=str(params["errors"]))


def build_logit(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the logit with its table."""
    from core.models.adapters.statistical_logit import StatisticalLogit

    kind: Any = StatisticalLogit
    return kind(**params)


def build_glm(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the generalised linear model with its table."""
    from core.models.adapters.statistical_glm import StatisticalGlm

    kind: Any = StatisticalGlm
    return kind(**params)
