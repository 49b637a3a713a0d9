from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import get_args

import numpy as np
import pytest

from core.errors import LatheError
from core.models.adapters.architectures import build_graph
from core.models.adapters.graph import Op
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import ARCHITECTURES, Activation, DataShape, Loss, NetworkSpec, Optimizer
from core.models.adapters.parts import split_validation
from core.models.adapters.sizes import batch_rows, embedding_width, hidden_widths
from core.models.adapters.training import EarlyStopping, batch_edges, epoch_order
from core.models.networks import NETWORKS
from core.models.spec import BuildContext
from core.params import validate_params
from core.types import TaskKind
from tests.core.models.net_parity import LEARNED, ROWS, SPECS
from tests.core.models.net_process import ROOT, run_module

pytestmark = pytest.mark.timeout(600)
Found = dict[str, dict[str, np.ndarray]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("parity")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda framework: run_module("net_parity", framework, str(folder)), ("torch", "keras")))
    return {name: dict(np.load(folder / f"{name}.npz")) for name in ("torch", "keras")}


@pytest.mark.parametrize("name", SPECS)
def test_equal_weights_give_equal_outputs(name: str, found: Found) -> None:
    torch, keras = (found[framework][f"outputs-{name}"] for framework in ("torch", "keras"))
    assert torch.shape == (ROWS, SPECS[name][1].n_outputs)
    assert np.abs(torch - torch.mean(axis=0)).max() > 0.05
    assert np.abs(torch - keras).max() < 1e-6


@pytest.mark.parametrize("name", LEARNED)
def test_without_dropout_both_learn_along_the_same_losses(name: str, found: Found) -> None:
    torch, keras = (found[framework][f"learned-{name}"] for framework in ("torch", "keras"))
    assert torch[-1, 0] < torch[0, 0]
    np.testing.assert_allclose(torch[:, [0, 2]], keras[:, [0, 2]], rtol=1e-4)
    # A bias before batch normalisation has no gradient but rounding noise, which Adam makes steps of; the running mean,
    # used for the rows that watch, follows it late.
    np.testing.assert_allclose(torch[:, 1], keras[:, 1], rtol=2e-3 if name in ("norm", "resnet") else 1e-4)


def test_every_choice_of_learning_is_compared() -> None:
    assert {learning.optimizer for learning in LEARNED.values()} == set(get_args(Optimizer))
    assert {learning.loss for learning in LEARNED.values()} == set(get_args(Loss))
    assert {spec.architecture for spec, _ in SPECS.values()} == set(ARCHITECTURES)
    graphs = [build_graph(*case) for case in SPECS.values()]
    assert {layer.op for graph in graphs for layer in graph.layers} | {"dropout"} == set(get_args(Op))
    kinds = {str(layer.options["kind"]) for graph in graphs for layer in graph.layers if layer.op == "activation"}
    assert kinds == {*get_args(Activation), "reglu"}


def test_both_score_alike(found: Found) -> None:
    scores = [float(found[framework]["score"]) for framework in ("torch", "keras")]
    assert min(scores) > 0.9
    assert abs(scores[0] - scores[1]) < 0.02


def test_declarations_and_estimators_agree() -> None:
    for spec in NETWORKS:
        assert spec.params == NETWORKS[0].params
        params = validate_params(spec.params, {"optimizer": "sgd", "class_weight": "balanced"})
        context = BuildContext(task=TaskKind.BINARY, seed=3, threads=2, device="cuda:0", n_codes=4)
        built = spec.build(params, context).get_params()
        assert built["class_weight"] == "balanced"
        assert (built["random_state"], built["threads"], built["device"], built["n_codes"]) == (3, 2, "cuda:0", 4)
        other = spec.build(params, BuildContext(task=TaskKind.REGRESSION)).get_params()
        assert "class_weight" not in other
        for param in spec.params:
            held = [given[param.name] for given in (built, other) if param.name in given]
            assert held, param.name
            if param.name != "class_weight":
                assert set(held) == {params.get(param.name, param.default)}


def test_building_imports_no_framework() -> None:
    code = (
        "import sys; from core.models.networks import NETWORKS; from core.models.spec import BuildContext\n"
        "for spec in NETWORKS: spec.build({}, BuildContext(task='binary'))\n"
        "assert not {'torch', 'tensorflow', 'keras'} & set(sys.modules), 'a framework was imported'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_description_counts_every_weight() -> None:
    graph = build_graph(NetworkSpec(hidden=(32, 16), batch_norm=True), DataShape(10, (3, 200), 4))
    weights = initial_weights(graph, seed=0)
    learned = sum(w.size for name, w in weights.items() if not name.endswith(("mean", "variance")))
    assert graph.parameters == learned
    with_weights = [layer for layer in graph.layers if layer.weights]
    assert [layer.name for layer in with_weights] == [
        *("embedding_0", "embedding_1", "dense_0", "norm_0", "dense_1", "norm_1", "output")
    ]
    assert weights["embedding_1/table"].shape == (201, embedding_width(200))
    assert weights["dense_0/kernel"].shape[0] == 10 + embedding_width(3) + embedding_width(200)


def test_automatic_sizes() -> None:
    assert [embedding_width(levels) for levels in (0, 2, 10, 100, 10**6)] == [1, 2, 6, 21, 50]
    assert [batch_rows(rows) for rows in (10, 1500, 5000, 20000, 10**6)] == [32, 32, 128, 512, 4096]
    assert hidden_widths(4, 32, "halving") == (32, 16, 8, 4)
    assert hidden_widths(3, 8, "halving")[-1] == 4


def test_unknown_activation_is_refused() -> None:
    with pytest.raises(LatheError, match="relu, gelu, silu, tanh"):
        NetworkSpec(activation="step")  # type: ignore[arg-type]


def test_watching_rows_hold_every_class_and_leave_one_to_learn_from() -> None:
    labels = np.repeat([0, 1, 2], [180, 18, 2])
    watch = split_validation(labels, 200, share=0.5, seed=0)
    assert np.bincount(labels[watch]).tolist() == [90, 9, 1]
    assert not split_validation(labels[:20], 20, share=0.15, seed=0).any()
    assert split_validation(None, 100, share=0.2, seed=0).sum() == 20


def test_every_row_is_seen_once_an_epoch_in_even_batches() -> None:
    edges = batch_edges(101, 25)
    assert (edges[0], edges[-1]) == (0, 101)
    assert set(np.diff(edges)) <= {20, 21}
    orders = [epoch_order(101, 0, epoch) for epoch in (1, 2, 1)]
    assert sorted(orders[0]) == list(range(101))
    assert not np.array_equal(orders[0], orders[1])
    assert np.array_equal(orders[0], orders[2])


def test_patience_is_counted_from_the_best_epoch() -> None:
    stopping = EarlyStopping(patience=2)
    seen = []
    for epoch, loss in enumerate([3.0, 2.0, 2.5, 1.0, 1.0, 1.5], start=1):
        seen.append((stopping.is_best(epoch, loss), stopping.should_stop))
    assert seen == [(True, False), (True, False), (False, False), (True, False), (False, False), (False, True)]
    assert stopping.best_epoch == 4
