"""Steps that turn the table into one with other rows: group, pivot, unpivot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import InvalidInput, LatheError
from core.shape.aggregates import aggregate_cell
from core.shape.context import MOST_COLUMNS, MOST_ROWS, Context
from core.shape.flow import Cell, Field, Flow, check_names
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE, free_name
from core.shape.text import as_text, number_of, text_sql, value_sql
from core.types import StorageType

SPECS = (
    TableStepSpec(
        key="group",
        title="Group and aggregate",
        purpose="Makes one row of each group, with counts, sums, means and more.",
        when="Rows are too fine: purchases are there, customers are wanted.",
        group="Shape",
        params=(
            StepParam(
                name="by", kind="columns", label="One row for each", optional=True, default=[],
                help="None chosen makes one row of the whole table.",
            ),
            StepParam(name="aggregations", kind="aggregations", label="What to compute"),
        ),
        sentence="Group[ by {by}]: {aggregations}",
        compile=f"{HERE}.shape:group",
    ),
    TableStepSpec(
        key="pivot",
        title="Pivot: rows to columns",
        purpose="Makes a column of each value of one column (long to wide).",
        when="Each measure stands in a row of its own, and one row a thing is wanted.",
        group="Shape",
        params=(
            StepParam(name="index", kind="columns", label="One row for each"),
            StepParam(name="columns", kind="column", label="Its values become columns"),
            StepParam(name="values", kind="column", label="Cells come from"),
            StepParam(
                name="duplicates", kind="choice", label="Where several rows meet in one cell", default="refuse",
                choices=("refuse", "first", "last", "sum", "mean", "min", "max", "count"),
                choice_labels=(
                    "refuse and say which", "take the first", "take the last", "add up", "take the mean",
                    "take the lowest", "take the highest", "count them",
                ),
            ),
        ),
        sentence="Pivot {columns} to columns with {values}, one row for each {index}",
        compile=f"{HERE}.shape:pivot",
    ),
    TableStepSpec(
        key="unpivot",
        title="Unpivot: columns to rows",
        purpose="Makes a row of each of the chosen columns: its name and its value (wide to long, melt).",
        when="Months or measures stand side by side as columns, and are to stand below one another.",
        group="Shape",
        params=(
            StepParam(name="columns", kind="columns", label="Columns that become rows"),
            StepParam(name="name_to", kind="name", label="Column for the names", default="variable"),
            StepParam(name="value_to", kind="name", label="Column for the values", default="value"),
            StepParam(name="drop_missing", kind="bool", label="Leave missing values out", default=False),
        ),
        sentence="Unpivot {columns} to {name_to} and {value_to}",
        compile=f"{HERE}.shape:unpivot",
    ),
)  # fmt: skip


def group(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "group"; groups stand in the order in which they first occur."""
    keys = [flow.field(name) for name in values["by"]]
    problems: list[LatheError] = []
    cells: list[Cell] = []
    for number, asked in enumerate(values["aggregations"]):
        try:
            cells.append(aggregate_cell(flow, asked, [*(k.name for k in keys), *(c.name for c in cells)]))
        except LatheError as error:
            problems.append(LatheError(error.message, hint=error.hint, field=f"aggregations.{number}"))
    if problems:
        raise InvalidInput(problems)
    return _grouped(flow, context, keys, cells)


def _grouped(flow: Flow, context: Context, keys: Sequence[Field], cells: Sequence[Cell]) -> Flow:
    fields = [
        *(Field(k.name, k.id, k.storage, k.like, levels=k.levels) for k in keys),
        *(Field(c.name, context.fresh("c"), c.storage, c.like) for c in cells),
    ]
    check_names(fields)
    parts = ["min(r) AS r", *(k.id for k in keys)]
    parts += [f"{c.sql} AS {f.id}" for c, f in zip(cells, fields[len(keys) :], strict=True)]
    by = f" GROUP BY {', '.join(k.id for k in keys)}" if keys else ""
    return flow.then(context, f"SELECT {', '.join(parts)} FROM {flow.relation}{by}", fields)


