"""A plan as a stand-alone script: scikit-learn's classes, and the source of ours that it needs."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from core.data.catalog import load_frame
from core.data.schema import ColumnSchema, Dataset
from core.data.split import make_split
from core.data.target import target_values
from core.data.task import Task
from core.errors import LatheError
from core.prepare.code_expressions import Written
from core.prepare.code_modules import Symbol
from core.prepare.code_proof import CodeProof, compare, run_script
from core.prepare.code_sources import gather
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlannedStep
from core.prepare.spec import Family, InputNeeds, StepContext, StepScope
from core.store.workspace import Workspace
from core.types import TaskKind

__all__ = ["CodeProof", "plan_code", "prove_code"]

_ALWAYS: tuple[Symbol, ...] = (("core.prepare.fitting", "fit_rows"),)
_WITH_TARGET: tuple[Symbol, ...] = (
    ("core.data.target", "target_values"),
    ("core.data.target", "has_target"),
    ("core.types", "TaskKind"),
)
_RESERVED = ("build_pipeline", "main", "read", "argparse", "np", "pd", "Pipeline", "Path", "csr_matrix", "save_npz")
_NAMES_SHOWN = 4


def plan_code(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    needs: InputNeeds,
    *,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
    seed: int = 0,
) -> str:
    """Write a plan as a Python script that needs numpy, pandas, scikit-learn and what the steps themselves need.

    Parameters are those of `core.prepare.compiler.compile_plan`.

    Returns
    -------
    str
        A module with ``build_pipeline()``, ``fit_rows(pipeline, X, y)`` and a ``main`` that reads a Parquet or CSV
        file, fits, and writes the prepared matrix as .npy (as .npz where it is sparse).

    Raises
    ------
    InvalidInput
        With every problem of the plan.
    LatheError
        Where no column would reach the model, or a part of the plan cannot be written down.
    """
    compiled = compile_plan(plan, columns, needs, aside=aside, task=task, seed=seed)
    return _script(compiled, plan, task)


def prove_code(
    workspace: Workspace,
    dataset: Dataset,
    task: Task,
    plan: PreparePlan,
    *,
    family: Family = Family.LINEAR,
    seed: int = 0,
    timeout_s: float = 600.0,
) -> CodeProof:
    """Run the script of a plan in a fresh process and compare its matrix with ours, on the training rows.

    Returns
    -------
    CodeProof
        Whether every cell is the same, and the largest difference.

    Raises
    ------
    LatheError
        Where the plan has a problem, or the script fails or takes too long.
    """
    columns = [column for column in dataset.columns if task.is_used(column.name)]
    aside = [c for c in dataset.columns if c.name != task.target and not task.is_used(c.name)]
    compiled = compile_plan(plan, columns, FAMILY_NEEDS[family], aside=aside, task=task.kind, seed=seed)
    code = _script(compiled, plan, task.kind)
    frame = load_frame(workspace, dataset)
    y = target_values(frame[task.target], task.kind)
    rows = make_split(frame, y, task).train
    frame, y = frame.iloc[rows].reset_index(drop=True), y[rows]
    with TemporaryDirectory(prefix="lathe-code-") as folder:
        table = Path(folder) / "rows.parquet"
        frame[list(dict.fromkeys([*(c.name for c in compiled.columns), task.target]))].to_parquet(table)
        theirs = run_script(code, table, target=task.target, folder=Path(folder), timeout_s=timeout_s)
    return compare(code, fit_rows(compiled.transformer, frame, y).matrix, theirs)


def _script(compiled: Compiled, plan: PreparePlan, task: TaskKind | None) -> str:
    sparse = ("from scipy.sparse import save_npz",) if compiled.sparse else ()
    written = Written(imports=dict.fromkeys([*_IMPORTS, *sparse]))
    body = _pipeline(compiled, written)
    sources = gather([*written.ours, *_ALWAYS, *(_WITH_TARGET if task else ())], _RESERVED)
    twice = [symbol[1] for symbol, name in sources.names.items() if symbol in written.ours and name != symbol[1]]
    if twice:
        raise LatheError(f"Two parts of the plan have the same name: {', '.join(twice)}.", hint="Report this.")
    imports = _merged([*written.imports, *sources.imports])
    parts = [
        f"{_HEAD.format(name=_comment(plan.name or 'Preparation'))}\n\n{imports}",
        f"def build_pipeline() -> Pipeline:\n    {_DOC}\n    return {body}",
        *_fit_notes(compiled),
        _main(compiled, task),
        *sources.definitions,
        'if __name__ == "__main__":\n    main()\n',
    ]
    return "\n\n\n".join(parts)


_HEAD = '''"""{name}: from raw columns to a matrix of numbers, as a scikit-learn pipeline.

    python prepare.py TABLE.parquet MATRIX.npy

