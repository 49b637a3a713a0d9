"""How long steps take and how much memory rows take: a static model, calibrated by benchmarks/step_rates.py."""

from __future__ import annotations

from collections.abc import Sequence

from core.data.schema import ColumnSchema
from core.prepare.planned import PlannedStep, PlanOutline
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
    "impute_numbers": 0.15,
    "nearest_fill": 5,
    "chained_fill": 0.5,
    "mark_missing": 0.025,
    "impute_categories": 0.25,
    "outlier_score": 3,
    "encode_categories": 0.75,
    "one_hot": 0.4,
    "hash_categories": 0.6,
    "order_categories": 1,
    "target_means": 2.5,
    "count_categories": 0.6,
    "scale_numbers": 0.1,
    "power_numbers": 1.25,
    "quantile_numbers": 0.35,
    "expand_dates": 0.05,
    "rolling_windows": 1.25,
    "encode_text": 1.25,
    "count_words": 1.25,
    "hash_text": 0.6,
    "text_topics": 1.5,
    "text_language": 2.5,
    "place_turned": 0.15,
    "read_amounts": 1.75,
    "select_important": 17.5,
    "select_stepwise": 25,
}
"""Seconds for a million cells, given or made, whichever are more; on one core of an ordinary server."""

_GROUP_SECONDS_PER_MILLION = {
    StepGroup.MISSING: 0.15,
    StepGroup.OUTLIERS: 0.15,
    StepGroup.CATEGORIES: 0.25,
    StepGroup.NUMBERS: 0.15,
    StepGroup.DATES: 0.15,
    StepGroup.TEXT: 1,
    StepGroup.PLACES: 1,
    StepGroup.FEATURES: 0.25,
    StepGroup.SELECTION: 0.25,
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
