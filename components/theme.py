"""The colours of the two themes, for charts and the mark; all else takes them from ``.streamlit/config.toml``."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

CATEGORIES = ("#3B6FB6", "#E07B39", "#2A9D8F", "#C44E7B", "#8C6BB1", "#C9A227", "#6B8E3A", "#7A7F87")
"""Categories in charts, in this order; distinguishable without red-green vision."""

SEQUENTIAL = "Cividis"
"""Plotly's name of the scale for magnitudes."""

FONT = "Inter, -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"


@dataclass(frozen=True)
class Palette:
    """The colours of one theme, by use."""

    ground: str
    surface: str
    border: str
    text: str
    muted: str
    accent: str
    good: str
    watch: str
    bad: str

    @property
    def diverging(self) -> list[list[float | str]]:
        """Plotly colour scale around a middle: blue, ground, orange."""
        return [[0.0, "#2F5DA8"], [0.5, self.ground], [1.0, "#C9642A"]]

    @property
    def sequential(self) -> str | list[str]:
        """Plotly colour scale for magnitudes; on the dark ground it starts where it can be told from the ground."""
        return SEQUENTIAL if self != DARK else ["#46527A", "#575D6D", "#707173", "#8A8678", "#A59C74", "#C3B369",
                                                "#E1CC55", "#FEE838"]  # fmt: skip


LIGHT = Palette(
    "#FAFAF8", "#FFFFFF", "#E5E3DD", "#1F2430", "#667085", "#2F5DA8", good="#2E7D5B", watch="#B7791F", bad="#B42318"
)
DARK = Palette(
    "#14171C", "#1B1F26", "#2D333D", "#E8EAED", "#9AA3AF", "#7FA8E8", good="#5FB58F", watch="#E0B252", bad="#F0877A"
)


def is_dark() -> bool:
    """Tell whether the person looks at the dark theme."""
    return st.context.theme.type == "dark"


def palette() -> Palette:
    """Return the colours of the theme the person looks at."""
    return DARK if is_dark() else LIGHT


def faint(color: str, opacity: float) -> str:
    """Return a colour with an opacity, as CSS."""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{opacity:g})"


def category_color(index: int) -> str:
    """Return the colour of the ``index``-th category (a class, a model); the last one for all beyond the eighth."""
    return CATEGORIES[min(index, len(CATEGORIES) - 1)]


def mark(colors: Palette) -> str:
    """Return the word mark as SVG: a turned profile beside the name."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="92" height="28" viewBox="0 0 92 28">'
        f'<g fill="{colors.accent}">'
        '<rect x="1" y="12.5" width="4" height="3" rx="1.5"/><rect x="6" y="7" width="4" height="14" rx="2"/>'
        '<rect x="11" y="10" width="4" height="8" rx="2"/><rect x="16" y="5" width="4" height="18" rx="2"/>'
        '<rect x="21" y="11" width="4" height="6" rx="2"/></g>'
        f'<text x="33" y="20" font-family="{FONT}" font-size="18" font-weight="600" fill="{colors.text}">Lathe</text>'
        "</svg>"
    )
