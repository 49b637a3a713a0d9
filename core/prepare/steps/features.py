"""New features made from several columns."""

from __future__ import annotations

from core.prepare.spec import StepSpec

STEPS: tuple[StepSpec, ...] = ()
