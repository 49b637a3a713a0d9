"""Quality: what is wrong with the table, and what mends it."""

from __future__ import annotations

from components import layout

layout.page_header("Quality", "What is wrong with the table, how much it matters, and one click to mend it.")
dataset = layout.need_dataset()
layout.context_strip(dataset)
