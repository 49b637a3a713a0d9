"""Steps that make new columns out of others."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from core.errors import LatheError
from core.params import Condition
from core.shape.context import Context
from core.shape.expression import value_cell
from core.shape.flow import Cell, Flow
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE, free_name, new_name
from core.shape.steps.rows import CONDITION_PARAMS, condition_of
from core.shape.text import as_text, number_of, number_sql, text_sql
from core.types import ColumnKind, StorageType

_PARTS = ("year", "quarter", "month", "week", "day", "weekday", "hour", "minute")
_PART_WORDS = ("Year", "Quarter", "Month", "Week", "Day of the month", "Weekday", "Hour", "Minute")
_MOST_PARTS = 50
NEW_NAME = StepParam(name="name", kind="name", label="Name of the new column")
KEEP = StepParam(name="keep", kind="bool", label="Keep the original", default=True)

SPECS = (
    TableStepSpec(
        key="compute",
        title="Compute a column",
        purpose="Makes a column with a formula over the others, or writes over one that is there.",
        when="A ratio, a sum, a difference or a rule says more than its parts.",
        group="Columns",
        params=(
            NEW_NAME.model_copy(update={"label": "Name of the column"}),
            StepParam(
                name="expression", kind="expression", label="Formula",
                help="Such as Fare / (SibSp + Parch + 1). Columns with blanks stand in [brackets].",
            ),
        ),
        sentence="Compute {name} = {expression}",
        row_wise=True,
        compile=f"{HERE}.derive:compute",
    ),
    TableStepSpec(
        key="flag",
        title="Flag rows by a condition",
        purpose="Makes a column that is true where a condition holds, and false elsewhere.",
        when="Suspicious values are to stay, but a model should know of them.",
        group="Columns",
        params=(NEW_NAME, *CONDITION_PARAMS),
        sentence="Flag as {name} where [{conditions}][{expression}]",
        row_wise=True,
        compile=f"{HERE}.derive:flag",
    ),
    TableStepSpec(
        key="split_column",
        title="Split a column",
        purpose="Cuts text at a separator into several columns.",
        when="One cell holds several things: Braund, Mr. Owen or 12-34-56.",
        group="Columns",
        params=(
            StepParam(name="column", kind="column", label="Column"),
            StepParam(name="separator", kind="text", label="Separator", default=",", help="One or more characters."),
            StepParam(
                name="parts", kind="int", label="Number of new columns", default=2, low=2, high=_MOST_PARTS,
                help="What is left over stays in the last one.",
            ),
            KEEP,
        ),
        sentence="Split {column} at {separator} into {parts} columns",
        row_wise=True,
        compile=f"{HERE}.derive:split_column",
    ),
    TableStepSpec(
        key="combine_columns",
        title="Combine columns",
        purpose="Joins the texts of several columns to one; missing cells are left out.",
        when="Parts belong together: first and last name, year and month.",
        group="Columns",
        params=(
            StepParam(name="columns", kind="columns", label="Columns, in order"),
            StepParam(name="separator", kind="text", label="Between them", default=" ", optional=True),
            NEW_NAME,
            KEEP.model_copy(update={"label": "Keep the originals"}),
        ),
        sentence="Combine {columns} to {name}",
        row_wise=True,
        compile=f"{HERE}.derive:combine_columns",
    ),
    TableStepSpec(
        key="date_parts",
        title="Take dates apart",
        purpose="Makes a column for each part of a date: year, month, weekday, hour.",
        when="Something depends on the season, the weekday or the time of day.",
        group="Columns",
        params=(
            StepParam(name="column", kind="column", label="Column of dates", accepts=(ColumnKind.DATETIME,)),
            StepParam(
                name="parts", kind="texts", label="Parts", default=["year", "month", "weekday"], choices=_PARTS,
                choice_labels=_PART_WORDS, help="Weekdays count from 1, Monday, to 7.",
            ),
            KEEP,
        ),
        sentence="Take {parts} out of {column}",
        row_wise=True,
        compile=f"{HERE}.derive:date_parts",
    ),
    TableStepSpec(
        key="text_length",
        title="Measure texts",
        purpose="Makes a column with the number of characters, or of words.",
        when="How much was written says something: reviews, messages, notes.",
        group="Columns",
        params=(
            StepParam(name="column", kind="column", label="Column"),
            StepParam(
                name="unit", kind="choice", label="Count", default="characters", choices=("characters", "words"),
                choice_labels=("Characters", "Words"),
            ),
            NEW_NAME,
        ),
        sentence="Count the {unit} of {column} as {name}",
        row_wise=True,
        compile=f"{HERE}.derive:text_length",
    ),
    TableStepSpec(
        key="row_number",
        title="Number the rows",
        purpose="Makes a column that counts the rows, from the first to the last, or within groups.",
        when="Rows need a name, or their order in a group matters.",
        group="Columns",
        params=(
            NEW_NAME,
            StepParam(name="start", kind="int", label="First number", default=1),
            StepParam(name="within", kind="columns", label="Begin again for each", optional=True, default=[]),
        ),
        sentence="Number the rows as {name} from {start}[, again for each {within}]",
        compile=f"{HERE}.derive:row_number",
    ),
    TableStepSpec(
        key="bin",
        title="Group numbers into ranges",
        purpose="Turns a number into one of several ranges.",
        when="The exact number is too fine, or a report needs age groups.",
        group="Columns",
        params=(
            StepParam(name="column", kind="column", label="Column of numbers", accepts=(ColumnKind.NUMERIC,)),
            StepParam(
                name="method", kind="choice", label="Ranges", default="width", choices=("width", "count", "own"),
                choice_labels=("Equally wide", "Equally many rows in each", "At edges of my own"),
                help="Edges read off the table are kept with the step, so that later files get the same ranges.",
            ),
            StepParam(
                name="bins", kind="int", label="Number of ranges", default=5, low=2, high=100,
                active_when=Condition(param="method", values=("width", "count")),
            ),
            StepParam(
                name="edges", kind="numbers", label="Edges", optional=True, default=[],
                help="Inner edges, such as 18, 30, 65. A value at an edge belongs to the range above it.",
            ),
            NEW_NAME,
        ),
        sentence="Group {column} into ranges as {name}[, at {edges}]",
        row_wise=True,
        compile=f"{HERE}.derive:bin_numbers",
        settle=f"{HERE}.derive:settle_bins",
    ),
)  # fmt: skip


def compute(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "compute"."""
    name = values["name"].strip()
    return flow.compute(context, [value_cell(name, values["expression"], flow, field="expression")])


