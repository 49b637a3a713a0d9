"""From a `NetworkSpec` and the shape of the data to the graph of layers that both frameworks build.

The published networks are kept to what tables of some thousand to a million rows and a CPU can carry; where a layer
differs from its paper, its function says so. Category codes are embedded in all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from core.errors import LatheError
from core.models.adapters.blocks import Blocks
from core.models.adapters.graph import Graph
from core.models.adapters.network_spec import DataShape, NetworkSpec
from core.models.adapters.own_layers import add_own_layers
from core.models.adapters.sizes import heads_of

RESNET_FACTOR, FFN_FACTOR = 2, 4 / 3
PERIODIC_WIDTH, PERIODIC_SPREAD = 4, 0.1


def build_graph(spec: NetworkSpec, data: DataShape) -> Graph:
    """Return the layers of ``spec`` for a table.

    Raises
    ------
    LatheError
        Where there is no column, or a person's own layers cannot be read.
    """
    if not data.n_numeric and not data.levels:
        raise LatheError("A network needs at least one column.", hint="Keep a column to learn from in the plan.")
    blocks = Blocks(data)
    _BUILDERS[spec.architecture](blocks, spec)
    return blocks.graph()


def _joined(blocks: Blocks, spec: NetworkSpec, numbers: str | None) -> str:
    """Put the embeddings and the numbers beside each other, the embeddings first."""
    columns = [*blocks.embeddings(spec.embedding_width), *([numbers] if numbers else [])]
    return blocks.concat(columns, name="inputs")


def _hidden(blocks: Blocks, spec: NetworkSpec, source: str) -> str:
    """Add hidden layers: dense, batch normalisation (where asked), activation, dropout."""
    for width in spec.hidden:
        source = blocks.dense(source, width)
        source = blocks.batch_norm(source) if spec.batch_norm else source
        source = blocks.dropout(blocks.activation(source, spec.activation), spec.dropout)
    return source


def _mlp(blocks: Blocks, spec: NetworkSpec) -> None:
    """Multilayer perceptron with entity embeddings (Guo, Berkhahn 2016)."""
    blocks.output(_hidden(blocks, spec, _joined(blocks, spec, blocks.numbers())))


def _resnet(blocks: Blocks, spec: NetworkSpec) -> None:
    """ResNet for tables (Gorishniy et al. 2021, arXiv:2106.11959, section 3.2)."""
    source = blocks.dense(_joined(blocks, spec, blocks.numbers()), spec.hidden[0])
    for width in spec.hidden:
        inner = blocks.dense(blocks.batch_norm(source), width * RESNET_FACTOR)
        inner = blocks.dropout(blocks.activation(inner, "relu"), spec.dropout)
        source = blocks.sum_of(source, blocks.dense(inner, width))
    blocks.output(blocks.activation(blocks.batch_norm(source), "relu"))


def _realmlp(blocks: Blocks, spec: NetworkSpec) -> None:
    """RealMLP's layers (Holzmueller et al. 2024, arXiv:2407.04491): periodic embeddings, learned scaling, SELU or Mish.

    Its own preparation, parametrisation and schedules of dropout and weight decay are left out.
    """
    numbers = blocks.numbers()
    if numbers is not None:
        numbers = blocks.periodic(numbers, PERIODIC_WIDTH, spread=PERIODIC_SPREAD)
    source = blocks.scale(_joined(blocks, spec, numbers))
    activation = "mish" if blocks.data.predicts_number else "selu"
    for width in spec.hidden:
        source = blocks.dropout(blocks.activation(blocks.dense(source, width), activation), spec.dropout)
    blocks.output(source)


def _ft_transformer(blocks: Blocks, spec: NetworkSpec) -> None:
    """FT-Transformer (Gorishniy et al. 2021, section 3.3): each column a token, attention between them, then ReGLU.

    As in the paper the first block has no normalisation before its attention.
    """
    width = spec.hidden[0]
    tokens = _tokens(blocks, width)
    source = blocks.add("class_token", (tokens,), (blocks.shape(tokens)[0] + 1, width), (("token", (width,)),))
    for place, width in enumerate(spec.hidden):
        inner = _attention(blocks, blocks.layer_norm(source) if place else source, spec)
        source = blocks.sum_of(source, inner)
        hidden = blocks.dense(blocks.layer_norm(source), 2 * round(width * FFN_FACTOR))
        hidden = blocks.dropout(blocks.activation(hidden, "reglu"), spec.dropout)
        source = blocks.sum_of(source, blocks.dense(hidden, width))
    first = blocks.add("first_token", (source,), (blocks.width(source),))
    blocks.output(blocks.activation(blocks.layer_norm(first), "relu"))


def _tokens(blocks: Blocks, width: int) -> str:
    found = blocks.embeddings(width, spread=(3 * width) ** -0.5)
    numbers = blocks.numbers()
    if numbers is not None:
        columns = blocks.data.n_numeric
        weights = (("kernel", (columns, width)), ("bias", (columns, width)))
        found.append(blocks.add("tokens", (numbers,), (columns, width), weights))
    return blocks.add("stack", found, (len(blocks.data.levels) + blocks.data.n_numeric, width))


def _attention(blocks: Blocks, source: str, spec: NetworkSpec) -> str:
    width = blocks.width(source)
    weights = (
        ("qkv_kernel", (width, 3 * width)),
        ("qkv_bias", (3 * width,)),
        ("out_kernel", (width, width)),
        ("out_bias", (width,)),
    )
    shape, heads = blocks.shape(source), heads_of(width)
    return blocks.add("attention", (source,), shape, weights, heads=heads, dropout=spec.attention_dropout)


def _tabm(blocks: Blocks, spec: NetworkSpec) -> None:
    """TabM (Gorishniy et al. 2025, arXiv:2410.24210): an MLP of members that share most of their weights."""
    source = _joined(blocks, spec, blocks.numbers())
    source = blocks.add("members", (source,), (spec.members, blocks.width(source)), members=spec.members)
    for place, width in enumerate(spec.hidden):
        source = _member_dense(blocks, source, width, signs=place == 0)
        source = blocks.dropout(blocks.activation(source, spec.activation), spec.dropout)
    outputs, inputs = blocks.data.n_outputs, blocks.width(source)
    weights = (("kernel", (spec.members, inputs, outputs)), ("bias", (spec.members, outputs)))
    source = blocks.add(
        "member_dense", (source,), (spec.members, outputs), weights, name="output", shared=False, signs=False
    )
    of = "values" if blocks.data.predicts_number else "probabilities"
    blocks.add("member_mean", (source,), (outputs,), of=of)


def _member_dense(blocks: Blocks, source: str, width: int, *, signs: bool) -> str:
    members, inputs = blocks.shape(source)
    weights = (
        ("kernel", (inputs, width)),
        ("before", (members, inputs)),
        ("after", (members, width)),
        ("bias", (members, width)),
    )
    return blocks.add("member_dense", (source,), (members, width), weights, shared=True, signs=signs)


def _wide_deep(blocks: Blocks, spec: NetworkSpec) -> None:
    """Wide & Deep (Cheng et al. 2016, arXiv:1606.07792): a linear model beside an MLP, learned together.

    The wide part has a number for each category and each column, without products of columns.
    """
    outputs = blocks.data.n_outputs
    wide = blocks.embeddings(outputs, stem="wide", spread=0.0)
    numbers = blocks.numbers()
    if numbers is not None:
        wide.append(blocks.dense(numbers, outputs, name="wide_numbers"))
    deep = blocks.dense(_hidden(blocks, spec, _joined(blocks, spec, numbers)), outputs, name="deep")
    blocks.add("add", (deep, *wide), (outputs,), name="output")


def _own(blocks: Blocks, spec: NetworkSpec) -> None:
    add_own_layers(blocks, spec)


_BUILDERS: dict[str, Callable[[Blocks, NetworkSpec], None]] = {
    "mlp": _mlp,
    "resnet": _resnet,
    "realmlp": _realmlp,
    "ft_transformer": _ft_transformer,
    "tabm": _tabm,
    "wide_deep": _wide_deep,
    "layers": _own,
}
