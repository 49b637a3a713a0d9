"""Numbers, colours and sentences as the screens of the models say them."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from components.cost_panel import time_words
from components.explain_views import shown_contributions
from components.job_panel import badge_line
from components.model_colors import class_color, model_color
from components.model_data import confusion_finding, learning_finding
from components.numbers import bounds, duration, interval, microseconds, number, signed, size
from components.run_rows import head_line
from core.evaluate.curves import Confusion
from core.explain.rows import Contribution
from core.jobs.job import Job, JobRequest, Progress
from core.models.registry import MODELS
from core.run.recipe import ModelChoice
from core.run.result import EpochRecord, ModelResult, Score
from core.types import Framework, JobState, ModelStatus


def _score(value: float, low: float, high: float) -> Score:
    return Score(metric="m", value=value, low=low, high=high)


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (_score(0.8534, 0.84, 0.871), "0.853 (0.84 to 0.87)"),
        (_score(26412.3, 24900, 28123), "26,400 (24,900 to 28,100)"),
        (_score(0.8534, 0.8521, 0.8541), "0.8534 (0.852 to 0.854)"),
        (_score(-0.34, -0.5, -0.1), "\N{MINUS SIGN}0.34 (\N{MINUS SIGN}0.5 to \N{MINUS SIGN}0.1)"),
        (_score(0.5, 0.5, 0.5), "0.500"),
        (_score(0.5, float("nan"), float("nan")), "0.500"),
    ],
)
def test_bounds_are_as_fine_as_the_interval_is_wide(score: Score, text: str) -> None:
    assert interval(score) == text
    assert bounds(score) in text


def test_numbers_have_three_significant_digits_and_units() -> None:
    assert [number(v) for v in (0, 12.345, 1234.5, 0.00123, None, np.nan)] == [
        "0", "12.3", "1,230", "0.00123", "\N{EN DASH}", "\N{EN DASH}",
    ]  # fmt: skip
    assert [duration(v) for v in (0.42, 12, 200, 3900)] == ["0.42 s", "12 s", "3 min 20 s", "1 h 5 min"]
    assert [size(820), size(12_400), microseconds(12.3), microseconds(2345)] == [
        "820 B",
        "12.4 kB",
        "12.3 µs",
        "2.35 ms",
    ]
    assert [signed(0.123), signed(-2.1), signed(0.0)] == ["+0.12", "\N{MINUS SIGN}2.1", "0"]


def test_models_that_share_a_chart_of_losses_have_colours_of_their_own() -> None:
    colors = [model_color(spec.key) for spec in MODELS if spec.capabilities.progress != "none"]
    assert len(set(colors)) == len(colors)
    assert len({model_color(spec.key) for spec in MODELS}) == 9
    assert class_color("b", ("a", "b")) == class_color("b", ("a", "b", "c"))


def test_contributions_beyond_the_limit_are_one_sum_and_rounding_noise_is_nothing() -> None:
    given = [Contribution(column=f"c{i}", value="1", shap=v) for i, v in enumerate((0.5, -0.2, 0.1, 1e-18))]
    assert shown_contributions(given, limit=2) == {"c0 = 1": 0.5, "c1 = 1": -0.2, "2 other columns": pytest.approx(0.1)}
    assert shown_contributions(given)["c3 = 1"] == 0.0


def _result(key: str, total_s: float) -> ModelResult:
    return ModelResult(
        label=key, key=key, title=key, framework=Framework.SKLEARN, status=ModelStatus.OK, total_s=total_s
    )


def test_time_is_told_from_earlier_runs_and_otherwise_by_what_decides_it() -> None:
    choices = [ModelChoice(key="linear"), ModelChoice(key="tree")]
    assert time_words(choices, [_result("linear", 30), _result("tree", 20)], 2) == "about 30 s, as before"
    assert time_words(choices, [_result("linear", 30)], 2) == "seconds to a minute"
    assert time_words([*choices, ModelChoice(key="keras_net")], [], 2) == "mostly Neural network (Keras)"


def _job(state: JobState, fraction: float) -> Job:
    request = JobRequest(kind="train", label="a")
    return Job(id="1", request=request, state=state, progress=Progress(fraction=fraction), created=datetime.now(UTC))


def test_the_badge_counts_finished_models_of_the_same_run() -> None:
    jobs = [_job(JobState.RUNNING, 0.5), _job(JobState.QUEUED, 0.0)]
    assert badge_line(jobs) == "1 running, 25 %"
    assert badge_line(jobs, [_job(JobState.SUCCEEDED, 1.0), _job(JobState.LOST, 0.2)]) == "1 running, 62 %"
    assert badge_line(jobs[1:]) == "1 waiting, 0 %"
    assert head_line([]) == "0 of 0 models done"


def test_findings_name_what_stands_out() -> None:
    table = Confusion(classes=("no", "yes"), counts=((8, 2), (5, 5)))
    assert confusion_finding(table) == "13 of 20 rows are right; most often yes is taken for no (5 rows)"
    losses = {0: (0.1,), -1: (0.9, 0.4, 0.5, 0.6, 0.7)}
    epochs = tuple(
        EpochRecord(fold=fold, epoch=place + 1, train_loss=loss, valid_loss=loss)
        for fold, values in losses.items()
        for place, loss in enumerate(values)
    )
    assert learning_finding(epochs) == "Best after epoch 2 of 5, then it learned by heart"
