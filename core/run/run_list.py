"""The run history: many runs at a glance, without reading their recipes or results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.evaluate.metrics import get_metric
from core.store.tables import DatasetRow, ModelResultRow, RunRow
from core.store.workspace import Workspace
from core.types import ModelStatus, TaskKind

PAGE = 25


class RunSummary(BaseModel):
    """What a list shows of a run.

    Attributes
    ----------
    dataset : str
        Name of its table as it is called now; empty where the table is gone.
    models, scored : int
        Models asked for, and those that have a score.
    best, metric, score : str, str, float
        Title of the best model, the metric's key and its score; empty and None while there is none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    created: datetime
    dataset_id: str
    dataset: str
    target: str
    kind: TaskKind
    models: int
    notes: str
    tags: tuple[str, ...]
    favourite: bool
    scored: int = 0
    best: str = ""
    metric: str = ""
    score: float | None = None


class RunPage(BaseModel):
    """One page of runs, newest first, and how many there are on all pages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    runs: tuple[RunSummary, ...]
    total: int


class RunFilter(BaseModel):
    """Which runs are wanted.

    Attributes
    ----------
    text : str
        In the name, the notes, a tag, the target or the table's name, whatever the capital letters.
    tag, dataset_id : str
        Exactly this tag, this table; empty means any.
    favourites : bool
        Only those marked.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = ""
    tag: str = ""
    dataset_id: str = ""
    favourites: bool = False


def list_runs(
    workspace: Workspace, project_id: str, *, wanted: RunFilter | None = None, offset: int = 0, limit: int = PAGE
) -> RunPage:
    """Return one page of a project's runs.

    Parameters
    ----------
    workspace : Workspace
        Holds them.
    project_id : str
        The project.
    wanted : RunFilter, optional
        All where not given.
    offset, limit : int
        Runs to pass over; runs to return at most.
    """
    conditions = [RunRow.project_id == project_id, *_conditions(wanted or RunFilter())]
    columns = (
        RunRow.id, RunRow.name, RunRow.created, RunRow.dataset_id, RunRow.target, RunRow.kind, RunRow.models,
        RunRow.notes, RunRow.tags, RunRow.favourite, DatasetRow.name.label("dataset"),
    )  # fmt: skip
    joined = select(*columns).outerjoin(DatasetRow, DatasetRow.id == RunRow.dataset_id).where(*conditions)
    query = joined.order_by(RunRow.created.desc(), RunRow.id).offset(offset).limit(limit)
    counting = select(func.count()).select_from(joined.subquery())
    with workspace.database.session() as session:
        total = int(session.execute(counting).scalar_one())
        found = [dict(row) for row in session.execute(query).mappings()]
        best = _best(session, [row["id"] for row in found])
    return RunPage(runs=tuple(_summary(row, best.get(row["id"], {})) for row in found), total=total)


def newest_run_ids(workspace: Workspace, project_id: str) -> tuple[str, ...]:
    """Return the ids of a project's runs, newest first."""
    query = select(RunRow.id).where(RunRow.project_id == project_id).order_by(RunRow.created.desc(), RunRow.id)
    with workspace.database.session() as session:
        return tuple(session.scalars(query))


def is_trained(workspace: Workspace, project_id: str, dataset_id: str) -> bool:
    """Tell whether any model of a project has a score on a table."""
    query = (
        select(ModelResultRow.run_id)
        .join(RunRow, RunRow.id == ModelResultRow.run_id)
        .where(RunRow.project_id == project_id, RunRow.dataset_id == dataset_id)
        .where(ModelResultRow.status == ModelStatus.OK.value)
        .limit(1)
    )
    with workspace.database.session() as session:
        return session.scalar(query) is not None


def run_summary(workspace: Workspace, run_id: str) -> RunSummary:
    """Return what a list shows of one run; `NotFound` where there is none."""
    with workspace.database.session() as session:
        row = session.get(RunRow, run_id)
        if row is None:
            raise NotFound(f"There is no run {run_id!r} in this workspace.", hint="It may have been deleted.")
        table = session.get(DatasetRow, row.dataset_id)
        values = {name: getattr(row, name) for name in RunSummary.model_fields if hasattr(row, name)}
        best = _best(session, [run_id]).get(run_id, {})
    return _summary({**values, "dataset": table.name if table else ""}, best)


def tags_in_use(workspace: Workspace, project_id: str) -> tuple[str, ...]:
    """Return the tags of a project's runs, sorted."""
    query = select(RunRow.tags).where(RunRow.project_id == project_id).distinct()
    with workspace.database.session() as session:
        return tuple(sorted({tag for tags in session.scalars(query) for tag in tags}, key=str.casefold))


def _conditions(wanted: RunFilter) -> Iterable[ColumnElement[bool]]:
    if wanted.text.strip():
        text = _like(wanted.text.strip().lower())
        fields = (RunRow.name, RunRow.notes, _tags_text(), RunRow.target, DatasetRow.name)
        yield or_(*(func.lower(field).like(text, escape="!") for field in fields))
    if wanted.tag:
        yield _tags_text().like(_like(f'"{wanted.tag}"'), escape="!")
    if wanted.dataset_id:
        yield RunRow.dataset_id == wanted.dataset_id
    if wanted.favourites:
        yield RunRow.favourite.is_(True)


def _tags_text() -> ColumnElement[str]:
    """Return the tags as they are stored: JSON as text."""
    from sqlalchemy import Text, type_coerce

    return type_coerce(RunRow.tags, Text)


def _like(text: str) -> str:
    for mark in ("!", "%", "_"):
        text = text.replace(mark, f"!{mark}")
    return f"%{text}%"


def _best(session: Session, run_ids: Sequence[str]) -> dict[str, dict[str, object]]:
    """Return of each run how many models have a score, and which is the best."""
    columns = (ModelResultRow.run_id, ModelResultRow.title, ModelResultRow.metric, ModelResultRow.score)
    query = select(*columns).where(
        ModelResultRow.run_id.in_(run_ids),
        ModelResultRow.status == ModelStatus.OK.value,
        ModelResultRow.score.is_not(None),
    )
    found: dict[str, dict[str, object]] = {}
    leading: dict[str, float] = {}
    for run_id, title, metric, score in session.execute(query.order_by(ModelResultRow.label)):
        one = found.setdefault(run_id, {"scored": 0})
        one["scored"] = int(str(one["scored"])) + 1
        value = get_metric(metric).sign * float(score or 0.0)
        if run_id not in leading or value > leading[run_id]:
            leading[run_id] = value
            one.update(best=title, metric=metric, score=score)
    return found


def _summary(row: dict[str, object], best: dict[str, object]) -> RunSummary:
    return RunSummary.model_validate({**row, "dataset": row.get("dataset") or "", **best})
