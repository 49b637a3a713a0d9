"""What both networks must do, as one check a rule, run in a process of the framework's own.

TensorFlow and PyTorch never train in one process, so the tests start this program and read its answer:

    python -m tests.core.models.net_checks torch|keras GROUP FOLDER

It writes ``<framework>-<group>.json`` (check -> traceback, empty where it passed).
"""

from __future__ import annotations

import copy
import gc
import inspect
import json
import pickle
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification, make_regression
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.utils.estimator_checks import check_estimator

from core.errors import LatheError, RunCancelled
from core.models.adapters import resuming
from core.models.adapters.architectures import build_graph
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import DataShape, LearningSpec, NetworkSpec
from core.models.adapters.parts import TrainingPart
from core.models.adapters.training import TrainingJob
from core.models.checkpoints import keeping
from core.models.progress import listening
from core.models.remarks import FitNote
from core.models.stopping import finishing_when

FRAMEWORK = sys.argv[1] if __name__ == "__main__" else ""
X, Y = make_classification(600, 8, n_informative=5, random_state=0)
LABELS = np.asarray(["no", "yes"], dtype=object)[Y]
SMALL: dict[str, Any] = {"width": 16, "batch_size": 64}
NOT_KEPT = {
    "check_sample_weight_equivalence_on_dense_data": "batches are drawn by row: a row twice is not a row of weight two",
}


def module() -> Any:
    """Return the adapter module of this process's framework."""
    if FRAMEWORK == "torch":
        from core.models.adapters import torch_net as adapter
    else:
        from core.models.adapters import keras_net as adapter  # type: ignore[no-redef]
    return adapter


def classifier(**params: Any) -> Any:
    return getattr(module(), f"{FRAMEWORK.title()}NetClassifier")(**{**SMALL, **params})


def regressor(**params: Any) -> Any:
    return getattr(module(), f"{FRAMEWORK.title()}NetRegressor")(**{**SMALL, **params})


def check_clone_keeps_every_parameter() -> None:
    for make in (classifier, regressor):
        values = {name: object() for name in inspect.signature(type(make())).parameters}
        model = make(**values)
        assert all(model.get_params()[name] is value for name, value in values.items())
        real = make(epochs=33, dropout=0.25, random_state=7)
        assert clone(real).get_params() == real.get_params()


def check_the_asked_epochs_run_and_are_told() -> None:
    told: list[Any] = []
    with listening(told.append):
        model = clone(classifier(epochs=7, early_stopping=False)).fit(X, LABELS)
    assert [row["epoch"] for row in model.history_] == list(range(1, 8))
    assert [(event.epoch, event.epochs, event.train_loss) for event in told] == [
        (row["epoch"], 7, row["train_loss"]) for row in model.history_
    ]
    assert all(row["valid_loss"] is None for row in model.history_)
    assert model.history_[-1]["train_loss"] < model.history_[0]["train_loss"] * 0.8
    assert model.best_epoch_ == 7


def check_early_stopping_keeps_the_best_epoch() -> None:
    noise = np.random.default_rng(0).integers(0, 2, len(X))
    model = classifier(width=64, epochs=80, patience=4, learning_rate=0.01, batch_norm=True).fit(X, noise)
    losses = [row["valid_loss"] for row in model.history_]
    assert len(losses) == model.best_epoch_ + 4 < 80
    assert losses[model.best_epoch_ - 1] == min(losses) < losses[-1]
    shorter = clone(model).set_params(epochs=model.best_epoch_).fit(X, noise)
    assert all(np.array_equal(model.weights_[name], shorter.weights_[name]) for name in model.weights_)


def check_regression_with_a_flat_target_learns() -> None:
    table, y = make_regression(600, 6, n_informative=4, noise=3.0, random_state=0)
    y = 1000 * y + 50_000
    model = regressor(width=64, learning_rate=0.01, batch_size=32).fit(table[:450], y[:450])
    assert model.predict(table[450:]).shape == (150,)
    assert model.score(table[450:], y[450:]) > 0.9
    assert np.isfinite(regressor(epochs=2).fit(table, np.full(600, 3.0)).predict(table)).all()


