"""The PyTorch network as scikit-learn estimators. PyTorch is imported when one is fitted or predicts."""

from __future__ import annotations

import numpy as np

from core.models.adapters.graph import Graph
from core.models.adapters.net_base import Forward
from core.models.adapters.net_kinds import NetClassifier, NetRegressor
from core.models.adapters.network_spec import Weights
from core.models.adapters.torch_graph import TorchNetwork
from core.models.adapters.torch_training import open_trainer


def build_forward(graph: Graph, weights: Weights) -> Forward:
    """Build the network for predicting: float64, on the CPU, without dropout."""
    import torch

    network = TorchNetwork(graph, dtype=torch.float64, device="cpu")
    network.set_weights(weights)

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
