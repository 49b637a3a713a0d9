"""The target transformed for fitting; predictions come back in its own unit."""

from __future__ import annotations

from core.prepare.spec import StepSpec

STEPS: tuple[StepSpec, ...] = ()
