"""What each architecture suggests where a person chooses nothing else, and from there to the specs.

Published settings, some of them made smaller so that a CPU learns them in minutes: FT-Transformer has the size its
authors' package gives for two blocks, TabM half the members and a quarter of the width of its paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.models.adapters.network_spec import (
    Activation,
    Architecture,
    NetworkSpec,
    Optimizer,
    RateSchedule,
)
from core.models.adapters.sizes import hidden_widths

OWN_LAYERS = "dense 128 relu\ndropout 0.1\ndense 128 relu\ndropout 0.1"

RateChoice = Literal["auto", "constant", "cosine", "step", "plateau", "one_cycle"]


@dataclass(frozen=True)
class Preset:
    """Sizes of an architecture and how it is best learned, with AdamW.

    Attributes
    ----------
    blocks, width, dropout, members, attention_dropout
        See `NetworkSpec`.
    learning_rate, weight_decay, decay_all, schedule
        See `LearningSpec`.
    """

    blocks: int
    width: int
    dropout: float
    learning_rate: float
    weight_decay: float
    decay_all: bool = False
    schedule: RateSchedule = "constant"
    members: int = 1
    attention_dropout: float = 0.0


PRESETS: dict[Architecture, Preset] = {
    "mlp": Preset(2, 128, 0.1, 1e-3, 1e-2, decay_all=True),
    "resnet": Preset(2, 192, 0.15, 1e-3, 1e-5),
    "realmlp": Preset(3, 256, 0.15, 5e-3, 1e-2, schedule="cosine"),
    "ft_transformer": Preset(2, 128, 0.05, 3e-4, 1e-5, attention_dropout=0.15),
    "tabm": Preset(2, 128, 0.1, 4e-3, 3e-4, members=16),
    "wide_deep": Preset(2, 128, 0.1, 1e-3, 1e-2, decay_all=True),
    "layers": Preset(2, 128, 0.1, 1e-3, 1e-2, decay_all=True),
}

RATES: dict[Optimizer, float] = {"sgd": 1e-2, "adagrad": 1e-2, "adadelta": 1.0}
"""Learning rates of optimisers whose steps are of another size than Adam's."""


def suggested_rate(architecture: Architecture, optimizer: Optimizer) -> float:
    """Return the learning rate that suits ``architecture`` and ``optimizer``."""
    return RATES.get(optimizer, PRESETS[architecture].learning_rate)


def suggested_decay(architecture: Architecture, optimizer: Optimizer) -> float:
    """Return the weight decay: that of the architecture with AdamW, none with the others."""
    return PRESETS[architecture].weight_decay if optimizer == "adamw" else 0.0


def suggested_schedule(architecture: Architecture, chosen: RateChoice) -> RateSchedule:
    """Return ``chosen``, or what the architecture suggests for "auto"."""
    return PRESETS[architecture].schedule if chosen == "auto" else chosen


def network_spec(
    architecture: Architecture = "mlp",
    *,
    layers: int = 2,
    width: int = 128,
    shape: str = "equal",
    activation: Activation = "relu",
    dropout: float = 0.1,
    batch_norm: bool = False,
    embedding_width: int | None = None,
    blocks: int | None = None,
    block_width: int | None = None,
    block_dropout: float | None = None,
    members: int | None = None,
    own_layers: str = OWN_LAYERS,
) -> NetworkSpec:
    """Return the layers that a person's choices mean; what does not belong to ``architecture`` is left aside.

    ``layers``, ``width``, ``shape``, ``activation``, ``dropout`` and ``batch_norm`` are those of "mlp" and "wide_deep",
    ``blocks``, ``block_width`` and ``block_dropout`` those of the others; None is what the preset says.
    """
    preset = PRESETS[architecture] if architecture in PRESETS else PRESETS["mlp"]
    if architecture in ("mlp", "wide_deep"):
        hidden = hidden_widths(layers, width, shape)
        return NetworkSpec(architecture, hidden, activation, dropout, batch_norm, embedding_width)
    if architecture == "layers":
        return NetworkSpec(architecture, (), lines=own_layers)
    return NetworkSpec(
        architecture,
        hidden_widths(blocks or preset.blocks, block_width or preset.width),
        dropout=preset.dropout if block_dropout is None else block_dropout,
        embedding_width=embedding_width,
        attention_dropout=preset.attention_dropout,
        members=members or preset.members,
    )
