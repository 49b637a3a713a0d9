"""``coefficients`` and ``suggest``: what stands inside a model, and which models to try."""

from __future__ import annotations

import argparse

from core.cli.output import print_json, print_table
from core.cli.scratch import scratch_dataset
from core.errors import LatheError
from core.store.workspace import open_workspace


def coefficients(parsed: argparse.Namespace) -> int:
    """Print the weights of a model of a run, or the rules of a tree."""
    from core.explain.inside import look_inside
    from core.models.persistence import load_model
    from core.run.runs import RunStore

    workspace = open_workspace(parsed.workspace)
    results = {result.label: result for result in RunStore(workspace).results(parsed.run)}
    result = results.get(parsed.label)
    if result is None or not result.path:
        known = ", ".join(label for label, one in results.items() if one.path)
        raise LatheError(
            f"The run must have a trained model {parsed.label!r}; it has none.",
            hint=f"Trained: {known}." if known else "None of its models is trained.",
            field="label",
        )
    found = look_inside(load_model(workspace.path(result.path)))
    if parsed.json:
        print_json(found.model_dump(mode="json"))
        return 0
    if found.is_empty:
        print(f"{result.title} is made of too many parts to be read one by one.")
    if found.weights is not None:
        print(f"{found.weights.finding}.\n{found.weights.reading}\n")
        names = ["class", "column", "weight", "ratio", "error", found.weights.statistic or "t", "p", "95 % from", "to"]
        print_table(
            [*names, "step", "note"],
            [
                [
                    row.label, row.feature, row.estimate, row.ratio, row.std_error, row.statistic, row.p_value,
                    row.low, row.high, row.unit, row.note,
                ]
                for row in found.weights.rows
            ],
        )  # fmt: skip
    if found.tree is not None:
        print(f"{found.tree.finding}.\n")
        print_table(
            ["if", found.tree.target, "value", "rows"],
            [[text, node.answer, node.value, node.rows] for text, node in found.tree.rules()],
        )
    return 0


def suggest(parsed: argparse.Namespace) -> int:
    """Print the models to try on a table, with the reasons."""
    from core.cli.target import asked_task
    from core.run.suggested import suggested_models

    with scratch_dataset(parsed.file) as (workspace, dataset):
        found = suggested_models(
            workspace,
            dataset,
            asked_task(parsed, workspace, dataset),
            readable=parsed.readable,
            fast=parsed.fast,
            most=parsed.most,
        )
        if parsed.json:
            print_json([one.model_dump() for one in found])
            return 0
        print_table(["", "model", "why"], [[one.order, one.key, one.reason] for one in found])
    return 0
