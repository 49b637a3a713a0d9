"""JSON: an array of objects, one key that holds the array, or one object a line; nested objects flattened with dots."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.data.cells import TEXT
from core.data.encoding import open_utf8
from core.data.formats import utf16_encoding
from core.data.names import unique_names
from core.data.schema import ParseSettings
from core.data.sources.source import BATCH_ROWS, Batch, Source
from core.errors import LatheError

_HEAD_BYTES = 4096
_MOST_COLUMNS = 10_000
_HINT = "Use an array of objects, an object with one such array, or one object a line."


def _batches(path: Path, parse: ParseSettings, rows: int | None) -> Iterator[Batch]:
    """Give rows; all columns are found first, because any object may bring another."""
    names: dict[str, None] = {}
    for record in itertools.islice(_records(path, parse.sheet), rows):
        names |= dict.fromkeys(record)
        if len(names) > _MOST_COLUMNS:
            raise LatheError(
                f"A table may have at most {_MOST_COLUMNS:,} columns; the objects of this file have more keys.",
                hint="If the keys are data, turn them into values first.",
            )
    if not names:
        return
    unique, notes = unique_names(list(names))
    records = itertools.islice(_records(path, parse.sheet), rows)
    while chunk := list(itertools.islice(records, BATCH_ROWS)):
        columns = [pa.array([record.get(name, "") for record in chunk], TEXT) for name in names]
        yield Batch(pa.table(columns, names=list(unique)), notes)


def _containers(path: Path) -> tuple[str, ...]:
    if _is_lines(path):
        return ()
    value = _load(path)
    if not isinstance(value, dict):
        return ()
    return tuple(key for key, held in value.items() if _is_table(held))


def _records(path: Path, key: str) -> Iterator[dict[str, str]]:
    if _is_lines(path):
        yield from map(_cells, _lines(path))
        return
    value = _load(path)
    if isinstance(value, dict):
        tables = [name for name, held in value.items() if _is_table(held)]
        if key and key not in tables:
            raise LatheError(
                f"The key {key!r} must hold an array of objects; it does not.",
                hint=f"Keys that do: {', '.join(tables[:12]) or 'none'}.",
                field="parse.sheet",
            )
        # A lone object is a table of one row.
        value = value[key or tables[0]] if tables else [value]
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise LatheError("A table in JSON must be made of objects; this one holds other values.", hint=_HINT)
    yield from map(_cells, value)


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _is_lines(path: Path) -> bool:
    """Tell whether the first line is a whole object and another line follows."""
    with _opened(path) as file:
        filled = (line for line in file if line.strip())
        first, second = next(filled, b"").strip(), next(filled, b"").strip()
    try:
        return second.startswith(b"{") and isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with _opened(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                value = _parse(line)
            except (ValueError, RecursionError) as error:
                raise LatheError(f"Line {number:,} must be an object in JSON: {error}.", hint=_HINT) from error
            if not isinstance(value, dict):
                raise LatheError(f"Line {number:,} must be an object in JSON; it is another value.", hint=_HINT)
            yield value


def _load(path: Path) -> Any:
    try:
        with _opened(path) as file:
            return _parse(file.read())
    except (ValueError, RecursionError) as error:
        raise LatheError(f"The JSON file is damaged: {error}.", hint="Write it again.") from error


def _parse(text: bytes) -> Any:
    # Numbers stay as they are written.
    return json.loads(text, parse_float=str, parse_int=str, parse_constant=lambda word: "")


def _opened(path: Path) -> Any:
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    return open_utf8(path, utf16_encoding(head) or "utf-8")


def _cells(record: Mapping[str, Any]) -> dict[str, str]:
    try:
        return _flat(record)
    except RecursionError as error:
        raise LatheError("Objects in JSON must not be nested hundreds of times; these are.", hint=_HINT) from error


def _flat(record: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    cells: dict[str, str] = {}
    for key, value in record.items():
        if isinstance(value, dict) and value:
            cells |= _flat(value, f"{prefix}{key}.")
        else:
            cells[f"{prefix}{key}"] = _text(value)
    return cells


def _text(value: Any) -> str:
    if value is None or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


JSON = Source("json", "The file holds objects in JSON.", _containers, _batches)
