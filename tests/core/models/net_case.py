"""The table and the networks of the checks in ``net_checks``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.datasets import make_classification

FRAMEWORK = sys.argv[1] if Path(sys.argv[0]).stem == "net_checks" else ""
X, Y = make_classification(600, 8, n_informative=5, random_state=0)
LABELS = np.asarray(["no", "yes"], dtype=object)[Y]
SMALL: dict[str, Any] = {"width": 16, "batch_size": 64}


def module() -> Any:
    """Return the adapter module of this process's framework."""
    if FRAMEWORK == "torch":
        from core.models.adapters import torch_net as adapter
    else:
        from core.models.adapters import keras_net as adapter  # type: ignore[no-redef]
    return adapter


def classifier(**params: Any) -> Any:
    return getattr(module(), f"{FRAMEWORK.title()}NetClassifier")(**{**SMALL, **params})


def regressor(**params: Any) -> Any:
    return getattr(module(), f"{FRAMEWORK.title()}NetRegressor")(**{**SMALL, **params})
