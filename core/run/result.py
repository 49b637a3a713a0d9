"""What a run produces, as data: one record a model. Large arrays lie in files beside it."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from core.errors import ErrorInfo
from core.params import ParamValue
from core.types import Framework, ModelStatus


class Score(BaseModel):
    """A metric's value with its 95 % interval and its value per fold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    metric: str
    value: float
    low: float
    high: float
    folds: tuple[float, ...] = ()

    @field_validator("value", "low", "high", mode="before")
    @classmethod
    def _unknown(cls, value: Any) -> Any:
        """Read what JSON has instead of NaN: an interval that was not drawn."""
        return math.nan if value is None else value

    @field_validator("folds", mode="before")
    @classmethod
    def _unknown_folds(cls, values: Any) -> Any:
        return [math.nan if value is None else value for value in values]


class EpochRecord(BaseModel):
    """One epoch of one fold of a network. ``fold`` -1 is the final fit on all training rows."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fold: int
    epoch: int
    train_loss: float
    valid_loss: float | None = None
    learning_rate: float | None = None
    gradient_norm: float | None = None
    rows_per_s: float | None = None
    memory_mb: float | None = None


class ModelResult(BaseModel):
    """One row of the leaderboard.

    Attributes
    ----------
    label, key : str
        Name on the board; key of the `ModelSpec`.
    scores : tuple of Score
        The chosen metric first, cross-validated on rows the model had not seen.
    bootstrap : tuple of float
        Replicates of the chosen metric, drawn with the same row resamples for every model of the run, so that
        differences between models can be taken pair by pair.
    holdout : tuple of Score
        The same metrics on the locked rows. Stored, shown only when asked for.
    learned : tuple of Score
        The same metrics on the rows each fold learned from (a sample of at most 20,000 a fold): what was learned by
        heart shows in the gap to ``scores``. Empty where it was not measured.
    ended_early : str
        Why training ended before its time, in words: "stopped by you after epoch 12; the best epoch is kept".
    gpu_memory_mb : float
        Most GPU memory in use; 0 on the CPU.
    fit_s : float
        Seconds to fit the final model on prepared rows; ``total_s`` is what all folds really took, with preparing.
    prepare_s : float
        Seconds that preparing the rows of the final model took, in this model's turn or in that of another.
    prepare_shared : bool
        The rows were prepared in the turn of another model of the same needs, so that ``total_s`` is without it.
    threshold : float or None
        Probability of the class asked for from which on rows are called so; None where the likeliest class is taken.
    predict_us_per_row : float
        Microseconds a row.
    size_bytes : int
        Stored model.
    device, device_reason : str
        Where it really trained, and why not elsewhere.
    reason, remedy : str
        For failed and skipped models: what happened and what would help.
    path : str
        Folder of artifacts, relative to the workspace: model.skops, oof.parquet, holdout.parquet.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str
    key: str
    title: str
    framework: Framework
    status: ModelStatus
    params: dict[str, ParamValue] = Field(default_factory=dict)
    scores: tuple[Score, ...] = ()
    bootstrap: tuple[float, ...] = ()
    holdout: tuple[Score, ...] = ()
    learned: tuple[Score, ...] = ()
    ended_early: str = ""
    gpu_memory_mb: float = 0.0
    fit_s: float = 0.0
    prepare_s: float = 0.0
    prepare_shared: bool = False
    threshold: float | None = None
    total_s: float = 0.0
    predict_us_per_row: float = 0.0
    size_bytes: int = 0
    peak_memory_mb: float = 0.0
    features_out: int = 0
    device: str = ""
    device_reason: str = ""
    reason: str = ""
    remedy: str = ""
    warnings: tuple[str, ...] = ()
    epochs: tuple[EpochRecord, ...] = ()
    error: ErrorInfo | None = None
    path: str = ""

    def score(self, metric: str) -> Score | None:
        """Return the cross-validated score of ``metric``, if it was measured."""
        return next((s for s in self.scores if s.metric == metric), None)


class RunResult(BaseModel):
    """All models of a run, in the order they were asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    recipe_fingerprint: str
    metric: str
    classes: tuple[str, ...] = ()
    train_rows: int = 0
    holdout_rows: int = 0
    models: tuple[ModelResult, ...] = ()
    environment: dict[str, str] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    created: datetime = Field(default_factory=lambda: datetime.now(UTC))
