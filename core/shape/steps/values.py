"""Steps that change cells in their place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import InvalidInput, LatheError
from core.params import Condition
from core.shape.context import Context
from core.shape.flow import Cell, Field, Flow
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE
from core.shape.text import finite, list_sql, number_of, number_sql, value_sql
from core.types import ColumnKind, StorageType

COLUMNS = StepParam(name="columns", kind="columns", label="Columns")
NUMBERS = COLUMNS.model_copy(update={"accepts": (ColumnKind.NUMERIC,), "label": "Columns of numbers"})
WORDS = COLUMNS.model_copy(
    update={"accepts": (ColumnKind.CATEGORICAL, ColumnKind.TEXT, ColumnKind.IDENTIFIER, ColumnKind.BOOLEAN)}
)
CONSTANT = Condition(param="method", values=("constant",))
NEIGHBOUR = Condition(param="method", values=("previous", "next"))

SPECS = (
    TableStepSpec(
        key="replace_values",
        title="Replace values",
        purpose="Puts other values in the place of some; several spellings can become one.",
        when="The same thing is written in several ways: NYC, nyc, New York.",
        group="Values",
        params=(
            COLUMNS,
            StepParam(
                name="mapping", kind="mapping", label="Replacements", help="An empty replacement makes cells missing."
            ),
        ),
        sentence="Replace in {columns}: {mapping}",
        row_wise=True,
        compile=f"{HERE}.values:replace_values",
    ),
    TableStepSpec(
        key="fill_missing",
        title="Fill missing cells",
        purpose="Puts a fixed value, or the one before or after, where a cell is empty.",
        when=(
            "Missing has a known meaning (no garage: 0), or values go on until they change. A mean, a middle or a most "
            "frequent value is learned from the data; it belongs to Preparation, where it is learned inside each fold."
        ),
        group="Values",
        params=(
            COLUMNS,
            StepParam(
                name="method", kind="choice", label="With", default="constant",
                choices=("constant", "previous", "next"),
                choice_labels=("a fixed value", "the value before", "the value after"),
            ),
            StepParam(name="value", kind="text", label="Value", active_when=CONSTANT),
            StepParam(
                name="order", kind="column", label="In the order of", optional=True, active_when=NEIGHBOUR,
                help="Empty takes the order in which the rows stand.",
            ),
            StepParam(
                name="within", kind="columns", label="Within each", optional=True, default=[], active_when=NEIGHBOUR,
                help="Nothing is carried from one group to another.",
            ),
        ),
        sentence="Fill missing cells of {columns} with {method}[ {value}][ by {order}][ within each {within}]",
        row_wise=True,
        row_wise_when=CONSTANT,
        compile=f"{HERE}.values:fill_missing",
    ),
    TableStepSpec(
        key="set_missing",
        title="Take values as missing",
        purpose="Empties the cells that hold certain values.",
        when="-999, unknown or 0 stand for nothing known.",
        group="Values",
        params=(COLUMNS, StepParam(name="values", kind="texts", label="Values that mean missing")),
        sentence="Take {values} in {columns} as missing",
        row_wise=True,
        compile=f"{HERE}.values:set_missing",
    ),
    TableStepSpec(
        key="clip",
        title="Limit numbers",
        purpose="Puts numbers beyond an end at that end, or takes them as missing.",
        when="Values outside a range are impossible, or a few extreme ones outweigh the rest.",
        group="Values",
        params=(
            NUMBERS,
            StepParam(name="low", kind="number", label="Lowest", optional=True),
            StepParam(name="high", kind="number", label="Highest", optional=True),
            StepParam(
                name="outside", kind="choice", label="Numbers outside become", default="end",
                choices=("end", "missing"), choice_labels=("the nearer end", "missing"),
            ),
        ),
        sentence="Limit {columns}[ to at least {low}][ to at most {high}]; what lies outside becomes {outside}",
        row_wise=True,
        compile=f"{HERE}.values:clip",
    ),
    TableStepSpec(
        key="clean_text",
        title="Clean texts",
        purpose="Takes needless blanks out and writes all in one case.",
        when="The same word counts as several because of blanks or capitals.",
        group="Values",
        params=(
            WORDS,
            StepParam(name="spaces", kind="bool", label="One blank for several", default=True),
            StepParam(
                name="case", kind="choice", label="Case", default="keep",
                choices=("keep", "lower", "upper", "title"),
                choice_labels=("as it is", "lower case", "UPPER CASE", "First Letters Large"),
            ),
            StepParam(name="accents", kind="bool", label="Take accents off", default=False),
        ),
        sentence="Clean the texts of {columns}[; case {case}]",
        row_wise=True,
        compile=f"{HERE}.values:clean_text",
    ),
    TableStepSpec(
        key="scale",
        title="Change the unit",
        purpose="Multiplies numbers by a factor and adds a constant.",
        when="Pounds are to be kilograms (0.4536), or cents are to be dollars (0.01).",
        group="Values",
        params=(
            NUMBERS,
            StepParam(name="factor", kind="number", label="Multiply by", default=1.0),
            StepParam(name="offset", kind="number", label="Then add", default=0.0),
        ),
        sentence="Multiply {columns} by {factor}[ and add {offset}]",
        row_wise=True,
        compile=f"{HERE}.values:scale",
    ),
)  # fmt: skip


def replace_values(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "replace_values"."""
    problems: list[LatheError] = []
    cells = []
    for name in values["columns"]:
        field = flow.field(name)
        try:
            cases = " ".join(_case(field, old, new) for old, new in values["mapping"].items())
        except LatheError as error:
            problems.append(LatheError(error.message, hint="Change its type to text first.", field="mapping"))
            continue
        cells.append(Cell(name, f"CASE {cases} ELSE {field.id} END", field.storage, field.like))
    if problems:
        raise InvalidInput(problems)
    return flow.compute(context, cells)


