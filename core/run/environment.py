"""What the numbers were made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from core import __version__

_PACKAGES = ("numpy", "pandas", "scikit-learn", "lightgbm", "torch", "tensorflow", "keras")


def environment() -> dict[str, str]:
    """Return versions of Python, Lathe, the system and the libraries, without importing any."""
    found = {"lathe": __version__, "python": platform.python_version(), "system": platform.platform(terse=True)}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
