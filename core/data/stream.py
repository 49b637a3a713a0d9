"""Large plain text tables straight to Parquet: block by block, both cores, bounded memory.

Types are first judged by the rules of `core.data.kinds` on the first block, every block is converted on that
assumption, and the same rules judge again once everything was seen. A column that turns out to be something else is
read a second time. What was measured for a file of 1 GB, and why this way, stands in docs/benchmarks.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.arrow_types import ARROW_TYPES
from core.data.blocks import PlainText, UnevenText, parse_block
from core.data.cells import TEXT, trim
from core.data.encoding import open_utf8
from core.data.evidence import FIRST_CELLS, Evidence, Part, counted_part, sampled_part
from core.data.fastcast import convert, missing_of
from core.data.fingerprint import ColumnDigest, combine
from core.data.keys import MOST_EXAMPLES, KeyStore
from core.data.kinds import describe_columns, example_text, infer_columns, settle_day_first
from core.data.read import TextTable, lone_column_note
from core.data.schema import ColumnSchema, ParseSettings
from core.data.storage import parquet_options
from core.data.stream_parts import Pieces, RowGroup, text_frame, unread_note
from core.errors import InvalidInput
from core.types import ColumnKind, StorageType

Report = Callable[[float, str], None]
"""Told how far the work is (0 to 1) and what is being done; it may raise to stop it."""

WORKERS = 2
_MANY_VALUES = 0.3
_FEW_VALUES = 500


@dataclass(frozen=True)
class Streamed:
    """A table that was written: what is known about it, as `core.data.ingest` needs it."""

    path: Path
    columns: tuple[ColumnSchema, ...]
    rows: int
    fingerprint: str
    parse: ParseSettings
    notes: tuple[str, ...]


def stream(
    path: Path,
    parse: ParseSettings,
    *,
    out: Path,
    kinds: Mapping[str, ColumnKind] | None = None,
    report: Report,
    workers: int = WORKERS,
) -> Streamed | None:
    """Write a text table to ``out`` as Parquet.

    Parameters
    ----------
    path : Path
        A large text file.
    parse : ParseSettings
        How to read it; `core.data.delimited.is_plain` must hold.
    out : Path
        Parquet file to write.
    kinds : mapping of str to ColumnKind, optional
        Kinds chosen by the person.
    report : callable
        Told the progress.
    workers : int
        Threads that parse and convert.

    Returns
    -------
    Streamed or None
        None where rows are uneven or blank, which the careful reader mends and accounts for; ``out`` may be half
        written then.

    Raises
    ------
    LatheError
        Where the text does not fit the encoding, or cells do not fit the chosen kinds.
    """
    try:
        with open_utf8(path, parse.encoding) as file:
            return _Stream(file, parse, dict(kinds or {}), out, report, workers).run()
    except UnevenText:
        return None


class _Stream:
    """One table on its way; kept together because every step needs nearly all of it."""

    def __init__(
        self,
        file: BinaryIO,
        parse: ParseSettings,
        kinds: dict[str, ColumnKind],
        out: Path,
        report: Report,
        workers: int,
    ) -> None:
        self._given, self._parse, self._kinds, self._out = parse, parse, kinds, out
        self._report, self._workers = report, workers
        self._text_file = PlainText(file, parse)
        self._names = self._text_file.head.names
        self._notes = self._text_file.head.notes + lone_column_note(self._names)
        self._keys = KeyStore()
        self._sample: list[pa.Array] = []
        self._evidence: list[Evidence] = []
        self._digests: list[ColumnDigest] = []
        self._spread: list[tuple[int, list[object]]] = []

    def run(self) -> Streamed | None:
        self._judge_first()
        rows = self._first_pass()
        columns, parse, redo = self._judge_all()
        if redo:
            self._report(0.85, "Reading some columns once more")
            self._second_pass(columns, parse, redo)
            columns, _, again = self._judge_all(columns)
            if again:
                return None
        columns = [self._completed(column, place) for place, column in enumerate(columns)]
        mark = combine(columns, [digest.digest() for digest in self._digests], rows)
        unread = tuple(unread_note(e.column, e.unread, e.frequent_unread()) for e in self._evidence if e.unread)
        return Streamed(self._out, tuple(columns), rows, mark, parse, self._notes + unread)

    # -- the first block ------------------------------------------------------------------------------------------

    def _judge_first(self) -> None:
        first = next(self._text_file.blocks(), None)
        if first is None:
            raise UnevenText  # No row at all: the careful reader says so.
        text = self._text(first)
        self._sample = [cells.slice(0, FIRST_CELLS) for cells in text]
        table = TextTable(text_frame(self._names, self._sample))
        self._parse = settle_day_first(table, self._parse)
        columns = self._guess(table)
        rows = len(table.frame)
        many = [column.unique > max(_MANY_VALUES * rows, _FEW_VALUES) for column in columns]
        self._evidence = [Evidence(c, self._parse, counted=not m) for c, m in zip(columns, many, strict=True)]

    def _guess(self, table: TextTable) -> list[ColumnSchema]:
        try:
            return infer_columns(table, self._parse, self._kinds)
        except InvalidInput:
            # All cells decide whether they fit what was chosen; the first ones alone may not.
            return infer_columns(table, self._parse)

    # -- the passes -----------------------------------------------------------------------------------------------

    def _first_pass(self) -> int:
        schema = pa.schema([(e.column.name, ARROW_TYPES[e.column.storage]) for e in self._evidence])
        self._digests = [ColumnDigest(e.column.storage) for e in self._evidence]
        repeated = [e.column.name for e in self._evidence if e.counted]
        rows = 0
        with (
            pq.ParquetWriter(self._out, schema, **parquet_options(repeated, schema)) as writer,
            ThreadPoolExecutor(1) as hasher,
        ):
            group, hashing = RowGroup(writer, schema), deque[Future[None]]()
            for parts, share in self._converted(self._convert):
                cells = [part.converted.cells for part in parts]
                hashing.append(hasher.submit(self._hash, cells))
                for place, (evidence, part) in enumerate(zip(self._evidence, parts, strict=True)):
                    evidence.add(part)
                    self._keys.add(place, part.keys)
                rows += len(cells[0])
                group.add(cells)
                if len(hashing) > 2:
                    hashing.popleft().result()
                self._report(0.05 + 0.75 * share, f"{rows:,} rows read")
            group.close()
            while hashing:
                hashing.popleft().result()
        return rows

    def _converted(self, work: Callable[[int, pa.Buffer], list[Part]]) -> Iterator[tuple[list[Part], float]]:
        """Give the blocks converted, in order, and the share of the file that is done; few are at work at a time."""
        waiting: deque[tuple[Future[list[Part]], pa.Buffer]] = deque()
        done = 0
        with ThreadPoolExecutor(self._workers) as pool:
            try:
                for number, block in enumerate(self._text_file.blocks()):
                    waiting.append((pool.submit(work, number, block), block))
                    if len(waiting) > self._workers + 1:
                        parts, done = self._finished(*waiting.popleft(), done)
                        yield parts, done / self._text_file.size
                while waiting:
                    parts, done = self._finished(*waiting.popleft(), done)
                    yield parts, done / self._text_file.size
            finally:
                for future, _ in waiting:
                    future.cancel()

    def _finished(self, future: Future[list[Part]], block: pa.Buffer, done: int) -> tuple[list[Part], int]:
        parts = future.result()
        self._text_file.release(block)
        return parts, done + block.size

    def _convert(self, number: int, block: pa.Buffer) -> list[Part]:
        parts = []
        for evidence, text in zip(self._evidence, self._text(block), strict=True):
            if evidence.counted:
                parts.append(counted_part(text, evidence.column, self._parse))
            else:
                converted = convert(text, evidence.column, self._parse)
                parts.append(sampled_part(text, converted, block=number, keys=self._keys.of(converted.cells)))
        return parts

    def _text(self, block: pa.Buffer, places: Sequence[int] | None = None) -> list[pa.Array]:
        own = bool(self._parse.column_missing)
        words = () if own else (*self._parse.missing_words, "")
        columns = parse_block(block, self._text_file.head, self._parse, missing=words, places=places)
        if not own:
            return columns
        names = self._names if places is None else [self._names[place] for place in places]
        return [trim(text.cast(TEXT), missing_of(self._parse, name)) for name, text in zip(names, columns, strict=True)]

    def _hash(self, cells: list[pa.Array]) -> None:
        for digest, column in zip(self._digests, cells, strict=True):
            digest.add(column)

    def _second_pass(self, columns: list[ColumnSchema], parse: ParseSettings, redo: list[int]) -> None:
        """Read some columns again as what they turned out to be, and put them into the file."""
        self._parse = parse
        for place in redo:
            self._keys.forget(place)
            self._evidence[place] = Evidence(columns[place], parse, counted=self._evidence[place].counted)
            self._digests[place] = ColumnDigest(columns[place].storage)

        def work(number: int, block: pa.Buffer) -> list[Part]:
            texts = self._text(block, redo)
            return [
                counted_part(text, columns[place], parse)
                if self._evidence[place].counted
                else sampled_part(text, convert(text, columns[place], parse), block=number)
                for place, text in zip(redo, texts, strict=True)
            ]

        fresh = self._out.with_name(f"{self._out.name}.again")
        schema = pa.schema([(column.name, ARROW_TYPES[column.storage]) for column in columns])
        repeated = [e.column.name for e in self._evidence if e.counted]
        with (
            pq.ParquetFile(self._out) as old,
            pq.ParquetWriter(fresh, schema, **parquet_options(repeated, schema)) as writer,
        ):
            pieces = Pieces(self._taken(work, redo))
            for group in range(old.num_row_groups):
                table = old.read_row_group(group)
                for place, cells in zip(redo, pieces.take(table.num_rows), strict=True):
                    table = table.set_column(place, schema.field(place), cells)
                writer.write_table(table)
        fresh.replace(self._out)

    def _taken(self, work: Callable[[int, pa.Buffer], list[Part]], redo: list[int]) -> Iterator[list[pa.Array]]:
        for parts, share in self._converted(work):
            for place, part in zip(redo, parts, strict=True):
                self._evidence[place].add(part)
                self._digests[place].add(part.converted.cells)
            self._report(0.85 + 0.1 * share, "Reading some columns once more")
            yield [part.converted.cells for part in parts]

    # -- the verdict ----------------------------------------------------------------------------------------------

    def _judge_all(
        self, before: list[ColumnSchema] | None = None
    ) -> tuple[list[ColumnSchema], ParseSettings, list[int]]:
        """Judge every column by all that was seen; return what they are, the settings, and which are stored wrongly."""
        self._report(0.82, "Counting different values")
        self._count_different()
        parse = settle_day_first(self._telling_rows(), self._given) if before is None else self._parse
        counted = (
            (e.column.name, e.cells(missing_of(parse, e.column.name), self._spread[place][0]))
            for place, e in enumerate(self._evidence)
        )
        columns = describe_columns(counted, parse, self._kinds, names=self._names)
        turned = (parse.day_first, parse.column_day_first) != (self._parse.day_first, self._parse.column_day_first)
        redo = [
            place
            for place, (column, evidence) in enumerate(zip(columns, self._evidence, strict=True))
            if column.storage is not evidence.column.storage or (turned and column.storage is StorageType.DATETIME)
        ]
        return columns, parse, redo

    def _count_different(self) -> None:
        wide = [place for place, evidence in enumerate(self._evidence) if not evidence.counted]
        with ThreadPoolExecutor(self._workers) as pool:
            found = pool.map(self._different, wide)
            exact = dict(zip(wide, found, strict=True))
        self._spread = [exact.get(place, (0, [])) for place in range(len(self._names))]

    def _different(self, place: int) -> tuple[int, list[object]]:
        """Return how many different values a column has, and the most frequent ones."""
        evidence = self._evidence[place]
        if evidence.is_counter:
            return evidence.rows, [evidence.first + step for step in range(min(MOST_EXAMPLES, evidence.rows))]
        return self._keys.spread(place, self._out, evidence.column)

    def _telling_rows(self) -> TextTable:
        """Return the first rows, and below them what else every column holds that may tell."""
        frame = text_frame(self._names, self._sample)
        odd = {e.column.name: e.telling() for e in self._evidence}
        longest = max(map(len, odd.values()))
        if not longest:
            return TextTable(frame)
        more = pd.DataFrame({name: texts + [""] * (longest - len(texts)) for name, texts in odd.items()}, dtype="str")
        return TextTable(pd.concat([frame, more], ignore_index=True))

    def _completed(self, column: ColumnSchema, place: int) -> ColumnSchema:
        """Put exact counts where the picture of a column of many values had scaled ones."""
        evidence = self._evidence[place]
        if evidence.counted:
            return column
        unique, frequent = self._spread[place]
        update: dict[str, object] = {"missing": evidence.nulls, "unique": unique}
        if frequent:
            update["examples"] = tuple(
                example_text(pd.Timestamp(value) if isinstance(value, np.datetime64) else value) for value in frequent
            )
        update["reason"] = column.reason.replace(f"{column.unique:,} different", f"{unique:,} different")
        return column.model_copy(update=update)
