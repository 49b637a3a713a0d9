"""What only the networks of Keras must do."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from core.models.adapters.architectures import build_graph
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import DataShape, LearningSpec, NetworkSpec
from core.models.remarks import FitNote
from tests.core.models.net_case import LABELS, X, classifier


def check_keras_forgets_the_graphs_of_a_fit() -> None:
    def graphs() -> int:
        gc.collect()
        return sum(type(item).__name__.endswith("FuncGraph") for item in gc.get_objects())

    def fit_and_predict() -> None:
        classifier(epochs=1).fit(X, LABELS).predict(X)

    fit_and_predict()
    before = graphs()
    for _ in range(3):
        fit_and_predict()
    assert graphs() <= before


def check_keras_predicts_after_another_fit() -> None:
    first = classifier(epochs=1).fit(X, LABELS)
    expected = first.predict_proba(X)
    classifier(epochs=1, random_state=1).fit(X, LABELS)
    assert np.array_equal(first.predict_proba(X), expected)


def check_keras_refuses_a_loss_of_unequal_shapes() -> None:
    import tensorflow as tf

    from core.models.adapters.keras_losses import loss_of

    with pytest.raises(AssertionError, match="outputs"):
        loss_of(LearningSpec(), is_learning=True)(tf.zeros((5, 1)), tf.zeros((5,)), None)


def check_keras_tells_where_memory_is_used_up() -> None:
    import tensorflow as tf

    from core.models.adapters.keras_training import KerasTrainer

    learned, tried = KerasTrainer.train_epoch, []

    def short_of_memory(trainer: Any, order: Any, edges: Any, rates: Any) -> Any:
        tried.append(int(edges[1]))
        if tried[-1] > 40:
            raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating tensor")
        return learned(trainer, order, edges, rates)

    with (
        mock.patch.object(KerasTrainer, "train_epoch", short_of_memory),
        pytest.warns(FitNote, match="trained with 32"),
    ):
        model = classifier(epochs=1, early_stopping=False).fit(X[:64], LABELS[:64])
    assert (tried, model.batch_size_) == ([64, 32], 32)


def check_keras_clips_and_decays() -> None:
    import tensorflow as tf

    from core.models.adapters.keras_optimizers import FlatOptimizer, momentum_rule

    kernel, bias = tf.Variable(tf.ones(3)), tf.Variable(tf.ones(2))
    decay = np.asarray([0.1, 0.1, 0.1, 0, 0], dtype=np.float32)
    plain = momentum_rule(0.0, nesterov=False)
    FlatOptimizer([kernel, bias], plain, 0, decay=decay).apply([tf.zeros(3), tf.zeros(2)], 0.5)
    assert kernel.numpy().tolist() == pytest.approx([0.95] * 3)
    assert bias.numpy().tolist() == [1.0, 1.0]
    clipped = tf.Variable(tf.zeros(4))
    norm = FlatOptimizer([clipped], plain, 0, clip=1.0).apply([tf.fill([4], 5.0)], 1.0)
    assert float(norm) == pytest.approx(10)
    assert float(tf.norm(clipped)) == pytest.approx(1, rel=1e-4)


def check_keras_layers_come_back_from_a_file() -> None:
    import tempfile

    import keras

    from core.models.adapters.keras_graph import build_network

    spec = NetworkSpec("ft_transformer", (8,))
    for chosen in (spec, NetworkSpec("tabm", (8,), members=2)):
        graph = build_graph(chosen, DataShape(8, (3,), 2))
        network = build_network(graph, dtype="float32")
        network.set_weights(initial_weights(graph, seed=0))
        given = [np.ones((5, 1), dtype=np.int32), X[:5].astype(np.float32)]
        with tempfile.TemporaryDirectory() as folder:
            network.model.save(Path(folder) / "network.keras")
            again = keras.saving.load_model(Path(folder) / "network.keras")
        assert np.array_equal(again(given), network.model(given))
