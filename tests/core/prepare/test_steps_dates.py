"""Dates as parts, cycles, distances and holidays, against pandas and the holidays library by hand."""

from __future__ import annotations

import datetime as dt
import warnings

import holidays
import numpy as np
import pandas as pd
import pytest

from core.errors import InvalidInput
from core.models.persistence import pack, unpack
from core.prepare.plan import StepChoice
from core.prepare.steps import calendar, public_holidays
from core.prepare.steps.dates import EXPAND_DATES
from core.prepare.transformers.calendar import HolidayDistance
from core.types import ColumnKind
from tests.core.prepare.on_real import DATA, table_of
from tests.core.prepare.prepared import make
from tests.core.prepare.tables import Table


def dates(*cells: str | None, **others: list[str | None]) -> Table:
    columns = {"when": list(cells), **others}
    return table_of(pd.DataFrame({name: pd.to_datetime(pd.Series(c), format="ISO8601") for name, c in columns.items()}))


def on_when(step: str, **params: object) -> StepChoice:
    return StepChoice(step=step, columns=("when",), params=params)


def only(*names: str, of: tuple[str, ...]) -> dict[str, bool]:
    return {name: name in names for name in of}


def test_more_parts_equal_pandas() -> None:
    table = dates("2024-02-29 10:00", "2023-12-31", "2021-01-03 05:00", None)
    parts = ("quarter", "week", "weekend", "month_start", "month_end")
    every = tuple(param.name for param in EXPAND_DATES.params)
    made = make(table, on_when("expand_dates", **only(*parts, of=every)))
    assert made.names == [f"when {part.replace('_', ' ')}" for part in parts]
    expected = [[1, 9, 0, 0, 1], [4, 52, 1, 0, 1], [1, 53, 1, 0, 0], [np.nan] * 5]
    np.testing.assert_array_equal(made.matrix, expected)


def test_the_default_parts_are_the_same_as_ever() -> None:
    made = make(dates("2024-02-29 10:00", "2024-03-01 11:00"), on_when("expand_dates"))
    words = ["year", "month", "day", "weekday", "hour", "day of year", "days"]
    assert made.names == [f"when {word}" for word in words]


def test_cycles_are_sines_and_cosines_of_the_share_of_a_turn() -> None:
    table = dates("2024-01-01 00:00", "2024-04-02 06:30", "2023-12-31 18:00", None)
    every = tuple(param.name for param in calendar.CYCLES.params)
    made = make(table, on_when("date_cycles", **dict.fromkeys(every, True)))
    stamps = table.frame["when"].dt
    turns = {
        "month": (stamps.month - 1) / 12,
        "weekday": stamps.day_of_week / 7,
        "hour": (stamps.hour + stamps.minute / 60) / 24,
        "day of year": (stamps.day_of_year - 1) / (365 + stamps.is_leap_year),
        "day of month": (stamps.day - 1) / stamps.days_in_month,
    }
    for name, share in turns.items():
        np.testing.assert_allclose(made.column(f"when {name} sine"), np.sin(2 * np.pi * share.mask(stamps.year.isna())))
        np.testing.assert_allclose(
            made.column(f"when {name} cosine"), np.cos(2 * np.pi * share.mask(stamps.year.isna()))
        )
    assert made.compiled.outline.used[0].width == made.matrix.shape[1] == 10


def test_december_is_next_to_january_and_the_hour_is_left_out_where_there_is_none() -> None:
    table = dates("2024-12-15", "2024-01-15", "2024-06-15")
    made = make(table, on_when("date_cycles", weekday=False))
    assert made.names == ["when month sine", "when month cosine"]
    alone = make(table, on_when("date_cycles", weekday=False, month=False))
    assert alone.names == ["when hour sine", "when hour cosine"]
    december, january, june = made.matrix
    assert np.linalg.norm(december - january) < 0.6 < np.linalg.norm(june - january)


@pytest.mark.parametrize(("unit", "days"), [("hours", 1 / 24), ("days", 1), ("weeks", 7), ("years", 365.2425)])
def test_elapsed_time_counts_from_each_reference(unit: str, days: float) -> None:
    table = dates("2024-01-10", "2024-01-01 12:00", None, other=["2024-01-09", None, "2024-01-01"])
    first = make(table, on_when("elapsed_time", unit=unit))
    np.testing.assert_allclose(first.matrix[:, 0], np.array([8.5, 0, np.nan]) / days)
    earlier = dates("2023-12-31 12:00", other=["2024-01-01"]).frame
    np.testing.assert_allclose(first.of(earlier)[:, 0], np.array([-1]) / days)
    fixed = make(table, on_when("elapsed_time", unit=unit, since="date", date="2024-01-01T00:00"))
    np.testing.assert_allclose(fixed.matrix[:, 0], np.array([9, 0.5, np.nan]) / days)
    other = make(table, on_when("elapsed_time", unit=unit, since="column", other="other"))
    np.testing.assert_allclose(other.matrix[:, 0], np.array([1, np.nan, np.nan]) / days)


def test_elapsed_time_may_count_a_column_from_itself_and_others() -> None:
    table = dates("2024-01-10", "2024-01-02", other=["2024-01-09", "2024-01-01"])
    step = StepChoice(step="elapsed_time", columns=("when", "other"), params={"since": "column", "other": "other"})
    np.testing.assert_array_equal(make(table, step).matrix, [[1, 0], [1, 0]])


