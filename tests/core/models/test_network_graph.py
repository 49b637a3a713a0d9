"""Networks as data: architectures, a person's own layers, first weights, sizes; no framework is needed."""

from __future__ import annotations

import numpy as np
import pytest

from core.errors import LatheError
from core.models.adapters.architectures import build_graph
from core.models.adapters.graph import Graph
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import ARCHITECTURES, DataShape, LearningSpec, NetworkSpec
from core.models.adapters.own_layers import FORMS, read_layers
from core.models.adapters.presets import PRESETS, network_spec, suggested_decay, suggested_rate
from core.models.adapters.sizes import fitting_batch, heads_of, rows_at_once, training_memory_bytes
from core.models.networks import NETWORK_PARAMS, NETWORKS, graph_of
from core.models.spec import BuildContext
from core.params import validate_params
from core.types import TaskKind

TABLES = {"both": DataShape(5, (3, 9), 4), "numbers": DataShape(5, (), 1), "codes": DataShape(0, (3, 9), 2)}


def graph(architecture: str, data: DataShape = TABLES["both"]) -> Graph:
    return build_graph(network_spec(architecture), data)  # type: ignore[arg-type]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_architecture_fits_every_kind_of_table(architecture: str, table: str) -> None:
    built = graph(architecture, TABLES[table])
    seen: set[str] = set()
    for layer in built.layers:
        assert layer.name not in seen
        assert set(layer.inputs) <= seen
        seen.add(layer.name)
    assert built.output.shape == (TABLES[table].n_outputs,)
    weights = initial_weights(built, seed=0)
    learned = {name: w for name, w in weights.items() if not name.endswith(("mean", "variance"))}
    assert sum(w.size for w in learned.values()) == built.parameters
    assert all(np.isfinite(w).all() and w.dtype == np.float32 for w in weights.values())


def test_first_weights_follow_the_seed() -> None:
    first, again, other = (initial_weights(graph("tabm"), seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["output/kernel"], other["output/kernel"])
    assert set(np.unique(first["member_dense_0/before"])) == {-1.0, 1.0}
    assert set(np.unique(first["member_dense_1/before"])) == {1.0}


def test_a_network_without_columns_is_refused() -> None:
    with pytest.raises(LatheError, match="at least one column"):
        graph("mlp", DataShape(0, (), 2))


def test_own_layers_become_the_network() -> None:
    text = """
    numeric embedding 4   # each number by four
    category embedding 2
    dense 16 gelu
    dropout 0.2
    residual 8 relu 0.1
    layer norm
    """
    built = build_graph(NetworkSpec("layers", (), lines=text), DataShape(3, (5,), 2))
    assert [layer.op for layer in built.layers] == [
        *("numbers", "periodic", "embedding", "concat", "dense", "activation", "dropout"),
        *("batch_norm", "dense", "activation", "dropout", "dense", "add", "layer_norm", "dense"),
    ]
    assert [layer.shape for layer in built.layers if layer.op == "concat"] == [(3 * 4 + 2,)]
    assert {line: read_layers(line)[0].what for line in FORMS.values()} == {line: what for what, line in FORMS.items()}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("dense 16\ndens 3", 2, "begins with dense, residual"),
        ("dense wide", 1, "from 1 to 4096"),
        ("dense 0 relu", 1, "from 1 to 4096"),
        ("dense 99999", 1, "from 1 to 4096"),
        ("dense 8 step", 1, "activation must be one of relu"),
        ("dense 8 relu 3", 1, "'3' is left over"),
        ("\n\ndropout 1.5", 3, "from 0 to 0.9"),
        ("dropout nan", 1, "from 0 to 0.9"),
        ("residual 8", 1, "activation must be one of relu"),
        ("dense 8\nnumeric embedding 4", 2, "stands once, before all other layers"),
        ("numeric embedding 1", 1, "from 2 to 64"),
        ("category embedding 2\ncategory embedding 2", 2, "stands once"),
        ("batch norm 3", 1, "left over"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(text: str, line: int, said: str) -> None:
    with pytest.raises(LatheError, match=f"Line {line}, ") as caught:
        read_layers(text)
    assert said in str(caught.value)
    assert caught.value.field == "own_layers"


def test_own_layers_are_checked_before_anything_is_trained() -> None:
    for text in ("# nothing", "dense 4\n" * 51):
        with pytest.raises(LatheError, match="1 to 50 layers"):
            read_layers(text)
    for spec in NETWORKS:
        with pytest.raises(LatheError, match="Line 1"):
            spec.build({"architecture": "layers", "own_layers": "dense"}, BuildContext(task=TaskKind.BINARY))


def test_presets_apply_where_nothing_else_is_chosen() -> None:
    assert network_spec("tabm").members == PRESETS["tabm"].members
    assert network_spec("tabm", members=4, blocks=1, block_width=24, block_dropout=0.0) == NetworkSpec(
        "tabm", (24,), dropout=0.0, members=4
    )
    assert network_spec("mlp", blocks=7, block_width=9).hidden == (128, 128)
    assert suggested_rate("ft_transformer", "adamw") < suggested_rate("mlp", "adamw") < suggested_rate("mlp", "sgd")
    assert suggested_decay("mlp", "adamw") > suggested_decay("mlp", "sgd") == 0.0


def test_weight_decay_takes_what_it_is_meant_for() -> None:
    assert LearningSpec().decays("dense_0/bias")
    kernels = LearningSpec(decay_all=False)
    assert kernels.decays("attention_0/qkv_kernel")
    assert not kernels.decays("embedding_0/table")
    assert not LearningSpec(optimizer="adam").decays("dense_0/kernel")


@pytest.mark.parametrize(("field", "value"), [("loss", "hinge"), ("optimizer", "lion"), ("schedule", "none")])
def test_unknown_names_are_refused(field: str, value: str) -> None:
    with pytest.raises(LatheError, match=f"{field} must be one of"):
        LearningSpec(**{field: value})  # type: ignore[arg-type]


def test_the_graph_for_screens_is_the_one_that_is_trained() -> None:
    params = validate_params(NETWORK_PARAMS, {"architecture": "resnet", "block_width": 24})
    assert graph_of(params, 7, (3, 9), n_outputs=4) == build_graph(
        network_spec("resnet", block_width=24), DataShape(5, (3, 9), 4)
    )
    assert graph_of({}, 5).parameters == graph("mlp", TABLES["numbers"]).parameters


def test_memory_decides_the_batch() -> None:
    wide = graph("ft_transformer", DataShape(60, (), 1))
    assert training_memory_bytes(wide, 512) > 1.9 * training_memory_bytes(wide, 256) - 8 * wide.parameters
    assert fitting_batch(wide, 1024, 0) == 1024
    small = fitting_batch(wide, 1024, 2**30)
    assert 8 <= small < 1024
    assert training_memory_bytes(wide, small) <= 2**28 < training_memory_bytes(wide, 2 * small)
    assert fitting_batch(wide, 1024, 1) == 8
    assert rows_at_once(wide) < rows_at_once(graph("mlp")) == 16384
    assert [heads_of(width) for width in (128, 20, 6, 7)] == [8, 4, 2, 1]
