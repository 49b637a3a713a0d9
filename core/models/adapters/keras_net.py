"""The Keras network (on TensorFlow) as scikit-learn estimators. Keras is imported when one is fitted or predicts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.adapters.net_base import Forward
from core.models.adapters.net_kinds import NetClassifier, NetRegressor
from core.models.adapters.network_spec import DataShape, NetworkSpec, Weights, layer_shapes
from core.models.adapters.training import Trainer, TrainingJob, TrainingPart

WATCH_ROWS = 65536
WEIGHT_NAMES = {
    "embedding": ("table",),
    "dense": ("kernel", "bias"),
    "batch_norm": ("scale", "shift", "mean", "variance"),
}


def build_model(spec: NetworkSpec, data: DataShape, *, dtype: str, seed: int = 0) -> Any:
    """Return the layers of ``spec`` as a `keras.Model` from [codes, numbers] to outputs.

    The numbers behind momentum and epsilon are PyTorch's defaults, so that both frameworks train the same network.
    """
    import keras
    from keras import layers

    codes = keras.Input((len(data.levels),), dtype="int32", name="codes")
    numbers = keras.Input((data.n_numeric,), dtype=dtype, name="numbers")
    columns: list[Any] = []
    hidden: Any = None
    for layer in layer_shapes(spec, data):
        if layer.kind == "embedding":
            table = layers.Embedding(layer.inputs, layer.outputs, dtype=dtype, name=layer.name)
            columns.append(table(codes[:, len(columns)]))
            continue
        if hidden is None:
            hidden = layers.Concatenate()([*columns, numbers]) if columns else numbers
        if layer.kind == "dense":
            hidden = layers.Dense(layer.outputs, dtype=dtype, name=layer.name)(hidden)
        else:
            hidden = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, dtype=dtype, name=layer.name)(hidden)
        last_of_block = layer.kind == "batch_norm" if spec.batch_norm else layer.name != "output"
        if last_of_block:
            hidden = layers.Activation(spec.activation, dtype=dtype)(hidden)
            if spec.dropout:
                hidden = layers.Dropout(spec.dropout, seed=seed + len(columns), dtype=dtype)(hidden)
                seed += 1
    return keras.Model([codes, numbers], hidden)


def get_weights(model: Any, spec: NetworkSpec, data: DataShape) -> Weights:
    """Return the weights under the names of `initial_weights`."""
    weights: Weights = {}
    for layer in layer_shapes(spec, data):
        for name, value in zip(WEIGHT_NAMES[layer.kind], model.get_layer(layer.name).get_weights(), strict=True):
            weights[f"{layer.name}/{name}"] = value
    return weights


def set_weights(model: Any, spec: NetworkSpec, data: DataShape, weights: Weights) -> None:
    """Set the weights from the names of `initial_weights`."""
    for layer in layer_shapes(spec, data):
        values = [weights[f"{layer.name}/{name}"] for name in WEIGHT_NAMES[layer.kind]]
        model.get_layer(layer.name).set_weights(values)


class KerasTrainer:
    """Corrects the weights; one compiled TensorFlow function does a whole epoch, the rows lie on the device."""

    def __init__(self, job: TrainingJob) -> None:
        self._spec, self._data = job.spec, job.data
        self.model = build_model(job.spec, job.data, dtype="float32", seed=job.seed)
        set_weights(self.model, job.spec, job.data, job.weights)
        loss = _mean_squared_error if job.learn.is_regression else _cross_entropy
        self._epoch = _epoch_function(self.model, _optimizer(job.spec), loss, _tensors(job.learn))
        self._watch = None if job.watch is None else _loss_function(self.model, loss, _tensors(job.watch))
        self._best: Weights = {}

    @property
    def device(self) -> str:
        """Where the first weight lies; TensorFlow falls back to the CPU without a word, so it is looked at."""
        place = str(self.model.weights[0].value.device)
        return f"cuda:{place.rpartition(':')[2]}" if "GPU" in place else "cpu"

    def train_epoch(self, order: np.ndarray, edges: np.ndarray) -> float:
        """Correct the weights once a batch; return the mean loss."""
        return float(self._epoch(order, edges)) / len(order)

    def valid_loss(self) -> float | None:
        """Return the loss on the watching rows, if there are any."""
        return None if self._watch is None else float(self._watch())

    def keep(self) -> None:
        """Remember the present weights."""
        self._best = get_weights(self.model, self._spec, self._data)

    def best(self) -> Weights:
        """Return the remembered weights."""
        return self._best


def _epoch_function(model: Any, optimizer: Any, loss_of: Any, rows: tuple[Any, ...]) -> Any:
    """Compile a function (order, edges) -> sum of the losses of all rows, that corrects ``model`` once a batch."""
    import tensorflow as tf

    variables = model.trainable_variables
    optimizer.build(variables)
    # There is one device and nothing to sum over. Keras's own method registers a custom gradient that TensorFlow never
    # forgets, and with it the whole graph: 4 MB a fit.
    optimizer._all_reduce_sum_gradients = list
    codes, numbers, target, weight = rows

    def correct(batch: Any) -> Any:
        with tf.GradientTape() as tape:
            output = model([tf.gather(codes, batch), tf.gather(numbers, batch)], training=True)
            loss = loss_of(output, tf.gather(target, batch), None if weight is None else tf.gather(weight, batch))
        # An embedding's gradient is dense here, so that Adam's averages move for absent categories as in PyTorch.
        gradients = [tf.convert_to_tensor(gradient) for gradient in tape.gradient(loss, variables)]
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    @tf.function(autograph=False, input_signature=[tf.TensorSpec([None], tf.int32)] * 2)  # type: ignore[untyped-decorator]
    def epoch(order: Any, edges: Any) -> Any:
        def step(index: Any, total: Any) -> tuple[Any, Any]:
            batch = order[edges[index] : edges[index + 1]]
            return index + 1, total + correct(batch) * tf.cast(tf.size(batch), tf.float32)

        last = tf.size(edges) - 1
        return tf.while_loop(lambda i, _: i < last, step, (0, 0.0), parallel_iterations=1)[1]

    return epoch


def _loss_function(model: Any, loss_of: Any, rows: tuple[Any, ...]) -> Any:
    """Compile a function () -> mean loss of ``rows`` without dropout."""
    import tensorflow as tf

    count = int(rows[2].shape[0])
    pieces: list[tuple[Any, ...]] = [
        tuple(None if part is None else part[start : start + WATCH_ROWS] for part in rows)
        for start in range(0, count, WATCH_ROWS)
    ]

    @tf.function(autograph=False)  # type: ignore[untyped-decorator]
    def loss() -> Any:
        total = 0.0
        for codes, numbers, target, weight in pieces:
            part = loss_of(model([codes, numbers], training=False), target, weight)
            total += part * (int(target.shape[0]) / count)
        return total

    return loss


def _mean_squared_error(output: Any, target: Any, weight: Any) -> Any:
    """Return the mean squared error of tensors of equal shape (n_rows, 1)."""
    import tensorflow as tf

    if output.shape[1:] != target.shape[1:]:  # (n, 1) minus (n,) would be (n, n): a loss that runs and ruins the fit
        raise AssertionError(f"outputs {output.shape} against targets {target.shape}")
    squares = tf.square(output - target)
    return tf.reduce_mean(squares if weight is None else squares[:, 0] * weight)


def _cross_entropy(output: Any, target: Any, weight: Any) -> Any:
    """Return the mean cross-entropy, each row times its weight."""
    import tensorflow as tf

    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=output)
    return tf.reduce_mean(losses if weight is None else losses * weight)


def _optimizer(spec: NetworkSpec) -> Any:
    from keras import optimizers

    match spec.optimizer:
        case "adamw":
            return optimizers.AdamW(spec.learning_rate, weight_decay=spec.weight_decay, epsilon=1e-8)
        case "adam":
            return optimizers.Adam(spec.learning_rate, epsilon=1e-8)
        case "sgd":
            return optimizers.SGD(spec.learning_rate, momentum=0.9)


def _tensors(part: TrainingPart) -> tuple[Any, ...]:
    """Return codes, numbers, target and weight (or None) as tensors on the current device."""
    import tensorflow as tf

    arrays = (part.codes, part.numbers, part.target, part.weight)
    return tuple(None if array is None else tf.identity(array) for array in arrays)


def _prepare_tensorflow(threads: int | None) -> None:
    """Set threads and memory growth; both only take effect before TensorFlow's first computation in the process."""
    import keras
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        raise LatheError(
            f"The Keras network needs Keras on TensorFlow. Keras runs on {keras.backend.backend()!r} here.",
            hint="Remove KERAS_BACKEND from the environment, or set it to tensorflow.",
        )
    with suppress(RuntimeError):  # already initialised: the first fit of the process decided
        for gpu in tf.config.list_physical_devices("GPU"):
            tf.config.experimental.set_memory_growth(gpu, True)
        if threads:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(threads)


