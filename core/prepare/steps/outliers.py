"""Cells far from the others: capped, flagged, or kept out of what is learned from."""

from __future__ import annotations

from core.prepare.spec import StepSpec

STEPS: tuple[StepSpec, ...] = ()
