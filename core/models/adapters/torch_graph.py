"""A `Graph` in PyTorch: its learned arrays as tensors, and the steps from columns to outputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from core.models.adapters.graph import Graph, Layer
from core.models.adapters.network_spec import Weights

TURNED = ("kernel", "qkv_kernel", "out_kernel")
STATISTICS = ("mean", "variance")


class TorchNetwork:
    """The layers of a graph, each a function of tensors.

    Parameters
    ----------
    dtype : torch.dtype
    device : str or torch.device

    Attributes
    ----------
    arrays : dict of str to torch.Tensor
        Learned arrays under ``<layer>/<weight>``; kernels of dense layers lie as (out, in), as PyTorch has them.
    """

    def __init__(self, graph: Graph, *, dtype: Any, device: Any) -> None:
        import torch

        from core.models.adapters.torch_ops import Mode, step_of

        self.graph = graph
        self.arrays: dict[str, Any] = {}
        self._turned: set[str] = set()
        for layer in graph.layers:
            for name, shape in layer.weights:
                turned = _is_turned(layer, name, shape)
                self._turned |= {f"{layer.name}/{name}"} if turned else set()
                tensor = torch.empty(shape[::-1] if turned else shape, dtype=dtype, device=device)
                self.arrays[f"{layer.name}/{name}"] = tensor.requires_grad_(name not in STATISTICS)
        self._mode = Mode()
        steps = [step_of(layer, self._of(layer), self._mode) for layer in graph.layers]
        self._plan = list(zip(steps, _slots(graph), _last_uses(graph), strict=True))

    def _of(self, layer: Layer) -> dict[str, Any]:
        return {name: self.arrays[f"{layer.name}/{name}"] for name, _ in layer.weights}

    def __call__(self, codes: Any, numbers: Any) -> Any:
        """Return the outputs (n_rows, n_outputs); while learning those of each member, (n_rows, members, n_outputs)."""
        values: list[Any] = [codes, numbers]
        learning = self._mode.learning and self.graph.members > 1
        for step, inputs, finished in self._plan[:-1] if learning else self._plan:
            values.append(step(*[values[place] for place in inputs]))
            for place in finished:
                values[place] = None
        return values[-1]

    def learns(self, learning: bool) -> None:
        """Switch dropout, batch statistics and the members' own outputs on or off."""
        self._mode.learning = learning

    def learned(self) -> dict[str, Any]:
        """Return the tensors that are corrected, by name."""
        return {name: tensor for name, tensor in self.arrays.items() if tensor.requires_grad}

    def weights(self) -> Weights:
        """Return the weights under the names and in the shapes of the graph."""
        return {name: self._ours(name, tensor.detach().cpu().numpy()).copy() for name, tensor in self.arrays.items()}

    def set_weights(self, weights: Weights) -> None:
        """Set the weights from the names and shapes of the graph."""
        import torch

        with torch.no_grad():
            for name, tensor in self.arrays.items():
                tensor.copy_(torch.from_numpy(np.array(self._ours(name, weights[name]))))

    def _ours(self, name: str, array: np.ndarray) -> np.ndarray:
        """Turn a kernel between PyTorch's (out, in) and the graph's (in, out)."""
        return array.T if name in self._turned else array


def _is_turned(layer: Layer, name: str, shape: tuple[int, ...]) -> bool:
    return name in TURNED and len(shape) == 2 and layer.op != "tokens"


def _slots(graph: Graph) -> Iterator[tuple[int, ...]]:
    """Yield where each layer finds its inputs: 0 is the codes, 1 the numbers, then layer after layer."""
    places = {layer.name: place for place, layer in enumerate(graph.layers, start=2)}
    for layer in graph.layers:
        match layer.op:
            case "embedding":
                yield (0,)
            case "numbers":
                yield (1,)
            case _:
                yield tuple(places[name] for name in layer.inputs)


def _last_uses(graph: Graph) -> list[tuple[int, ...]]:
    """Return what is not read any more after each layer, so that its memory is free while predicting."""
    last: dict[int, int] = {}
    for index, inputs in enumerate(_slots(graph)):
        last |= dict.fromkeys(inputs, index)
    return [
        tuple(place for place, index in last.items() if index == here and place > 1)
        for here in range(len(graph.layers))
    ]
