"""The training loop with a trainer that only plays: rates, halved batches, gradients without bound."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import LatheError
from core.models.adapters.architectures import build_graph
from core.models.adapters.network_spec import DataShape, LearningSpec, NetworkSpec
from core.models.adapters.parts import TrainingPart
from core.models.adapters.rates import rates
from core.models.adapters.training import TrainingJob, train
from core.models.progress import EpochEvent, listening
from core.models.remarks import FitNote

SPEC, DATA = NetworkSpec(hidden=(4,)), DataShape(2)
PART = TrainingPart(np.zeros((40, 0), np.int32), np.zeros((40, 2), np.float32), np.zeros((40, 1), np.float32))


def job(**learning: Any) -> TrainingJob:
    chosen = LearningSpec(**{"epochs": 4, "batch_size": 16, **learning})
    return TrainingJob(SPEC, chosen, build_graph(SPEC, DATA), DATA, {}, PART, PART, 0, "cpu", None)


class Player:
    """Gives the losses it is told to give, and notes what it was asked."""

    device, memory_mb = "cpu", 12.5

    def __init__(self, losses: list[float], norm: float = 1.0) -> None:
        self.losses, self.norm, self.kept, self.rates = losses, norm, 0, []  # type: ignore[var-annotated]

    def train_epoch(self, order: np.ndarray, edges: np.ndarray, rates: np.ndarray) -> tuple[float, float]:
        self.rates.append(rates)
        return self.losses[len(self.rates) - 1], self.norm

    def valid_loss(self) -> float:
        return self.losses[len(self.rates) - 1]

    def keep(self) -> None:
        self.kept = len(self.rates)

    def best(self) -> dict[str, np.ndarray]:
        return {"kept": np.asarray(self.kept)}


def played(player: Player, given: TrainingJob, *, room: int = 99, tried: list[int] | None = None) -> Any:
    @contextmanager
    def open_trainer(found: TrainingJob) -> Iterator[Any]:
        if tried is not None:
            tried.append(found.learning.batch_size)
        if found.learning.batch_size > room:
            raise MemoryError
        yield player

    return train(open_trainer, given)


def test_each_epoch_tells_its_rate_gradient_speed_and_memory() -> None:
    told: list[EpochEvent] = []
    with listening(told.append):
        training = played(Player([3.0, 1.0, 2.0, 1.5], norm=7.0), job(schedule="step", step_epochs=1))
    assert (training.best_epoch, int(training.weights["kept"])) == (2, 2)
    assert [event.learning_rate for event in told] == pytest.approx([1e-3, 5e-4, 2.5e-4, 1.25e-4])
    assert {(event.gradient_norm, event.memory_mb) for event in told} == {(7.0, 12.5)}
    assert all(event.rows_per_s for event in told)


def test_batches_are_halved_twice_where_memory_is_used_up() -> None:
    tried: list[int] = []
    with pytest.warns(FitNote, match="trained with") as notes:
        training = played(Player([1.0] * 4), job(), room=4, tried=tried)
    assert (tried, training.batch_size, len(notes)) == ([16, 8, 4], 4, 2)
    with pytest.warns(FitNote), pytest.raises(LatheError, match="The memory of the device cpu is used up") as caught:
        played(Player([1.0] * 4), job(), room=3)
    assert "narrower layers" in caught.value.hint


@pytest.mark.parametrize(
    ("losses", "norm", "said"),
    [([1.0, np.nan], 1.0, "NaN in epoch 2"), ([1.0, 3e9], 1.0, "3e.09 in epoch 2"), ([1.0], np.inf, "gradients")],
)
def test_what_grows_without_bound_is_told_with_its_remedy(losses: list[float], norm: float, said: str) -> None:
    with pytest.raises(LatheError, match=said) as caught:
        played(Player(losses, norm), job())
    assert "clipping" in caught.value.hint
    assert caught.value.field == "learning_rate"


def course(losses: list[float] | None = None, **learning: Any) -> np.ndarray:
    spec = LearningSpec(learning_rate=1.0, epochs=10, **learning)
    return np.concatenate([rates(spec, epoch, 5, (losses or [1.0] * 10)[: epoch - 1]) for epoch in range(1, 11)])


def test_rates_follow_their_schedule() -> None:
    assert set(course()) == {1.0}
    cosine = course(schedule="cosine")
    assert (np.diff(cosine) < 0).all()
    assert (cosine[0], cosine[25], cosine[-1] < 0.01) == (1.0, pytest.approx(0.5), True)
    assert np.unique(course(schedule="step", step_epochs=4, decay_factor=0.1)) == pytest.approx([0.01, 0.1, 1.0])
    cycle = course(schedule="one_cycle")
    assert (cycle[0], cycle.max(), cycle.argmax()) == (pytest.approx(0.04), 1.0, 15)
    assert cycle[-1] < 0.01
    plateau = course([3.0, 2.0, 2.0, 2.0, 2.0, 1.0, 1.5, 1.5, 1.5, 1.5], schedule="plateau", plateau_epochs=2)
    assert plateau[::5].tolist() == [1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25]


def test_warm_up_grows_evenly_and_ends() -> None:
    warm = course(warmup_epochs=2)
    assert warm[:10] == pytest.approx(np.arange(1, 11) / 10)
    assert set(warm[10:]) == {1.0}
    assert np.array_equal(course(schedule="one_cycle", warmup_epochs=2), course(schedule="one_cycle"))


def test_the_last_epoch_counts_where_nothing_watches() -> None:
    training = played(Player([1.0, 2.0, 3.0, 4.0]), replace(job(), watch=None))
    assert int(training.weights["kept"]) == 4
