"""The learning rate of each step, without a framework.

- constant: the learning rate.
- cosine: from the learning rate down to zero in half a wave over all steps (Loshchilov, Hutter 2017).
- step: times ``decay_factor`` after every ``step_epochs`` epochs.
- plateau: times ``decay_factor`` whenever the loss (on the rows set aside, else of learning) has not become better for
  ``plateau_epochs`` epochs since the best one or the last lowering.
- one_cycle: up from a 25th to the learning rate in the first 30 % of all steps, then down to a 10,000th of that start,
  both in half a wave (Smith, Topin 2018; constants of PyTorch).

Over the first ``warmup_epochs`` epochs the rate grows evenly from one step's share to the whole; one_cycle warms up by
itself and leaves this aside.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.models.adapters.network_spec import LearningSpec

RISE, START, END = 0.3, 1 / 25, 1e-4


def rates(learning: LearningSpec, epoch: int, steps: int, losses: Sequence[float] = ()) -> np.ndarray:
    """Return the learning rate of each step of ``epoch`` (from 1): float32 ndarray of shape (steps,).

    Parameters
    ----------
    steps : int
        Batches in an epoch.
    losses : sequence of float
        The loss of each epoch before, which only "plateau" looks at.
    """
    step = (epoch - 1) * steps + np.arange(steps)
    total = learning.epochs * steps
    match learning.schedule:
        case "cosine":
            share = _half_wave(step / total)
        case "step":
            share = np.full(steps, learning.decay_factor ** ((epoch - 1) // learning.step_epochs))
        case "plateau":
            share = np.full(steps, learning.decay_factor ** _lowerings(losses, learning.plateau_epochs))
        case "one_cycle":
            return np.asarray(learning.learning_rate * _one_cycle(step, total), dtype=np.float32)
        case _:
            share = np.ones(steps)
    warm = learning.warmup_epochs * steps
    share = share * (np.minimum(1.0, (step + 1) / warm) if warm else 1.0)
    return np.asarray(learning.learning_rate * share, dtype=np.float32)


def _half_wave(place: np.ndarray) -> np.ndarray:
    """Return 1 at 0 and 0 at 1, along a cosine."""
    wave: np.ndarray = (1 + np.cos(np.pi * place)) / 2
    return wave


def _one_cycle(step: np.ndarray, total: int) -> np.ndarray:
    top = max(1.0, RISE * total)
    rising = START + (1 - START) * (1 - _half_wave(np.minimum(step / top, 1.0)))
    low = START * END
    falling = low + (1 - low) * _half_wave(np.clip((step - top) / max(1.0, total - top), 0.0, 1.0))
    return np.where(step < top, rising, falling)


def _lowerings(losses: Sequence[float], patience: int) -> int:
    """Count how often a loss has waited ``patience`` epochs for a better one."""
    best, waited, count = np.inf, 0, 0
    for loss in losses:
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited >= patience:
            count, waited = count + 1, 0
    return count
