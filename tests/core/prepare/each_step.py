"""Every registered step on the columns of one table that suit it, with each of its choices: for laws of all steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from core.prepare.compiler import Compiled, compile_plan
from core.prepare.plan import InputNeeds, StepChoice
from core.prepare.registry import STEPS
from core.prepare.spec import StepGroup, StepSpec
from core.types import TaskKind
from tests.core.prepare.plans import features_after, finished, works
from tests.core.prepare.tables import Table

MOST_VARIANTS = 3
# Some selections (UMAP, recursive) take too long to fit here.
OF_COLUMNS = [
    spec
    for spec in STEPS
    if spec.scope.has_columns and spec.key != "drop_columns" and (spec.live or spec.group is not StepGroup.SELECTION)
]


def compiled_variants(spec: StepSpec, table: Table, needs: InputNeeds) -> Iterator[Compiled]:
    """Yield the step compiled with each value of its first choice, and values of its others along with it."""
    for number, params in enumerate(variants(spec)):
        choice = chosen(spec, table, params)
        if choice is not None:
            yield compile_plan(finished(table, (choice,)), table.columns, needs, task=TaskKind.BINARY, seed=number)


def labels(rows: int) -> np.ndarray:
    """Return a target of two classes."""
    return np.where(np.arange(rows) % 3 == 0, "no", "yes").astype(object)


def variants(spec: StepSpec) -> list[dict[str, str]]:
    """Return the settings of `compiled_variants`."""
    choices = [param for param in spec.params if param.kind == "choice"]
    count = min(max((len(param.choices) for param in choices), default=1), MOST_VARIANTS)
    return [{param.name: param.choices[n % len(param.choices)] for param in choices} for n in range(count)]


def chosen(spec: StepSpec, table: Table, params: dict[str, str]) -> StepChoice | None:
    """Return the step on up to three columns that suit it, its column parameters named; None where none suits."""
    before: tuple[StepChoice, ...] = ()
    suited = [f.root for f in features_after(table, before) if f.kind in spec.kinds and f.form in spec.takes]
    named: dict[str, str] = {}
    for param in spec.params:
        if param.kind == "column":
            fit = [c.name for c in table.columns if not param.column_kinds or c.kind in param.column_kinds]
            free = [name for name in fit if name not in [*suited[:3], *named.values()]] or fit
            named[param.name] = free[0] if free else ""
        elif param.kind in ("text", "lines") and not param.default and param.examples:
            named[param.name] = param.examples[0]
    if not suited:
        return None
    choice = StepChoice(step=spec.key, columns=tuple(suited[:3]), params={**named, **params})
    return choice if works(table, finished(table, (choice,)), TaskKind.BINARY) else None
