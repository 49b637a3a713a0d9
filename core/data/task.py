"""What is to be predicted, from which columns, and on which rows it is judged."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from core.types import ColumnRole, EqualRows, GapUnit, SplitKind, SplitPart, TaskKind, TimeWindow


class Split(BaseModel):
    """How rows are divided: a locked hold-out first, then parts that are judged in turn over the rest.

    Attributes
    ----------
    kind : SplitKind
        Random, stratified (same mix of classes, or of low and high numbers, in each part), by group (a group never
        straddles parts), by time (judged after learned), or by a column whose values name the part.
    folds : int
        Number of folds, 2 to 20.
    validation : float
        Share of all rows in the one part that is judged, 0.05 to 0.5; 0 means folds. For shuffled kinds.
    repeats : int
        How often the parts are drawn anew, 1 to 20. For shuffled kinds.
    shuffle : bool
        Off: random and stratified parts are blocks of rows as they stand, and the last rows are locked away.
    holdout : float
        Share of rows locked away, 0 to 0.5. 0 means none.
    second, second_fingerprint : str
        Dataset whose rows are the hold-out instead, in this version. Empty means none.
    group, time, column : str
        Column the kind needs.
    stratify : bool
        By group only: the parts also have the same mix.
    parts : dict of str to SplitPart
        By a column: what the rows of each of its values are for; "" stands for a missing cell.
    window : TimeWindow
        By time: learn on all that was before, or on a window that moves along.
    gap, gap_unit : float, GapUnit
        By time: what is left out between learning and judging, in rows, or in time (days for a date, the column's own
        unit for a number).
    test_share : float
        By time: share of the rows before the hold-out that each fold judges; 0 means equal blocks.
    equal_rows : EqualRows
        Whether rows equal in all features stay in one part. AUTO keeps them together while they are few (see
        `core.data.splits.equal`). Not for a split by time, and not across parts that a column names.
    seed : int
        Seed of the shuffle.

    Notes
    -----
    Every field added after the first version has a default under which an older recipe gives the folds it gave.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: SplitKind = SplitKind.STRATIFIED
    folds: int = Field(default=5, ge=2, le=20)
    validation: float = Field(default=0.0, ge=0.0, le=0.5)
    repeats: int = Field(default=1, ge=1, le=20)
    shuffle: bool = True
    holdout: float = Field(default=0.2, ge=0.0, le=0.5)
    second: str = ""
    second_fingerprint: str = ""
    group: str = ""
    time: str = ""
    column: str = ""
    stratify: bool = False
    parts: dict[str, SplitPart] = Field(default_factory=dict)
    window: TimeWindow = TimeWindow.EXPANDING
    gap: float = Field(default=0.0, ge=0.0)
    gap_unit: GapUnit = GapUnit.ROWS
    test_share: float = Field(default=0.0, ge=0.0, le=0.5)
    equal_rows: EqualRows = EqualRows.APART
    seed: int = 0

    @property
    def locked(self) -> float:
        """Share of this table's own rows that is locked away; by a column it is not known before the rows are."""
        return 0.0 if self.second or self.kind is SplitKind.COLUMN else self.holdout

    @property
    def is_single(self) -> bool:
        """True where one part is judged instead of every row in turn."""
        if self.kind is SplitKind.COLUMN:
            judged = SplitPart.JUDGE in self.parts.values()
            return judged or (not self.named_folds and self.validation > 0)
        return self.kind.is_shuffled and self.validation > 0

    @property
    def named_folds(self) -> int:
        """By a column: how many of its values are folds by themselves."""
        return sum(part is SplitPart.FOLD for part in self.parts.values()) if self.kind is SplitKind.COLUMN else 0

    @property
    def rounds(self) -> int:
        """How often the parts are drawn."""
        if self.kind is SplitKind.COLUMN:
            drawn = not self.named_folds and SplitPart.JUDGE not in self.parts.values()
            return self.repeats if drawn else 1
        return self.repeats if self.kind is SplitKind.GROUP or (self.kind.is_shuffled and self.shuffle) else 1

    @property
    def fits(self) -> int:
        """How often a model is fitted to be judged; the fit on all training rows comes on top."""
        return (1 if self.is_single else self.named_folds or self.folds) * self.rounds

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the division reads besides the target."""
        needed = {SplitKind.GROUP: self.group, SplitKind.TIME: self.time, SplitKind.COLUMN: self.column}
        return tuple(name for name in (needed.get(self.kind, ""),) if name)


class MistakeCost(BaseModel):
    """What it costs to call a row of class ``true`` by ``called``; below 0 it is worth something.

    Right answers may have a cost as well: that of treating whoever is called, or what a catch is worth.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    true: str
    called: str
    cost: float = Field(ge=-1e12, le=1e12)


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
    costs : tuple of MistakeCost
        For classes: what mistakes cost. Empty means no costs are named; then a pair that is not named costs 0.
    weight : str
        Column of numbers from 0 up that says how much a row counts in every score. Empty means all count alike. It is
        no feature. Models do not learn by it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: TaskKind
    target: str
    roles: dict[str, ColumnRole] = Field(default_factory=dict)
    positive_class: str = ""
    metric: str = ""
    costs: tuple[MistakeCost, ...] = ()
    weight: str = ""
    split: Split = Field(default_factory=Split)

    def is_used(self, column: str) -> bool:
        """Tell whether ``column`` is a feature."""
        return column not in (self.target, self.weight) and self.roles.get(column, ColumnRole.USE) is ColumnRole.USE
