"""The manifest: everything about a passport that is known before anything in it is loaded."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.data.schema import ParseSettings
from core.errors import LatheError
from core.run.result import Score
from core.types import Framework, TaskKind

FORMAT = "lathe-passport"
VERSION = 1

MANIFEST = "manifest.json"
SCHEMA = "schema.json"
PARSE = "parse.json"
SHAPING = "steps.json"
"""Only where steps were made on the table."""

RECIPE = "recipe.yaml"
REQUIREMENTS = "requirements.txt"
SAMPLE_ROWS = "sample/rows.csv"
SAMPLE_PREDICTIONS = "sample/predictions.csv"
MODEL_FOLDER = "model/"
CARD = "MODEL_CARD.md"
README = "README.txt"

REQUIRED = (SCHEMA, PARSE, SAMPLE_ROWS, SAMPLE_PREDICTIONS)


class FileRecord(BaseModel):
    """One member of the zip. The hash shows damage and changes; it is not a signature of whoever made the passport."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    bytes: int = Field(ge=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class ExpectedColumn(BaseModel):
    """A column that a table must have to be predicted. ``required`` is about the column; its cells may be missing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: str
    storage: str
    required: bool = True


class Manifest(BaseModel):
    """Contents of ``manifest.json``.

    Attributes
    ----------
    loading : tuple of str
        Sentences: what happens when the model is loaded, and what never does.
    device : str
        Where it was trained.
    decided : tuple of str
        Sentences: what a person decided for it after training (`core.models.decision`).
    tolerance : float
        Largest difference of a reproduced sample prediction: absolute on probabilities, relative on numbers.
    sample_parse : ParseSettings
        How ``sample/rows.csv`` is read.
    libraries : dict of str to str
        Versions that the model was made with.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["lathe-passport"] = "lathe-passport"
    version: int = VERSION
    lathe: str
    created: datetime = Field(default_factory=lambda: datetime.now(UTC))
    model_key: str
    model_title: str
    framework: Framework
    task: TaskKind
    target: str
    classes: tuple[str, ...] = ()
    positive_class: str = ""
    scores: tuple[Score, ...] = ()
    holdout: tuple[Score, ...] = ()
    dataset_name: str = ""
    dataset_fingerprint: str = ""
    dataset_rows: int = 0
    recipe_fingerprint: str = ""
    device: str = ""
    decided: tuple[str, ...] = ()
    loading: tuple[str, ...] = ()
    tolerance: float = Field(gt=0, le=1e-3)
    sample_rows: int = Field(ge=1, le=1000)
    sample_parse: ParseSettings
    python: str = ""
    libraries: dict[str, str] = Field(default_factory=dict)
    files: tuple[FileRecord, ...]

    def file(self, name: str) -> FileRecord | None:
        """Return the record of a member, if there is one."""
        return next((record for record in self.files if record.name == name), None)


def parse_manifest(text: str) -> Manifest:
    """Read a manifest and check it.

    Raises
    ------
    LatheError
        Where it is not a manifest of a passport, is of another version, or names no model.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise LatheError("The passport's manifest is not valid JSON.", hint=DAMAGED) from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise LatheError("This zip is not a Lathe passport: its manifest says something else.", hint=PICK_ANOTHER)
    if data.get("version") != VERSION:
        raise LatheError(
            f"This passport has format version {data.get('version')!r}. This Lathe reads version {VERSION}.",
            hint="Use the Lathe that made it, or export the model again.",
        )
    try:
        manifest = Manifest.model_validate(data)
    except ValidationError as error:
        where = ", ".join(sorted({str(item["loc"][0]) for item in error.errors() if item["loc"]}))
        raise LatheError(f"The passport's manifest is incomplete or wrong in: {where}.", hint=DAMAGED) from error
    missing = [name for name in REQUIRED if manifest.file(name) is None]
    if not any(record.name.startswith(MODEL_FOLDER) for record in manifest.files):
        missing.append("the model")
    if missing:
        raise LatheError(f"The passport does not hold {', '.join(missing)}.", hint=DAMAGED)
    return manifest


DAMAGED = "The file may be damaged or changed. Export or download it again."
PICK_ANOTHER = "Choose a zip that was downloaded from the Export page or written by `train --out`."
