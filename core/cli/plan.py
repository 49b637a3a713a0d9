"""``plan``: suggest, tell, check and forecast the preparation of a table, and write it as a script."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from core.cli.output import print_json, print_table
from core.cli.scratch import scratch_dataset
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.errors import LatheError
from core.prepare.plan import PreparePlan
from core.prepare.spec import Family
from core.store.artifacts import write_atomic
from core.store.workspace import Workspace
from core.types import TaskKind


@dataclass(frozen=True)
class _Given:
    """What every action works on; ``task`` is None where no target is named."""

    workspace: Workspace
    dataset: Dataset
    task: Task | None
    plan: PreparePlan
    columns: tuple[ColumnSchema, ...]
    aside: tuple[ColumnSchema, ...]

    @property
    def kind(self) -> TaskKind | None:
        return None if self.task is None else self.task.kind


def suggest(parsed: argparse.Namespace) -> int:
    """Print the suggested plan with its reasons, or write it as YAML."""
    from core.prepare.reuse import to_yaml

    with _given(parsed, suggested=True) as given:
        plan = given.plan
    if parsed.out is not None:
        _write(parsed.out, to_yaml(plan))
    if parsed.json:
        print_json(plan.model_dump(mode="json"))
    elif parsed.out is None:
        print(to_yaml(plan), end="")
    else:
        print(f"{len(plan.steps)} steps: {parsed.out}")
    return 0


def show(parsed: argparse.Namespace) -> int:
    """Print what becomes of each column, step by step."""
    from core.prepare.journeys import journeys

    with _given(parsed) as given:
        told = journeys(given.plan, given.columns, Family(parsed.family), aside=given.aside, task=given.kind)
    if parsed.json:
        print_json([asdict(one) for one in told])
        return 0
    rows = [[one.column, one.kind.value, one.features_out, "; ".join(one.steps) or one.note] for one in told]
    print_table(["column", "kind", "features", "what happens"], rows)
    return 0


def check(parsed: argparse.Namespace) -> int:
    """Check the plan for every family of models, and carry it out once on the training rows of each."""
    with _given(parsed) as given:
        outcomes = [_carried_out(given, family) for family in Family]
    if parsed.json:
        print_json([asdict(one) for one in outcomes])
        return 0
    print_table(
        ["models", "rows", "rows taken out", "features"],
        [[one.family, one.rows, one.removed, one.features] for one in outcomes],
    )
    return 0


def forecast(parsed: argparse.Namespace) -> int:
    """Print how wide, large and slow the preparation will be."""
    from core.prepare.forecast import forecast as foretell
    from core.words import duration, size

    with _given(parsed) as given:
        found = foretell(given.plan, given.columns, given.dataset.rows, aside=given.aside, task=given.kind)
    if parsed.json:
        print_json(
            {
                "families": [asdict(one) for one in found.families],
                "warnings": list(found.warnings),
                "cheaper": [one.sentence for one in found.cheaper],
            }
        )
        return 0
    print_table(
        ["models", "columns", "matrix", "most memory", "time a fit"],
        [
            [f.family.value, f.width, size(f.matrix_bytes), size(f.peak_bytes), duration(f.seconds_per_fit)]
            for f in found.families
        ],
    )
    for warning in found.warnings:
        print(f"note: {warning}")
    for cheaper in found.cheaper:
        print(f"cheaper: {cheaper.sentence}")
    return 0


def code(parsed: argparse.Namespace) -> int:
    """Write the plan as a script; with ``--prove`` run it in a fresh process and compare."""
    from core.prepare.code import plan_code, prove_code
    from core.prepare.journeys import FAMILY_NEEDS

    family = Family(parsed.family)
    if parsed.prove and not parsed.target:
        raise LatheError("To prove the script, the target must be named.", hint="Add --target COLUMN.", field="target")
    with _given(parsed) as given:
        needs = FAMILY_NEEDS[family]
        text = plan_code(given.plan, given.columns, needs, aside=given.aside, task=given.kind, seed=parsed.seed)
        proof = None
        if parsed.prove and given.task is not None:
            proof = prove_code(given.workspace, given.dataset, given.task, given.plan, family=family, seed=parsed.seed)
    if parsed.out is not None:
        _write(parsed.out, text)
    if parsed.json:
        facts = {} if proof is None else {k: v for k, v in asdict(proof).items() if k != "code"}
        print_json({"out": str(parsed.out or ""), "lines": len(text.splitlines()), "proof": facts or None})
    elif parsed.out is None:
        print(text, end="")
    else:
        print(f"{len(text.splitlines()):,} lines: {parsed.out}")
    if proof is None:
        return 0
    if not parsed.json and parsed.out is not None:
        verdict = "the same" if proof.equal else f"not the same, up to {proof.max_difference:g} apart"
        print(f"{proof.rows:,} rows of {proof.features:,} features in a fresh process: {verdict}")
    return 0 if proof.equal else 1


@dataclass(frozen=True)
class _Outcome:
    family: str
    rows: int
    removed: int
    features: int


def _carried_out(given: _Given, family: Family) -> _Outcome:
    from core.data.catalog import load_frame
    from core.data.split import make_split
    from core.data.target import target_values
    from core.prepare.compiler import compile_plan
    from core.prepare.fitting import fit_rows
    from core.prepare.journeys import FAMILY_NEEDS

    needs = FAMILY_NEEDS[family]
    compiled = compile_plan(given.plan, given.columns, needs, aside=given.aside, task=given.kind)
    frame, y = load_frame(given.workspace, given.dataset), None
    if given.task is not None:
        y = target_values(frame[given.task.target], given.task.kind)
        rows = make_split(frame, y, given.task).train
        frame, y = frame.iloc[rows].reset_index(drop=True), y[rows]
    prepared = fit_rows(compiled.transformer, frame, y)
    return _Outcome(family.value, len(prepared.rows), len(frame) - len(prepared.rows), prepared.matrix.shape[1])


@contextmanager
def _given(parsed: argparse.Namespace, *, suggested: bool = False) -> Iterator[_Given]:
    """Read the table and the plan; without a plan file, the suggested plan."""
    from core.cli.target import asked_task
    from core.prepare.default import default_plan
    from core.prepare.suggest import suggest_plan

    path = None if suggested else parsed.plan
    stored = None if path is None else _read_plan(path)
    with scratch_dataset(parsed.file) as (workspace, dataset):
        task = asked_task(parsed, workspace, dataset) if parsed.target else None
        columns = tuple(c for c in dataset.columns if task is None or task.is_used(c.name))
        aside = tuple(c for c in dataset.columns if c not in columns and task is not None and c.name != task.target)
        plan = stored
        if plan is None and task is not None:
            plan = suggest_plan(workspace, dataset, task)
        elif plan is None:
            plan = default_plan(columns, rows=dataset.rows)
        yield _Given(workspace, dataset, task, plan, columns, aside)


def _read_plan(path: Path) -> PreparePlan:
    from core.prepare.reuse import from_yaml

    try:
        return from_yaml(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise LatheError(f"There is no plan file {str(path)!r}.", field="plan") from error
    except UnicodeDecodeError as error:
        raise LatheError(f"{path.name} must be text in UTF-8.", field="plan") from error


def _write(out: Path, text: str) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(out, lambda temporary: _write_text(temporary, text))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
