"""An exported script gives the same matrix as the plan, to the last bit, without anything of ours on its path."""

from __future__ import annotations

import ast
import runpy
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.catalog import DatasetCatalog
from core.data.ingest import ingest
from core.data.propose import default_task
from core.data.schema import Dataset
from core.errors import LatheError
from core.prepare.code import plan_code, prove_code
from core.prepare.code_proof import compare, run_script
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.prepare.fitting import fit_rows
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.registry import STEPS
from core.prepare.spec import Family
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, Encoding, TaskKind
from tests.core.prepare.scripts import OUTSIDE, SLOW, plans_of, run_all, table, targets
from tests.core.prepare.tables import describe, mixed
from tests.core.prepare.test_steps_text import write_tiny_model

NEEDS = InputNeeds()


@dataclass(frozen=True)
class Ran:
    """Every step's plan, and what its script gave."""

    plans: dict[str, PreparePlan]
    tasks: dict[str, TaskKind]
    failed: dict[str, str]
    matrices: dict[str, Path]


def carry_out(folder: Path, keys: list[str]) -> Ran:
    plans = {spec.key: next(iter(plans_of(spec)))[1] for spec in STEPS if spec.key in keys}
    tasks = {spec.key: (spec.tasks or (TaskKind.BINARY,))[0] for spec in STEPS}
    scripts = {key: plan_code(plan, table().columns, NEEDS, task=tasks[key]) for key, plan in plans.items()}
    failed = run_all(scripts, tasks, folder)
    return Ran(plans, tasks, failed, {key: folder / f"{number}.npy" for number, key in enumerate(scripts)})


def check_same(ran: Ran, key: str) -> None:
    assert key not in ran.failed, ran.failed[key]
    task = ran.tasks[key]
    prepare = compile_plan(ran.plans[key], table().columns, NEEDS, task=task).transformer
    ours = fit_rows(prepare, table().frame, targets()[task]).matrix
    assert ours.shape[1] > 0
    np.testing.assert_array_equal(np.load(ran.matrices[key]), ours)


