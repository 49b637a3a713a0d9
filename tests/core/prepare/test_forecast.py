"""What a plan will cost is about what it costs, and cheaper plans are real ones."""

from __future__ import annotations

import numpy as np
import psutil
import pytest

from core.data.schema import ColumnSchema
from core.errors import InvalidInput
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.prepare.fitting import fit_rows
from core.prepare.forecast import Forecast, forecast
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.spec import Family
from core.types import ColumnKind, StorageType, TaskKind
from tests.core.prepare.tables import mixed

TOWN = ColumnSchema(name="town", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL, unique=10_000)
SIZE = ColumnSchema(name="size", storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC, unique=900, missing=5)
NOTE = ColumnSchema(name="note", storage=StorageType.STRING, kind=ColumnKind.TEXT, unique=900)
WIDE = StepChoice(step="encode_categories", columns=("town",), params={"method": "one_hot", "max_levels": 5000})
ROWS = 1_000_000


def of_family(found: Forecast, family: Family):
    return next(one for one in found.families if one.family is family)


@pytest.mark.parametrize("family", Family)
def test_width_and_memory_are_those_of_the_matrix(family: Family) -> None:
    table = mixed(200)
    plan = default_plan(table.columns, rows=200, task=TaskKind.BINARY)
    found = of_family(forecast(plan, table.columns, 200, task=TaskKind.BINARY), family)
    compiled = compile_plan(plan, table.columns, FAMILY_NEEDS[family], task=TaskKind.BINARY)
    y = np.where(table.frame["amount"] > 50, "yes", "no")
    matrix = fit_rows(compiled.transformer, table.frame, y).matrix
    # Texts may hold fewer words, dates no hours.
    assert matrix.shape[1] <= found.width <= matrix.shape[1] + 105
    assert found.width == sum(width for _, width in found.widest)
    assert found.matrix_bytes == 8 * 200 * found.width
    assert found.peak_bytes > 2 * found.matrix_bytes


def test_ten_thousand_levels_are_not_proposed_as_columns() -> None:
    for task in (None, TaskKind.BINARY):
        plan = default_plan([TOWN, SIZE], rows=ROWS, task=task)
        found = forecast(plan, [TOWN, SIZE], ROWS, task=task)
        assert max(one.width for one in found.families) <= 35
        assert found.warnings == ()
        assert found.cheaper == ()


def test_a_column_made_wide_is_warned_of_with_cheaper_plans_that_work() -> None:
    found = forecast(PreparePlan(steps=(WIDE,)), [TOWN, SIZE], ROWS, task=TaskKind.BINARY)
    assert "town has 10,000 different values: it would make 5,000 columns (40.0 GB as a full matrix)." in found.warnings
    assert of_family(found, Family.LINEAR).is_sparse
    assert of_family(found, Family.LINEAR).matrix_bytes < 1e9
    steps = [{choice.step for choice in cheaper.plan.steps} for cheaper in found.cheaper]
    for wanted in ("target_means", "hash_categories", "singular_components", "drop_columns"):
        assert any(wanted in keys for keys in steps)
    for cheaper in found.cheaper:
        after = forecast(cheaper.plan, [TOWN, SIZE], ROWS, task=TaskKind.BINARY)
        assert max(one.width for one in after.families) == cheaper.width < 200
        assert f"{cheaper.width:,} columns in all instead of 5,001" in cheaper.sentence
        for needs in FAMILY_NEEDS.values():
            compile_plan(cheaper.plan, [TOWN, SIZE], needs, task=TaskKind.BINARY)


def test_what_does_not_fit_into_memory_is_marked(monkeypatch) -> None:
    free = psutil.virtual_memory()._replace(available=10**9)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    found = forecast(PreparePlan(steps=(WIDE,)), [TOWN, SIZE], ROWS)
    assert of_family(found, Family.LINEAR).fits_memory
    assert not of_family(found, Family.NETWORKS).fits_memory
    assert any("1.00 GB are free on this machine" in warning for warning in found.warnings)


def test_fewer_words_and_topics_are_offered_for_wide_texts() -> None:
    plan = PreparePlan(steps=(StepChoice(step="encode_text", columns=("note",), params={"max_words": 2000}),))
    found = forecast(plan, [NOTE, SIZE], 5000)
    assert any("Keep 100 words of note" in cheaper.sentence for cheaper in found.cheaper)
    assert any("topics" in cheaper.sentence for cheaper in found.cheaper)


def test_a_wide_step_can_be_switched_off() -> None:
    columns = [SIZE.model_copy(update={"name": f"n{place}"}) for place in range(25)]
    products = StepChoice(step="polynomial_features", columns=tuple(c.name for c in columns))
    found = forecast(PreparePlan(steps=(products,)), columns, 1000)
    off = next(cheaper for cheaper in found.cheaper if "Switch off" in cheaper.sentence)
    assert not off.plan.steps[0].enabled
    assert off.width == 25


def test_more_columns_than_rows_are_pointed_out() -> None:
    found = forecast(PreparePlan(steps=(WIDE,)), [TOWN, SIZE], 900)
    assert any("5,001 columns for 900 rows" in warning for warning in found.warnings)


def test_time_grows_with_rows_and_fewer_folds_learn_from_fewer() -> None:
    plan = default_plan([TOWN, SIZE, NOTE])
    few, many = (forecast(plan, [TOWN, SIZE, NOTE], rows) for rows in (10_000, 1_000_000))
    assert many.families[0].seconds_per_fit > 20 * few.families[0].seconds_per_fit
    halves = forecast(plan, [TOWN, SIZE, NOTE], 1_000_000, folds=2)
    assert halves.families[0].seconds_per_fit < many.families[0].seconds_per_fit


def test_problems_of_the_plan_are_raised() -> None:
    with pytest.raises(InvalidInput, match="no column"):
        forecast(PreparePlan(steps=(StepChoice(step="scale_numbers", columns=("gone",)),)), [SIZE], 100)
