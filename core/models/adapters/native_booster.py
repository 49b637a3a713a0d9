"""What estimators around XGBoost and CatBoost share: classes, weights, the target's scale, the stored bytes.

The library's own file form is kept as an array of bytes, so that a stored model holds nothing of the library itself.
It is read at the first prediction.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils.class_weight import compute_sample_weight
from sklearn.utils.validation import check_is_fitted, validate_data

from core.models.adapters.targets import from_unit, learn_classes, learn_scale, to_unit

_LARGEST = 3e38
"""Both libraries compute in single precision."""


class NativeBooster(BaseEstimator):  # type: ignore[misc]
    """Base of the estimators; the subclass of a library gives `_train`, `_read` and `_raw`.

    Attributes
    ----------
    model_ : uint8 ndarray
        The library's own file form.
    device_ : str
        Where the trees were really grown: "cpu" or "cuda:0".
    rounds_ : int
        Rounds that were done.
    """

    n_codes: int
    model_: np.ndarray
    class_weight: str | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Leave out the library's own object: `model_` holds it as bytes."""
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name != "_native"}

    def _numbers(self, X: Any) -> np.ndarray:
        """Return float32 cells: category codes first, missing ones NaN."""
        cells = np.asarray(X, dtype=np.float64).clip(-_LARGEST, _LARGEST).astype(np.float32)
        codes = cells[:, : self.n_codes]
        codes[codes < 0] = np.nan
        return cells

    def _checked(self, X: Any, y: Any = None) -> Any:
        """Return checked rows, or rows and target while fitting."""
        if y is None:
            check_is_fitted(self)
            return validate_data(self, X, dtype=np.float64, ensure_all_finite="allow-nan", reset=False)
        return validate_data(self, X, y, dtype=np.float64, ensure_all_finite="allow-nan", ensure_min_samples=2)

    def _raw_of(self, X: Any) -> np.ndarray:
        """Return what the library says of each row."""
        if not hasattr(self, "_native"):
            self._native = self._read(self.model_.tobytes())
        return np.asarray(self._raw(self._native, self._numbers(self._checked(X))), dtype=np.float64)

    def _keep(self, trained: tuple[Any, bytes, str, int]) -> None:
        self._native, stored, self.device_, self.rounds_ = trained
        self._native, stored, self.device_, self.rounds_ = trained
        self.model_ = np.frombuffer(stored, dtype=np.uint8)

    def _train(
        self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None, n_classes: int
    ) -> tuple[Any, bytes, str, int]:
        """Return the library's model, its bytes, the device and the rounds done; ``n_classes`` 0: a number."""
        raise NotImplementedError

    def _read(self, stored: bytes) -> Any:
        raise NotImplementedError

    def _raw(self, native: Any, X: np.ndarray) -> Any:
        raise NotImplementedError


class NativeBoosterClassifier(ClassifierMixin, NativeBooster):  # type: ignore[misc]
    """What the classifiers of both libraries share."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NativeBoosterClassifier:
        """Fit on X of shape (n_rows, n_features), NaN allowed, and labels y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        self.classes_, places = learn_classes(y)
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        if self.class_weight:
            weight = compute_sample_weight(self.class_weight, places) * (1.0 if weight is None else weight)
        self._keep(self._train(self._numbers(X), places, weight, len(self.classes_)))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return the probability of each class, shape (n_rows, n_classes)."""
        raw = self._raw_of(X)
        return np.column_stack([1 - raw, raw]) if raw.ndim == 1 else raw / raw.sum(axis=1, keepdims=True)

    def predict(self, X: Any) -> np.ndarray:
        """Return the likeliest class of each row."""
        return np.asarray(self.classes_[self.predict_proba(X).argmax(axis=1)])


class NativeBoosterRegressor(RegressorMixin, NativeBooster):  # type: ignore[misc]
    """What the regressors of both libraries share. They learn the standardised target."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> NativeBoosterRegressor:
        """Fit on X of shape (n_rows, n_features), NaN allowed, and numbers y of shape (n_rows,)."""
        X, y = self._checked(X, y)
        y = np.asarray(y, dtype=np.float64)
        self.scale_ = learn_scale(y)
        weight = None if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        self._keep(self._train(self._numbers(X), to_unit(y, self.scale_), weight, 0))
        return self

    def predict(self, X: Any) -> np.ndarray:
        """Return the number of each row, shape (n_rows,)."""
        return from_unit(self._raw_of(X), self.scale_)
