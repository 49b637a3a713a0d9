"""What the jobs do: thin functions that find what a payload names and hand it to the engine.

Each is ``(workspace, payload, context) -> JSON values``. They run in workers only, so their imports may be heavy; they
stand inside the functions because a worker of one pool must not import what another pool's framework brings along.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.errors import LatheError, NotFound
from core.jobs.diagnosis_tasks import send_finished
from core.jobs.trained import Trained, find_trained, locked_or_all, table_of_run, training_frame
from core.run.context import RunContext
from core.run.runs import RunStore
from core.store.artifacts import read_json, remove_tree, write_json
from core.store.workspace import Workspace
from core.types import ModelStatus

IMPORTANCE_FILE = "importance.json"
PASSPORT_FILE = "passport.zip"
VERIFY_FILE = "verify.json"
RUN_FILE = "run.json"


def train(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Train the model ``label`` of the run ``run_id`` and store its result.

    A model that fails is stored as a failed row, with its reason; the job itself has then done its work.
    """
    from core.jobs.members_first import wait_for_members
    from core.run.execute import execute
    from core.run.folds import clear_progress, clear_results

    run_id, label = str(payload["run_id"]), str(payload["label"])
    store = RunStore(workspace)
    run = store.get(run_id)
    dataset = table_of_run(workspace, run)
    folder = workspace.folder("runs", run_id)
    # What an earlier attempt left, its passport above all, must not be taken for the new model's.
    clear_results(folder / label)
    wait_for_members(workspace, run_id, label, run.recipe, context)
    outcome = execute(
        run.recipe.only(label),
        context,
        workspace=workspace,
        dataset=dataset,
        folder=folder,
        resumable=True,
        label=label,
    )
    write_json(folder / label / RUN_FILE, outcome)
    try:
        for result in outcome.models:
            store.save_result(run_id, result.model_copy(update={"path": workspace.relative(folder / result.label)}))
    except NotFound:
        # The run was deleted while its last model was being stored: nothing of it must stay.
        remove_tree(folder)
        raise
    if all(result.status is ModelStatus.OK for result in outcome.models):
        clear_progress(folder / label)
    problem = send_finished(workspace, run_id, label)
    status = outcome.models[0].status.value if outcome.models else ""
    # A worker whose memory was used up serves no other job.
    error = next((result.error.kind for result in outcome.models if result.error is not None), "")
    return {"label": label, "status": status, "error": error, **({"tracking_problem": problem} if problem else {})}


