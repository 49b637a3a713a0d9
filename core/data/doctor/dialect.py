"""How one line of text is divided into cells: strictly, or as far as it goes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from core.data.schema import ParseSettings
from core.errors import LatheError

DELIMITERS = {
    ",": "Comma",
    ";": "Semicolon",
    "\t": "Tab",
    "|": "Bar",
    ":": "Colon",
    "^": "Caret",
    "~": "Tilde",
    "§": "Section sign",
    "\x1f": "Unit separator",
    "\x01": "Control character 1",
    " ": "Blank",
}
"""Characters that are tried, and their names."""


@dataclass(frozen=True)
class Field:
    """One cell as it stands in a line: its text, and whether it stood between quotes."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Dialect:
    """What divides a line.

    Attributes
    ----------
    mark : str
        One character.
    padding : str
        Blanks after each mark that belong to it, as in "a, b"; may be empty.
    quote, escape : str
        One character each or empty.
    lead : str
        Blanks before each mark that belong to it, as in "a | b"; may be empty.
    """

    mark: str
    quote: str = '"'
    escape: str = ""
    padding: str = ""
    lead: str = ""

    @cached_property
    def _quoted(self) -> str:
        quote, escape = re.escape(self.quote), re.escape(self.escape)
        if self.escape:
            return rf"{quote}([^{quote}{escape}]*(?:(?:{quote}{quote}|{escape}.)[^{quote}{escape}]*)*){quote}"
        return rf"{quote}([^{quote}]*(?:{quote}{quote}[^{quote}]*)*){quote}"

    @cached_property
    def _end(self) -> str:
        blank = " ?" if self.padding else ""
        before = " ?" if self.lead else ""
        return rf"{before}(?:({re.escape(self.mark)}){blank}|\Z)"

    @cached_property
    def _field(self) -> re.Pattern[str]:
        mark, quote, escape = (re.escape(part) for part in (self.mark, self.quote, self.escape))
        body = rf"(?:[^{mark}{escape}]|{escape}.)*" if escape else rf"[^{mark}]*"
        plain = rf"((?!{quote}){body}?)" if quote else rf"({body}?)"
        text = rf"{self._quoted}|{plain}" if quote else rf"(?!)()|{plain}"
        return re.compile(rf"(?:{text}){self._end}", re.S)

    @cached_property
    def _loose(self) -> re.Pattern[str]:
        """A quoted cell that ends at the first quote with a mark or the end of the line behind it."""
        quote = re.escape(self.quote)
        return re.compile(rf"{quote}(.*?){quote}{self._end}", re.S)

    @cached_property
    def _escaped(self) -> re.Pattern[str]:
        return re.compile(rf"{re.escape(self.escape)}([{re.escape(self.escape + self.quote + self.mark)}])")

    @property
    def plain(self) -> bool:
        """Whether nothing but one mark and doubled quotes matter, so that any CSV reader can be used."""
        return not (self.escape or self.padding or self.lead)

    def split(self, text: str) -> list[str] | None:
        """Return the cells of a line without its end, or None where its quotes are not sound."""
        if self.plain and (not self.quote or self.quote not in text):
            return text.split(self.mark)
        fields = self.fields(text)
        return None if fields is None else [field.text for field in fields]

    def fields(self, text: str) -> list[Field] | None:
        """Return the cells with how they stood there, or None where the quotes are not sound."""
        return self._run(text, loose=False)

    def loose_fields(self, text: str) -> list[Field] | None:
        """Return the cells where a quote within a cell need not be doubled; None where one is never closed."""
        return self._run(text, loose=True)

    def is_open(self, text: str) -> bool:
        """Tell whether the text ends within quotes."""
        place = 0
        while place <= len(text):
            found = self._field.match(text, place)
            if found is None:
                return bool(self.quote) and text.startswith(self.quote, place) and not self._closes(text, place + 1)
            if found.group(3) is None:
                return False
            place = found.end()
        return False

    def _closes(self, text: str, place: int) -> bool:
        """Tell whether a single quote occurs from ``place`` on, doubled and escaped ones left aside."""
        rest = text[place:].replace(self.quote * 2, "")
        if self.escape:
            rest = re.sub(rf"{re.escape(self.escape)}.", "", rest, flags=re.S)
        return self.quote in rest

    def marks(self, text: str) -> list[tuple[int, int]]:
        """Return where each mark that divides a line stands, and where the next cell starts."""
        found, place = [], 0
        while (match := self._field.match(text, place) or self._loose.match(text, place)) is not None:
            group = match.lastindex or 0
            if match.start(group) < 0 or text[match.start(group) : match.end(group)] != self.mark:
                break
            found.append((match.start(group), match.end()))
            place = match.end()
        return found

    def value(self, raw: str, *, quoted: bool) -> str:
        """Return the text of a cell: doubled quotes once, escaped characters without the escape."""
        if quoted and self.quote in raw:
            raw = raw.replace(self.quote * 2, self.quote)
        if self.escape and self.escape in raw:
            raw = self._escaped.sub(r"\1", raw)
        return raw

    def _run(self, text: str, *, loose: bool) -> list[Field] | None:
        if self.plain and (not self.quote or self.quote not in text):
            return [Field(part, False) for part in text.split(self.mark)]
        fields: list[Field] = []
        place = 0
        while True:
            found = self._field.match(text, place)
            if found is not None:
                quoted = found.group(1) is not None
                raw = found.group(1) if quoted else found.group(2)
                more = found.group(3) is not None
            elif loose and (found := self._loose.match(text, place)) is not None:
                quoted, raw = True, found.group(1)
                more = found.group(2) is not None
            else:
                return None
            fields.append(Field(self.value(raw, quoted=quoted), quoted))
            place = found.end()
            if not more:
                return fields


def dialect_of(parse: ParseSettings) -> Dialect:
    """Return how lines are divided under these settings.

    Raises
    ------
    LatheError
        Where the delimiter is not one character, with or without a blank on either side.
    """
    mark = parse.delimiter.strip(" ") or parse.delimiter[:1]
    blanks = parse.delimiter.replace(mark, "", 1) if mark else ""
    if len(mark) != 1 or mark in f"\r\n{parse.quote}" or len(blanks) > 2:
        message = f"The delimiter must be one character, neither the quote nor a line end; it is {parse.delimiter!r}."
        raise LatheError(message, field="parse.delimiter")
    for name, sign in (("quote", parse.quote), ("escape", parse.escape)):
        if len(sign) > 1 or (sign and sign in "\r\n"):
            raise LatheError(f"The {name} must be one character or none; it is {sign!r}.", field=f"parse.{name}")
    if mark == " ":
        return Dialect(mark, parse.quote, parse.escape)
    lead = " " if parse.delimiter.startswith(" ") else ""
    padding = " " if parse.delimiter.endswith(" ") else ""
    return Dialect(mark, parse.quote, parse.escape, padding, lead)
