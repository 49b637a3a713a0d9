"""Rules of what both frameworks share, or compute alike (``net_parity`` holds Keras to it).

They are checked with PyTorch, the faster one. Scikit-learn's own rules are kept for Keras by a slow test.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.metrics import recall_score, roc_auc_score
from sklearn.utils.estimator_checks import check_estimator

from core.errors import LatheError
from tests.core.models.net_case import LABELS, X, classifier, regressor

NOT_KEPT = {
    "check_sample_weight_equivalence_on_dense_data": "batches are drawn by row: a row twice is not a row of weight two",
}

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


def check_balanced_weights_find_more_of_the_rare_class() -> None:
    table, y = make_classification(1500, 8, n_informative=3, weights=[0.93], class_sep=0.6, flip_y=0.05, random_state=1)
    plain = classifier(epochs=15).fit(table[:1000], y[:1000])
    balanced = clone(plain).set_params(class_weight="balanced").fit(table[:1000], y[:1000])
    rare = [recall_score(y[1000:], model.predict(table[1000:])) for model in (plain, balanced)]
    assert rare[1] > rare[0] + 0.2


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
