"""What the checks look at: the stored table, its profile, and a bounded sample in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import numpy as np
import pandas as pd

from core.data.profile import ColumnProfile, TableProfile
from core.data.query import Query, quote, sample
from core.data.schema import ColumnSchema, Dataset
from core.quality.sentinels import Codes, find_codes
from core.quality.sql import row_hash
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType, TaskKind

SAMPLE_ROWS = 50_000
SAMPLE_CELLS = 6_000_000
FEWEST_SAMPLED = 2_000
MOST_LEVELS = 20_000
NUMBERS = (StorageType.INT, StorageType.FLOAT)


@dataclass
class Facts:
    """A table under inspection.

    Attributes
    ----------
    workspace, dataset, query
        Where the cells lie, and DuckDB over them.
    profile : TableProfile
        Figures of all rows.
    target : ColumnSchema, optional
        The column to predict.
    task : TaskKind, optional
        What is predicted; None without a target.
    now : datetime
        The present, without a zone.
    """

    workspace: Workspace
    dataset: Dataset
    query: Query
    profile: TableProfile
    target: ColumnSchema | None
    task: TaskKind | None
    now: datetime
    _codes: dict[str, np.ndarray] = field(default_factory=dict)
    _levels: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Rows of the table."""
        return self.dataset.rows

    @property
    def goal(self) -> ColumnSchema:
        """The target, for checks that need one."""
        assert self.target is not None
        return self.target

    @property
    def kind(self) -> TaskKind:
        """What is predicted, for checks that need a target."""
        assert self.task is not None
        return self.task

    def is_target(self, name: str) -> bool:
        """Tell whether a column is the one to predict."""
        return self.target is not None and self.target.name == name

    @property
    def features(self) -> tuple[ColumnSchema, ...]:
        """All columns but the target."""
        return tuple(c for c in self.dataset.columns if not self.is_target(c.name))

    @property
    def numbers(self) -> tuple[ColumnSchema, ...]:
        """Columns of numbers that mean an amount, the target among them."""
        return tuple(c for c in self.dataset.columns if c.kind is ColumnKind.NUMERIC and c.storage in NUMBERS)

    @property
    def texts(self) -> tuple[ColumnSchema, ...]:
        """Columns whose cells are text, whatever they mean."""
        return tuple(c for c in self.dataset.columns if c.storage is StorageType.STRING)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Rows drawn at random, in file order; all rows of a table that is not large."""
        fits = SAMPLE_CELLS // max(len(self.dataset.columns), 1)
        return sample(self.workspace, self.dataset, max(min(SAMPLE_ROWS, fits), FEWEST_SAMPLED))

    @cached_property
    def missing_codes(self) -> dict[str, Codes]:
        """For each column of numbers that has them: codes such as -999 that most likely mean missing."""
        return find_codes(self.query, self.profile, self.numbers)

    @property
    def sampled(self) -> str:
        """Words that say that figures come from a sample; empty where they come from all rows."""
        return f" (in a sample of {len(self.frame):,} rows)" if len(self.frame) < self.rows else ""

    def column(self, name: str) -> ColumnProfile:
        """Return the figures of a column."""
        return self.profile.column(name)

    def present(self, name: str) -> int:
        """Return how many cells of a column are filled."""
        return self.rows - self.column(name).missing

    def codes(self, name: str) -> np.ndarray:
        """Return the sample's values of a column as whole numbers in order of appearance; -1 where missing."""
        if name not in self._codes:
            self._codes[name] = pd.factorize(self.frame[name])[0].astype(np.int64)
        return self._codes[name]

    def values(self, name: str) -> np.ndarray:
        """Return the sample's numbers of a column, NaN where missing; dates as seconds since 1970."""
        series = self.frame[name]
        if pd.api.types.is_datetime64_any_dtype(series):
            moments = series.to_numpy().astype("datetime64[us]")
            return np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / 1e6)
        return series.to_numpy(dtype=np.float64)

    def is_flagged(self, name: str, operator: str) -> bool:
        """Tell whether a step of the table flags rows by this comparison of the column."""
        return any(
            condition.get("column") == name and condition.get("operator") == operator
            for step in self.dataset.steps
            if step.key == "flag" and step.enabled
            for condition in step.params.get("conditions", ())
        )

    def levels(self, name: str) -> dict[str, int]:
        """Return the values of a column as text and how often they occur, the most frequent `MOST_LEVELS` of them."""
        if name not in self._levels and not self.sampled and self.dataset.column(name).storage is StorageType.STRING:
            counts = self.frame[name].value_counts().head(MOST_LEVELS)
            self._levels[name] = {str(value): int(n) for value, n in counts.items()}
        if name not in self._levels:
            cell = quote(name)
            found = self.query.rows(
                f"SELECT {cell}::VARCHAR, count(*) n FROM t WHERE {cell} IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 "
                f"LIMIT {MOST_LEVELS}"
            )
            self._levels[name] = {str(value): int(n) for value, n in found}
        return self._levels[name]

    @cached_property
    def hashes(self) -> str:
        """Name of a table with a row for each row: ``whole`` and ``inputs``, hashes of all columns but keys, with and
        without the target, and ``answer``, the target's hash. One pass over the cells serves several checks.
        """
        names = [c.name for c in self.dataset.columns if c.kind is not ColumnKind.IDENTIFIER]
        inputs = [name for name in names if not self.is_target(name)]
        answer = "NULL::UBIGINT"
        if self.target is not None:
            answer = f"CASE WHEN {quote(self.target.name)} IS NOT NULL THEN hash({quote(self.target.name)}) END"
        self.query.connection.execute(
            f"CREATE TEMP TABLE hashes AS SELECT {row_hash(names)} AS whole, {row_hash(inputs)} AS inputs, "
            f"{answer} AS answer FROM t"
        )
        return "hashes"

    def counts(self, conditions: Sequence[str]) -> list[int]:
        """Return for each SQL condition how many rows it holds for."""
        found: list[int] = []
        for start in range(0, len(conditions), 200):
            parts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions[start : start + 200])
            found += [int(n) for n in self.query.one(f"SELECT {parts} FROM t")]
        return found
