"""The models by what a person wants of them: groups on the Train page, filters, and words for cost and readability."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from core.models.spec import ModelSpec
from core.types import Framework

READABLE, STRONG, OTHER = "Easy to read", "Strong on most tables", "Other ways to learn"
STATISTICS, NETWORKS = "Statistics, with tests and p-values", "Neural networks"
GROUPS = (READABLE, STRONG, OTHER, STATISTICS, NETWORKS)

HEADLINERS = ("linear", "tree", "knn", "forest", "hist_boosting", "lightgbm", "torch_net", "keras_net")
"""Shown in every case: a well-known model of each kind. The others unfold."""

_STRONG = ("Boosting", "Trees", "Ensembles")

FILTERS: Mapping[str, Callable[[ModelSpec], bool]] = {
    "Readable": lambda spec: spec.interpretability == "high" or spec.key in ("linear", "tree"),
    "Strong": lambda spec: group_of(spec) == STRONG,
    "Fast": lambda spec: spec.cost <= 2,
    "Networks": lambda spec: group_of(spec) == NETWORKS,
    "Statistics": lambda spec: group_of(spec) == STATISTICS,
}
"""What the list can be narrowed to."""

READS = {"high": "readable", "medium": "partly", "low": "hard to read"}


def group_of(spec: ModelSpec) -> str:
    """Return the group in which a model stands."""
    if spec.framework in (Framework.KERAS, Framework.TORCH):
        return NETWORKS
    if spec.framework is Framework.STATSMODELS:
        return STATISTICS
    if spec.interpretability == "high" or spec.key in ("linear", "tree"):
        return READABLE
    return STRONG if spec.family in _STRONG else OTHER


def found_models(specs: Sequence[ModelSpec], *, search: str = "", purpose: str = "") -> tuple[ModelSpec, ...]:
    """Return the models that a search and a filter leave; every word must occur in what is said of the model."""
    words = search.casefold().split()
    return tuple(
        spec
        for spec in specs
        if (not purpose or FILTERS[purpose](spec)) and all(word in _said_of(spec) for word in words)
    )


def _said_of(spec: ModelSpec) -> str:
    parts = (spec.title, spec.key, spec.family, spec.framework.value, spec.summary, spec.good_at)
    return " ".join(parts).casefold()


def cost_dots(cost: int) -> str:
    """Return one to four filled dots for the order of training cost."""
    filled = 1 if cost <= 1 else 2 if cost <= 3 else 3 if cost <= 5 else 4
    return "●" * filled + "○" * (4 - filled)


def first_sentence(text: str) -> str:
    """Return the first sentence of a summary; the rest stands on the model's card."""
    return text.split(". ")[0].rstrip(".") + "."
