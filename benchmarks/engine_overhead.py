"""Wall time of one model with 5 folds through `execute()` against the same work written by hand. Goal: ratio <= 1.15.

Both sides run in the same process, in turn, on the same generated table (numbers only), with the same folds, the same
preparation, the same model, the same final fit, its metrics and the model stored on disk (skops, torch's and Keras's
own formats); process start and imports are outside. Lathe's side includes what the hand-written side does not do:
intervals, the draws that ties are taken from, checks of the task, and the stored out-of-fold predictions.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import ROOT, environment, row

CASES = ("linear", "hist_boosting", "lightgbm", "xgboost", "catboost", "torch_net", "keras_net")
ROWS, COLUMNS, EPOCHS, ROUNDS = 10_000, 20, 15, 3
NET = {"layers": 2, "width": 64, "epochs": EPOCHS, "early_stopping": False, "batch_size": 256, "dropout": 0.0}


def table():
    import pandas as pd
    from sklearn.datasets import make_classification

    x, y = make_classification(ROWS, COLUMNS, n_informative=8, n_redundant=4, flip_y=0.05, random_state=0)
    frame = pd.DataFrame(x, columns=[f"x{i}" for i in range(COLUMNS)])
    return frame.assign(y=["yes" if value else "no" for value in y])


def by_hand(key: str, frame) -> float:
    """Fit five folds and once more on all training rows, store that model; return the mean ROC AUC."""
    from sklearn.metrics import accuracy_score, average_precision_score, log_loss, roc_auc_score
    from sklearn.model_selection import StratifiedKFold, train_test_split

    x, y = frame.drop(columns="y"), frame["y"].to_numpy(dtype=str)
    train, held = train_test_split(range(len(x)), test_size=0.2, random_state=0, stratify=y)
    scores = []
    for fit, test in StratifiedKFold(5, shuffle=True, random_state=0).split(train, y[train]):
        rows, others = [train[i] for i in fit], [train[i] for i in test]
        given = HAND[key](x.iloc[rows], y[rows])[0](x.iloc[others])
        hit = y[others] == "yes"
        scores.append(roc_auc_score(hit, given))
        average_precision_score(hit, given), accuracy_score(hit, given > 0.5), log_loss(hit, given)
    predict, store = HAND[key](x.iloc[train], y[train])
    predict(x.iloc[held])
    with tempfile.TemporaryDirectory() as folder:
        store(Path(folder))
    return statistics.mean(scores)


def _scikit(estimator, scale):
    def fit(x, y):
        from sklearn.impute import SimpleImputer
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler

        steps = [SimpleImputer(strategy="median"), StandardScaler()] if scale else [SimpleImputer(strategy="median")]
        model = make_pipeline(*steps, estimator()).fit(x, y)
        return lambda rows: model.predict_proba(rows)[:, 1], lambda folder: _skops(model, folder)

    return fit


def _skops(model, folder):
    import skops.io

    skops.io.dump(model, folder / "model.skops")


def _linear():
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(max_iter=1000)


def _of_lathe(key):
    """The same estimator with the same parameters as Lathe builds, so that only what stands around it differs."""

    def build():
        from core.models.registry import get_model
        from core.models.spec import BuildContext
        from core.params import validate_params
        from core.types import TaskKind

        spec = get_model(key)
        return spec.build(validate_params(spec.params, {}), BuildContext(task=TaskKind.BINARY))

    return build


def _torch(x, y):
    import numpy as np
    import torch
    from sklearn.preprocessing import StandardScaler

    scaler = StandardScaler().fit(x)
    inputs = torch.tensor(scaler.transform(x), dtype=torch.float32)
    target = torch.tensor((y == "yes").astype("int64"))
    torch.manual_seed(0)
    net = torch.nn.Sequential(
        torch.nn.Linear(COLUMNS, 64), torch.nn.ReLU(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 2)
    )
    optimiser = torch.optim.AdamW(net.parameters(), lr=0.001, weight_decay=0.01)
    order = np.random.default_rng(0)
    for _ in range(EPOCHS):
        picks = torch.as_tensor(order.permutation(len(inputs)))
        for start in range(0, len(inputs), 256):
            batch = picks[start : start + 256]
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(net(inputs[batch]), target[batch]).backward()
            optimiser.step()

    def predict(rows):
        with torch.no_grad():
            return net(torch.tensor(scaler.transform(rows), dtype=torch.float32)).softmax(1)[:, 1].numpy()

    return predict, lambda folder: (torch.save(net.state_dict(), folder / "net.pt"), _skops(scaler, folder))


def _keras(x, y):
    import keras
    from sklearn.preprocessing import StandardScaler

    keras.utils.set_random_seed(0)
    scaler = StandardScaler().fit(x)
    net = keras.Sequential(
        [
            keras.Input((COLUMNS,)),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(2, "softmax"),
        ]
    )
    net.compile(keras.optimizers.AdamW(0.001, weight_decay=0.01), "sparse_categorical_crossentropy")
    net.fit(
        scaler.transform(x).astype("float32"), (y == "yes").astype("int64"), epochs=EPOCHS, batch_size=256, verbose=0
    )

    def predict(rows):
        return net.predict(scaler.transform(rows).astype("float32"), batch_size=4096, verbose=0)[:, 1]

    return predict, lambda folder: (net.save(folder / "net.keras"), _skops(scaler, folder))


HAND = {
    "linear": _scikit(_linear, scale=True),
    "hist_boosting": _scikit(_of_lathe("hist_boosting"), scale=False),
    "lightgbm": _scikit(_of_lathe("lightgbm"), scale=False),
    "xgboost": _scikit(_of_lathe("xgboost"), scale=False),
    "catboost": _scikit(_of_lathe("catboost"), scale=False),
    "torch_net": _torch,
    "keras_net": _keras,
}


def measure(key: str) -> None:
    """Time both sides in turn and print one line."""
    from core.data.catalog import DatasetCatalog
    from core.data.ingest import ingest
    from core.data.propose import default_task
    from core.data.upload import receive
    from core.run.context import SilentContext
    from core.run.execute import execute
    from core.run.recipe import ModelChoice, Recipe
    from core.store.projects import ProjectStore
    from core.store.workspace import open_workspace
    from core.types import TaskKind

    frame = table()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        workspace = open_workspace(folder)
        project = ProjectStore(workspace).create("Benchmark")
        frame.to_csv(folder / "table.csv", index=False)
        path = receive(folder / "table.csv", "table.csv", workspace=workspace)
        dataset = DatasetCatalog(workspace).get(ingest(workspace, path, project_id=project.id, name="table").id)
        params = NET if key.endswith("_net") else {}
        recipe = Recipe(task=default_task(dataset, "y", TaskKind.BINARY), models=(ModelChoice(key=key, params=params),))
        lathe, hand, found = [], [], (0.0, 0.0)
        for turn in range(ROUNDS + 1):
            start = time.perf_counter()
            result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=folder / str(turn))
            middle = time.perf_counter()
            auc = by_hand(key, frame)
            if turn:
                lathe.append(middle - start)
                hand.append(time.perf_counter() - middle)
            model = result.models[0]
            if model.error is not None:
                raise SystemExit(model.error.traceback)
            found = (model.scores[0].value, auc)
    ratio = statistics.median(a / b for a, b in zip(lathe, hand, strict=True))
    row(key, statistics.median(lathe), statistics.median(hand), ratio, *found)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        measure(sys.argv[1])
    else:
        row("model", "Lathe, s", "by hand, s", "ratio (median of 3)", "AUC Lathe", "AUC by hand")
        row("---", "---", "---", "---", "---", "---")
        for case in CASES:
            # TensorFlow and PyTorch never train in one process, and thread counts are set before any import.
            subprocess.run(
                [sys.executable, "-m", "benchmarks.engine_overhead", case], cwd=ROOT, env=environment(), check=False
            )
