"""What a person says about columns: kind, order of the words, what they stand for; and which cells do not fit."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from core.data.catalog import DatasetCatalog
from core.data.cells import TEXT
from core.data.dates import parse_dates
from core.data.fingerprint import fingerprint_file
from core.data.ingest import change_kinds
from core.data.kinds import CHOSEN
from core.data.meaning import propose_levels
from core.data.numbers import parse_numbers
from core.data.profile_types import ValueCount
from core.data.query import open_table, quote
from core.data.schema import ColumnSchema, Dataset
from core.data.versions import cells_path
from core.errors import InvalidInput, LatheError
from core.store.artifacts import write_atomic
from core.store.workspace import Workspace
from core.types import ColumnKind, Meaning, StorageType

MOST_LEVELS = 200
"""Different values above which a column is not offered an order."""

_STORED_AS = {
    StorageType.STRING: (ColumnKind.CATEGORICAL, ColumnKind.TEXT, ColumnKind.IDENTIFIER),
    StorageType.INT: (ColumnKind.NUMERIC, ColumnKind.IDENTIFIER),
    StorageType.FLOAT: (ColumnKind.NUMERIC,),
    StorageType.DATETIME: (ColumnKind.DATETIME,),
}


def set_kinds(
    workspace: Workspace, dataset: Dataset, kinds: Mapping[str, ColumnKind], *, keep_levels: bool = False
) -> Dataset:
    """Give columns other kinds; what they stand for is kept, their order only where ``keep_levels``.

    Raises
    ------
    InvalidInput
        With one problem a column whose cells do not fit; the dataset stays as it was.
    """
    changed = change_kinds(workspace, dataset, kinds)
    meanings = {column.name: column.meaning for column in dataset.columns}
    levels = {column.name: column.levels for column in dataset.columns}
    columns = tuple(
        column.model_copy(
            update={
                "meaning": meanings.get(column.name),
                "levels": levels.get(column.name, ()) if keep_levels and column.kind is ColumnKind.CATEGORICAL else (),
            }
        )
        if column.name in kinds
        else column
        for column in changed.columns
    )
    return _saved(workspace, changed, columns)


def set_kinds_as_stored(workspace: Workspace, dataset: Dataset, kinds: Mapping[str, ColumnKind]) -> Dataset:
    """Give columns of a table that steps made other kinds; their cells stay as they are stored.

    Raises
    ------
    InvalidInput
        With one problem a column whose stored cells would have to change: that is a step.
    """
    unfit = [name for name, kind in kinds.items() if not fits_storage(dataset.column(name), kind)]
    if unfit:
        message = "The cells of {} would have to change for that; a step can do it."
        raise InvalidInput([LatheError(message.format(name), field=f"kinds.{name}") for name in unfit])
    columns = tuple(
        column.model_copy(update={"kind": kinds[column.name], "levels": (), "reason": CHOSEN})
        if column.name in kinds
        else column
        for column in dataset.columns
    )
    cells = workspace.path(dataset.path)
    mark = fingerprint_file(cells, columns)
    path = cells_path(dataset.id, mark)
    if path != dataset.path:
        write_atomic(workspace.path(path), lambda temporary: shutil.copyfile(cells, temporary))
    return _saved(workspace, dataset.model_copy(update={"path": path, "fingerprint": mark}), columns)


def fits_storage(column: ColumnSchema, kind: ColumnKind) -> bool:
    """Tell whether a column can be of a kind without a change of its stored cells."""
    if kind is ColumnKind.BOOLEAN:
        return column.storage is StorageType.BOOL or (column.storage is StorageType.STRING and column.unique <= 2)
    return kind in _STORED_AS.get(column.storage, ())


def set_levels(workspace: Workspace, dataset: Dataset, levels: Mapping[str, Sequence[str]]) -> Dataset:
    """Say in which order the values of categories come, from low to high; an empty order takes it away.

    Raises
    ------
    InvalidInput
        Where a column is no category, or a value stands twice or is not in the column.
    """
    problems = [p for name, order in levels.items() for p in _level_problems(workspace, dataset, name, order)]
    if problems:
        raise InvalidInput(problems)
    columns = tuple(
        column.model_copy(update={"levels": tuple(levels[column.name])}) if column.name in levels else column
        for column in dataset.columns
    )
    return _saved(workspace, dataset, columns)


def set_meaning(workspace: Workspace, dataset: Dataset, names: Sequence[str], meaning: Meaning | None) -> Dataset:
    """Say what columns stand for; None says that it is nothing in particular."""
    columns = tuple(
        column.model_copy(update={"meaning": meaning}) if column.name in names else column for column in dataset.columns
    )
    return _saved(workspace, dataset, columns)


def say_again(workspace: Workspace, fresh: Dataset, like: Dataset) -> Dataset:
    """Give a later file's columns the order and the meaning that they have in ``like``, where the kind is the same."""
    known = {column.name: column for column in like.base_columns or like.columns}
    columns = tuple(
        column.model_copy(update={"levels": known[column.name].levels, "meaning": known[column.name].meaning})
        if column.name in known and known[column.name].kind is column.kind
        else column
        for column in fresh.columns
    )
    return _saved(workspace, fresh, columns)


