"""Tests: tests of differences and relations."""

from __future__ import annotations

from components import layout

layout.page_header("Tests", "Ask whether a difference is more than chance.")
dataset = layout.need_dataset()
layout.context_strip(dataset)
