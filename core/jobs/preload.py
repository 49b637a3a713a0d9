"""What a worker imports before its first job, so that the person does not wait for it after the click."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

POOL_IMPORTS = {
    "classic": ("sklearn.ensemble", "sklearn.pipeline", "lightgbm", "core.run.execute", "skops.io"),
    "torch": ("torch", "sklearn.pipeline", "core.run.execute", "skops.io"),
    "keras": ("keras", "sklearn.pipeline", "core.run.execute", "skops.io"),
}


def import_frameworks(pool: str) -> None:
    """Import the libraries of a pool; one that cannot be imported is named on standard error and left out."""
    with _without_torch(hidden=pool != "torch"):
        for name in POOL_IMPORTS[pool]:
            try:
                import_module(name)
            except (ImportError, OSError) as error:
                # Not fatal: jobs of this pool that need it will say so, the others run.
                sys.stderr.write(f"{name} cannot be imported: {error}\n")


@contextmanager
def _without_torch(*, hidden: bool) -> Iterator[None]:
    """Keep torch from being imported by the way.

    skops asks scikit-learn for all its estimators, which imports every module of it, the one that wraps torch
    included: 2 to 4 s and 180 MB that a worker of another pool has no use for. A module that is None in
    ``sys.modules`` cannot be imported, and scikit-learn passes over it.
    """
    if not hidden or "torch" in sys.modules:
        yield
        return
    sys.modules["torch"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["torch"]
