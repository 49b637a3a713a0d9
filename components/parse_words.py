"""The settings a file is read with, in the words of a person: labels, values, and which of them a format has."""

from __future__ import annotations

from collections.abc import Mapping

from core.data.schema import ParseSettings

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "cp1252",
    "latin-1",
    "iso-8859-15",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "mac-roman",
    "cp850",
    "cp437",
    "cp1250",
    "cp1251",
    "shift_jis",
    "gb18030",
    "big5",
    "euc-kr",
)
DELIMITERS = {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Bar",
    " ": "Blank",
    ":": "Colon",
    "^": "Caret",
    ", ": "Comma and blank",
    "; ": "Semicolon and blank",
}
QUOTES = {'"': 'Double quote "', "'": "Single quote '", "": "None"}
ESCAPES = {"": "None; quotes are doubled", "\\": "Backslash \\"}
DECIMALS = {".": "Point", ",": "Comma"}
THOUSANDS = {"": "None", ",": "Comma", ".": "Point", " ": "Blank", "'": "Apostrophe", "_": "Underscore"}

CHOICES: dict[str, Mapping[str, str]] = {
    "encoding": {name: name for name in ENCODINGS},
    "delimiter": DELIMITERS,
    "quote": QUOTES,
    "escape": ESCAPES,
    "decimal": DECIMALS,
    "thousands": THOUSANDS,
}
"""Settings that are one of some texts, with a word for each."""

LABELS = {
    "sheet": "Sheet or table",
    "query": "Query",
    "table": "Which table of the file",
    "delimiter": "Columns are separated by",
    "widths": "Widths of the columns",
    "encoding": "Characters (encoding)",
    "decimal": "Decimal mark",
    "thousands": "Thousands mark",
    "header": "The first line names the columns",
    "header_rows": "Lines that name the columns",
    "skip_lines": "Lines before the table",
    "footer_lines": "Lines after the table",
    "quote": "Quotation mark",
    "escape": "Escape character",
    "day_first": "01/02/2026 is the first of February",
    "missing_words": "Cells read as missing",
    "column_missing": "Columns with missing words of their own",
    "column_day_first": "Columns whose dates are ordered otherwise",
    "units": "Units taken off numbers",
}

_ROWS = ("header", "header_rows", "skip_lines", "footer_lines")
_CELLS = ("decimal", "thousands", "day_first", "missing_words", "column_missing", "column_day_first", "units")

SETTINGS: dict[str, tuple[str, ...]] = {
    "csv": ("delimiter", "encoding", "quote", "escape", *_ROWS, *_CELLS),
    "fixed": ("widths", "encoding", *_ROWS, *_CELLS),
    "excel": ("sheet", *_ROWS, *_CELLS),
    "json": ("sheet", *_CELLS),
    "sqlite": ("sheet", "query", *_CELLS),
    "duckdb": ("sheet", "query", *_CELLS),
    "sql": _CELLS,
    "parquet": (),
    "feather": (),
}
"""For each format its settings, in the order they are drawn."""

FORMAT_WORDS = {
    "csv": "Text with separators",
    "fixed": "Text in columns of fixed width",
    "excel": "Excel",
    "parquet": "Parquet",
    "feather": "Feather",
    "json": "JSON",
    "sqlite": "SQLite database",
    "duckdb": "DuckDB database",
    "sql": "Database",
}

_USUAL = ParseSettings()


def is_unusual(parse: ParseSettings, name: str) -> bool:
    """Tell whether a setting is not what most files have, or was found by a guess, so that it is worth a look."""
    if name in ("sheet", "query", "widths"):
        return True
    return getattr(parse, name) != getattr(_USUAL, name) or "both orders fit" in parse.reasons.get(name, "").lower()


def value_word(parse: ParseSettings, name: str) -> str:
    """Return the value of a setting in words."""
    value = getattr(parse, name)
    if name in CHOICES:
        return str(CHOICES[name].get(value, repr(value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_listed(entry)}" for key, entry in value.items()) or "none"
    if isinstance(value, tuple):
        return _listed(value) or "none"
    return str(value) or "the first"


def _listed(value: object) -> str:
    if isinstance(value, bool):
        return "day first" if value else "month first"
    if isinstance(value, tuple):
        return ", ".join(str(entry) or "(empty)" for entry in value)
    return str(value)