def pivot(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "pivot"; new columns stand in the order of their values."""
    keys = [flow.field(name) for name in values["index"]]
    over, cell = flow.field(values["columns"]), flow.field(values["values"])
    if over in keys or cell in keys or over is cell:
        raise LatheError("Rows, columns and cells must come from different columns.", field="columns")
    found = context.rows(
        flow,
        f"DISTINCT {over.id} AS value, {as_text(over)} AS text",
        tail=f"WHERE {over.id} IS NOT NULL ORDER BY value LIMIT {MOST_COLUMNS + 1}",
    )
    if not found or len(found) > MOST_COLUMNS:
        count = f"more than {MOST_COLUMNS:,}" if found else "no"
        raise LatheError(
            f"{over.name} must have from 1 to {MOST_COLUMNS:,} different values; it has {count}.", field="columns"
        )
    if values["duplicates"] == "refuse":
        _refuse_duplicates(flow, context, [*keys, over])
    function = {"refuse": "first"}.get(values["duplicates"], values["duplicates"])
    names = [k.name for k in keys]
    cells = []
    for _, text in found:
        name = free_name(names, str(text))
        names.append(name)
        only = f"{over.id} = {value_sql(text, over.storage)}"
        made = aggregate_cell(flow, {"column": cell.name, "function": function, "name": name}, [], only=only)
        cells.append(made)
    return _grouped(flow, context, keys, cells)


def _refuse_duplicates(flow: Flow, context: Context, keys: Sequence[Field]) -> None:
    chosen = ", ".join(k.id for k in keys)
    texts = ", ".join(as_text(k) for k in keys)
    twice = context.rows(
        flow, f"{texts}, count(*) AS n", tail=f"WHERE {keys[-1].id} IS NOT NULL GROUP BY {chosen} HAVING n > 1 LIMIT 3"
    )
    if twice:
        examples = "; ".join(
            ", ".join(f"{k.name} {v}" for k, v in zip(keys, row[:-1], strict=True)) + f" ({row[-1]:,} rows)"
            for row in twice
        )
        raise LatheError(
            f"Each cell must come from one row; several meet at {examples}.",
            hint="Choose what to do where several rows meet in one cell, or more columns for the rows.",
            field="duplicates",
        )


def unpivot(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "unpivot"; the rows that come from one row stand together."""
    chosen = [flow.field(name) for name in values["columns"]]
    rows = context.count(flow) * len(chosen)
    if rows > MOST_ROWS:
        raise LatheError(f"The result would have {rows:,} rows; at most {MOST_ROWS:,} are allowed.", field="columns")
    storage, cells = _common(chosen)
    kept = [Field(f.name, f.id, f.storage, f.like, levels=f.levels) for f in flow.fields if f not in chosen]
    name = Field(values["name_to"].strip(), context.fresh("c"), StorageType.STRING)
    value = Field(values["value_to"].strip(), context.fresh("c"), storage)
    fields = [*kept, name, value]
    check_names(fields)
    titles = ", ".join(text_sql(f.name) for f in chosen)
    pair, place = context.fresh("c"), context.fresh("c")
    body = (
        f"SELECT * REPLACE (row_number() OVER (ORDER BY r, {place}) - 1 AS r), [{titles}][{place}] AS {name.id}, "
        f"{pair}[{place}] AS {value.id} FROM (SELECT *, [{', '.join(cells)}] AS {pair}, "
        f"unnest(range(1, {len(chosen) + 1})) AS {place} FROM {flow.relation})"
    )
    result = flow.then(context, body, fields)
    return result.where(context, f"{value.id} IS NOT NULL") if values["drop_missing"] else result


def _common(chosen: Sequence[Field]) -> tuple[StorageType, list[str]]:
    """Return the type that holds all cells of these columns, and the SQL of each in it."""
    storages = {field.storage for field in chosen}
    if len(storages) == 1:
        return chosen[0].storage, [f.id for f in chosen]
    if storages == {StorageType.INT, StorageType.FLOAT}:
        return StorageType.FLOAT, [number_of(f) for f in chosen]
    return StorageType.STRING, [as_text(f) for f in chosen]
