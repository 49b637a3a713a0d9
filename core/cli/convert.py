"""``convert``: any table file as clean CSV, and how it was read as JSON."""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.cli.output import ProgressLine, print_json
from core.errors import LatheError

_ROWS = 20_000
_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+-]?(?:\d[\d.,]*|\.\d+)(?:[eE][+-]?\d+)?%?$")


@dataclass(frozen=True)
class _Read:
    """A table as it was read: names (none where the file has none), cells, and what to tell."""

    names: tuple[str, ...]
    table: pa.Table
    told: dict[str, Any]


def convert(parsed: argparse.Namespace) -> int:
    """Convert one file, or every file of a folder; the exit status is 1 where one could not be read."""
    if not parsed.source.exists():
        raise LatheError(f"There is no {parsed.source}.", hint="Give a file or a folder.")
    if parsed.source.is_file():
        out = parsed.out / _out_name(Path(parsed.source.name)) if parsed.out.is_dir() else parsed.out
        told = convert_one(parsed.source, out, parsed)
        print_json(told)
        return int("error" in told)
    line, failed = ProgressLine(), 0
    files = sorted(path for path in parsed.source.rglob("*") if path.is_file())
    for place, path in enumerate(files, 1):
        line.show(f"{place} of {len(files)}: {path.name}")
        inner = path.relative_to(parsed.source)
        told = convert_one(path, parsed.out / inner.parent / _out_name(inner), parsed)
        failed += "error" in told
        print(json.dumps({**told, "file": inner.as_posix()}, ensure_ascii=False))
    line.close()
    if failed:
        print(f"{failed} of {len(files)} files could not be read", file=sys.stderr)
    return int(bool(failed) or not files)


def _out_name(path: Path) -> str:
    return path.name if path.suffix.lower() == ".csv" else f"{path.name}.csv"


def convert_one(path: Path, out: Path, parsed: argparse.Namespace) -> dict[str, Any]:
    """Convert one file and return what is told of it; an error is told, too."""
    try:
        _refuse_same(path, out)
        read = _read(path, names=parsed.names)
        out.parent.mkdir(parents=True, exist_ok=True)
        _write(out, read, escape=parsed.escape_formulas)
    except LatheError as error:
        return {"file": str(path), "error": error.message, "hint": error.hint, "field": error.field}
    except OSError as error:
        return {"file": str(path), "error": f"{error.strerror}.", "hint": "", "field": ""}
    return {"file": str(path), "out": str(out), **read.told}


def _refuse_same(path: Path, out: Path) -> None:
    if out.resolve() == path.resolve():
        raise LatheError("The clean file must not be the file that is read.", hint="Give another --out.")


def _read(path: Path, *, names: bool) -> _Read:
    from core.data.formats import file_format
    from core.data.sniff import sniff

    if not path.stat().st_size:
        notes = ["The file is empty."]
        return _Read((), pa.table({}), {"rows": 0, "columns": 0, "header": False, "notes": notes})
    if file_format(path) not in ("csv", "excel", "parquet"):
        return _read_packed(path, names=names)
    parse = sniff(path)
    if parse.format == "csv":
        return _read_csv(path, parse, names=names)
    return _read_other(path, parse, names=names)


def _read_packed(path: Path, *, names: bool) -> _Read:
    """Read a file that has to be unpacked, or one that only an upload can take in."""
    from core.data.sniff import sniff
    from core.data.upload import receive
    from core.store.workspace import open_workspace

    with tempfile.TemporaryDirectory(prefix="lathe-") as folder:
        plain = receive(path, path.name, workspace=open_workspace(Path(folder)))
        parse = sniff(plain)
        return _read_csv(plain, parse, names=names) if parse.format == "csv" else _read_other(plain, parse, names=names)


def _read_csv(path: Path, parse: Any, *, names: bool) -> _Read:
    from core.data.delimited import read_delimited

    found = read_delimited(path, parse, empty=True)
    header = found.raw_names if parse.header else tuple(found.table.column_names) if names else ()
    told = _told(parse, found.table, found.notes, header)
    told["rejected"] = [{"line": row.line, "text": row.text, "reason": row.reason} for row in found.rejected]
    told["rejected_total"] = found.rejected_total
    return _Read(header, found.table, told)


def _read_other(path: Path, parse: Any, *, names: bool) -> _Read:
    from core.data.read import read_text

    found = read_text(path, parse)
    table = pa.Table.from_pandas(found.frame, preserve_index=False)
    header = tuple(table.column_names) if parse.header or names else ()
    return _Read(header, table, {**_told(parse, table, found.notes, header), "rejected": [], "rejected_total": 0})


def _told(parse: Any, table: pa.Table, notes: Sequence[str], header: Sequence[str]) -> dict[str, Any]:
    settings = parse.model_dump(mode="json")
    reasons = settings.pop("reasons")
    return {
        "rows": table.num_rows,
        "columns": table.num_columns,
        "header": bool(header),
        "settings": settings,
        "reasons": reasons,
        "notes": list(notes),
    }


def _write(out: Path, read: _Read, *, escape: bool) -> None:
    """Write UTF-8 with commas, lines that end in a line feed, and quotes only where they are needed."""
    part = out.with_name(f".{out.name}.part")
    with part.open("w", encoding="utf-8", newline="") as file:
        if read.names:
            file.write(_line(read.names, escape=escape))
        for row in _rows(read.table):
            file.write(_line(row, escape=escape))
    part.replace(out)


def _rows(table: pa.Table) -> Iterator[tuple[str | None, ...]]:
    for batch in table.to_batches(max_chunksize=_ROWS):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _line(cells: Sequence[str | None], *, escape: bool) -> str:
    texts = [cell or "" for cell in cells]
    if escape:
        texts = [f"'{text}" if _FORMULA.match(text) and not _NUMBER.match(text) else text for text in texts]
    quoted = [f'"{text.replace(chr(34), chr(34) * 2)}"' if _NEEDS_QUOTES.search(text) else text for text in texts]
    line = ",".join(quoted)
    # A row of one empty cell would be a blank line.
    return f"{line}\n" if line else '""\n'
