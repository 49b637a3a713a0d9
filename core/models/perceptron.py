"""scikit-learn's own network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

MLP = ModelSpec(
    key="mlp",
    title="Small network",
    family="Networks",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="layers",
            kind="int",
            default=1,
            low=1,
            high=4,
            label="Hidden layers",
            help="Each layer mixes what the one before made. More layers see more tangled patterns and learn more "
            "slowly.",
            why_default="One layer can follow any smooth effect; begin there.",
        ),
        ParamSpec(
            name="width",
            kind="int",
            default=64,
            low=4,
            high=512,
            log=True,
            label="Cells in each layer",
            help="More cells follow finer patterns and learn noise sooner.",
            why_default="Enough for tables of some dozen columns.",
        ),
        ParamSpec(
            name="activation",
            kind="choice",
            default="relu",
            choices=("relu", "tanh", "logistic"),
            choice_labels=("Bent once (ReLU)", "S-shaped (tanh)", "S-shaped from 0 to 1 (logistic)"),
            label="Shape of a cell's answer",
            help="The activation function. S-shaped cells give smoother answers.",
            why_default="Learns fastest.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="alpha",
            kind="float",
            default=0.001,
            low=1e-6,
            high=10.0,
            log=True,
            label="How strongly to hold weights small",
            help="L2 penalty on the weights. Higher is steadier.",
            why_default="A light hold; stopping in time does the rest.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="learning_rate",
            kind="float",
            default=0.003,
            low=1e-4,
            high=0.1,
            log=True,
            label="Step size",
            help="How far weights move with each batch of rows (learning rate of Adam). Too large never settles.",
            why_default="A little above Adam's own: small tables have few batches.",
        ),
        ParamSpec(
            name="epochs",
            kind="int",
            default=100,
            low=1,
            high=1000,
            log=True,
            label="Most passes over the rows",
            help="Epochs. It ends before where the rows that watch get no better.",
            why_default="Mostly it ends long before.",
        ),
        ParamSpec(
            name="patience",
            kind="int",
            default=10,
            low=1,
            high=100,
            log=True,
            label="Passes to wait for a better one",
            help="A tenth of the rows watch; after so many passes without a better loss on them it ends and keeps the "
            "best (early stopping).",
            why_default="Long enough to get over a few bad passes.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    capabilities=Capabilities(sample_weights=True, progress="epoch"),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.perceptron:build",
    cost=4,
    simplicity=6,
    interpretability="low",
    key_param="width",
    limits=(
        Limit(
            of="cells",
            most=200_000_000,
            why="It learns on the CPU, batch by batch, which takes hours on so many cells.",
            remedy="Use a network of PyTorch or Keras, which can learn on a GPU, or take a sample.",
        ),
    ),
    summary="A plain network of one or two hidden layers: each cell mixes the columns and bends the result.",
    good_at="Smooth effects that depend on each other; quick to start, needs no other library.",
    bad_at="Columns of very different kinds and many categories; saying why. The other networks can do more.",
    formula=r"h = \phi(W_1 x + b_1), \qquad \hat{y} = \sigma(W_2 h + b_2)",
    source="Rumelhart, Hinton and Williams (1986), Learning Representations by Back-Propagating Errors; Kingma and Ba "
    "(2015), Adam; scikit-learn",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return scikit-learn's network for the task."""
    from core.models.adapters.perceptron import PerceptronClassifier, PerceptronRegressor

    kind: Any = PerceptronClassifier if context.task.is_classification else PerceptronRegressor
    return kind(**params, seed=context.seed)
