"""PyTorch's update rules in TensorFlow, so that both frameworks correct the weights alike. Import inside functions.

Keras's own optimisers put epsilon elsewhere and start their averages from other values. All weights are corrected as
one long vector: a handful of operations a step instead of a handful for each array.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

Slots = list[Any]
Rule = Callable[[Any, Slots, Any], tuple[Any, Slots]]
"""From gradient, averages and number of the step (from 1) to the direction, that the rate scales, and new averages."""

EPSILON = {"adam": 1e-8, "rmsprop": 1e-8, "adagrad": 1e-10, "adadelta": 1e-6}
FIRST, SECOND = 0.9, 0.999
"""Decay of Adam's two averages."""
SMOOTHING, RHO = 0.99, 0.9
"""Decay of RMSprop's average of squares, and of both of Adadelta's."""


def adam(gradient: Any, slots: Slots, step: Any) -> tuple[Any, Slots]:
    """Kingma, Ba (2015)."""
    mean = FIRST * slots[0] + (1 - FIRST) * gradient
    square = SECOND * slots[1] + (1 - SECOND) * tf.square(gradient)
    root = tf.sqrt(square) / tf.sqrt(_started(SECOND, step)) + EPSILON["adam"]
    return mean / root / _started(FIRST, step), [mean, square]


def _started(decay: float, step: Any) -> Any:
    """Return how much of an average is there after ``step`` steps; 1 - 0.999 needs more than single precision."""
    return tf.cast(1 - tf.pow(tf.constant(decay, tf.float64), step), tf.float32)


def rmsprop(gradient: Any, slots: Slots, step: Any) -> tuple[Any, Slots]:
    """Hinton (2012), lecture 6e."""
    square = SMOOTHING * slots[0] + (1 - SMOOTHING) * tf.square(gradient)
    return gradient / (tf.sqrt(square) + EPSILON["rmsprop"]), [square]


def adagrad(gradient: Any, slots: Slots, step: Any) -> tuple[Any, Slots]:
    """Duchi, Hazan, Singer (2011)."""
    square = slots[0] + tf.square(gradient)
    return gradient / (tf.sqrt(square) + EPSILON["adagrad"]), [square]


def adadelta(gradient: Any, slots: Slots, step: Any) -> tuple[Any, Slots]:
    """Zeiler (2012)."""
    epsilon = EPSILON["adadelta"]
    square = RHO * slots[0] + (1 - RHO) * tf.square(gradient)
    change = gradient * tf.sqrt(slots[1] + epsilon) / tf.sqrt(square + epsilon)
    return change, [square, RHO * slots[1] + (1 - RHO) * tf.square(change)]


def momentum_rule(momentum: float, *, nesterov: bool) -> Rule:
    """Return gradient descent with momentum (Polyak 1964), looking ahead where ``nesterov`` (Sutskever et al. 2013)."""

    def rule(gradient: Any, slots: Slots, step: Any) -> tuple[Any, Slots]:
        if not momentum:
            return gradient, slots
        speed = momentum * slots[0] + gradient
        return (gradient + momentum * speed if nesterov else speed), [speed]

    return rule


RULES: dict[str, tuple[Rule, int]] = {
    "adam": (adam, 2),
    "adamw": (adam, 2),
    "rmsprop": (rmsprop, 1),
    "adagrad": (adagrad, 1),
    "adadelta": (adadelta, 2),
}
"""The rule of each optimiser and how many averages it keeps; descent with momentum is `momentum_rule`."""


class FlatOptimizer:
    """Corrects arrays of weights as one vector.

    Parameters
    ----------
    variables : sequence of tf.Variable
        In the order of the gradients.
    rule, slots : Rule, int
        See `RULES`.
    decay : ndarray of shape (n_parameters,) or None
        How much of each weight a rate of 1 would take away (decoupled weight decay); None for none.
    clip : float or None
        The gradient's Euclidean norm is brought down to it.

    Attributes
    ----------
    state : list of tf.Variable
        The number of steps and the averages: what a training that goes on has to be given.
    """

    def __init__(
        self,
        variables: Sequence[Any],
        rule: Rule,
        slots: int,
        *,
        decay: np.ndarray | None = None,
        clip: float | None = None,
    ) -> None:
        self._variables, self._rule, self._clip = list(variables), rule, clip
        self._sizes = [int(np.prod(variable.shape)) for variable in self._variables]
        self._decay = None if decay is None or not decay.any() else tf.constant(decay, tf.float32)
        self._step = tf.Variable(tf.zeros((), tf.float64), trainable=False)
        self._slots = [tf.Variable(tf.zeros(sum(self._sizes)), trainable=False) for _ in range(slots)]
        self.state = [self._step, *self._slots]

    def apply(self, gradients: Sequence[Any], rate: Any) -> Any:
        """Correct the weights once; return the gradient's norm before clipping."""
        gradient = tf.concat([tf.reshape(one, [-1]) for one in gradients], 0)
        norm = tf.norm(gradient)
        if self._clip is not None:
            gradient *= tf.minimum(1.0, self._clip / (norm + 1e-6))
        step = self._step.assign_add(tf.ones((), tf.float64))
        change, averages = self._rule(gradient, [slot.read_value() for slot in self._slots], step)
        change *= rate
        if self._decay is not None:
            weights = tf.concat([tf.reshape(variable, [-1]) for variable in self._variables], 0)
            change += rate * self._decay * weights
        for slot, value in zip(self._slots, averages, strict=True):
            slot.assign(value)
        for variable, part in zip(self._variables, tf.split(change, self._sizes), strict=True):
            variable.assign_sub(tf.reshape(part, variable.shape))
        return norm
