"""The working draft of a project: what the person has chosen so far, saved at each change and read back on refresh."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from core.data.schema import Dataset, ParseSettings
from core.data.task import Task
from core.prepare.edit import PlanHistory
from core.prepare.plan import PreparePlan
from core.run.recipe import Budget, ModelChoice, Recipe


class Draft(BaseModel):
    """Choices for one dataset of a project.

    Attributes
    ----------
    task : Task, optional
        None until a target is chosen.
    plan : PreparePlan, optional
        None until a target is chosen; the default plan from then on.
    history : PlanHistory
        Changes of the plan that can be undone and done again.
    models : tuple of ModelChoice
        Chosen models with the parameters that differ from their defaults.
    budget : Budget
        Time and device.
    seed : int
        Seed of everything drawn at random.
    done : tuple of str
        Steps of the journey that leave no other trace: "plan", "explained", "exported".
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    task: Task | None = None
    plan: PreparePlan | None = None
    history: PlanHistory = PlanHistory()
    models: tuple[ModelChoice, ...] = ()
    budget: Budget = Budget()
    seed: int = 0
    done: tuple[str, ...] = ()

    def recipe(self, dataset: Dataset) -> Recipe:
        """Return the experiment that the draft describes. A target must have been chosen."""
        assert self.task is not None
        return Recipe(
            dataset=dataset.fingerprint,
            dataset_id=dataset.id,
            task=self.task,
            plan=self.plan,
            models=self.models,
            budget=self.budget,
            seed=self.seed,
        )


class Pending(BaseModel):
    """A file that was brought but not yet taken in as a table.

    Attributes
    ----------
    path : str
        Where it lies, relative to the workspace; a file of the server that stays where it is has a whole path.
    name : str
        Its name on the person's machine.
    parse : ParseSettings
        How it is to be read, as found and then changed by the person.
    like : str
        Table that it is a later file of; empty for a file of its own.
    job : str
        Job that takes it in, once the person said so; empty before.
    answered : tuple of str
        Keys of the questions on its reading that the person has answered.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    path: str
    name: str
    parse: ParseSettings
    like: str = ""
    job: str = ""
    answered: tuple[str, ...] = ()


def read_pending(stored: dict[str, Any]) -> Pending | None:
    """Return the file waiting to be taken in, None where there is none."""
    try:
        return Pending.model_validate(stored["pending"]) if stored.get("pending") else None
    except ValidationError:
        return None


def read_draft(stored: dict[str, Any], dataset: Dataset) -> Draft:
    """Return the draft kept for ``dataset``; a fresh one where there is none or it no longer fits the table."""
    try:
        draft = Draft.model_validate(stored.get("tables", {}).get(dataset.id, {}))
    except ValidationError:
        return Draft()
    return draft if _fits(draft, dataset) else Draft(models=draft.models, budget=draft.budget, seed=draft.seed)


def write_draft(stored: dict[str, Any], dataset_id: str, draft: Draft) -> dict[str, Any]:
    """Return the project's stored drafts with the one of ``dataset_id`` replaced and made the current one."""
    tables = {**stored.get("tables", {}), dataset_id: draft.model_dump(mode="json")}
    return {**stored, "dataset_id": dataset_id, "tables": tables}


def _fits(draft: Draft, dataset: Dataset) -> bool:
    """Tell whether the goal is one of this table; a plan that names other columns says so at its steps."""
    task = draft.task
    return task is None or {task.target, *task.roles} <= set(dataset.column_names)
