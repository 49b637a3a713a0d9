"""XGBoost behind scikit-learn's rules: categories as categories, missing values as they are, rounds told."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from core.models.adapters.native_booster import (
    NativeBooster,
    NativeBoosterClassifier,
    NativeBoosterRegressor,
)
from core.models.adapters.rounds import Rounds


class _XGBoost(NativeBooster):
    """Parameters and the library's calls; see `core.models.xgboost_trees` for what the parameters mean."""

    def __init__(
        self,
        *,
        n_codes: int = 0,
        rounds: int = 200,
        learning_rate: float = 0.05,
        max_depth: int = 4,
        min_child_weight: float = 1.0,
        rows_share: float = 1.0,
        columns_share: float = 1.0,
        l2: float = 1.0,
        class_weight: str | None = None,
        threads: int = 1,
        device: str = "cpu",
        seed: int = 0,
    ) -> None:
        self.n_codes = n_codes
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.min_child_weight = min_child_weight
        self.rows_share = rows_share
        self.columns_share = columns_share
        self.l2 = l2
        self.class_weight = class_weight
        self.threads = threads
        self.device = device
        self.seed = seed

    def _train(
        self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None, n_classes: int
    ) -> tuple[Any, bytes, str, int]:
        import xgboost

        rows = xgboost.QuantileDMatrix(
            X, label=y, weight=weight, feature_types=self._types(X), enable_categorical=True, nthread=self.threads
        )
        settings = self._settings(n_classes)
        grown = xgboost.train(settings, rows, self.rounds, callbacks=[_teller(xgboost, rows, self)], verbose_eval=False)
        stored = bytes(grown.save_raw("json"))
        return grown, stored, _device_of(xgboost, grown), grown.num_boosted_rounds()

    def _settings(self, n_classes: int) -> dict[str, Any]:
        objective = {0: "reg:squarederror", 2: "binary:logistic"}.get(n_classes, "multi:softprob")
        settings: dict[str, Any] = {
            "objective": objective,
            "tree_method": "hist",
            "learning_rate": self.learning_rate,
            "max_depth": self.max_depth,
            "min_child_weight": self.min_child_weight,
            "subsample": self.rows_share,
            "colsample_bynode": self.columns_share,
            "lambda": self.l2,
            "nthread": self.threads,
            "seed": self.seed,
            "device": self.device,
            "verbosity": 0,
        }
        return {**settings, "num_class": n_classes} if n_classes > 2 else settings

    def _types(self, X: np.ndarray) -> list[str]:
        return ["c"] * self.n_codes + ["q"] * (X.shape[1] - self.n_codes)

    def _read(self, stored: bytes) -> Any:
        import xgboost

        grown = xgboost.Booster({"nthread": 1})
        grown.load_model(bytearray(stored))
        return grown

    def _raw(self, native: Any, X: np.ndarray) -> Any:
        import xgboost

        rows = xgboost.DMatrix(X, feature_types=self._types(X), enable_categorical=True, nthread=1)
        return native.predict(rows)


class XGBoostClassifier(NativeBoosterClassifier, _XGBoost):
    """XGBoost for classes."""


class XGBoostRegressor(NativeBoosterRegressor, _XGBoost):
    """XGBoost for numbers."""


def _device_of(xgboost: Any, grown: Any) -> str:
    """Return where the library says it worked: asked for a GPU that it cannot use, it takes the CPU."""
    if not xgboost.build_info().get("USE_CUDA"):
        return "cpu"
    return str(json.loads(grown.save_config())["learner"]["generic_param"]["device"])


def _teller(xgboost: Any, rows: Any, model: _XGBoost) -> Any:
    """Return the library's callback that tells each round; made here since its base class is the library's."""
    told = Rounds(model.rounds, learning_rate=model.learning_rate)

    class Teller(xgboost.callback.TrainingCallback):  # type: ignore[misc]
        def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
            return told.after(epoch + 1, lambda: float(model.eval(rows, "learned", epoch).rpartition(":")[2]))

    return Teller()
