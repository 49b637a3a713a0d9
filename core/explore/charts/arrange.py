"""Columns into the places of a kind of chart."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import Dataset
from core.explore.chart_spec import ChartKind, ChartSpec
from core.explore.charts.kinds import get_kind
from core.explore.charts.roles import Reading, RoleSpec
from core.explore.charts.suggest import suggestions


def arrange(dataset: Dataset, kind: ChartKind, columns: Sequence[str]) -> ChartSpec:
    """Return a chart of a kind with columns in their places: as suggested, else where they fit, needed places first.

    Places may stay empty where no column fits.
    """
    for one in suggestions(dataset, columns):
        if one.spec.kind is kind:
            return one.spec
    left = [name for name in dict.fromkeys(columns) if name in dataset.column_names]
    found: dict[str, object] = {"kind": kind}
    roles = get_kind(kind).roles
    for role in sorted(roles, key=lambda role: (role.optional, _breadth(role))):
        fitting = [name for name in left if role.takes(dataset.column(name))]
        if role.name == "columns":
            rest = [name for name in dataset.column_names if role.takes(dataset.column(name))]
            chosen = fitting if len(fitting) >= role.least else list(dict.fromkeys([*fitting, *rest]))[: role.least + 2]
            found["columns"] = tuple(chosen[: role.most])
            left = [name for name in left if name not in fitting]
        elif fitting:
            found[role.name] = fitting[0]
            left.remove(fitting[0])
    return ChartSpec.model_validate(found)


def _breadth(role: RoleSpec) -> int:
    """Places that take few kinds of column choose first."""
    return len(Reading) if Reading.GROUP in role.readings else len(role.readings)
