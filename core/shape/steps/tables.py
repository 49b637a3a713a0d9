"""Steps that bring another table in: join and append."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.errors import LatheError
from core.params import Condition
from core.shape.context import MOST_ROWS, Context
from core.shape.flow import Field, Flow, check_names
from core.shape.keys import count_matches, key_pairs, on_sql, report_lines
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE, free_name, listed
from core.shape.text import as_text, number_of
from core.types import StorageType

_HOW = ("left", "inner", "full", "right", "anti")
OTHER = StepParam(name="table", kind="table", label="Other table")

SPECS = (
    TableStepSpec(
        key="join",
        title="Join another table",
        purpose="Brings columns of another table to the rows with the same key.",
        when="What belongs together lies in two tables: orders and customers.",
        group="Tables",
        params=(
            OTHER,
            StepParam(name="keys", kind="keys", label="Rows belong together where these are equal"),
            StepParam(
                name="how", kind="choice", label="Rows to keep", default="left", choices=_HOW,
                choice_labels=(
                    "All of this table", "Those in both tables", "All of both tables", "All of the other table",
                    "Those of this table without a partner",
                ),
                help="Left, inner, full, right and anti join.",
            ),
            StepParam(
                name="matches", kind="choice", label="Where several rows match", default="all",
                choices=("all", "first"), choice_labels=("take all: the row is repeated", "take the first"),
                active_when=Condition(param="how", values=("left",)),
                help="With the first, every row stays one row, and rows to predict can be joined as well.",
            ),
            StepParam(
                name="columns", kind="other_columns", label="Columns to bring", optional=True, default=[],
                help="None chosen means all.", active_when=Condition(param="how", values=_HOW[:4]),
            ),
            StepParam(
                name="suffix", kind="text", label="Added to names that are taken", default="_other",
                active_when=Condition(param="how", values=_HOW[:4]),
            ),
        ),
        sentence="Join {table} where {keys}; keep {how}",
        row_wise=True,
        row_wise_when=Condition(param="matches", values=("first",)),
        compile=f"{HERE}.tables:join",
        report=f"{HERE}.tables:report_join",
    ),
    TableStepSpec(
        key="append",
        title="Append another table",
        purpose="Puts the rows of another table below; columns are matched by name.",
        when="The same table comes in parts: a file a month.",
        group="Tables",
        params=(
            OTHER,
            StepParam(
                name="columns", kind="choice", label="Columns", default="all", choices=("all", "here", "both"),
                choice_labels=("All of both tables", "Those of this table", "Those in both tables"),
            ),
        ),
        sentence="Append the rows of {table}",
        compile=f"{HERE}.tables:append",
        report=f"{HERE}.tables:report_append",
    ),
)  # fmt: skip


def join(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "join"; the order of the left table is kept, rows of the other alone come last."""
    other = context.read(context.tables(values["table"]))
    pairs = key_pairs(flow, other, values["keys"])
    on = on_sql(pairs, "l", "o")
    chain = replace(flow, queries=(*flow.queries, *other.queries))
    if values["how"] == "anti":
        body = f"SELECT * FROM {flow.relation} l WHERE NOT EXISTS (SELECT 1 FROM {other.relation} o WHERE {on})"
        return chain.then(context, body, flow.recounted())
    how = values["how"]
    if how == "left" and values["matches"] == "first":
        other = _first_of_each(context, other, [right.id for _, right in pairs])
        chain = replace(chain, queries=(*flow.queries, *other.queries))
    else:
        rows = count_matches(context, flow, other, pairs).rows(how)
        if rows > MOST_ROWS:
            raise LatheError(
                f"The join would give {rows:,} rows; at most {MOST_ROWS:,} are allowed. Keys occur many times in both "
                "tables.",
                hint="Add a column to the keys, or drop repeated keys first.",
                field="keys",
            )
    fields, brought = _joined_fields(flow, other, pairs, values)
    merged = [_merged(left, right, how) for left, right in pairs] if how in ("full", "right") else []
    parts = [f"l.{f.id}" for f in flow.fields] + [f"o.{f.id}" for f in brought]
    by_name = {left.name: replace(left, id=context.fresh("c"), same=False) for left, _ in pairs} if merged else {}
    parts += [f"{sql} AS {by_name[left.name].id}" for sql, (left, _) in zip(merged, pairs, strict=bool(merged))]
    place = "row_number() OVER (ORDER BY l.r NULLS LAST, o.r NULLS LAST) - 1 AS r"
    body = f"SELECT {place}, {', '.join(parts)} FROM {flow.relation} l {how.upper()} JOIN {other.relation} o ON {on}"
    return chain.then(context, body, [by_name.get(f.name, f) for f in fields])


