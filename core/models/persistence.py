"""Fitted models on disk: the pipeline as a skops file, everything else as JSON beside it. Never pickle."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.data.schema import ColumnSchema
from core.errors import LatheError, NotFound
from core.models.bounds import check_bounds
from core.models.decision import Decision
from core.models.fitted import FittedModel
from core.models.trusted import LIBRARY_ESTIMATORS, LIBRARY_LOSSES, TRUSTED_TYPES
from core.prepare.contract import Contract
from core.store.artifacts import read_json, write_atomic, write_json
from core.types import TaskKind

MODEL_FILE = "model.skops"
RECORD_FILE = "model.json"
LIBRARIES = (
    "numpy",
    "pandas",
    "scikit-learn",
    "scipy",
    "skops",
    "lightgbm",
    "xgboost-cpu",
    "xgboost",
    "catboost",
    "keras",
    "tensorflow",
    "torch",
)


class ModelRecord(BaseModel):
    """What is known about a stored model before anything of it is loaded.

    Attributes
    ----------
    format : int
        Version of this layout.
    key : str
        Key of the `ModelSpec`.
    sha256 : str
        Hash of the skops file.
    libraries : dict of str to str
        Installed versions when it was stored.
    contract : Contract or None
        What its columns held when it learned.
    decision : Decision or None
        What a person decided after training.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: int = 1
    key: str
    task: TaskKind
    target: str
    columns: tuple[ColumnSchema, ...]
    classes: tuple[str, ...] = ()
    sha256: str
    size_bytes: int
    libraries: dict[str, str] = Field(default_factory=dict)
    contract: Contract | None = None
    decision: Decision | None = None


def save_model(fitted: FittedModel, folder: Path) -> ModelRecord:
    """Store ``fitted`` in ``folder`` as ``model.skops`` and ``model.json``.

    Returns
    -------
    ModelRecord
        What ``model.json`` holds.

    Raises
    ------
    LatheError
        Where the model holds a type that `load_model` would refuse.
    """
    data = pack(fitted.pipeline)
    record = ModelRecord(
        key=fitted.key,
        task=fitted.task,
        target=fitted.target,
        columns=fitted.columns,
        classes=fitted.classes,
        sha256=hashlib.sha256(data).hexdigest(),
        size_bytes=len(data),
        libraries=library_versions(LIBRARIES),
        contract=fitted.contract,
        decision=fitted.decision,
    )
    write_atomic(folder / MODEL_FILE, lambda path: _write_bytes(path, data))
    write_json(folder / RECORD_FILE, record)
    return record


def load_model(folder: Path) -> FittedModel:
    """Load what `save_model` stored.

    Raises
    ------
    NotFound
        Where there is no model.
    LatheError
        Where the file was changed after it was stored, holds a type that is not on our list, or is damaged inside.
    """
    record = read_record(folder)
    try:
        data = (folder / MODEL_FILE).read_bytes()
    except OSError as error:
        raise NotFound(f"The model file {MODEL_FILE} is missing.", hint="Train the model again.") from error
    if hashlib.sha256(data).hexdigest() != record.sha256:
        raise LatheError(
            f"The model file {MODEL_FILE} is not the one that was stored: its hash differs.",
            hint="It was changed or damaged on the way. Get it again from where it was trained.",
        )
    return FittedModel(
        pipeline=unpack(data),
        task=record.task,
        target=record.target,
        columns=record.columns,
        classes=record.classes,
        key=record.key,
        contract=record.contract,
        decision=record.decision,
    )


def save_decision(folder: Path, decision: Decision) -> ModelRecord:
    """Store what a person decided for a stored model; an empty decision is none.

    Raises
    ------
    LatheError
        Where it does not fit the model: a class that is none, or costs of other classes.
    NotFound
        Where there is no model.
    """
    record = read_record(folder)
    k = len(record.classes)
    if decision.threshold is not None and (k != 2 or decision.label not in record.classes):
        raise LatheError(
            f"A threshold needs two classes, and {decision.label!r} as one of them.", field="decision.threshold"
        )
    if decision.costs and {len(decision.costs), *(len(row) for row in decision.costs)} != {k}:
        raise LatheError(f"Costs must name all pairs of the {k} classes.", field="decision.costs")
    if decision.conformal is not None and decision.conformal.is_interval == bool(k):
        raise LatheError("Intervals belong to numbers, sets to classes.", field="decision.conformal")
    changed = record.model_copy(update={"decision": None if decision.is_empty else decision})
    write_json(folder / RECORD_FILE, changed)
    return changed


def read_record(folder: Path) -> ModelRecord:
    """Read ``model.json`` without loading the model.

    Raises
    ------
    NotFound
        Where there is none.
    LatheError
        Where it cannot be read.
    """
    try:
        return ModelRecord.model_validate(read_json(folder / RECORD_FILE))
    except FileNotFoundError as error:
        raise NotFound("There is no stored model here.", hint="Train the model again.") from error
    except (ValidationError, ValueError) as error:
        raise LatheError(
            f"The description {RECORD_FILE} of the stored model cannot be read.", hint="Get the model again."
        ) from error


def library_versions(names: Sequence[str]) -> dict[str, str]:
    """Return the installed versions of ``names``, without importing them; what is not installed is left out."""
    found = {}
    for name in names:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def pack(pipeline: Any) -> bytes:
    """Return a fitted pipeline as the bytes of a skops file.

    Raises
    ------
    LatheError
        Where it holds a type that `unpack` would refuse.
    """
    from skops.io import dumps, get_untrusted_types

    data: bytes = dumps(pipeline, compression=ZIP_DEFLATED, compresslevel=1)
    _refuse((set(get_untrusted_types(data=data)) - set(TRUSTED_TYPES)) | _foreign_estimators(data))
    return data


def unpack(data: bytes) -> Any:
    """Return the pipeline that `pack` gave ``data`` for.

    Raises
    ------
    LatheError
        Where the bytes are damaged, or hold a type that is not on our list.
    """
    from skops.io import get_untrusted_types, loads

    try:
        unknown = (set(get_untrusted_types(data=data)) - set(TRUSTED_TYPES)) | _foreign_estimators(data)
    except (BadZipFile, KeyError, ValueError) as error:
        raise LatheError(f"The model file {MODEL_FILE} is damaged.", hint="Get it again.") from error
    _refuse(unknown)
    pipeline = loads(data, trusted=list(TRUSTED_TYPES))
    check_bounds(pipeline)
    return pipeline


def _foreign_estimators(data: bytes) -> set[str]:
    """Return what the file holds of scikit-learn beside the parts that Lathe builds, without loading any of it."""
    with ZipFile(BytesIO(data)) as archive:
        waiting = [json.loads(archive.read("schema.json"))]
    found = set()
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
            found.add(f"{part.get('__module__')}.{part.get('__class__')}")
        elif isinstance(part, list):
            waiting.extend(part)
    library = {name for name in found if name.partition(".")[0] == "sklearn"}
    return {name for name in library - LIBRARY_ESTIMATORS if not name.startswith(LIBRARY_LOSSES)}


def _refuse(unknown: set[str]) -> None:
    if unknown:
        raise LatheError(
            f"The model holds types that Lathe does not know to be safe: {', '.join(sorted(unknown))}.",
            hint="Only models made by Lathe can be loaded.",
        )


def _write_bytes(path: Path, data: bytes) -> None:
    path.write_bytes(data)
