"""How a new file is read: like the training file where that fits, by its own layout where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.data.conform import Conformed, conform
from core.data.kinds import settle_day_first
from core.data.like import PEEK_ROWS, layout_differences, ways_to_read, with_most_columns
from core.data.read import TextTable, read_text
from core.data.schema import ColumnSchema, ParseSettings
from core.errors import LatheError
from core.types import StorageType


def read_like(
    path: Path, name: str, *, columns: tuple[ColumnSchema, ...], like: ParseSettings | None
) -> tuple[TextTable, Conformed, tuple[str, ...]]:
    """Read a new file and give it the types that a model expects.

    Parameters
    ----------
    path : Path
        Plain text, Excel or Parquet file.
    name : str
        Its name, for messages.
    columns : tuple of ColumnSchema
        Columns that it must have.
    like : ParseSettings, optional
        How the training file was read. Its missing words always hold; its order of day and month holds unless the dates
        cannot be written so; its layout and its marks in numbers hold unless the columns are not found that way, or
        more cells are read another way.

    Returns
    -------
    (TextTable, Conformed, tuple of str)
        The text, the typed rows, and notes where the file is written otherwise than the training file.

    Raises
    ------
    LatheError
        Where it cannot be read, or columns are missing.
    """
    options = with_most_columns(path, ways_to_read(path, name, like), [column.name for column in columns])
    best: tuple[int, ParseSettings, TextTable, Conformed] | None = None
    for parse in options:
        table = read_text(path, parse)
        parse = _settled(table, columns, parse)
        conformed = conform(table, columns, parse)
        bad = sum(item.count for item in conformed.report.unreadable)
        if best is None or bad < best[0]:
            best = (bad, parse, table, conformed)
        if bad == 0:
            break
    assert best is not None
    return best[2], best[3], tuple(_differences(best[1], like))


def present_columns(
    path: Path, name: str, *, columns: tuple[ColumnSchema, ...], like: ParseSettings | None
) -> tuple[ColumnSchema, ...]:
    """Return those of ``columns`` that a file has, when it is read the way that finds most of them."""
    found: tuple[ColumnSchema, ...] = ()
    failure: LatheError | None = None
    for parse in ways_to_read(path, name, like):
        try:
            names = set(read_text(path, parse, rows=PEEK_ROWS).frame.columns)
        except LatheError as error:
            failure = error
            continue
        found = max(found, tuple(column for column in columns if column.name in names), key=len)
    if not found and failure:
        raise failure
    return found


def _settled(table: TextTable, columns: tuple[ColumnSchema, ...], parse: ParseSettings) -> ParseSettings:
    """Turn the order of day and month round where the dates that the model reads cannot be the other way."""
    names = {column.name for column in columns if column.storage is StorageType.DATETIME}
    dates = table.frame[[name for name in table.frame.columns if name in names]]
    return settle_day_first(TextTable(dates), parse)


def _differences(used: ParseSettings, like: ParseSettings | None) -> Iterator[str]:
    if like is not None and used.format == like.format == "csv" and used.decimal != like.decimal:
        yield f"Its numbers are written with the decimal mark {used.decimal!r}; the training file had {like.decimal!r}."
    if like is not None and used.day_first != like.day_first:
        now, before = ("day", "month") if used.day_first else ("month", "day")
        yield f"Its dates are written {now} first; those of the training file {before} first."
    if like is not None and used.format == like.format == "csv":
        yield from (words.replace("the first file", "the training file") for words in layout_differences(used, like))
