"""How much each row counts in the fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.balance.counts import class_counts


def row_weights(params: Mapping[str, Any], y: np.ndarray, *, positive: str) -> np.ndarray:
    """Return the weight of each row, float64 of shape (n_rows,), 1 on average.

    Parameters
    ----------
    params : mapping
        Of the step "weigh_classes".
    y : ndarray of str, shape (n_rows,)
    positive : str
        The class asked for; its rows count as much as a miss costs.

    Notes
    -----
    Balanced: ``n / (k * n_class)`` (King and Zeng, 2001, as in scikit-learn).
    """
    match params["method"]:
        case "balanced":
            counts = class_counts(y)
            by_class = {label: len(y) / (len(counts) * count) for label, count in counts.items()}
        case "costs":
            by_class = {positive: float(params["miss"]), "": float(params["alarm"])}
        case _:
            by_class = parse_weights(str(params.get("weights") or ""))
    other = by_class.get("", 1.0)
    weights = np.array([by_class.get(str(label), other) for label in y], dtype=np.float64)
    mean = float(weights.mean()) if len(weights) else 1.0
    return weights / mean if mean > 0 else np.ones(len(y))


def parse_weights(text: str) -> dict[str, float]:
    """Read lines "class = weight"; the last equals sign divides.

    Raises
    ------
    LatheError
        Naming the first line that is none, or a weight that is not above zero.
    """
    found: dict[str, float] = {}
    for line in filter(str.strip, text.splitlines()):
        label, mark, number = line.rpartition("=")
        try:
            weight = float(number)
        except ValueError:
            weight = float("nan")
        if not mark or not 0 < weight < float("inf"):
            raise LatheError(
                f"Each line must be a class, an equals sign and a weight above zero. One is {line.strip()!r}.",
                hint="For example: yes = 5",
                field="weights",
            )
        found[label.strip()] = weight
    return found
