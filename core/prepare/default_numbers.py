"""The proposal for numbers: gaps, places on the map, skewed columns, columns with extreme values, one scale."""

from __future__ import annotations

from core.data.schema import ColumnSchema
from core.prepare.default_facts import Facts, choice, counted, listed
from core.prepare.plan import StepChoice
from core.prepare.spec import Family
from core.types import ColumnKind, Meaning

_SKEWED = 2.0
"""Skewness from which a power is worth it. Measured: from 1 on, some tables lose (benchmarks/default_plans.py)."""

_FEWEST_VALUES = 10
_MOSTLY_ZERO = 0.5
_HEAVY_TAILS = 20.0
"""Excess kurtosis from which quartiles say more about the spread than the standard deviation."""

_SCALED = (Family.LINEAR, Family.NETWORKS)


def propose_gaps(facts: Facts) -> list[StepChoice]:
    """Propose how missing numbers are marked and filled."""
    numbers = facts.of_kind(ColumnKind.NUMERIC)
    gaps = [c for c in numbers if c.missing]
    whole = [c for c in numbers if not c.missing]
    steps = []
    if gaps:
        cells = sum(c.missing for c in gaps)
        noun = "number is" if cells == 1 else "numbers are"
        reason = f"{cells:,} {noun} missing in {listed(gaps)}."
        marks = "Models also learn which cells were missing; that may say something."
        steps += [choice("mark_missing", gaps, marks), choice("impute_numbers", gaps, reason, method="median")]
    if whole:
        reason = f"Nothing is missing in {counted(whole, 'number column')} now; a later row may lack a value."
        steps.append(choice("impute_numbers", whole, reason, method="median"))
    return steps


def propose_places(facts: Facts) -> list[StepChoice]:
    """Propose what a latitude and a longitude tell, where there is one of each."""
    numbers = facts.of_kind(ColumnKind.NUMERIC)
    north = [c for c in numbers if c.meaning is Meaning.LATITUDE]
    east = [c for c in numbers if c.meaning is Meaning.LONGITUDE]
    if len(north) != 1 or len(east) != 1:
        return []
    pair, name = listed([*north, *east]), facts.free_name("distances to centres")
    return [
        choice(
            "place_centres",
            north,
            f"{pair} are a place: how far it is from where rows crowd says more than each number alone.",
            families=_SCALED,
            longitude=east[0].name,
        ).model_copy(update={"name": name}),
        StepChoice(
            step="scale_numbers",
            columns=(name,),
            families=_SCALED,
            reason="Distances are in kilometres, other numbers in units of their own.",
        ),
        choice(
            "place_turned",
            north,
            f"{pair} are a place: trees cut along one number at a time, and coasts seldom run north or east.",
            families=(Family.TREES,),
            longitude=east[0].name,
        ),
    ]


def propose_scale(facts: Facts) -> list[StepChoice]:
    """Propose how numbers are bent and scaled; only models that depend on units get it."""
    numbers = facts.of_kind(ColumnKind.NUMERIC, ColumnKind.DATETIME)
    if not numbers:
        return []
    skewed = [c for c in numbers if _is_skewed(facts, c)]
    extreme = [c for c in numbers if c not in skewed and _has_extremes(facts, c)]
    plain = [c for c in numbers if c not in extreme]
    steps = []
    if skewed:
        verb = "is" if len(skewed) == 1 else "are"
        reason = (
            f"{listed(skewed)} {verb} skewed: a few values are far larger or smaller than the rest. Trees do not mind."
        )
        steps.append(choice("power_numbers", skewed, reason, families=_SCALED))
    if extreme:
        reason = (
            f"{listed(extreme)} {'has' if len(extreme) == 1 else 'have'} extreme values on both sides; quartiles do "
        )
        steps.append(choice("scale_numbers", extreme, reason + "not follow them.", method="robust"))
    if plain:
        reason = f"{counted(plain, 'column')} of numbers in different units. Done only for models that need it."
        steps.append(choice("scale_numbers", plain, reason, method="standard"))
    return steps


def _is_skewed(facts: Facts, column: ColumnSchema) -> bool:
    figures = facts.figures(column)
    if column.kind is not ColumnKind.NUMERIC or figures is None or figures.skew is None or column.meaning is not None:
        return False
    mostly_zero = facts.rows and figures.zeros > _MOSTLY_ZERO * facts.rows
    return abs(figures.skew) > _SKEWED and column.unique >= _FEWEST_VALUES and not mostly_zero


def _has_extremes(facts: Facts, column: ColumnSchema) -> bool:
    figures = facts.figures(column)
    if column.kind is not ColumnKind.NUMERIC or figures is None or figures.kurtosis is None:
        return False
    low, high = figures.quantile(0.25), figures.quantile(0.75)
    return figures.kurtosis > _HEAVY_TAILS and low is not None and high is not None and low < high
