"""LightGBM estimators that know which columns are category codes and tell their rounds. Imported by workers only."""

from __future__ import annotations

from typing import Any

import numpy as np
from lightgbm import Dataset, LGBMClassifier, LGBMRegressor, train
from lightgbm.basic import LightGBMError
from lightgbm.callback import CallbackEnv, EarlyStopException

from core.models.adapters.rounds import Rounds


class _Coded:
    """What both estimators add to the library's own.

    Attributes
    ----------
    device_ : str
        Where the trees were grown: the library refuses a GPU that it cannot use.
    """

    n_codes: int
    device: str

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        given: dict[str, Any] = {
            "sample_weight": sample_weight,
            "categorical_feature": list(range(self.n_codes)),
            "callbacks": [_teller()],
        }
        super().fit(X, y, **given)  # type: ignore[misc]
        self.device_ = self.device
        return self

    def _process_params(self, stage: str) -> dict[str, Any]:
        """Drop what the library itself does not know, and name the device as it does."""
        params: dict[str, Any] = super()._process_params(stage)  # type: ignore[misc]
        params.pop("n_codes", None)
        if params.pop("device", "cpu") != "cpu":
            params["device_type"] = gpu_kind() or "gpu"
            params.pop("force_row_wise", None)
        return params


class CodedLGBMClassifier(_Coded, LGBMClassifier):  # type: ignore[misc]
    """LGBMClassifier whose first ``n_codes`` columns are categories; negative codes are missing."""

    def __init__(self, *, n_codes: int = 0, device: str = "cpu", **kwargs: Any) -> None:
        self.n_codes = n_codes
        self.device = device
        super().__init__(**kwargs)


class CodedLGBMRegressor(_Coded, LGBMRegressor):  # type: ignore[misc]
    """LGBMRegressor whose first ``n_codes`` columns are categories; negative codes are missing."""

    def __init__(self, *, n_codes: int = 0, device: str = "cpu", **kwargs: Any) -> None:
        self.n_codes = n_codes
        self.device = device
        super().__init__(**kwargs)


def gpu_kind() -> str:
    """Return which of the library's two kinds of GPU training works here, by growing one small tree; "" for none."""
    for kind in ("cuda", "gpu"):
        try:
            train(
                {"device_type": kind, "verbosity": -1, "min_data_in_leaf": 1, "min_data_in_bin": 1},
                Dataset(np.arange(8.0).reshape(-1, 1), np.arange(8.0)),
                num_boost_round=1,
            )
        except LightGBMError:
            continue
        return kind
    return ""


def _teller() -> Any:
    """Return the library's callback that tells each round, made for one fit."""
    told: list[Rounds] = []

    def tell(env: CallbackEnv) -> None:
        if not told:
            told.append(Rounds(env.end_iteration, learning_rate=env.params.get("learning_rate")))
        if told[0].after(env.iteration + 1, lambda: env.model.eval_train()[0][2]):
            raise EarlyStopException(env.iteration, [])

    return tell
