"""Calendar periods: which one suits a span of time, and its SQL."""

from __future__ import annotations

from core.explore.charts.source import Source

LENGTHS_S = {
    "second": 1.0,
    "minute": 60.0,
    "hour": 3600.0,
    "day": 86400.0,
    "week": 604800.0,
    "month": 2629746.0,
    "quarter": 7889238.0,
    "year": 31556952.0,
}
"""Mean lengths; from the shortest to the longest."""
MOST_POINTS = 800
FAR_TOO_MANY = 4000


def choose_period(source: Source, low: float, high: float, asked: str, *, most: int = MOST_POINTS) -> tuple[str, str]:
    """Return a period and, where the one asked for would give too many points, a sentence on that.

    The automatic one is the shortest that gives at most ``most`` points, of which most hold a row.
    """
    span = max(high - low, 1.0)
    distinct = min(source.column(source.spec.x).unique or source.rows, source.rows)

    def fits(name: str, limit: int) -> bool:
        return span / LENGTHS_S[name] <= limit

    if asked != "auto" and fits(asked, FAR_TOO_MANY):
        return asked, ""
    wanted = min(most, max(2 * distinct, 12))
    found = next((name for name in LENGTHS_S if fits(name, wanted)), "year")
    return found, "" if asked == "auto" else f"One point a {asked} would be too many; drawn by {found}."


def period_sql(source: Source, name: str, period: str) -> str:
    """Return SQL of the start of a date's period, in seconds since 1970."""
    from core.data.query import quote

    return f"epoch_us(date_trunc('{period}', {quote(source.column(name).name)})) / 1000000.0"
