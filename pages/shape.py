"""Clean and shape: the steps that turn the file into the table that is learned from."""

from __future__ import annotations

from components import layout

layout.page_header("Clean and shape", "Filter, join, compute and reshape, step by step; every step can be undone.")
dataset = layout.need_dataset()
layout.context_strip(dataset)
