"""``profile``, ``report`` and ``models``: what is in a table, and what can be trained on it."""

from __future__ import annotations

import argparse

from core.cli.output import ProgressLine, print_json, print_table
from core.cli.scratch import scratch_dataset
from core.types import TaskKind


def profile(parsed: argparse.Namespace) -> int:
    """Print rows, columns and a line a column."""
    from core.data.profile import stored_profile

    with scratch_dataset(parsed.file) as (workspace, dataset):
        found = stored_profile(workspace, dataset)
        if parsed.json:
            print_json(
                {
                    "name": dataset.name,
                    "rows": dataset.rows,
                    "fingerprint": dataset.fingerprint,
                    "duplicate_rows": found.duplicate_rows,
                    "parse": dataset.parse.model_dump(mode="json"),
                    "notes": list(dataset.notes),
                    "schema": [column.model_dump(mode="json") for column in dataset.columns],
                    "columns": [column.model_dump(mode="json") for column in found.columns],
                }
            )
            return 0
        print(f"{dataset.name}: {dataset.rows:,} rows, {len(dataset.columns)} columns")
        for note in dataset.notes:
            print(f"note: {note}")
        print(f"{found.duplicate_rows:,} duplicate rows, {found.missing_cells:,} missing cells")
        rows = [
            [
                c.name, c.kind.value, round(100 * c.missing_share, 1), c.unique, c.mean, c.median, c.std,
                ", ".join(dataset.column(c.name).examples[:3])[:48],
            ]
            for c in found.columns
        ]  # fmt: skip
        print_table(["column", "kind", "missing %", "distinct", "mean", "median", "std", "examples"], rows)
    return 0


def report(parsed: argparse.Namespace) -> int:
    """Write a report on a table and print what stands out."""
    from core.explore.overview import overview
    from core.explore.report import write_report

    line = ProgressLine()
    with scratch_dataset(parsed.file) as (workspace, dataset):
        write_report(
            workspace,
            dataset,
            parsed.out,
            parsed.target,
            report=lambda done, words: line.show(f"{100 * done:3.0f} % {words}"),
        )
        line.close()
        found = overview(workspace, dataset, target=parsed.target)
        if parsed.json:
            print_json(
                {"path": str(parsed.out), "stand_outs": [one.model_dump(mode="json") for one in found.stand_outs]}
            )
            return 0
        print(f"{parsed.out}: {dataset.rows:,} rows, {len(dataset.columns)} columns")
        for one in found.stand_outs:
            print(f"- {one.sentence}")
    return 0


def models(parsed: argparse.Namespace) -> int:
    """Print the registered models."""
    from core.models.registry import MODELS, models_for

    chosen = models_for(TaskKind(parsed.task)) if parsed.task else MODELS
    if parsed.json:
        print_json(
            [
                {"key": m.key, "title": m.title, "framework": m.framework.value, "tasks": [t.value for t in m.tasks]}
                for m in chosen
            ]
        )
        return 0
    print_table(
        ["key", "title", "framework", "tasks"],
        [[m.key, m.title, m.framework.value, ", ".join(t.value for t in m.tasks)] for m in chosen],
    )
    return 0
