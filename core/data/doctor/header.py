"""The names of the columns: from one or several rows, mended where their row is broken."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.doctor.dialect import DELIMITERS, Dialect, Field
from core.data.doctor.lines import Record
from core.data.doctor.mend import Fault, mend
from core.data.doctor.profile import ColumnProfile


class _AnyName(ColumnProfile):
    """A column of names: any text is as good as another."""

    def __init__(self) -> None:
        super().__init__([])

    def share_with(self, mark: str) -> float:
        return 0.0

    def cost(self, text: str, *, quoted: bool) -> float:
        return (1.0 if text.strip() else 3.0) + 0.5 * quoted


def name_row(record: Record, dialect: Dialect, width: int) -> tuple[list[str], str]:
    """Return the cells of a row of names, and a note where it had to be mended.

    Parameters
    ----------
    record : Record
        The row.
    dialect : Dialect
        How rows are divided.
    width : int
        Cells of the rows below; 0 where there are none.
    """
    cells = record.cells
    if cells is not None and (len(cells) == width or not width):
        return cells, ""
    other = name_row_by_other(record.text, dialect, width)
    if other is not None:
        return other, f"The names in line {record.line:,} are divided by another sign than the rows below."
    if cells is None or len(cells) > width or _holds_stray(cells, dialect):
        found = mend(record.text, dialect, [_AnyName()] * width)
        if found is not None and not found.faults & {Fault.JOINED, Fault.SHORT} and found.supposed < 8.0:
            what = " and ".join(sorted(found.faults))
            return [field.text for field in found.fields], f"The names in line {record.line:,} were mended: {what}."
    if cells is None:
        fields = dialect.loose_fields(record.text) or [Field(part) for part in record.text.split(dialect.mark)]
        cells = [field.text for field in fields]
    return cells, ""


def name_row_by_other(text: str, dialect: Dialect, width: int) -> list[str] | None:
    """Return the cells of a row that another sign divides into exactly ``width``."""
    if width < 2:
        return None
    for mark in DELIMITERS:
        if mark != dialect.mark:
            cells = Dialect(mark, dialect.quote, dialect.escape).split(text.strip(" ") if mark == " " else text)
            if cells is not None and len(cells) == width and all(cell.strip() for cell in cells):
                return cells
    return None


def joined_names(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join several rows of names column by column."""
    width = max(map(len, rows))
    padded = [[*row, *[""] * (width - len(row))] for row in rows]
    columns = ([part.strip() for part in parts] for parts in zip(*padded, strict=True))
    return [" ".join(filter(None, parts)) for parts in columns]


def said_once(name: str) -> str:
    """Return a joined name without its repetition: "date date" is "date"."""
    words = name.split()
    for length in range(1, len(words) // 2 + 1):
        if len(words) % length == 0 and words == words[:length] * (len(words) // length):
            return " ".join(words[:length])
    return name


def _holds_stray(cells: Sequence[str], dialect: Dialect) -> bool:
    return bool(dialect.quote) and any(dialect.quote in cell for cell in cells)
