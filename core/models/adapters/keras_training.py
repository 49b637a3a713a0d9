"""Correcting the weights of a Keras network: one compiled TensorFlow function does a whole epoch.

Import this module inside functions: it needs TensorFlow.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import tensorflow as tf

from core.models.adapters.keras_graph import KerasNetwork, build_network
from core.models.adapters.keras_losses import LossOf, loss_of
from core.models.adapters.keras_optimizers import RULES, FlatOptimizer, momentum_rule
from core.models.adapters.network_spec import LearningSpec, Weights
from core.models.adapters.parts import TrainingPart
from core.models.adapters.sizes import rows_at_once
from core.models.adapters.training import TrainingJob

MIXED = "mixed_bfloat16"


class KerasTrainer:
    """Corrects the weights; the rows lie on the device as whole tensors."""

    def __init__(self, job: TrainingJob) -> None:
        precision = MIXED if job.learning.mixed_precision and job.device != "cpu" else "float32"
        self.network = build_network(job.graph, dtype=precision, seed=job.seed)
        self.network.set_weights(job.weights)
        self._optimizer = make_optimizer(self.network, job.learning)
        self._epoch = _epoch_function(
            self.network, self._optimizer, loss_of(job.learning, is_learning=True), _tensors(job.learn)
        )
        watched = loss_of(job.learning, is_learning=False)
        self._watch = None if job.watch is None else _loss_function(self.network, watched, _tensors(job.watch))
        self._best: Weights = {}

    @property
    def device(self) -> str:
        """Where the first weight lies; TensorFlow falls back to the CPU without a word, so it is looked at."""
        place = str(self.network.model.weights[0].value.device)
        return f"cuda:{place.rpartition(':')[2]}" if "GPU" in place else "cpu"

    @property
    def memory_mb(self) -> float | None:
        """Most memory in use on the GPU so far, in MiB; None on the CPU."""
        if self.device == "cpu":
            return None
        peak: float = tf.config.experimental.get_memory_info(f"GPU:{self.device.rpartition(':')[2]}")["peak"]
        return peak / 2**20

    def train_epoch(self, order: np.ndarray, edges: np.ndarray, rates: np.ndarray) -> tuple[float, float | None]:
        """Correct the weights once a batch; return the mean loss and the mean norm of the gradient."""
        loss, norm = self._epoch(order, edges, rates)
        return float(loss) / len(order), float(norm) / len(rates)

    def valid_loss(self) -> float | None:
        """Return the loss on the watching rows, if there are any."""
        return None if self._watch is None else float(self._watch())

    def keep(self) -> None:
        """Remember the present weights."""
        self._best = self.network.weights()

    def best(self) -> Weights:
        """Return the remembered weights."""
        return self._best

    def state(self) -> dict[str, np.ndarray]:
        """Return weights, remembered weights, the optimiser's averages and the place in the random numbers."""
        found = {f"weights/{name}": value for name, value in self.network.weights().items()}
        found |= {f"best/{name}": value for name, value in self._best.items()}
        found |= {f"optimizer/{place}": part.numpy() for place, part in enumerate(self._optimizer.state)}
        return found | {f"random/{place}": part.numpy() for place, part in enumerate(self.network.seeds)}

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` returned."""
        self.network.set_weights(_named(state, "weights/"))
        self._best = _named(state, "best/")
        for place, part in enumerate(self._optimizer.state):
            part.assign(state[f"optimizer/{place}"])
        for place, part in enumerate(self.network.seeds):
            part.assign(state[f"random/{place}"])


def make_optimizer(network: KerasNetwork, learning: LearningSpec) -> FlatOptimizer:
    """Return the optimiser of ``learning`` for the arrays that ``network`` learns."""
    named = network.learned()
    decay = [
        np.full(int(np.prod(variable.shape)), learning.weight_decay if learning.decays(name) else 0.0, np.float32)
        for name, variable in named
    ]
    if learning.optimizer == "sgd":
        rule, slots = momentum_rule(learning.momentum, nesterov=learning.nesterov), int(learning.momentum > 0)
    else:
        rule, slots = RULES[learning.optimizer]
    variables = [variable for _, variable in named]
    return FlatOptimizer(variables, rule, slots, decay=np.concatenate(decay), clip=learning.clip_norm)


def _epoch_function(network: KerasNetwork, optimizer: FlatOptimizer, loss: LossOf, rows: tuple[Any, ...]) -> Any:
    """Compile (order, edges, rates) -> sums of the losses of rows and of the gradient's norms of batches."""
    variables = [variable for _, variable in network.learned()]
    codes, numbers, target, weight = rows

    def correct(batch: Any, rate: Any) -> tuple[Any, Any]:
        with tf.GradientTape() as tape:
            output = network.learner([tf.gather(codes, batch), tf.gather(numbers, batch)], training=True)
            found = loss(output, tf.gather(target, batch), None if weight is None else tf.gather(weight, batch))
        # An embedding's gradient is dense here, so that the averages move for absent categories as in PyTorch.
        gradients = tape.gradient(found, variables, unconnected_gradients=tf.UnconnectedGradients.ZERO)
        norm = optimizer.apply([tf.convert_to_tensor(gradient) for gradient in gradients], rate)
        return found * tf.cast(tf.size(batch), tf.float32), norm

    @tf.function(
        autograph=False,
        input_signature=[tf.TensorSpec([None], kind) for kind in (tf.int32, tf.int32, tf.float32)],
    )  # type: ignore[untyped-decorator]
    def epoch(order: Any, edges: Any, rates: Any) -> tuple[Any, Any]:
        def step(index: Any, losses: Any, norms: Any) -> tuple[Any, Any, Any]:
            found, norm = correct(order[edges[index] : edges[index + 1]], rates[index])
            return index + 1, losses + found, norms + norm

        last = tf.size(rates)
        start = (tf.constant(0), tf.constant(0.0), tf.constant(0.0))
        _, losses, norms = tf.while_loop(lambda index, *_: index < last, step, start, parallel_iterations=1)
        return losses, norms

    return epoch


def _loss_function(network: KerasNetwork, loss: LossOf, rows: tuple[Any, ...]) -> Any:
    """Compile a function () -> mean loss of ``rows`` without dropout."""
    count, piece = int(rows[2].shape[0]), rows_at_once(network.graph)
    pieces: list[tuple[Any, ...]] = [
        tuple(None if part is None else part[start : start + piece] for part in rows)
        for start in range(0, count, piece)
    ]

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def mean_loss() -> Any:
        total = 0.0
        for codes, numbers, target, weight in pieces:
            part = loss(network.model([codes, numbers], training=False), target, weight)
            total += part * (int(target.shape[0]) / count)
        return total

    return mean_loss


def _tensors(part: TrainingPart) -> tuple[Any, ...]:
    """Return codes, numbers, target and weight (or None) as tensors on the current device."""
    arrays = (part.codes, part.numbers, part.target, part.weight)
    return tuple(None if array is None else tf.identity(array) for array in arrays)


def _named(state: Mapping[str, np.ndarray], stem: str) -> Weights:
    return {name.removeprefix(stem): value for name, value in state.items() if name.startswith(stem)}
