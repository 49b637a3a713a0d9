"""CatBoost behind scikit-learn's rules: categories as categories, missing values as they are, rounds told."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.adapters.native_booster import (
    NativeBooster,
    NativeBoosterClassifier,
    NativeBoosterRegressor,
)
from core.models.adapters.rounds import Rounds


class _CatBoost(NativeBooster):
    """Parameters and the library's calls; see `core.models.catboost_trees` for what the parameters mean."""

    def __init__(
        self,
        *,
        n_codes: int = 0,
        rounds: int = 200,
        learning_rate: float = 0.1,
        max_depth: int = 6,
        l2: float = 3.0,
        rows_share: float = 0.8,
        random_strength: float = 1.0,
        class_weight: str | None = None,
        threads: int = 1,
        device: str = "cpu",
        seed: int = 0,
    ) -> None:
        self.n_codes = n_codes
        self.rounds = rounds
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.l2 = l2
        self.rows_share = rows_share
        self.random_strength = random_strength
        self.class_weight = class_weight
        self.threads = threads
        self.device = device
        self.seed = seed

    def _train(
        self, X: np.ndarray, y: np.ndarray, weight: np.ndarray | None, n_classes: int
    ) -> tuple[Any, bytes, str, int]:
        import catboost

        if not n_classes and y.min() == y.max():
            raise LatheError(
                "CatBoost needs a target that varies; all rows to learn from have the same value.",
                hint="Check the target column.",
                field="target",
            )
        grown = catboost.CatBoost(self._settings(n_classes))
        teller = _Teller(self)
        # The library tells its rounds on the CPU only.
        callbacks = None if self.device.startswith("cuda") else [teller]
        try:
            grown.fit(self._pool(X, y, weight), callbacks=callbacks)
        except catboost.CatBoostError as error:
            if teller.raised is None and "constant or ignored" in str(error):
                raise LatheError(
                    "CatBoost needs a column that varies; all prepared columns are constant.",
                    hint="Use other columns, or other preparation steps.",
                ) from error
            raise (teller.raised or error) from error
        if teller.raised is not None:
            raise teller.raised
        device = self.device if grown.get_all_params().get("task_type") == "GPU" else "cpu"
        stored = _bytes_of(grown)
        # Numbers lose their last bit in the file: the model answers from it at once, as it will when it is loaded.
        return self._read(stored), stored, device, int(grown.tree_count_)

    def _settings(self, n_classes: int) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "loss_function": {0: "RMSE", 2: "Logloss"}.get(n_classes, "MultiClass"),
            "iterations": self.rounds,
            "learning_rate": self.learning_rate,
            "depth": self.max_depth,
            "l2_leaf_reg": self.l2,
            "boosting_type": "Plain",
            "bootstrap_type": "Bernoulli",
            "subsample": self.rows_share,
            "random_strength": self.random_strength,
            # Figures of pairs of columns at most, where the library's own goes up to four together: their number, and
            # with it the time of a wide table, grows with each column more. Few levels are asked for one by one.
            "max_ctr_complexity": 2,
            "one_hot_max_size": 10,
            "random_seed": self.seed,
            "thread_count": self.threads,
            "logging_level": "Silent",
            # The library would write its log into the working folder.
            "allow_writing_files": False,
        }
        if self.device.startswith("cuda"):
            settings |= {"task_type": "GPU", "devices": self.device.partition(":")[2] or "0"}
        return settings

    def _pool(self, X: np.ndarray, y: np.ndarray | None = None, weight: np.ndarray | None = None) -> Any:
        import catboost

        codes, numbers = X[:, : self.n_codes], np.ascontiguousarray(X[:, self.n_codes :])
        words = np.nan_to_num(codes, nan=-1.0).astype(np.int32).astype(np.bytes_).astype(object)
        cells = catboost.FeaturesData(
            num_feature_data=numbers if numbers.shape[1] else None,
            cat_feature_data=words if words.shape[1] else None,
        )
        return catboost.Pool(cells, label=y, weight=weight, thread_count=self.threads)

    def _read(self, stored: bytes) -> Any:
        import catboost

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.json"
            path.write_bytes(stored)
            return catboost.CatBoost().load_model(str(path), format="json")

    def _raw(self, native: Any, X: np.ndarray) -> Any:
        kind = "Probability" if hasattr(self, "classes_") else "RawFormulaVal"
        said = native.predict(self._pool(X), prediction_type=kind, thread_count=1)
        return said[:, 1] if said.ndim == 2 and said.shape[1] == 2 else said


class CatBoostClassifier(NativeBoosterClassifier, _CatBoost):
    """CatBoost for classes."""


class CatBoostRegressor(NativeBoosterRegressor, _CatBoost):
    """CatBoost for numbers."""


class _Teller:
    """The library's callback; what the listener raises is kept, since the library would wrap it in words of its own."""

    def __init__(self, model: _CatBoost) -> None:
        self.told = Rounds(model.rounds, learning_rate=model.learning_rate)
        self.raised: BaseException | None = None

    def after_iteration(self, info: Any) -> bool:
        """Tell the round; False ends the fit."""
        try:
            losses = info.metrics["learn"]
            return not self.told.after(info.iteration, lambda: next(iter(losses.values()))[-1])
        except BaseException as error:  # noqa: BLE001 -- raised again as soon as the library has let go
            self.raised = error
            return False


def _bytes_of(grown: Any) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.json"
        grown.save_model(str(path), format="json")
        return path.read_bytes()