def check_balanced_weights_find_more_of_the_rare_class() -> None:
    table, y = make_classification(1500, 8, n_informative=3, weights=[0.93], class_sep=0.6, flip_y=0.05, random_state=1)
    plain = classifier(epochs=15).fit(table[:1000], y[:1000])
    balanced = clone(plain).set_params(class_weight="balanced").fit(table[:1000], y[:1000])
    rare = [recall_score(y[1000:], model.predict(table[1000:])) for model in (plain, balanced)]
    assert rare[1] > rare[0] + 0.2


def check_same_seed_same_predictions() -> None:
    first, again, other = (
        classifier(epochs=4, threads=1, random_state=seed).fit(X, LABELS).predict_proba(X) for seed in (3, 3, 4)
    )
    assert np.array_equal(first, again)
    assert not np.allclose(first, other, atol=1e-3)


def check_probabilities_do_not_depend_on_the_batch() -> None:
    three = np.asarray(["a", "b", "c"], dtype=object)[(X[:, 0] > 0).astype(int) + (X[:, 1] > 0)]
    model = classifier(epochs=4, batch_norm=True).fit(X, three)
    batch = model.predict_proba(X)
    assert batch.dtype == np.float64
    assert np.abs(batch.sum(axis=1) - 1).max() < 1e-12
    assert np.abs(model.predict_proba(X[5:6]) - batch[5:6]).max() < 1e-9
    assert list(model.classes_) == ["a", "b", "c"]
    assert (model.predict(X) == model.classes_[batch.argmax(axis=1)]).all()


def check_state_is_plain_and_comes_back_equal() -> None:
    from skops.io import dumps, get_untrusted_types, loads

    codes = np.column_stack([np.arange(600) % 5, X])
    for model in (
        classifier(epochs=2, n_codes=1).fit(codes, LABELS),
        regressor(epochs=2, n_codes=1).fit(codes, X[:, 0]),
    ):
        expected = model.predict(codes)
        assert "_cache" not in model.__getstate__()
        assert all(type(w) is np.ndarray and w.dtype == np.float32 for w in model.weights_.values())
        data = dumps(model)
        foreign = get_untrusted_types(data=data)
        assert set(foreign) <= {f"{type(model).__module__}.{type(model).__name__}", "numpy.dtype"}
        twins = (loads(data, trusted=foreign), pickle.loads(pickle.dumps(model)), copy.deepcopy(model))
        assert all(np.array_equal(twin.predict(codes), expected) for twin in twins)


def check_stop_passes_through_and_leaves_nothing() -> None:
    def stop(event: Any) -> None:
        if event.epoch == 2:
            raise RunCancelled

    classifier(epochs=1).fit(X, LABELS)
    before = set(threading.enumerate())
    model = classifier(epochs=500)
    with listening(stop), pytest.raises(RunCancelled):
        model.fit(X, LABELS)
    assert set(threading.enumerate()) == before
    assert not hasattr(model, "weights_")
    assert len(model.set_params(epochs=2).fit(X, LABELS).history_) == 2


def check_a_loss_that_is_not_a_number_is_told_with_its_remedy() -> None:
    with pytest.raises(LatheError, match=r"The loss became NaN in epoch \d") as caught:
        regressor(optimizer="sgd", learning_rate=1e6, epochs=9).fit(X, X[:, 0])
    assert "lower learning rate" in caught.value.hint
    assert caught.value.field == "learning_rate"


def check_categories_are_learned_and_unseen_ones_predicted() -> None:
    codes = np.random.default_rng(0).integers(0, 12, (800, 1)).astype(float)
    effect = np.random.default_rng(1).normal(size=12)
    model = regressor(n_codes=1, learning_rate=0.01, epochs=40).fit(codes, effect[codes[:, 0].astype(int)])
    assert model.levels_.tolist() == [12]
    assert np.abs(model.predict(np.arange(12.0)[:, None]) - effect).max() < 0.3
    unseen = model.predict([[-1.0], [12.0], [500.0]])
    assert effect.min() < unseen[0] < effect.max()
    assert (unseen == unseen[0]).all()


