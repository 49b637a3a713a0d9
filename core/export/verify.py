"""Proof that a passport answers as it did where it was made: reload it, predict its sample, compare."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
import traceback
from pathlib import Path

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.data.conform import conform
from core.data.read import read_text
from core.errors import LatheError
from core.export.environment import library_versions
from core.export.manifest import SAMPLE_PREDICTIONS, SAMPLE_ROWS
from core.export.passport import LoadedPassport, unpacked
from core.export.table import read_table
from core.models.fitted import Predictions

ENDING = 2_000
"""Characters of a crashed process's last words that are kept."""


class VerifyReport(BaseModel):
    """Whether a passport reproduced its sample predictions.

    Attributes
    ----------
    proven : bool
        All labels equal, and no number further off than ``tolerance``.
    reason : str
        Where it is not proven: why, in words.
    rows : int
        Sample rows compared.
    labels_equal : float
        Share of equal labels; 1 for regression.
    max_difference : float
        Largest difference: absolute for probabilities, relative for numbers (to the prediction, or to the mean size
        of all where that is larger, so that predictions near 0 do not count double).
    fresh_process : bool
        Checked in a process started for it.
    environment : dict of str to str
        What it was checked with.
    messages : tuple of str
        What else a person should know, in sentences.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    proven: bool
    reason: str = ""
    rows: int = 0
    labels_equal: float = 0.0
    max_difference: float = 0.0
    tolerance: float = 0.0
    seconds: float = 0.0
    fresh_process: bool = False
    environment: dict[str, str] = Field(default_factory=dict)
    messages: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say the result in one sentence."""
        if not self.proven:
            return f"Not proven. {self.reason}"
        where = "A fresh process" if self.fresh_process else "This process"
        return (
            f"Proven. {where} loaded the model and reproduced all {self.rows} sample predictions "
            f"(largest difference {self.max_difference:.1g}, {self.tolerance:g} allowed) in {self.seconds:.1f} s."
        )


def check_passport(path: Path) -> VerifyReport:
    """Load a passport in this process and compare the predictions of its sample with those stored in it.

    The sample goes the way of a new user's file: it is read as text and typed by the schema.

    Returns
    -------
    VerifyReport
        Also where the passport cannot be loaded; then ``reason`` says why.
    """
    start = time.monotonic()
    environment = {"python": platform.python_version(), "system": platform.platform(terse=True)}
    try:
        with unpacked(path) as (folder, loaded):
            environment |= library_versions(loaded.manifest.framework)
            report = _compare(folder, loaded)
    except LatheError as error:
        report = VerifyReport(proven=False, reason=f"{error.message} {error.hint}".strip())
    except Exception as error:  # noqa: BLE001 -- the border: a model that fails in any way is one that is not proven
        words = f"The model loaded, but did not predict here: {type(error).__name__}: {error}."
        ending = "".join(traceback.format_exception(error))[-ENDING:]
        report = VerifyReport(proven=False, reason=words, messages=(ending,))
    return report.model_copy(update={"seconds": time.monotonic() - start, "environment": environment})


def verify_passport(path: Path, *, timeout_s: float = 300.0) -> VerifyReport:
    """Check a passport in a fresh process that shares nothing with this one but the installed libraries.

    Parameters
    ----------
    path : Path
        The zip.
    timeout_s : float
        The process is ended after so many seconds.

    Returns
    -------
    VerifyReport
        Not proven, with the reason, where the process crashes or takes too long.
    """
    # It stays in this process group, so that a Stop of the job that asked for the check ends it too.
    command = [sys.executable, "-P", "-m", "core.export.verify", str(path.resolve())]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=_environment(),
        text=True,
        errors="replace",
    )
    try:
        output, complaints = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        _end(process)
        return VerifyReport(proven=False, fresh_process=True, reason=f"The check took longer than {timeout_s:g} s.")
    except BaseException:
        _end(process)
        raise
    return _read_report(output, complaints, process.returncode)


def _compare(folder: Path, loaded: LoadedPassport) -> VerifyReport:
    manifest = loaded.manifest
    table = read_text(folder / SAMPLE_ROWS, manifest.sample_parse)
    found = loaded.fitted.predict(conform(table, loaded.columns, manifest.sample_parse).frame)
    stored = read_table(folder / SAMPLE_PREDICTIONS, manifest.classes)
    rows = len(stored.values)
    if not len(found.values) == rows == manifest.sample_rows:
        reason = f"The sample has {len(found.values)} rows and {rows} predictions; {manifest.sample_rows} are promised."
        return VerifyReport(proven=False, reason=reason)
    equal, difference = _differences(found, stored)
    reason = ""
    if equal < 1:
        reason = f"Only {equal:.0%} of the {rows} sample predictions came out with the stored label."
    elif not difference <= manifest.tolerance:
        reason = f"A sample prediction is off by {difference:.2g}; {manifest.tolerance:g} is allowed."
    return VerifyReport(
        proven=not reason,
        reason=" ".join([reason, *loaded.warnings]) if reason else "",
        rows=rows,
        labels_equal=equal,
        max_difference=difference,
        tolerance=manifest.tolerance,
        messages=loaded.warnings,
    )


def _differences(found: Predictions, stored: Predictions) -> tuple[float, float]:
    """Return the share of equal labels and the largest difference of the numbers; not a number counts as infinite."""
    if found.probabilities is None or stored.probabilities is None:
        size = np.maximum(np.abs(stored.values), np.abs(stored.values).mean() or 1.0)
        gaps, equal = np.abs(found.values - stored.values) / size, 1.0
    else:
        gaps = np.abs(found.probabilities - stored.probabilities)
        equal = float(np.mean([str(a) == str(b) for a, b in zip(found.values, stored.values, strict=True)]))
    return equal, float(np.nan_to_num(gaps, nan=np.inf).max())


def _environment() -> dict[str, str]:
    """Return an environment without a GPU, with few and patient threads, in which ``core`` can be imported."""
    root = str(Path(__file__).parents[2])
    few = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    few |= {"TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return {
        **os.environ,
        **few,
        "OMP_WAIT_POLICY": "PASSIVE",
        "CUDA_VISIBLE_DEVICES": "",
        "PYTHONPATH": os.pathsep.join(paths),
    }


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def _read_report(output: str, complaints: str, status: int) -> VerifyReport:
    # Libraries may write to standard output too; the report is the last line.
    last = output.strip().rpartition("\n")[2]
    try:
        return VerifyReport.model_validate_json(last).model_copy(update={"fresh_process": True})
    except ValidationError:
        words = complaints.strip()[-ENDING:].rpartition("\n")[2] or "It said nothing."
        reason = f"The fresh process ended with status {status} and without a report. {words}"
        return VerifyReport(proven=False, fresh_process=True, reason=reason, messages=(complaints[-ENDING:],))


def main(arguments: list[str]) -> int:
    """Check the passport named by the one argument and write the report as one line of JSON."""
    report = check_passport(Path(arguments[0]))
    sys.stdout.write("\n" + report.model_dump_json() + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
