"""Models that weigh columns, and their relatives, as one explicit list."""

from __future__ import annotations

from core.models.bayes import NAIVE_BAYES
from core.models.discriminant import ISOTONIC, LDA, QDA
from core.models.logistic import LOGISTIC
from core.models.penalised import BAYESIAN_RIDGE, ELASTIC_NET, LASSO, OLS, POLYNOMIAL
from core.models.robust import HUBER, QUANTILE, SGD
from core.models.spec import ModelSpec
from core.models.statistical import GLM, LOGIT_STATS, OLS_STATS

LINEAR_FAMILY: tuple[ModelSpec, ...] = (
    OLS,
    LASSO,
    ELASTIC_NET,
    BAYESIAN_RIDGE,
    HUBER,
    QUANTILE,
    LOGISTIC,
    SGD,
    POLYNOMIAL,
    LDA,
    QDA,
    NAIVE_BAYES,
    ISOTONIC,
    OLS_STATS,
    LOGIT_STATS,
    GLM,
)