def _case(field: Field, old: str, new: str) -> str:
    label = f"A value of {field.name}"
    then = "NULL" if new in ("", None) else value_sql(new, field.storage, label=label)
    return f"WHEN {field.id} = {value_sql(old, field.storage, label=label)} THEN {then}"


def fill_missing(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "fill_missing"."""
    cells = []
    for name in values["columns"]:
        field = flow.field(name)
        if values["method"] == "constant":
            value = value_sql(values["value"], field.storage, label=f"The value for {name}", field="value")
            sql = f"coalesce({field.id}, {value})"
        else:
            sql = f"coalesce({field.id}, {_neighbour(flow, field, values)})"
        cells.append(Cell(name, sql, field.storage, field.like))
    return flow.compute(context, cells)


def _neighbour(flow: Flow, field: Field, values: Mapping[str, Any]) -> str:
    groups = ", ".join(flow.field(name).id for name in values["within"])
    by = f"PARTITION BY {groups} " if groups else ""
    first = f"{flow.field(values['order']).id} ASC NULLS LAST, " if values["order"] else ""
    if values["method"] == "previous":
        frame, which = "ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING", "last_value"
    else:
        frame, which = "ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING", "first_value"
    return f"{which}({field.id} IGNORE NULLS) OVER ({by}ORDER BY {first}r {frame})"


def set_missing(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "set_missing"."""
    cells = []
    for name in values["columns"]:
        field = flow.field(name)
        gone = list_sql(values["values"], field.storage, label=f"A value of {name}", field="values")
        cells.append(Cell(name, f"CASE WHEN {field.id} NOT IN {gone} THEN {field.id} END", field.storage, field.like))
    return flow.compute(context, cells)


def clip(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "clip"."""
    low, high = values["low"], values["high"]
    if low is None and high is None:
        raise LatheError("A lowest or a highest number must be given.", field="low")
    if low is not None and high is not None and low > high:
        raise LatheError(f"The lowest must not be above the highest. They are {low:g} and {high:g}.", field="low")
    return flow.compute(context, [_clipped(_numeric(flow, name), values) for name in values["columns"]])


def _clipped(field: Field, values: Mapping[str, Any]) -> Cell:
    low, high, cell = values["low"], values["high"], number_of(field)
    if values["outside"] == "missing":
        bounds = [f"{cell} >= {number_sql(low)}"] if low is not None else []
        bounds += [f"{cell} <= {number_sql(high)}"] if high is not None else []
        return Cell(field.name, f"CASE WHEN {' AND '.join(bounds)} THEN {field.id} END", field.storage, field.like)
    sql = cell if low is None else f"greatest({cell}, {number_sql(low)})"
    sql = sql if high is None else f"least({sql}, {number_sql(high)})"
    # Where the cell is missing, greatest and least would give the end.
    sql = f"CASE WHEN {field.id} IS NOT NULL THEN {sql} END"
    return Cell(field.name, sql, StorageType.FLOAT, field.like)


def clean_text(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "clean_text"."""
    cells = []
    for name in values["columns"]:
        field = flow.field(name)
        if field.storage is not StorageType.STRING:
            raise LatheError(f"{name} must hold text to be cleaned.", field="columns")
        sql = field.id
        if values["spaces"]:
            sql = f"regexp_replace({sql}, '\\s+', ' ', 'g')"
        if values["accents"]:
            sql = f"strip_accents({sql})"
        sql = _in_case(sql, values["case"])
        cells.append(Cell(name, f"nullif(trim({sql}), '')", StorageType.STRING, field.like))
    return flow.compute(context, cells)


def _in_case(sql: str, case: str) -> str:
    if case in ("lower", "upper"):
        return f"{case}({sql})"
    if case == "title":
        words = f"list_transform(string_split({sql}, ' '), lambda w: upper(w[1]) || lower(w[2:]))"
        return f"array_to_string({words}, ' ')"
    return sql


def scale(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "scale"."""
    cells = []
    for name in values["columns"]:
        cell = number_of(_numeric(flow, name))
        sql = finite(f"{cell} * {number_sql(values['factor'])} + {number_sql(values['offset'])}")
        cells.append(Cell(name, sql, StorageType.FLOAT, flow.field(name).like))
    return flow.compute(context, cells)


def _numeric(flow: Flow, name: str) -> Field:
    field = flow.field(name)
    if not field.is_number:
        raise LatheError(f"{name} must hold numbers.", hint="Change its type to a number first.", field="columns")
    return field
