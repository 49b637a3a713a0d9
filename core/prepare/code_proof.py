"""Proof that an exported script gives the same matrix: it runs in a process of its own that knows nothing of us."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import LatheError

_PASSED_ON = (
    "PATH",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "SYSTEMROOT",
    "OMP_NUM_THREADS",
    "OMP_WAIT_POLICY",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "LATHE_MODEL_FOLDERS",
)


@dataclass(frozen=True)
class CodeProof:
    """Whether a script gives what the plan gives.

    Attributes
    ----------
    code : str
        The script.
    equal : bool
        Every cell is the same, to the last bit.
    max_difference : float
        Largest absolute difference; infinite where the shapes differ.
    rows, features : int
        Of our matrix.
    """

    code: str
    equal: bool
    max_difference: float
    rows: int
    features: int


def run_script(code: str, table: Path, *, target: str = "", folder: Path, timeout_s: float = 600.0) -> Any:
    """Run a script of `plan_code` on a table in a fresh process, with nothing of ours on its path.

    Returns
    -------
    ndarray or csr_matrix
        What it wrote.

    Raises
    ------
    LatheError
        Where it fails, writes nothing or takes too long.
    """
    script, matrix = folder / "prepare.py", folder / "matrix.npy"
    script.write_text(code, encoding="utf-8")
    command = [sys.executable, "-I", str(script), str(table), str(matrix), *([f"--target={target}"] if target else [])]
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env={**environment, "HOME": str(folder)},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise LatheError(
            f"The script did not end within {timeout_s:g} seconds.", hint="Try it on fewer rows."
        ) from error
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LatheError(f"The script must run on its own; it failed: {last}", hint="Report this with the plan.")
    return _load(matrix)


def compare(code: str, ours: Any, theirs: Any) -> CodeProof:
    """Compare two matrices cell by cell; missing cells are equal to missing cells."""
    left, right = _dense(ours), _dense(theirs)
    if left.shape != right.shape:
        return CodeProof(code, False, float("inf"), *left.shape)
    equal = bool(np.array_equal(left, right, equal_nan=True))
    gaps = bool((np.isnan(left) == np.isnan(right)).all())
    difference = float(np.nanmax(np.abs(left - right), initial=0.0)) if gaps else float("inf")
    return CodeProof(code, equal, difference, *left.shape)


def _load(matrix: Path) -> Any:
    if matrix.exists():
        return np.load(matrix, allow_pickle=False)
    if matrix.with_suffix(".npz").exists():
        from scipy.sparse import load_npz

        return load_npz(matrix.with_suffix(".npz"))
    raise LatheError("The script wrote no matrix.", hint="Report this with the plan.")


def _dense(matrix: Any) -> np.ndarray:
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, dtype=np.float64)
