"""AdaBoost that says in words why no small tree could be used."""

from __future__ import annotations

from typing import Any

from sklearn.ensemble import AdaBoostClassifier

from core.errors import LatheError


class WordedAdaBoostClassifier(AdaBoostClassifier):  # type: ignore[misc]
    """`AdaBoostClassifier` whose refusal of a table that cannot be learned has a remedy."""

    def _boost(self, iboost: int, X: Any, y: Any, sample_weight: Any, random_state: Any) -> Any:
        try:
            return super()._boost(iboost, X, y, sample_weight, random_state)
        except ValueError as error:
            if "worse than random" not in str(error):
                raise
            raise LatheError(
                "AdaBoost needs a small tree that is better than guessing; on these columns there is none.",
                hint="Allow more questions in a row, or use columns that tell something about the target.",
                field="max_depth",
            ) from error
