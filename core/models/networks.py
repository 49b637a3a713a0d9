"""The two neural networks as data: the same layers, trained by PyTorch or by Keras.

The parameters, cards and builders stand here; the training itself is in `core.models.adapters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import CLASS_WEIGHT
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import Condition, ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

LAYER_PARAMS = (
    ParamSpec(
        name="layers",
        kind="int",
        default=2,
        low=1,
        high=5,
        label="Hidden layers",
        help="How many layers of neurons lie between the columns and the prediction (depth).",
        why_default="Two are enough for most tables; more need more rows.",
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
    ),
    ParamSpec(
        name="activation",
        kind="choice",
        default="relu",
        choices=("relu", "gelu", "silu", "tanh"),
        choice_labels=("ReLU", "GELU", "SiLU (Swish)", "tanh"),
        label="Activation",
        help="The bend in each neuron. Without it the network would be a linear model.",
        why_default="ReLU is the fastest and works well.",
        level=ParamLevel.ADVANCED,
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
    ),
    ParamSpec(
        name="batch_norm",
        kind="bool",
        default=False,
        label="Normalise between layers",
        help="Batch normalisation: keeps the values inside the network on one scale. It can steady deep networks.",
        why_default="Not needed for two layers on scaled columns.",
        level=ParamLevel.ADVANCED,
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
    ),
)

LEARNING_PARAMS = (
    ParamSpec(
        name="learning_rate",
        kind="float",
        default=0.001,
        low=0.00001,
        high=0.1,
        log=True,
        label="Learning rate",
        help="Size of each correction. Too high and the loss jumps or becomes NaN, too low and learning takes long.",
        why_default="0.001 suits Adam and AdamW on scaled columns.",
    ),
    ParamSpec(
        name="epochs",
        kind="int",
        default=60,
        low=1,
        high=1000,
        log=True,
        label="Epochs at most",
        help="How many times the network sees all rows. Early stopping usually ends sooner.",
        why_default="Most tables are learned before; early stopping decides.",
    ),
    CLASS_WEIGHT,
    ParamSpec(
        name="batch_size",
        kind="int",
        default=None,
        low=8,
        high=4096,
        log=True,
        optional=True,
        none_label="By the number of rows",
        label="Rows in a batch",
        help="Rows that are looked at before each correction. Larger batches are faster and correct less often.",
        why_default="About one row in 32, between 32 and 1024.",
        level=ParamLevel.ADVANCED,
    ),
    ParamSpec(
        name="optimizer",
        kind="choice",
        default="adamw",
        choices=("adamw", "adam", "sgd"),
        choice_labels=("AdamW", "Adam", "SGD with momentum 0.9"),
        label="Optimiser",
        help="The rule that turns the loss into corrections.",
        why_default="AdamW needs the least tuning.",
        level=ParamLevel.ADVANCED,
    ),
    ParamSpec(
        name="weight_decay",
        kind="float",
        default=0.01,
        low=0.0,
        high=1.0,
        label="Weight decay",
        help="Pulls the weights towards zero, against learning by heart (decoupled L2 penalty).",
        why_default="The usual value of AdamW.",
        level=ParamLevel.ADVANCED,
        active_when=Condition(param="optimizer", values=("adamw",)),
    ),
    ParamSpec(
        name="early_stopping",
        kind="bool",
        default=True,
        label="Early stopping",
        help="Sets some training rows aside, stops when the loss on them no longer falls, and keeps the best epoch.",
        why_default="Saves time and prevents learning by heart.",
        level=ParamLevel.ADVANCED,
        tunable=False,
    ),
    ParamSpec(
        name="patience",
        kind="int",
        default=8,
        low=1,
        high=100,
        label="Patience in epochs",
        help="How many epochs without a better loss are waited for.",
        why_default="Long enough for a lucky epoch to pass.",
        level=ParamLevel.ADVANCED,
        tunable=False,
        active_when=Condition(param="early_stopping", values=(True,)),
    ),
    ParamSpec(
        name="validation_share",
        kind="float",
        default=0.15,
        low=0.05,
        high=0.5,
        step=0.05,
        label="Share set aside for early stopping",
        help="Part of the training rows that only watches. The folds and the hold-out are not touched by it.",
        why_default="Enough to judge by, little lost for learning.",
        level=ParamLevel.EXPERT,
        tunable=False,
        active_when=Condition(param="early_stopping", values=(True,)),
    ),
)

NETWORK_PARAMS = LAYER_PARAMS + LEARNING_PARAMS

_FORMULA = (
    r"h_0 = [x, E_1(c_1), \dots],\quad h_l = \phi(W_l h_{l-1} + b_l),\quad "
    r"\hat y = W h_L + b \;\text{(softmax for classes)}"
)
_SOURCE = (
    "Rumelhart, Hinton, Williams (1986), Learning representations by back-propagating errors, Nature 323; "
    "Guo, Berkhahn (2016), Entity embeddings of categorical variables, arXiv:1604.06737; "
    "Loshchilov, Hutter (2019), Decoupled weight decay regularization, ICLR. Trained with "
)
_SHARED: dict[str, Any] = {
    "family": "Neural network",
    "tasks": tuple(TaskKind),
    "params": NETWORK_PARAMS,
    "capabilities": Capabilities(sample_weights=True, single_precision=True, gpu="optional", progress="epoch"),
    "encoding": Encoding.EMBEDDING,
    "scaling": True,
    "simplicity": 9,
    "good_at": "Smooth relations, many rows, categories with many levels (each gets a learned description).",
    "bad_at": "Small tables and jumps in a column, where trees are better. It takes longer and is hard to read.",
    "formula": _FORMULA,
}


def build_torch(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the unfitted PyTorch estimator for ``params``; PyTorch itself is imported when it is fitted."""
    from core.models.adapters.torch_net import TorchNetClassifier, TorchNetRegressor

    return _build(TorchNetClassifier, TorchNetRegressor, params, context)


def build_keras(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the unfitted Keras estimator for ``params``; Keras itself is imported when it is fitted."""
    from core.models.adapters.keras_net import KerasNetClassifier, KerasNetRegressor

    return _build(KerasNetClassifier, KerasNetRegressor, params, context)


def _build(classifier: Any, regressor: Any, params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    given: dict[str, Any] = dict(params)
    class_weight = given.pop("class_weight", "none")
    given.update(n_codes=context.n_codes, device=context.device, threads=context.threads, random_state=context.seed)
    if not context.task.is_classification:
        return regressor(**given)
    return classifier(class_weight=None if class_weight == "none" else class_weight, **given)


NETWORKS: tuple[ModelSpec, ...] = (
    ModelSpec(
        key="torch_net",
        title="Neural network (PyTorch)",
        framework=Framework.TORCH,
        builder="core.models.networks:build_torch",
        cost=7,
        summary="Layers of simple neurons that learn a smooth function of all columns, trained by PyTorch.",
        source=_SOURCE + "PyTorch.",
        **_SHARED,
    ),
    ModelSpec(
        key="keras_net",
        title="Neural network (Keras)",
        framework=Framework.KERAS,
        builder="core.models.networks:build_keras",
        cost=8,
        summary="The same layers as the PyTorch network, trained by Keras on TensorFlow.",
        source=_SOURCE + "Keras on TensorFlow.",
        **_SHARED,
    ),
)
