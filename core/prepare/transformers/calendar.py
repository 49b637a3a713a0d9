"""What a date tells about its place in the calendar, and about its distance from another."""

from __future__ import annotations

import datetime as dt
import itertools
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.common import columns_of
from core.prepare.transformers.history import MICROSECONDS_A_DAY, time_numbers
from core.prepare.transformers.table import TableTransformer, helper_place, side_by_side

UNIT_DAYS = {"hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 365.2425 / 12, "years": 365.2425}
"""Days in each unit of a distance; months and years have their mean length."""

_EARLIEST, _LATEST = 1900, 2100


class DateCycles(TableTransformer):
    """Places in a circle for what comes round again: the sine and the cosine of each part of each date.

    Parameters
    ----------
    parts : sequence of str
        Of "month", "day of month", "weekday", "hour", "day of year". "hour" is left out where the time of
        day did not vary in ``fit`` and other parts are there. A missing date gives NaN.

    Attributes
    ----------
    parts_ : list of list of str
        Parts given, for each column.
    """

    def __init__(self, parts: Sequence[str] = ("month", "weekday")) -> None:
        self.parts = parts

    def fit(self, X: pd.DataFrame, y: Any = None) -> DateCycles:
        """Learn whether the time of day varies."""
        names = self._remember(X)
        self.parts_ = [self._useful(pd.to_datetime(column)) for column in columns_of(X)]
        self.names_ = [
            f"{name} {part} {wave}"
            for name, parts in zip(names, self.parts_, strict=True)
            for part in parts
            for wave in ("sine", "cosine")
        ]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, 2 n_parts of all columns)."""
        check_is_fitted(self)
        made = []
        for column, parts in zip(columns_of(X), self.parts_, strict=True):
            dates = pd.to_datetime(column)
            for part in parts:
                turns = 2 * np.pi * share_of_cycle(dates, part)
                made += [np.sin(turns), np.cos(turns)]
        return side_by_side(made, len(X))

    def _useful(self, dates: pd.Series) -> list[str]:
        varies = dates.dt.hour.nunique() > 1
        # A feature with no column at all would leave some plans with nothing to learn from.
        return [part for part in self.parts if part != "hour" or varies] or list(self.parts)


def share_of_cycle(dates: pd.Series, part: str) -> np.ndarray:
    """Return how far each date is in a cycle, from 0 to below 1; NaN where missing."""
    match part:
        case "month":
            share = (dates.dt.month - 1) / 12
        case "day of month":
            share = (dates.dt.day - 1) / dates.dt.days_in_month
        case "weekday":
            share = dates.dt.day_of_week / 7
        case "hour":
            share = (dates.dt.hour + dates.dt.minute / 60) / 24
        case _:
            share = (dates.dt.day_of_year - 1) / (365 + dates.dt.is_leap_year)
    return np.asarray(share.mask(dates.isna()), dtype=np.float64)


class Elapsed(TableTransformer):
    """Time since a reference, one number for each column of dates; before the reference it is negative.

    Parameters
    ----------
    since : str
        The reference: "first" (earliest date of the column in ``fit``), "column", or a date in ISO format.
    column : str
        For "column": the other column of dates.
    behind : int
        So many columns of X, behind the others, are only there to be looked up.
    unit : str
        Of `UNIT_DAYS`.

    Attributes
    ----------
    starts_ : list of float
        Reference of each column in microseconds since 1970; NaN for "column", and where no date was there.
    """

    def __init__(self, since: str = "first", column: str = "", unit: str = "days", behind: int = 0) -> None:
        self.since = since
        self.column = column
        self.behind = behind
        self.unit = unit

    def fit(self, X: pd.DataFrame, y: Any = None) -> Elapsed:
        """Learn the first dates."""
        self._remember(X)
        times, _ = self._split(X)
        self.starts_ = [self._start(one) for one in times]
        reference = {"first": "the first date", "column": self.column}.get(self.since, self.since)
        self.names_ = [f"{self.feature_names_in_[n]} {self.unit} since {reference}" for n in range(len(times))]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_date_columns)."""
        check_is_fitted(self)
        times, other = self._split(X)
        length = MICROSECONDS_A_DAY * UNIT_DAYS[self.unit]
        made = [
            (one - (start if other is None else other)) / length for one, start in zip(times, self.starts_, strict=True)
        ]
        return side_by_side(made, len(X))

    def _split(self, X: pd.DataFrame) -> tuple[list[np.ndarray], np.ndarray | None]:
        """Return the times of the dates, and those of the other column."""
        times = [time_numbers(column) for column in columns_of(X)]
        own = times[: len(times) - self.behind]
        if self.since != "column":
            return own, None
        place = helper_place(X, self.column)
        return own, np.full(len(X), np.nan) if place is None else times[place]

    def _start(self, times: np.ndarray) -> float:
        match self.since:
            case "first":
                return float("nan") if np.isnan(times).all() else float(np.nanmin(times))
            case "column":
                return float("nan")
            case _:
                return float(time_numbers(pd.Series(pd.to_datetime([self.since])))[0])


