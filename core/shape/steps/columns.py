"""Steps that choose, name, order and type columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.errors import LatheError
from core.params import Condition
from core.shape.context import Context
from core.shape.flow import Cell, Field, Flow, check_names
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE, listed
from core.shape.text import as_text, finite, number_of, text_of, text_sql
from core.types import StorageType

_TYPES = ("whole", "number", "text", "date", "truth")
_TYPE_WORDS = ("Whole number", "Number", "Text", "Date or time", "True or false")
_STORAGE = {
    "whole": StorageType.INT,
    "number": StorageType.FLOAT,
    "text": StorageType.STRING,
    "date": StorageType.DATETIME,
    "truth": StorageType.BOOL,
}
_TRUE, _FALSE = "('true', 'yes', 'y', 't', '1')", "('false', 'no', 'n', 'f', '0')"

SPECS = (
    TableStepSpec(
        key="keep_columns",
        title="Keep some columns",
        purpose="Keeps the chosen columns in the order they have, and drops all others.",
        when="Only a few columns matter.",
        group="Columns",
        params=(StepParam(name="columns", kind="columns", label="Columns to keep"),),
        sentence="Keep only {columns}",
        row_wise=True,
        compile=f"{HERE}.columns:keep_columns",
    ),
    TableStepSpec(
        key="drop_columns",
        title="Drop columns",
        purpose="Takes columns out of the table. The file keeps them.",
        when="A column is empty, constant, personal, or only known after what is to be predicted.",
        group="Columns",
        params=(StepParam(name="columns", kind="columns", label="Columns to drop"),),
        sentence="Drop {columns}",
        row_wise=True,
        compile=f"{HERE}.columns:drop_columns",
    ),
    TableStepSpec(
        key="rename",
        title="Rename columns",
        purpose="Gives columns other names.",
        when="A name is cryptic, or two tables name the same thing differently.",
        group="Columns",
        params=(StepParam(name="renames", kind="renames", label="New names"),),
        sentence="Rename {renames}",
        row_wise=True,
        compile=f"{HERE}.columns:rename",
    ),
    TableStepSpec(
        key="reorder",
        title="Reorder columns",
        purpose="Puts the chosen columns first, in the order chosen; the others follow as they were.",
        when="What matters is to stand where the eye begins.",
        group="Columns",
        params=(StepParam(name="columns", kind="columns", label="Columns to put first"),),
        sentence="Put {columns} first",
        row_wise=True,
        compile=f"{HERE}.columns:reorder",
    ),
    TableStepSpec(
        key="change_type",
        title="Change the type of columns",
        purpose="Reads cells as another type. Cells that cannot be read become missing; the preview lists them.",
        when="Numbers came as text, or a code that looks like a number is a name.",
        group="Columns",
        params=(
            StepParam(name="columns", kind="columns", label="Columns"),
            StepParam(
                name="to", kind="choice", label="New type", default="number", choices=_TYPES,
                choice_labels=_TYPE_WORDS,
            ),
            StepParam(
                name="decimal", kind="choice", label="Decimal mark", default=".", choices=(".", ","),
                choice_labels=("Point (1,234.5)", "Comma (1.234,5)"),
                active_when=Condition(param="to", values=("whole", "number")),
            ),
            StepParam(
                name="date_format", kind="text", label="How dates are written", default="", optional=True,
                help="Such as %d.%m.%Y for 31.12.2024 or %m/%d/%y for 12/31/24. Empty reads 2024-12-31.",
                active_when=Condition(param="to", values=("date",)),
            ),
        ),
        sentence="Read {columns} as {to}[, dates as {date_format}]",
        row_wise=True,
        compile=f"{HERE}.columns:change_type",
        report=f"{HERE}.columns:report_unread",
    ),
    TableStepSpec(
        key="set_levels",
        title="Give categories an order",
        purpose="Says which value is lowest and which highest (an ordinal column). The cells stay as they are.",
        when="Values such as low, medium, high mean more than their names.",
        group="Columns",
        params=(
            StepParam(name="column", kind="column", label="Column"),
            StepParam(name="levels", kind="texts", label="Values from low to high"),
        ),
        sentence="Order {column}: {levels}",
        row_wise=True,
        compile=f"{HERE}.columns:set_levels",
        report=f"{HERE}.columns:report_levels",
    ),
)  # fmt: skip


def keep_columns(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "keep_columns"."""
    chosen = set(values["columns"])
    return flow.only([f for f in flow.fields if f.name in chosen])


