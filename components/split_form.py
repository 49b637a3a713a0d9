"""How rows are divided: the choice, what it comes to, and a picture of what is learned on and judged on."""

from __future__ import annotations

from components import charts, services
from components.split_choices import (
    judged_choice,
    kind_choice,
    locked_choice,
    order_choice,
    presets,
    saver,
    seed_choice,
)
from components.split_column import needed_column, part_editor
from components.split_figure import fold_table, parts, picture_caption, split_figure
from components.split_findings import findings, random_or_time
from core.data.schema import Dataset
from core.data.split_checks import SplitReport
from core.data.task import Task
from core.types import SplitKind

__all__ = ["fold_table", "part_rows", "parts", "rows_with_target", "split_figure", "split_form", "split_picture"]


def split_form(dataset: Dataset, task: Task) -> None:
    """Draw the choice of the split and what follows from it."""
    save = saver(dataset, task)
    random_or_time(dataset, task, save)
    kind_choice(dataset, task, save)
    needed_column(dataset, task)
    if task.split.kind is SplitKind.COLUMN:
        part_editor(dataset, task, save)
    if task.split.kind.is_shuffled:
        presets(dataset, task, save)
    judged_choice(dataset, task, save)
    order_choice(dataset, task, save)
    locked_choice(dataset, task, save)
    seed_choice(dataset, task, save)
    findings(dataset, task, save)


def rows_with_target(dataset: Dataset, task: Task) -> int:
    """Return how many rows take part: those whose target is known."""
    missing = next((c.missing for c in dataset.columns if c.name == task.target), 0)
    return dataset.rows - missing


def part_rows(dataset: Dataset, task: Task) -> tuple[int, int]:
    """Return how many rows are trained on and how many are locked away; about, where they cannot be counted."""
    report = _report(dataset, task)
    if report is None or report.is_sample:
        return parts(rows_with_target(dataset, task), task.split)
    return report.learned_rows, report.locked


def split_picture(dataset: Dataset, task: Task) -> None:
    """Draw the picture of the split with its numbers."""
    rows = rows_with_target(dataset, task)
    report = _report(dataset, task)
    train, locked = part_rows(dataset, task)
    title = f"{train:,} rows to learn from" + (f", {locked:,} locked away" if locked else ", none locked away")
    charts.show(
        split_figure(task.split, report),
        title=title,
        caption=picture_caption(task.split, report),
        table=fold_table(rows, task.split, report),
        key="split",
    )


def _report(dataset: Dataset, task: Task) -> SplitReport | None:
    """Return the division, None where something must be mended first."""
    if services.task_check(dataset, task).problems:
        return None
    found = services.split_report(dataset, task)
    return found if isinstance(found, SplitReport) else None
