"""LightGBM estimators that know which columns are category codes. Imported by workers only, inside the builder."""

from __future__ import annotations

from typing import Any

from lightgbm import LGBMClassifier, LGBMRegressor


class CodedLGBMClassifier(LGBMClassifier):  # type: ignore[misc]
    """LGBMClassifier whose first ``n_codes`` columns are categories; negative codes are missing."""

    def __init__(self, *, n_codes: int = 0, **kwargs: Any) -> None:
        self.n_codes = n_codes
        super().__init__(**kwargs)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> CodedLGBMClassifier:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        super().fit(X, y, sample_weight=sample_weight, categorical_feature=list(range(self.n_codes)))
        return self

    def _process_params(self, stage: str) -> dict[str, Any]:
        return _without_codes(super()._process_params(stage))


class CodedLGBMRegressor(LGBMRegressor):  # type: ignore[misc]
    """LGBMRegressor whose first ``n_codes`` columns are categories; negative codes are missing."""

    def __init__(self, *, n_codes: int = 0, **kwargs: Any) -> None:
        self.n_codes = n_codes
        super().__init__(**kwargs)

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> CodedLGBMRegressor:
        """Fit on X of shape (n_rows, n_features) and y of shape (n_rows,)."""
        super().fit(X, y, sample_weight=sample_weight, categorical_feature=list(range(self.n_codes)))
        return self

    def _process_params(self, stage: str) -> dict[str, Any]:
        return _without_codes(super()._process_params(stage))


def _without_codes(params: dict[str, Any]) -> dict[str, Any]:
    """Drop the one parameter that the library itself does not know."""
    params.pop("n_codes", None)
    return params
