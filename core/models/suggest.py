"""Which models to try on a table, with reasons drawn from the table itself."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.models.registry import models_for
from core.models.spec import ModelSpec
from core.models.suggest_rules import RULES, TableFacts
from core.models.suitability import check_suitability
from core.types import TaskKind

__all__ = ["Suggestion", "TableFacts", "suggest_models"]

_ALIKE = (
    {"hist_boosting", "lightgbm", "xgboost", "catboost", "gradient_boosting"},
    {"forest", "extra_trees"},
    {"linear", "logistic", "ols_stats"},
    {"lasso", "elastic_net"},
)
"""Of models that resemble each other one is enough for a first race."""


class Suggestion(BaseModel):
    """A model to try.

    Attributes
    ----------
    key, title : str
        Of the model.
    reason : str
        One or two sentences about this table.
    order : int
        1 is to be tried first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    reason: str
    order: int


def suggest_models(facts: TableFacts, task: TaskKind, *, most: int = 3) -> tuple[Suggestion, ...]:
    """Return the models to try first, each with its reasons.

    Parameters
    ----------
    facts : TableFacts
        Figures of the table, and what a person wishes.
    task : TaskKind
        Kind of the target.
    most : int
        At most this many.

    Returns
    -------
    tuple of Suggestion
        The first to try first. Only models that suit the table, and of those that resemble each other one.
    """
    specs = {spec.key: spec for spec in models_for(task)}
    found: dict[str, list[tuple[int, str]]] = {}
    for rule in RULES:
        reason = rule.reason(facts)
        for key in rule.keys if reason else ():
            found.setdefault(key, []).append((rule.points, reason))
    fitting = [key for key in found if key in specs and _suits(specs[key], facts, task)]
    # Of equal points the simpler model comes first.
    fitting.sort(key=lambda key: (-sum(points for points, _ in found[key]), specs[key].simplicity, specs[key].cost))
    chosen = _different(fitting)[:most]
    return tuple(
        Suggestion(key=key, title=specs[key].title, reason=_said(found[key]), order=place)
        for place, key in enumerate(chosen, start=1)
    )


def _suits(spec: ModelSpec, facts: TableFacts, task: TaskKind) -> bool:
    refusal = check_suitability(spec, rows=facts.rows, columns=facts.width, classes=facts.classes, task=task)
    return refusal is None


def _different(keys: list[str]) -> list[str]:
    """Return ``keys`` without those that resemble one before them."""
    kept: list[str] = []
    for key in keys:
        if not any(key in group and group & set(kept) for group in _ALIKE):
            kept.append(key)
    return kept


def _said(reasons: list[tuple[int, str]]) -> str:
    return " ".join(reason for _, reason in sorted(reasons, key=lambda pair: -pair[0])[:2])
