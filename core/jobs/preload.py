"""What a worker imports before its first job, so that the person does not wait for it after the click."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

POOL_IMPORTS = {
    "classic": ("sklearn.ensemble", "sklearn.pipeline", "lightgbm", "core.run.execute", "skops.io"),
    "torch": ("torch", "sklearn.pipeline", "core.run.execute", "skops.io"),
    "keras": ("keras", "sklearn.pipeline", "core.run.execute", "skops.io"),
}

PRELOAD = "LATHE_PRELOAD"
"""Set to 0, workers import only what a job asks for: slower to begin, lighter on memory and in tests."""


def import_frameworks(pool: str) -> None:
    """Import the libraries of a pool; one that cannot be imported is named on standard error and left out."""
    if os.environ.get(PRELOAD) == "0":
        return
    with _without_torch(hidden=pool != "torch"):
        for name in POOL_IMPORTS[pool]:
            try:
                import_module(name)
            except Exception as error:  # noqa: BLE001 -- the border: a broken library must not take every job with it
                # Jobs that need it will say so themselves, the others run.
                sys.stderr.write(f"{name} cannot be imported: {type(error).__name__}: {error}\n")


class _NoTorch:
    """A finder that knows no torch; unlike None in ``sys.modules`` it leaves no name behind for scipy to trip on."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse torch, pass on everything else."""
        if name.partition(".")[0] == "torch":
            raise ModuleNotFoundError(f"{name} is not imported in a worker of this pool", name=name)


@contextmanager
def _without_torch(*, hidden: bool) -> Iterator[None]:
    """Keep torch from being imported by the way.

    skops asks scikit-learn for all its estimators, which imports every module of it, the one that wraps torch
    included: 2 to 4 s and 180 MB that a worker of another pool has no use for. scikit-learn passes over what cannot
    be imported.
    """
    if not hidden or "torch" in sys.modules:
        yield
        return
    finder = _NoTorch()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
