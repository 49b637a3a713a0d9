"""The chart that suits two columns, as a link from a finding."""

from __future__ import annotations

from core.data.schema import ColumnSchema
from core.explore.chart_spec import ChartKind, ChartSpec
from core.types import ColumnKind, StorageType

FEW = 10
"""Different numbers up to which a column is drawn as groups against another one."""


def is_amount(column: ColumnSchema) -> bool:
    """Tell whether a column holds numbers that are more than labels or a yes and no."""
    stored = column.storage in (StorageType.INT, StorageType.FLOAT)
    return stored and column.kind is not ColumnKind.CATEGORICAL and column.unique > 2


def column_chart_spec(column: ColumnSchema) -> ChartSpec:
    """Return the chart of one column."""
    if column.storage is StorageType.DATETIME:
        return ChartSpec(kind=ChartKind.TIME_COUNTS, x=column.name)
    if is_amount(column):
        return ChartSpec(kind=ChartKind.HISTOGRAM, x=column.name)
    if column.kind is ColumnKind.TEXT:
        return ChartSpec(kind=ChartKind.TEXT, x=column.name)
    return ChartSpec(kind=ChartKind.BARS, x=column.name)


def pair_chart(x: ColumnSchema, y: ColumnSchema) -> ChartSpec:
    """Return the chart of two columns, the second one being what is asked about."""
    if x.storage is StorageType.DATETIME and is_amount(y):
        return ChartSpec(kind=ChartKind.LINE, x=x.name, y=y.name)
    if y.storage is StorageType.DATETIME and is_amount(x):
        return ChartSpec(kind=ChartKind.LINE, x=y.name, y=x.name)
    for text, other in ((x, y), (y, x)):
        if text.kind is ColumnKind.TEXT:
            return ChartSpec(kind=ChartKind.TEXT, x=text.name, color=other.name if other.unique <= FEW else "")
    amount_x, amount_y = ((is_amount(c) and c.unique > FEW) or c.storage is StorageType.DATETIME for c in (x, y))
    if amount_x and amount_y:
        return ChartSpec(kind=ChartKind.SCATTER, x=x.name, y=y.name)
    if amount_x or amount_y:
        value, group = (x, y) if amount_x else (y, x)
        return ChartSpec(kind=ChartKind.BOX, x=group.name, y=value.name)
    return ChartSpec(kind=ChartKind.STACKED_BARS, x=x.name, color=y.name)
