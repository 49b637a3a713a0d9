"""Predict the rows of a new file: read like the training file, typed by the schema, written as one table."""

from __future__ import annotations

import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import pandas as pd

from core.data.formats import file_format
from core.data.schema import ParseSettings
from core.data.upload import receive
from core.errors import RunCancelled
from core.export.decided import decided_cells, decided_header
from core.export.outcome import PredictReport, findings
from core.export.passport import LoadedPassport
from core.export.shaping import Shaping, read_rows
from core.export.table import CHECK, header, lines, write_rows
from core.models.fitted import FittedModel
from core.prepare.contract import Contract, RowVerdicts, Verdict, check_rows
from core.settings import Settings
from core.shape.context import Tables, no_tables
from core.store.artifacts import write_atomic
from core.store.workspace import Workspace

CHUNK_ROWS = 20_000
PREVIEW_ROWS = 10


class Watcher(Protocol):
    """What predicting needs of a `core.run.context.RunContext`."""

    def report(self, fraction: float, stage: str, message: str = "") -> None:
        """Record progress; ``fraction`` is 0 to 1."""
        ...

    def should_stop(self) -> bool:
        """Tell whether the person pressed Stop."""
        ...


def predict_table(
    model: FittedModel | LoadedPassport,
    source: Path,
    *,
    out: Path,
    name: str = "",
    parse: ParseSettings | None = None,
    shaping: Shaping | None = None,
    tables: Tables = no_tables,
    context: Watcher | None = None,
) -> PredictReport:
    """Predict every row of a file and write the predictions as CSV.

    Parameters
    ----------
    model : FittedModel or LoadedPassport
        What predicts.
    source : Path
        CSV, TSV, Excel or Parquet file, also inside gzip or zip. The target is not needed, columns may stand in any
        order, others are ignored.
    out : Path
        Gets ``prediction`` and, for classes, ``probability_<class>``, then what a decision adds
        (`core.export.decided`), then ``check`` (ok, warning or refused, by the
        model's contract) and ``reason``; one row a row of ``source``, in its order, in UTF-8. A row that is refused, or
        cannot be read (a blank line, or too many cells), has no prediction, so that the two files stay side by side.
        It is whole or not there. Labels are written exactly as they are, see `core.export.table.write_rows`.
    name : str
        Name of the file, for messages.
    parse : ParseSettings, optional
        How the training file was read; a passport brings its own. See `core.export.reading.read_like`.
    shaping : Shaping, optional
        Steps between that file and the table that was learned from; a passport brings its own.
    tables : callable, optional
        Finds the other tables of joins among them.
    context : Watcher, optional
        Told the progress, and asked for Stop before each 20,000 rows.

    Returns
    -------
    PredictReport
        Also what was ignored or could not be read.

    Raises
    ------
    LatheError
        Where the file cannot be read or lacks columns.
    RunCancelled
        Where the person pressed Stop.
    """
    start = time.monotonic()
    fitted = model.fitted if isinstance(model, LoadedPassport) else model
    if isinstance(model, LoadedPassport):
        parse, shaping = parse or model.parse, shaping or model.shaping
    shown = name or source.name
    with _plain(source, shown) as path:
        read = read_rows(path, shown, columns=fitted.columns, like=parse, shaping=shaping, tables=tables)
    table = read.table
    preview: list[list[str]] = []
    columns = [*header(fitted.classes), *decided_header(fitted.decision), *CHECK]
    gaps = _Gaps(table.left_out, width=len(columns))
    verdicts = check_rows(fitted.contract or Contract(rows=0, columns=()), read.frame, read.conformed.unreadable)
    write_atomic(out, lambda temporary: _write(temporary, fitted, read.frame, verdicts, gaps, preview, context))
    others = [str(column) for column in table.frame.columns if column not in read.used]
    return PredictReport(
        rows=len(read.frame),
        without_prediction=tuple(place + 1 for place in table.left_out),
        extra_columns=tuple(column for column in others if column != fitted.target),
        target_present=fitted.target in table.frame.columns,
        unreadable=read.conformed.report.unreadable,
        notes=(*table.notes, *read.notes),
        warned=int(verdicts.warned.sum()),
        refused=int(verdicts.refused.sum()),
        findings=findings(verdicts),
        seconds=time.monotonic() - start,
        preview_columns=tuple(columns),
        preview=tuple(tuple(row) for row in preview),
    )


class _Gaps:
    """Puts rows of empty cells where the file has rows that could not be read."""

    def __init__(self, places: tuple[int, ...], *, width: int) -> None:
        self._waiting = deque(places)
        self._empty = [""] * width
        self._written = 0

    def filled(self, rows: list[list[str]]) -> list[list[str]]:
        """Return the next ``rows`` with the empty ones before and between them."""
        together: list[list[str]] = []
        for row in rows:
            while self._waiting and self._waiting[0] == self._written + len(together):
                self._waiting.popleft()
                together.append(self._empty)
            together.append(row)
        self._written += len(together)
        return together

    def rest(self) -> list[list[str]]:
        """Return the empty rows after the last one."""
        return [self._empty for _ in self._waiting]


def _write(
    path: Path,
    fitted: FittedModel,
    frame: pd.DataFrame,
    verdicts: RowVerdicts,
    gaps: _Gaps,
    preview: list[list[str]],
    context: Watcher | None,
) -> None:
    told = verdicts.told()
    with path.open("w", encoding="utf-8", newline="") as file:
        write_rows(file, [[*header(fitted.classes), *decided_header(fitted.decision), *CHECK]])
        for start in range(0, len(frame), CHUNK_ROWS):
            if context is not None and context.should_stop():
                raise RunCancelled
            part = frame.iloc[start : start + CHUNK_ROWS]
            rows = gaps.filled([_checked(row, *next(told)) for row in _cells(fitted, part)])
            write_rows(file, rows)
            preview += rows[: PREVIEW_ROWS - len(preview)]
            if context is not None:
                done = start + len(part)
                context.report(done / len(frame), "predicting", f"{done:,} of {len(frame):,} rows")
        write_rows(file, gaps.rest())


def _cells(fitted: FittedModel, part: pd.DataFrame) -> list[list[str]]:
    predictions = fitted.predict(part)
    added = decided_cells(fitted, predictions)
    return [[*row, *more] for row, more in zip(lines(predictions), added, strict=True)]


def _checked(row: list[str], verdict: Verdict, reason: str) -> list[str]:
    """Put the verdict behind a row's prediction; a refused row has none."""
    cells = [""] * len(row) if verdict is Verdict.REFUSED else row
    return [*cells, verdict.value, reason]


@contextmanager
def _plain(source: Path, name: str) -> Iterator[Path]:
    """Give the file itself, or what is inside where it is packed."""
    if file_format(source, name) not in ("gzip", "zip"):
        yield source
        return
    with tempfile.TemporaryDirectory(prefix="lathe-predict-") as folder:
        workspace = Workspace(Settings.from_environment(folder).model_copy(update={"database_url": ""}))
        try:
            yield receive(source, name, workspace=workspace)
        finally:
            workspace.database.close()
