"""The naive baseline: what every other model must beat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamValue
from core.types import Encoding, Framework

BASELINE = ModelSpec(
    key="baseline",
    title="Naive baseline",
    family="Baseline",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    capabilities=Capabilities(sample_weights=True, native_missing=True),
    encoding=Encoding.CODES,
    builder="core.models.baseline:build",
    cost=0,
    simplicity=0,
    interpretability="high",
    summary="Ignores the columns: predicts the share of each class, or the mean of the target, for every row.",
    good_at="Shows what a score is worth. A model that does not beat it has learned nothing.",
    bad_at="Everything else.",
    formula=r"\hat{p}_k = \frac{n_k}{n}, \qquad \hat{y} = \frac{1}{n} \sum_i y_i",
    source="scikit-learn, DummyClassifier and DummyRegressor",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the dummy estimator for the task."""
    from sklearn.dummy import DummyClassifier, DummyRegressor

    return DummyClassifier(strategy="prior") if context.task.is_classification else DummyRegressor(strategy="mean")
