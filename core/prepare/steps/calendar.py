"""New features from dates: cycles and distances. The dates stay, for the step that takes them apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import text_of
from core.types import ColumnKind

_CYCLES = {
    "month": ("Month", "December is next to January.", True),
    "weekday": ("Day of the week", "Sunday is next to Monday.", True),
    "hour": ("Hour", "Midnight is next to 23:00. Given only where the time of day varies.", True),
    "day of year": ("Day of the year", "Seasons, finer than months.", False),
    "day of month": ("Day of the month", "The last day is next to the first.", False),
}
UNIT = ParamSpec(
    name="unit",
    kind="choice",
    default="days",
    choices=("hours", "days", "weeks", "months", "years"),
    choice_labels=("Hours", "Days", "Weeks", "Months", "Years"),
    label="Unit",
    help="Parts of a unit are kept. Months and years have their mean length (365.2425 days a year).",
    why_default="Days are read easily; models do not mind.",
    tunable=False,
)

CYCLES = StepSpec(
    key="date_cycles",
    title="Cycles of dates",
    purpose="Turns month, weekday and hour into places on a circle, so that December is next to January.",
    when="For linear models and networks where the season or the time of day matters. Trees do as well with the plain "
    "parts.",
    group=StepGroup.DATES,
    scope=StepScope.NEW,
    kinds=(ColumnKind.DATETIME,),
    takes=(Form.DATE,),
    gives=Form.NUMBER,
    formula=r"t \mapsto \left(\sin \tfrac{2\pi t}{T},\ \cos \tfrac{2\pi t}{T}\right)",
    source="Directional statistics; Mardia and Jupp (2000)",
    params=tuple(
        ParamSpec(
            name=part.replace(" ", "_"),
            kind="bool",
            default=default,
            label=label,
            help=text,
            why_default="The cycles that most tables have." if default else "Months and weekdays say most of it.",
            tunable=False,
        )
        for part, (label, text, default) in _CYCLES.items()
    ),
    builder="core.prepare.steps.calendar:build_cycles",
    outline="core.prepare.steps.calendar:outline_cycles",
    sentence="core.prepare.steps.calendar:say_cycles",
)

ELAPSED = StepSpec(
    key="elapsed_time",
    title="Time since a reference",
    purpose="Counts the time from a fixed day, from the first date, or from another date column.",
    when="For ages, durations and trends: time since birth, since the order, since the start of the records. Trees "
    "cannot go beyond the longest time they have seen.",
    group=StepGroup.DATES,
    scope=StepScope.NEW,
    kinds=(ColumnKind.DATETIME,),
    takes=(Form.DATE,),
    gives=Form.NUMBER,
    formula=r"x_{ij} = (t_{ij} - t_0) / u",
    source="pandas, differences of timestamps",
    params=(
        ParamSpec(
            name="since",
            kind="choice",
            default="first",
            choices=("first", "date", "column"),
            choice_labels=("The first date in the training rows", "A fixed date", "Another date column"),
            label="Count from",
            help="Dates before the reference give negative numbers.",
            why_default="Needs nothing to be chosen.",
            tunable=False,
        ),
        ParamSpec(
            name="date",
            kind="text",
            default="2000-01-01",
            label="Date",
            help="Year, month and day, with or without a time: 2024-12-31 or 2024-12-31 18:00.",
            why_default="A round number; any date does.",
            examples=("2000-01-01", "2024-02-29 18:30", "1970-01-01"),
            tunable=False,
            active_when=Condition(param="since", values=("date",)),
        ),
        ParamSpec(
            name="other",
            kind="column",
            default="",
            optional=True,
            none_label="None",
            column_kinds=(ColumnKind.DATETIME,),
            label="Other column",
            help="Its date in the same row is taken off.",
            why_default="Only a person knows which two dates belong together.",
            tunable=False,
            active_when=Condition(param="since", values=("column",)),
        ),
        UNIT,
    ),
    builder="core.prepare.steps.calendar:build_elapsed",
    outline="core.prepare.steps.calendar:outline_elapsed",
    sentence="core.prepare.steps.calendar:say_elapsed",
)

DIFFERENCES = StepSpec(
    key="date_differences",
    title="Time between dates",
    purpose="Counts the time between each two of the chosen date columns.",
    when="Where two dates say how long something took: order and delivery, arrival and departure.",
    group=StepGroup.DATES,
    scope=StepScope.NEW,
    kinds=(ColumnKind.DATETIME,),
    takes=(Form.DATE,),
    gives=Form.NUMBER,
    formula=r"x_{i,jk} = (t_{ik} - t_{ij}) / u, \quad j < k",
    source="pandas, differences of timestamps",
    params=(UNIT,),
    builder="core.prepare.steps.calendar:build_differences",
    outline="core.prepare.steps.calendar:outline_differences",
    sentence="core.prepare.steps.calendar:say_differences",
)

STEPS: tuple[StepSpec, ...] = (CYCLES, ELAPSED, DIFFERENCES)


def chosen(params: Mapping[str, ParamValue], names: Mapping[str, Any]) -> list[str]:
    """Return those of ``names`` that are switched on.

    Raises
    ------
    LatheError
        Where none is.
    """
    found = [name for name in names if params.get(name.replace(" ", "_"))]
    if not found:
        raise LatheError("at least one part must be switched on.", hint="Switch one on, or take the step out.")
    return found


def added(context: StepContext, each: int, *, gaps: bool = True) -> tuple[Feature, ...]:
    """Return the new feature: ``each`` columns for each column given."""
    width = each * sum(feature.width for feature in context.features)
    return (context.features[0].becomes(form=Form.NUMBER, width=width, gaps=gaps, density=1.0, levels=()),)


def build_cycles(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what puts dates on circles."""
    from core.prepare.transformers.calendar import DateCycles

    return DateCycles(parts=chosen(params, _CYCLES))


