"""A preparation plan as data: which steps are done to which columns, in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.errors import NotFound
from core.prepare.spec import Family, InputNeeds
from core.types import ColumnKind

__all__ = ["ColumnPolicy", "InputNeeds", "PreparePlan", "StepChoice"]


class StepChoice(BaseModel):
    """One chosen step: which, on which columns, with which parameters, and why it was proposed.

    Attributes
    ----------
    step : str
        Key of the `StepSpec`.
    columns : tuple of str
        Roots it is done to: raw columns, or features that an earlier step made and named.
    of_kind : tuple of ColumnKind
        Also done to every raw column of these kinds that is in use.
    params : dict
        What differs from the defaults.
    families : tuple of Family
        Only for these families of models; empty means for all of them.
    name : str
        What features that it makes are called (scope NEW and REPLACE); empty means a name made from the step's key.
    reason : str
        Why it was proposed; no part of what is computed.
    enabled : bool
        Switched off steps stay in the plan and do nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    step: str
    columns: tuple[str, ...] = ()
    of_kind: tuple[ColumnKind, ...] = ()
    params: dict[str, Any] = Field(default_factory=dict)
    families: tuple[Family, ...] = ()
    name: str = ""
    reason: str = ""
    enabled: bool = True


class ColumnPolicy(BaseModel):
    """What is done with a later row whose cell is not like those a model learned from.

    Attributes
    ----------
    unseen : {"as_rare", "as_missing", "refuse"}
        A category that no training row had.
    outside : {"warn", "accept", "refuse"}
        A number or date outside the range seen.
    missing : {"accept", "warn", "refuse"}
        A missing cell; "warn" only where no training row lacked one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    unseen: Literal["as_rare", "as_missing", "refuse"] = "as_rare"
    outside: Literal["warn", "accept", "refuse"] = "warn"
    missing: Literal["accept", "warn", "refuse"] = "warn"


class PreparePlan(BaseModel):
    """An ordered list of chosen steps. Columns that no step names pass as they are (numbers) or are dropped.

    Attributes
    ----------
    steps : tuple of StepChoice
        In the order in which they are done.
    policies : dict of str to ColumnPolicy
        How odd cells of later rows are taken, by raw column; a column not named has the default policy.
    name : str
        What the person calls the plan.
    version : int
        Of this record's shape.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    steps: tuple[StepChoice, ...] = ()
    policies: dict[str, ColumnPolicy] = Field(default_factory=dict)
    name: str = ""
    version: int = 2

    @model_validator(mode="before")
    @classmethod
    def _upgrade(cls, data: Any) -> Any:
        """Read the first version, where marking missing cells was a setting of filling them."""
        if not isinstance(data, Mapping) or data.get("version", 2) != 1:
            return data
        steps: list[Any] = []
        for choice in data.get("steps", ()):
            given = dict(choice)
            params = dict(given.get("params", {}))
            if params.pop("indicator", False):
                marks = {key: value for key, value in params.items() if key == "when"}
                steps.append({**given, "step": "mark_missing", "params": marks, "reason": ""})
            steps.append({**given, "params": params})
        return {**data, "steps": steps, "version": 2}

    def only(self, columns: Collection[str]) -> PreparePlan:
        """Return the plan without raw columns that are not in ``columns``; steps left without any are gone.

        Features that an earlier step makes stay, under the name it was given or the one it has by itself.
        """
        made: set[str] = set()
        kept = []
        for choice in self.steps:
            names = tuple(name for name in choice.columns if name in columns or is_made(name, made))
            if names or choice.of_kind or not choice.columns:
                kept.append(choice.model_copy(update={"columns": names}))
                made |= set(names_made(choice))
        policies = {name: policy for name, policy in self.policies.items() if name in columns}
        return self.model_copy(update={"steps": tuple(kept), "policies": policies})

    def fingerprint(self) -> str:
        """Return a hash: plans that compute the same have equal ones, whatever their names and reasons."""
        steps = [choice.model_dump(mode="json", exclude={"reason"}) for choice in self.steps if choice.enabled]
        policies = {name: policy.model_dump() for name, policy in sorted(self.policies.items())}
        return hashlib.sha256(repr((steps, policies)).encode()).hexdigest()[:16]


def names_made(choice: StepChoice) -> tuple[str, ...]:
    """Return the names that features made by a step may begin with: its own, else its title."""
    from core.prepare.registry import get_step

    try:
        title = get_step(choice.step).title.lower()
    except NotFound:
        title = ""
    return tuple(name for name in (choice.name, title) if name)


def is_made(name: str, made: Collection[str]) -> bool:
    """Tell whether a feature has one of the names ``made``, perhaps with a number behind it."""
    start, _, number = name.rpartition(" ")
    return name in made or (start in made and number.isdigit())
