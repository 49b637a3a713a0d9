"""Enumerations shared by the whole engine."""

from __future__ import annotations

from enum import StrEnum


class ColumnKind(StrEnum):
    """What a column means to a person and to a model."""

    NUMERIC = "numeric"
    CATEGORICAL = "categorical"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    TEXT = "text"
    IDENTIFIER = "identifier"


class Meaning(StrEnum):
    """What the values of a column stand for in the world, beyond their kind."""

    EMAIL = "email"
    PHONE = "phone"
    PERSON_NAME = "person_name"
    ADDRESS = "address"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    POSTAL_CODE = "postal_code"
    URL = "url"
    LIST = "list"
    CONSTANT = "constant"

    @property
    def is_personal(self) -> bool:
        """True for what can point to a person."""
        return self in (Meaning.EMAIL, Meaning.PHONE, Meaning.PERSON_NAME, Meaning.ADDRESS)


class Severity(StrEnum):
    """How much a finding matters."""

    BAD = "bad"
    WATCH = "watch"
    NOTE = "note"


class StorageType(StrEnum):
    """How a column lies in the Parquet file."""

    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    STRING = "string"
    DATETIME = "datetime"


class ColumnRole(StrEnum):
    """What a column does in a task."""

    USE = "use"
    IGNORE = "ignore"


class TaskKind(StrEnum):
    """What is predicted."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"

    @property
    def is_classification(self) -> bool:
        """True for the kinds whose target is a class."""
        return self is not TaskKind.REGRESSION


class SplitKind(StrEnum):
    """How rows are divided into folds and hold-out."""

    RANDOM = "random"
    STRATIFIED = "stratified"
    GROUP = "group"
    TIME = "time"
    COLUMN = "column"

    @property
    def is_shuffled(self) -> bool:
        """True for the kinds whose parts are drawn by chance, so that they can be drawn again."""
        return self in (SplitKind.RANDOM, SplitKind.STRATIFIED, SplitKind.GROUP)


class SplitPart(StrEnum):
    """What the rows of one value of a column are for, where a column divides the rows."""

    LEARN = "learn"
    JUDGE = "judge"
    FOLD = "fold"
    LOCKED = "locked"
    LEFT_OUT = "left_out"


class EqualRows(StrEnum):
    """What is done with rows that are equal in every column used to predict."""

    APART = "apart"
    TOGETHER = "together"
    AUTO = "auto"


class TimeWindow(StrEnum):
    """How far back a split by time learns."""

    EXPANDING = "expanding"
    SLIDING = "sliding"


class GapUnit(StrEnum):
    """What the gap between learning and judging is counted in."""

    ROWS = "rows"
    TIME = "time"


class Framework(StrEnum):
    """The library family that trains a model; each trains in processes of its own."""

    SKLEARN = "scikit-learn"
    LIGHTGBM = "lightgbm"
    XGBOOST = "xgboost"
    CATBOOST = "catboost"
    STATSMODELS = "statsmodels"
    KERAS = "keras"
    TORCH = "pytorch"

    @property
    def pool(self) -> str:
        """Name of the worker pool: frameworks of one pool may share a process."""
        return {"keras": "keras", "pytorch": "torch"}.get(self.value, "classic")


class Encoding(StrEnum):
    """How a model family takes categories."""

    ONE_HOT = "one_hot"
    CODES = "codes"
    EMBEDDING = "embedding"


class ParamLevel(StrEnum):
    """Who needs to see a parameter."""

    BASIC = "basic"
    ADVANCED = "advanced"
    EXPERT = "expert"


class ModelStatus(StrEnum):
    """What became of one model of a run."""

    OK = "ok"
    FAILED = "failed"
    SKIPPED = "skipped"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"

    @property
    def is_finished(self) -> bool:
        """True once the job will not change any more."""
        return self not in (JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING)
