"""Columns kept away from the model."""

from __future__ import annotations

from core.prepare.spec import StepGroup, StepScope, StepSpec

DROP = StepSpec(
    key="drop_columns",
    title="Leave out columns",
    purpose="Keeps columns away from the model.",
    when="For row numbers, names and other identifiers, and for columns with nothing to learn from.",
    group=StepGroup.COLUMNS,
    scope=StepScope.TOGETHER,
    formula=r"X \mapsto X_{\cdot,\, \text{kept}}",
    source="scikit-learn, ColumnTransformer with remainder left out",
    outline="core.prepare.steps.columns:nothing",
    sentence="core.prepare.steps.columns:say",
)


def nothing(params: object, context: object) -> tuple[()]:
    """Return no feature: all are left out."""
    return ()


def say(params: object, context: object) -> str:
    """Say what happens."""
    return "left out"


STEPS: tuple[StepSpec, ...] = (DROP,)
