"""The Keras network (on TensorFlow) as scikit-learn estimators. Keras is imported when one is fitted or predicts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import numpy as np

from core.errors import LatheError
from core.models.adapters.graph import Graph
from core.models.adapters.net_base import Forward
from core.models.adapters.net_kinds import NetClassifier, NetRegressor
from core.models.adapters.network_spec import Weights
from core.models.adapters.training import Trainer, TrainingJob


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

    number = device.rpartition(":")[2]
    if device == "cpu":
        return "/CPU:0"
    if int(number) >= len(tf.config.list_physical_devices("GPU")):
        raise LatheError(
            f"The device {device} is not available to TensorFlow on this machine.",
            hint="Choose the CPU, or install the CUDA build of TensorFlow.",
            field="device",
        )
    return f"/GPU:{number}"


@contextmanager
def open_trainer(job: TrainingJob) -> Iterator[Trainer]:
    """Build the trainer on the job's device; forget Keras's own traces of it afterwards.

    Raises
    ------
    LatheError
        Where the device is not there, or Keras runs on another backend.
    MemoryError
        Where the memory of the device is used up, now or in the block.
    """
    _prepare_tensorflow(job.threads)
    import keras
    import tensorflow as tf

    from core.models.adapters.keras_training import KerasTrainer

    with tf.device(_device_name(job.device)):
        try:
            yield KerasTrainer(job)
        except tf.errors.ResourceExhaustedError as error:
            raise MemoryError(error.message) from error
        finally:
            keras.backend.clear_session(free_memory=False)


def build_forward(graph: Graph, weights: Weights) -> Forward:
    """Build the network for predicting: float64, on the CPU, without dropout."""
    _prepare_tensorflow(None)
    import tensorflow as tf

    from core.models.adapters.keras_graph import build_network, input_widths

    n_codes, n_numeric = input_widths(graph)
    with tf.device("/CPU:0"):
        network = build_network(graph, dtype="float64")
        network.set_weights(weights)
        outputs = tf.function(
            lambda codes, numbers: network.model([codes, numbers], training=False), autograph=False
        ).get_concrete_function(tf.TensorSpec([None, n_codes], tf.int32), tf.TensorSpec([None, n_numeric], tf.float64))

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