@pytest.mark.parametrize("reference", ["0001-01-01", "9999-12-31"])
def test_references_far_away_are_counted_from(reference: str) -> None:
    made = make(dates("2024-01-10"), on_when("elapsed_time", since="date", date=reference))
    assert made.matrix[0, 0] == (dt.date(2024, 1, 10) - dt.date.fromisoformat(reference)).days


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"since": "date", "date": "yesterday"}, "year, month and day"),
        ({"since": "column"}, "other column must be chosen"),
    ],
)
def test_a_reference_that_is_none_is_refused_with_a_reason(params: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        make(dates("2024-01-10"), on_when("elapsed_time", **params))


def test_differences_of_each_two_dates() -> None:
    table = dates("2024-01-10", "2024-01-02", b=["2024-01-12", None], c=["2024-01-10", "2024-01-01"])
    made = make(table, StepChoice(step="date_differences", of_kind=(ColumnKind.DATETIME,)))
    assert made.names == ["days from when to b", "days from when to c", "days from b to c"]
    np.testing.assert_array_equal(made.matrix, [[2, 0, -2], [np.nan, -1, np.nan]])
    with pytest.raises(InvalidInput, match="at least two"):
        make(table, StepChoice(step="date_differences", columns=("b",)))


def test_holidays_equal_the_library() -> None:
    days = pd.date_range("2023-11-20", "2024-02-10", freq="17h")
    table = dates(*(day.isoformat() for day in days), None)
    made = make(table, on_when("holidays", country="de", region="BY"))
    known = holidays.country_holidays("DE", subdiv="BY", years=[2023, 2024, 2025])
    own = [day.date() for day in days]
    assert made.column("when is holiday")[:-1].tolist() == [float(day in known) for day in own]
    to_next = [min((day - one).days for day in known if day >= one) for one in own]
    since = [min((one - day).days for day in known if day <= one) for one in own]
    assert made.column("when days to holiday")[:-1].tolist() == to_next
    assert made.column("when days since holiday")[:-1].tolist() == since
    assert np.isnan(made.matrix[-1]).all()


def test_holidays_reach_ten_years_beyond_the_training_rows_and_no_further() -> None:
    made = make(dates("2015-05-01", "2016-05-01"), on_when("holidays", country="FR"))
    later = dates("2026-07-14", "2027-07-14", "2013-07-14").frame
    assert made.column("when is holiday", later).tolist()[0] == 1.0
    assert np.isnan(made.column("when is holiday", later)[1:]).all()


@pytest.mark.parametrize("country", ["IN", "BV", "CN"])
def test_countries_with_few_known_holidays_do_no_harm(country: str) -> None:
    table = dates("1700-01-01", "1999-01-01", "2200-01-01")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = make(table, on_when("holidays", country=country))
    assert made.matrix.shape == (3, 3)


@pytest.mark.parametrize(("params", "words"), [({"country": "QQ"}, "no country"), ({"region": "QQ"}, "no region")])
def test_places_without_known_holidays_are_refused(params: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        make(dates("2024-01-10"), on_when("holidays", **params))


def test_what_is_stored_of_holidays_is_plain_text() -> None:
    stored = HolidayDistance(country="GB").fit(dates("2024-01-10").frame)
    assert all(isinstance(day, str) and dt.date.fromisoformat(day) for day in stored.days_)


def test_steps_with_nothing_to_give_are_refused() -> None:
    for spec in (calendar.CYCLES, public_holidays.HOLIDAYS):
        off = {param.name: False for param in spec.params if param.kind == "bool"}
        with pytest.raises(InvalidInput, match="at least one part"):
            make(dates("2024-01-10"), on_when(spec.key, **off))


def test_dates_stay_for_the_step_that_takes_them_apart_and_all_survives_storage() -> None:
    table = dates("2024-01-10 10:00", "2024-05-02 11:00", None, b=["2024-01-12", None, "2020-02-02"])
    columns = ("when", "b")
    steps = [StepChoice(step=spec.key, columns=columns) for spec in (*calendar.STEPS, *public_holidays.STEPS)]
    made = make(table, *steps, StepChoice(step="expand_dates", columns=columns))
    assert {"when month sine", "when days since the first date", "when is holiday", "when year"} <= set(made.names)
    other = dates("2030-01-10 10:00", None, b=[None, "1999-09-09"]).frame
    np.testing.assert_array_equal(unpack(pack(made.compiled.transformer)).transform(other), made.of(other))


def test_a_real_series_of_months_has_its_season_on_the_circle() -> None:
    if not (DATA / "other" / "co2.csv").exists():
        pytest.skip("co2 is not there")
    frame = pd.read_csv(DATA / "other" / "co2.csv", parse_dates=["Date"])
    table = table_of(frame[["Date"]])
    made = make(
        table, StepChoice(step="date_cycles", columns=("Date",)), StepChoice(step="elapsed_time", columns=("Date",))
    )
    trend = made.column("Date days since the first date")
    y = frame["CO2"].interpolate().to_numpy()
    alone = left_over(y, np.column_stack([np.ones(len(y)), trend, trend**2]))
    assert left_over(y, np.column_stack([np.ones(len(y)), trend, trend**2, made.matrix])) < 0.3 * alone


def left_over(y: np.ndarray, design: np.ndarray) -> float:
    """Return the variance that least squares cannot explain."""
    design = design / np.abs(design).max(axis=0)
    return float(np.var(y - design @ np.linalg.lstsq(design, y, rcond=None)[0]))
