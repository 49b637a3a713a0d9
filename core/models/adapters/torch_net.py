"""The PyTorch network as scikit-learn estimators. PyTorch is imported when one is fitted or predicts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from core.errors import LatheError
from core.models.adapters.net_base import Forward
from core.models.adapters.net_kinds import NetClassifier, NetRegressor
from core.models.adapters.network_spec import DataShape, NetworkSpec, Weights, layer_shapes
from core.models.adapters.training import Trainer, TrainingJob, TrainingPart

WATCH_ROWS = 65536


class TorchNetwork:
    """The layers of a `NetworkSpec` in PyTorch.

    Parameters
    ----------
    dtype : torch.dtype
    device : str or torch.device

    Attributes
    ----------
    layers : torch.nn.ModuleDict
        By the names of `layer_shapes`.
    """

    def __init__(self, spec: NetworkSpec, data: DataShape, *, dtype: Any, device: Any) -> None:
        from torch import nn
        from torch.nn import functional

        make = {"embedding": nn.Embedding, "dense": nn.Linear, "batch_norm": lambda n, _, **kw: nn.BatchNorm1d(n, **kw)}
        self.layers = nn.ModuleDict(
            {
                layer.name: make[layer.kind](layer.inputs, layer.outputs, dtype=dtype, device=device)
                for layer in layer_shapes(spec, data)
            }
        )
        self._dropout = nn.Dropout(spec.dropout)
        self._activation = getattr(functional, spec.activation) if spec.activation != "tanh" else nn.Tanh()
        self._tables = [self.layers[f"embedding_{index}"] for index in range(len(data.levels))]
        norms = [self.layers[f"norm_{i}"] if spec.batch_norm else None for i in range(len(spec.hidden))]
        self._blocks = [(self.layers[f"dense_{i}"], norm) for i, norm in enumerate(norms)]

    def __call__(self, codes: Any, numbers: Any) -> Any:
        """Return the outputs: a tensor of shape (n_rows, n_outputs)."""
        import torch

        columns = [table(codes[:, index]) for index, table in enumerate(self._tables)]
        hidden = torch.cat([*columns, numbers], dim=1) if columns else numbers
        for dense, norm in self._blocks:
            hidden = dense(hidden)
            hidden = hidden if norm is None else norm(hidden)
            hidden = self._dropout(self._activation(hidden))
        return self.layers["output"](hidden)

    def train(self, learning: bool) -> None:
        """Switch dropout and batch statistics on or off."""
        self.layers.train(learning)
        self._dropout.train(learning)

    def weights(self) -> Weights:
        """Return the weights under the names of `initial_weights`."""
        return {name: _oriented(name, tensor.detach().cpu().numpy()).copy() for name, tensor in self._named()}

    def set_weights(self, weights: Weights) -> None:
        """Set the weights from the names of `initial_weights`."""
        import torch

        with torch.no_grad():
            for name, tensor in self._named():
                tensor.copy_(torch.from_numpy(np.ascontiguousarray(_oriented(name, weights[name]))))

    def _named(self) -> Iterator[tuple[str, Any]]:
        for name, layer in self.layers.items():
            if name.startswith("embedding"):
                yield f"{name}/table", layer.weight
            elif name.startswith("norm"):
                yield f"{name}/scale", layer.weight
                yield f"{name}/shift", layer.bias
                yield f"{name}/mean", layer.running_mean
                yield f"{name}/variance", layer.running_var
            else:
                yield f"{name}/kernel", layer.weight
                yield f"{name}/bias", layer.bias


def _oriented(name: str, array: np.ndarray) -> np.ndarray:
    """Turn a kernel between PyTorch's (outputs, inputs) and ours (inputs, outputs)."""
    return array.T if name.endswith("kernel") else array


