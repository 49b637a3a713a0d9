"""``train`` and ``run``: a race of models in worker processes, its board, and the passport of the best."""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path
from typing import Any

from core.cli.output import ProgressLine, print_json, print_table
from core.cli.scratch import read_table
from core.cli.target import asked_task
from core.data.catalog import DatasetCatalog, load_frame
from core.data.propose import check_task
from core.data.schema import Dataset
from core.data.split_advice import suggest_repeats
from core.data.split_checks import check_split
from core.data.target import target_values
from core.errors import LatheError
from core.evaluate.metrics import get_metric, ordered_metrics
from core.evaluate.suggest_metric import suggest_metric
from core.evaluate.ties import BoardRow
from core.jobs.executor import LocalExecutor
from core.jobs.job import JobRequest
from core.jobs.training import board_results, run_progress, submit_run
from core.models.registry import get_model, models_for
from core.run.board import rank
from core.run.members import ready_members
from core.run.recipe import Budget, ModelChoice, Recipe
from core.run.result import ModelResult
from core.run.runs import Run, RunStore
from core.store.projects import Project, ProjectStore
from core.store.workspace import Workspace, open_workspace
from core.types import ModelStatus

PROJECT = "Command line"
_POLL_S = 0.1
_IDLE_EXIT_S = 15


def train(parsed: argparse.Namespace) -> int:
    """Read a table, race the models, print the board."""
    workspace = open_workspace(parsed.workspace)
    project = _project(workspace)
    dataset = _known_or_new(workspace, read_table(workspace, parsed.file, project_id=project.id), project)
    return _race(parsed, workspace, project, dataset, recipe_of(parsed, workspace, dataset))


def run_recipe(parsed: argparse.Namespace) -> int:
    """Carry out a recipe file; its ``source`` names the table, relative to the file."""
    recipe = Recipe.from_file(parsed.recipe)
    if not recipe.source:
        raise LatheError(
            "The recipe must name its table under `source`; it does not.",
            hint="Add for example `source: titanic.csv`.",
            field="source",
        )
    workspace = open_workspace(parsed.workspace)
    project = _project(workspace)
    table = parsed.recipe.parent / recipe.source
    dataset = _known_or_new(workspace, read_table(workspace, table, project_id=project.id), project)
    recipe = recipe.model_copy(
        update={"dataset_id": dataset.id, "dataset": recipe.dataset or dataset.fingerprint, "models": _choices(recipe)}
    )
    if recipe.second_source:
        recipe = _with_second(recipe, workspace, project, parsed.recipe.parent / recipe.second_source)
    return _race(parsed, workspace, project, dataset, recipe)


def _with_second(recipe: Recipe, workspace: Workspace, project: Project, table: Path) -> Recipe:
    """Return the recipe with the rows of ``table`` as its hold-out."""
    second = _known_or_new(workspace, read_table(workspace, table, project_id=project.id), project)
    split = recipe.task.split.model_copy(update={"second": second.id, "second_fingerprint": second.fingerprint})
    return recipe.model_copy(update={"task": recipe.task.model_copy(update={"split": split})})


def _choices(recipe: Recipe) -> tuple[ModelChoice, ...]:
    return recipe.models or tuple(ModelChoice(key=m.key) for m in models_for(recipe.task.kind))


def _project(workspace: Workspace) -> Project:
    store = ProjectStore(workspace)
    return next((p for p in store.list() if p.name == PROJECT), None) or store.create(PROJECT)


def _known_or_new(workspace: Workspace, dataset: Dataset, project: Project) -> Dataset:
    """Keep one copy of a table that is trained on again and again."""
    catalog = DatasetCatalog(workspace)
    for other in catalog.list(project.id):
        if other.id != dataset.id and other.fingerprint == dataset.fingerprint and other.name == dataset.name:
            catalog.delete(dataset.id)
            return other
    return dataset


def recipe_of(parsed: argparse.Namespace, workspace: Workspace, dataset: Dataset) -> Recipe:
    """Return the experiment that the options of a command describe; the task is proposed where it is not given."""
    task = asked_task(parsed, workspace, dataset)
    split = task.split.model_copy(update={"folds": _folds(parsed.folds), "seed": parsed.seed})
    keys = [key.strip() for key in parsed.models.split(",") if key.strip()]
    keys = keys or [model.key for model in models_for(task.kind)]
    return Recipe(
        dataset=dataset.fingerprint,
        dataset_id=dataset.id,
        task=task.model_copy(update={"split": split, "metric": parsed.metric}),
        models=_with_combined(tuple(ModelChoice(key=get_model(key).key) for key in keys), parsed.combine),
        budget=Budget(time_limit_s=max(parsed.time_limit, 0.0), device=parsed.device),
        seed=parsed.seed,
    )


def _with_combined(choices: tuple[ModelChoice, ...], way: str) -> tuple[ModelChoice, ...]:
    """Add the vote or the stack of all models that may be its members."""
    members = tuple(one.label for one in choices if ready_members(get_model(one.key)))
    return (*choices, ModelChoice(key=way, members=members)) if way else choices


def _folds(folds: int) -> int:
    if not 2 <= folds <= 20:
        raise LatheError(f"The number of folds must be from 2 to 20; it is {folds}.", field="--folds")
    return folds


