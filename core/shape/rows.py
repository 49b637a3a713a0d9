"""The steps that hold for a single row, done to rows to predict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa

from core.data.actions import TableStep
from core.data.query import connect, to_frame
from core.data.schema import ColumnSchema
from core.data.storage import to_arrow
from core.errors import LatheError
from core.shape.compiler import compile_step
from core.shape.context import Context, Tables, no_tables, run_arrow
from core.shape.expression import looks_at_groups
from core.shape.flow import SQL_TYPES, Flow
from core.shape.keys import are_unique, key_pairs
from core.shape.registry import get_step
from core.shape.sentence import sentence


@dataclass(frozen=True)
class Replayed:
    """Rows after the steps.

    Attributes
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        As many rows as were given, in their order, in the dtypes of "A frame's types".
    columns : tuple of ColumnSchema
        Names and types of its columns.
    skipped : tuple of str
        Sentences of the steps that were not done: they look at other rows, or need what such a step would have made.
    """

    frame: pd.DataFrame
    columns: tuple[ColumnSchema, ...]
    skipped: tuple[str, ...]


def is_row_wise(step: TableStep) -> bool:
    """Tell whether a step keeps every row and looks at nothing but the row itself and stored tables."""
    try:
        spec = get_step(step.key)
        condition = spec.row_wise_when
        value = None if condition is None else step.params.get(condition.param, spec.param(condition.param).default)
        if not spec.row_wise or (condition is not None and value not in condition.values):
            return False
        if spec.settle and step.params.get("method") != "own" and not step.params.get("edges"):
            return False
        formulas = [str(step.params.get(p.name) or "") for p in spec.params if p.kind == "expression"]
        return not any(looks_at_groups(formula) for formula in formulas if formula)
    except LatheError:
        return False


def replay_rows(
    frame: pd.DataFrame, columns: Sequence[ColumnSchema], steps: Sequence[TableStep], *, tables: Tables = no_tables
) -> Replayed:
    """Do the row-wise steps to new rows; one row gives what it would give in a batch.

    Parameters
    ----------
    frame : DataFrame of shape (n_rows, n_columns)
        Rows in the dtypes of "A frame's types"; columns in any order, others may be there.
    columns : sequence of ColumnSchema
        The table as it was read (`Dataset.base_columns`).
    steps : sequence of TableStep
        Of the dataset.
    tables : callable, optional
        Finds the other tables of joins; a join is skipped without it.
    """
    skipped: list[str] = []
    with connect(threads=1) as connection:
        context = Context(connection, tables)
        flow = _read(context, frame, columns)
        for step in steps:
            if not step.enabled:
                continue
            try:
                single = _for_single_rows(context, flow, step)
                if not is_row_wise(single):
                    skipped.append(sentence(step))
                    continue
                _, flow = compile_step(context, flow, single)
            except LatheError:
                skipped.append(sentence(step))
        table = run_arrow(connection, flow.sql(_typed(flow)))
    schema = tuple(_schema(flow))
    replayed = to_frame(table, schema)
    replayed.index = frame.index
    return Replayed(replayed, schema, tuple(skipped))


def _for_single_rows(context: Context, flow: Flow, step: TableStep) -> TableStep:
    """Return a join that repeats no row as one that takes the first partner, which gives the same.

    Raises
    ------
    LatheError
        Where the other table or a key is not there.
    """
    asked = {"how": "left", "matches": "all", **step.params}
    if step.key != "join" or (asked["how"], asked["matches"]) != ("left", "all"):
        return step
    other = context.read(context.tables(str(asked.get("table") or "")))
    keys = [right.id for _, right in key_pairs(flow, other, asked.get("keys") or {})]
    once = are_unique(context, other, keys)
    return step.model_copy(update={"params": {**step.params, "matches": "first"}}) if once else step


def _read(context: Context, frame: pd.DataFrame, columns: Sequence[ColumnSchema]) -> Flow:
    arrays = [to_arrow(frame[column.name].reset_index(drop=True), column.storage) for column in columns]
    names = [str(place) for place in range(len(columns))]
    return context.read_arrow(pa.table(dict(zip(names, arrays, strict=True))), columns)


def _typed(flow: Flow) -> str:
    return ", ".join(f"CAST({f.id} AS {SQL_TYPES[f.storage]}) AS {f.id}" for f in flow.fields)


def _schema(flow: Flow) -> list[ColumnSchema]:
    known = [f.like or ColumnSchema(name=f.name, storage=f.storage, kind=f.kind) for f in flow.fields]
    return [
        column.model_copy(update={"name": f.name, "storage": f.storage, "kind": f.kind})
        for column, f in zip(known, flow.fields, strict=True)
    ]
