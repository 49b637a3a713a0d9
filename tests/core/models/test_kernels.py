"""Support vector machines, Gaussian processes and scikit-learn's network: the library's answers, from plain arrays."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from sklearn.pipeline import Pipeline
from sklearn.svm import SVC, SVR

from core.errors import LatheError
from core.models.adapters.gaussian_process import ProcessClassifier, ProcessRegressor
from core.models.adapters.linear_margin import LinearMarginClassifier
from core.models.adapters.perceptron import PerceptronClassifier, PerceptronRegressor
from core.models.adapters.support_vectors import SupportVectorClassifier, SupportVectorRegressor
from core.models.persistence import pack, unpack
from core.models.progress import EpochEvent, listening
from core.models.stopping import finishing_when


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(90, 3))


@pytest.mark.parametrize("kernel", ["rbf", "poly", "sigmoid", "linear"])
@pytest.mark.parametrize("edges", [[0.2], [-0.5, 0.5], [-1.0, 0.0, 1.0]])
def test_scores_of_a_support_vector_machine_are_the_library_s(rows: np.ndarray, kernel: str, edges: list) -> None:
    y = np.digitize(rows[:, 0] + rows[:, 1] ** 2 / 3, edges)
    ours = SupportVectorClassifier(kernel=kernel).fit(rows, y)
    theirs = SVC(kernel=kernel, gamma="scale", coef0=1.0, max_iter=2_000_000).fit(rows, y)
    scores = ours.decision_function(rows)
    wanted = theirs.decision_function(rows)
    np.testing.assert_allclose(scores[:, 0] if scores.shape[1] == 1 else scores, wanted, atol=1e-8)


def test_values_of_a_support_vector_machine_are_the_library_s(rows: np.ndarray) -> None:
    y = 100 + 7 * rows[:, 0]
    mean, deviation = y.mean(), y.std()
    theirs = SVR(gamma="scale", epsilon=0.1).fit(rows, (y - mean) / deviation).predict(rows) * deviation + mean
    np.testing.assert_allclose(SupportVectorRegressor().fit(rows, y).predict(rows), theirs, rtol=1e-9)


@pytest.mark.parametrize("kind", [SupportVectorClassifier, LinearMarginClassifier])
def test_probabilities_are_calibrated_and_the_same_every_time(kind: type) -> None:
    rng = np.random.default_rng(1)
    X = rng.normal(size=(1500, 2))
    y = np.where(rng.random(1500) < 1 / (1 + np.exp(-2 * X[:, 0])), "yes", "no")
    given = kind().fit(X[:1000], y[:1000]).predict_proba(X[1000:])[:, 1]
    np.testing.assert_array_equal(given, kind().fit(X[:1000], y[:1000]).predict_proba(X[1000:])[:, 1])
    hits = y[1000:] == "yes"
    for low, high in ((0, 0.3), (0.3, 0.7), (0.7, 1)):
        inside = (given >= low) & (given < high)
        assert abs(given[inside].mean() - hits[inside].mean()) < 0.1


@pytest.mark.parametrize("kind", [SupportVectorClassifier, LinearMarginClassifier, ProcessClassifier])
def test_two_rows_of_a_class_are_enough_and_one_class_is_not(kind: type) -> None:
    X = np.array([[1.0, 1.0], [2.0, 2.0], [1.0, -1.0], [2.0, -2.0]])
    model = kind(kernel="linear") if kind is SupportVectorClassifier else kind()
    assert model.fit(X, [0, 0, 1, 1]).predict([[0.0, 2.0]]) == [0]  # the book's example
    with pytest.raises(LatheError, match="two classes"):
        kind().fit(X, ["yes"] * 4)


def test_a_gaussian_process_answers_as_the_library_does(rows: np.ndarray) -> None:
    y = 50 + 10 * np.sin(rows[:, 0])
    ours = ProcessRegressor(length_scale=1.5, noise=0.05).fit(rows, y)
    height, length, noise = ours.kernels_[0]
    kernel = ConstantKernel(height) * RBF(length) + WhiteKernel(noise)
    theirs = GaussianProcessRegressor(kernel, optimizer=None, normalize_y=True, alpha=1e-8).fit(rows, y)
    new = rows[:20] + 0.1
    mean, deviation = theirs.predict(new, return_std=True)
    np.testing.assert_allclose(ours.predict(new), mean, rtol=1e-6)
    np.testing.assert_allclose(ours.predict_std(new), deviation, rtol=1e-5)
    labels = y > 50
    ours = ProcessClassifier(length_scale=1.5).fit(rows, labels)
    height, length, _ = ours.kernels_[0]
    theirs = GaussianProcessClassifier(ConstantKernel(height) * RBF(length), optimizer=None).fit(rows, labels)
    np.testing.assert_allclose(ours.predict_proba(new), theirs.predict_proba(new), atol=0.02)


def test_a_gaussian_process_is_less_sure_far_away_and_its_file_holds_no_square_matrix(rows: np.ndarray) -> None:
    model = ProcessRegressor().fit(rows, rows[:, 0])
    assert model.predict_std(rows[:1] + 100)[0] > 2 * model.predict_std(rows[:1])[0]
    again = unpack(pack(Pipeline([("model", model)])))[-1]
    assert "_factors" not in vars(again)
    np.testing.assert_array_equal(again.predict_std(rows[:9]), model.predict_std(rows[:9]))


def test_a_target_of_any_size_is_learned(rows: np.ndarray) -> None:
    plain = SupportVectorRegressor().fit(rows, rows[:, 0]).predict(rows)
    huge = SupportVectorRegressor().fit(rows, rows[:, 0] * 1e300).predict(rows)
    np.testing.assert_allclose(huge / 1e300, plain, atol=2e-3)


def test_the_network_tells_its_epochs_stops_in_time_and_keeps_the_best(rows: np.ndarray) -> None:
    told: list[EpochEvent] = []
    with listening(told.append):
        model = PerceptronRegressor(epochs=300, patience=3, learning_rate=0.01).fit(rows, rows[:, 0])
    watched = [event.valid_loss for event in told]
    assert len(told) < 300
    assert model.epochs_ == int(np.argmin(watched)) + 1 == len(told) - 3
    assert told[-1].train_loss < told[0].train_loss


def test_the_network_ends_when_asked_and_says_when_it_blows_up(rows: np.ndarray) -> None:
    labels = np.where(rows[:, 0] > 0, "b", "a")
    with finishing_when(lambda: True):
        assert PerceptronClassifier(epochs=50).fit(rows, labels).epochs_ == 1
    with pytest.raises(LatheError, match="NaN"):
        PerceptronRegressor(epochs=20, learning_rate=1e300, layers=2).fit(rows, rows[:, 0])
