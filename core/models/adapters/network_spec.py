"""What is chosen about a network and about its learning, as data: what both frameworks and the screens read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args

import numpy as np

from core.errors import LatheError

Architecture = Literal["mlp", "resnet", "realmlp", "ft_transformer", "tabm", "wide_deep", "layers"]
Activation = Literal["relu", "gelu", "silu", "tanh", "selu", "mish", "leaky_relu", "sigmoid"]
Optimizer = Literal["adamw", "adam", "sgd", "rmsprop", "adagrad", "adadelta"]
RateSchedule = Literal["constant", "cosine", "step", "plateau", "one_cycle"]
Loss = Literal["cross_entropy", "focal", "mse", "mae", "huber", "quantile", "poisson"]
Weights = dict[str, np.ndarray]

ARCHITECTURES: tuple[str, ...] = get_args(Architecture)
DECAYED: tuple[str, ...] = ("adamw", "sgd", "rmsprop")
"""Optimisers that weight decay is used with: Adam with it is AdamW, and the adaptive ones do without."""


@dataclass(frozen=True)
class NetworkSpec:
    """What is chosen about a network's layers; nothing that depends on the data.

    Attributes
    ----------
    architecture : Architecture
        Which of `core.models.adapters.architectures`.
    hidden : tuple of int
        Width of each hidden layer or block, first to last; equal ones where blocks add to what goes through.
    activation, dropout
        Between the layers. ResNet and FT-Transformer have activations of their own.
    batch_norm : bool
        For "mlp" and the deep part of "wide_deep".
    embedding_width : int or None
        Width of every embedding; None follows `embedding_width`.
    attention_dropout : float
        On the attention of "ft_transformer".
    members : int
        Networks that learn together, of "tabm".
    lines : str
        A person's own layers, one a line, of "layers".
    """

    architecture: Architecture = "mlp"
    hidden: tuple[int, ...] = (128, 128)
    activation: Activation = "relu"
    dropout: float = 0.1
    batch_norm: bool = False
    embedding_width: int | None = None
    attention_dropout: float = 0.0
    members: int = 1
    lines: str = ""

    def __post_init__(self) -> None:
        """Refuse names that no framework was taught.

        Raises
        ------
        LatheError
            Where the architecture or the activation is unknown.
        """
        _check_known("architecture", self.architecture, ARCHITECTURES)
        _check_known("activation", self.activation, get_args(Activation))

    @classmethod
    def from_stored(cls, stored: Mapping[str, Any]) -> Self:
        """Return the spec of a stored network; what else is stored beside it is left aside."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in stored.items() if name in known}
        return cls(**values | {"hidden": tuple(int(width) for width in stored["hidden"])})


@dataclass(frozen=True)
class LearningSpec:
    """What is chosen about learning; every number is settled.

    Attributes
    ----------
    loss : Loss
        Of one row, with outputs ``z``; the loss of a batch is the mean of ``weight * loss`` over its rows.

        - cross_entropy: ``-sum_k q_k log softmax(z)_k``, q being 1 for the class. While learning, ``label_smoothing`` s
          makes q ``(1 - s) + s / K`` for the class and ``s / K`` for each other of the K.
        - focal: ``-(1 - p) ** focal_gamma * log(p)``, p the probability of the class (Lin et al. 2017).
        - mse: ``(z - y) ** 2``. mae: ``|z - y|``.
        - huber: with ``d = |z - y|``, ``d ** 2 / 2`` up to ``D = huber_delta``, then ``D * (d - D / 2)``.
        - quantile: ``max(q (y - z), (q - 1) (y - z))``.
        - poisson: ``exp(z) - y z`` with z first cut to -30 ... 30.

        The target ``y`` is standardised, but for poisson, where it is divided by its mean.
    optimizer : Optimizer
        PyTorch's update rules and constants: Adam betas 0.9 and 0.999, epsilon 1e-8; RMSprop alpha 0.99, epsilon 1e-8;
        Adagrad epsilon 1e-10; Adadelta rho 0.9, epsilon 1e-6; ``momentum`` and ``nesterov`` for "sgd".
    weight_decay : float
        Decoupled (Loshchilov, Hutter 2019) for every optimiser that has it (`DECAYED`; 0 for the others): before the
        step ``w = w - rate * weight_decay * w``.
    decay_all : bool
        Whether biases, embeddings and normalisations decay too, or only arrays whose name ends in "kernel".
    schedule, warmup_epochs, decay_factor, step_epochs, plateau_epochs
        See `core.models.adapters.rates`.
    clip_norm : float or None
        Where the Euclidean norm of the whole gradient is larger, the gradient is scaled down to it:
        ``g * min(1, clip_norm / (norm + 1e-6))``, before weight decay and step.
    mixed_precision : bool
        Layers in bfloat16 on a GPU that has it; without effect elsewhere.
    epochs : int
    batch_size : int
    patience : int or None
        Epochs without a better loss on the rows set aside; None learns all epochs.
    """

    loss: Loss = "mse"
    focal_gamma: float = 2.0
    huber_delta: float = 1.0
    quantile: float = 0.5
    label_smoothing: float = 0.0
    optimizer: Optimizer = "adamw"
    learning_rate: float = 1e-3
    momentum: float = 0.9
    nesterov: bool = False
    weight_decay: float = 1e-2
    decay_all: bool = True
    schedule: RateSchedule = "constant"
    warmup_epochs: int = 0
    decay_factor: float = 0.5
    step_epochs: int = 15
    plateau_epochs: int = 3
    clip_norm: float | None = None
    mixed_precision: bool = False
    epochs: int = 60
    batch_size: int = 128
    patience: int | None = 8

    def __post_init__(self) -> None:
        """Refuse names that no framework was taught.

        Raises
        ------
        LatheError
            Where loss, optimiser or schedule is unknown.
        """
        _check_known("loss", self.loss, get_args(Loss))
        _check_known("optimizer", self.optimizer, get_args(Optimizer))
        _check_known("schedule", self.schedule, get_args(RateSchedule))

    def decays(self, weight: str) -> bool:
        """Tell whether the learned array called ``<layer>/<weight>`` is pulled towards zero."""
        has_decay = self.weight_decay > 0 and self.optimizer in DECAYED
        return has_decay and (self.decay_all or weight.endswith("kernel"))


@dataclass(frozen=True)
class DataShape:
    """What the data decides about a network.

    Attributes
    ----------
    n_numeric : int
        Columns that are numbers.
    levels : tuple of int
        Number of known categories of each code column. Code columns come first in the matrix.
    n_outputs : int
        Classes, or 1 for regression.
    is_regression : bool or None
        None: where there is one output.
    """

    n_numeric: int
    levels: tuple[int, ...] = ()
    n_outputs: int = 1
    is_regression: bool | None = None

    @property
    def predicts_number(self) -> bool:
        """Whether the target is a number."""
        return self.n_outputs == 1 if self.is_regression is None else self.is_regression


def _check_known(field: str, value: str, known: tuple[str, ...]) -> None:
    if value not in known:
        raise LatheError(f"{field} must be one of {', '.join(known)}. It is {value!r}.", field=field)