def _race(parsed: argparse.Namespace, workspace: Workspace, project: Project, dataset: Dataset, recipe: Recipe) -> int:
    for warning in check_task(load_frame(workspace, dataset), dataset, recipe.task):
        print(f"note: {warning}", file=sys.stderr)
    for note in check_split(workspace, dataset, recipe.task).notes:
        print(f"note: {note}", file=sys.stderr)
    _advise(workspace, dataset, recipe)
    executor = LocalExecutor(workspace, idle_exit_s=_IDLE_EXIT_S)
    run = submit_run(workspace, executor, project.id, recipe)
    _watch(workspace, executor, run)
    results = board_results(workspace, run.id)
    metric = ordered_metrics(recipe.task)[0]
    places = rank(results, metric.key)
    best = next((r for p in places[:1] for r in results if r.label == p.label), None)
    passport = _passport(workspace, executor, project, run, best, parsed.out) if best and parsed.out else None
    report = {
        "run": run.id,
        "dataset": {"name": dataset.name, "rows": dataset.rows, "fingerprint": dataset.fingerprint},
        "task": recipe.task.kind.value,
        "metric": metric.key,
        "leaderboard": [_row(result, places, metric.key) for result in _in_order(results, places)],
        "holdout": _holdout(workspace, run, best, metric.key) if best else None,
        "passport": passport,
    }
    _print(parsed, report)
    asked = {choice.label for choice in recipe.models}
    return 0 if any(r.status is ModelStatus.OK and r.label in asked for r in results) else 1


def _advise(workspace: Workspace, dataset: Dataset, recipe: Recipe) -> None:
    """Say which metric suits the target, and where folds should be drawn more often."""
    task = recipe.task
    frame = load_frame(workspace, dataset, columns=[task.target])
    suited = suggest_metric(task, target_values(frame[task.target], task.kind))
    if suited.key != ordered_metrics(task)[0].key:
        print(f"note: the metric {suited.key} would suit. {suited.reason}", file=sys.stderr)
    advice = suggest_repeats(task.split, dataset.rows)
    if advice is not None:
        print(f"note: {advice.reason}", file=sys.stderr)


def _watch(workspace: Workspace, executor: LocalExecutor, run: Run) -> None:
    """Follow a run until none of its jobs is active; a dispatcher that died meanwhile is replaced."""
    line = ProgressLine()
    while True:
        executor.ensure_dispatcher()
        progress = run_progress(workspace, run.id)
        line.show(f"{progress.fraction:4.0%}  {progress.sentence}")
        if not progress.active:
            break
        time.sleep(_POLL_S)
    line.close()


def _in_order(results: tuple[ModelResult, ...], places: tuple[BoardRow, ...]) -> list[ModelResult]:
    ranks = {place.label: place.rank for place in places}
    return sorted(results, key=lambda r: ranks.get(r.label, len(results) + 1))


def _row(result: ModelResult, places: tuple[BoardRow, ...], metric: str) -> dict[str, Any]:
    score = result.score(metric)
    place = next((p for p in places if p.label == result.label), None)
    return {
        "model": result.label,
        "framework": result.framework.value,
        "status": result.status.value,
        "metric": metric,
        "score": score.value if score else None,
        "interval": [score.low, score.high] if score else None,
        "fit_s": result.fit_s,
        "device": result.device,
        "reason": result.reason or result.device_reason,
        "remedy": result.remedy,
        "tied": bool(place and place.tied),
        "recommended": bool(place and place.recommended),
        "scores": {s.metric: s.value for s in result.scores},
    }


def _holdout(workspace: Workspace, run: Run, best: ModelResult, metric: str) -> dict[str, Any] | None:
    """Return the best model's score on the locked rows; asking for it here counts as a look."""
    score = next((s for s in best.holdout if s.metric == metric), None)
    if score is None:
        return None
    looks = RunStore(workspace).count_look(run.id)
    return {
        "model": best.label,
        "metric": metric,
        "score": score.value,
        "interval": [score.low, score.high],
        "looks": looks,
    }


def _passport(
    workspace: Workspace, executor: LocalExecutor, project: Project, run: Run, best: ModelResult, out: Path
) -> str:
    """Make and prove the best model's passport in a worker, then copy it to ``out``."""
    pool = best.framework.pool
    request = JobRequest(
        kind="export",
        pool=pool,
        payload={"run_id": run.id, "label": best.label},
        project_id=project.id,
        run_id=run.id,
        label=best.label,
        title=f"Passport of {best.title}",
        priority=0,
    )
    job = executor.wait([executor.submit(request).id], timeout_s=900)[0]
    if job.error is not None:
        raise LatheError(f"The passport could not be made: {job.error.message}", hint=job.error.hint)
    if not job.result.get("proven"):
        raise LatheError(
            "A fresh process did not reproduce the passport's sample predictions, so it is not handed out.",
            hint=str(job.result.get("message", "")),
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(workspace.path(str(job.result["path"])), out)
    return str(out)


def _print(parsed: argparse.Namespace, report: dict[str, Any]) -> None:
    if parsed.json:
        print_json(report)
        return
    metric = get_metric(report["metric"])
    print_table(
        ["model", "status", metric.key, "95 % from", "to", "tied", "fit s", "device", "reason"],
        [
            [
                row["model"],
                row["status"],
                row["score"],
                *(row["interval"] or (None, None)),
                "yes" if row["tied"] else "",
                row["fit_s"],
                row["device"],
                " ".join(filter(None, (row["reason"], row["remedy"]))),
            ]
            for row in report["leaderboard"]
        ],
    )
    if report["holdout"]:
        held = report["holdout"]
        print(f"\nLocked rows: {held['model']} scores {held['score']:.4g} ({metric.key}).")
    if report["passport"]:
        print(f"Passport, proven in a fresh process: {report['passport']}")
