"""What only a person can tell about a file: asked where it can be read in two ways."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field

from core.data.cells import TEXT, Cells, distinct
from core.data.convert import column_parse
from core.data.dates import day_order
from core.data.numbers import strip_unit
from core.data.read import TextTable, read_text
from core.data.schema import ColumnSchema, ParseSettings
from core.types import StorageType

_SAMPLE_ROWS = 20_000
_MOST_CODE_LETTERS = 6
_LEAST_CODES = 3
_AMBIGUOUS = r"^[+-]?\d{1,3}(?P<mark>[.,])\d{3}$"
_WORDS = ("NA", "None", "nan", "null", "NULL")


class Option(BaseModel):
    """One answer: its words, and the settings it gives."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    parse: dict[str, Any] = Field(default_factory=dict)
    """Fields of `ParseSettings` and their new values; empty where things stay as they are."""

    def apply(self, parse: ParseSettings) -> ParseSettings:
        """Return the settings with this answer; dictionaries by column are added to."""
        changed: dict[str, Any] = {}
        for name, value in self.parse.items():
            changed[name] = {**getattr(parse, name), **value} if isinstance(value, dict) else value
        return parse.model_copy(update=changed)


class Question(BaseModel):
    """Something that can be read in two ways.

    Attributes
    ----------
    key : str
        What it is about, such as "missing.country"; the same for the same file.
    text : str
        The question in words.
    options : tuple of Option
        The one that is taken now comes first.
    column : str
        The column concerned; empty where it is the whole file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    text: str
    options: tuple[Option, ...]
    column: str = ""


def questions(
    path_or_table: Path | TextTable, parse: ParseSettings, columns: Sequence[ColumnSchema]
) -> tuple[Question, ...]:
    """Return what should be asked before a file is read.

    Parameters
    ----------
    path_or_table : Path or TextTable
        The file (its first rows are looked at), or its text cells.
    parse : ParseSettings
        The settings found.
    columns : sequence of ColumnSchema
        What the columns were taken to mean.

    Returns
    -------
    tuple of Question
        Empty where nothing is in doubt.
    """
    table = path_or_table
    if isinstance(table, Path):
        table = read_text(table, parse, rows=_SAMPLE_ROWS)
    known = [column for column in columns if column.name in table.frame.columns]
    found = [*_missing_words(table, parse, known), *_day_orders(table, parse, known), *_marks(table, parse, known)]
    return tuple(found + _tables(parse))


def _missing_words(table: TextTable, parse: ParseSettings, columns: Iterable[ColumnSchema]) -> list[Question]:
    """Ask of text columns in which a word for missing stands among short codes of its shape, or names a level."""
    found = []
    for column in columns:
        own = parse.column_missing.get(column.name)
        if column.storage is not StorageType.STRING or own is not None:
            continue
        cells = distinct(table.frame[column.name], [""])
        words = [word for word in _WORDS if word in parse.missing_words and word in cells.values.to_pylist()]
        if words and (reason := _reason(words[0], cells, parse)):
            found.append(_missing_question(column.name, words, reason, parse))
    return found


def _reason(word: str, cells: Cells, parse: ParseSettings) -> str:
    """Return why a word may be a value of its column: codes of its shape, or a frequent one among a few."""
    others = [str(value) for value in cells.values.to_pylist() if value not in parse.missing_words]
    alike = [other for other in others if len(other) == len(word) and other.isalpha() and other.isupper()]
    if word.isupper() and len(alike) >= max(_LEAST_CODES, 0.8 * len(others)) and len(word) <= _MOST_CODE_LETTERS:
        return f"the other values are codes like it ({', '.join(alike[:3])})"
    short = [other for other in others if len(other) <= _MOST_CODE_LETTERS and " " not in other]
    if 2 <= len(others) <= 30 and len(short) >= 0.9 * len(others):
        return f"the other values are short, too ({', '.join(short[:3])})"
    return ""


def _missing_question(name: str, words: Sequence[str], reason: str, parse: ParseSettings) -> Question:
    word = words[0]
    kept = tuple(other for other in parse.missing_words if other not in words)
    value = "Namibia" if word == "NA" and re.search(r"country|nation|land|iso", name, re.I) else "a value"
    return Question(
        key=f"missing.{name}",
        column=name,
        text=f"Is {word} in {name} {value} or missing? {reason[0].upper()}{reason[1:]}.",
        options=(
            Option(label="Missing"),
            Option(label=f"{value[0].upper()}{value[1:]}", parse={"column_missing": {name: kept}}),
        ),
    )


def _day_orders(table: TextTable, parse: ParseSettings, columns: Iterable[ColumnSchema]) -> list[Question]:
    found = []
    for column in columns:
        own = column_parse(parse, column.name)
        if column.name in parse.column_day_first:
            continue
        values = distinct(table.frame[column.name], own.missing_words).values
        if not len(values):
            continue
        occurs, day, month = day_order(values)
        example = next((str(v) for v in values.to_pylist() if _tells_apart(str(v))), "")
        if not (occurs and day and month and example and column.storage is StorageType.DATETIME):
            continue
        first, second = re.split(r"[-/.]", example)[:2]
        readings = {True: f"Day first: day {int(first)}, month {int(second)}",
                    False: f"Month first: month {int(first)}, day {int(second)}"}  # fmt: skip
        options = tuple(
            Option(
                label=readings[order],
                parse={} if order is own.day_first else {"column_day_first": {column.name: order}},
            )
            for order in (own.day_first, not own.day_first)
        )
        text = f"Does the day or the month come first in {column.name}? Both fit all of its dates, such as {example}."
        found.append(Question(key=f"day_first.{column.name}", column=column.name, text=text, options=options))
    return found


def _tells_apart(date: str) -> bool:
    parts = re.match(r"(\d{1,2})[-/.](\d{1,2})[-/.]", date)
    return parts is not None and parts[1] != parts[2]


def _marks(table: TextTable, parse: ParseSettings, columns: Iterable[ColumnSchema]) -> list[Question]:
    """Ask where every mark in numbers stands before three digits, so that it may be a decimal or a thousands mark."""
    for column in columns:
        values = distinct(table.frame[column.name], column_parse(parse, column.name).missing_words).values.cast(TEXT)
        values = strip_unit(values, parse.units.get(column.name, ""))
        marked = values.filter(pc.match_substring_regex(values, r"^[+-]?\d+[.,]")) if len(values) else values
        if not len(marked) or column.storage not in (StorageType.INT, StorageType.FLOAT):
            continue
        ambiguous = pc.match_substring_regex(marked, _AMBIGUOUS.replace("?P<mark>", ""))
        zero = pc.match_substring_regex(values, r"^[+-]?0[.,]")
        if not pc.all(ambiguous).as_py() or pc.any(zero).as_py():
            continue
        example = str(marked[0])
        mark = "," if "," in example else "."
        other = "." if mark == "," else ","
        now_decimal = parse.decimal == mark
        number = example.replace(mark, "")
        readings = {
            True: Option(label=f"A decimal mark: {example.replace(mark, '.')} is below one thousand",
                         parse={} if now_decimal else {"decimal": mark, "thousands": ""}),
            False: Option(label=f"A thousands mark: {example} is {number}",
                          parse={} if not now_decimal else {"decimal": other, "thousands": mark}),
        }  # fmt: skip
        sign = "comma" if mark == "," else "point"
        text = f"What is the {sign} in {column.name}, as in {example}? Both readings fit all values."
        options = (readings[now_decimal], readings[not now_decimal])
        return [Question(key="marks", column=column.name, text=text, options=options)]
    return []


def _tables(parse: ParseSettings) -> list[Question]:
    """Ask which of several tables is meant."""
    found = re.search(r"holds (\d+) tables( of the same names)?", parse.reasons.get("table", ""))
    if not found:
        return []
    count = int(found[1])
    order = [parse.table, *(place for place in range(min(count, 9)) if place != parse.table)]
    options = [
        Option(label=f"Number {place + 1}", parse={} if place == parse.table else {"table": place}) for place in order
    ]
    if found[2]:
        options.append(Option(label="All of them, one below the other", parse={"table": -1}))
    return [Question(key="table", text=f"The file holds {count} tables. Which one is meant?", options=tuple(options))]
