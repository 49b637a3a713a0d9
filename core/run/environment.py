"""What the numbers were made with."""

from __future__ import annotations

import platform

from core import __version__
from core.models.persistence import library_versions

_PACKAGES = (
    *("numpy", "scipy", "pandas", "scikit-learn", "statsmodels", "lightgbm"),
    *("xgboost", "xgboost-cpu", "catboost"),
    *("torch", "tensorflow", "keras"),
)


def environment() -> dict[str, str]:
    """Return versions of Python, Lathe, the system and the libraries, without importing any."""
    system = {"lathe": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}
    return system | library_versions(_PACKAGES)
