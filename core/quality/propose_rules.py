"""Rules that a table keeps already, proposed so that later files are held to them."""

from __future__ import annotations

from core.data.actions import Rule
from core.data.profile import ColumnProfile, stored_profile
from core.data.schema import ColumnSchema, Dataset
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType

MOST_LEVELS = 12
ROWS_PER_LEVEL = 20
NUMBERS = (StorageType.INT, StorageType.FLOAT)


def propose_rules(workspace: Workspace, dataset: Dataset) -> tuple[Rule, ...]:
    """Return rules that hold in a table: never empty, unique keys, few values, no number below zero.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.

    Returns
    -------
    tuple of Rule
        Those that a later file may reasonably be held to; none that the dataset has already.
    """
    profile = stored_profile(workspace, dataset)
    found = [rule for c in dataset.columns for rule in _of_column(c, profile.column(c.name), dataset.rows)]
    known = {(rule.kind, rule.columns) for rule in dataset.rules}
    return tuple(rule for rule in found if (rule.kind, rule.columns) not in known)


def _of_column(column: ColumnSchema, profile: ColumnProfile, rows: int) -> list[Rule]:
    rules = []
    if not profile.missing:
        rules.append(Rule(kind="not_empty", columns=(column.name,)))
    if column.kind is ColumnKind.IDENTIFIER and column.unique == rows - profile.missing > 1:
        rules.append(Rule(kind="unique", columns=(column.name,)))
    few = 2 <= column.unique <= MOST_LEVELS and rows >= ROWS_PER_LEVEL * column.unique
    if few and column.storage is StorageType.STRING and len(profile.top) == column.unique:
        values = sorted(value.value for value in profile.top)
        rules.append(Rule(kind="set", columns=(column.name,), params={"values": values}))
    if column.kind is ColumnKind.NUMERIC and column.storage in NUMBERS and column.unique > 2:
        rules += _range(column, profile)
    return rules


def _range(column: ColumnSchema, profile: ColumnProfile) -> list[Rule]:
    """Propose zero as the lowest value where it is not crossed: the largest seen so far is no law."""
    if profile.minimum is None or profile.maximum is None:
        return []
    if profile.minimum >= 0:
        whole = column.storage is StorageType.INT
        low = 1 if whole and profile.minimum >= 1 and column.unique <= MOST_LEVELS else 0
        closed = whole and column.unique <= MOST_LEVELS
        params = {"low": low, "high": int(profile.maximum)} if closed else {"low": 0}
        return [Rule(kind="range", columns=(column.name,), params=params)]
    return []
