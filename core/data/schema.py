"""What is known about a table: how it was read, its columns, its identity."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from core.types import ColumnKind, StorageType

MISSING_WORDS = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "?")
"""Cells that are read as missing unless the person says otherwise."""


class ParseSettings(BaseModel):
    """How a file is turned into a table; found automatically, changeable, replayed on every later file.

    Attributes
    ----------
    format : {"csv", "excel", "parquet"}
        Reader to use. Gzip and zip around the file are opened first.
    encoding, delimiter, quote : str
        For csv.
    decimal, thousands : str
        Marks in numbers; ``thousands`` may be empty.
    header : bool
        Whether the first line that is read names the columns.
    skip_lines : int
        Lines before the table.
    sheet : str
        Excel sheet; empty means the first.
    missing_words : tuple of str
        Cells read as missing (compared after stripping blanks).
    day_first : bool
        01/02/2026 is the first of February.
    reasons : dict of str to str
        For each setting found automatically: why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["csv", "excel", "parquet"] = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    header: bool = True
    skip_lines: int = 0
    sheet: str = ""
    missing_words: tuple[str, ...] = MISSING_WORDS
    day_first: bool = False
    reasons: dict[str, str] = Field(default_factory=dict)


class ColumnSchema(BaseModel):
    """One column: name, how it is stored, what it means, and why that was concluded.

    Attributes
    ----------
    missing, unique : int
        Cells missing; distinct values without missing.
    examples : tuple of str
        Up to five values, as text.
    reason : str
        Why this kind, in words; "chosen by you" once the person changed it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    storage: StorageType
    kind: ColumnKind
    missing: int = 0
    unique: int = 0
    examples: tuple[str, ...] = ()
    reason: str = ""


class Dataset(BaseModel):
    """A stored table. The cells lie in a Parquet file; this is everything else about it.

    Attributes
    ----------
    id : str
        Identity in the workspace.
    path : str
        Parquet file, relative to the workspace.
    rows : int
        Number of rows.
    fingerprint : str
        Content hash of the stored cells and schema: equal content, equal fingerprint.
    source_name : str
        Name of the file or sample it came from.
    notes : tuple of str
        What reading had to mend or drop, in sentences (never silent).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    project_id: str = ""
    name: str
    path: str
    rows: int
    columns: tuple[ColumnSchema, ...]
    fingerprint: str
    parse: ParseSettings
    source_name: str = ""
    source_bytes: int = 0
    notes: tuple[str, ...] = ()
    created: datetime = Field(default_factory=lambda: datetime.now(UTC))

    def column(self, name: str) -> ColumnSchema:
        """Return the column called ``name``.

        Raises
        ------
        KeyError
            Where there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in file order."""
        return tuple(column.name for column in self.columns)
