"""What one framework finds and the other must equal, written by a process of its own:

    python -m tests.core.models.net_parity torch|keras FOLDER

Outputs of every architecture from equal weights; losses and gradients along training for every optimiser and loss,
without dropout; a score at the end of a usual fit.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from core.models.adapters.architectures import build_graph
from core.models.adapters.initial import initial_weights
from core.models.adapters.network_spec import DataShape, LearningSpec, NetworkSpec
from core.models.adapters.parts import TrainingPart
from core.models.adapters.presets import network_spec
from core.models.adapters.training import TrainingJob, train

SMALL: dict[str, Any] = {"layers": 2, "width": 12, "blocks": 2, "block_width": 8, "block_dropout": 0.0, "dropout": 0.0}
EVERY_LAYER = (
    "numeric embedding 5\ncategory embedding 3\nscale\ndense 9 gelu\nlayer norm\ndense 8 silu\nresidual 6 selu\n"
    "dense 8 mish\nbatch norm\nactivation leaky_relu\ndense 7\nactivation sigmoid\nresidual 5 tanh"
)
CLASSES, NUMBER = DataShape(3, (4, 9), 3), DataShape(3, (4, 9), 1)
ROWS, WATCHED = 150, 50


def small(architecture: str, **more: Any) -> NetworkSpec:
    """Return a small network that holds nothing random."""
    spec = network_spec(architecture, **SMALL | {"members": 3} | more)  # type: ignore[arg-type]
    return replace(spec, attention_dropout=0.0)


SPECS = {
    "mlp": (small("mlp"), CLASSES),
    "norm": (small("mlp", batch_norm=True), CLASSES),
    "only numbers": (small("mlp"), DataShape(3, (), 2)),
    "only categories": (small("realmlp"), DataShape(0, (4, 9), 2)),
    "resnet": (small("resnet"), CLASSES),
    "realmlp": (small("realmlp"), CLASSES),
    "realmlp of a number": (small("realmlp"), NUMBER),
    "ft_transformer": (small("ft_transformer"), CLASSES),
    "tabm": (small("tabm"), CLASSES),
    "tabm of a number": (small("tabm"), NUMBER),
    "wide_deep": (small("wide_deep"), CLASSES),
    "layers": (small("layers", own_layers=EVERY_LAYER), CLASSES),
}
"""Every architecture, and every operation of a graph."""

LEARNED = {
    "norm": LearningSpec("cross_entropy", label_smoothing=0.1, schedule="cosine"),
    "resnet": LearningSpec("focal", optimizer="adam", clip_norm=0.5),
    "realmlp of a number": LearningSpec("mse", optimizer="sgd", learning_rate=0.01, warmup_epochs=2),
    "ft_transformer": LearningSpec("cross_entropy", optimizer="rmsprop", schedule="step", step_epochs=1),
    "tabm": LearningSpec("cross_entropy", decay_all=False, weight_decay=0.1, learning_rate=0.01),
    "tabm of a number": LearningSpec("huber", optimizer="adagrad", learning_rate=0.01, huber_delta=0.7),
    "mlp of a number": LearningSpec("mae", optimizer="sgd", momentum=0.0, learning_rate=0.05, weight_decay=0.1),
    "wide_deep of a number": LearningSpec("quantile", optimizer="adadelta", learning_rate=1.0, quantile=0.8),
    "layers of a number": LearningSpec(
        "poisson", optimizer="sgd", nesterov=True, learning_rate=0.02, schedule="one_cycle"
    ),
}
"""Every loss, optimiser, clipping and decay; the schedules are the shared loop's."""


def spec_of(name: str) -> tuple[NetworkSpec, DataShape]:
    """Return the network of a case of `LEARNED`."""
    return SPECS[name] if name in SPECS else (SPECS[name.removesuffix(" of a number")][0], NUMBER)


def rows_for(data: DataShape) -> TrainingPart:
    """Return rows with weights that the columns tell something about."""
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(0, levels + 1, ROWS) for levels in data.levels], 1) if data.levels else None
    codes = np.empty((ROWS, 0)) if codes is None else codes
    numbers = rng.normal(size=(ROWS, data.n_numeric)).astype(np.float32)
    signal = numbers.sum(1) + 0.3 * codes.sum(1)
    if data.predicts_number:
        target = np.exp((signal - signal.mean()) / signal.std() / 2).astype(np.float32)[:, None]
    else:
        target = np.digitize(signal, np.quantile(signal, [1 / 3, 2 / 3])).astype(np.int32)
    return TrainingPart(codes.astype(np.int32), numbers, target, rng.uniform(0.5, 1.5, ROWS).astype(np.float32))


def outputs(adapter: Any, spec: NetworkSpec, data: DataShape) -> np.ndarray:
    """Return what a network gives from weights that none of them starts from."""
    graph, rng = build_graph(spec, data), np.random.default_rng(1)
    weights = initial_weights(graph, seed=1)
    moved = {name: w + rng.uniform(0.0, 0.3, w.shape).astype(np.float32) for name, w in weights.items()}
    part = rows_for(data)
    found: np.ndarray = adapter.build_forward(graph, moved)(part.codes, part.numbers)
    return found


def learned(adapter: Any, spec: NetworkSpec, data: DataShape, learning: LearningSpec) -> np.ndarray:
    """Return learning loss and watching loss, and the gradient's norm where each batch is measured, by epoch."""
    graph, part = build_graph(spec, data), rows_for(data)
    learning = replace(learning, epochs=4, batch_size=40, patience=None)
    watch = np.arange(ROWS) < WATCHED
    weights = initial_weights(graph, seed=1)
    job = TrainingJob(spec, learning, graph, data, weights, part.take(~watch), part.take(watch), 3, "cpu", None)
    history = train(adapter.open_trainer, job).history
    return np.asarray([[row["train_loss"], row["valid_loss"], row["gradient_norm"]] for row in history])


def score(adapter: Any, framework: str) -> float:
    """Return the ROC AUC on rows not learned from, of a fit with dropout and early stopping."""
    from sklearn.datasets import make_classification
    from sklearn.metrics import roc_auc_score

    table, labels = make_classification(1500, 10, n_informative=6, random_state=3)
    model = getattr(adapter, f"{framework.title()}NetClassifier")(width=64, epochs=30)
    model.fit(table[:1000], labels[:1000])
    return float(roc_auc_score(labels[1000:], model.predict_proba(table[1000:])[:, 1]))


def main(framework: str, folder: Path) -> None:
    """Write all that is compared."""
    if framework == "torch":
        from core.models.adapters import torch_net as adapter
    else:
        from core.models.adapters import keras_net as adapter  # type: ignore[no-redef]
    found = {f"outputs-{name}": outputs(adapter, *case) for name, case in SPECS.items()}
    found |= {f"learned-{name}": learned(adapter, *spec_of(name), how) for name, how in LEARNED.items()}
    np.savez(folder / f"{framework}.npz", score=np.asarray(score(adapter, framework)), **found)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
