"""How long steps take and how much memory rows take: a static model, calibrated by benchmarks/step_rates.py."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import ColumnSchema
from core.prepare.outline import PlannedStep, PlanOutline
from core.prepare.spec import Family, Feature, StepGroup
from core.types import StorageType

NUMBER_BYTES = 8
SPARSE_CELL_BYTES = 12
"""A value and its column, in a csr matrix."""

_TEXT_CELL_BYTES = 70
_SHORTEST_S = 0.002
_MOSTLY_ZEROS = 0.1

_SECONDS_PER_MILLION: dict[str, float] = {
    "drop_columns": 0.0,
    "impute_numbers": 0.3,
    "nearest_fill": 10.0,
    "chained_fill": 1.0,
    "mark_missing": 0.05,
    "impute_categories": 0.5,
    "outlier_score": 6.0,
    "encode_categories": 1.5,
    "one_hot": 0.8,
    "hash_categories": 1.2,
    "order_categories": 2.0,
    "target_means": 5.0,
    "count_categories": 1.2,
    "scale_numbers": 0.2,
    "power_numbers": 2.5,
    "quantile_numbers": 0.7,
    "expand_dates": 0.1,
    "rolling_windows": 2.5,
    "encode_text": 2.5,
    "count_words": 2.5,
    "hash_text": 1.2,
    "text_topics": 3.0,
    "text_language": 5.0,
    "place_turned": 0.3,
    "read_amounts": 3.5,
    "select_important": 35.0,
    "select_stepwise": 50.0,
}
"""Seconds for a million cells, given or made, whichever are more; on one core of an ordinary server."""

_GROUP_SECONDS_PER_MILLION = {
    StepGroup.MISSING: 0.3,
    StepGroup.OUTLIERS: 0.3,
    StepGroup.CATEGORIES: 0.5,
    StepGroup.NUMBERS: 0.3,
    StepGroup.DATES: 0.3,
    StepGroup.TEXT: 2.0,
    StepGroup.PLACES: 2.0,
    StepGroup.FEATURES: 0.5,
    StepGroup.SELECTION: 0.5,
}
_SLOW_STEP_FACTOR = 30.0
"""Of steps that are not shown live and that were not measured."""

_MODEL_COPIES = {Family.LINEAR: 1.0, Family.TREES: 0.25, Family.NETWORKS: 0.6}
"""What a model makes of the matrix for itself, as a share of it: bins of one byte, numbers of four."""


def raw_bytes(columns: Sequence[ColumnSchema], rows: int) -> int:
    """Return about what the raw cells take in memory."""
    texts = sum(column.storage in (StorageType.STRING, StorageType.BOOL) for column in columns)
    return rows * (NUMBER_BYTES * len(columns) + _TEXT_CELL_BYTES * texts)


def matrix_bytes(features: Sequence[Feature], rows: int, *, sparse: bool) -> int:
    """Return what the matrix of ``rows`` rows takes."""
    if not sparse:
        return rows * NUMBER_BYTES * sum(feature.width for feature in features)
    return round(rows * (SPARSE_CELL_BYTES * sum(f.width * f.density for f in features) + 4))


def peak_bytes(raw: int, matrix: int, family: Family) -> int:
    """Return the most memory held at once: raw cells, prepared pieces, the matrix and the model's own copy."""
    return round(raw + matrix * (2 + _MODEL_COPIES[family]))


def seconds(found: PlanOutline, rows: int) -> float:
    """Return about how long preparing ``rows`` rows takes on one core."""
    return sum(max(step_seconds(step, rows), _SHORTEST_S) for step in found.steps if step.spec.scope.has_columns)


def step_seconds(step: PlannedStep, rows: int) -> float:
    """Return about how long fitting one step on ``rows`` rows takes."""
    given = sum(_cells(feature) for feature in step.context.features)
    made = sum(_cells(feature) for feature in step.given)
    rate = _SECONDS_PER_MILLION.get(step.spec.key, _GROUP_SECONDS_PER_MILLION.get(step.spec.group, 0.3))
    slow = 1.0 if step.spec.live or step.spec.key in _SECONDS_PER_MILLION else _SLOW_STEP_FACTOR
    return slow * rate * rows * max(given, made) / 1e6


def _cells(feature: Feature) -> float:
    """Return the cells of a row that are really kept: what is mostly zeros is kept without them."""
    return feature.width * (feature.density if feature.density < _MOSTLY_ZEROS else 1.0)
