"""Which libraries a passport's model needs, and in which versions."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from core.models import persistence
from core.types import Framework

BASE = ("numpy", "scipy", "pandas", "scikit-learn", "joblib", "skops", "pydantic")
"""What every passport needs: the preparation is scikit-learn's, whatever the model is."""

OF_FRAMEWORK = {
    Framework.SKLEARN: (),
    Framework.LIGHTGBM: ("lightgbm",),
    Framework.KERAS: ("keras", "tensorflow", "h5py"),
    Framework.TORCH: ("torch",),
    Framework.XGBOOST: ("xgboost-cpu", "xgboost"),
    Framework.CATBOOST: ("catboost",),
    Framework.STATSMODELS: ("statsmodels",),
}


def library_versions(*frameworks: Framework) -> dict[str, str]:
    """Return the installed version of each library that a model of ``frameworks`` needs; an ensemble has several."""
    own = dict.fromkeys(name for framework in frameworks for name in OF_FRAMEWORK[framework])
    return persistence.library_versions((*BASE, *own))


def requirements_text(libraries: dict[str, str]) -> str:
    """Write ``requirements.txt``: exact versions, without the local part ("+cpu") that no registry knows."""
    lines = [f"{name}=={found.partition('+')[0]}" for name, found in libraries.items()]
    return f"# Python {platform.python_version()}\n" + "\n".join(lines) + "\n"


def differences(made_with: dict[str, str]) -> tuple[str, ...]:
    """Say where this machine's libraries differ from those that a passport was made with."""
    sentences = []
    for name, wanted in made_with.items():
        try:
            here = version(name)
        except PackageNotFoundError:
            here = ""
        if here.partition("+")[0] != wanted.partition("+")[0]:
            sentences.append(f"Made with {name} {wanted}; here is {here or 'none'}.")
    return tuple(sentences)