The steps are in build_pipeline; what they are made of stands below.
"""

from __future__ import annotations'''

_DOC = '"""Return the preparation, not yet fitted; fit it with fit_rows, or inside each fold of a cross-validation."""'

_IMPORTS = (
    "import argparse",
    "import numpy as np",
    "import pandas as pd",
    "from pathlib import Path",
    "from sklearn.pipeline import Pipeline",
)


def _pipeline(compiled: Compiled, written: Written) -> str:
    """Return the expression of the pipeline, one comment line before each step."""
    words = {f"step_{step.place}_{step.spec.key}": _told(step) for step in compiled.outline.steps}
    words |= {
        "raw": "The columns that are read, each in its type.",
        "admit": "Categories that no training row had count as missing.",
        "start": "Of them, the features; the others are only looked at.",
        "fill": "Numbers that no step filled get the median.",
        "matrix": "All features side by side, codes of categories first.",
    }
    lines = []
    for name, stage in compiled.transformer.steps:
        lines.append(f"            # {_comment(words.get(name, name))}")
        lines.append(f"            {written.expression((name, stage), 12)},")
    return "Pipeline(\n        [\n" + "\n".join(lines) + "\n        ]\n    )"


def _told(step: PlannedStep) -> str:
    context = step.context
    if step.spec.scope is StepScope.EACH and context.features:
        context = StepContext(context.features[:1], context.needs, context.task, context.seed, context.helpers)
    names = [feature.root for feature in step.context.features]
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    phrase = step.spec.phrase(step.params, context)
    return f"{step.place + 1}. {step.spec.title}: {phrase} ({', '.join(names[:_NAMES_SHOWN])}{more})."


def _fit_notes(compiled: Compiled) -> list[str]:
    """Say which steps act on the fit of the model, and are not part of the matrix."""
    told = [
        f"# {_comment(f'{step.place + 1}. {step.spec.title}: {step.spec.phrase(step.params, step.context)}.')}"
        for step in compiled.fit_steps
    ]
    return ["\n".join([_FIT_NOTE, *told])] if told else []


def _main(compiled: Compiled, task: TaskKind | None) -> str:
    needs_target = any(step.spec.uses_target for step in compiled.outline.steps)
    lines = [_MAIN_START]
    if task is not None:
        required = ", required=True" if needs_target else ""
        lines.append(f'    parser.add_argument("--target"{required}, help="column to predict")')
    lines.append("    given = parser.parse_args()\n    frame, y = read(given.table), None")
    if task is not None:
        lines.append(_TARGET.format(kind=task.value))
    lines.append("    matrix = fit_rows(build_pipeline(), frame, y).matrix")
    lines.append(_SAVE_SPARSE if compiled.sparse else "    np.save(given.matrix, matrix)")
    return _READ + "\n\n\n" + "\n".join(lines)


_FIT_NOTE = "# These steps concern the fit of the model, not the matrix, and are not done here:"

_READ = '''def read(path: Path) -> pd.DataFrame:
    """Read a table; of CSV every cell is text, which the first step turns into what its column is."""
    if path.suffix == ".parquet":
        return pd.read_parquet(path)
    return pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])'''

_MAIN_START = '''def main() -> None:
    """Fit the preparation on a table and write the matrix."""
    parser = argparse.ArgumentParser(description="Prepare a table.")
    parser.add_argument("table", type=Path, help="a Parquet or CSV file")
    parser.add_argument("matrix", type=Path, help="file to write")'''

_TARGET = """    if given.target:
        y = target_values(frame[given.target], TaskKind("{kind}"))
        known = has_target(y)
        frame, y = frame[known].reset_index(drop=True), y[known]"""

_SAVE_SPARSE = """    save_npz(given.matrix.with_suffix(".npz"), matrix)"""


def _merged(lines: Sequence[str]) -> str:
    """Return import lines once each, those of one module together, the standard library's way of order."""
    plain = sorted({line for line in lines if line.startswith("import ")})
    froms: dict[str, set[str]] = {}
    for line in lines:
        if line.startswith("from "):
            module, _, name = line.removeprefix("from ").partition(" import ")
            froms.setdefault(module, set()).add(name)
    grouped = [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(froms.items())]
    return "\n".join([*plain, *grouped])


def _comment(text: str) -> str:
    """Return ``text`` as one line that cannot end the comment or the docstring it stands in."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return textwrap.shorten(line.replace('"""', "'''").replace("\\", "/"), 160, placeholder=" ...")
