"""A plan for every registered step, and all their scripts run in one fresh process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from core.errors import InvalidInput
from core.params import ParamSpec, ParamValue
from core.prepare.outline import outline_plan
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.spec import StepSpec
from core.types import ColumnKind, TaskKind
from tests.core.prepare.plans import features_after, finished
from tests.core.prepare.tables import MIXED_KINDS, Table, describe, mixed_frame

OUTSIDE = {"embed_text": "needs the folder of a sentence model; it has a test of its own"}
"""Steps that need something from outside."""

SLOW = {"umap_components": "umap compiles for half a minute; `make test-all` does it"}

_DRIVER = """
import json, runpy, sys, traceback
failed = {}
for name, script, table, matrix in json.load(open(sys.argv[1])):
    sys.argv = [script, table, matrix, "--target=y"]
    try:
        runpy.run_path(script, run_name="__main__")
    except BaseException:
        failed[name] = traceback.format_exc()
json.dump(failed, open("failed.json", "w"))
"""


@cache
def table() -> Table:
    """Return every kind of column, with coordinates, amounts and lists besides, and a target."""
    frame = mixed_frame(70, 3)
    rng = np.random.default_rng(0)
    more = {
        "until": frame["when"] + pd.Timedelta(days=3),
        "note": frame["note"].map("The weather is fine here and we will need {} today".format, na_action="ignore"),
        "lat": rng.uniform(-80, 80, 70),
        "lon": rng.uniform(-170, 170, 70),
        "price": pd.Series([f"{n} kg" for n in rng.integers(1, 99, 70)], dtype=object),
        "tags": pd.Series(rng.choice(["a;b", "b", "c;a"], 70), dtype=object),
    }
    kinds = {
        "until": ColumnKind.DATETIME,
        "lat": ColumnKind.NUMERIC,
        "lon": ColumnKind.NUMERIC,
        "price": ColumnKind.TEXT,
        "tags": ColumnKind.TEXT,
    }
    return describe(frame.assign(**more), {**MIXED_KINDS, **kinds})


def targets() -> dict[TaskKind, np.ndarray]:
    """Return a target of each kind, related to a number and a category."""
    frame = table().frame
    number = (frame["amount"] + 5 * (frame["town"] == "red")).to_numpy(dtype=np.float64)
    words = np.asarray(["low", "middle", "high"], dtype=object)
    return {
        TaskKind.REGRESSION: number,
        TaskKind.BINARY: words[(number > 50).astype(int)],
        TaskKind.MULTICLASS: words[np.digitize(number, [45, 55])],
    }


def plans_of(spec: StepSpec) -> Iterator[tuple[str, PreparePlan]]:
    """Yield a plan with the defaults of ``spec``, and one for every other value of its choices and switches."""
    base = {param.name: value for param in spec.params if (value := _value(param)) is not None}
    first = _plan(spec, base)
    assert first is not None, f"no plan for {spec.key}"
    yield spec.key, first
    for param in spec.params:
        for value in {"bool": (True, False), "choice": param.choices}.get(param.kind, ()):
            other = None if value == param.default else _plan(spec, {**base, param.name: value})
            if other is not None:
                yield f"{spec.key} {param.name} {value}", other


def _value(param: ParamSpec) -> ParamValue:
    if param.kind == "column":
        preferred = {ColumnKind.CATEGORICAL: "shop", ColumnKind.NUMERIC: "lon", ColumnKind.DATETIME: "until"}
        return next(preferred[kind] for kind in param.column_kinds or tuple(preferred) if kind in preferred)
    if param.kind in ("text", "lines") and param.examples:
        return next((example for example in param.examples if example), "")
    return None


def _plan(spec: StepSpec, params: Mapping[str, ParamValue]) -> PreparePlan | None:
    """Return a plan that a linear model can take: the step on many columns, or where it wants one, on one."""
    whole, task = table(), (spec.tasks or (TaskKind.BINARY,))[0]
    suited = [f.root for f in features_after(whole, ()) if f.kind in spec.kinds and f.form in spec.takes]
    left = [root for root in suited if root not in params.values()]
    # Something must be left to learn from: columns, and rows that are in the language asked for.
    for most in (1,) if spec.key in ("drop_columns", "keep_language") else (6, 1):
        columns = tuple(left[:most]) if spec.scope.has_columns else ()
        plan = finished(whole, (StepChoice(step=spec.key, columns=columns, params=dict(params)),))
        try:
            outline_plan(plan, whole.columns, InputNeeds(), task=task)
        except InvalidInput:
            continue
        return plan
    return None


def run_all(scripts: Mapping[str, str], tasks: Mapping[str, TaskKind], folder: Path) -> dict[str, str]:
    """Run scripts one after another in a fresh process; return the tracebacks of those that failed."""
    work = []
    for kind, y in targets().items():
        table().frame.assign(y=y).to_parquet(folder / f"{kind.value}.parquet")
    for number, (name, code) in enumerate(scripts.items()):
        script = folder / f"{number}.py"
        script.write_text(code, encoding="utf-8")
        rows, matrix = folder / f"{tasks[name].value}.parquet", folder / f"{number}.npy"
        work.append((name, str(script), str(rows), str(matrix)))
    (folder / "work.json").write_text(json.dumps(work), encoding="utf-8")
    (folder / "driver.py").write_text(_DRIVER, encoding="utf-8")
    kept = {name: os.environ[name] for name in ("PATH", "OMP_NUM_THREADS", "OMP_WAIT_POLICY") if name in os.environ}
    command = [sys.executable, "-I", "driver.py", "work.json"]
    subprocess.run(command, cwd=folder, env={**kept, "HOME": str(folder)}, check=True, timeout=600)
    failed: dict[str, str] = json.loads((folder / "failed.json").read_text())
    return failed
