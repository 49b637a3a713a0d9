"""Training a graph with PyTorch: the rows lie on the device as whole tensors, and an epoch waits for it once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.adapters.network_spec import Weights
from core.models.adapters.parts import TrainingPart
from core.models.adapters.sizes import rows_at_once
from core.models.adapters.torch_graph import TorchNetwork
from core.models.adapters.training import Trainer, TrainingJob

MEASURED = 10
"""Batches of an epoch whose gradient norm is measured, where it is not needed for clipping."""


class TorchTrainer:
    """Corrects the weights."""

    def __init__(self, job: TrainingJob) -> None:
        import torch

        from core.models.adapters.torch_losses import loss_of
        from core.models.adapters.torch_optimizers import Corrections

        self._place = torch.device(job.device)
        self.network = TorchNetwork(job.graph, dtype=torch.float32, device=job.device)
        self.network.set_weights(job.weights)
        self._corrections = Corrections(job.learning, self.network.learned())
        self._clips = job.learning.clip_norm is not None
        self.learn = _tensors(job.learn, job.device)
        self.watch = None if job.watch is None else _tensors(job.watch, job.device)
        self._learning_loss = loss_of(job.learning, is_learning=True)
        self._watching_loss = loss_of(job.learning, is_learning=False)
        self._precision = _precision(job)
        self._best: Weights = {}

    @property
    def device(self) -> str:
        """Where the first weight lies."""
        return str(next(iter(self.network.arrays.values())).device)

    @property
    def memory_mb(self) -> float | None:
        """Most memory in use on the GPU so far, in MiB."""
        import torch

        return torch.cuda.max_memory_allocated(self._place) / 2**20 if self._place.type == "cuda" else None

    def train_epoch(self, order: np.ndarray, edges: np.ndarray, rates: np.ndarray) -> tuple[float, float | None]:
        """Correct the weights once a batch, see `Trainer`."""
        import torch

        self.network.learns(True)
        rows = torch.from_numpy(order).to(self._place)
        shuffled: tuple[Any, ...] = tuple(None if part is None else part[rows] for part in self.learn)
        codes, numbers, target, weight = shuffled
        total, norms = torch.zeros((), device=self._place), torch.zeros((), device=self._place)
        measured = _measured(len(rates), self._clips)
        for batch, (start, end, rate) in enumerate(
            zip(edges[:-1].tolist(), edges[1:].tolist(), rates.tolist(), strict=True)
        ):
            with self._precision():
                output = self.network(codes[start:end], numbers[start:end])
            loss = self._learning_loss(output, target[start:end], None if weight is None else weight[start:end])
            self._corrections.forget()
            loss.backward()
            if batch in measured:
                norms += self._corrections.norm()
            self._corrections.step(rate)
            total += loss.detach() * (end - start)
        return float(total) / len(order), float(norms) / len(measured)

    def valid_loss(self) -> float | None:
        """Return the loss on the watching rows, if there are any."""
        import torch

        if self.watch is None:
            return None
        self.network.learns(False)
        codes, numbers, target, weight = self.watch
        count, piece = len(target), rows_at_once(self.network.graph)
        total = torch.zeros((), device=self._place)
        with torch.inference_mode(), self._precision():
            for start in range(0, count, piece):
                rows = slice(start, min(start + piece, count))
                output = self.network(codes[rows], numbers[rows])
                loss = self._watching_loss(output, target[rows], None if weight is None else weight[rows])
                total += loss * (rows.stop - start)
        return float(total) / count

    def keep(self) -> None:
        """Remember the present weights."""
        self._best = self.network.weights()

    def best(self) -> Weights:
        """Return the remembered weights."""
        return self._best

    def state(self) -> dict[str, np.ndarray]:
        """Return weights, remembered weights, the optimiser's averages and the state of the random numbers."""
        import torch

        parts = {"weights": self.network.weights(), "best": self._best, "optimizer": self._corrections.state()}
        state = {f"{part}/{name}": array for part, arrays in parts.items() for name, array in arrays.items()}
        state["random/cpu"] = torch.get_rng_state().numpy()
        if self._place.type == "cuda":
            state["random/cuda"] = torch.cuda.get_rng_state(self._place).numpy()
        return state

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Go on from what `state` returned."""
        import torch

        self.network.set_weights(_part(state, "weights"))
        self._best = _part(state, "best")
        self._corrections.restore(_part(state, "optimizer"))
        torch.set_rng_state(torch.from_numpy(state["random/cpu"]))
        if self._place.type == "cuda":
            torch.cuda.set_rng_state(torch.from_numpy(state["random/cuda"]), self._place)


def _part(state: Mapping[str, np.ndarray], part: str) -> dict[str, np.ndarray]:
    return {name.removeprefix(f"{part}/"): array for name, array in state.items() if name.startswith(f"{part}/")}


def _measured(batches: int, every: bool) -> set[int]:
    """Return the batches whose gradient norm is taken: all, or some evenly over the epoch."""
    return set(range(batches)) if every else set(range(0, batches, -(-batches // MEASURED)))


def _precision(job: TrainingJob) -> Any:
    """Return a function that opens the block in which layers compute in half precision; without effect on a CPU."""
    import torch

    if not job.learning.mixed_precision or not job.device.startswith("cuda") or not torch.cuda.is_bf16_supported():
        return nullcontext

    return partial(torch.autocast, "cuda", dtype=torch.bfloat16)


def _tensors(part: TrainingPart, device: str) -> tuple[Any, ...]:
    """Return codes, numbers, target and weight (or None) as tensors on ``device``."""
    import torch

    target = part.target if part.is_regression else part.target.astype(np.int64)
    arrays = (part.codes, part.numbers, target, part.weight)
    # Prepared rows may be shared and not writable, which PyTorch warns of.
    own = (None if array is None else np.require(array, requirements="W") for array in arrays)
    return tuple(None if array is None else torch.from_numpy(array).to(device) for array in own)


@contextmanager
def open_trainer(job: TrainingJob) -> Iterator[Trainer]:
    """Build the trainer with its own random numbers and threads; both are put back afterwards.

    Raises
    ------
    LatheError
        Where the device is not there.
    MemoryError
        Where its memory is used up.
    """
    import torch

    device = torch.device(job.device)
    is_gpu = device.type == "cuda"
    if is_gpu and (not torch.cuda.is_available() or (device.index or 0) >= torch.cuda.device_count()):
        raise LatheError(
            f"The device {job.device} is not available to PyTorch on this machine.",
            hint="Choose the CPU, or install the CUDA build of PyTorch.",
            field="device",
        )
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[device] if is_gpu else []), _memory_told():
        torch.manual_seed(job.seed)
        torch.set_num_threads(job.threads or threads)
        if is_gpu:
            torch.cuda.reset_peak_memory_stats(device)
        try:
            yield TorchTrainer(job)
        finally:
            torch.set_num_threads(threads)


@contextmanager
def _memory_told() -> Iterator[None]:
    """Raise MemoryError for what PyTorch raises where memory is used up; what it held is given back."""
    import torch

    try:
        yield
    except RuntimeError as error:  # torch.OutOfMemoryError is one of them
        if not isinstance(error, torch.OutOfMemoryError) and "allocate memory" not in str(error):
            raise
        message = str(error)
    else:
        return
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    raise MemoryError(message)
