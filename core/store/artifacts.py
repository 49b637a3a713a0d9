"""Files and folders that are either whole or not there."""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any


def write_atomic(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file or a folder under a temporary name beside ``path``, then rename it.

    Parameters
    ----------
    path : Path
        Final place. What is there already is replaced.
    write : callable
        Gets the temporary path, which does not exist yet, and makes a file or a folder there.

    Raises
    ------
    Exception
        Whatever ``write`` raises; then nothing is left behind and what was at ``path`` is untouched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = _name_beside(path)
    try:
        write(temporary)
        _put_in_place(temporary, path)
    finally:
        remove_tree(temporary)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` (JSON types, or a pydantic model) atomically."""
    data = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
    text = json.dumps(data, ensure_ascii=False, indent=1)
    write_atomic(path, lambda temporary: _write_text(temporary, text))


def read_json(path: Path) -> Any:
    """Read a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))


def remove_tree(path: Path) -> None:
    """Remove a file or a folder with all that is in it; nothing there is fine."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _name_beside(path: Path) -> Path:
    # The ending stays: some writers choose the format by it.
    return path.with_name(f".tmp-{uuid.uuid4().hex[:12]}-{path.name}")


def _put_in_place(temporary: Path, path: Path) -> None:
    if not path.is_dir() and not temporary.is_dir():
        temporary.replace(path)
        return
    # A folder cannot replace a full one: the old one steps aside first, and comes back if the rename fails.
    aside = _name_beside(path)
    had_old = path.exists()
    if had_old:
        path.replace(aside)
    try:
        temporary.replace(path)
    except OSError:
        if had_old:
            aside.replace(path)
        raise
    remove_tree(aside)


def _write_text(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def remove_older(folder: Path, age_s: float) -> None:
    """Remove the files of a folder that nobody has touched for ``age_s`` seconds."""
    for path in folder.iterdir():
        try:
            if time.time() - path.stat().st_mtime > age_s:
                path.unlink()
        except OSError:
            continue  # Another process was quicker.