def flag(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "flag"."""
    return flow.compute(context, [Cell(new_name(flow, values["name"]), condition_of(flow, values), StorageType.BOOL)])


def split_column(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "split_column"."""
    field, count = flow.field(values["column"]), int(values["parts"])
    separator = text_sql(values["separator"])
    pieces = f"string_split({as_text(field)}, {separator})"
    cells, names = [], list(flow.names)
    for number in range(1, count + 1):
        part = f"{pieces}[{number}]"
        if number == count:
            part = f"array_to_string({pieces}[{number}:], {separator})"
        name = free_name(names, f"{field.name}_{number}")
        names.append(name)
        cells.append(Cell(name, f"nullif(trim({part}), '')", StorageType.STRING))
    split = flow.compute(context, cells, after=field.name)
    return split if values["keep"] else split.only([f for f in split.fields if f.name != field.name])


def combine_columns(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "combine_columns"."""
    name, columns = values["name"].strip(), values["columns"]
    if name not in columns or values["keep"]:
        name = new_name(flow, name)
    texts = ", ".join(as_text(flow.field(c)) for c in columns)
    cell = Cell(name, f"nullif(trim(concat_ws({text_sql(values['separator'])}, {texts})), '')", StorageType.STRING)
    made = flow.compute(context, [cell], after=columns[-1])
    gone = set() if values["keep"] else set(columns) - {name}
    return made.only([f for f in made.fields if f.name not in gone])


def date_parts(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "date_parts"."""
    field = flow.field(values["column"])
    if field.storage is not StorageType.DATETIME:
        raise LatheError(
            f"{field.name} must hold dates to be taken apart.", hint="Change its type to a date first.", field="column"
        )
    names, cells = list(flow.names), []
    for part in values["parts"]:
        name = free_name(names, f"{field.name}_{part}")
        names.append(name)
        asked = "isodow" if part == "weekday" else part
        cells.append(Cell(name, f"CAST(date_part('{asked}', {field.id}) AS BIGINT)", StorageType.INT))
    made = flow.compute(context, cells, after=field.name)
    return made if values["keep"] else made.only([f for f in made.fields if f.name != field.name])


def text_length(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "text_length"."""
    field = flow.field(values["column"])
    text = as_text(field)
    counted = f"length({text})" if values["unit"] == "characters" else f"len(regexp_extract_all({text}, '\\S+'))"
    sql = f"CAST({counted} AS BIGINT)"
    return flow.compute(context, [Cell(new_name(flow, values["name"]), sql, StorageType.INT)], after=field.name)


def row_number(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "row_number"."""
    groups = ", ".join(flow.field(name).id for name in values["within"])
    by = f"PARTITION BY {groups} " if groups else ""
    sql = f"row_number() OVER ({by}ORDER BY r) + {int(values['start']) - 1}"
    return flow.compute(context, [Cell(new_name(flow, values["name"]), sql, StorageType.INT)])


def bin_numbers(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "bin": ranges as text, from the lowest to the highest, in which each holds its lower edge."""
    field = flow.field(values["column"])
    if not field.is_number:
        raise LatheError(
            f"{field.name} must hold numbers to be grouped.", hint="Change its type first.", field="column"
        )
    edges = sorted({float(edge) for edge in values["edges"]}) or _edges(flow, values, context)
    if not edges:
        raise LatheError("At least one edge must be given, such as 18, 30, 65.", field="edges")
    words = [f"{edge:.10g}" for edge in edges]
    labels = [f"below {words[0]}", *(f"{a} to {b}" for a, b in pairwise(words)), f"{words[-1]} up"]
    cell = number_of(field)
    cases = " ".join(
        f"WHEN {cell} < {number_sql(e)} THEN {text_sql(t)}" for e, t in zip(edges, labels[:-1], strict=True)
    )
    sql = f"CASE WHEN {field.id} IS NULL THEN NULL {cases} ELSE {text_sql(labels[-1])} END"
    made = flow.compute(context, [Cell(new_name(flow, values["name"]), sql, StorageType.STRING)], after=field.name)
    return made.with_levels(values["name"].strip(), tuple(labels))


def settle_bins(flow: Flow, values: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """Keep the edges with the step."""
    if values["method"] == "own" or values["edges"]:
        return dict(values)
    return {**values, "edges": _edges(flow, values, context)}


def _edges(flow: Flow, values: Mapping[str, Any], context: Context) -> list[float]:
    """Return the inner edges that the table itself suggests."""
    field = flow.field(values["column"])
    if values["method"] == "own" or not field.is_number:
        return []
    bins, cell = int(values["bins"]), number_of(field)
    if values["method"] == "count":
        shares = ", ".join(f"{i / bins:.6f}" for i in range(1, bins))
        found = context.rows(flow, f"quantile_cont({cell}, [{shares}])")[0][0] or []
    else:
        low, high = context.rows(flow, f"min({cell}), max({cell})")[0]
        found = [] if low is None or low == high else [low + (high - low) * i / bins for i in range(1, bins)]
    edges = sorted({float(f"{edge:.10g}") for edge in found})
    if not edges:
        raise LatheError(f"{field.name} must hold at least two different numbers to be grouped.", field="column")
    return edges
