"""Fewer features: those that say something are kept, or combined."""

from __future__ import annotations

from core.prepare.spec import StepSpec

STEPS: tuple[StepSpec, ...] = ()
