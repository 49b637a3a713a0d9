"""What happens to each column, in words, for each family."""

from __future__ import annotations

import pytest

from core.prepare.default import default_plan
from core.prepare.journeys import FAMILY_NEEDS, ColumnJourney, journeys
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.spec import Family
from core.types import TaskKind
from tests.core.prepare.tables import mixed

COLUMNS = mixed().columns


def journey_of(plan: PreparePlan, name: str, family: Family = Family.LINEAR) -> ColumnJourney:
    return next(one for one in journeys(plan, COLUMNS, family, task=TaskKind.BINARY) if one.column == name)


@pytest.mark.parametrize("family", Family)
def test_widths_of_the_journeys_add_up_to_the_matrix(family: Family) -> None:
    plan = default_plan(COLUMNS, rows=40, task=TaskKind.BINARY)
    told = journeys(plan, COLUMNS, family, task=TaskKind.BINARY)
    used = outline_plan(plan, COLUMNS, FAMILY_NEEDS[family], task=TaskKind.BINARY).used
    assert sum(one.features_out for one in told) == sum(feature.width for feature in used)
    assert [one.column for one in told][: len(COLUMNS)] == [column.name for column in COLUMNS]
    assert all(len(one.steps) == len(one.places) for one in told)


def test_families_have_parts_of_their_own() -> None:
    plan = default_plan(COLUMNS, rows=40, task=TaskKind.BINARY)
    scaled = [journey_of(plan, "amount", family).steps[-1] for family in (Family.LINEAR, Family.TREES)]
    assert scaled == ["scaled to mean 0 and spread 1", "missing filled with the median"]


def test_what_steps_make_has_a_journey_and_what_goes_into_it_says_where() -> None:
    plan = PreparePlan(
        steps=(
            StepChoice(step="impute_numbers", columns=("amount", "age")),
            StepChoice(step="principal_components", columns=("amount", "age"), name="parts", params={"count": 2}),
        )
    )
    assert journey_of(plan, "parts").features_out == 2
    assert journey_of(plan, "age").note == "Becomes part of parts."
    assert journey_of(plan, "town").note == "Left out: no step turns it into numbers."


def test_a_column_left_out_says_why() -> None:
    plan = PreparePlan(steps=(StepChoice(step="drop_columns", columns=("id",), reason="It identifies rows."),))
    assert journey_of(plan, "id").note == "Left out. It identifies rows."
    assert journey_of(plan, "id").features_out == 0
