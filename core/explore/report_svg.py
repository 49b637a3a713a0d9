"""Pictures of a report as small inline SVG; every text that comes from the data is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

import numpy as np

from core.explore.charts.words import name as short
from core.explore.charts.words import number
from core.words import share

LONGEST = 28
LINE = 22
CELL = 14


def text(value: str, longest: int = 80) -> str:
    """Return data-borne text for HTML, cut where it is very long."""
    return escape(short(value, longest), quote=True)


def columns_svg(counts: Sequence[float], *, low: str, high: str, alt: str, width: int = 340, height: int = 96) -> str:
    """Return upright bars of equal width with the two ends named: a histogram."""
    top = max(counts, default=0) or 1
    step = width / max(len(counts), 1)
    bars = "".join(
        f'<rect x="{place * step:.1f}" y="{height - height * count / top:.1f}" width="{max(step - 1, 0.5):.1f}" '
        f'height="{height * count / top:.1f}"/>'
        for place, count in enumerate(counts)
        if count
    )
    ends = (
        f'<text x="0" y="{height + 15}">{text(low, LONGEST)}</text>'
        f'<text x="{width}" y="{height + 15}" text-anchor="end">{text(high, LONGEST)}</text>'
    )
    return _svg(f'<g class="bar">{bars}</g>{ends}', width, height + 20, alt)


def bars_svg(rows: Sequence[tuple[str, float, str]], *, alt: str, width: int = 420, most: float | None = None) -> str:
    """Return lying bars from zero: a label, a length and its words for each."""
    values = [value for _, value, _ in rows]
    high, low = max([*values, 0.0, most or 0.0]), min([*values, 0.0])
    span, left, room = (high - low) or 1.0, 170, width - 170 - 70
    zero = left + room * -low / span
    parts = []
    for place, (label, value, words) in enumerate(rows):
        y = place * LINE
        length = room * abs(value) / span
        start = zero if value >= 0 else zero - length
        parts.append(
            f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{text(label, LONGEST)}</text>'
            f'<rect class="bar" x="{start:.1f}" y="{y + 4}" width="{max(length, 0.5):.1f}" height="{LINE - 8}"/>'
            f'<text x="{max(start + length, zero) + 6:.1f}" y="{y + 15}">{escape(words)}</text>'
        )
    return _svg("".join(parts), width, max(len(rows), 1) * LINE, alt)


def heat_svg(names: Sequence[str], values: Sequence[Sequence[float | None]], *, alt: str) -> str:
    """Return a square of cells: blue below zero, orange above, stronger colour for stronger relations."""
    left, size = 170, CELL * len(names)
    cells = []
    for i, row in enumerate(values):
        for j, value in enumerate(row):
            if value is None or abs(value) < 0.03 or i == j:
                continue
            side = "up" if value > 0 else "down"
            cells.append(
                f'<rect class="{side}" x="{left + j * CELL}" y="{i * CELL}" width="{CELL}" height="{CELL}" '
                f'fill-opacity="{min(abs(value), 1):.2f}"/>'
            )
    labels = "".join(
        f'<text x="{left - 6}" y="{place * CELL + 11}" text-anchor="end">{text(name, LONGEST)}</text>'
        f'<text transform="translate({left + place * CELL + 11},{size + 6}) rotate(90)">{text(name, LONGEST)}</text>'
        for place, name in enumerate(names)
    )
    frame = f'<rect class="frame" x="{left}" y="0" width="{size}" height="{size}"/>'
    return _svg("".join(cells) + frame + labels, left + size + 4, size + 180, alt)


def missing_svg(names: Sequence[str], shares: Sequence[Sequence[float]], *, alt: str, width: int = 560) -> str:
    """Return one line a column, along the rows of the table; darker where more cells are missing."""
    left, parts = 170, []
    for line, (name, row) in enumerate(zip(names, shares, strict=True)):
        y = line * LINE
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{text(name, LONGEST)}</text>')
        parts.append(f'<rect class="frame" x="{left}" y="{y + 3}" width="{width}" height="{LINE - 6}"/>')
        step = width / len(row)
        rounded = np.round(np.asarray(row), 1)
        rounded[(rounded == 0) & (np.asarray(row) > 0)] = 0.1
        ends = np.concatenate(([0], np.flatnonzero(np.diff(rounded)) + 1, [len(rounded)]))
        for start, end in pairwise(ends):
            if rounded[start]:
                parts.append(
                    f'<rect class="bar" x="{left + start * step:.1f}" y="{y + 3}" width="{(end - start) * step:.1f}" '
                    f'height="{LINE - 6}" fill-opacity="{rounded[start]:.1f}"/>'
                )
    return _svg("".join(parts), left + width + 2, max(len(names), 1) * LINE, alt)


def table_html(header: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: Sequence[int] = ()) -> str:
    """Return a table; the places in ``numbers`` stand to the right. Every cell is escaped."""

    def cell(tag: str, place: int, value: str) -> str:
        kind = ' class="n"' if place in numbers else ""
        return f"<{tag}{kind}>{text(value, 120)}</{tag}>"

    head = "".join(cell("th", place, value) for place, value in enumerate(header))
    body = "".join("<tr>" + "".join(cell("td", place, v) for place, v in enumerate(row)) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def meter(value: float) -> str:
    """Return a strength from 0 to 1 as words."""
    return number(value, 2) if value >= 0.005 else "0"


def percent(value: float) -> str:
    """Return a share as a percentage."""
    return share(value)


def _svg(body: str, width: float, height: float, alt: str) -> str:
    return (
        f'<svg role="img" aria-label="{escape(alt, quote=True)}" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}"><title>{escape(alt)}</title>{body}</svg>'
    )
