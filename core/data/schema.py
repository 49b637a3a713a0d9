"""What is known about a table: how it was read, its columns, its identity."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from core.data.actions import Rule, TableStep
from core.types import ColumnKind, Meaning, StorageType

MISSING_WORDS = ("", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "#N/A", "?")
"""Cells that are read as missing unless the person says otherwise."""


FileFormat = Literal["csv", "fixed", "excel", "parquet", "feather", "json", "sqlite", "duckdb", "sql"]


class ParseSettings(BaseModel):
    """How a file is turned into a table; found automatically, changeable, replayed on every later file.

    Attributes
    ----------
    format : FileFormat
        Reader to use. Gzip, zip and zstd around the file are opened first. "csv" is any delimited text, "fixed" text in
        columns of fixed width, "json" an array of objects or one object a line, "sql" a database behind a URL.
    encoding, delimiter, quote, escape : str
        For csv. An empty ``quote`` means that there is none; ``escape`` is the character that takes the meaning of the
        next one ("\\"), empty where quotes are doubled.
    decimal, thousands : str
        Marks in numbers; ``thousands`` may be empty.
    header : bool
        Whether the first lines that are read name the columns.
    header_rows : int
        How many do, where ``header``; their cells are joined column by column.
    skip_lines, footer_lines : int
        Lines before the table, lines after it.
    table : int
        Which of several tables in one file, from 0.
    sheet : str
        Excel sheet; table of a SQLite or DuckDB file; key of the array in a JSON file. Empty means the first.
    query : str
        Read-only SQL for databases; empty reads the table.
    widths : tuple of int
        Widths of the columns of "fixed", in characters.
    missing_words : tuple of str
        Cells read as missing (compared after stripping blanks).
    column_missing : dict of str to tuple of str
        Columns with missing words of their own, in place of the general ones.
    day_first : bool
        01/02/2026 is the first of February.
    column_day_first : dict of str to bool
        Columns that differ from it.
    units : dict of str to str
        Sign or unit that is taken off the numbers of a column ("$", "%", "kg"); kept as the column's unit.
    reasons : dict of str to str
        For each setting found automatically: why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: FileFormat = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    header: bool = True
    header_rows: int = 1
    skip_lines: int = 0
    footer_lines: int = 0
    table: int = 0
    sheet: str = ""
    query: str = ""
    widths: tuple[int, ...] = ()
    missing_words: tuple[str, ...] = MISSING_WORDS
    column_missing: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    day_first: bool = False
    column_day_first: dict[str, bool] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
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
    meaning : Meaning, optional
        What the values stand for: an e-mail address, a latitude, a list in a cell ...
    levels : tuple of str
        The values of an ordinal column from low to high; empty where there is no order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    storage: StorageType
    kind: ColumnKind
    missing: int = 0
    unique: int = 0
    examples: tuple[str, ...] = ()
    reason: str = ""
    meaning: Meaning | None = None
    levels: tuple[str, ...] = ()


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
    steps : tuple of TableStep
        What was done to the table after it was read, in order; `columns`, `rows` and `path` show the outcome.
    undone : tuple of tuples of TableStep, history : tuple of tuples of TableStep
        Lists of steps to go forward to, and back to; the nearest one last.
    base_path : str, base_columns : tuple of ColumnSchema
        The table as it was read, where there are steps; empty where there are none.
    rules : tuple of Rule
        What the person demands of this table and of every later file.
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
    steps: tuple[TableStep, ...] = ()
    history: tuple[tuple[TableStep, ...], ...] = ()
    undone: tuple[tuple[TableStep, ...], ...] = ()
    base_path: str = ""
    base_columns: tuple[ColumnSchema, ...] = ()
    rules: tuple[Rule, ...] = ()

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
    def view_key(self) -> str:
        """Key of whatever is worked out from the cells and from what is said about the columns.

        The fingerprint knows the cells and the kinds; the order of levels and the meanings may change without it.
        """
        said = "\x1e".join("\x1f".join((c.name, c.kind, c.meaning or "", *c.levels)) for c in self.columns)
        return f"{self.fingerprint}-{blake2b(said.encode(), digest_size=4).hexdigest()}"

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names in file order."""
        return tuple(column.name for column in self.columns)
