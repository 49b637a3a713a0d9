"""A model keeps its colour on every screen of a project, and so does a class."""

from __future__ import annotations

from collections.abc import Sequence

from components.theme import CATEGORIES, category_color, palette
from core.models.registry import MODELS
from core.models.spec import ModelSpec
from core.run.board import BASELINE


def is_baseline(spec: ModelSpec) -> bool:
    """Tell whether the model is the naive one that every board carries."""
    return spec.key == BASELINE


def model_color(key: str) -> str:
    """Return the colour of the model called ``key``: by its place in the registry, the baseline muted.

    There are more models than colours that can be told apart. Those with curves of losses share a chart and come
    first, so that they differ and none gets the eighth colour, a grey that is hard to tell from the baseline.
    """
    raced = [spec for spec in MODELS if not is_baseline(spec)]
    keys = [spec.key for spec in sorted(raced, key=lambda spec: spec.capabilities.progress == "none")]
    return category_color(keys.index(key) % len(CATEGORIES)) if key in keys else palette().muted


def class_color(label: str, classes: Sequence[str]) -> str:
    """Return the colour of a class: by its place among the sorted labels."""
    return category_color(list(classes).index(label)) if label in classes else palette().muted
