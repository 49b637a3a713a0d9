"""The optimisers of `LearningSpec` in PyTorch: its own, with decoupled weight decay. Import inside functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, optim

from core.models.adapters.network_spec import LearningSpec


class Corrections:
    """One step of the optimiser after another.

    Parameters
    ----------
    learned : mapping of str to Tensor
        By ``<layer>/<weight>``.
    """

    def __init__(self, learning: LearningSpec, learned: Mapping[str, Tensor]) -> None:
        self.tensors = list(learned.values())
        decayed = [tensor for name, tensor in learned.items() if learning.decays(name)]
        self._clip, self._rate = learning.clip_norm, learning.learning_rate
        self._decayed = [] if learning.optimizer == "adamw" else decayed
        self._decay = learning.weight_decay
        self.optimizer = _optimizer(learning, _groups(learning, learned))

    def step(self, rate: float) -> None:
        """Correct the tensors with ``rate`` by their gradients."""
        if rate != self._rate:
            self._rate = rate
            for group in self.optimizer.param_groups:
                group["lr"] = rate
        if self._decayed:
            with torch.no_grad():
                torch._foreach_mul_(self._decayed, 1 - rate * self._decay)
        self.optimizer.step()

    def forget(self) -> None:
        """Forget the gradients."""
        for tensor in self.tensors:
            tensor.grad = None

    def norm(self) -> Tensor:
        """Return the gradient's Euclidean norm, and clip the gradient where that is asked for."""
        gradients = [tensor.grad for tensor in self.tensors if tensor.grad is not None]
        found = torch.nn.utils.get_total_norm(gradients)
        if self._clip is not None:
            torch.nn.utils.clip_grads_with_norm_(self.tensors, self._clip, found)
        return found

    def state(self) -> dict[str, np.ndarray]:
        """Return the averages of each tensor as ``<place>/<name>``."""
        return {
            f"{place}/{name}": torch.as_tensor(value).cpu().numpy().copy()
            for place, slots in self.optimizer.state_dict()["state"].items()
            for name, value in slots.items()
            if value is not None
        }

    def restore(self, state: Mapping[str, np.ndarray]) -> None:
        """Set the averages from what `state` returned."""
        slots: dict[int, dict[str, Any]] = {}
        for key, value in state.items():
            place, _, name = key.partition("/")
            slots.setdefault(int(place), {})[name] = torch.from_numpy(np.array(value))
        groups = self.optimizer.state_dict()["param_groups"]
        self.optimizer.load_state_dict({"state": slots, "param_groups": groups})


def _groups(learning: LearningSpec, learned: Mapping[str, Tensor]) -> list[dict[str, Any]]:
    if learning.optimizer != "adamw":
        return [{"params": list(learned.values())}]
    decayed = {name for name in learned if learning.decays(name)}
    groups = [
        {"params": [tensor for name, tensor in learned.items() if (name in decayed) is having], "weight_decay": decay}
        for having, decay in ((True, learning.weight_decay), (False, 0.0))
    ]
    return [group for group in groups if group["params"]]


def _optimizer(learning: LearningSpec, groups: list[dict[str, Any]]) -> Any:
    rate = learning.learning_rate
    match learning.optimizer:
        case "adamw":
            return optim.AdamW(groups, lr=rate, fused=True)
        case "adam":
            return optim.Adam(groups, lr=rate, fused=True)
        case "sgd":
            nesterov = learning.nesterov and learning.momentum > 0
            return optim.SGD(groups, lr=rate, momentum=learning.momentum, nesterov=nesterov, fused=True)
        case "rmsprop":
            return optim.RMSprop(groups, lr=rate, foreach=True)
        case "adagrad":
            return optim.Adagrad(groups, lr=rate, foreach=True)
        case "adadelta":
            return optim.Adadelta(groups, lr=rate, foreach=True)
