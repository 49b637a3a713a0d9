from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from components.messages import plain
from components.words import ago, shortened
from core.words import share


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (0.0004, "< 0.1 %"), (0.9996, "> 99.9 %"), (0.198, "19.8 %"), (0.5, "50 %")],
)
def test_a_share_is_zero_or_whole_only_where_it_is(value: float, text: str) -> None:
    assert share(value) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=10), "just now"),
        (timedelta(minutes=5), "5 minutes ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (timedelta(days=30), "2 January 2026"),
    ],
)
def test_a_moment_is_told_as_people_tell_it(passed: timedelta, text: str) -> None:
    now = datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert ago(now - passed, now) == text


def test_a_moment_without_zone_is_taken_as_utc() -> None:
    now = datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert ago(datetime(2026, 2, 1, 9), now) == "3 hours ago"


def test_names_from_a_file_cannot_become_markup() -> None:
    assert plain("[x](javascript:1) **b** <i>") == r"\[x\](javascript\:1) \*\*b\*\* \<i\>"


def test_addresses_and_hyphens_from_a_file_stay_as_they_are() -> None:
    said = plain("http://a.b www.a.b x--y")
    assert not any(mark in said for mark in ("//", "www.", "--"))
    assert said.replace("\N{WORD JOINER}", "").replace("\\", "") == "http://a.b www.a.b x--y"


def test_a_long_name_is_cut_where_it_would_not_fit() -> None:
    assert shortened("Churn in spring") == "Churn in spring"
    assert shortened("name " * 20, 11) == "name name…"
