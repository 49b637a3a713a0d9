"""What is to be predicted, from which columns, and on which rows it is judged."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from core.types import ColumnRole, SplitKind, TaskKind


class Split(BaseModel):
    """How rows are divided: a locked hold-out first, then folds over the rest.

    Attributes
    ----------
    kind : SplitKind
        Random, stratified by class, by group (a group never straddles parts) or by time (test after train).
    folds : int
        Number of folds, 2 to 20.
    holdout : float
        Share of rows locked away, 0 to 0.5. 0 means none.
    group, time : str
        Column the kind needs.
    seed : int
        Seed of the shuffle.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SplitKind = SplitKind.STRATIFIED
    folds: int = Field(default=5, ge=2, le=20)
    holdout: float = Field(default=0.2, ge=0.0, le=0.5)
    group: str = ""
    time: str = ""
    seed: int = 0


class Task(BaseModel):
    """The question put to the data.

    Attributes
    ----------
    kind : TaskKind
        Binary, multiclass or regression.
    target : str
        Column to predict.
    roles : dict of str to ColumnRole
        Columns set aside; a column not named is used.
    positive_class : str
        Binary only: the class whose probability is asked for. Empty means the last in sorted order.
    metric : str
        Key of the metric that ranks the board. Empty means the default of the kind.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: TaskKind
    target: str
    roles: dict[str, ColumnRole] = Field(default_factory=dict)
    positive_class: str = ""
    metric: str = ""
    split: Split = Field(default_factory=Split)

    def is_used(self, column: str) -> bool:
        """Tell whether ``column`` is a feature."""
        return column != self.target and self.roles.get(column, ColumnRole.USE) is ColumnRole.USE
