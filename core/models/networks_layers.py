"""What is chosen about a network's layers."""

from __future__ import annotations

from core.models.adapters.presets import OWN_LAYERS, PRESETS
from core.params import Condition, ParamSpec
from core.types import ParamLevel

_PLAIN = Condition(param="architecture", values=("mlp", "wide_deep"))
_PUBLISHED = Condition(param="architecture", values=("resnet", "realmlp", "ft_transformer", "tabm"))
_SUGGESTED = "As the architecture suggests"


def _each(field: str) -> str:
    named = {"resnet": "ResNet", "realmlp": "RealMLP", "ft_transformer": "FT-Transformer", "tabm": "TabM"}
    return ", ".join(f"{title} {getattr(PRESETS[key], field):g}" for key, title in named.items())  # type: ignore[index]


ARCHITECTURE = ParamSpec(
    name="architecture",
    kind="choice",
    default="mlp",
    choices=("mlp", "resnet", "realmlp", "ft_transformer", "tabm", "wide_deep", "layers"),
    choice_labels=(
        "Plain layers (MLP)",
        "Residual blocks (ResNet)",
        "Plain layers with described numbers (RealMLP)",
        "Attention between columns (FT-Transformer)",
        "Many networks in one (TabM)",
        "Linear model beside layers (Wide & Deep)",
        "Layers of my own",
    ),
    label="Architecture",
    help="How the network is built. MLP: layers one after the other. ResNet: blocks that add to what goes through "
    "(Gorishniy et al. 2021). RealMLP: an MLP whose numbers are first described by waves (Holzmueller et al. 2024). "
    "FT-Transformer: each column looks at the others; slow with many columns (Gorishniy et al. 2021). TabM: members "
    "that share most weights and vote (Gorishniy et al. 2025). Wide & Deep: a linear model and an MLP learned "
    "together (Cheng et al. 2016).",
    why_default="An MLP learns most tables in seconds; TabM and RealMLP are the strongest of these on many tables.",
)

LAYER_PARAMS = (
    ARCHITECTURE,
    ParamSpec(
        name="own_layers",
        kind="lines",
        default=OWN_LAYERS,
        examples=(OWN_LAYERS, "numeric embedding 8\ndense 64 gelu\nresidual 64 gelu 0.1\nlayer norm"),
        label="Layers, one a line",
        help="From the columns to the prediction. A line is one of: dense 128 relu; residual 128 gelu 0.1; dropout "
        "0.1; batch norm; layer norm; activation relu; scale; and before all others numeric embedding 8 and category "
        "embedding 8. The output layer is added.",
        why_default="The same as the plain network.",
        tunable=False,
        active_when=Condition(param="architecture", values=("layers",)),
    ),
    ParamSpec(
        name="layers",
        kind="int",
        default=2,
        low=1,
        high=5,
        label="Hidden layers",
        help="How many layers of neurons lie between the columns and the prediction (depth).",
        why_default="Two are enough for most tables; more need more rows.",
        active_when=_PLAIN,
    ),
    ParamSpec(
        name="width",
        kind="int",
        default=128,
        low=8,
        high=1024,
        log=True,
        step=8,
        label="Neurons in a layer",
        help="How much each layer can hold (width). More neurons learn finer patterns and take longer.",
        why_default="128 learns most tables of some thousand rows in seconds.",
        active_when=_PLAIN,
    ),
    ParamSpec(
        name="shape",
        kind="choice",
        default="equal",
        choices=("equal", "halving"),
        choice_labels=("All layers equally wide", "Each layer half as wide as the one before"),
        label="Shape",
        help="How the width changes from layer to layer.",
        why_default="Equal widths are the simplest, and seldom worse.",
        level=ParamLevel.ADVANCED,
        active_when=_PLAIN,
    ),
    ParamSpec(
        name="activation",
        kind="choice",
        default="relu",
        choices=("relu", "gelu", "silu", "tanh", "selu", "mish", "leaky_relu", "sigmoid"),
        choice_labels=("ReLU", "GELU", "SiLU (Swish)", "tanh", "SELU", "Mish", "Leaky ReLU", "Sigmoid"),
        label="Activation",
        help="The bend in each neuron. Without it the network would be a linear model.",
        why_default="ReLU is the fastest and works well.",
        level=ParamLevel.ADVANCED,
        active_when=_PLAIN,
    ),
    ParamSpec(
        name="dropout",
        kind="float",
        default=0.1,
        low=0.0,
        high=0.8,
        step=0.05,
        label="Dropout",
        help="Share of neurons switched off at random while learning. More dropout helps against learning by heart.",
        why_default="A little helps on most tables and seldom harms.",
        active_when=_PLAIN,
    ),
    ParamSpec(
        name="batch_norm",
        kind="bool",
        default=False,
        label="Normalise between layers",
        help="Batch normalisation: keeps the values inside the network on one scale. It can steady deep networks.",
        why_default="Not needed for two layers on scaled columns.",
        level=ParamLevel.ADVANCED,
        active_when=_PLAIN,
    ),
    ParamSpec(
        name="blocks",
        kind="int",
        default=None,
        low=1,
        high=8,
        optional=True,
        none_label=_SUGGESTED,
        label="Blocks",
        help="How many blocks lie behind each other (depth).",
        why_default=f"As published: {_each('blocks')}.",
        level=ParamLevel.ADVANCED,
        active_when=_PUBLISHED,
    ),
    ParamSpec(
        name="block_width",
        kind="int",
        default=None,
        low=8,
        high=1024,
        log=True,
        step=8,
        optional=True,
        none_label=_SUGGESTED,
        label="Width of a block",
        help="How much each block can hold; in the FT-Transformer, the numbers that describe each column.",
        why_default=f"{_each('width')}: as published, or smaller where a CPU would take too long.",
        level=ParamLevel.ADVANCED,
        active_when=_PUBLISHED,
    ),
    ParamSpec(
        name="block_dropout",
        kind="float",
        default=None,
        low=0.0,
        high=0.8,
        step=0.05,
        optional=True,
        none_label=_SUGGESTED,
        label="Dropout in a block",
        help="Share of neurons switched off at random while learning. More dropout helps against learning by heart.",
        why_default=f"{_each('dropout')}.",
        level=ParamLevel.ADVANCED,
        active_when=_PUBLISHED,
    ),
    ParamSpec(
        name="members",
        kind="int",
        default=None,
        low=2,
        high=64,
        optional=True,
        none_label=_SUGGESTED,
        label="Members",
        help="How many networks learn together and vote. They share most weights, and each adds to the time.",
        why_default=f"{PRESETS['tabm'].members}; the paper has 32, which takes twice the time.",
        level=ParamLevel.ADVANCED,
        active_when=Condition(param="architecture", values=("tabm",)),
    ),
    ParamSpec(
        name="embedding_width",
        kind="int",
        default=None,
        low=1,
        high=64,
        optional=True,
        none_label="By the number of categories",
        label="Numbers to describe a category",
        help="Width of the embedding: each category is described by this many learned numbers.",
        why_default="min(50, 1.6 * levels ** 0.56), the rule of the fastai library.",
        level=ParamLevel.EXPERT,
        active_when=Condition(param="architecture", values=("mlp", "resnet", "realmlp", "tabm", "wide_deep")),
    ),
)