def _device_name(device: str) -> str:
    import tensorflow as tf

    if device == "cpu":
        return "/CPU:0"
    if not tf.config.list_physical_devices("GPU"):
        raise LatheError(
            f"The device {device} is not available to TensorFlow on this machine.",
            hint="Choose the CPU, or install the CUDA build of TensorFlow.",
            field="device",
        )
    return f"/GPU:{device.rpartition(':')[2]}"


@contextmanager
def open_trainer(job: TrainingJob) -> Iterator[Trainer]:
    """Build the trainer on the job's device; forget Keras's own traces of it afterwards.

    Raises
    ------
    LatheError
        Where the device is not there, or Keras runs on another backend.
    """
    _prepare_tensorflow(job.threads)
    import keras
    import tensorflow as tf

    with tf.device(_device_name(job.device)):
        try:
            yield KerasTrainer(job)
        finally:
            keras.backend.clear_session(free_memory=False)


def build_forward(spec: NetworkSpec, data: DataShape, weights: Weights) -> Forward:
    """Build the network for predicting: float64, on the CPU, without dropout."""
    _prepare_tensorflow(None)
    import tensorflow as tf

    with tf.device("/CPU:0"):
        model = build_model(spec, data, dtype="float64")
        set_weights(model, spec, data, weights)
        outputs = tf.function(
            lambda codes, numbers: model([codes, numbers], training=False), autograph=False
        ).get_concrete_function(
            tf.TensorSpec([None, len(data.levels)], tf.int32), tf.TensorSpec([None, data.n_numeric], tf.float64)
        )

    def forward(codes: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        with tf.device("/CPU:0"):
            output: np.ndarray = outputs(tf.constant(codes), tf.constant(numbers.astype(np.float64))).numpy()
        return output

    return forward


class _KerasNet:
    _open_trainer = staticmethod(open_trainer)
    _build_forward = staticmethod(build_forward)


class KerasNetClassifier(_KerasNet, NetClassifier):
    """Neural network classifier trained by Keras. Parameters and attributes: `NetBase`, `NetClassifier`."""


class KerasNetRegressor(_KerasNet, NetRegressor):
    """Neural network regressor trained by Keras. Parameters and attributes: `NetBase`, `NetRegressor`."""
