"""Rare classes: weights, sampling and thresholds, inside the folds only."""

from __future__ import annotations

from core.prepare.spec import StepSpec

STEPS: tuple[StepSpec, ...] = ()
