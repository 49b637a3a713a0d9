"""The rows that a finding or a broken rule is about."""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pyarrow.csv as pa_csv

from core.data.download import escape
from core.data.query import open_table, quote, to_frame
from core.data.schema import Dataset
from core.store.workspace import Workspace

MOST_DOWNLOADED = 100_000


def concerned_rows(
    workspace: Workspace, dataset: Dataset, where: str, *, rows: int = 200, first: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return rows for which a condition holds, in file order; the index counts them from 1.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    where : str
        SQL over the view ``t``, as `Finding.where` and `RuleResult.where` hold it.
    rows : int
        At most so many.
    first : tuple of str
        Columns that are put before the others.
    """
    table, names = _table(workspace, dataset, where, rows, first)
    frame = to_frame(table.drop_columns(["file_row_number"]), [dataset.column(name) for name in names])
    frame.index = pd.Index(table.column("file_row_number").to_numpy() + 1, name="row")
    return frame


def concerned_csv(workspace: Workspace, dataset: Dataset, where: str) -> bytes:
    """Return those rows as CSV with their number; the first `MOST_DOWNLOADED` of them.

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    table, names = _table(workspace, dataset, where, MOST_DOWNLOADED, ())
    arrays = [pa.compute.add(table.column("file_row_number"), 1)]
    for place in range(len(names)):
        cells = table.column(place)
        arrays.append(escape(cells.cast(pa.large_string())) if pa.types.is_large_string(cells.type) else cells)
    header = escape(pa.array(["row", *names], pa.large_string())).to_pylist()
    out = io.BytesIO()
    pa_csv.write_csv(pa.Table.from_arrays(arrays, names=header), out)
    return out.getvalue()


def _table(
    workspace: Workspace, dataset: Dataset, where: str, rows: int, first: tuple[str, ...]
) -> tuple[pa.Table, list[str]]:
    names = [*first, *(name for name in dataset.column_names if name not in first)]
    with open_table(workspace, dataset) as query:
        # Sorting whole rows takes more memory than there is where there are thousands of columns: places come first.
        places = query.arrow(
            f"SELECT file_row_number AS place FROM t_rows WHERE {where} ORDER BY file_row_number LIMIT {int(rows)}"
        )
        query.connection.register("wanted", places)
        table = query.arrow(
            f"SELECT {', '.join(quote(name) for name in names)}, file_row_number FROM t_rows "
            "WHERE file_row_number IN (SELECT place FROM wanted)"
        )
    return table.sort_by("file_row_number"), names