def check_every_kind_of_layer_trains() -> None:
    codes = np.column_stack([np.arange(600) % 3, X])
    for choice in (
        {"activation": "gelu", "optimizer": "adam"},
        {"activation": "silu", "optimizer": "sgd", "learning_rate": 0.05},
        {"activation": "tanh", "batch_norm": True, "shape": "halving", "layers": 3, "dropout": 0.0},
        {"embedding_width": 1, "layers": 1, "dropout": 0.5, "batch_size": 599, "batch_norm": True},
    ):
        model = classifier(epochs=3, n_codes=1, early_stopping=False, **choice).fit(codes, LABELS)
        losses = [row["train_loss"] for row in model.history_]
        assert losses[-1] < losses[0], choice


def check_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(LatheError, match="cuda:7 is not available") as caught:
        classifier(device="cuda:7").fit(X, LABELS)
    assert caught.value.field == "device"
    assert classifier(epochs=1).fit(X, LABELS).device_ == "cpu"


def check_weights_of_rows_count() -> None:
    plain = classifier().fit(X, LABELS).predict_proba(X)[:, 1].mean()
    heavy = np.where(LABELS == "yes", 20.0, 1.0)
    weighted = classifier().fit(X, LABELS, sample_weight=heavy).predict_proba(X)[:, 1].mean()
    assert weighted > plain + 0.1
    np.testing.assert_array_equal(
        classifier().fit(X, LABELS, sample_weight=np.full(len(X), 3.0)).predict_proba(X),
        classifier().fit(X, LABELS, sample_weight=np.ones(len(X))).predict_proba(X),
    )


def check_estimator_of_scikit_learn() -> None:
    for make in (classifier, regressor):
        check_estimator(type(make())(epochs=25, learning_rate=0.01), on_skip=None, expected_failed_checks=NOT_KEPT)


TINY: dict[str, dict[str, Any]] = {
    "resnet": {"blocks": 1, "block_width": 16},
    "realmlp": {"blocks": 2, "block_width": 16},
    "ft_transformer": {"blocks": 1, "block_width": 16, "learning_rate": 0.003},
    "tabm": {"blocks": 1, "block_width": 16, "members": 4},
    "wide_deep": {"learning_rate": 0.01},
    "layers": {
        "own_layers": "numeric embedding 4\ndense 16 gelu\nlayer norm\nresidual 8 relu 0.1",
        "learning_rate": 0.01,
    },
}


def check_every_architecture_learns() -> None:
    from skops.io import dumps, get_untrusted_types, loads

    codes = np.column_stack([np.arange(300) % 3, X[:300]])
    for architecture, sizes in TINY.items():
        model = classifier(architecture=architecture, n_codes=1, epochs=12, batch_size=32, **sizes)
        model.fit(codes[:200], LABELS[:200])
        given = model.predict_proba(codes[200:])
        assert roc_auc_score(LABELS[200:300] == "yes", given[:, 1]) > 0.75, architecture
        assert np.abs(model.predict_proba(codes[205:206]) - given[5:6]).max() < 1e-9, architecture
        assert np.abs(given.sum(axis=1) - 1).max() < 1e-12
        stored = dumps(model)
        again = loads(stored, trusted=get_untrusted_types(data=stored))
        assert np.array_equal(again.predict_proba(codes[200:]), given)
        assert {row["gradient_norm"] is not None for row in model.history_} == {True}


def check_tokens_and_members_predict_numbers() -> None:
    codes = np.column_stack([np.arange(300) % 3, X[:300]])
    target = 50 * X[:300, 0] + 10 * codes[:, 0]
    for architecture in ("ft_transformer", "tabm"):
        model = regressor(architecture=architecture, n_codes=1, epochs=30, batch_size=32, **TINY[architecture])
        assert model.fit(codes[:200], target[:200]).score(codes[200:], target[200:]) > 0.6, architecture


