"""A chart as files made on the server: a page that works offline, and its numbers as CSV."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

import pandas as pd

from components.theme import FONT, Palette

if TYPE_CHECKING:
    import plotly.graph_objects as go

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<style>
body {{ font-family: {font}; background: {ground}; color: {text}; max-width: 1100px;
  margin: 2rem auto; padding: 0 1rem }}
h1 {{ font-size: 1.15rem }} p, summary {{ color: {muted}; font-size: .9rem }}
table {{ border-collapse: collapse; font-size: .85rem }}
td, th {{ border: 1px solid {border}; padding: .25rem .6rem; text-align: right }}
</style></head><body>
<h1>{title}</h1>
<div role="img" aria-label="{alt}">{chart}</div>
<p>{caption}</p>
<details><summary>Table</summary>{table}</details>
</body></html>
"""
MOST_TABLE_ROWS = 2000


def page(fig: go.Figure, *, title: str, caption: str, alt: str, table: pd.DataFrame | None, colors: Palette) -> bytes:
    """Return a chart as one HTML file with everything in it; it asks nothing of the network."""
    chart = fig.to_html(full_html=False, include_plotlyjs=True, config={"displaylogo": False, "responsive": True})
    cells = "" if table is None else table.head(MOST_TABLE_ROWS).to_html(index=False, border=0, escape=True)
    return PAGE.format(
        title=html.escape(title),
        caption=html.escape(caption),
        alt=html.escape(alt),
        chart=chart,
        table=cells,
        font=FONT.replace('"', "'"),
        ground=colors.ground,
        text=colors.text,
        muted=colors.muted,
        border=colors.border,
    ).encode()


def csv(table: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8. Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    plain = table.copy(deep=False)
    plain.columns = pd.Index([_harmless(str(name)) for name in table.columns])
    for place in range(plain.shape[1]):
        cells = plain.iloc[:, place]
        if not pd.api.types.is_numeric_dtype(cells):
            plain.isetitem(place, cells.map(lambda cell: _harmless(cell) if isinstance(cell, str) else cell))
    return plain.to_csv(index=False).encode()


def _harmless(text: str) -> str:
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def file_name(title: str) -> str:
    """Return a finding as the name of a file."""
    short = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:60].strip("-")
    return short or "chart"
