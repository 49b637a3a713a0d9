"""Worked examples of the books, with the settings that a person can choose: neighbours, trees, forests, boosting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from core.models.registry import get_model
from core.models.spec import BuildContext
from core.params import validate_params
from core.types import TaskKind

EXAMPLES: dict[str, tuple[str, Mapping[str, Any], list, list, list, str]] = {
    "vehicle of age 7": ("knn", {"n_neighbors": 3}, [[3], [6], [9], [12]], ["0", "0", "1", "1"], [[7]], "0"),
    "a new point": (
        "svm",
        {"kernel": "linear"},
        [[1, 1], [2, 2], [1, -1], [2, -2]],
        ["0", "0", "1", "1"],
        [[0, 2]],
        "0",
    ),
    "five rooms": ("tree", {"min_samples_leaf": 1}, [[2], [4], [6], [8]], ["0", "0", "1", "1"], [[5]], "0"),
    "one defect": (
        "forest",
        {"n_estimators": 10, "min_samples_leaf": 1},
        [[1], [1], [2], [2]],
        ["1", "1", "0", "0"],
        [[1]],
        "1",
    ),
    "between two points": (
        "gradient_boosting",
        {"rounds": 100, "learning_rate": 1.0, "min_samples_leaf": 1},
        [[0, 0], [1, 1], [2, 2], [3, 3]],
        ["0", "1", "1", "0"],
        [[1.5, 1.5]],
        "1",
    ),
}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_comes_out_as_the_book_says(example: str) -> None:
    key, params, X, y, new, answer = EXAMPLES[example]
    spec = get_model(key)
    model = spec.build(validate_params(spec.params, params), BuildContext(task=TaskKind.BINARY))
    assert model.fit(X, y).predict(new).tolist() == [answer]
    if key == "tree":
        assert model.tree_.threshold[0] == 5.0
