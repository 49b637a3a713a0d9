"""``weak-spots``, ``review`` and ``mlflow``: what a trained run tells."""

from __future__ import annotations

import argparse

from core.cli.output import print_json, print_table
from core.jobs.diagnosis_tasks import found_model, send
from core.run.diagnosis import diagnose
from core.run.review_queue import build_review
from core.run.runs import RunStore
from core.store.workspace import open_workspace


def weak_spots(parsed: argparse.Namespace) -> int:
    """Print where a model is worse than elsewhere."""
    workspace = open_workspace(parsed.workspace)
    run, dataset, folder = found_model(workspace, parsed.run, parsed.label)
    found = diagnose(workspace, dataset, run.recipe.task, folder)
    if parsed.json:
        print_json(found.model_dump(mode="json"))
        return 0
    what = "share wrong" if found.is_share else "mean error"
    print_table(
        ["slice", "rows", what, "elsewhere", "more by", "from", "to"],
        [[s.words, s.rows, s.error, s.rest, s.difference, s.low, s.high] for s in found.spots],
    )
    none = "" if found.spots else " None is worse than chance allows for."
    print(f"\n{found.looked_at:,} slices of at least {found.fewest_rows} rows were looked at.{none}")
    return 0


def review(parsed: argparse.Namespace) -> int:
    """Print the rows that a person should look at."""
    workspace = open_workspace(parsed.workspace)
    run, dataset, folder = found_model(workspace, parsed.run, parsed.label)
    queue = build_review(workspace, dataset, run.recipe, folder)
    if parsed.json:
        print_json(queue.model_dump(mode="json"))
        return 0
    rows = [[i.kind.value, i.row + 1, i.given, i.suggested, i.score, i.why] for i in queue.items[: parsed.most]]
    print_table(["kind", "row", "given", "suggested", "score", "why"], rows)
    print("\n" + ", ".join(f"{count:,} {kind.value}" for kind, count in queue.totals.items()))
    return 0


def mlflow(parsed: argparse.Namespace) -> int:
    """Send a run to an MLflow tracking server."""
    workspace = open_workspace(parsed.workspace)
    run = RunStore(workspace).get(parsed.run)
    sent = send(workspace, run, url=parsed.url or workspace.settings.mlflow_url)
    if parsed.json:
        print_json(sent.model_dump(mode="json"))
    else:
        print(f"{len(sent.runs)} models sent to {sent.url}, experiment {sent.experiment}.")
    return 0
