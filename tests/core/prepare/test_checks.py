"""Odd columns lead to a sentence and a remedy before training starts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.data.profile import profile
from core.data.schema import ColumnSchema
from core.prepare.checks import check_plan
from core.prepare.default import default_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.types import ColumnKind, StorageType


def column(name: str, kind: ColumnKind, *, unique: int, missing: int = 0) -> ColumnSchema:
    storage = StorageType.FLOAT if kind is ColumnKind.NUMERIC else StorageType.STRING
    return ColumnSchema(name=name, storage=storage, kind=kind, unique=unique, missing=missing)


SIZE = column("size", ColumnKind.NUMERIC, unique=80)
ODD = {
    "nothing can be learned from that. Leave it out": column("odd", ColumnKind.NUMERIC, unique=0, missing=100),
    "Every row has the same value in odd": column("odd", ColumnKind.CATEGORICAL, unique=1),
    "value of its own in odd": column("odd", ColumnKind.CATEGORICAL, unique=100),
    "hardly any value twice (60 categories in 100 rows)": column("odd", ColumnKind.CATEGORICAL, unique=60),
    "No step turns odd into numbers": column("odd", ColumnKind.DATETIME, unique=50),
}


def plan_for(odd: ColumnSchema) -> PreparePlan:
    if odd.kind is not ColumnKind.CATEGORICAL:
        return PreparePlan(steps=(StepChoice(step="scale_numbers", columns=("size",)),))
    return PreparePlan(steps=(StepChoice(step="encode_categories", columns=("odd",)),))


@pytest.mark.parametrize("said", ODD)
def test_each_odd_column_is_told_with_a_remedy(said: str) -> None:
    found = check_plan(plan_for(ODD[said]), [SIZE, ODD[said]], rows=100)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize("said", [said for said in ODD if "hardly" not in said])
def test_the_proposed_plan_leaves_nothing_to_say(said: str) -> None:
    columns = [SIZE, ODD[said]]
    assert check_plan(default_plan(columns, rows=100), columns, rows=100) == ()


def test_infinities_and_cells_of_two_kinds_are_known_from_the_profile() -> None:
    cells = [*(str(n) for n in range(30)), *(f"about {n}" for n in range(30)), *(["unknown"] * 60)]
    frame = pd.DataFrame({"size": np.arange(120.0), "dose": pd.Series(cells, dtype=object)})
    frame.loc[3, "size"] = np.inf
    columns = [SIZE, column("dose", ColumnKind.CATEGORICAL, unique=60)]
    plan = PreparePlan(steps=(StepChoice(step="encode_categories", columns=("dose",)),))
    found = check_plan(plan, columns, rows=1000, profile=profile(frame, columns))
    assert any("1 infinite value, which" in said for said in found)
    assert any("dose holds numbers and words" in said for said in found)


def test_a_step_that_takes_out_most_rows_is_pointed_out() -> None:
    gaps = column("age", ColumnKind.NUMERIC, unique=20, missing=70)
    plan = PreparePlan(steps=(StepChoice(step="drop_missing_rows", columns=("age",)),))
    assert any("at least 70 %" in said for said in check_plan(plan, [SIZE, gaps], rows=100))


def test_a_made_number_that_no_scale_reaches_is_told() -> None:
    twice = StepChoice(step="compute_column", columns=("size",), params={"formula": "[size] * 2"}, name="twice")
    scale = StepChoice(step="scale_numbers", columns=("size",))
    (said,) = check_plan(PreparePlan(steps=(twice, scale)), [SIZE], rows=100)
    assert "twice is not brought to the scale of the other numbers" in said
    both = scale.model_copy(update={"columns": ("size", "twice")})
    assert check_plan(PreparePlan(steps=(twice, both)), [SIZE], rows=100) == ()
