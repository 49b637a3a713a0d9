"""Steps that keep, drop or order rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import Condition
from core.shape.conditions import conditions_sql
from core.shape.context import Context
from core.shape.expression import condition_sql
from core.shape.flow import Flow
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE, ids

BY_CONDITIONS = Condition(param="by", values=("conditions",))
BY_EXPRESSION = Condition(param="by", values=("expression",))

CONDITION_PARAMS = (
    StepParam(
        name="by", kind="choice", label="Say it with", default="conditions", choices=("conditions", "expression"),
        choice_labels=("Conditions", "A formula"),
    ),
    StepParam(name="conditions", kind="conditions", label="Conditions", active_when=BY_CONDITIONS),
    StepParam(
        name="match", kind="choice", label="How many must hold", default="all", choices=("all", "any"),
        choice_labels=("All of them (and)", "One of them (or)"), active_when=BY_CONDITIONS,
    ),
    StepParam(
        name="expression", kind="expression", label="Formula", active_when=BY_EXPRESSION,
        help="True or false for each row, such as Age > 30 and not is_missing(Cabin).",
    ),
)  # fmt: skip

COLUMNS_OPTIONAL = StepParam(
    name="columns", kind="columns", label="Columns", optional=True, default=[], help="None chosen means all of them."
)

SPECS = (
    TableStepSpec(
        key="filter",
        title="Keep or drop rows by a condition",
        purpose="Keeps the rows for which what you say is true, or drops them.",
        when="Rows do not belong: test entries, another country, impossible values.",
        group="Rows",
        params=(
            StepParam(
                name="action", kind="choice", label="What to do", default="keep", choices=("keep", "drop"),
                choice_labels=("Keep these rows", "Drop these rows"),
            ),
            *CONDITION_PARAMS,
        ),
        sentence="{action} where [{conditions}][{expression}]",
        compile=f"{HERE}.rows:keep_or_drop",
    ),
    TableStepSpec(
        key="drop_missing",
        title="Drop rows with missing cells",
        purpose="Drops rows in which chosen columns are empty.",
        when="A row without a target, or without a key, is of no use. For inputs, filling in Preparation loses less.",
        group="Rows",
        params=(
            COLUMNS_OPTIONAL,
            StepParam(
                name="match", kind="choice", label="Drop a row where", default="any", choices=("any", "all"),
                choice_labels=("any of them is missing", "all of them are missing"),
            ),
        ),
        sentence="Drop rows where {match}[: {columns}]",
        compile=f"{HERE}.rows:drop_missing",
    ),
    TableStepSpec(
        key="drop_duplicates",
        title="Drop repeated rows",
        purpose="Keeps one of the rows that are equal in the chosen columns, or none of them.",
        when="The same thing was recorded twice. Repeated rows make scores look better than they are.",
        group="Rows",
        params=(
            COLUMNS_OPTIONAL.model_copy(update={"label": "Equal in"}),
            StepParam(
                name="keep", kind="choice", label="Keep", default="first", choices=("first", "last", "none"),
                choice_labels=("the first of them", "the last of them", "none of them"),
            ),
        ),
        sentence="Drop repeated rows, keep {keep}[, equal in {columns}]",
        compile=f"{HERE}.rows:drop_duplicates",
    ),
    TableStepSpec(
        key="sort",
        title="Sort rows",
        purpose="Puts rows in order; missing cells come last.",
        when="Rows are to stand in the order of time, or before keeping the first of repeated rows.",
        group="Rows",
        params=(
            StepParam(name="columns", kind="columns", label="Sort by", help="The first one counts most."),
            StepParam(
                name="descending", kind="columns", label="From high to low", optional=True, default=[],
                help="Which of these run from high to low; the others run from low to high.",
            ),
        ),
        sentence="Sort rows by {columns}[, {descending} from high to low]",
        compile=f"{HERE}.rows:sort",
    ),
    TableStepSpec(
        key="slice",
        title="Keep or drop rows by their place",
        purpose="Keeps the first rows, the last rows, or all but a range of them.",
        when="A quick trial on the first rows, or a block at a known place that does not belong.",
        group="Rows",
        params=(
            StepParam(
                name="part", kind="choice", label="What to do", default="first", choices=("first", "last", "drop"),
                choice_labels=("Keep the first rows", "Keep the last rows", "Drop a range of rows"),
            ),
            StepParam(
                name="count", kind="int", label="How many", default=1000, low=1,
                active_when=Condition(param="part", values=("first", "last")),
            ),
            StepParam(
                name="start", kind="int", label="From row", default=1, low=1, help="Rows are counted from 1.",
                active_when=Condition(param="part", values=("drop",)),
            ),
            StepParam(
                name="end", kind="int", label="To row", default=1, low=1, help="Included.",
                active_when=Condition(param="part", values=("drop",)),
            ),
        ),
        sentence="{part}[: {count}][: {start} to {end}]",
        compile=f"{HERE}.rows:by_place",
    ),
)  # fmt: skip


def condition_of(flow: Flow, values: Mapping[str, Any]) -> str:
    """Return what `CONDITION_PARAMS` say as one SQL condition that is true or false."""
    if values["by"] == "expression":
        return f"coalesce({condition_sql(values['expression'], flow, field='expression')}, FALSE)"
    return conditions_sql(flow, values["conditions"], match=values["match"], field="conditions")


def keep_or_drop(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "filter"."""
    condition = condition_of(flow, values)
    condition = condition if values["action"] == "keep" else f"NOT {condition}"
    # A formula may look at other rows of a group, which a WHERE cannot.
    return flow.picked(context, condition) if "OVER (" in condition else flow.where(context, condition)


def drop_missing(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "drop_missing"."""
    chosen = ids(flow, values["columns"] or flow.names)
    joined = (" AND " if values["match"] == "any" else " OR ").join(f"{c} IS NOT NULL" for c in chosen)
    return flow.where(context, f"({joined})")


def drop_duplicates(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "drop_duplicates"."""
    keys = ", ".join(ids(flow, values["columns"] or flow.names))
    order = "DESC" if values["keep"] == "last" else "ASC"
    counted = "count(*)" if values["keep"] == "none" else "row_number()"
    inner = "" if values["keep"] == "none" else f" ORDER BY r {order}"
    return flow.picked(context, f"{counted} OVER (PARTITION BY {keys}{inner}) = 1")


def sort(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "sort"."""
    extra = [name for name in values["descending"] if name not in values["columns"]]
    if extra:
        raise LatheError(
            f"Rows can run from high to low only in a column they are sorted by; {extra[0]!r} is not one of them.",
            field="descending",
        )
    falling = set(values["descending"])
    parts = [f"{flow.field(n).id} {'DESC' if n in falling else 'ASC'} NULLS LAST" for n in values["columns"]]
    return flow.sorted_by(context, ", ".join([*parts, "r"]))


def by_place(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "slice"."""
    if values["part"] == "drop":
        if values["end"] < values["start"]:
            raise LatheError(
                f"The last row to drop must not come before the first. They are {values['end']:,} and "
                f"{values['start']:,}.",
                field="end",
            )
        place = f"row_number() OVER (ORDER BY r) NOT BETWEEN {values['start']} AND {values['end']}"
    else:
        order = "DESC" if values["part"] == "last" else "ASC"
        place = f"row_number() OVER (ORDER BY r {order}) <= {values['count']}"
    return flow.picked(context, place)
