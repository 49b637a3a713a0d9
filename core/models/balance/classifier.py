"""A classifier fitted as a plan asks: on sampled or weighted rows, as a bag, repaired, with a threshold."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.utils.validation import check_is_fitted

from core.models.balance.calibrate import Calibrator
from core.models.balance.counts import class_counts
from core.models.balance.sampling import balanced_draw, resample
from core.models.balance.threshold import HALF, best_threshold
from core.models.balance.weights import row_weights
from core.models.progress import listening


class RareClassClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Fits ``model`` with the steps of a plan for rare classes.

    Parameters
    ----------
    model : classifier
        Unfitted; has ``predict_proba``.
    ways : sequence of dict
        ``step`` names the step, the rest are its parameters. Sampling is done in this order.
    positive : str
        The class asked for, in a task of two classes.
    n_codes : int
        The first ``n_codes`` features are category codes.
    seed : int

    Attributes
    ----------
    members_ : list of classifier
        One fitted model; or several, whose probabilities are averaged.
    calibrator_ : Calibrator or None
        Repairs the probabilities; None where they stay as they are.
    moved_threshold_ : float or None
        Rows whose probability of ``positive`` is at least this are called so; None where the likeliest class is.
    classes_ : ndarray of str
    n_features_in_ : int

    Notes
    -----
    The threshold and the repair of probabilities are learned on rows that the model had not seen: the training rows are
    divided again, and sampling happens inside these inner folds, never on the rows that are judged. Without a repair
    probabilities stay as they are; with one, the threshold is one of repaired probabilities.
    """

    def __init__(
        self,
        model: Any = None,
        ways: Sequence[Mapping[str, Any]] = (),
        positive: str = "",
        n_codes: int = 0,
        seed: int = 0,
    ) -> None:
        self.model = model
        self.ways = ways
        self.positive = positive
        self.n_codes = n_codes
        self.seed = seed

    def fit(self, X: Any, y: Any) -> RareClassClassifier:
        """Fit on X of shape (n_rows, n_features) and labels y of shape (n_rows,)."""
        y = np.asarray(y)
        self.classes_ = np.unique(y)
        self.n_features_in_ = X.shape[1]
        unseen = self._unseen(X, y)
        self.calibrator_ = self._calibrator(unseen, y)
        self.moved_threshold_ = self._threshold(unseen, y)
        self.members_ = self._members(X, y)
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        check_is_fitted(self)
        found = _mean_probabilities(self.members_, X)
        return found if self.calibrator_ is None else np.asarray(self.calibrator_.transform(found))

    def predict(self, X: Any) -> np.ndarray:
        """Return the label of each row, shape (n_rows,)."""
        probabilities = self.predict_proba(X)
        labels = np.asarray(self.classes_[probabilities.argmax(axis=1)])
        if self.moved_threshold_ is None or len(self.classes_) != 2:
            return labels
        positive = list(self.classes_).index(self.positive)
        chosen = np.where(probabilities[:, positive] >= self.moved_threshold_, positive, 1 - positive)
        return np.asarray(self.classes_[chosen])

    @property
    def device_(self) -> str:
        """Where the model was trained; absent where it does not say."""
        return str(self.members_[-1].device_)

    def _step(self, key: str) -> Mapping[str, Any] | None:
        return next((step for step in self.ways if step["step"] == key), None)

    def _members(self, X: Any, y: np.ndarray) -> list[Any]:
        X, y = resample(self.ways, X, y, n_codes=self.n_codes, seed=self.seed)
        bag = self._step("balanced_bag")
        if bag is None or len(np.unique(y)) < 2:
            return [self._one(X, y, None)]
        seeds = [self.seed + number for number in range(int(bag["models"]))]
        return [self._one(*balanced_draw(X, y, seed=seed), seed) for seed in seeds]

    def _one(self, X: Any, y: np.ndarray, seed: int | None) -> Any:
        model = clone(self.model)
        if seed is not None and "random_state" in model.get_params(deep=False):
            model.set_params(random_state=seed)
        weigh = self._step("weigh_classes")
        if weigh is None:
            return model.fit(X, y)
        return model.fit(X, y, sample_weight=row_weights(weigh, y, positive=self.positive))

    def _calibrator(self, unseen: np.ndarray | None, y: np.ndarray) -> Calibrator | None:
        step = self._step("calibrate")
        if step is None:
            return None
        if unseen is None:
            _warn("Probabilities were not repaired: a class has fewer than two rows to learn from.")
            return None
        return Calibrator(str(step["method"])).fit(unseen, np.searchsorted(self.classes_, y))

    def _threshold(self, unseen: np.ndarray | None, y: np.ndarray) -> float | None:
        step = self._step("move_threshold")
        if step is None:
            return None
        if step["criterion"] == "fixed":
            return float(step["value"])
        if len(self.classes_) != 2 or unseen is None:
            _warn("The threshold stayed at a half: a class has fewer than two rows to learn from.")
            return HALF
        repaired = unseen if self.calibrator_ is None else self.calibrator_.transform(unseen)
        place = list(self.classes_).index(self.positive)
        return best_threshold(repaired[:, place], y == self.positive, step)

    def _unseen(self, X: Any, y: np.ndarray) -> np.ndarray | None:
        """Return the probabilities of each row from a model that had not seen it.

        None where no step asks for them, or where a class has too few rows.
        """
        asking = [step for step in map(self._step, ("calibrate", "move_threshold")) if step is not None]
        wanted = [int(step["folds"]) for step in asking if step.get("criterion") != "fixed"]
        folds = min([*wanted, *class_counts(y).values()]) if wanted else 0
        if folds < 2 or len(self.classes_) < 2:
            return None
        from sklearn.model_selection import StratifiedKFold

        found = np.empty((len(y), len(self.classes_)))
        split = StratifiedKFold(folds, shuffle=True, random_state=self.seed)
        # Epochs of these inner fits are no part of the curves that the person sees.
        with listening(lambda event: None):
            for fit, test in split.split(_no_columns(y), y):
                found[test] = _mean_probabilities(self._members(X[fit], y[fit]), X[test])
        return found


def _mean_probabilities(members: list[Any], X: Any) -> np.ndarray:
    if len(members) == 1:
        return np.asarray(members[0].predict_proba(X))
    return np.asarray(np.mean([member.predict_proba(X) for member in members], axis=0))


def _warn(sentence: str) -> None:
    warnings.warn(sentence, UserWarning, stacklevel=4)


def _no_columns(y: np.ndarray) -> np.ndarray:
    return np.zeros((len(y), 1))
