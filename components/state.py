"""Where the person is: the only module that names session keys and query parameters.

The URL is the truth (``?project=&dataset=&run=&model=``), so a refresh, a second tab and a restarted server show the
same. Streamlit drops query parameters on a page switch; `sync` puts them back from the session, and `go` and `link`
pass them along.
"""

from __future__ import annotations

from typing import Any, NoReturn

import streamlit as st

from components import services
from components.draft import Draft, Pending, read_draft, read_pending, write_draft
from core.data.schema import Dataset
from core.errors import NotFound
from core.store.projects import Project

NAMES = ("project", "dataset", "run", "model")
_DEPENDENTS = {"project": ("dataset", "run", "model"), "dataset": ("run", "model"), "run": ("model",), "model": ()}


def sync() -> None:
    """Make URL and session agree; called once at the top of every script run.

    What the URL says wins. Where it says nothing (a click in the navigation drops it), the session's values return.
    """
    if _url("project") and _url("project") != _kept("project"):
        for name in NAMES:
            st.session_state.pop(_key(name), None)
    for name in NAMES:
        if _url(name):
            st.session_state[_key(name)] = _url(name)
        elif _kept(name):
            st.query_params[name] = _kept(name)


def project_id() -> str:
    """Return the id of the open project, empty where none is."""
    return _kept("project")


def dataset_id() -> str:
    """Return the id of the dataset named in the URL, empty where none is."""
    return _kept("dataset")


def run_id() -> str:
    """Return the id of the run being looked at, empty where none is."""
    return _kept("run")


def model_label() -> str:
    """Return the label of the model being looked at, empty where none is."""
    return _kept("model")


def open_project(project: str) -> None:
    """Open a project; dataset, run and model of the former one are left. Safe in a callback."""
    _put("project", project)


def open_dataset(dataset: str) -> None:
    """Work on another dataset of the project from now on, also after a restart. Safe in a callback."""
    if dataset == dataset_id():
        return
    _put("dataset", dataset)
    current = project()
    if current is not None:
        services.projects().save_draft(current.id, {**current.draft, "dataset_id": dataset})


def open_run(run: str) -> None:
    """Look at a run. Safe in a callback."""
    _put("run", run)


def open_model(label: str) -> None:
    """Look at one model of the run. Safe in a callback."""
    _put("model", label)


def close(name: str) -> None:
    """Forget the open project, dataset, run or model, and what hangs on it."""
    _put(name, "")


def query() -> dict[str, str]:
    """Return the query parameters that a link to another page must carry."""
    return {name: _kept(name) for name in NAMES if _kept(name)}


def go(page: str) -> NoReturn:
    """Switch to ``page`` ("pages/train.py") and keep the place in the URL. Not from a callback."""
    st.switch_page(page, query_params=query())


def project() -> Project | None:
    """Return the open project, None where none is open.

    Raises
    ------
    NotFound
        Where the URL names one that does not exist.
    """
    return services.projects().get(project_id()) if project_id() else None


def dataset() -> Dataset | None:
    """Return the dataset being worked on: the URL's, else the draft's, else the project's newest; None without any."""
    current = project()
    if current is None:
        return None
    for wanted in (dataset_id(), str(current.draft.get("dataset_id", ""))):
        found = _find(wanted, current.id)
        if found is not None:
            return found
    datasets = services.catalog().list(current.id)
    return max(datasets, key=lambda d: d.created) if datasets else None


def draft() -> Draft:
    """Return the draft of the current project and dataset; a fresh one without a dataset."""
    current, table = project(), dataset()
    return read_draft(current.draft, table) if current and table else Draft()


def save_draft(**changes: Any) -> Draft:
    """Change fields of the draft (``task=``, ``plan=``, ``models=``, ``budget=``, ``seed=``) and save it at once.

    Safe in a callback. Does nothing without a project and a dataset.

    Returns
    -------
    Draft
        The changed draft.
    """
    current, table = project(), dataset()
    if current is None or table is None:
        return Draft()
    changed = read_draft(current.draft, table).model_copy(update=changes)
    services.projects().save_draft(current.id, write_draft(current.draft, table.id, changed))
    return changed


def mark(step: str) -> None:
    """Remember that a step of the journey that leaves no other trace was done: "plan", "explained", "exported"."""
    now = draft()
    if step not in now.done:
        save_draft(done=(*now.done, step))


def pending() -> Pending | None:
    """Return the file that waits to be taken in as a table, None where there is none."""
    current = project()
    return read_pending(current.draft) if current else None


def save_pending(waiting: Pending | None) -> None:
    """Keep, change or (None) forget the file that waits to be taken in."""
    current = project()
    if current is not None:
        stored = {k: v for k, v in current.draft.items() if k != "pending"}
        if waiting is not None:
            stored["pending"] = waiting.model_dump(mode="json")
        services.projects().save_draft(current.id, stored)


def remember(name: str, value: Any) -> None:
    """Keep a plain value of a screen (a path, a number) in the session, beside the widgets."""
    st.session_state[f"lathe.{name}"] = value


def recall(name: str, default: Any = None) -> Any:
    """Return a value kept by `remember`."""
    return st.session_state.get(f"lathe.{name}", default)


def forget(prefix: str) -> None:
    """Drop every value kept by `remember` and every widget whose key starts with ``prefix``."""
    for key in [k for k in st.session_state if str(k).startswith((prefix, f"lathe.{prefix}"))]:
        del st.session_state[key]


def _find(wanted: str, project: str) -> Dataset | None:
    if not wanted:
        return None
    try:
        found = services.catalog().get(wanted)
    except NotFound:
        return None
    return found if found.project_id == project else None


def _key(name: str) -> str:
    return f"lathe.place.{name}"


def _url(name: str) -> str:
    return str(st.query_params.get(name, ""))


def _kept(name: str) -> str:
    return str(st.session_state.get(_key(name), ""))


def _put(name: str, value: str) -> None:
    if value == _kept(name) and value == _url(name):
        return
    for changed, to in ((name, value), *((dependent, "") for dependent in _DEPENDENTS[name])):
        if to:
            st.session_state[_key(changed)] = to
            st.query_params[changed] = to
        else:
            st.session_state.pop(_key(changed), None)
            st.query_params.pop(changed, None)
