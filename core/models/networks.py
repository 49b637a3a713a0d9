"""The two neural networks as data: the same layers, trained by PyTorch or by Keras.

The parameters, cards and builders stand here; the training itself is in `core.models.adapters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from core.models.common import class_weight
from core.models.networks_layers import LAYER_PARAMS
from core.models.networks_learning import LEARNING_PARAMS
from core.models.networks_losses import LOSS_PARAMS
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import ParamValue
from core.types import Encoding, Framework, TaskKind

if TYPE_CHECKING:
    from core.models.adapters.graph import Graph

NETWORK_PARAMS = LAYER_PARAMS + LOSS_PARAMS + LEARNING_PARAMS

_FORMULA = (
    r"h_0 = [x, E_1(c_1), \dots],\quad h_l = \phi(W_l h_{l-1} + b_l),\quad "
    r"\hat y = W h_L + b \;\text{(softmax for classes)}"
)
_SOURCE = (
    "Rumelhart, Hinton, Williams (1986), Learning representations by back-propagating errors, Nature 323; "
    "Guo, Berkhahn (2016), Entity embeddings of categorical variables, arXiv:1604.06737; "
    "Loshchilov, Hutter (2019), Decoupled weight decay regularization, ICLR; "
    "Gorishniy et al. (2021), Revisiting deep learning models for tabular data, arXiv:2106.11959 (ResNet, "
    "FT-Transformer); Holzmueller et al. (2024), Better by default, arXiv:2407.04491 (RealMLP); Gorishniy et al. "
    "(2025), TabM, arXiv:2410.24210; Cheng et al. (2016), Wide & Deep learning, arXiv:1606.07792. Trained with "
)
_SHARED: dict[str, Any] = {
    "family": "Neural network",
    "tasks": tuple(TaskKind),
    "params": NETWORK_PARAMS,
    "capabilities": Capabilities(sample_weights=True, single_precision=True, gpu="optional", progress="epoch"),
    "encoding": Encoding.EMBEDDING,
    "scaling": True,
    "simplicity": 9,
    "interpretability": "low",
    "key_param": "width",
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
    from dataclasses import fields

    from core.models.adapters.own_layers import read_layers

    given: dict[str, Any] = dict(params)
    if given.get("architecture") == "layers":
        read_layers(given["own_layers"])
    if "class_weight" in given:
        given["class_weight"] = class_weight(given["class_weight"])
    given.update(n_codes=context.n_codes, device=context.device, threads=context.threads, random_state=context.seed)
    kind = classifier if context.task.is_classification else regressor
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in given.items() if name in known})


def graph_of(
    params: Mapping[str, ParamValue], n_features: int, levels: tuple[int, ...] = (), *, n_outputs: int = 1
) -> Graph:
    """Return the layers that ``params`` mean for a table, with shapes and numbers of parameters; no framework needed.

    Parameters
    ----------
    params : mapping of str to value
        Of `NETWORK_PARAMS`, checked; may be partial.
    n_features : int
        Columns of the prepared matrix, code columns included.
    levels : tuple of int
        Number of categories of each code column.
    n_outputs : int
        Classes, or 1 where a number is predicted.

    Raises
    ------
    LatheError
        Where a person's own layers cannot be read, naming the line.
    """
    from core.models.adapters.architectures import build_graph
    from core.models.adapters.network_spec import DataShape
    from core.models.adapters.presets import network_spec

    chosen: dict[str, Any] = {name: value for name, value in params.items() if name in _OF_LAYERS}
    return build_graph(network_spec(**chosen), DataShape(n_features - len(levels), levels, n_outputs))


_OF_LAYERS = {param.name for param in LAYER_PARAMS}


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
