"""What each column means: numeric, categorical, boolean, datetime, text or identifier, with the reason in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from core.data.cells import Cells, distinct
from core.data.convert import column_parse, to_typed, typed_values
from core.data.dates import day_order, parse_dates
from core.data.guess import TYPED_SHARE, Finding, infer, number_storage, truth_storage, zero_padded
from core.data.meaning import SAMPLE_VALUES, add_meanings
from core.data.numbers import are_whole, parse_numbers
from core.data.read import TextTable
from core.data.schema import ColumnSchema, ParseSettings
from core.errors import InvalidInput, LatheError
from core.types import ColumnKind, StorageType

__all__ = ["CHOSEN", "describe_columns", "infer_columns", "settle_day_first", "to_typed"]

CHOSEN = "Chosen by you."


def infer_columns(
    table: TextTable, parse: ParseSettings, kinds: Mapping[str, ColumnKind] | None = None
) -> list[ColumnSchema]:
    """Find what each column means.

    Parameters
    ----------
    table : TextTable
        Text cells, as `core.data.read.read_text` gives them.
    parse : ParseSettings
        Marks in numbers, order in dates, missing words.
    kinds : mapping of str to ColumnKind, optional
        Kinds chosen by the person.

    Returns
    -------
    list of ColumnSchema
        In column order.

    Raises
    ------
    InvalidInput
        Where cells do not fit the chosen kinds, or there is no such column.
    """
    cells = (
        (str(name), distinct(table.frame[name], column_parse(parse, str(name)).missing_words))
        for name in table.frame.columns
    )
    return describe_columns(cells, parse, kinds, names=[str(name) for name in table.frame.columns])


def describe_columns(
    counted: Iterable[tuple[str, Cells]],
    parse: ParseSettings,
    kinds: Mapping[str, ColumnKind] | None = None,
    *,
    names: Sequence[str],
) -> list[ColumnSchema]:
    """Find what each column means from its counted cells; see `infer_columns`, which counts them.

    Parameters
    ----------
    counted : iterable of (str, Cells)
        Name and cells of each column, one at a time so that they need not be in memory together.
    parse, kinds
        As there.
    names : sequence of str
        Names of the columns.
    """
    kinds = kinds or {}
    problems = [
        LatheError(f"There is no column {name!r}.", field=f"kinds.{name}") for name in kinds if name not in names
    ]
    columns, samples, rows = [], {}, 0
    for name, cells in counted:
        rows = max(rows, cells.rows)
        try:
            finding = choose(name, cells, kinds[name], parse) if name in kinds else infer(name, cells, parse)
            columns.append(describe(name, cells, finding, parse))
            samples[name] = cells.values.slice(0, SAMPLE_VALUES).to_pylist()
        except LatheError as error:
            problems.append(error)
    if problems:
        raise InvalidInput(problems)
    return add_meanings(columns, samples, rows=rows)


def settle_day_first(table: TextTable, parse: ParseSettings) -> ParseSettings:
    """Turn the order of day and month round where the whole table shows that it must be the other one."""
    needs: dict[str, bool] = {}
    for name in map(str, table.frame.columns):
        words = column_parse(parse, name).missing_words
        sample = distinct(table.frame[name].iloc[:200], words)
        if not len(sample.values) or not day_order(sample.values)[0]:
            continue
        found, day, month = day_order(distinct(table.frame[name], words).values)
        if found and day != month:
            needs[name] = day
    turned = {name: day for name, day in needs.items() if day != column_parse(parse, name).day_first}
    if not turned:
        return parse
    if len(turned) < len(needs) or parse.column_day_first:
        own = {**parse.column_day_first, **turned}
        why = "The order of day and month differs from the other dates: " + ", ".join(own) + "."
        reasons = {**parse.reasons, "column_day_first": why}
        return parse.model_copy(update={"column_day_first": own, "reasons": reasons})
    place = "second" if parse.day_first else "first"
    reasons = {**parse.reasons, "day_first": f"A number above 12 stands where the day comes {place}."}
    return parse.model_copy(update={"day_first": not parse.day_first, "reasons": reasons})


def choose(name: str, cells: Cells, kind: ColumnKind, parse: ParseSettings) -> Finding:
    """Give a column the kind that the person chose.

    Raises
    ------
    LatheError
        Where the cells do not fit it, with examples.
    """
    parse = column_parse(parse, name)
    unit = parse.units.get(name, "")
    match kind:
        case ColumnKind.NUMERIC:
            numbers = parse_numbers(cells.values, parse, unit)
            _refuse_unfit(name, cells, np.isnan(numbers), "numbers")
            return Finding(kind, number_storage(numbers), CHOSEN)
        case ColumnKind.DATETIME:
            bad = np.isnat(parse_dates(cells.values, day_first=parse.day_first))
            _refuse_unfit(name, cells, bad, "dates")
            return Finding(kind, StorageType.DATETIME, CHOSEN)
        case ColumnKind.BOOLEAN:
            if len(cells.values) > 2 and truth_storage(cells) is None:
                few = ", ".join(map(repr, cells.words(np.ones(len(cells.values), bool))))
                raise LatheError(
                    f"A yes/no column must have two values; {name} has {len(cells.values):,}, such as {few}.",
                    hint="Keep it categorical.",
                    field=f"kinds.{name}",
                )
            return Finding(kind, truth_storage(cells) or StorageType.STRING, CHOSEN)
        case ColumnKind.IDENTIFIER:
            numbers = parse_numbers(cells.values, parse)
            whole = bool(cells.present) and not np.isnan(numbers).any() and not zero_padded(cells)
            return Finding(kind, StorageType.INT if whole and are_whole(numbers) else StorageType.STRING, CHOSEN)
        case _:
            return Finding(kind, StorageType.STRING, CHOSEN)


def describe(name: str, cells: Cells, finding: Finding, parse: ParseSettings) -> ColumnSchema:
    """Return the schema of a column: its finding, counts and most frequent values."""
    values, bad = typed_values(cells.values, finding.storage, column_parse(parse, name), name)
    counts = _counts(pd.Series(values).where(~bad), cells.counts)
    frequent = counts.sort_values(ascending=False, kind="stable").index[:5]
    return ColumnSchema(
        name=name,
        storage=finding.storage,
        kind=finding.kind,
        missing=cells.missing + int(cells.counts[bad].sum()),
        unique=len(counts),
        examples=tuple(example_text(value) for value in frequent),
        reason=finding.reason,
    )


def _counts(values: pd.Series, counts: np.ndarray) -> pd.Series:
    """Return how often each value occurs, in order of first appearance; two texts may stand for one value."""
    known = values.notna().to_numpy()
    values, kept = values[known], pd.Series(counts[known])
    if values.is_unique:
        return kept.set_axis(pd.Index(values))
    return kept.groupby(values.to_numpy(), sort=False).sum()


def example_text(value: object) -> str:
    """Write one typed value for people: whole numbers without a point, midnight as a date."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.6g}"
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else str(value)
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _refuse_unfit(name: str, cells: Cells, bad: np.ndarray, noun: str) -> None:
    """Refuse a chosen kind unless nearly all cells fit it; the few others count as missing."""
    if cells.present and cells.share(~bad) >= TYPED_SHARE:
        return
    examples = ", ".join(map(repr, cells.words(bad)))
    found = f"{int(cells.counts[bad].sum()):,} of {cells.present:,} are not, such as {examples}"
    raise LatheError(
        f"The cells of {name} must be {noun}; {found if cells.present else 'all are missing'}.",
        hint="Keep the kind, or change decimal mark, day order or missing words.",
        field=f"kinds.{name}",
    )
