from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from core.errors import LatheError
from core.models.adapters.network_spec import (
    DataShape,
    NetworkSpec,
    batch_rows,
    describe,
    embedding_width,
    hidden_widths,
    initial_weights,
)
from core.models.adapters.training import EarlyStopping, Schedule, batches, split_validation
from core.models.networks import NETWORKS
from core.models.spec import BuildContext
from core.params import validate_params
from core.types import TaskKind
from tests.core.models.net_checks import PARITY_SPECS
from tests.core.models.net_process import ROOT, run_checks

pytestmark = pytest.mark.timeout(600)
Found = dict[str, dict[str, np.ndarray]]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("parity")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda framework: run_checks(framework, "parity", folder), ("torch", "keras")))
    assert not any(text for answer in answers for text in answer.values()), answers
    return {name: dict(np.load(folder / f"{name}.npz")) for name in ("torch", "keras")}


@pytest.mark.parametrize("name", PARITY_SPECS)
def test_equal_weights_give_equal_outputs(name: str, found: Found) -> None:
    torch, keras = (found[framework][f"outputs-{name}"] for framework in ("torch", "keras"))
    assert torch.shape == (200, 3)
    assert np.abs(torch).max() > 0.1
    assert np.abs(torch - keras).max() < 1e-5


@pytest.mark.parametrize("name", ["adamw", "adam", "sgd", "norm", "weighted"])
def test_without_dropout_both_learn_along_the_same_losses(name: str, found: Found) -> None:
    torch, keras = (found[framework][f"losses-{name}"] for framework in ("torch", "keras"))
    assert torch[-1, 0] < torch[0, 0]
    np.testing.assert_allclose(torch[:, 0], keras[:, 0], rtol=1e-4)
    # The running variance of batch normalisation divides by n - 1 in PyTorch and by n in Keras.
    np.testing.assert_allclose(torch[:, 1], keras[:, 1], rtol=1e-2 if name == "norm" else 1e-4)


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
        assert {p.name: built[p.name] for p in spec.params if p.name != "class_weight"} == {
            p.name: params.get(p.name, p.default) for p in spec.params if p.name != "class_weight"
        }
        assert "class_weight" not in spec.build(params, BuildContext(task=TaskKind.REGRESSION)).get_params()


def test_building_imports_no_framework() -> None:
    code = (
        "import sys; from core.models.networks import NETWORKS; from core.models.spec import BuildContext\n"
        "for spec in NETWORKS: spec.build({}, BuildContext(task='binary'))\n"
        "assert not {'torch', 'tensorflow', 'keras'} & set(sys.modules), 'a framework was imported'"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, timeout=60)


def test_description_counts_every_weight() -> None:
    spec, levels = NetworkSpec(hidden=(32, 16), batch_norm=True), (3, 200)
    shapes = describe(spec, 12, levels, n_outputs=4)
    weights = initial_weights(spec, DataShape(10, levels, 4), seed=0)
    learned = sum(w.size for name, w in weights.items() if not name.endswith(("mean", "variance")))
    assert sum(shape.parameters for shape in shapes) == learned
    assert [shape.name for shape in shapes] == [
        *("embedding_0", "embedding_1", "dense_0", "norm_0", "dense_1", "norm_1", "output")
    ]
    assert shapes[1].inputs == 201
    assert shapes[2].inputs == 10 + embedding_width(3) + embedding_width(200)


def test_automatic_sizes() -> None:
    assert [embedding_width(levels) for levels in (0, 2, 10, 100, 10**6)] == [1, 2, 6, 21, 50]
    assert [batch_rows(rows) for rows in (10, 1500, 5000, 20000, 10**6)] == [32, 32, 128, 512, 1024]
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
    epochs = list(batches(101, Schedule(epochs=3, batch_size=25, patience=None, seed=0)))
    for order, edges in epochs:
        assert sorted(order) == list(range(101))
        assert set(np.diff(edges)) <= {20, 21}
    assert not np.array_equal(epochs[0][0], epochs[1][0])


def test_patience_is_counted_from_the_best_epoch() -> None:
    stopping = EarlyStopping(patience=2)
    seen = []
    for epoch, loss in enumerate([3.0, 2.0, 2.5, 1.0, 1.0, 1.5], start=1):
        seen.append((stopping.is_best(epoch, loss), stopping.should_stop))
    assert seen == [(True, False), (True, False), (False, False), (True, False), (False, False), (False, True)]
    assert stopping.best_epoch == 4
