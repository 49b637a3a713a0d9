"""Public holidays as features of dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.calendar import added, chosen
from core.prepare.steps.common import text_of
from core.types import ColumnKind, ParamLevel

_HOLIDAY_PARTS = {
    "is holiday": ("Is a holiday", "1 on public holidays."),
    "days to holiday": ("Days to the next holiday", "0 on a holiday."),
    "days since holiday": ("Days since the last holiday", "0 on a holiday."),
}

HOLIDAYS = StepSpec(
    key="holidays",
    title="Public holidays",
    purpose="Says whether a date is a public holiday, and how far the nearest ones are.",
    when="For sales, traffic, energy and whatever else people do less or more of on holidays. Holidays are known from "
    "the year before the first training row to ten years after the last; other dates count as missing.",
    group=StepGroup.DATES,
    scope=StepScope.NEW,
    kinds=(ColumnKind.DATETIME,),
    takes=(Form.DATE,),
    gives=Form.NUMBER,
    formula=r"\mathbf{1}[t \in H], \quad \min\{s - t : s \in H, s \ge t\}, \quad \min\{t - s : s \in H, s \le t\}",
    source="holidays (Python library), without a network",
    params=(
        ParamSpec(
            name="country",
            kind="text",
            default="US",
            label="Country",
            help="Its code of two letters (ISO 3166): US, GB, DE, FR, IN, BR, JP.",
            why_default="A country has to stand there; put your own.",
            examples=("US", "DE", "JP"),
            tunable=False,
        ),
        ParamSpec(
            name="region",
            kind="text",
            default="",
            optional=True,
            label="State or region",
            help="Its code in that country, such as CA for California or BY for Bavaria. Empty: the whole country's.",
            why_default="Holidays of the whole country hold in every region.",
            level=ParamLevel.ADVANCED,
            examples=("",),
            tunable=False,
        ),
        *(
            ParamSpec(
                name=part.replace(" ", "_"),
                kind="bool",
                default=True,
                label=label,
                help=text,
                why_default="Demand changes on holidays, and in the days around them.",
                tunable=False,
            )
            for part, (label, text) in _HOLIDAY_PARTS.items()
        ),
    ),
    builder="core.prepare.steps.public_holidays:build_holidays",
    outline="core.prepare.steps.public_holidays:outline_holidays",
    sentence="core.prepare.steps.public_holidays:say_holidays",
)

STEPS: tuple[StepSpec, ...] = (HOLIDAYS,)


def build_holidays(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what looks dates up among holidays."""
    from core.prepare.transformers.calendar import HolidayDistance

    country, region = place_of(params)
    return HolidayDistance(country=country, region=region, parts=chosen(params, _HOLIDAY_PARTS))


def place_of(params: Mapping[str, ParamValue]) -> tuple[str, str]:
    """Return the codes of country and region.

    Raises
    ------
    LatheError
        Where the library knows no holidays of such a place.
    """
    from holidays import country_holidays

    country, region = text_of(params, "country").strip().upper(), text_of(params, "region").strip()
    try:
        country_holidays(country)
    except NotImplementedError:
        message = f"there is no country {country!r} whose holidays are known."
        raise LatheError(message, hint="Write its code of two letters, such as US or DE.", field="country") from None
    try:
        country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        message = f"there is no region {region!r} of {country} whose holidays are known."
        raise LatheError(message, hint="Write its code, such as CA, or leave it empty.", field="region") from None
    return country, region


def outline_holidays(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one column a part and date."""
    place_of(params)
    return added(context, len(chosen(params, _HOLIDAY_PARTS)))


def say_holidays(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say whose holidays."""
    place = "-".join(part for part in (text_of(params, "country").upper(), text_of(params, "region")) if part)
    return f"public holidays of {place} added"
