"""Long names and moments as a person reads them. Numbers, sizes and durations are in `components.numbers`."""

from __future__ import annotations

from datetime import UTC, datetime

from components.numbers import counted


def shortened(text: str, longest: int = 44) -> str:
    """Cut a long name so that it fits on two lines of a card."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def ago(moment: datetime, now: datetime | None = None) -> str:
    """Say how long ago ``moment`` was; the date beyond a week. A moment without a zone is UTC."""
    current = now or datetime.now(UTC)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    seconds = (current - moment).total_seconds()
    if seconds < 90:
        return "just now"
    if seconds < 5400:
        return f"{round(seconds / 60)} minutes ago"
    if seconds < 36 * 3600:
        return f"{counted(round(seconds / 3600), 'hour')} ago"
    if seconds < 8 * 86400:
        return f"{counted(round(seconds / 86400), 'day')} ago"
    return f"{moment.day} {moment:%B %Y}"
