from __future__ import annotations

import numpy as np
import pytest

from core.errors import LatheError, RunCancelled
from core.explain import cells
from core.explain.importance import permutation_importance


class Recorder:
    def __init__(self, stop_after: int = 10**9) -> None:
        self.fractions: list[float] = []
        self.stop_after = stop_after

    def report(self, fraction: float, stage: str, message: str = "") -> None:
        self.fractions.append(fraction)

    def should_stop(self) -> bool:
        return len(self.fractions) >= self.stop_after


def by_name(importance):
    return {c.column: c for c in importance.columns}


def test_an_unused_column_costs_nothing_and_the_larger_coefficient_costs_more(linear_model) -> None:
    fitted, frame, y = linear_model
    found = by_name(permutation_importance(fitted, frame, y, metric="rmse"))
    assert found["c"].mean == pytest.approx(0, abs=1e-9)
    assert found["a"].mean > found["b"].mean > 1
    # Shuffling a column of unit variance with coefficient 3 gives an error of 3 * sqrt(2).
    assert found["a"].mean == pytest.approx(3 * np.sqrt(2), rel=0.15)


@pytest.mark.parametrize(("metric", "baseline"), [("r2", 1.0), ("rmse", 0.0), ("mae", 0.0)])
def test_useful_is_positive_whichever_direction_is_better(linear_model, metric, baseline) -> None:
    fitted, frame, y = linear_model
    importance = permutation_importance(fitted, frame, y, metric=metric)
    assert importance.baseline == pytest.approx(baseline, abs=1e-9)
    assert importance.columns[0].column == "a"
    assert importance.columns[0].low > 0
    assert importance.finding in ("a carries most of it.", "a and b carry most of it.")


def test_text_and_missing_cells_are_shuffled_like_numbers(mixed_model, mixed_frame) -> None:
    y = mixed_model.predict(mixed_frame).values
    importance = permutation_importance(mixed_model, mixed_frame, y, metric="accuracy", positive="yes")
    found = by_name(importance)
    assert importance.baseline == 1.0
    assert found["port"].mean > 0.05
    assert found["fare"].mean > 0.02
    assert found["noise"].mean == 0
    assert found["noise"].std == 0


def test_what_mistakes_cost_is_lost_where_a_column_is_shuffled(mixed_model, mixed_frame) -> None:
    y = mixed_model.predict(mixed_frame).values
    costs = np.array([[0.0, 1.0], [5.0, 0.0]])
    importance = permutation_importance(mixed_model, mixed_frame, y, metric="cost", positive="yes", costs=costs)
    assert importance.baseline == 0.0
    assert by_name(importance)["port"].mean > 50


def test_numbers_do_not_depend_on_how_the_work_is_divided(mixed_model, mixed_frame, monkeypatch) -> None:
    y = mixed_model.predict(mixed_frame).values
    whole = permutation_importance(mixed_model, mixed_frame, y, metric="roc_auc", seed=4)
    monkeypatch.setattr(cells, "ROWS_PER_PREDICTION", 150)
    parts = permutation_importance(mixed_model, mixed_frame, y, metric="roc_auc", seed=4)
    assert whole == parts


def test_rows_beyond_the_limit_and_without_a_target_are_left_out(mixed_model, mixed_frame) -> None:
    y = mixed_model.predict(mixed_frame).values.astype(object)
    y[:20] = None
    assert permutation_importance(mixed_model, mixed_frame, y, metric="accuracy").rows == 100
    assert permutation_importance(mixed_model, mixed_frame, y, metric="accuracy", max_rows=50).rows == 50


def test_nothing_useful_is_said_so(linear_model) -> None:
    fitted, frame, _ = linear_model
    constant = frame.assign(a=1.0, b=1.0, c=1.0)
    importance = permutation_importance(fitted, constant, fitted.predict(constant).values, metric="rmse")
    assert importance.finding.startswith("No column matters measurably")


def test_progress_rises_to_one_and_stop_is_obeyed(mixed_model, mixed_frame, monkeypatch) -> None:
    monkeypatch.setattr(cells, "ROWS_PER_PREDICTION", 150)
    y = mixed_model.predict(mixed_frame).values
    seen = Recorder()
    permutation_importance(mixed_model, mixed_frame, y, metric="accuracy", context=seen)
    assert seen.fractions == sorted(seen.fractions)
    assert seen.fractions[-1] == 1.0
    with pytest.raises(RunCancelled):
        permutation_importance(mixed_model, mixed_frame, y, metric="accuracy", context=Recorder(stop_after=2))


def test_no_row_with_a_target_is_refused(linear_model) -> None:
    fitted, frame, y = linear_model
    with pytest.raises(LatheError, match="known target"):
        permutation_importance(fitted, frame, np.full(len(y), np.nan), metric="rmse")
