"""A file that was brought and waits for the person's word: kept, dropped, or taken in as a table."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import services, state
from components.draft import Pending
from components.messages import plain
from components.words import shortened
from core.data.column_types import say_again
from core.data.ingest import INGEST_IN_PLACE_BYTES, ingest, ingest_like
from core.data.schema import Dataset, ParseSettings
from core.data.sniff import sniff
from core.data.upload import INCOMING, discard
from core.errors import ErrorInfo, LatheError
from core.jobs.job import JobRequest
from core.shape.edit import replay

PROBLEM = "upload.problem"


def path_of(pending: Pending) -> Path:
    """Return where the file lies: in the workspace, or where the operator lets it be read in place."""
    path = Path(pending.path)
    return path if path.is_absolute() else services.workspace().path(path)


def wait_for(path: Path, name: str, *, parse: ParseSettings | None = None) -> None:
    """Find out how a file is to be read, unless that is known, and keep it until the person takes or drops it.

    Raises
    ------
    LatheError
        Where it cannot be read; nothing of it is kept then.
    """
    workspace = services.workspace()
    state.forget("parse.")
    try:
        found = parse or sniff(path, name)
    except LatheError:
        discard(path, workspace=workspace)
        raise
    received = path.parent == workspace.folder(INCOMING)
    state.save_pending(Pending(path=workspace.relative(path) if received else str(path), name=name, parse=found))


def drop(pending: Pending) -> None:
    """Forget a waiting file."""
    discard(path_of(pending), workspace=services.workspace())
    state.save_pending(None)
    state.forget("parse.")


def take(pending: Pending, name: str) -> bool:
    """Take the waiting file in as a table: at once where it is small, as a job where it is large.

    Returns
    -------
    bool
        Whether the page is to be drawn anew.

    Raises
    ------
    LatheError
        Where it cannot be read; it goes on waiting.
    """
    path = path_of(pending)
    if path.stat().st_size > INGEST_IN_PLACE_BYTES:
        state.save_pending(pending.model_copy(update={"job": _submit(pending, name)}))
        return True
    with st.spinner(f"Reading {plain(shortened(pending.name))}"):
        if pending.like:
            dataset = take_like(path, services.catalog().get(pending.like), name)
        else:
            dataset = ingest(services.workspace(), path, project_id=state.project_id(), name=name, parse=pending.parse)
    drop(pending)
    finish(dataset.id)
    return True


def take_like(path: Path, like: Dataset, name: str) -> Dataset:
    """Take a later file in: read with the settings and kinds of a table, then its steps and rules.

    A step that does not fit leaves the new table without steps; why is kept to be said.
    """
    workspace = services.workspace()
    fresh = say_again(workspace, ingest_like(workspace, path, like, name=name), like)
    try:
        return replay(workspace, like, fresh)
    except LatheError as error:
        state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})
        return services.catalog().get(fresh.id)


def finish(dataset_id: str) -> None:
    """Open a table that was taken in."""
    state.remember("upload.more", False)
    state.remember("upload.like", "")
    state.open_dataset(dataset_id)


def _submit(pending: Pending, name: str) -> str:
    payload = {
        "path": pending.path,
        "project_id": state.project_id(),
        "name": name,
        "parse": pending.parse.model_dump(mode="json"),
        "like": pending.like,
    }
    request = JobRequest(
        kind="ingest",
        pool="classic",
        payload=payload,
        project_id=state.project_id(),
        title=f"Reading {shortened(pending.name)}",
        priority=-1,
    )
    return services.executor().submit(request).id
