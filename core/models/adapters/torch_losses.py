"""The losses of `LearningSpec` in PyTorch. Import this module inside functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from core.models.adapters.network_spec import LearningSpec

LossOf = Callable[[Tensor, Tensor, Tensor | None], Tensor]
"""From outputs, target and weight of rows (or None) to the mean loss."""

POISSON_LIMIT = 30.0


def loss_of(learning: LearningSpec, *, is_learning: bool) -> LossOf:
    """Return the mean loss of rows: outputs (n, outputs), or (n, members, outputs) of each member by itself.

    Labels are smoothed where ``is_learning``.
    """
    smoothing = learning.label_smoothing if is_learning else 0.0
    of_rows = _of_class(learning, smoothing) if learning.loss in ("cross_entropy", "focal") else _of_number(learning)

    def mean_loss(output: Tensor, target: Tensor, weight: Tensor | None) -> Tensor:
        if output.dtype is not torch.float32:
            output = output.float()
        if output.ndim == 3:
            output, target, weight = _by_member(output, target, weight)
        if weight is None:
            return of_rows(output, target, "mean")
        return (of_rows(output, target, "none") * weight).mean()

    return mean_loss


def _by_member(output: Tensor, target: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
    """Make a row of each member of each row."""
    members = output.shape[1]
    again = target.repeat_interleave(members, 0)
    return output.flatten(0, 1), again, None if weight is None else weight.repeat_interleave(members)


def _of_class(learning: LearningSpec, smoothing: float) -> Callable[..., Tensor]:
    if learning.loss == "cross_entropy":
        return lambda output, target, reduction: functional.cross_entropy(
            output, target, reduction=reduction, label_smoothing=smoothing
        )

    def focal(output: Tensor, target: Tensor, reduction: str) -> Tensor:
        hard = functional.cross_entropy(output, target, reduction="none")
        # A probability of one has no slope of a root: the floor keeps gamma below 1 from an infinite gradient.
        losses = (-torch.expm1(-hard)).clamp_min(1e-7) ** learning.focal_gamma * hard
        return losses.mean() if reduction == "mean" else losses

    return focal


def _of_number(learning: LearningSpec) -> Callable[..., Tensor]:
    rule = _rule(learning)

    def losses(output: Tensor, target: Tensor, reduction: str) -> Tensor:
        if output.shape != target.shape:  # (n, 1) minus (n,) would be (n, n): a loss that runs and ruins the fit
            raise AssertionError(f"outputs {tuple(output.shape)} against targets {tuple(target.shape)}")
        found: Any = rule(output, target)
        return found.mean() if reduction == "mean" else found[:, 0]

    return losses


def _rule(learning: LearningSpec) -> Callable[[Tensor, Tensor], Tensor]:
    match learning.loss:
        case "mae":
            return lambda output, target: (output - target).abs()
        case "huber":
            return lambda output, target: functional.huber_loss(
                output, target, reduction="none", delta=learning.huber_delta
            )
        case "quantile":
            share = learning.quantile
            return lambda output, target: torch.maximum(share * (target - output), (share - 1) * (target - output))
        case "poisson":
            return _poisson
        case _:
            return lambda output, target: (output - target).square()


def _poisson(output: Tensor, target: Tensor) -> Tensor:
    logarithm = output.clamp(-POISSON_LIMIT, POISSON_LIMIT)
    return logarithm.exp() - target * logarithm