@pytest.fixture(scope="module")
def every_step(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    keys = [spec.key for spec in STEPS if spec.key not in OUTSIDE and spec.key not in SLOW]
    return carry_out(tmp_path_factory.mktemp("scripts"), keys)


@pytest.mark.parametrize("key", [spec.key for spec in STEPS])
def test_every_step_as_a_script_gives_the_same_matrix(every_step: Ran, key: str) -> None:
    if key in OUTSIDE or key in SLOW:
        pytest.skip({**OUTSIDE, **SLOW}[key])
    check_same(every_step, key)


@pytest.mark.slow
@pytest.mark.parametrize("key", SLOW)
def test_slow_steps_as_scripts_give_the_same_matrix(tmp_path: Path, key: str) -> None:
    check_same(carry_out(tmp_path, [key]), key)


@pytest.fixture
def shop(workspace: Workspace, tmp_path: Path) -> tuple[Workspace, Dataset]:
    frame = mixed(90, 5).frame.drop(columns="id")
    frame["price"] = np.where(frame.index % 9 == 0, np.nan, frame["amount"] * 2 + 1)
    path = tmp_path / "shop.csv"
    frame.to_csv(path, index=False)
    project = ProjectStore(workspace).create("p")
    dataset = ingest(workspace, path, project_id=project.id, name="shop")
    return workspace, DatasetCatalog(workspace).get(dataset.id)


def test_the_suggested_plan_is_proved_in_a_fresh_process(shop: tuple[Workspace, Dataset]) -> None:
    workspace, dataset = shop
    task = default_task(dataset, "price", TaskKind.REGRESSION)
    columns = [column for column in dataset.columns if task.is_used(column.name)]
    proof = prove_code(workspace, dataset, task, default_plan(columns), family=Family.TREES)
    assert proof.equal
    assert proof.max_difference == 0
    assert 0 < proof.rows < 80
    assert proof.features > 3


def test_a_difference_is_told() -> None:
    ours = np.asarray([[1.0, np.nan], [2.0, 3.0]])
    assert compare("", ours, ours).equal
    found = compare("", ours, ours + np.asarray([[0, 0], [0, 0.5]]))
    assert (found.equal, found.max_difference) == (False, 0.5)
    assert compare("", ours, np.nan_to_num(ours)).max_difference == np.inf
    assert compare("", ours, ours[:1]).max_difference == np.inf


def test_the_script_knows_nothing_of_us_and_can_be_read() -> None:
    made = mixed(40)
    plan = default_plan(made.columns)
    code = plan_code(plan, made.columns, NEEDS)
    tree = ast.parse(code)
    imported = {
        (node.module or "") if isinstance(node, ast.ImportFrom) else node.names[0].name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert not any(name.split(".")[0] == "core" for name in imported)
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {"build_pipeline", "fit_rows", "main"} <= functions
    comments = [line.strip() for line in code.splitlines() if line.strip().startswith("# ")]
    for place, _ in enumerate(plan.steps[1:], start=2):
        assert sum(comment.startswith(f"# {place}. ") for comment in comments) == 1


def test_steps_of_the_fit_are_named_but_not_done() -> None:
    made = mixed(40)
    plan = PreparePlan(steps=(StepChoice(step="over_sample"),))
    code = plan_code(plan, made.columns[:1], NEEDS, task=TaskKind.BINARY)
    assert "concern the fit of the model" in code


def run_here(code: str, rows: Path, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    script, matrix = rows.with_suffix(".py"), rows.with_suffix(".npy")
    script.write_text(code, encoding="utf-8")
    monkeypatch.setattr(sys, "argv", [str(script), str(rows), str(matrix)])
    runpy.run_path(str(script), run_name="__main__")
    made: np.ndarray = np.load(matrix)
    return made


def test_names_cannot_break_out_of_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = ['"""', "a\nimport os", "\\", "'", "{x}", "# y", "\u2028z"]
    frame = pd.DataFrame({name: np.arange(30.0) + place for place, name in enumerate(odd)})
    made = describe(frame, dict.fromkeys(odd, ColumnKind.NUMERIC))
    plan = PreparePlan(name='x"""\nimport os', steps=(StepChoice(step="scale_numbers", columns=tuple(odd)),))
    code = plan_code(plan, made.columns, NEEDS)
    assert not any(isinstance(node, ast.Import) and node.names[0].name == "os" for node in ast.walk(ast.parse(code)))
    frame.to_parquet(tmp_path / "odd.parquet")
    theirs = run_here(code, tmp_path / "odd.parquet", monkeypatch)
    ours = fit_rows(compile_plan(plan, made.columns, NEEDS).transformer, frame, None).matrix
    np.testing.assert_array_equal(theirs, ours)


def test_a_script_reads_csv_as_it_reads_parquet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = mixed(40)
    trees = InputNeeds(encoding=Encoding.CODES)
    code = plan_code(default_plan(made.columns), made.columns, trees)
    made.frame.to_parquet(tmp_path / "rows.parquet")
    made.frame.to_csv(tmp_path / "rows.csv", index=False)
    first = run_here(code, tmp_path / "rows.parquet", monkeypatch)
    np.testing.assert_array_equal(run_here(code, tmp_path / "rows.csv", monkeypatch), first)


def test_a_sentence_model_is_found_by_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "models" / "tiny"
    folder.mkdir(parents=True)
    monkeypatch.setenv("LATHE_MODEL_FOLDERS", str(tmp_path / "models"))
    write_tiny_model(folder, seed=0)
    made = mixed(20)
    plan = PreparePlan(steps=(StepChoice(step="embed_text", columns=("note",), params={"folder": str(folder)}),))
    made.frame.to_parquet(tmp_path / "rows.parquet")
    theirs = run_here(plan_code(plan, made.columns, NEEDS), tmp_path / "rows.parquet", monkeypatch)
    ours = fit_rows(compile_plan(plan, made.columns, NEEDS).transformer, made.frame, None).matrix
    np.testing.assert_array_equal(theirs, ours)


def test_a_script_that_fails_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(LatheError, match="it failed: ValueError: no luck"):
        run_script("raise ValueError('no luck')", tmp_path / "none.csv", folder=tmp_path)
    with pytest.raises(LatheError, match="wrote no matrix"):
        run_script("pass", tmp_path / "none.csv", folder=tmp_path)
    with pytest.raises(LatheError, match="did not end within"):
        run_script("while True: pass", tmp_path / "none.csv", folder=tmp_path, timeout_s=0.5)


def test_a_plan_that_learns_from_the_target_asks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = mixed(40)
    plan = PreparePlan(steps=(StepChoice(step="select_best", columns=("amount", "age"), params={"count": 1}),))
    code = plan_code(plan, made.columns, NEEDS, task=TaskKind.BINARY)
    with pytest.raises(SystemExit):
        run_here(code, tmp_path / "rows.csv", monkeypatch)
    assert "--target" in capsys.readouterr().err