def drop_columns(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "drop_columns"."""
    gone = set(values["columns"])
    kept = [f for f in flow.fields if f.name not in gone]
    if not kept:
        raise LatheError("At least one column must stay; all would be dropped.", field="columns")
    return flow.only(kept)


def rename(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "rename"."""
    renames: dict[str, str] = values["renames"]
    for name in renames:
        flow.field(name)
    fields = [replace(f, name=renames.get(f.name, f.name).strip()) for f in flow.fields]
    check_names(fields)
    return flow.only(fields)


def reorder(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "reorder"."""
    first = [flow.field(name) for name in values["columns"]]
    return flow.only([*first, *(f for f in flow.fields if f not in first)])


def change_type(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "change_type"."""
    storage = _STORAGE[values["to"]]
    cells = []
    for name in values["columns"]:
        field = flow.field(name)
        if field.storage is not storage:
            cells.append(Cell(name, _converted(field, values), storage))
    return flow.compute(context, cells) if cells else flow


def _converted(field: Field, values: Mapping[str, Any]) -> str:
    text = f"trim({as_text(field)})"
    match values["to"]:
        case "whole" | "number":
            number = _as_number(field, text, values["decimal"])
            # Beyond 2 to the 53 neighbours fall together.
            whole = f"CAST(CASE WHEN abs({number}) < 9007199254740992 THEN round({number}) END AS BIGINT)"
            return whole if values["to"] == "whole" else number
        case "date":
            written = values.get("date_format") or ""
            if field.storage is not StorageType.STRING and field.is_number:
                return "CAST(NULL AS TIMESTAMP)"
            read = f"try_strptime({text}, {text_sql(written)})" if written else f"TRY_CAST({text} AS TIMESTAMP)"
            return finite(f"CAST({read} AS TIMESTAMP)")
        case "truth":
            return f"CASE WHEN lower({text}) IN {_TRUE} THEN TRUE WHEN lower({text}) IN {_FALSE} THEN FALSE END"
        case _:
            return text_of(field.id, field.storage)


def _as_number(field: Field, text: str, decimal: str) -> str:
    if field.is_number:
        return number_of(field)
    if field.storage is StorageType.BOOL:
        return f"CAST({field.id} AS DOUBLE)"
    if field.storage is StorageType.DATETIME:
        return f"epoch({field.id})"
    thousands = "," if decimal == "." else "."
    plain = f"replace({text}, '{thousands}', '')"
    plain = plain if decimal == "." else f"replace({plain}, ',', '.')"
    return finite(f"TRY_CAST({plain} AS DOUBLE)")


def report_unread(flow: Flow, values: Mapping[str, Any], context: Context) -> list[str]:
    """Say which cells cannot be read as the new type, and which lose their fraction."""
    notes = []
    after = change_type(flow, values, context)
    for name in values["columns"]:
        old, new = flow.field(name), after.field(name)
        lost = context.rows(
            after,
            f"{as_text(old)} AS cell, count(*) AS n",
            tail=f"WHERE {old.id} IS NOT NULL AND {new.id} IS NULL GROUP BY 1 ORDER BY n DESC, cell",
        )
        if lost:
            cells = sum(count for _, count in lost)
            notes.append(
                f"{name}: {cells:,} cells cannot be read as {_TYPE_WORDS[_TYPES.index(values['to'])].lower()} and "
                f"become missing, such as {listed(cell for cell, _ in lost)}."
            )
        if values["to"] == "whole" and old.storage is StorageType.FLOAT:
            cut = context.rows(after, "count(*)", tail=f"WHERE {old.id} <> {new.id}")[0][0]
            notes += [f"{name}: {cut:,} cells have a fraction and are rounded."] if cut else []
    return notes


def set_levels(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "set_levels"."""
    field, levels = flow.field(values["column"]), tuple(values["levels"])
    if len(set(levels)) < len(levels):
        raise LatheError("Each value must stand in the order once.", field="levels")
    return flow.with_levels(field.name, levels)


def report_levels(flow: Flow, values: Mapping[str, Any], context: Context) -> list[str]:
    """Say which values have no place in the order."""
    field, levels = flow.field(values["column"]), set(values["levels"])
    found = context.rows(
        flow, f"DISTINCT {as_text(field)} AS cell", tail=f"WHERE {field.id} IS NOT NULL ORDER BY 1 LIMIT 1000"
    )
    outside = [cell for (cell,) in found if cell not in levels]
    return [f"{field.name} also holds {listed(outside)}, which have no place in the order."] if outside else []
