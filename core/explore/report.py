"""A report on a table as one file of HTML that needs no network: figures, findings, relations, missing cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from pathlib import Path

import numpy as np

from core.data.profile import QUANTILES, ColumnProfile
from core.data.schema import Dataset
from core.explore.charts.words import counted, number
from core.explore.encode import Encoded, Sample, read_sample
from core.explore.overview import Overview, Report, overview
from core.explore.report_style import STYLE
from core.explore.report_svg import (
    bars_svg,
    columns_svg,
    heat_svg,
    meter,
    missing_svg,
    percent,
    table_html,
    text,
)
from core.explore.standouts import StandOutKind
from core.explore.target import compared
from core.store.artifacts import write_atomic
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

MOST_COLUMNS = 300
"""Columns told one by one; a wider table would make a file that no browser opens quickly."""

MOST_HEAT = 60
MOST_GROUPS = 60
MOST_BARS = 12
MOST_PAIRS = 20
MOST_AGAINST = 100

PARTS = (
    ("stands-out", "What stands out"),
    ("columns", "Columns"),
    ("relations", "Relations"),
    ("target", "Against the target"),
    ("missing", "Missing cells"),
    ("made", "How this was made"),
)


def write_report(
    workspace: Workspace, dataset: Dataset, path: Path, target: str = "", *, report: Report | None = None
) -> Path:
    """Write a report on a table.

    Parameters
    ----------
    workspace, dataset
        The table.
    path : Path
        File to write; it appears whole or not at all.
    target : str
        Column that the others are held against; empty for none.
    report : callable, optional
        Is told how far the work is.

    Returns
    -------
    Path
        The file: HTML with its style and pictures inside, no script, nothing loaded from elsewhere.

    Raises
    ------
    LatheError
        Where there is no such target, or the cells are gone.
    """
    sample = read_sample(workspace, dataset)
    found = overview(workspace, dataset, target=target, sample=sample, report=report)
    page = render(dataset, found, sample)
    write_atomic(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))
    return path


def render(dataset: Dataset, found: Overview, sample: Sample) -> str:
    """Return the report as HTML."""
    parts = {
        "stands-out": _stand_outs(found, sample),
        "columns": _columns(dataset, found),
        "relations": _relations(found),
        "target": _target(found) if found.target else "",
        "missing": _missing(found),
        "made": _made(dataset, found),
    }
    shown = [(key, title) for key, title in PARTS if parts[key]]
    links = "".join(f'<a href="#{key}">{title}</a>' for key, title in shown)
    body = "".join(f'<section id="{key}"><h2>{title}</h2>{parts[key]}</section>' for key, title in shown)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{text(dataset.name)}</title><style>{STYLE}</style></head><body>"
        f'<h1>{text(dataset.name)}</h1><p class="quiet">What is in the table, at {dataset.created:%Y-%m-%d}.</p>'
        f'<nav aria-label="Contents">{links}</nav>{_cards(dataset, found)}{body}</body></html>'
    )


def _cards(dataset: Dataset, found: Overview) -> str:
    cells = max(dataset.rows * len(dataset.columns), 1)
    figures = (
        (f"{dataset.rows:,}", "Rows"),
        (f"{len(dataset.columns):,}", "Columns"),
        (percent(found.profile.missing_cells / cells), "Missing cells"),
        (f"{found.profile.duplicate_rows:,}", "Duplicate rows"),
    )
    return (
        '<div class="cards">'
        + "".join(f"<div class=card><b>{v}</b><span>{n}</span></div>" for v, n in figures)
        + ("</div>")
    )


def _stand_outs(found: Overview, sample: Sample) -> str:
    items = []
    for one in found.stand_outs:
        link = "".join(
            f' <a href="#c{_place(found, name)}">{text(name, 40)}</a>'
            for name in one.columns[:2]
            if _place(found, name) < MOST_COLUMNS
        )
        picture = ""
        if one.kind is StandOutKind.MISSING and len(one.columns) == 2:
            picture = _missing_by(sample.columns[one.columns[1]], sample.columns[one.columns[0]])
        elif len(one.columns) == 2:
            picture = _means(sample.columns[one.columns[1]], sample.columns[one.columns[0]])
        elif one.kind is StandOutKind.TARGET:
            picture = _means(sample.columns[one.columns[0]], sample.columns[found.target])
        items.append(f"<li>{escape(one.sentence)}{link}<br>{picture}</li>")
    return f"<ol>{''.join(items)}</ol>" if items else "<p>Nothing out of the ordinary was found.</p>"


def _place(found: Overview, name: str) -> int:
    return next(place for place, column in enumerate(found.profile.columns) if column.name == name)


def _means(by: Encoded, of: Encoded) -> str:
    """Draw what is compared of one column in each group of another."""
    if of.column.storage is StorageType.DATETIME:
        return ""
    what, values, shown = compared(of)
    return _by_group(by, f"{what} by {by.name}", values, shown)


def _missing_by(by: Encoded, of: Encoded) -> str:
    """Draw the share of missing cells of one column in each group of another."""
    return _by_group(by, f"Share of {of.name} that is missing, by {by.name}", (~of.known).astype(np.float64), percent)


def _by_group(by: Encoded, alt: str, values: np.ndarray, shown: Callable[[float], str]) -> str:
    if not 2 <= by.groups <= MOST_GROUPS:
        return ""
    known = (by.codes >= 0) & ~np.isnan(values)
    counts = np.bincount(by.codes[known], minlength=by.groups)
    sums = np.bincount(by.codes[known], weights=values[known], minlength=by.groups)
    rows = []
    for place in np.flatnonzero(counts)[:MOST_BARS]:
        label = by.group_text(int(place)).removeprefix("is ").removeprefix("lies from ")
        mean = float(sums[place] / counts[place])
        rows.append((label, mean, shown(mean)))
    return f'<span class="quiet">{text(alt, 140)}</span><br>{bars_svg(rows, alt=alt)}' if len(rows) > 1 else ""


def _columns(dataset: Dataset, found: Overview) -> str:
    told = found.profile.columns[:MOST_COLUMNS]
    rows = [
        [
            c.name, c.kind.value, percent(c.missing_share), f"{c.unique:,}", _number(c.mean), _number(c.median), c.mode,
            _number(c.std), _number(c.minimum), _number(c.maximum), _number(c.skew),
        ]
        for c in told
    ]  # fmt: skip
    header = (
        "Column", "Kind", "Missing", "Distinct", "Mean", "Median", "Mode", "Std", "Lowest", "Highest", "Skew",
    )  # fmt: skip
    left = len(found.profile.columns) - len(told)
    more = f"<p>{counted(left, 'further column')} not told one by one.</p>" if left else ""
    boxes = "".join(_column(place, c, dataset.rows) for place, c in enumerate(told))
    return f"{table_html(header, rows, numbers=(2, 3, 4, 5, 7, 8, 9, 10))}{more}<br><div class=grid>{boxes}</div>"


def _column(place: int, column: ColumnProfile, rows: int) -> str:
    facts = "".join(f"<dt>{label}</dt><dd>{text(value)}</dd>" for label, value in _facts(column))
    return (
        f'<div class="box" id="c{place}"><h3>{text(column.name)}</h3>'
        f'<p class="quiet">{escape(column.kind.value)}, {percent(column.missing_share)} missing, '
        f"{counted(column.unique, 'different value')}</p>{_picture(column, rows)}<dl>{facts}</dl></div>"
    )


def _picture(column: ColumnProfile, rows: int) -> str:
    known = max(rows - column.missing, 1)
    if column.histogram and column.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME, ColumnKind.TEXT):
        what = "Letters in the texts of" if column.kind is ColumnKind.TEXT else "Values of"
        bars = column.histogram
        alt = f"{what} {column.name}, from {bars[0].low_text} to {bars[-1].high_text}"
        return columns_svg([b.count for b in bars], low=bars[0].low_text, high=bars[-1].high_text, alt=alt)
    if column.top:
        alt = f"Most frequent values of {column.name}"
        return bars_svg([(v.value, v.count / known, percent(v.count / known)) for v in column.top[:8]], alt=alt)
    return ""


def _facts(column: ColumnProfile) -> Iterator[tuple[str, str]]:
    if column.first:
        yield "First", column.first
        yield "Last", column.last
        return
    if column.mean is not None:
        yield "Mean", f"{_number(column.mean)} ({_number(column.mean_low)} to {_number(column.mean_high)})"
        yield "Std, variance", f"{_number(column.std)}, {_number(column.variance)}"
        for share, value in zip(QUANTILES, column.quantiles, strict=False):
            yield f"{100 * share:.0f} % below", _number(value)
        yield "Skew, kurtosis", f"{_number(column.skew)}, {_number(column.kurtosis)}"
        yield "Zeros, negatives", f"{column.zeros:,}, {column.negatives:,}"
    if column.mode:
        yield "Mode", f"{column.mode} ({counted(column.mode_count, 'row')})"
    if column.entropy is not None:
        yield "Entropy", f"{_number(column.entropy)} bits"
    if column.mean_length is not None:
        yield "Letters", f"{column.min_length:,} to {column.max_length:,}, mean {_number(column.mean_length)}"
    if column.terms:
        yield "Frequent terms", ", ".join(term.value for term in column.terms[:8])


def _relations(found: Overview) -> str:
    matrix = found.relations
    if len(matrix.columns) < 2:
        return "<p>There are no two columns to relate.</p>"
    names, values = matrix.columns[:MOST_HEAT], [row[:MOST_HEAT] for row in matrix.values[:MOST_HEAT]]
    alt = f"Relations between {len(names)} columns, related ones side by side"
    rows = [[pair.a, pair.b, _signed(pair.value), pair.sentence] for pair in matrix.pairs[:MOST_PAIRS]]
    note = f"<p class=quiet>{escape(matrix.note)}</p>" if matrix.note else ""
    return (
        "<p>Rank correlation between numbers (orange: rise together, blue: one falls), correlation ratio between "
        "numbers and words, Cramer's V between words.</p>"
        f'{note}<div class="wide">{heat_svg(names, values, alt=alt)}</div>'
        f"{table_html(('Column', 'Column', 'Strength', 'In words'), rows, numbers=(2,))}"
    )


def _target(found: Overview) -> str:
    told = found.against[:MOST_AGAINST]
    picture = bars_svg(
        [(one.column, one.strength, meter(one.strength)) for one in told[:30]],
        alt=f"How much each column alone tells about {found.target}",
        width=640,
        most=1.0,
    )
    rows = [[one.column, meter(one.strength), one.sentence] for one in told]
    return (
        f"<p>How much each column alone tells about {text(found.target)}, from 0 (nothing) to 1 (everything).</p>"
        f"{picture}{table_html(('Column', 'Strength', 'In words'), rows, numbers=(1,))}"
    )


def _missing(found: Overview) -> str:
    missing = found.missing
    if not missing.columns:
        return "<p>No cell is missing.</p>"
    alt = f"Missing cells of {counted(len(missing.columns), 'column')} along the {missing.rows:,} rows"
    sentences = [group.sentence for group in missing.groups] + [link.sentence for link in missing.links]
    said = "".join(f"<li>{escape(sentence)}</li>" for sentence in sentences)
    note = f"<p class=quiet>{escape(missing.note)}</p>" if missing.note else ""
    return (
        "<p>From the first row on the left to the last on the right; darker where more cells are missing.</p>"
        f'{note}<div class="wide">{missing_svg(missing.columns, missing.shares, alt=alt)}</div><ul>{said}</ul>'
    )


def _made(dataset: Dataset, found: Overview) -> str:
    lines: Sequence[str] = (
        "Figures of columns are of all rows; the interval behind a mean is its 95 % interval (Student's t).",
        found.note or "Relations and findings are of all rows, too.",
        f"Content of the table: {dataset.fingerprint}.",
        *dataset.notes,
    )
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _number(value: float | None) -> str:
    return "" if value is None else number(value)


def _signed(value: float) -> str:
    return f"{value:.2f}"