def explain(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Write the permutation importance of a trained model to ``importance.json`` beside it.

    It is measured on the locked rows, which the model has not learned from, or on all where none are locked.
    """
    from core.explain.importance import permutation_importance

    trained = find_trained(workspace, payload)
    data, rows = locked_or_all(workspace, trained)
    importance = permutation_importance(
        trained.fitted,
        data.frame.iloc[rows],
        data.y[rows],
        metric=data.metrics[0].key,
        positive=data.task.positive_class,
        costs=data.costs,
        repeats=int(payload.get("repeats", 5)),
        seed=trained.run.recipe.seed,
        context=context,
    )
    path = trained.folder / IMPORTANCE_FILE
    # The score on the locked rows is shown only when asked for, and each look is counted.
    locked = len(data.split.holdout) > 0
    write_json(path, importance.model_copy(update={"baseline": None}) if locked else importance)
    return {"path": workspace.relative(path)}


def explain_row(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Explain one prediction; the explanation is the job's result.

    The payload names a row of the dataset (``row``, counted from 0) or brings its cells as text (``values``), and
    may name a ``target_class``; without one it is the class asked for, where the task has one.
    """
    from core.explain.rows import explain_row as shapley

    trained = find_trained(workspace, payload)
    frame = training_frame(workspace, trained)
    row = _typed_row(trained, payload["values"]) if "values" in payload else _numbered_row(frame, int(payload["row"]))
    explanation = shapley(
        trained.fitted,
        frame,
        row,
        target_class=payload.get("target_class") or trained.run.recipe.task.positive_class or None,
        seed=trained.run.recipe.seed,
        context=context,
    )
    verdict, reason = _verdict(trained, row)
    told = {"verdict": verdict, "reason": reason}
    return {"row": payload.get("row"), "explanation": explanation.model_dump(mode="json"), **told}


def _verdict(trained: Trained, row: Any) -> tuple[str, str]:
    """Say whether a row is like those learned from; models of earlier versions have no contract."""
    from core.prepare.contract import Contract, check_rows

    contract = trained.fitted.contract or Contract(rows=0, columns=())
    verdict, reason = next(check_rows(contract, row).told())
    return verdict.value, reason


def export(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Write a trained model's passport and have a fresh process prove it; both files lie beside the model."""
    from core.export.passport import write_passport
    from core.export.verify import verify_passport
    from core.run.board import BASELINE
    from core.run.result import RunResult

    trained = find_trained(workspace, payload)
    context.report(0.1, "writing", "Writing the passport")
    data, rows = locked_or_all(workspace, trained)
    run_file = trained.folder / RUN_FILE
    results = RunStore(workspace).results(trained.run.id)
    path = trained.folder / PASSPORT_FILE
    write_passport(
        trained.fitted,
        path,
        dataset=trained.dataset,
        recipe=trained.run.recipe,
        result=trained.result,
        sample=data.frame.iloc[rows],
        holdout_shown=trained.run.holdout_looks > 0,
        baseline=next((result for result in results if result.key == BASELINE), None),
        run=RunResult.model_validate(read_json(run_file)) if run_file.exists() else None,
    )
    context.report(0.5, "proving", "A fresh process loads it and predicts the sample rows")
    report = verify_passport(path)
    write_json(trained.folder / VERIFY_FILE, report)
    return {"path": workspace.relative(path), "proven": report.proven, "message": report.sentence()}


def predict(workspace: Workspace, payload: Mapping[str, Any], context: RunContext) -> dict[str, Any]:
    """Predict every row of an uploaded file (``path``, relative to the workspace) and write the table ``out``."""
    from core.data.upload import discard
    from core.export.predict import predict_table
    from core.export.shaping import shaping_of
    from core.shape.session import tables_of

    trained = find_trained(workspace, payload)
    context.report(0.1, "predicting", f"Predicting the rows of {payload.get('name') or 'the file'}")
    source, out = workspace.path(str(payload["path"])), workspace.path(str(payload["out"]))
    if not source.exists():
        raise LatheError("The uploaded file is not there any more.", hint="Upload it again.", field="path")
    report = predict_table(
        trained.fitted,
        source,
        out=out,
        name=str(payload.get("name", "")),
        parse=trained.dataset.parse,
        shaping=shaping_of(trained.dataset),
        tables=tables_of(workspace, trained.dataset),
        context=context,
    )
    # The upload has done its work; a person keeps the file, the workspace need not.
    discard(source, workspace=workspace)
    write_json(_report_path(out), report)
    return {"path": workspace.relative(out), "report": report.model_dump(mode="json")}


def _report_path(out: Path) -> Path:
    return out.with_suffix(".report.json")


def _numbered_row(frame: Any, number: int) -> Any:
    if not 0 <= number < len(frame):
        raise LatheError(
            f"The row must be one of the table's {len(frame):,}, counted from 1. It is {number + 1:,}.", field="row"
        )
    return frame.iloc[[number]]


def _typed_row(trained: Trained, values: Mapping[str, Any]) -> Any:
    import pandas as pd

    from core.data.conform import conform

    texts = {column.name: [str(values.get(column.name) or "")] for column in trained.fitted.columns}
    return conform(pd.DataFrame(texts), trained.fitted.columns, trained.dataset.parse).frame
