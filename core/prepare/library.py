"""Plans that are kept under a name, and used again on other tables."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.data.schema import ColumnSchema
from core.errors import LatheError, NotFound
from core.prepare.plan import PreparePlan
from core.prepare.reuse import PlanFit, fit_plan, from_yaml, to_yaml
from core.store.tables import PlanRow, ProjectRow, utc_now
from core.store.workspace import Workspace

__all__ = ["PlanFit", "PlanStore", "SavedPlan", "fit_plan", "from_yaml", "to_yaml"]

MAX_NAME = 80


class SavedPlan(BaseModel):
    """A plan under a name.

    Attributes
    ----------
    id, project_id, name : str
        Where it is kept, and what it is called there.
    plan : PreparePlan
        The plan.
    columns : tuple of ColumnSchema
        The features it was made for.
    created : datetime
        When it was saved.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    project_id: str
    name: str
    plan: PreparePlan
    columns: tuple[ColumnSchema, ...]
    created: datetime


class PlanStore:
    """The saved plans of a workspace.

    Parameters
    ----------
    workspace : Workspace
        An open workspace.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def save(self, project_id: str, name: str, plan: PreparePlan, columns: Sequence[ColumnSchema]) -> SavedPlan:
        """Keep a plan; one of the same name in the project is left as it is.

        Raises
        ------
        LatheError
            With field "name": empty, over 80 characters, or taken.
        NotFound
            Where the project is gone.
        """
        clean = _clean(name)
        saved = SavedPlan(
            id=uuid.uuid4().hex[:12],
            project_id=project_id,
            name=clean,
            plan=plan.model_copy(update={"name": clean}),
            columns=tuple(columns),
            created=utc_now(),
        )
        try:
            with self._workspace.database.session() as session:
                if session.get(ProjectRow, project_id) is None:
                    raise NotFound("The project is no longer there.", hint="It may have been deleted.")
                session.add(_row(saved))
        except IntegrityError as error:
            raise _taken(clean) from error
        return saved

    def get(self, plan_id: str) -> SavedPlan:
        """Return a saved plan; `NotFound` where there is none."""
        with self._workspace.database.session() as session:
            return _saved(_find(session, plan_id))

    def list(self, project_id: str | None = None) -> tuple[SavedPlan, ...]:
        """Return the saved plans of a project, or of all of them, newest first."""
        query = select(PlanRow).order_by(PlanRow.created.desc(), PlanRow.name)
        if project_id is not None:
            query = query.where(PlanRow.project_id == project_id)
        with self._workspace.database.session() as session:
            return tuple(_saved(row) for row in session.scalars(query))

    def rename(self, plan_id: str, name: str) -> SavedPlan:
        """Give a saved plan another name, under the same rules as `save`."""
        clean = _clean(name)
        try:
            with self._workspace.database.session() as session:
                row = _find(session, plan_id)
                saved = _saved(row)
                plan = saved.plan.model_copy(update={"name": clean})
                saved = saved.model_copy(update={"name": clean, "plan": plan})
                row.name, row.body = clean, saved.model_dump(mode="json")
        except IntegrityError as error:
            raise _taken(clean) from error
        return saved

    def delete(self, plan_id: str) -> None:
        """Remove a saved plan; runs made with it keep their copy."""
        with self._workspace.database.session() as session:
            session.delete(_find(session, plan_id))


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise LatheError("A plan needs a name.", hint="Type a few words.", field="name")
    if len(clean) > MAX_NAME:
        message = f"A plan's name has at most {MAX_NAME} characters. This one has {len(clean)}."
        raise LatheError(message, hint="Shorten it.", field="name")
    return clean


def _taken(name: str) -> LatheError:
    return LatheError(f"There is already a plan called {name!r}.", hint="Choose another name.", field="name")


def _find(session: Session, plan_id: str) -> PlanRow:
    row = session.get(PlanRow, plan_id)
    if row is None:
        raise NotFound("There is no such plan in this workspace.", hint="It may have been deleted.")
    return row


def _row(saved: SavedPlan) -> PlanRow:
    return PlanRow(
        id=saved.id,
        project_id=saved.project_id,
        name=saved.name,
        created=saved.created,
        body=saved.model_dump(mode="json"),
    )


def _saved(row: PlanRow) -> SavedPlan:
    return SavedPlan.model_validate(row.body)
