"""Projects: what a person works on. A project owns datasets, runs and jobs."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from core.errors import LatheError, NotFound
from core.store.artifacts import remove_tree
from core.store.owned import delete_jobs
from core.store.tables import DatasetRow, JobRow, ProjectRow, RunRow, utc_now
from core.store.workspace import Workspace

MAX_NAME = 80


class Project(BaseModel):
    """A project. ``draft`` holds what its screens have been told so far, as JSON."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    created: datetime
    updated: datetime
    draft: dict[str, Any] = Field(default_factory=dict)


class ProjectStore:
    """The projects of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def create(self, name: str) -> Project:
        """Make a project.

        Raises
        ------
        LatheError
            With field "name": empty, over 80 characters, or taken.
        """
        now = utc_now()
        row = ProjectRow(id=uuid.uuid4().hex[:12], name=_clean(name), created=now, updated=now, draft={})
        try:
            with self._workspace.database.session() as session:
                session.add(row)
        except IntegrityError as error:
            raise _taken(row.name) from error
        return _project(row)

    def get(self, project_id: str) -> Project:
        """Return a project; `NotFound` where there is none."""
        with self._workspace.database.session() as session:
            return _project(_find(session, project_id))

    def list(self) -> tuple[Project, ...]:
        """Return all projects, last touched first."""
        query = select(ProjectRow).order_by(ProjectRow.updated.desc(), ProjectRow.name)
        with self._workspace.database.session() as session:
            return tuple(_project(row) for row in session.scalars(query))

    def rename(self, project_id: str, name: str) -> Project:
        """Give a project another name, under the same rules as `create`."""
        clean = _clean(name)
        try:
            with self._workspace.database.session() as session:
                row = _find(session, project_id)
                row.name, row.updated = clean, utc_now()
        except IntegrityError as error:
            raise _taken(clean) from error
        return _project(row)

    def save_draft(self, project_id: str, draft: Mapping[str, Any]) -> Project:
        """Keep what the screens have been told so far."""
        with self._workspace.database.session() as session:
            row = _find(session, project_id)
            row.draft, row.updated = dict(draft), utc_now()
        return _project(row)

    def delete(self, project_id: str) -> None:
        """Remove a project with its datasets, runs and jobs, rows first and then files.

        A worker that still works for it sees its row gone and ends.
        """
        with self._workspace.database.session() as session:
            row = _find(session, project_id)
            folders = [
                f"{kind}/{key}"
                for kind, table in (("datasets", DatasetRow), ("runs", RunRow))
                for key in session.scalars(select(table.id).where(table.project_id == project_id))
            ]
            folders += delete_jobs(session, JobRow.project_id == project_id)
            session.delete(row)
        for folder in folders:
            remove_tree(self._workspace.path(folder))


def _clean(name: str) -> str:
    clean = " ".join(name.split())
    if not clean:
        raise LatheError("A project needs a name.", hint="Type a few words.", field="name")
    if len(clean) > MAX_NAME:
        raise LatheError(
            f"A project's name has at most {MAX_NAME} characters. This one has {len(clean)}.",
            hint="Shorten it.",
            field="name",
        )
    return clean


def _taken(name: str) -> LatheError:
    return LatheError(f"There is already a project called {name!r}.", hint="Choose another name.", field="name")


def _find(session: Session, project_id: str) -> ProjectRow:
    row = session.get(ProjectRow, project_id)
    if row is None:
        raise NotFound(f"There is no project {project_id!r} in this workspace.", hint="It may have been deleted.")
    return row


def _project(row: ProjectRow) -> Project:
    return Project(id=row.id, name=row.name, created=row.created, updated=row.updated, draft=row.draft)
