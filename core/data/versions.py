"""The versions of a dataset on disk: cells under their fingerprint, with a description beside them."""

from __future__ import annotations

import re
import time
from collections.abc import Collection
from pathlib import Path

from pydantic import ValidationError

from core.data.schema import Dataset
from core.store.artifacts import read_json, write_json
from core.store.workspace import Workspace

_NAME = re.compile(r"[0-9a-f]{32}")
_ORPHAN_S = 24 * 3600


def cells_path(dataset_id: str, fingerprint: str) -> str:
    """Return where cells of this fingerprint are stored, relative to the workspace."""
    return f"datasets/{dataset_id}/{fingerprint}.parquet"


def keep_version(workspace: Workspace, dataset: Dataset, *, replace: bool = True) -> None:
    """Describe a version beside its cells; one that is described already stays so where ``replace`` is False."""
    path = _described(workspace, dataset.id, dataset.fingerprint)
    if path is not None and (replace or not path.exists()):
        write_json(path, dataset)


def find_version(workspace: Workspace, dataset_id: str, fingerprint: str) -> Dataset | None:
    """Return a kept version whose cells are there, else None."""
    path = _described(workspace, dataset_id, fingerprint)
    found = None if path is None else _read(path)
    return found if found is not None and workspace.path(found.path).exists() else None


def remove_unneeded(workspace: Workspace, present: Dataset, named: Collection[str]) -> None:
    """Remove versions that are neither ``present``, nor its base, nor in ``named``, nor reached by undo or redo.

    Files that no version describes are left for a day: another process may just be about to save theirs.
    """
    folder = workspace.path(f"datasets/{present.id}")
    versions = {path: found for path in folder.glob("*.json") if _is_version(path) and (found := _read(path))}
    reached = (*present.history, *present.undone)
    kept = [
        version
        for version in versions.values()
        if version.fingerprint in named
        or version.fingerprint == present.fingerprint
        or version.path == present.base_path
        or version.steps in reached
    ]
    needed = {path for version in (present, *kept) for path in (version.path, version.base_path)}
    for path, version in versions.items():
        if version not in kept:
            path.unlink(missing_ok=True)
            if version.path not in needed:
                workspace.path(version.path).unlink(missing_ok=True)
    for cells in folder.glob("*.parquet"):
        if _is_version(cells) and workspace.relative(cells) not in needed and _is_old(cells):
            cells.unlink(missing_ok=True)
    for unfinished in (*folder.glob(".tmp-*"), *folder.glob("*.part")):  # Of work that was killed while it wrote.
        if _is_old(unfinished):
            unfinished.unlink(missing_ok=True)


def _described(workspace: Workspace, dataset_id: str, fingerprint: str) -> Path | None:
    # A fingerprint may come from a recipe that a person wrote: only what can be one becomes a path.
    if not re.fullmatch(r"[\w-]{1,128}", fingerprint):
        return None
    return workspace.path(f"datasets/{dataset_id}/{fingerprint}.json")


def _is_version(path: Path) -> bool:
    return _NAME.fullmatch(path.stem) is not None


def _is_old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_mtime > _ORPHAN_S
    except FileNotFoundError:
        return False


def _read(path: Path) -> Dataset | None:
    try:
        return Dataset.model_validate(read_json(path))
    except (FileNotFoundError, ValueError, ValidationError):
        return None  # Written by another version of Lathe, or removed meanwhile.