class TorchTrainer:
    """Corrects the weights; the rows lie on the device as whole tensors."""

    def __init__(self, job: TrainingJob) -> None:
        import torch

        self.network = TorchNetwork(job.spec, job.data, dtype=torch.float32, device=job.device)
        self.network.set_weights(job.weights)
        self._optimizer = _optimizer(job.spec, self.network.layers.parameters())
        self._learn = _tensors(job.learn, job.device)
        self._watch = None if job.watch is None else _tensors(job.watch, job.device)
        self._loss = mean_squared_error if job.learn.is_regression else cross_entropy
        self._best: Weights = {}

    @property
    def device(self) -> str:
        """Where the first parameter lies."""
        return str(next(self.network.layers.parameters()).device)

    def train_epoch(self, order: np.ndarray, edges: np.ndarray) -> float:
        """Correct the weights once a batch; return the mean loss."""
        import torch

        self.network.train(True)
        rows = torch.from_numpy(order).to(self.device)
        shuffled: tuple[Any, ...] = tuple(None if part is None else part[rows] for part in self._learn)
        codes, numbers, target, weight = shuffled
        total = torch.zeros((), device=rows.device)
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            output = self.network(codes[start:end], numbers[start:end])
            loss = self._loss(output, target[start:end], None if weight is None else weight[start:end])
            self._optimizer.zero_grad()
            loss.backward()
            self._optimizer.step()
            total += loss.detach() * (end - start)
        return float(total) / len(order)

    def valid_loss(self) -> float | None:
        """Return the loss on the watching rows, if there are any."""
        import torch

        if self._watch is None:
            return None
        self.network.train(False)
        codes, numbers, target, weight = self._watch
        total, count = 0.0, len(target)
        with torch.inference_mode():
            for start in range(0, count, WATCH_ROWS):
                rows = slice(start, min(start + WATCH_ROWS, count))
                output = self.network(codes[rows], numbers[rows])
                loss = self._loss(output, target[rows], None if weight is None else weight[rows])
                total += float(loss) * (rows.stop - start)
        return total / count

    def keep(self) -> None:
        """Remember the present weights."""
        self._best = self.network.weights()

    def best(self) -> Weights:
        """Return the remembered weights."""
        return self._best


def mean_squared_error(output: Any, target: Any, weight: Any) -> Any:
    """Return the mean squared error of tensors of equal shape (n_rows, 1)."""
    if output.shape != target.shape:  # (n, 1) minus (n,) would be (n, n): a loss that runs and ruins the fit
        raise AssertionError(f"outputs {tuple(output.shape)} against targets {tuple(target.shape)}")
    squares = (output - target).square()
    return squares.mean() if weight is None else (squares[:, 0] * weight).mean()


def cross_entropy(output: Any, target: Any, weight: Any) -> Any:
    """Return the mean cross-entropy, each row times its weight."""
    from torch.nn import functional

    if weight is None:
        return functional.cross_entropy(output, target)
    return (functional.cross_entropy(output, target, reduction="none") * weight).mean()


def _optimizer(spec: NetworkSpec, parameters: Any) -> Any:
    from torch import optim

    match spec.optimizer:
        case "adamw":
            return optim.AdamW(parameters, lr=spec.learning_rate, weight_decay=spec.weight_decay, fused=True)
        case "adam":
            return optim.Adam(parameters, lr=spec.learning_rate, fused=True)
        case "sgd":
            return optim.SGD(parameters, lr=spec.learning_rate, momentum=0.9, fused=True)


def _tensors(part: TrainingPart, device: str) -> tuple[Any, ...]:
    """Return codes, numbers, target and weight (or None) as tensors on ``device``."""
    import torch

    target = part.target if part.is_regression else part.target.astype(np.int64)
    arrays = (part.codes, part.numbers, target, part.weight)
    return tuple(None if array is None else torch.from_numpy(array).to(device) for array in arrays)


@contextmanager
def open_trainer(job: TrainingJob) -> Iterator[Trainer]:
    """Build the trainer with its own random numbers and threads; both are put back afterwards.

    Raises
    ------
    LatheError
        Where the device is not there.
    """
    import torch

    device = torch.device(job.device)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise LatheError(
            f"The device {job.device} is not available to PyTorch on this machine.",
            hint="Choose the CPU, or install the CUDA build of PyTorch.",
            field="device",
        )
    threads = torch.get_num_threads()
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(job.seed)
        torch.set_num_threads(job.threads or threads)
        try:
            yield TorchTrainer(job)
        finally:
            torch.set_num_threads(threads)


def build_forward(spec: NetworkSpec, data: DataShape, weights: Weights) -> Forward:
    """Build the network for predicting: float64, on the CPU, without dropout."""
    import torch

    network = TorchNetwork(spec, data, dtype=torch.float64, device="cpu")
    network.set_weights(weights)
    network.train(False)

    def forward(codes: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        with torch.inference_mode():
            output: np.ndarray = network(torch.from_numpy(codes), torch.from_numpy(numbers.astype(np.float64))).numpy()
        return output

    return forward


class _TorchNet:
    _open_trainer = staticmethod(open_trainer)
    _build_forward = staticmethod(build_forward)


class TorchNetClassifier(_TorchNet, NetClassifier):
    """Neural network classifier trained by PyTorch. Parameters and attributes: `NetBase`, `NetClassifier`."""


class TorchNetRegressor(_TorchNet, NetRegressor):
    """Neural network regressor trained by PyTorch. Parameters and attributes: `NetBase`, `NetRegressor`."""
