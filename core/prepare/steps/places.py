"""Places, money and units: text that stands for numbers."""

from __future__ import annotations

from core.prepare.spec import StepSpec

STEPS: tuple[StepSpec, ...] = ()
