"""The recipe: the whole experiment as one frozen record that can be written to a file and run again."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.data.task import Task
from core.errors import InvalidInput, LatheError
from core.params import field_problems
from core.prepare.plan import PreparePlan


class ModelChoice(BaseModel):
    """A chosen model with the parameters that differ from their defaults.

    Attributes
    ----------
    name : str
        Tells two choices of the same model apart; empty means the model's key.
    plan : PreparePlan or None
        Prepared by this plan instead of the recipe's, to compare plans on the same folds.
    without : tuple of str
        Features that this model does not see, to find out what they are worth.
    members : tuple of str
        For ensembles: labels of other models of the run.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    params: dict[str, Any] = Field(default_factory=dict)
    name: str = ""
    plan: PreparePlan | None = None
    without: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name on the board and in artifact paths; unique within a recipe."""
        return self.name or self.key


class Budget(BaseModel):
    """How much the run may use. ``time_limit_s`` 0 means no limit; ``device`` is "auto", "cpu" or "gpu"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    time_limit_s: float = Field(default=0.0, ge=0.0)
    device: str = Field(default="auto", pattern="^(auto|cpu|gpu)$")


class Recipe(BaseModel):
    """Everything that decides a run's numbers.

    Attributes
    ----------
    dataset : str
        Fingerprint of the dataset.
    dataset_id : str
        Where to find it in this workspace; not part of the identity of the experiment.
    source : str
        For a recipe file: path of the table to read, relative to the file.
    second_source : str
        For a recipe file: path of the table whose rows are locked away, in the place of ``task.split.second``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: int = 1
    dataset: str = ""
    dataset_id: str = ""
    source: str = ""
    second_source: str = ""
    task: Task
    plan: PreparePlan | None = None
    models: tuple[ModelChoice, ...] = ()
    budget: Budget = Field(default_factory=Budget)
    seed: int = 0

    def fingerprint(self) -> str:
        """Return a hash of all that decides the numbers."""
        text = self.model_dump_json(exclude={"dataset_id", "source", "second_source"})
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def only(self, label: str) -> Recipe:
        """Return the recipe with the one model called ``label``, behind the members that it is made of."""
        members = {member for m in self.models if m.label == label for member in m.members}
        kept = [m for m in self.models if m.label in members and m.label != label]
        return self.model_copy(update={"models": (*kept, *(m for m in self.models if m.label == label))})

    def choice(self, label: str) -> ModelChoice:
        """Return the choice called ``label``.

        Raises
        ------
        LatheError
            Where the recipe has no such model.
        """
        for choice in self.models:
            if choice.label == label:
                return choice
        raise LatheError(f"The recipe has no model called {label!r}.", field="models")

    def to_yaml(self) -> str:
        """Write the recipe as YAML."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)

    @classmethod
    def from_yaml(cls, text: str) -> Recipe:
        """Read a recipe from YAML or JSON.

        Raises
        ------
        LatheError
            Where the text is not YAML; `InvalidInput` with one problem a field where a field is wrong.
        """
        try:
            data = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise LatheError(f"The recipe is not valid YAML: {error}.", hint="Check the indentation.") from error
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise InvalidInput(field_problems(error, whole="The recipe")) from error

    @classmethod
    def from_file(cls, path: Path) -> Recipe:
        """Read a recipe file."""
        try:
            return cls.from_yaml(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise LatheError(f"The recipe {path} cannot be read: {error.strerror}.") from error
