"""What only the networks of PyTorch must do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import numpy as np
import pytest

from core.errors import LatheError
from core.models.adapters.architectures import build_graph
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import DataShape, LearningSpec, NetworkSpec
from core.models.adapters.parts import TrainingPart
from core.models.adapters.training import TrainingJob
from core.models.remarks import FitNote
from tests.core.models.net_case import LABELS, X, Y, classifier, module


def check_torch_tensors_follow_the_device() -> None:
    import torch

    data = DataShape(8, (3,), 2)
    spec = NetworkSpec(hidden=(4,), batch_norm=True)
    graph = build_graph(spec, data)
    codes = np.ones((600, 1), dtype=np.int32)
    part = TrainingPart(codes, X.astype(np.float32), Y.astype(np.int32), np.ones(600, dtype=np.float32))
    learning = LearningSpec(loss="cross_entropy")
    job = TrainingJob(spec, learning, graph, data, initial_weights(graph, seed=0), part, part, 0, "meta", None)
    with module().open_trainer(job) as trainer:
        network = trainer.network
        tensors = [*network.arrays.values(), *trainer.learn, *trainer.watch]
        tensors.append(network(trainer.learn[0], trainer.learn[1]))
        assert {tensor.device.type for tensor in tensors} == {"meta"}
        assert trainer.device == "meta"
    threads, state = torch.get_num_threads(), torch.get_rng_state()
    classifier(epochs=1, threads=threads + 1).fit(X, LABELS)
    assert torch.get_num_threads() == threads
    assert torch.equal(torch.get_rng_state(), state)


def check_torch_tells_where_memory_is_used_up() -> None:
    import torch

    class Forgetful(type(classifier())):  # type: ignore[misc]
        tried: ClassVar[list[int]] = []

        @staticmethod
        @contextmanager
        def _open_trainer(job: TrainingJob) -> Iterator[Any]:
            with module().open_trainer(job) as trainer:
                Forgetful.tried.append(job.learning.batch_size)
                if job.learning.batch_size > Forgetful.room:
                    raise torch.OutOfMemoryError("CUDA out of memory.")
                yield trainer

        room = 64

    with pytest.warns(FitNote, match="128 rows in a batch; it was trained with 64"):
        model = Forgetful(epochs=2, batch_size=128).fit(X, LABELS)
    assert (Forgetful.tried, model.batch_size_) == ([128, 64], 64)
    Forgetful.room = 1
    with pytest.warns(FitNote), pytest.raises(LatheError, match="used up") as caught:
        Forgetful(epochs=2, batch_size=128).fit(X, LABELS)
    assert Forgetful.tried[2:] == [128, 64, 32]
    assert caught.value.field == "batch_size"


def check_torch_losses_are_as_declared() -> None:
    import torch

    from core.models.adapters.torch_losses import loss_of

    rng = np.random.default_rng(0)
    z, y, weight = rng.normal(size=(50, 1)), rng.exponential(size=(50, 1)), rng.uniform(0.5, 2, 50)
    d = np.abs(z - y)
    numbers = {
        "mse": d**2,
        "mae": d,
        "huber": np.where(d <= 0.7, d**2 / 2, 0.7 * (d - 0.35)),
        "quantile": np.maximum(0.8 * (y - z), -0.2 * (y - z)),
        "poisson": np.exp(z) - y * z,
    }
    tensors = [torch.from_numpy(part.astype(np.float32)) for part in (z, y, weight)]
    for loss, rows in numbers.items():
        found = loss_of(LearningSpec(loss=loss, huber_delta=0.7, quantile=0.8), is_learning=True)  # type: ignore[arg-type]
        assert float(found(tensors[0], tensors[1], None)) == pytest.approx(rows.mean(), rel=1e-5), loss
        assert float(found(*tensors)) == pytest.approx((rows[:, 0] * weight).mean(), rel=1e-5), loss
    z, y = rng.normal(size=(50, 3)), rng.integers(0, 3, 50)
    logs = z - np.log(np.exp(z).sum(1, keepdims=True))
    hit = logs[np.arange(50), y]
    classes = {
        ("cross_entropy", 0.0): -hit,
        ("cross_entropy", 0.2): -0.8 * hit - 0.2 * logs.mean(1),
        ("focal", 0.0): -((1 - np.exp(hit)) ** 1.5) * hit,
    }
    for (loss, smoothing), rows in classes.items():
        spec = LearningSpec(loss=loss, label_smoothing=smoothing, focal_gamma=1.5)  # type: ignore[arg-type]
        output, target = torch.from_numpy(z.astype(np.float32)), torch.from_numpy(y)
        assert float(loss_of(spec, is_learning=True)(output, target, None)) == pytest.approx(rows.mean(), rel=1e-5)
        members = output[:, None].expand(-1, 4, -1)
        weighted = float(loss_of(spec, is_learning=True)(members, target, tensors[2]))
        assert weighted == pytest.approx((rows * weight).mean(), rel=1e-5)
        watched = float(loss_of(spec, is_learning=False)(output, target, None))
        assert bool(watched == pytest.approx(rows.mean(), rel=1e-5)) is (smoothing == 0)


def check_torch_clips_and_decays() -> None:
    import torch

    from core.models.adapters.torch_optimizers import Corrections

    for optimizer in ("adamw", "sgd", "rmsprop"):
        learned = {name: torch.ones(3, requires_grad=True) for name in ("a/kernel", "a/bias")}
        spec = LearningSpec(optimizer=optimizer, weight_decay=0.1, decay_all=False)  # type: ignore[arg-type]
        corrections = Corrections(spec, learned)
        for tensor in learned.values():
            tensor.grad = torch.zeros(3)
        corrections.step(0.5)
        assert learned["a/kernel"].tolist() == pytest.approx([0.95] * 3)
        assert learned["a/bias"].tolist() == [1.0] * 3
    tensor = torch.ones(4, requires_grad=True)
    tensor.grad = torch.full((4,), 5.0)
    assert float(Corrections(LearningSpec(clip_norm=1.0), {"a/kernel": tensor}).norm()) == pytest.approx(10)
    assert float(tensor.grad.norm()) == pytest.approx(1, rel=1e-4)


def check_torch_refuses_a_loss_of_unequal_shapes() -> None:
    import torch

    from core.models.adapters.torch_losses import loss_of

    with pytest.raises(AssertionError, match="outputs"):
        loss_of(LearningSpec(), is_learning=True)(torch.zeros(5, 1), torch.zeros(5), None)
