"""The losses of `LearningSpec` in TensorFlow, a row at a time. Import this module inside functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from core.models.adapters.network_spec import LearningSpec

LossOf = Callable[[Any, Any, Any], Any]
"""From outputs, target and weight of rows (or None) to the mean loss."""

POISSON_LIMIT = 30.0


def loss_of(learning: LearningSpec, *, is_learning: bool) -> LossOf:
    """Return the mean loss of rows: outputs (n, outputs), or (n, members, outputs) of each member by itself.

    Labels are smoothed where ``is_learning``.
    """

    def mean_loss(output: Any, target: Any, weight: Any) -> Any:
        output = tf.cast(output, tf.float32)
        if learning.loss in ("cross_entropy", "focal"):
            losses = _of_class(output, target, learning, learning.label_smoothing if is_learning else 0.0)
        else:
            losses = _of_number(output, target, learning)
        if losses.shape.rank == 2:
            losses = tf.reduce_mean(losses, 1)
        return tf.reduce_mean(losses if weight is None else losses * weight)

    return mean_loss


def _of_class(output: Any, target: Any, learning: LearningSpec, smoothing: float) -> Any:
    """Return losses of shape (n,) or (n, members), of class indices (n,)."""
    if output.shape.rank == 3:
        target = tf.repeat(target[:, None], output.shape[1], axis=1)
    hard = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=output)
    if learning.loss == "focal":
        # A probability of one has no slope of a root: the floor keeps gamma below 1 from an infinite gradient.
        return tf.pow(tf.maximum(-tf.math.expm1(-hard), 1e-7), learning.focal_gamma) * hard
    if not smoothing:
        return hard
    return (1 - smoothing) * hard - smoothing * tf.reduce_mean(tf.nn.log_softmax(output), -1)


def _of_number(output: Any, target: Any, learning: LearningSpec) -> Any:
    """Return losses of shape (n,) or (n, members), of targets (n, 1)."""
    if target.shape[1:] != (1,) or output.shape[-1] != 1:  # (n, 1) minus (n,) would be (n, n), and ruin the fit
        raise AssertionError(f"outputs {output.shape} against targets {target.shape}")
    away = output[..., 0] - (target if output.shape.rank == 3 else target[:, 0])
    size = tf.abs(away)
    match learning.loss:
        case "mse":
            return tf.square(away)
        case "mae":
            return size
        case "huber":
            delta = learning.huber_delta
            return tf.where(size <= delta, tf.square(away) / 2, delta * (size - delta / 2))
        case "quantile":
            return tf.maximum(-learning.quantile * away, (1 - learning.quantile) * away)
        case "poisson":
            logarithm = tf.clip_by_value(output[..., 0], -POISSON_LIMIT, POISSON_LIMIT)
            return tf.exp(logarithm) - (target if output.shape.rank == 3 else target[:, 0]) * logarithm
        case _:
            raise AssertionError(learning.loss)
