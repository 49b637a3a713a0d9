"""From columns of a sample to what is drawn of them: rows as text, statistics, bars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.data.task import Task
from core.prepare.flow import Flow
from core.prepare.preview_types import CellsView, Histogram
from core.prepare.spec import Form
from core.words import share

ROWS_SHOWN = 8
COLUMNS_SHOWN = 12
LEVELS_SHOWN = 12
BARS = 24
_LONGEST_TEXT = 200
_NO_MORE_THAN_NOISE = 1e-14
"""Of the largest value: what summing leaves of a mean of zero."""


def view_of(flow: Flow, roots: Sequence[str], form: Form | None = None) -> CellsView | None:
    """Describe the columns that ``roots`` have in ``flow``; None where they have none."""
    present = [root for root in roots if root in flow.places]
    names = flow.names(present)
    if not names:
        return None
    if len(names) == 1:
        frame = flow.take(present)
        return one_column(frame.iloc[:, 0], names[0], form)
    cells = flow.take(present, sparse=True)
    return many_columns(cells, names)


def one_column(series: pd.Series, name: str, form: Form | None = None) -> CellsView:
    """Describe a single column."""
    shown = tuple((cell_text(value),) for value in series.iloc[:ROWS_SHOWN])
    if pd.api.types.is_datetime64_any_dtype(series):
        known = series.dropna()
        seconds = known.to_numpy().astype("datetime64[us]").astype(np.int64) / 1e6
        return CellsView(form or Form.DATE, (name,), shown, _date_figures(series, known), histogram(seconds))
    if pd.api.types.is_numeric_dtype(series):
        values = series.to_numpy(dtype=np.float64)
        known_values = values[np.isfinite(values)]
        few = len(np.unique(known_values)) <= LEVELS_SHOWN
        levels = _levels(pd.Series(known_values)) if few else ()
        figures = _code_figures(known_values) if form is Form.CODE else _number_figures(values, known_values)
        return CellsView(form or Form.NUMBER, (name,), shown, figures, histogram(known_values), levels)
    return CellsView(form or Form.WORDS, (name,), shown, _word_figures(series), None, _levels(series))


def target_view(y: np.ndarray, task: Task) -> CellsView:
    """Describe the target: its classes with their rows, or its distribution."""
    if task.kind.is_classification:
        return one_column(pd.Series(np.asarray(y, dtype=object)), task.target, Form.WORDS)
    return one_column(pd.Series(np.asarray(y, dtype=np.float64)), task.target, Form.NUMBER)


def many_columns(cells: Any, names: Sequence[str]) -> CellsView:
    """Describe several columns at once: a frame, or a csr matrix of numbers."""
    if isinstance(cells, pd.DataFrame) and not all(dtype == np.float64 for dtype in cells.dtypes):
        return _mixed(cells, names)
    sparse = hasattr(cells, "tocsr")
    head = cells[:ROWS_SHOWN, :COLUMNS_SHOWN].toarray() if sparse else cells.iloc[:ROWS_SHOWN, :COLUMNS_SHOWN]
    values = cells if sparse else cells.to_numpy()
    missing = int(np.isnan(values.data if sparse else values).sum())
    filled = np.asarray((values != 0).sum(axis=0)).reshape(-1)
    figures = [("Columns", f"{len(names):,}")]
    if missing:
        figures.append(("Missing cells", f"{missing:,}"))
    size = values.shape[0] * values.shape[1]
    figures.append(("Zeros", share(1 - float(filled.sum()) / size if size else 0.0)))
    order = np.argsort(-filled, kind="stable")[:LEVELS_SHOWN]
    levels = tuple((names[place], int(filled[place])) for place in order)
    text = tuple(tuple(cell_text(value) for value in line) for line in np.asarray(head))
    return CellsView(Form.NUMBER, tuple(names[:COLUMNS_SHOWN]), text, tuple(figures), None, levels, len(names))


def _mixed(cells: pd.DataFrame, names: Sequence[str]) -> CellsView:
    head = cells.iloc[:ROWS_SHOWN, :COLUMNS_SHOWN]
    text = tuple(tuple(cell_text(value) for value in line) for line in head.itertuples(index=False, name=None))
    missing = int(cells.isna().to_numpy().sum())
    figures = (("Columns", f"{len(names):,}"), ("Missing cells", f"{missing:,}"))
    return CellsView(Form.WORDS, tuple(names[:COLUMNS_SHOWN]), text, figures, None, (), len(names))


def histogram(values: np.ndarray, bars: int = BARS) -> Histogram | None:
    """Count finite values in bars of equal width; None where there are none, or all are the same."""
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 0.0)
    if not low < high or not np.isfinite(high - low) or low + (high - low) / bars <= low:
        return None
    counts, edges = np.histogram(values, bins=bars, range=(low, high))
    return Histogram(tuple(float(edge) for edge in edges), tuple(int(count) for count in counts))


def cell_text(value: Any) -> str:
    """Return a cell as text; a missing one is empty."""
    if value is None or value is pd.NaT:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.strftime("%Y-%m-%d" if value == value.normalize() else "%Y-%m-%d %H:%M:%S")
    if isinstance(value, int | float | np.number):
        return number_text(float(value))
    text = str(value)
    return text if len(text) <= _LONGEST_TEXT else text[: _LONGEST_TEXT - 1] + "…"


def number_text(value: float) -> str:
    """Return a number with four digits that count, and thousands set apart; a missing one is empty."""
    if not np.isfinite(value):
        return ""
    if value == 0 or (value == round(value) and abs(value) < 1e15):
        return f"{value:,.0f}".replace("-0", "0") if value == 0 else f"{value:,.0f}"
    digits = 3 - int(np.floor(np.log10(abs(value))))
    if not -12 <= digits <= 8:
        return f"{value:.3e}"
    text = f"{round(value, digits):,.{max(digits, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _levels(series: pd.Series) -> tuple[tuple[str, int], ...]:
    counts = series.value_counts().iloc[:LEVELS_SHOWN]
    return tuple((cell_text(value), int(count)) for value, count in counts.items())


def _missing(missing: int, rows: int) -> tuple[str, str]:
    return "Missing", f"{missing:,} ({share(missing / rows)})" if missing and rows else "0"


def _number_figures(values: np.ndarray, known: np.ndarray) -> tuple[tuple[str, str], ...]:
    figures = [_missing(len(values) - len(known), len(values)), ("Distinct", f"{len(np.unique(known)):,}")]
    if not len(known):
        return tuple(figures)
    low, first, middle, third, high = np.quantile(known, (0, 0.25, 0.5, 0.75, 1))
    # Scaled first, so that squares of large numbers do not overflow.
    size = max(abs(low), abs(high)) or 1.0
    spread = float((known / size).std(ddof=1) * size) if len(known) > 1 else 0.0
    centre = float((known / size).mean())
    mean = 0.0 if abs(centre) < _NO_MORE_THAN_NOISE else centre * size
    figures += [("Mean", number_text(mean)), ("Spread (standard deviation)", number_text(spread))]
    labels = ("Smallest", "Lower quartile", "Median", "Upper quartile", "Largest")
    figures += [
        (label, number_text(float(v))) for label, v in zip(labels, (low, first, middle, third, high), strict=True)
    ]
    figures.append(("Zeros", share(float((known == 0).mean()))))
    return tuple(figures)


def _code_figures(codes: np.ndarray) -> tuple[tuple[str, str], ...]:
    known = codes[codes >= 0]
    return (("Missing or rare", f"{len(codes) - len(known):,}"), ("Categories", f"{len(np.unique(known)):,}"))


def _date_figures(series: pd.Series, known: pd.Series) -> tuple[tuple[str, str], ...]:
    figures = [_missing(len(series) - len(known), len(series)), ("Distinct", f"{known.nunique():,}")]
    if len(known):
        figures += [("Earliest", cell_text(known.min())), ("Latest", cell_text(known.max()))]
    return tuple(figures)


def _word_figures(series: pd.Series) -> tuple[tuple[str, str], ...]:
    known = series.dropna()
    figures = [_missing(len(series) - len(known), len(series)), ("Distinct", f"{known.nunique():,}")]
    if len(known):
        lengths = known.astype(str).str.len()
        figures += [("Most frequent", cell_text(known.mode().iloc[0])), ("Mean length", number_text(lengths.mean()))]
    return tuple(figures)
