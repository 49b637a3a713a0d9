"""What a plan will cost before anything runs: columns, memory and time for each family of models."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import ColumnSchema
from core.prepare.checks import check_plan
from core.prepare.compiler import is_sparse
from core.prepare.forecast_costs import matrix_bytes, peak_bytes, raw_bytes, seconds
from core.prepare.forecast_types import CheaperPlan, FamilyForecast, Forecast
from core.prepare.forecast_words import warnings_of
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.spec import Family
from core.types import TaskKind

__all__ = ["CheaperPlan", "FamilyForecast", "Forecast", "forecast"]


def forecast(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    rows: int,
    *,
    folds: int = 5,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
) -> Forecast:
    """Say what a plan will cost, from the columns' figures alone.

    Parameters
    ----------
    plan : PreparePlan
        The plan.
    columns : sequence of ColumnSchema
        The features in use.
    rows : int
        Rows of the table.
    folds : int
        Folds of the split: all but one of them are learned from.
    aside : sequence of ColumnSchema
        Columns that are no features but may be named by parameters.
    task : TaskKind, optional
        Kind of the target.

    Returns
    -------
    Forecast
        Memory and time are about right (within a factor of two or three): widths are counted, the rest comes from a
        static model of each step, calibrated once. Cheaper plans have no problem for any family of models.

    Raises
    ------
    InvalidInput
        With every problem of the plan.
    """
    import psutil

    from core.prepare.forecast_cheaper import cheaper_plans

    free = int(psutil.virtual_memory().available)
    families = families_of(plan, columns, rows, folds=folds, aside=aside, task=task, free=free)
    warnings, roots = warnings_of(families, columns, rows, free)
    cheaper = cheaper_plans(plan, families, roots, columns, aside=aside, task=task) if warnings else ()
    odd = check_plan(plan, columns, task, aside=aside, rows=rows)
    return Forecast(families, (*warnings, *odd), cheaper, free)


def families_of(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    rows: int,
    *,
    folds: int = 5,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
    free: int = 0,
) -> tuple[FamilyForecast, ...]:
    """Return the forecast of each family; ``free`` is the memory there is in bytes, 0 where not known."""
    raw = raw_bytes([*columns, *aside], rows)
    found = []
    for family in Family:
        outline = outline_plan(plan, columns, FAMILY_NEEDS[family], aside=aside, task=task)
        # Of the other families only some models take a matrix without its zeros.
        sparse = is_sparse(outline.used) and family is Family.LINEAR
        matrix = matrix_bytes(outline.used, rows, sparse=sparse)
        peak = peak_bytes(raw, matrix, family)
        widths = sorted(((f.root, f.width) for f in outline.used), key=lambda pair: -pair[1])
        found.append(
            FamilyForecast(
                family,
                sum(width for _, width in widths),
                matrix,
                peak,
                sparse,
                seconds(outline, round(rows * (folds - 1) / folds) if folds > 1 else rows),
                tuple(widths),
                not free or peak < free,
            )
        )
    return tuple(found)
