"""A preparation plan as data: which steps are done to which columns, in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.params import ParamSpec
from core.types import ColumnKind, Encoding


class InputNeeds(BaseModel):
    """What a model family wants from the prepared matrix; derived from its `ModelSpec`.

    Attributes
    ----------
    encoding : Encoding
        One-hot columns, integer codes, or codes meant for embeddings.
    scaling : bool
        Distances or gradients depend on the units, so numbers are scaled.
    native_missing : bool
        The model takes missing numbers as they are.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding = Encoding.ONE_HOT
    scaling: bool = True
    native_missing: bool = False


class StepSpec(BaseModel):
    """Declaration of one preparation step.

    Attributes
    ----------
    key, title, purpose : str
        Name in the recipe; name on the screen; one plain sentence.
    when : str
        When to use it.
    kinds : tuple of ColumnKind
        Columns it can be applied to.
    formula : str
        Its mathematics in one line (LaTeX), empty where there is none.
    params : tuple of ParamSpec
        Its parameters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    purpose: str
    when: str = ""
    kinds: tuple[ColumnKind, ...]
    formula: str = ""
    params: tuple[ParamSpec, ...] = ()


class StepChoice(BaseModel):
    """One chosen step: which, on which columns, with which parameters, and why it was proposed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: str
    columns: tuple[str, ...]
    params: dict[str, Any] = Field(default_factory=dict)
    reason: str = ""
    enabled: bool = True


class PreparePlan(BaseModel):
    """An ordered list of chosen steps. Columns that no step names pass as they are (numbers) or are dropped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[StepChoice, ...] = ()
    version: int = 1

    def only(self, columns: Collection[str]) -> PreparePlan:
        """Return the plan without the columns that are not in ``columns``; steps left without any are gone."""
        kept = (
            step.model_copy(update={"columns": tuple(name for name in step.columns if name in columns)})
            for step in self.steps
        )
        return self.model_copy(update={"steps": tuple(step for step in kept if step.columns)})

    def fingerprint(self) -> str:
        """Return a hash: equal plans have equal ones."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]
