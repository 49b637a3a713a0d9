"""What the networks of either framework must do, with the framework's own arithmetic behind it."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading
import warnings
from typing import Any
from unittest import mock

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_regression

from core.errors import LatheError, RunCancelled
from core.models.adapters import resuming
from core.models.checkpoints import keeping
from core.models.progress import listening
from core.models.stopping import finishing_when
from tests.core.models.net_case import LABELS, X, classifier, regressor


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


def check_a_device_that_is_not_there_is_refused() -> None:
    with pytest.raises(LatheError, match="cuda:7 is not available") as caught:
        classifier(device="cuda:7").fit(X, LABELS)
    assert caught.value.field == "device"
    assert classifier(epochs=1).fit(X, LABELS).device_ == "cpu"


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


def check_gpu_trains_there_and_predicts_as_on_the_cpu() -> None:
    model = classifier(epochs=5, dropout=0.0, early_stopping=False, device="cuda:0").fit(X, LABELS)
    assert model.device_ == "cuda:0"
    assert model.gpu_memory_mb_ > 0
    on_cpu = clone(model).set_params(device="cpu").fit(X, LABELS)
    assert np.abs(model.predict_proba(X) - on_cpu.predict_proba(X)).max() < 0.02
    mixed = clone(model).set_params(mixed_precision=True).fit(X, LABELS)
    assert np.abs(model.predict_proba(X) - mixed.predict_proba(X)).max() < 0.1
