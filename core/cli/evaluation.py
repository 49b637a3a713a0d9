"""``thresholds``, ``calibration`` and ``conformal``: what a trained model's answers are worth, and decisions stored."""

from __future__ import annotations

import argparse
from typing import Any

from core.cli.output import print_json, print_table
from core.errors import LatheError, NotFound
from core.evaluate.calibration import finding, reliability
from core.evaluate.conformal import conformal as learn_conformal
from core.evaluate.conformal import methods_for
from core.evaluate.human import by_capacity, called_certainty, human_curve
from core.evaluate.judged import Judged, read_judged
from core.evaluate.thresholds import choose_threshold, task_costs
from core.jobs.decisions import decide, model_decision
from core.run.result import ModelResult
from core.run.runs import Run, RunStore
from core.store.workspace import Workspace, open_workspace


def thresholds(parsed: argparse.Namespace) -> int:
    """Choose the probability from which on a row is called so; with ``--use`` predictions take it from now on."""
    workspace, run, result, judged = _judged(parsed)
    if len(judged.classes) != 2:
        raise LatheError("A threshold needs a target of two classes.", hint="Use costs for several (task.costs).")
    wanted = run.recipe.task.positive_class
    label = wanted if wanted in judged.classes else judged.classes[-1]
    is_class = judged.truth == label
    named = {name: given for name, given in (("miss", parsed.miss), ("alarm", parsed.alarm)) if given is not None}
    costs = task_costs(run.recipe.task, label).model_copy(update=named)
    choice = choose_threshold(
        judged.given_to(label), is_class, costs, goal=parsed.goal, wanted=parsed.wanted, seed=run.recipe.seed
    )
    human = by_capacity(human_curve(called_certainty(judged), judged.is_wrong), parsed.capacity)
    if parsed.use:
        changed = {"threshold": choice.point.threshold, "label": label, "chosen_by": f"chosen by {parsed.goal}"}
        _decide(workspace, run, result, changed)
    if parsed.json:
        report = {"class": label, "choice": choice.model_dump(mode="json"), "human": human.model_dump(mode="json")}
        print_json({**report, "in_use": bool(parsed.use)})
        return 0
    print(f"{label}: {choice.sentence()}")
    print(f"Cost of 1,000 rows: {choice.point.cost:.4g} ({choice.cost_low:.4g} to {choice.cost_high:.4g})")
    print(f"The best threshold on other rows like these: {choice.low:.3g} to {choice.high:.3g}")
    print(
        f"With {human.sent:.0%} of rows sent to a person (below {human.certainty:.3g}), {human.error:.1%} of the rest "
        "are wrong"
    )
    if parsed.use:
        print("Predictions and passports use this threshold from now on.")
    return 0


def calibration(parsed: argparse.Namespace) -> int:
    """Hold the probabilities of each class against what happened."""
    _, _, _, judged = _judged(parsed)
    if not judged.classes:
        raise LatheError("Numbers have no probabilities.", hint="Use `conformal` for intervals around them.")
    classes = judged.classes[-1:] if len(judged.classes) == 2 else judged.classes
    found = [reliability(judged.given_to(label), judged.truth == label, label=label) for label in classes]
    if parsed.json:
        print_json([{**one.model_dump(mode="json"), "finding": finding(one)} for one in found])
        return 0
    for one in found:
        print(f"{one.label}: {finding(one)}. Mean distance {one.ece:.3f}, by chance {one.ece_chance:.3f}.")
        rows = [(b.rows, b.said, b.happened, b.low, b.high, "off" if b.is_off else "") for b in one.bins]
        print_table(["rows", "said", "happened", "from", "to", ""], rows)
    return 0


def conformal(parsed: argparse.Namespace) -> int:
    """Learn intervals or sets that hold the truth for a share of rows; with ``--use`` predictions get them."""
    workspace, run, result, judged = _judged(parsed)
    method = parsed.method or methods_for(judged.classes)[0]
    found = learn_conformal(judged, coverage=parsed.coverage, method=method)
    if parsed.use:
        _decide(workspace, run, result, {"conformal": found.rule})
    if parsed.json:
        print_json({**found.model_dump(mode="json"), "in_use": bool(parsed.use)})
        return 0
    size = "classes in a set" if judged.classes else "width"
    print(f"{found.measured.covered:.1%} of truths lie inside ({parsed.coverage:.0%} chosen), by {method}")
    groups = (found.measured, *found.groups)
    print_table(["group", "rows", "inside", "from", "to", size],
                [(g.name, g.rows, g.covered, g.low, g.high, g.size) for g in groups])  # fmt: skip
    if parsed.use:
        print("Predictions and passports carry it from now on.")
    return 0


def _judged(parsed: argparse.Namespace) -> tuple[Workspace, Run, ModelResult, Judged]:
    workspace = open_workspace(parsed.workspace)
    store = RunStore(workspace)
    run = store.get(parsed.run)
    result = next((one for one in store.results(run.id) if one.label == parsed.label and one.path), None)
    path = workspace.path(result.path) / "oof.parquet" if result is not None else None
    if result is None or path is None or not path.exists():
        labels = ", ".join(one.label for one in store.results(run.id) if one.path)
        raise NotFound(f"The run has no trained model {parsed.label!r}.", hint=f"It has: {labels}.", field="label")
    return workspace, run, result, read_judged(path)


def _decide(workspace: Workspace, run: Run, result: ModelResult, changed: dict[str, Any]) -> None:
    decision = model_decision(workspace, result.path).model_copy(update=changed)
    decide(workspace, run.id, result.label, decision)