def _first_of_each(context: Context, other: Flow, keys: Sequence[str]) -> Flow:
    body = f"SELECT * FROM {other.relation} QUALIFY row_number() OVER (PARTITION BY {', '.join(keys)} ORDER BY r) = 1"
    return other.then(context, body, other.fields)


def _joined_fields(
    flow: Flow, other: Flow, pairs: Sequence[tuple[Field, Field]], values: Mapping[str, Any]
) -> tuple[list[Field], list[Field]]:
    """Return the columns of the result, and those of them that come from the other table."""
    keys = {right.name for _, right in pairs}
    wanted = [other.field(name).name for name in values["columns"]] or [n for n in other.names if n not in keys]
    names, brought = list(flow.names), []
    for name in wanted:
        fresh = name if name == free_name(names, name) else free_name(names, f"{name}{values['suffix']}")
        names.append(fresh)
        brought.append(replace(other.field(name), name=fresh, same=False))
    fields = [*flow.recounted(), *brought]
    check_names(fields)
    return fields, brought


def _merged(left: Field, right: Field, how: str) -> str:
    """Return the SQL of a key where rows may come from the other table alone."""
    if left.storage is not right.storage:
        raise LatheError(
            f"The keys {left.name} and {right.name} must be of one type to keep rows of the other table.",
            hint="Change the type of one of them first.",
            field="keys",
        )
    return f"coalesce(l.{left.id}, o.{right.id})"


def report_join(flow: Flow, values: Mapping[str, Any], context: Context) -> list[str]:
    """Say how the keys of the two tables meet."""
    source = context.tables(values["table"])
    other = context.read(source)
    pairs = key_pairs(flow, other, values["keys"])
    return report_lines(context, flow, other, pairs, name=source.name)


def append(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "append"."""
    other = context.read(context.tables(values["table"]))
    here, there = set(flow.names), set(other.names)
    names = [n for n in flow.names if values["columns"] != "both" or n in there]
    names += [n for n in other.names if n not in here] if values["columns"] == "all" else []
    if not names:
        raise LatheError("The tables have no column in common.", hint="Rename columns first.", field="columns")
    fields, upper, lower = [], [], []
    for name in names:
        mine, theirs = (f.field(name) if name in f.names else None for f in (flow, other))
        storage, sqls = _stacked(mine, theirs)
        known = mine or theirs
        like = known.like if known and known.storage is storage else None
        fields.append(Field(name, context.fresh("c"), storage, like, levels=known.levels if known else None))
        upper.append(sqls[0])
        lower.append(sqls[1])
    tops, bottoms = (
        ", ".join(f"{sql} AS {f.id}" for sql, f in zip(part, fields, strict=True)) for part in (upper, lower)
    )
    ids = ", ".join(f.id for f in fields)
    body = (
        f"SELECT row_number() OVER (ORDER BY part, r) - 1 AS r, {ids} FROM (SELECT 0 AS part, r, {tops} FROM "
        f"{flow.relation} UNION ALL SELECT 1 AS part, r, {bottoms} FROM {other.relation})"
    )
    chain = replace(flow, queries=(*flow.queries, *other.queries))
    return chain.then(context, body, fields)


def _stacked(mine: Field | None, theirs: Field | None) -> tuple[StorageType, tuple[str, str]]:
    """Return the type that holds the cells of both columns, and the SQL of each in it."""
    if mine is None or theirs is None:
        known = mine or theirs
        assert known is not None
        return known.storage, (mine.id if mine else "NULL", theirs.id if theirs else "NULL")
    if mine.storage is theirs.storage:
        return mine.storage, (mine.id, theirs.id)
    if mine.is_number and theirs.is_number:
        return StorageType.FLOAT, (number_of(mine), number_of(theirs))
    return StorageType.STRING, (as_text(mine), as_text(theirs))


def report_append(flow: Flow, values: Mapping[str, Any], context: Context) -> list[str]:
    """Say in what the columns of the two tables differ."""
    source = context.tables(values["table"])
    other = {c.name: c for c in source.columns}
    here = set(flow.names)
    lacking = [n for n in flow.names if n not in other]
    extra = [n for n in other if n not in here]
    mixed = [f.name for f in flow.fields if f.name in other and (f.storage is not other[f.name].storage)]
    texts = [n for n in mixed if not (flow.field(n).is_number and other[n].storage.value in ("int", "float"))]
    notes = [f"{source.name} has no column {listed(lacking)}; cells are missing there."] if lacking else []
    notes += [f"Only {source.name} has {listed(extra)}."] if extra else []
    notes += [f"The types of {listed(texts)} differ; both become text."] if texts else []
    return notes
