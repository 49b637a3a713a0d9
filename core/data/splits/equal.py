"""Rows that are equal in every column used to predict: copies, or different cases with the same cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.data.task import Split
from core.types import EqualRows, SplitKind, SplitPart

FEW = 0.1
"""Equal rows up to this share are taken for copies by `EqualRows.AUTO`; beyond it, for cases with the same cells."""


@dataclass(frozen=True)
class EqualCount:
    """How many rows have an equal one.

    Attributes
    ----------
    rows, sets : int
        Rows with at least one equal row; sets that they form.
    of : int
        Rows looked at.
    """

    rows: int
    sets: int
    of: int

    @property
    def are_few(self) -> bool:
        """True where they look like copies rather than the nature of the table."""
        return self.rows <= FEW * self.of


def row_hashes(frame: pd.DataFrame, columns: Sequence[str]) -> np.ndarray:
    """Return one number a row that is the same for rows with equal cells; missing cells are equal to one another.

    Numbers of 64 bits: among 10 million rows, one pair is taken for equal with a chance of one in 400,000.
    """
    if not columns:
        return np.arange(len(frame), dtype=np.uint64)
    return np.asarray(pd.util.hash_pandas_object(frame[list(columns)], index=False), dtype=np.uint64)


def count_equal(hashes: np.ndarray) -> EqualCount:
    """Count the rows that have an equal one."""
    sizes = np.unique(hashes, return_counts=True)[1]
    return EqualCount(rows=int(sizes[sizes > 1].sum()), sets=int((sizes > 1).sum()), of=len(hashes))


def can_stay_together(split: Split) -> bool:
    """Tell whether the kind of split leaves room for it: time and named parts say themselves where a row stands."""
    if split.kind is SplitKind.COLUMN:
        return not split.named_folds and SplitPart.JUDGE not in split.parts.values()
    return split.kind is SplitKind.GROUP or (split.kind.is_shuffled and split.shuffle)


def stay_together(split: Split, found: EqualCount) -> bool:
    """Tell whether equal rows are kept in one part under this split."""
    if split.equal_rows is EqualRows.APART or not found.sets or not can_stay_together(split):
        return False
    return split.equal_rows is EqualRows.TOGETHER or found.are_few


def equal_note(split: Split, found: EqualCount) -> str:
    """Say what was done with equal rows; empty where nothing needs saying."""
    if split.equal_rows is EqualRows.APART or not found.sets:
        return ""
    if stay_together(split, found):
        limit = ", as far as the column leaves it open" if split.kind is SplitKind.COLUMN else ""
        return f"{found.rows:,} rows have an equal one in all columns used; equal rows stay in one part{limit}."
    if not can_stay_together(split):
        return ""
    return (
        f"{found.rows:,} of {found.of:,} rows have an equal one in all columns used. So many are rather different "
        "cases with the same cells than copies, so they may stand in different parts."
    )


def join(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return sets of rows that are connected by either of two kinds of sets."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    one = np.unique(first, return_inverse=True)[1].reshape(-1)
    two = np.unique(second, return_inverse=True)[1].reshape(-1) + one.max(initial=-1) + 1
    size = int(two.max(initial=-1)) + 1
    edges = coo_matrix((np.ones(len(one), dtype=np.int8), (one, two)), shape=(size, size))
    return np.asarray(connected_components(edges, directed=False)[1][one])
