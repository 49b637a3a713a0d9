"""Projections: all rows as points on a plane."""

from __future__ import annotations

from components import layout

layout.page_header("Projections", "See all rows at once as points on a plane.")
dataset = layout.need_dataset()
layout.context_strip(dataset)
