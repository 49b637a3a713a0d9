"""The proposed plan against the plain one (gaps, codes, one scale): cross-validated scores of the same models.

`python -m benchmarks.default_plans FOLDER` reads the CSV files named below from FOLDER, which is not part of the
repository. Scores: area under the curve, minus log loss, R². A difference counts where it is larger than its error.
"""

import argparse
import shutil
import tempfile
import warnings
from pathlib import Path

from benchmarks.common import row

TABLES = {
    "titanic.csv": "Survived",
    "telco_churn.csv": "Churn",
    "ames_housing.csv": "SalePrice",
    "wine_quality.csv": "quality",
    "california_housing.csv": "median_house_value",
}
MODELS = ("linear", "hist_boosting", "torch_net")
FOLDS = 5
MOST_ROWS = 10_000


def main():
    """Print a line for each table and model."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", type=Path)
    options.add_argument("--models", nargs="*", default=MODELS)
    options.add_argument("--tables", nargs="*", default=tuple(TABLES))
    given = options.parse_args()
    warnings.simplefilter("ignore")
    row("table", "model", "plain", "proposed", "difference", "its error", "columns")
    row(*["---"] * 7)
    for name in given.tables:
        with tempfile.TemporaryDirectory() as folder:
            measure(given.folder / name, TABLES[name], given.models, Path(folder))


def measure(path, target, models, folder):
    """Score both plans on one table."""
    import numpy as np

    from core.data.catalog import load_frame
    from core.data.ingest import ingest
    from core.data.propose import propose_task
    from core.data.task import Task
    from core.prepare.default import default_plan
    from core.prepare.suggest import suggest_plan
    from core.settings import Settings
    from core.store.projects import ProjectStore
    from core.store.workspace import Workspace

    workspace = Workspace(Settings(workspace=folder / "workspace"))
    copied = shutil.copy(path, folder / path.name)
    dataset = ingest(workspace, copied, project_id=ProjectStore(workspace).create("b").id, name=path.name)
    task = Task(kind=propose_task(dataset.column(target)).kind, target=target)
    columns = [column for column in dataset.columns if task.is_used(column.name)]
    frame = load_frame(workspace, dataset)
    # Without the meaning of columns, the kind of the target and the profile there is nothing but the plain plan.
    plain = default_plan([column.model_copy(update={"meaning": None}) for column in columns])
    plans = (plain, suggest_plan(workspace, dataset, task))
    for model in models:
        (plain, _), (ours, width) = (scores(frame, task, columns, plan, model) for plan in plans)
        gain = ours - plain
        error = float(np.std(gain, ddof=1) / FOLDS**0.5)
        row(path.stem, model, float(plain.mean()), float(ours.mean()), float(gain.mean()), error, width)
    workspace.database.close()


def scores(frame, task, columns, plan, model):
    """Return the score of each fold, and the columns of the last matrix."""
    import numpy as np
    from sklearn.base import clone
    from sklearn.metrics import log_loss, r2_score, roc_auc_score
    from sklearn.model_selection import KFold, StratifiedKFold

    from core.data.target import has_target, target_values
    from core.models.registry import get_model
    from core.models.spec import BuildContext
    from core.params import validate_params
    from core.prepare.compiler import compile_plan
    from core.prepare.fitting import fit_rows
    from core.types import TaskKind

    y = target_values(frame[task.target], task.kind)
    known = np.flatnonzero(has_target(y))
    if len(known) > MOST_ROWS:
        known = np.random.default_rng(0).choice(known, MOST_ROWS, replace=False)
    frame, y = frame.iloc[known], np.asarray(y[known], dtype=str if task.kind.is_classification else float)
    spec = get_model(model)
    compiled = compile_plan(plan, columns, spec.needs, task=task.kind)
    folds = (StratifiedKFold if task.kind.is_classification else KFold)(FOLDS, shuffle=True, random_state=0)
    found = []
    for fit, test in folds.split(frame, y):
        prepare = clone(compiled.transformer)
        ready = fit_rows(prepare, frame.iloc[fit], y[fit])
        context = BuildContext(task=task.kind, n_codes=compiled.n_codes)
        fitted = spec.build(validate_params(spec.params, {}), context).fit(ready.matrix, y[fit][ready.rows])
        cells = prepare.transform(frame.iloc[test])
        if task.kind is TaskKind.BINARY:
            found.append(roc_auc_score(y[test] == fitted.classes_[1], fitted.predict_proba(cells)[:, 1]))
        elif task.kind is TaskKind.MULTICLASS:
            found.append(-log_loss(y[test], fitted.predict_proba(cells), labels=fitted.classes_))
        else:
            found.append(r2_score(y[test], np.ravel(fitted.predict(cells))))
    return np.array(found), ready.matrix.shape[1]


if __name__ == "__main__":
    main()