def outline_cycles(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return two columns a part and date."""
    return added(context, 2 * len(chosen(params, _CYCLES)))


def say_cycles(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which cycles are added."""
    return f"cycles added: {', '.join(chosen(params, _CYCLES))}"


def build_elapsed(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what counts the time since the reference."""
    from core.prepare.transformers.calendar import Elapsed

    since = text_of(params, "since")
    return Elapsed(
        since=reference_date(text_of(params, "date")) if since == "date" else since,
        column=text_of(params, "other"),
        unit=text_of(params, "unit"),
        behind=helpers_behind(context),
    )


def helpers_behind(context: StepContext) -> int:
    """Return how many columns stand behind those of the features because a parameter names them."""
    return len(context.helpers)


def reference_date(text: str) -> str:
    """Return ``text`` as a date in ISO format, without a zone.

    Raises
    ------
    LatheError
        Where it is none.
    """
    try:
        found = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        message = f"the date must be year, month and day. It is {text!r}."
        raise LatheError(message, hint="Write it as 2024-12-31.", field="date") from None
    bare = found.astimezone(dt.UTC).replace(tzinfo=None) if found.tzinfo else found
    return bare.isoformat(sep=" ").removesuffix(" 00:00:00")


def outline_elapsed(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a date."""
    if params["since"] == "date":
        reference_date(text_of(params, "date"))
    if params["since"] == "column" and not params["other"]:
        raise LatheError("the other column must be chosen.", hint="Choose a date column to count from.")
    return added(context, 1)


def say_elapsed(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is counted from where."""
    references = {"first": "the first date", "column": text_of(params, "other")}
    since = references.get(text_of(params, "since")) or text_of(params, "date")
    return f"{text_of(params, 'unit')} since {since} added"


def build_differences(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what counts the time between dates."""
    from core.prepare.transformers.calendar import DateDifferences

    return DateDifferences(unit=text_of(params, "unit"))


def outline_differences(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a pair."""
    count = len(context.features)
    if count < 2:
        raise LatheError("at least two date columns must be chosen. There is one.", hint="Choose another one.")
    first = context.features[0]
    return (first.becomes(form=Form.NUMBER, width=count * (count - 1) // 2, gaps=True),)


def say_differences(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is counted."""
    return f"{text_of(params, 'unit')} between dates added"