def check_rows_that_cannot_be_written_to_are_taken_without_a_warning() -> None:
    shared = X.astype(np.float32)
    shared.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        classifier(epochs=1, early_stopping=False).fit(shared, LABELS).predict(shared)


class Kept:
    """Checkpoints in memory."""

    def __init__(self) -> None:
        self.state: dict[str, np.ndarray] | None = None
        self.saves = 0

    def load(self) -> dict[str, np.ndarray] | None:
        return self.state

    def save(self, state: dict[str, np.ndarray]) -> None:
        self.state = {name: np.array(array) for name, array in state.items()}
        self.saves += 1


def check_training_goes_on_where_it_stood() -> None:
    def stop(event: Any) -> None:
        if event.epoch == 3:
            raise RunCancelled

    always = 1e9
    for choice in ({}, {"optimizer": "sgd", "schedule": "plateau", "early_stopping": False, "batch_norm": True}):
        model, kept, told = classifier(epochs=5, **choice), Kept(), []
        whole = clone(model).fit(X, LABELS)
        with mock.patch.object(resuming, "SHARE_OF_TIME", always), keeping(kept):
            with listening(stop), pytest.raises(RunCancelled):
                clone(model).fit(X, LABELS)
            assert kept.saves == 3
            with listening(told.append):
                again = clone(model).fit(X, LABELS)
        assert [event.epoch for event in told] == [4, 5]
        assert again.history_ == whole.history_
        assert again.best_epoch_ == whole.best_epoch_
        assert all(np.array_equal(again.weights_[name], whole.weights_[name]) for name in whole.weights_)
    with keeping(kept):
        other = clone(model).set_params(epochs=1, random_state=9).fit(X, LABELS)
    assert len(other.history_) == 1


def check_asked_to_end_it_keeps_the_best_epoch() -> None:
    told: list[Any] = []
    with listening(told.append), finishing_when(lambda: len(told) == 2):
        model = classifier(epochs=50).fit(X, LABELS)
    assert len(model.history_) == 2
    assert model.ended_early_
    assert np.isfinite(model.predict_proba(X)).all()
    assert not classifier(epochs=2).fit(X, LABELS).ended_early_


def check_losses_aim_at_what_they_say() -> None:
    rng = np.random.default_rng(0)
    table = rng.integers(0, 2, (800, 1)).astype(float)
    skewed = table[:, 0] + rng.exponential(1.0, 800)
    wanted = {
        "mse": skewed.mean(),
        "mae": np.median(skewed),
        "huber": (skewed.mean() + np.median(skewed)) / 2,
        "quantile": np.quantile(skewed, 0.9),
    }
    for loss, value in wanted.items():
        model = regressor(loss=loss, quantile=0.9, epochs=40, learning_rate=0.01, early_stopping=False, dropout=0.0)
        assert abs(model.fit(np.zeros((800, 1)), skewed).predict([[0.0]])[0] - value) < 0.25, loss
    counts = rng.poisson(np.where(table[:, 0] > 0, 900.0, 30.0))
    model = regressor(loss="poisson", epochs=40, learning_rate=0.01).fit(table, counts)
    np.testing.assert_allclose(model.predict([[0.0], [1.0]]), [30, 900], rtol=0.1)
    assert np.isfinite(model.predict([[1e12]])).all()
    with pytest.raises(LatheError, match="zero or more") as caught:
        regressor(loss="poisson").fit(table, counts - 100.0)
    assert caught.value.field == "loss"


def check_targets_of_any_size_are_learned() -> None:
    for scale in (1e-300, 1e300):
        model = regressor(epochs=20, learning_rate=0.01).fit(X, scale * X[:, 0])
        assert np.corrcoef(model.predict(X) / scale, X[:, 0])[0, 1] > 0.9


