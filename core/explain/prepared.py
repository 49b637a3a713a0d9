"""What the columns that a model sees stand for: the scale they were brought to, and the levels behind codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

_SCALERS = {
    "StandardScaler": "standard deviation",
    "MinMaxScaler": "range",
    "RobustScaler": "middle half",
    "MaxAbsScaler": "largest value",
}


@dataclass(frozen=True)
class Scale:
    """What one step of a scaled column is.

    Attributes
    ----------
    word : str
        "standard deviation", "range", "middle half" or "largest value".
    size : float
        Its length in the unit that the column had before.
    """

    word: str
    size: float


def feature_names(pipeline: Any) -> list[str]:
    """Return the names of the columns that the model of a fitted pipeline sees."""
    return [str(name) for name in pipeline[:-1].get_feature_names_out()]


def scales_of(pipeline: Any) -> dict[str, Scale]:
    """Return the scale of each column that was brought to one, by name; the last step that did so counts."""
    found: dict[str, Scale] = {}
    for names, transformer in _transformers(pipeline):
        word = _SCALERS.get(type(transformer).__name__)
        sizes = np.atleast_1d(getattr(transformer, "scale_", np.empty(0)))
        if word is None or len(sizes) != len(names):
            continue
        # scikit-learn keeps of a range what it multiplies with, and of the others what it divides by.
        lengths = 1.0 / sizes if word == "range" else sizes
        found |= {name: Scale(word, float(length)) for name, length in zip(names, lengths, strict=True)}
    return found


def levels_of(pipeline: Any) -> dict[str, tuple[str, ...]]:
    """Return the levels behind each column of codes, in the order of the codes from 0 on."""
    found: dict[str, tuple[str, ...]] = {}
    for names, transformer in _transformers(pipeline):
        last = transformer[-1] if hasattr(transformer, "steps") else transformer
        if type(last).__name__ == "OrdinalEncoder" and len(names) == len(last.categories_):
            kept = [[str(level) for level in column if level == level] for column in last.categories_]
            found |= {name: tuple(levels) for name, levels in zip(names, kept, strict=True)}
    return found


def _transformers(pipeline: Any) -> Iterator[tuple[list[str], Any]]:
    """Yield every fitted transformer of the pipeline's stages with the names of the columns it makes."""
    waiting = [stage for _, stage in pipeline.steps[:-1]]
    while waiting:
        stage = waiting.pop(0)
        if hasattr(stage, "steps"):
            waiting = [inner for _, inner in stage.steps] + waiting
            continue
        fitted = getattr(stage, "fitted_", None)
        if not isinstance(fitted, list):
            continue
        names = [str(name) for name in stage.names_]
        if not stage.separate:
            yield from ((names, transformer) for transformer in fitted if transformer is not None)
            continue
        start = 0
        for transformer, width in zip(fitted, stage.widths_, strict=True):
            if transformer is not None:
                yield names[start : start + width], transformer
            start += width