def values_of(workspace: Workspace, dataset: Dataset, name: str, most: int = MOST_LEVELS) -> tuple[str, ...]:
    """Return the different values of a text column, the most frequent first; at most ``most``."""
    return tuple(text for text, _ in _counted(workspace, dataset, name, most))


def proposed_order(workspace: Workspace, dataset: Dataset, name: str) -> tuple[str, ...]:
    """Return the values of a category from low to high: in a known order, else in that of their first number, else A-Z.

    Raises
    ------
    LatheError
        Where there are more than `MOST_LEVELS` values.
    """
    values = values_of(workspace, dataset, name, MOST_LEVELS + 1)
    if len(values) > MOST_LEVELS:
        raise LatheError(
            f"An ordered category may have at most {MOST_LEVELS} different values; "
            f"{name} has {dataset.column(name).unique:,}.",
            hint="Group its values first, or keep it without an order.",
            field=f"kinds.{name}",
        )
    return propose_levels(values) or tuple(sorted(values, key=_natural))


def unfit_values(
    workspace: Workspace, dataset: Dataset, name: str, kind: ColumnKind, most: int = 100
) -> tuple[ValueCount, ...]:
    """Return the values of a text column that are no numbers, or no dates, with how often each occurs.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    name : str
        A column stored as text; for others there is nothing that does not fit.
    kind : ColumnKind
        NUMERIC or DATETIME; every text fits the others.
    most : int
        How many to return, the most frequent first.
    """
    if kind not in (ColumnKind.NUMERIC, ColumnKind.DATETIME):
        return ()
    counted = _counted(workspace, dataset, name, 100_000)
    values = pa.array([text for text, _ in counted], TEXT)
    if kind is ColumnKind.NUMERIC:
        bad = np.isnan(parse_numbers(values, dataset.parse))
    else:
        bad = np.isnat(parse_dates(values, day_first=dataset.parse.day_first))
    return tuple(ValueCount(value=counted[i][0], count=counted[i][1]) for i in np.flatnonzero(bad)[:most])


def _counted(workspace: Workspace, dataset: Dataset, name: str, most: int) -> list[tuple[str, int]]:
    with open_table(workspace, dataset) as query:
        return query.rows(
            f"SELECT CAST({quote(name)} AS VARCHAR) AS value, count(*) AS n FROM t WHERE {quote(name)} IS NOT NULL "
            f"GROUP BY 1 ORDER BY n DESC, value LIMIT {int(most)}"
        )


def _level_problems(workspace: Workspace, dataset: Dataset, name: str, order: Sequence[str]) -> list[LatheError]:
    if dataset.column(name).kind is not ColumnKind.CATEGORICAL:
        message = f"Only a category can have an order; {name} is {dataset.column(name).kind.value}."
        return [LatheError(message, hint="Make it a category first.", field=f"levels.{name}")]
    known = set(values_of(workspace, dataset, name, 10 * MOST_LEVELS)) if order else set()
    strange = [value for value in order if value not in known]
    if strange or len(set(order)) < len(order):
        came = f"{', '.join(map(repr, strange[:5]))} is not in the column" if strange else "one stands twice"
        message = f"The order of {name} must name values of the column, each once; {came}."
        return [LatheError(message, field=f"levels.{name}")]
    return []


def _natural(value: str) -> tuple[float, str]:
    found = re.search(r"\d+(?:\.\d+)?", value)
    return (float(found[0]) if found else float("inf"), value.casefold())


def _saved(workspace: Workspace, dataset: Dataset, columns: tuple[ColumnSchema, ...]) -> Dataset:
    if columns == dataset.columns:
        return dataset
    return DatasetCatalog(workspace).save(dataset.model_copy(update={"columns": columns}))