def check_torch_tensors_follow_the_device() -> None:
    import torch

    data = DataShape(8, (3,), 2)
    spec = NetworkSpec(hidden=(4,), batch_norm=True)
    graph = build_graph(spec, data)
    codes = np.ones((600, 1), dtype=np.int32)
    part = TrainingPart(codes, X.astype(np.float32), Y.astype(np.int32), np.ones(600, dtype=np.float32))
    learning = LearningSpec(loss="cross_entropy")
    job = TrainingJob(spec, learning, graph, data, initial_weights(graph, seed=0), part, part, 0, "meta", None)
    with module().open_trainer(job) as trainer:
        network = trainer.network
        tensors = [*network.arrays.values(), *trainer.learn, *trainer.watch]
        tensors.append(network(trainer.learn[0], trainer.learn[1]))
        assert {tensor.device.type for tensor in tensors} == {"meta"}
        assert trainer.device == "meta"
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    classifier(epochs=1, threads=threads + 1).fit(X, LABELS)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def check_torch_tells_where_memory_is_used_up() -> None:
    import torch

    class Forgetful(type(classifier())):  # type: ignore[misc]
        tried: ClassVar[list[int]] = []

        @staticmethod
        @contextmanager
        def _open_trainer(job: TrainingJob) -> Iterator[Any]:
            with module().open_trainer(job) as trainer:
                Forgetful.tried.append(job.learning.batch_size)
                if job.learning.batch_size > Forgetful.room:
                    raise torch.OutOfMemoryError("CUDA out of memory.")
                yield trainer

        room = 64

    with pytest.warns(FitNote, match="128 rows in a batch; it was trained with 64"):
        model = Forgetful(epochs=2, batch_size=128).fit(X, LABELS)
    assert (Forgetful.tried, model.batch_size_) == ([128, 64], 64)
    Forgetful.room = 1
    with pytest.warns(FitNote), pytest.raises(LatheError, match="used up") as caught:
        Forgetful(epochs=2, batch_size=128).fit(X, LABELS)
    assert Forgetful.tried[2:] == [128, 64, 32]
    assert caught.value.field == "batch_size"


def check_torch_losses_are_as_declared() -> None:
    import torch

    from core.models.adapters.torch_losses import loss_of

    rng = np.random.default_rng(0)
    z, y, weight = rng.normal(size=(50, 1)), rng.exponential(size=(50, 1)), rng.uniform(0.5, 2, 50)
    d = np.abs(z - y)
    numbers = {
        "mse": d**2,
        "mae": d,
        "huber": np.where(d <= 0.7, d**2 / 2, 0.7 * (d - 0.35)),
        "quantile": np.maximum(0.8 * (y - z), -0.2 * (y - z)),
        "poisson": np.exp(z) - y * z,
    }
    tensors = [torch.from_numpy(part.astype(np.float32)) for part in (z, y, weight)]
    for loss, rows in numbers.items():
        found = loss_of(LearningSpec(loss=loss, huber_delta=0.7, quantile=0.8), is_learning=True)  # type: ignore[arg-type]
        assert float(found(tensors[0], tensors[1], None)) == pytest.approx(rows.mean(), rel=1e-5), loss
        assert float(found(*tensors)) == pytest.approx((rows[:, 0] * weight).mean(), rel=1e-5), loss
    z, y = rng.normal(size=(50, 3)), rng.integers(0, 3, 50)
    logs = z - np.log(np.exp(z).sum(1, keepdims=True))
    hit = logs[np.arange(50), y]
    classes = {
        ("cross_entropy", 0.0): -hit,
        ("cross_entropy", 0.2): -0.8 * hit - 0.2 * logs.mean(1),
        ("focal", 0.0): -((1 - np.exp(hit)) ** 1.5) * hit,
    }
    for (loss, smoothing), rows in classes.items():
        spec = LearningSpec(loss=loss, label_smoothing=smoothing, focal_gamma=1.5)  # type: ignore[arg-type]
        output, target = torch.from_numpy(z.astype(np.float32)), torch.from_numpy(y)
        assert float(loss_of(spec, is_learning=True)(output, target, None)) == pytest.approx(rows.mean(), rel=1e-5)
        members = output[:, None].expand(-1, 4, -1)
        weighted = float(loss_of(spec, is_learning=True)(members, target, tensors[2]))
        assert weighted == pytest.approx((rows * weight).mean(), rel=1e-5)
        watched = float(loss_of(spec, is_learning=False)(output, target, None))
        assert bool(watched == pytest.approx(rows.mean(), rel=1e-5)) is (smoothing == 0)


