"""Dates turned into numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps import calendar, history, public_holidays
from core.types import ColumnKind, ParamLevel

DATE_PARTS = (
    "year",
    "month",
    "day",
    "weekday",
    "hour",
    "day of year",
    "days",
    "quarter",
    "week",
    "weekend",
    "month start",
    "month end",
)
"""Parts of a date, as `core.prepare.transformers.dates.DateParts` names them; "days" counts from the earliest date."""

_DATE_LABELS = {
    "year": ("Year", "Trends over years."),
    "month": ("Month", "Seasons."),
    "day": ("Day of the month", "Pay days and billing dates."),
    "weekday": ("Day of the week", "Monday is 0. Working days against weekends."),
    "hour": ("Hour", "Given only where the time of day varies."),
    "day of year": ("Day of the year", "Seasons, finer than months."),
    "days": ("Days since the first date", "Counted from the earliest date in the training rows."),
    "quarter": ("Quarter", "1 to 4."),
    "week": ("Week of the year", "ISO 8601: 1 to 53."),
    "weekend": ("Weekend", "1 on Saturday and Sunday."),
    "month start": ("First day of a month", "1 on the first."),
    "month end": ("Last day of a month", "1 on the last day."),
}
_BY_DEFAULT = DATE_PARTS[:7]


def date_param(part: str) -> str:
    """Return the parameter name of a date part."""
    return part.replace(" ", "_")


EXPAND_DATES = StepSpec(
    key="expand_dates",
    title="Take dates apart",
    purpose="Turns a date into year, month, weekday and the like.",
    when="For every date column that a model should see. It takes the date's place, so put it behind steps that make "
    "new columns of dates.",
    group=StepGroup.DATES,
    kinds=(ColumnKind.DATETIME,),
    takes=(Form.DATE,),
    formula=r"t \mapsto (\text{year}(t),\ \text{month}(t),\ \dots,\ t - t_{\min})",
    source="pandas, parts of timestamps",
    params=tuple(
        ParamSpec(
            name=date_param(part),
            kind="bool",
            default=part in _BY_DEFAULT,
            label=label,
            help=text,
            why_default="Few columns say most of what a date says; the others follow from them.",
            level=ParamLevel.BASIC if part in _BY_DEFAULT else ParamLevel.ADVANCED,
            tunable=False,
        )
        for part, (label, text) in _DATE_LABELS.items()
    ),
    builder="core.prepare.steps.dates:build_parts",
    outline="core.prepare.steps.dates:outline_parts",
    sentence="core.prepare.steps.dates:say_parts",
)

STEPS: tuple[StepSpec, ...] = (EXPAND_DATES, *calendar.STEPS, *public_holidays.STEPS, *history.STEPS)


def parts_of(params: Mapping[str, ParamValue]) -> list[str]:
    """Return the parts asked for."""
    return [part for part in DATE_PARTS if params.get(date_param(part))]


def build_parts(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what takes one column of dates apart."""
    from core.prepare.transformers.dates import DateParts

    return DateParts(parts=parts_of(params))


def outline_parts(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a part; a date of which no part is asked for is left out."""
    parts = parts_of(params)
    return tuple(f.becomes(form=Form.NUMBER, width=len(parts)) for f in context.features) if parts else ()


def say_parts(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is taken from a date."""
    return f"taken apart: {', '.join(parts_of(params))}"
