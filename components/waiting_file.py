"""A file that was brought and waits for the person's word: kept, dropped, or taken in as a table."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import services, state
from components.draft import Pending
from components.messages import plain, show_error
from components.words import shortened
from core.data.ingest import INGEST_IN_PLACE_BYTES, ingest
from core.data.schema import Dataset, ParseSettings
from core.data.sniff import sniff
from core.data.upload import INCOMING, discard
from core.errors import ErrorInfo, LatheError
from core.jobs.job import JobRequest
from core.shape.later import take_later_file

PROBLEM = "upload.problem"


def remember_problem(error: LatheError) -> None:
    """Keep why a file was refused, to be said in the next run of the page."""
    state.remember(PROBLEM, ErrorInfo.from_exception(error).model_dump() | {"traceback": ""})


def show_problem() -> None:
    """Draw why the last file was refused, where it was."""
    problem = state.recall(PROBLEM)
    if problem:
        show_error(ErrorInfo.model_validate(problem))


def path_of(pending: Pending) -> Path:
    """Return where the file lies: in the workspace, or where the operator lets it be read in place."""
    path = Path(pending.path)
    return path if path.is_absolute() else services.workspace().path(path)


def wait_for(path: Path, name: str, *, parse: ParseSettings | None = None, like: Dataset | None = None) -> None:
    """Find out how a file is to be read, unless that is known, and keep it until the person takes or drops it.

    A later file of the table ``like`` is taken in at once, or as a job.

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
    place = workspace.relative(path) if received else str(path)
    waiting = Pending(path=place, name=name, parse=found, like=like.id if like is not None else "")
    state.save_pending(waiting)
    if like is not None:
        _take_like(waiting, name)


def _take_like(waiting: Pending, name: str) -> None:
    """Take a later file in; one that does not fit goes on waiting as a file of its own."""
    try:
        take(waiting, name)
    except LatheError:
        state.save_pending(waiting.model_copy(update={"like": ""}))
        raise


def drop(pending: Pending) -> None:
    """Forget a waiting file."""
    discard(path_of(pending), workspace=services.workspace())
    state.remember(PROBLEM, None)
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
            dataset = take_later_file(services.workspace(), path, services.catalog().get(pending.like), name=name)
        else:
            dataset = ingest(services.workspace(), path, project_id=state.project_id(), name=name, parse=pending.parse)
    drop(pending)
    finish(dataset.id)
    return True


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
