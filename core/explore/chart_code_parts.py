"""Pieces of the code of all kinds of chart."""

from __future__ import annotations

from typing import Any

from core.explore.chart_spec import ChartData
from core.explore.charts.roles import TRUE_WORDS

HELPERS = f'''
def text(column):
    """Cells as text: whole numbers without a decimal point, true and false in small letters."""

    def one(cell):
        if isinstance(cell, (bool, np.bool_)):
            return str(bool(cell)).lower()
        if isinstance(cell, (int, float, np.number)):
            return str(int(cell)) if float(cell).is_integer() else repr(float(cell))
        return str(cell).strip()

    return column.map(one, na_action="ignore")


def number(column):
    """Cells as numbers: dates as seconds since 1970, yes as 1."""
    if pd.api.types.is_datetime64_any_dtype(column):
        return (column - pd.Timestamp(0)) / pd.Timedelta(seconds=1)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return column.astype(float).replace([np.inf, -np.inf], np.nan)
    return column.map(lambda cell: float(str(cell).strip().lower() in {TRUE_WORDS!r}), na_action="ignore").astype(float)


def grouped(column, labels, values, edges):
    """Cells as groups: ranges between edges, or single values with all others together."""
    if len(edges) or not len(values):
        cells = number(column)
        places = pd.Series(np.searchsorted(edges, cells, side="right"), index=column.index)
        return places.map(dict(enumerate(labels))).where(cells.notna())
    cells = text(column)
    groups = cells.map(dict(zip(values, labels)))
    return groups.where(groups.notna() | cells.isna(), labels[-1]) if len(labels) > len(values) else groups


def binned(cells, low, width, count):
    """The number of each cell's bin, counted from 0."""
    return np.clip(np.floor((cells - low) / width), 0, count - 1)
'''


def group(facts: dict[str, Any] | None) -> str:
    """Return the expression of a column's groups; one group of everything where there is no column."""
    if not facts or not facts["column"]:
        return "''"
    listed = ", ".join(repr(facts[key]) for key in ("labels", "values", "edges"))
    return f"grouped(table[{facts['column']!r}], {listed})"


def number(name: str) -> str:
    """Return the expression of a column as numbers."""
    return f"number(table[{name!r}])"


def part(data: ChartData, **columns: str) -> str:
    """Return the line that gathers what is counted, without rows that lack a value."""
    every = {"facet": group(data.facts.get("facet")), "color": group(data.facts.get("color")), **columns}
    listed = ", ".join(f"{name!r}: {code}" for name, code in every.items())
    return f"part = pd.DataFrame({{{listed}}}, index=table.index).dropna()"


def looks(data: ChartData) -> str:
    """Return the arguments of plotly express for colours and small charts."""
    orders: dict[str, list[str]] = {}
    found = ""
    for role, argument in (("color", "color='color'"), ("facet", "facet_col='facet', facet_col_wrap=3")):
        facts = data.facts.get(role)
        if facts and facts["column"]:
            found += f", {argument}"
            orders[role] = list(facts["labels"])
    return f"{found}, category_orders={orders!r}" if orders else found


def titles(data: ChartData, *axes: str) -> str:
    """Return the argument of plotly express that names the axes."""
    named = {
        axis: str(data.spec.options.get(f"{axis}_title") or data.facts.get(f"{axis}_title", axis)) for axis in "xyz"
    }
    return f"labels={ {axis: named[axis] for axis in axes}!r}"


def in_order(data: ChartData, role: str, name: str) -> str:
    """Return the line that puts the groups of an axis in drawing order."""
    return f"fig.update_{name}axes(categoryorder='array', categoryarray={list(data.facts[role]['labels'])!r})"
