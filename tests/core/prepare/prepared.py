"""Carry a plan out in one call, for the tests of steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.data.schema import ColumnSchema
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.fitting import fit_rows
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.types import Encoding, TaskKind
from tests.core.prepare.tables import Table

TREES = InputNeeds(encoding=Encoding.CODES, scaling=False, native_missing=True)


@dataclass(frozen=True)
class Made:
    """A plan carried out: the matrix learned from, and the fitted pipeline."""

    compiled: Compiled
    matrix: Any

    @property
    def names(self) -> list[str]:
        return list(self.compiled.transformer.get_feature_names_out())

    def column(self, name: str, frame: pd.DataFrame | None = None) -> np.ndarray:
        """Return one column of the matrix, or of what ``frame`` becomes."""
        matrix = self.matrix if frame is None else self.compiled.transformer.transform(frame)
        return np.asarray(matrix[:, self.names.index(name)])

    def of(self, frame: pd.DataFrame) -> Any:
        """Return what ``frame`` becomes."""
        return self.compiled.transformer.transform(frame)


def make(
    table: Table,
    *steps: StepChoice,
    y: np.ndarray | None = None,
    needs: InputNeeds = TREES,
    task: TaskKind | None = None,
    aside: Sequence[ColumnSchema] = (),
    seed: int = 0,
) -> Made:
    """Compile the steps for models with ``needs`` and fit them on the table's rows."""
    plan = PreparePlan(steps=steps)
    compiled = compile_plan(plan, table.columns, needs, aside=aside, task=task, seed=seed)
    return Made(compiled, fit_rows(compiled.transformer, table.frame, y).matrix)
