"""All checks, in the order in which equally grave findings are shown."""

from __future__ import annotations

from core.quality.check import Check
from core.quality.checks import (
    columns,
    dates,
    disguised,
    duplicates,
    impossible,
    leakage,
    missing,
    order,
    outliers,
    relations,
    spelling,
    target,
    types,
)

CHECKS: tuple[Check, ...] = (
    *target.CHECKS,
    *leakage.CHECKS,
    *columns.CHECKS,
    *duplicates.CHECKS,
    *impossible.CHECKS,
    *disguised.CHECKS,
    *missing.CHECKS,
    *types.CHECKS,
    *spelling.CHECKS,
    *dates.CHECKS,
    *outliers.CHECKS,
    *relations.CHECKS,
    *order.CHECKS,
)
