"""Charts: a chart of any columns."""

from __future__ import annotations

from components import layout

layout.page_header("Charts", "Draw any columns against any others.")
dataset = layout.need_dataset()
layout.context_strip(dataset)