class DateDifferences(TableTransformer):
    """Time between each two of the columns of dates: the later column minus the earlier one, in order of the table.

    Parameters
    ----------
    unit : str
        Of `UNIT_DAYS`.
    """

    def __init__(self, unit: str = "days") -> None:
        self.unit = unit

    def fit(self, X: pd.DataFrame, y: Any = None) -> DateDifferences:
        """Learn nothing but the columns' names."""
        pairs = itertools.combinations(self._remember(X), 2)
        self.names_ = [f"{self.unit} from {first} to {second}" for first, second in pairs]
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_pairs)."""
        check_is_fitted(self)
        times = [time_numbers(column) for column in columns_of(X)]
        length = MICROSECONDS_A_DAY * UNIT_DAYS[self.unit]
        made = [(second - first) / length for first, second in itertools.combinations(times, 2)]
        return side_by_side(made, len(X))


class HolidayDistance(TableTransformer):
    """Whether a date is a public holiday, and the days to the next one and since the last one.

    Parameters
    ----------
    country, region : str
        Codes of the `holidays` library (ISO 3166); the region may be empty.
    parts : sequence of str
        Of "is holiday", "days to holiday", "days since holiday".

    Attributes
    ----------
    days_ : list of str
        Holidays in ISO format, sorted: from the year before the first date of ``fit`` to ten years after its last,
        so that later rows have theirs, and the answer does not change with the library. NaN outside.
    first_, last_ : str
        Between these days the holidays are known.
    """

    def __init__(self, country: str = "US", region: str = "", parts: Sequence[str] = ("is holiday",)) -> None:
        self.country = country
        self.region = region
        self.parts = parts

    def fit(self, X: pd.DataFrame, y: Any = None) -> HolidayDistance:
        """Work out the holidays of the years seen, and of some more."""
        self.names_ = [f"{name} {part}" for name in self._remember(X) for part in self.parts]
        first, last = _years([pd.to_datetime(column) for column in columns_of(X)])
        self.days_ = _holidays(self.country, self.region, first, last)
        self.first_, self.last_ = f"{first:04d}-01-01", f"{last:04d}-12-31"
        return self

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_parts of all columns)."""
        check_is_fitted(self)
        holidays = np.asarray(self.days_, dtype="datetime64[D]").astype(np.int64)
        made = [part for column in columns_of(X) for part in self._parts(column, holidays)]
        return side_by_side(made, len(X))

    def _parts(self, column: pd.Series, holidays: np.ndarray) -> list[np.ndarray]:
        stamps = column.to_numpy(dtype="datetime64[us]").astype("datetime64[D]")
        known = (stamps >= np.datetime64(self.first_)) & (stamps <= np.datetime64(self.last_))
        days = np.where(known, stamps, np.datetime64(self.first_)).astype(np.int64)
        # Before the first and after the last holiday there is none to count from.
        padded = np.concatenate([[np.nan], holidays.astype(np.float64), [np.nan]])
        next_one = padded[np.searchsorted(holidays, days, side="left") + 1]
        last_one = padded[np.searchsorted(holidays, days, side="right")]
        found = {
            "is holiday": (next_one == days).astype(np.float64),
            "days to holiday": next_one - days,
            "days since holiday": days - last_one,
        }
        return [np.where(known, found[part], np.nan) for part in self.parts]


def _years(columns: Sequence[pd.Series]) -> tuple[int, int]:
    """Return the years whose holidays are needed."""
    years = [int(year) for dates in columns for year in (dates.dt.year.min(), dates.dt.year.max()) if year == year]
    first = min(max(min(years, default=2000), _EARLIEST), _LATEST)
    last = min(max(max(years, default=2000), _EARLIEST), _LATEST)
    return first - 1, last + 10


def _holidays(country: str, region: str, first: int, last: int) -> list[str]:
    import holidays

    with warnings.catch_warnings():
        # Some countries' moving holidays are known for some years only; those that are known are used.
        warnings.simplefilter("ignore")
        found = holidays.country_holidays(country, subdiv=region or None, years=range(first, last + 1))
    inside = (day for day in found if dt.date(first, 1, 1) <= day <= dt.date(last, 12, 31))
    return sorted(day.isoformat() for day in inside)
