"""The review queue: wrong labels that were planted, numbers that were falsified, rows on both sides of a division."""

from __future__ import annotations

import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.evaluate.judged import Judged
from core.evaluate.review import doubtful_labels, doubtful_numbers
from core.evaluate.twins import as_numbers, equal_rows, near_rows, nearest
from core.types import ColumnKind, StorageType


def number(name: str) -> ColumnSchema:
    return ColumnSchema(name=name, storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC)


def judged(truth: np.ndarray, prediction: np.ndarray, probabilities: np.ndarray, classes: tuple[str, ...]) -> Judged:
    rows = np.arange(len(truth))
    return Judged(rows, rows % 3, truth, prediction, probabilities, classes)


def test_swapped_labels_lead_the_queue() -> None:
    rng = np.random.default_rng(0)
    real = rng.integers(0, 2, 600)
    sure = np.clip(rng.normal(0.85, 0.08, 600), 0.5, 0.99)
    p = np.where(real == 1, sure, 1 - sure)
    swapped = rng.choice(600, 20, replace=False)
    given = real.copy()
    given[swapped] = 1 - given[swapped]
    labels = np.array(["no", "yes"], dtype=object)
    items = doubtful_labels(judged(labels[given], labels[real], np.column_stack([1 - p, p]), ("no", "yes")))
    assert {item.row for item in items} == set(swapped.tolist()) & {item.row for item in items}
    assert len(items) >= 10
    assert all(item.suggested == labels[real[item.row]] for item in items)
    assert [item.score for item in items] == sorted((item.score for item in items), reverse=True)


def test_labels_that_the_model_agrees_with_are_not_doubted() -> None:
    p = np.column_stack([np.full(50, 0.4), np.full(50, 0.6)])
    assert doubtful_labels(judged(np.full(50, "b", dtype=object), np.full(50, "b", dtype=object), p, ("a", "b"))) == ()


def test_a_falsified_number_is_doubted_and_an_honest_outlier_among_its_like_is_not() -> None:
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(0, 10, 300), np.full(12, 100.0) + rng.normal(0, 0.1, 12)])
    truth = 2 * x + rng.normal(0, 0.5, 312)
    truth[7] = 400.0
    # The model knows nothing of the far group: all of it is off, so none of it is singled out.
    prediction = np.where(x > 50, 20.0, 2 * x)
    frame = pd.DataFrame({"x": x})
    every = np.arange(312)
    near, _ = nearest(as_numbers(frame, [number("x")]), every, every, 8)
    items = doubtful_numbers(judged(truth, prediction, np.empty((312, 0)), ()), near)
    assert [item.row for item in items] == [7]
    assert "above" in items[0].why


def test_rows_equal_but_for_rounding_are_found_across_parts_only() -> None:
    frame = pd.DataFrame({"a": [0.1 + 0.2, 0.3, 5.0, 5.0, 7.0], "b": ["x", "x", "y", "y", "z"]})
    parts = np.array([0, 1, 0, 0, -1])
    truth = np.array(["no", "yes", "no", "no", "no"], dtype=object)
    items = equal_rows(frame, ["a", "b"], parts, truth)
    assert [(item.row, item.other) for item in items] == [(1, 0)]
    assert "Their targets differ" in items[0].why


def test_rows_almost_equal_to_a_locked_one_are_found_once() -> None:
    rng = np.random.default_rng(2)
    cells = rng.normal(0, 1, (300, 4))
    cells[299] = cells[0] + 1e-4
    columns = [number(name) for name in "abcd"]
    numbers = as_numbers(pd.DataFrame(cells, columns=list("abcd")), columns)
    parts = np.arange(300) % 3
    parts[250:] = -1
    items = near_rows(numbers, parts, np.array(["1"] * 300, dtype=object))
    assert [(item.row, item.other) for item in items] == [(299, 0)]
    assert "the locked rows" in items[0].why


def test_rows_outside_every_part_are_not_compared() -> None:
    frame = pd.DataFrame({"a": [1.0, 1.0]})
    assert equal_rows(frame, ["a"], np.array([0, -2]), np.array(["1", "1"])) == []


def test_distances_take_missing_cells_and_categories() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0], "c": ["x", None, "y"]})
    kinds = [number("a"), ColumnSchema(name="c", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL)]
    numbers = as_numbers(frame, kinds)
    assert np.isfinite(numbers).all()
    assert np.isclose(np.linalg.norm(numbers[0, 2:] - numbers[2, 2:]), 1.0)
