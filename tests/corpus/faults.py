"""Faults put into the file of a clean table, with the answer that a good reader gives all the same.

The answer to a file without names is its rows alone; several rows of names are joined column by column; of several
tables the first is read; a stray quote stays in its cell; everything else comes back as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from tests.corpus.tables import Table, tables

Rows = list[list[str]]


@dataclass(frozen=True)
class Case:
    """One messy file.

    Attributes
    ----------
    fault : str
        Its sort; cases of one sort share the weight of the sort.
    """

    name: str
    fault: str
    content: bytes
    answer: Rows


@dataclass(frozen=True)
class Style:
    """How a table is written to a file."""

    mark: str = ","
    quote: str = '"'
    escape: str = '"'
    end: str = "\r\n"
    encoding: str = "utf-8"


def cell(text: str, style: Style, *, always: bool = False) -> str:
    """Write one cell, between quotes where it needs them."""
    needed = style.mark.strip() or style.mark
    if not style.quote or not (always or needed in text or style.quote in text or "\n" in text):
        return text
    return style.quote + text.replace(style.quote, style.escape + style.quote) + style.quote


def raw_rows(table: Table, style: Style) -> Rows:
    """Return the header and rows as they are written, cell by cell."""
    return [
        [cell(text, style, always=place in table.quoted) for place, text in enumerate(row)]
        for row in (table.names, *table.rows)
    ]


def joined(rows: Sequence[Sequence[str]], style: Style) -> str:
    """Join written cells to a text."""
    return "".join(style.mark.join(row) + style.end for row in rows)


def clean(table: Table) -> Rows:
    """Return the answer: header and rows."""
    return [list(table.names), *map(list, table.rows)]


def _text(table: Table, style: Style) -> str:
    return joined(raw_rows(table, style), style)


def whole_file_cases(table: Table) -> Iterator[Case]:
    """Give the files whose fault is one of the whole file."""
    usual, answer = Style(mark=table.mark), clean(table)
    text = _text(table, usual)

    def case(fault: str, content: str | bytes, rows: Rows = answer) -> Case:
        raw = content.encode(usual.encoding) if isinstance(content, str) else content
        return Case(f"{table.name}_{fault}", fault, raw, rows)

    yield case("plain", text)
    yield case("no_last_line_end", text.removesuffix("\r\n"))
    yield case("two_last_line_ends", text + "\r\n")
    yield case("line_feeds", text.replace("\r\n", "\n"))
    yield case("carriage_returns", text.replace("\r\n", "\r"))
    ends = ("\n", "\r\n", "\r")
    mixed = "".join(line + ends[place % 3] for place, line in enumerate(text.split("\r\n")[:-1]))
    yield case("mixed_line_ends", mixed)
    yield case("record_separator", text.replace("\r\n", "\x1e"))
    yield case("byte_order_mark", b"\xef\xbb\xbf" + text.encode())
    yield case("utf_16", text.encode("utf-16"))
    yield case("null_bytes", text.encode().replace(b"1", b"1\x00", 3))
    western = text.replace("Łódź", "Lodz").encode("cp1252")
    yield case("windows_1252", western, [[c.replace("Łódź", "Lodz") for c in row] for row in answer])
    for fault, mark in _MARKS.items():
        if mark != table.mark:
            yield case(fault, _text(table, replace(usual, mark=mark)))
    if table.mark == ",":
        yield case("blanks_unquoted", joined(raw_rows(table, usual), replace(usual, mark=" ")))
    yield case("single_quotes", _text(table, replace(usual, quote="'", escape="'")))
    yield case("backslash_escape", _text(table, replace(usual, escape="\\")))
    yield case("no_escape", _text(table, replace(usual, escape="")))
    yield from _layout_cases(table, usual, case)
    yield from _table_cases(table, usual, case)


_MARKS = {
    "semicolons": ";", "commas": ",", "tabs": "\t", "bars": "|", "comma_and_blank": ", ", "section_signs": "§",
    "carets": "^", "tildes": "~", "blanks": " ",
}  # fmt: skip


def _layout_cases(table: Table, style: Style, case: Callable[..., Case]) -> Iterator[Case]:
    rows, answer = raw_rows(table, style), clean(table)
    width = len(table.names)
    head, body = rows[0], rows[1:]
    blank = [""] * width
    yield case("no_header", joined(body, style), answer[1:])
    # The clean file holds the text that was read; on the screens the column is called by its name once.
    twice = [f"{name} {name}" for name in table.names]
    yield case("two_header_rows", joined([head, head, *body], style), [twice, *answer[1:]])
    if table.units:
        both = [f"{name} {unit}" for name, unit in zip(table.names, table.units, strict=True)]
        yield case("units_below_names", joined([head, list(table.units), *body], style), [both, *answer[1:]])
    yield case("header_only", joined([head], style), answer[:1])
    yield case("one_row", joined(rows[:2], style), answer[:2])
    yield case("preamble_in_cells", joined([["Export", *blank[1:]], blank, *rows], style))
    yield case("preamble", f"Export of the office{style.end}made by hand{style.end}{style.end}" + joined(rows, style))
    yield case("preamble_close", f"Export of the office in spring{style.end}" + joined(rows, style))
    note = f"{style.end}* figures of the office{style.end}"
    yield case("footnote", joined(rows, style) + note)
    yield case("footnote_in_cells", joined([*rows, blank, ["Source: the office", *blank[1:]]], style))
    yield case("blank_lines", joined(rows[:9], style) + style.end + joined(rows[9:], style))


def _table_cases(table: Table, style: Style, case: Callable[..., Case]) -> Iterator[Case]:
    rows = raw_rows(table, style)
    text = joined(rows, style)
    yield case("second_table_same", text + text)
    yield case("second_table_narrower", text + joined([row[:-1] for row in rows], style))
    wider = [[*row, "more" if place == 0 else str(place)] for place, row in enumerate(rows)]
    yield case("second_table_wider", text + joined(wider, style))
    other = [["place", "sum"], *[[f"p{place}", str(place * 7)] for place in range(12)]]
    yield case("second_table_other", text + style.end + joined(other, style))


def row_cases(table: Table, every: int = 1) -> Iterator[Case]:
    """Give the files in which one row is broken, at every ``every``-th place."""
    style = Style(mark=table.mark)
    rows, answer = raw_rows(table, style), clean(table)
    width, place = len(table.names), 0
    for row in range(len(rows)):
        for column in range(width):
            place += 1
            if place % every == 0:
                yield from _cell_cases(table, style, rows, answer, row, column)
        if row % max(every // 4, 1) == 0:
            for fault, mark in (("blanks_in_one_row", " "), ("bars_in_one_row", "|")):
                content = joined(rows[:row], style) + mark.join(rows[row]) + style.end + joined(rows[row + 1 :], style)
                yield Case(f"{table.name}_{fault}_{row}", fault, content.encode(), answer)


def _cell_cases(table: Table, style: Style, rows: Rows, answer: Rows, row: int, column: int) -> Iterator[Case]:
    def broken(fault: str, line: str, cells: Sequence[str] | None = None) -> Case:
        content = joined(rows[:row], style) + line + style.end + joined(rows[row + 1 :], style)
        expected = [*answer[:row], list(cells or answer[row]), *answer[row + 1 :]]
        return Case(f"{table.name}_{fault}_{row}_{column}", fault, content.encode(), expected)

    written, mark = rows[row], style.mark
    yield broken("delimiter_too_many", mark.join([*written[:column], "", *written[column:]]))
    if column:
        glued = [*written[: column - 1], written[column - 1] + written[column], *written[column + 1 :]]
        yield broken("delimiter_too_few", mark.join(glued))
    raw, text = written[column], answer[row][column]
    quoted = raw.startswith('"')
    stray = f'""{raw[1:]}' if quoted else f'"{raw}'
    with_quote = [*answer[row][:column], f'"{text}', *answer[row][column + 1 :]]
    yield broken("stray_quote", mark.join([*written[:column], stray, *written[column + 1 :]]), with_quote)
    if quoted and row:
        yield broken("quote_not_closed", mark.join([*written[:column], raw[:-1], *written[column + 1 :]]))
    if row and column == len(rows[0]) - 1 and any(answer[row][column:]):
        short = [*answer[row][:column], ""]
        yield broken("row_too_short", mark.join(written[:column]), short)


def combined_cases(table: Table) -> Iterator[Case]:
    """Give files with several faults at once."""
    answer, width = clean(table), len(table.names)
    tabs = Style(mark="\t", end="\n")
    rows = raw_rows(table, tabs)
    broken = [*rows[:5], [*rows[5][:1], "", *rows[5][1:]], *rows[6:]]
    yield Case(f"{table.name}_tabs_utf16_extra", "combined", joined(broken, tabs).encode("utf-16"), answer)
    lead = Style(mark=";", end="\n")
    text = f"Report\n\n{joined(raw_rows(table, lead), lead)}\n* made by hand\n"
    yield Case(f"{table.name}_semicolons_preamble_footnote", "combined", b"\xef\xbb\xbf" + text.encode(), answer)
    bare = Style(mark="|", end="\r")
    yield Case(
        f"{table.name}_bars_returns_bare", "combined", joined(raw_rows(table, bare)[1:], bare).encode(), answer[1:]
    )
    comma = Style(mark=", ", end="\n")
    rows = raw_rows(table, comma)
    rows[7] = rows[7][: width - 1]
    short = [*answer[:7], [*answer[7][: width - 1], ""], *answer[8:]]
    yield Case(f"{table.name}_comma_and_blank_short", "combined", joined(rows, comma).encode(), short)


def cases(every: int = 1, chosen: Sequence[Table] | None = None) -> Iterator[Case]:
    """Give all cases; of those with one broken row only every ``every``-th."""
    for table in chosen or tables():
        yield from whole_file_cases(table)
        yield from combined_cases(table)
        yield from row_cases(table, every)
