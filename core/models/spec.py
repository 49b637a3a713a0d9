"""Declaration of a model: one record gives form, validation, card, command line and search space."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.params import ParamSpec, ParamValue
from core.prepare.spec import InputNeeds
from core.types import Encoding, Framework, TaskKind


class Capabilities(BaseModel):
    """What a model can take and tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    probabilities: bool = True
    native_missing: bool = False
    native_categories: bool = False
    sparse: bool = False
    single_precision: bool = False
    sample_weights: bool = False
    gpu: Literal["none", "optional", "required"] = "none"
    progress: Literal["none", "iteration", "epoch"] = "none"


class BuildContext(BaseModel):
    """What a builder is told besides the parameters.

    Attributes
    ----------
    task : TaskKind
        Kind of the target.
    seed : int
        Seed of every random draw.
    threads : int
        Threads the model may use.
    device : str
        Resolved device, "cpu" or "cuda:0".
    n_codes : int
        The first ``n_codes`` prepared columns are category codes (0 to levels - 1; unseen and missing are -1).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: TaskKind
    seed: int = 0
    threads: int = 1
    device: str = "cpu"
    n_codes: int = 0


class Limit(BaseModel):
    """Where a model does not fit the table, said before anything is trained.

    Attributes
    ----------
    of : {"rows", "columns", "classes", "cells"}
        What is counted: rows learned from, prepared columns, classes of the target, rows times columns.
    most, least : int or None
        The range in which the model can be trained; None is no bound.
    why, remedy : str
        Why it ends there, and what would make the model work.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    of: Literal["rows", "columns", "classes", "cells"]
    most: int | None = None
    least: int | None = None
    why: str
    remedy: str


class ModelSpec(BaseModel):
    """Declaration of one model.

    Attributes
    ----------
    builder : str
        Import path ``package.module:function`` of ``build(params, context) -> scikit-learn estimator``.
        The module must be cheap to import: the library itself is imported inside the function.
    cost : int
        Rough order of training cost, 0 (naive) to 9; a run starts with the cheap ones.
    simplicity : int
        0 is simplest; among tied models the simplest is recommended.
    interpretability : {"high", "medium", "low"}
        How well a person can follow how it comes to an answer.
    key_param : str
        The one parameter that matters most, for "show me on my data"; empty where there is none.
    limits : tuple of Limit
        Tables for which it is refused.
    ensemble : bool
        It is made of other models of the run (`ModelChoice.members`).
    summary, good_at, bad_at, formula, source : str
        The model's card.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    family: str
    framework: Framework
    tasks: tuple[TaskKind, ...]
    params: tuple[ParamSpec, ...] = ()
    capabilities: Capabilities = Capabilities()
    encoding: Encoding = Encoding.ONE_HOT
    scaling: bool = False
    builder: str
    cost: int = 1
    simplicity: int = 5
    interpretability: Literal["high", "medium", "low"] = "medium"
    key_param: str = ""
    limits: tuple[Limit, ...] = ()
    ensemble: bool = False
    summary: str
    good_at: str = ""
    bad_at: str = ""
    formula: str = ""
    source: str = ""

    @property
    def needs(self) -> InputNeeds:
        """What the model wants from the prepared matrix."""
        return InputNeeds(
            encoding=self.encoding,
            scaling=self.scaling,
            native_missing=self.capabilities.native_missing,
            sparse=self.capabilities.sparse,
            single=self.capabilities.single_precision,
        )

    def build(self, params: Mapping[str, ParamValue], context: BuildContext) -> Any:
        """Return the unfitted scikit-learn estimator for validated ``params``."""
        module, _, name = self.builder.partition(":")
        function: Callable[[Mapping[str, ParamValue], BuildContext], Any] = getattr(import_module(module), name)
        return function(params, context)
