"""Read rows one after the other, mend those that are broken, and keep account of all that was done."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from core.data.doctor.dialect import DELIMITERS, Dialect, Field
from core.data.doctor.lines import Lines, Record, join_loosely, records
from core.data.doctor.mend import Fault, Mended, mend, mend_with_other
from core.data.doctor.profile import ColumnProfile, profiles

MOST_TRIED = 20_000
MOST_REJECTED = 1_000

_MARGIN = 3.0
_LEARN_ROWS = 500
_LEAST_LEARNED = 3
_TABLE_RUN = 8
_REJECTED_LETTERS = 2_000


@dataclass(frozen=True)
class RejectedRow:
    """A row that could not be read.

    Attributes
    ----------
    line : int
        Line in the file, from 1.
    text : str
        As it stands there (its first 2,000 letters).
    reason : str
        Why, in words.
    """

    line: int
    text: str
    reason: str


@dataclass
class Account:
    """What reading met."""

    rows: int = 0
    short: int = 0
    blank: int = 0
    repeated: int = 0
    mends: dict[Fault, list[int]] = field(default_factory=dict)
    mended: int = 0
    tried: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    rejected_total: int = 0
    left_out: list[int] = field(default_factory=list)

    def mend(self, line: int, faults: frozenset[Fault]) -> None:
        """Enter a mended row."""
        self.mended += 1
        for fault in sorted(faults - {Fault.SHORT}):
            self.mends.setdefault(fault, []).append(line)

    def reject(self, line: int, text: str, reason: str) -> None:
        """Enter a row that could not be read."""
        self.left_out.append(self.rows + len(self.left_out))
        self.rejected_total += 1
        if len(self.rejected) < MOST_REJECTED:
            self.rejected.append(RejectedRow(line, text[:_REJECTED_LETTERS], reason))


@dataclass(frozen=True)
class Plan:
    """How rows are read.

    Attributes
    ----------
    width : int
        Cells of a row.
    columns : list of ColumnProfile
        What they look like in sound rows; empty where there are too few to tell.
    ragged : bool
        Rows differ in their number of cells by nature, as shopping baskets do; none is mended.
    trailing : bool
        Every row ends with a delimiter and nothing behind it.
    header : tuple of str
        A row of exactly these cells is the header again and left out; empty where none is.
    """

    dialect: Dialect
    width: int
    columns: list[ColumnProfile]
    ragged: bool = False
    trailing: bool = False
    header: tuple[str, ...] = ()


def learn(sample: Sequence[Record], dialect: Dialect, width: int, cells: int) -> list[ColumnProfile]:
    """Learn what the first ``width`` columns look like from the sound rows of a sample, which have ``cells`` cells."""
    sound = [record for record in sample if record.cells is not None and len(record.cells) == cells]
    rows = [dialect.fields(record.text) for record in sound[:_LEARN_ROWS]]
    known = [row for row in rows if row is not None and any(cell.text.strip() for cell in row)]
    even = [row for row in known if not _is_odd(row, dialect.quote)]
    known = even if 2 * len(even) >= len(known) else known
    return profiles(known, width) if width > 1 and len(known) >= _LEAST_LEARNED else []


def is_mendable(sample: Sequence[Record], plan: Plan) -> bool:
    """Tell whether most of the long rows of a sample can be mended: otherwise rows differ by nature."""
    long = [record for record in sample if _is_long(record, plan.width)][:40]
    good = sum(1 for record in long if (found := _mended(record.text, plan)) is not None and found.clear)
    return good >= 0.7 * len(long)


def _is_long(record: Record, width: int) -> bool:
    return record.cells is not None and len(record.cells) > width and any(c.strip() for c in record.cells[width:])


def even_rows(lines: Lines, plan: Plan, account: Account) -> Iterator[list[str]]:
    """Give rows of ``plan.width`` cells (of any number where ragged) and enter what was done in ``account``."""
    blank = 0
    width = plan.width
    for record in records(lines, plan.dialect, 0 if plan.ragged else width):
        cells = record.cells
        if record.is_blank or (cells is not None and width > 1 and not "".join(cells).strip() and len(cells) == 1):
            blank += 1
            continue
        # Blank lines after the last row are not worth a word.
        place = account.rows + len(account.left_out)
        account.left_out += range(place, place + blank)
        account.blank, blank = account.blank + blank, 0
        if cells is not None and plan.header and tuple(cell.strip() for cell in cells) == plan.header:
            account.repeated += 1
            account.left_out.append(account.rows + len(account.left_out))
            continue
        whole = cells is not None and len(cells) == width and not _has_odd_quote(record, plan)
        row = cells if whole else _fit(record, lines, plan, account)
        if row is not None:
            account.rows += 1
            yield row


def _fit(record: Record, lines: Lines, plan: Plan, account: Account) -> list[str] | None:
    """Return a row of the right width from a record that is not; None where it cannot be read."""
    cells, width = record.cells, plan.width
    if plan.ragged:
        return cells if cells is not None else _loosely(record.text, plan)
    if cells is not None and plan.trailing and len(cells) == width + 1 and not cells[-1].strip():
        return cells[:width]
    account.tried += 1
    found = _mended(record.text, plan) if account.tried <= MOST_TRIED else None
    if cells is None:
        return _unsound(record, found, lines, plan, account)
    if len(cells) == width:
        if found is None or not found.clear or not found.faults or not _better(found, cells, plan):
            return cells
        account.mend(record.line, found.faults)
        return [field.text for field in found.fields]
    if len(cells) < width:
        return _short(record, cells, found, plan, account)
    if (
        found is not None
        and found.clear
        and not (_ends_blank(cells, width) and not _better(found, cells[:width], plan))
    ):
        account.mend(record.line, found.faults)
        return [field.text for field in found.fields]
    if _ends_blank(cells, width):
        return cells[:width]
    account.reject(record.line, record.text, f"{len(cells)} cells where {width} are expected")
    return None


def _has_odd_quote(record: Record, plan: Plan) -> bool:
    """Tell whether a cell without quotes around it holds a single one: part of a cell whose delimiter is gone."""
    quote = plan.dialect.quote
    if not quote or not plan.columns or plan.ragged or quote not in record.text:
        return False
    fields = plan.dialect.fields(record.text) or []
    return _is_odd(fields, quote)


def _is_odd(fields: Sequence[Field], quote: str) -> bool:
    return bool(quote) and any(not field.quoted and field.text.count(quote) % 2 for field in fields)


def _unsound(record: Record, found: Mended | None, lines: Lines, plan: Plan, account: Account) -> list[str] | None:
    if found is not None and found.clear and Fault.SHORT not in found.faults:
        account.mend(record.line, found.faults | {Fault.QUOTE})
        return [field.text for field in found.fields]
    joined = join_loosely(record.text + "\n", lines, plan.dialect, plan.width)
    if joined is not None and joined.cells is not None:
        account.mend(joined.line, frozenset({Fault.QUOTE}))
        return joined.cells
    if found is not None and found.clear:
        account.mend(record.line, found.faults | {Fault.QUOTE})
        return [field.text for field in found.fields]
    cells = _loosely(record.text, plan)
    if len(cells) <= plan.width:
        account.mend(record.line, frozenset({Fault.QUOTE}))
        return cells + [""] * (plan.width - len(cells))
    account.reject(record.line, record.text, "a quote that is not closed, or one too many")
    return None


def _loosely(text: str, plan: Plan) -> list[str]:
    fields = plan.dialect.loose_fields(text)
    return text.split(plan.dialect.mark) if fields is None else [field.text for field in fields]


def _short(record: Record, cells: list[str], found: Mended | None, plan: Plan, account: Account) -> list[str]:
    padded = cells + [""] * (plan.width - len(cells))
    if found is not None and found.clear and found.faults != {Fault.SHORT} and _better(found, cells, plan):
        account.mend(record.line, found.faults)
        if Fault.SHORT in found.faults:
            account.short += 1
        return [field.text for field in found.fields]
    account.short += 1
    return padded


def _better(found: Mended, cells: Sequence[str], plan: Plan) -> bool:
    """Tell whether a mended row is clearly likelier than its cells from the left on, the rest empty."""
    fields = plan.dialect.fields(plan.dialect.mark.join(cells)) or []
    if len(fields) != len(cells):
        fields = [Field(cell) for cell in cells]
    costs = [column.cost(field.text, quoted=field.quoted) for column, field in zip(plan.columns, fields, strict=False)]
    costs += [1.0 + min(column.cost("", quoted=False), 3.0) for column in plan.columns[len(cells) :]]
    return found.cost + _MARGIN < sum(costs)


def _ends_blank(cells: Sequence[str], width: int) -> bool:
    return not any(cell.strip() for cell in cells[width:])


def _mended(text: str, plan: Plan) -> Mended | None:
    if not plan.columns:
        return None
    found = mend(text, plan.dialect, plan.columns)
    if found is not None and found.clear and found.supposed < 6.0 and not found.faults & {Fault.SHORT, Fault.JOINED}:
        return found
    other = mend_with_other(text, plan.dialect, plan.columns, list(DELIMITERS))
    if other is not None and other.clear and (found is None or not found.clear or other.cost < found.cost):
        return other
    return found


def usual_width(sample: Sequence[Record], header: Record | None = None) -> int:
    """Return the usual number of cells of sound rows: that of the first table where there may be several."""
    widths = [len(record.cells) for record in sample if record.cells is not None and not record.is_blank]
    if header is not None and header.cells is not None and is_header_width(len(header.cells), widths):
        return len(header.cells)
    return table_width(widths) if widths else 1


def is_header_width(width: int, below: Sequence[int]) -> bool:
    """Tell whether many lines have the width of the header and hardly one less: delimiters within cells make more."""
    return (
        width >= 3
        and below.count(width) >= 0.15 * len(below)
        and sum(other < width for other in below) <= 0.05 * len(below)
    )


def table_width(widths: Sequence[int]) -> int:
    """Return the width of the table that sampled lines start with.

    It is that of the first line where it may be a header; that of the first long run of lines of one width; or the most
    frequent one.
    """
    if is_header_width(widths[0], widths[1:]):
        return widths[0]
    for width, run in itertools.groupby(widths):
        length = len(list(run))
        if (width >= 2 and length >= max(2, 0.25 * len(widths))) or (width >= 3 and length >= _TABLE_RUN):
            return width
    return Counter(widths).most_common(1)[0][0]
