"""Dates that lie in the future or long past, and years that do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from core.data.query import literal, quote
from core.quality import fixes
from core.quality.check import Check, finding
from core.quality.facts import Facts
from core.quality.finding import Finding, Fix
from core.quality.sql import outside
from core.quality.words import counted, tokens, verb, word_set
from core.types import ColumnKind, Severity, StorageType

MOSTLY = 0.5
RARE = 0.05
LONG_PAST = datetime(1900, 1, 2)
EPOCHS = (datetime(1970, 1, 1), datetime(1899, 12, 30), datetime(1900, 1, 1), datetime(9999, 12, 31))
FIRST_YEAR = 1000
NO_YEAR = word_set("old per since ago rate count number num years")


def future(facts: Facts) -> Iterator[Finding]:
    """Find dates and years that have not come yet, in columns of the past."""
    limit = facts.now + timedelta(days=1)
    for column in facts.dataset.columns:
        if column.storage is StorageType.DATETIME:
            where = f"{quote(column.name)} > {_moment(limit)}"
            rows = facts.counts([where])[0]
            if 0 < rows <= MOSTLY * facts.present(column.name):
                value = limit.isoformat(sep=" ", timespec="seconds")
                fix = fixes.drop_rows([fixes.condition(column.name, "gt", value)], rows)
                yield _ahead(column.name, rows, where, facts.column(column.name).last, (fix,))
        elif _is_year(facts, column.name) and column.kind is ColumnKind.NUMERIC:
            end = float(facts.now.year + 1)
            where = outside(column.name, None, end)
            rows = facts.counts([where])[0]
            if 0 < rows <= RARE * facts.present(column.name):
                fix = fixes.empty_outside({column.name: (None, end)}, "Take them as missing")
                drop = fixes.drop_rows([fixes.condition(column.name, "gt", end)], rows)
                yield _ahead(column.name, rows, where, f"{facts.column(column.name).maximum:.0f}", (fix, drop))


def _ahead(name: str, rows: int, where: str, last: str, mends: tuple[Fix, ...]) -> Finding:
    return finding(
        "future",
        Severity.WATCH,
        f"{name} lies in the future in {counted(rows, 'row')}",
        f"The latest is {last}. Either {verb(rows, 'it is a slip', 'they are slips')} of the pen, or the column is a "
        "plan rather than a record.",
        columns=(name,),
        rows=rows,
        where=where,
        fixes=mends,
    )


def long_past(facts: Facts) -> Iterator[Finding]:
    """Find dates before 1900 and dates that stand for none, such as 1970-01-01, apart from all others."""
    for column in facts.dataset.columns:
        if column.storage is not StorageType.DATETIME or not facts.present(column.name):
            continue
        name = quote(column.name)
        early = f"{name} < {_moment(LONG_PAST)}"
        rows = facts.counts([early])[0]
        where, shown = early, facts.column(column.name).first
        if not 0 < rows <= RARE * facts.present(column.name):
            where, rows, shown = _epoch(facts, column.name)
        if not rows:
            continue
        drop = (
            fixes.condition(column.name, "lt", LONG_PAST.isoformat(sep=" "))
            if where == early
            else fixes.condition(column.name, "eq", shown)
        )
        yield finding(
            "long_past",
            Severity.WATCH,
            f"{column.name} is {shown} in {counted(rows, 'row')}"
            if where != early
            else f"{column.name} lies before 1900 in {counted(rows, 'row')}",
            f"{shown} lies far from all other dates. Such dates are written where none was known.",
            columns=(column.name,),
            rows=rows,
            where=where,
            fixes=(fixes.drop_rows([drop], rows),),
        )


def _epoch(facts: Facts, column: str) -> tuple[str, int, str]:
    """Return the condition, count and text of a date that stands for none and lies years from the others."""
    name = quote(column)
    for moment in EPOCHS:
        sql = _moment(moment)
        rows, below, above = facts.query.one(
            f"SELECT count(*) FILTER (WHERE {name} = {sql}), max({name}) FILTER (WHERE {name} < {sql}), "
            f"min({name}) FILTER (WHERE {name} > {sql}) FROM t"
        )
        far = timedelta(days=3 * 365)
        apart = (below is None or moment - below > far) and (above is None or above - moment > far)
        if 2 <= rows <= MOSTLY * facts.present(column) and apart:
            return f"{name} = {sql}", int(rows), moment.date().isoformat()
    return "", 0, ""


def _is_year(facts: Facts, name: str) -> bool:
    words = set(tokens(name))
    profile = facts.column(name)
    if not words & {"year", "yr"} or words & NO_YEAR or not profile.quantiles:
        return False
    low, high = profile.quantile(0.05), profile.quantile(0.95)
    return low is not None and high is not None and low >= FIRST_YEAR and high <= facts.now.year + 1


def _moment(value: datetime) -> str:
    return f"TIMESTAMP {literal(value.isoformat(sep=' ', timespec='seconds'))}"


CHECKS = (
    Check(
        "future",
        "Dates in the future",
        "Dates and years that have not come yet, in columns that mostly hold the past.",
        "They are mistakes, or show that the column is a plan.",
        future,
    ),
    Check(
        "long_past",
        "Dates that stand for none",
        "Dates before 1900, and 1970-01-01 and the like, far from all other dates.",
        "They are written where nothing was known, and stretch every time axis.",
        long_past,
    ),
)
