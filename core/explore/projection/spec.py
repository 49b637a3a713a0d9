"""What a projection is, what is asked of it and what it leaves, as data."""

from __future__ import annotations

import hashlib
import json
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from core.params import ParamSpec, ParamValue


class Watcher(Protocol):
    """What a projection needs of a `core.run.context.RunContext`."""

    threads: int

    def report(self, fraction: float, stage: str, message: str = "", **values: ParamValue) -> None:
        """Record progress."""
        ...

    def should_stop(self) -> bool:
        """Tell whether the person pressed Stop."""
        ...


class MethodSpec(BaseModel):
    """Declaration of a method.

    Attributes
    ----------
    key, title, purpose : str
        Name in a request; name on the screen; what it does in plain words.
    caption : str
        How its picture is to be read, and how not.
    formula, source : str
        What it minimises or maximises (LaTeX); where it comes from.
    params : tuple of ParamSpec
        Its parameters.
    function : str
        ``module:function`` that carries it out.
    whole_table : bool
        Takes every row; else at most the parameter ``rows``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    purpose: str
    caption: str
    formula: str
    source: str
    params: tuple[ParamSpec, ...]
    function: str
    whole_table: bool = False


class ProjectionRequest(BaseModel):
    """What is asked for.

    Attributes
    ----------
    method : str
        Key of a `MethodSpec`.
    params : dict
        Parameters that differ from their defaults.
    columns : tuple of str
        Columns to project; all that suit where empty.
    seed : int
        Seed of the sample and of the method.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: str
    params: dict[str, Any] = {}
    columns: tuple[str, ...] = ()
    seed: int = 0

    def key(self, fingerprint: str) -> str:
        """Return the name under which the result for a table of this fingerprint is kept."""
        content = json.dumps([fingerprint, self.model_dump(mode="json")], sort_keys=True)
        return hashlib.sha256(content.encode()).hexdigest()[:16]


class Feature(BaseModel):
    """One coordinate that was projected: a number, or one value of a category."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    level: str = ""

    @property
    def name(self) -> str:
        """As a person reads it."""
        return f"{self.column} = {self.level}" if self.level else self.column


class LeftOut(BaseModel):
    """A column that was not projected, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    reason: str


class ProjectionResult(BaseModel):
    """What a projection leaves beside its points.

    Attributes
    ----------
    request, fingerprint, key
        What was asked for, of which content, and the name of the folder.
    components : int
        Coordinates a point: 2 or more.
    rows_total, rows_used, rows_shown : int
        Rows of the table; rows projected; rows whose points are kept for the screen.
    features : tuple of Feature
        What was projected.
    left_out : tuple of LeftOut
        Columns that were not.
    explained : tuple of float
        PCA: share of the spread of each component, as many as are worth showing.
    loadings : tuple of tuple of float
        PCA: correlation of each feature with each component, one row a feature.
    notes : tuple of str
        What was filled, sampled and adjusted, in sentences.
    seconds : float
        How long it took.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    request: ProjectionRequest
    fingerprint: str
    key: str
    components: int
    rows_total: int
    rows_used: int
    rows_shown: int
    features: tuple[Feature, ...]
    left_out: tuple[LeftOut, ...] = ()
    explained: tuple[float, ...] = ()
    loadings: tuple[tuple[float, ...], ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
