"""A prepared fold as files: arrays as numpy and scipy write them, the fitted transformer as a skops file."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from zipfile import BadZipFile

import numpy as np

from core.errors import LatheError
from core.store.artifacts import read_json, write_json

RECORD = "fold.json"
TRANSFORMER = "transformer.skops"


class Fold(Protocol):
    """What is written; see `core.run.prepared.PreparedFold`."""

    transformer: Any
    matrix: Any
    rows: np.ndarray
    test: Any
    fit_s: float
    test_s: float
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class StoredFold:
    """What is read; the arrays are read-only views of the files."""

    transformer: Any
    matrix: Any
    rows: np.ndarray
    test: Any
    fit_s: float
    test_s: float
    warnings: tuple[str, ...]


def is_kept(folder: Path) -> bool:
    """Tell whether a fold was written whole."""
    return (folder / RECORD).exists()


def write_fold(folder: Path, fold: Any) -> None:
    """Write a fold to an empty folder, with a checksum of every file."""
    from core.models.persistence import pack

    _write_matrix(folder / "matrix", fold.matrix)
    _write_matrix(folder / "test", fold.test)
    np.save(folder / "rows.npy", fold.rows)
    if fold.transformer is not None:
        (folder / TRANSFORMER).write_bytes(pack(fold.transformer))
    sums = {path.name: _checksum(path) for path in sorted(folder.iterdir())}
    write_json(
        folder / RECORD,
        {"fit_s": fold.fit_s, "test_s": fold.test_s, "warnings": list(fold.warnings), "checksums": sums},
    )


def read_fold(folder: Path) -> StoredFold:
    """Read what `write_fold` wrote.

    Raises
    ------
    FileNotFoundError
        Where a file is gone.
    ValueError
        Where a file is not the one that was written.
    """
    from core.models.persistence import unpack

    record = read_json(folder / RECORD)
    try:
        sums = dict(record["checksums"])
        for name, expected in sums.items():
            if _checksum(folder / name) != expected:
                raise ValueError(f"{name} has changed")
        packed = (folder / TRANSFORMER).read_bytes() if TRANSFORMER in sums else None
        return StoredFold(
            transformer=None if packed is None else unpack(packed),
            matrix=_read_matrix(folder / "matrix"),
            rows=np.load(folder / "rows.npy"),
            test=_read_matrix(folder / "test"),
            fit_s=float(record["fit_s"]),
            test_s=float(record["test_s"]),
            warnings=tuple(record["warnings"]),
        )
    except (KeyError, TypeError, AttributeError, LatheError, BadZipFile) as error:
        raise ValueError(str(error)) from error


def _write_matrix(path: Path, matrix: Any) -> None:
    if hasattr(matrix, "tocsr"):
        from scipy.sparse import save_npz

        save_npz(path.with_suffix(".npz"), matrix, compressed=False)
    else:
        np.save(path.with_suffix(".npy"), matrix)


def _read_matrix(path: Path) -> Any:
    sparse = path.with_suffix(".npz")
    if sparse.exists():
        from scipy.sparse import load_npz

        return load_npz(sparse)
    dense = path.with_suffix(".npy")
    # An empty array cannot be mapped.
    kept = np.load(dense)[:0] if _is_empty(dense) else np.load(dense, mmap_mode="r")
    return kept.view(np.ndarray)


def _is_empty(path: Path) -> bool:
    with path.open("rb") as file:
        version = np.lib.format.read_magic(file)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, _ = read(file)
    return 0 in shape


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]