def check_torch_clips_and_decays() -> None:
    import torch

    from core.models.adapters.torch_optimizers import Corrections

    for optimizer in ("adamw", "sgd", "rmsprop"):
        learned = {name: torch.ones(3, requires_grad=True) for name in ("a/kernel", "a/bias")}
        spec = LearningSpec(optimizer=optimizer, weight_decay=0.1, decay_all=False)  # type: ignore[arg-type]
        corrections = Corrections(spec, learned)
        for tensor in learned.values():
            tensor.grad = torch.zeros(3)
        corrections.step(0.5)
        assert learned["a/kernel"].tolist() == pytest.approx([0.95] * 3)
        assert learned["a/bias"].tolist() == [1.0] * 3
    tensor = torch.ones(4, requires_grad=True)
    tensor.grad = torch.full((4,), 5.0)
    assert float(Corrections(LearningSpec(clip_norm=1.0), {"a/kernel": tensor}).norm()) == pytest.approx(10)
    assert float(tensor.grad.norm()) == pytest.approx(1, rel=1e-4)


def check_torch_refuses_a_loss_of_unequal_shapes() -> None:
    import torch

    from core.models.adapters.torch_losses import loss_of

    with pytest.raises(AssertionError, match="outputs"):
        loss_of(LearningSpec(), is_learning=True)(torch.zeros(5, 1), torch.zeros(5), None)


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


def check_gpu_trains_there_and_predicts_as_on_the_cpu() -> None:
    model = classifier(epochs=5, dropout=0.0, early_stopping=False, device="cuda:0").fit(X, LABELS)
    assert model.device_ == "cuda:0"
    assert model.gpu_memory_mb_ > 0
    on_cpu = clone(model).set_params(device="cpu").fit(X, LABELS)
    assert np.abs(model.predict_proba(X) - on_cpu.predict_proba(X)).max() < 0.02
    mixed = clone(model).set_params(mixed_precision=True).fit(X, LABELS)
    assert np.abs(model.predict_proba(X) - mixed.predict_proba(X)).max() < 0.1


ONCE = {
    "check_balanced_weights_find_more_of_the_rare_class",
    "check_categories_are_learned_and_unseen_ones_predicted",
    "check_estimator_of_scikit_learn",
    "check_every_architecture_learns",
    "check_every_kind_of_layer_trains",
    "check_losses_aim_at_what_they_say",
    "check_targets_of_any_size_are_learned",
    "check_tokens_and_members_predict_numbers",
    "check_weights_of_rows_count",
}
"""Rules of what both frameworks share, or compute alike (``net_parity`` holds Keras to it): checked with PyTorch, the
faster one. Scikit-learn's own rules are kept for Keras by a slow test."""


def names(framework: str, group: str = "common") -> list[str]:
    """Return the checks of a group: "common" (with the framework's own), "estimator" or "gpu"."""
    checks = [name for name in globals() if name.startswith("check_") and inspect.isfunction(globals()[name])]
    checks = [name for name in checks if globals()[name].__module__ == __name__]
    special = {"estimator": ["check_estimator_of_scikit_learn"], "gpu": []}
    special["gpu"] = [name for name in checks if name.startswith("check_gpu")]
    if group in special:
        return special[group]
    other = "check_keras" if framework == "torch" else "check_torch"
    left = ONCE if framework == "keras" else set()
    return [name for name in checks if name not in special["gpu"] and name not in left and not name.startswith(other)]


def main(framework: str, group: str, folder: Path) -> None:
    """Run the checks of ``group`` and write their answers."""
    answers: dict[str, str] = {}
    work: dict[str, Callable[[], None]] = {name: globals()[name] for name in names(framework, group)}
    for name, check in work.items():
        try:
            check()
            answers[name] = ""
        except BaseException:  # noqa: BLE001 -- the answer is read by the test
            answers[name] = traceback.format_exc()
    (folder / f"{framework}-{group}.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
