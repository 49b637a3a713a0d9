"""Which folders of the workspace belong to jobs, so that they go when the jobs go."""

from __future__ import annotations

from pathlib import PurePosixPath

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from core.store.tables import JobRow

PREDICTIONS = "predictions"


def delete_jobs(session: Session, condition: ColumnElement[bool]) -> list[str]:
    """Delete the rows of jobs and return their folders, relative to the workspace, for removal after the commit."""
    folders: list[str] = []
    for row in session.scalars(select(JobRow).where(condition)):
        folders.append(f"jobs/{row.id}")
        out = PurePosixPath(str(row.payload.get("out", "")))
        if len(out.parts) > 2 and out.parts[0] == PREDICTIONS:
            folders.append(out.parent.as_posix())
    session.execute(delete(JobRow).where(condition))
    return folders
