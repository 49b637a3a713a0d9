"""Runs as stored: the recipe, when it was asked for, and one result a model."""

from __future__ import annotations

import math
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.data.schema import Dataset
from core.errors import NotFound
from core.run.recipe import Recipe
from core.run.result import ModelResult
from core.store.artifacts import remove_tree
from core.store.owned import delete_jobs
from core.store.tables import JobRow, ModelResultRow, RunRow, utc_now
from core.store.workspace import Workspace

MOST_TAGS = 12
LONGEST_TAG = 40
LONGEST_NOTES = 4000


class Run(BaseModel):
    """A run as stored.

    Attributes
    ----------
    deadline : datetime, optional
        When the time limit of the budget is reached.
    holdout_looks : int
        How often the locked rows' scores were asked for.
    notes, tags, favourite : str, tuple of str, bool
        What the person keeps with it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    project_id: str
    dataset_id: str
    recipe: Recipe
    created: datetime
    deadline: datetime | None = None
    holdout_looks: int = 0
    name: str = ""
    notes: str = ""
    tags: tuple[str, ...] = ()
    favourite: bool = False


class RunStore:
    """The runs of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def create(self, project_id: str, recipe: Recipe, dataset: Dataset, *, name: str = "") -> Run:
        """Store a run of ``recipe`` on ``dataset``; its deadline follows from the budget."""
        now = utc_now()
        limit_s = recipe.budget.time_limit_s
        row = RunRow(
            id=uuid.uuid4().hex[:12],
            project_id=project_id,
            dataset_id=dataset.id,
            name=name,
            recipe=recipe.model_dump(mode="json"),
            created=now,
            deadline=now + timedelta(seconds=limit_s) if limit_s else None,
            holdout_looks=0,
            notes="",
            tags=[],
            favourite=False,
            target=recipe.task.target,
            kind=recipe.task.kind.value,
            models=len(recipe.models),
        )
        with self._workspace.database.session() as session:
            session.add(row)
        return _run(row)

    def get(self, run_id: str) -> Run:
        """Return a run; `NotFound` where there is none."""
        with self._workspace.database.session() as session:
            return _run(_find(session, run_id))

    def list(self, project_id: str) -> tuple[Run, ...]:
        """Return the runs of a project, newest first."""
        query = select(RunRow).where(RunRow.project_id == project_id).order_by(RunRow.created.desc(), RunRow.id)
        with self._workspace.database.session() as session:
            return tuple(_run(row) for row in session.scalars(query))

    def rename(self, run_id: str, name: str) -> Run:
        """Give a run a name of the person's."""
        with self._workspace.database.session() as session:
            row = _find(session, run_id)
            row.name = " ".join(name.split())[:80]
        return _run(row)

    def annotate(
        self,
        run_id: str,
        *,
        notes: str | None = None,
        tags: Iterable[str] | None = None,
        favourite: bool | None = None,
    ) -> Run:
        """Keep a person's notes, tags or mark with a run; what is None stays as it is.

        Tags lose spaces at their ends and come once each, at most `MOST_TAGS` of `LONGEST_TAG` characters.
        """
        with self._workspace.database.session() as session:
            row = _find(session, run_id)
            row.notes = row.notes if notes is None else notes.strip()[:LONGEST_NOTES]
            row.tags = row.tags if tags is None else clean_tags(tags)
            row.favourite = row.favourite if favourite is None else favourite
        return _run(row)

    def set_deadline(self, run_id: str, deadline: datetime | None) -> Run:
        """Move the time limit, as a resumed run needs."""
        with self._workspace.database.session() as session:
            row = _find(session, run_id)
            row.deadline = deadline
        return _run(row)

    def delete(self, run_id: str) -> None:
        """Remove a run with its results, jobs and files."""
        with self._workspace.database.session() as session:
            row = _find(session, run_id)
            folders = [f"runs/{run_id}", *delete_jobs(session, JobRow.run_id == run_id)]
            session.delete(row)
        for folder in folders:
            remove_tree(self._workspace.path(folder))

    def save_result(self, run_id: str, result: ModelResult) -> None:
        """Store one model's result; a result of the same label is replaced.

        Raises
        ------
        NotFound
            Where the run was deleted meanwhile.
        """
        with self._workspace.database.session() as session:
            _find(session, run_id)
            body = result.model_dump(mode="json")
            first = result.scores[0] if result.scores else None
            # A score over fewer folds than the others' is shown on the board, but leads no list.
            leads = first is not None and math.isfinite(first.value) and (result.bootstrap or not result.ended_early)
            session.merge(
                ModelResultRow(
                    run_id=run_id,
                    label=result.label,
                    body=body,
                    updated=utc_now(),
                    title=result.title,
                    status=result.status.value,
                    metric=first.metric if first else "",
                    score=first.value if first is not None and leads else None,
                )
            )

    def results(self, run_id: str) -> tuple[ModelResult, ...]:
        """Return the stored results in the order of the recipe's models."""
        with self._workspace.database.session() as session:
            order = {choice.label: place for place, choice in enumerate(_run(_find(session, run_id)).recipe.models)}
            rows = session.scalars(select(ModelResultRow).where(ModelResultRow.run_id == run_id))
            results = [ModelResult.model_validate(row.body) for row in rows]
        return tuple(sorted(results, key=lambda result: (order.get(result.label, len(order)), result.label)))

    def delete_result(self, run_id: str, label: str) -> None:
        """Forget one model's result, as it is about to be trained again; none there is fine."""
        old = delete(ModelResultRow).where(ModelResultRow.run_id == run_id, ModelResultRow.label == label)
        with self._workspace.database.session() as session:
            session.execute(old)

    def count_look(self, run_id: str) -> int:
        """Count one look at the hold-out scores and return how many there have been."""
        looks = update(RunRow).where(RunRow.id == run_id).values(holdout_looks=RunRow.holdout_looks + 1)
        with self._workspace.database.session() as session:
            session.execute(looks, execution_options={"synchronize_session": False})
            return _find(session, run_id).holdout_looks


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags without spaces at their ends, empty ones or repetitions, in their order."""
    return list(dict.fromkeys(t for t in (" ".join(tag.split())[:LONGEST_TAG] for tag in tags) if t))[:MOST_TAGS]


def _find(session: Session, run_id: str) -> RunRow:
    row = session.get(RunRow, run_id)
    if row is None:
        raise NotFound(f"There is no run {run_id!r} in this workspace.", hint="It may have been deleted.")
    return row


def _run(row: RunRow) -> Run:
    return Run(
        id=row.id,
        project_id=row.project_id,
        dataset_id=row.dataset_id,
        recipe=Recipe.model_validate(row.recipe),
        created=row.created,
        deadline=row.deadline,
        holdout_looks=row.holdout_looks,
        name=row.name,
        notes=row.notes,
        tags=tuple(row.tags),
        favourite=row.favourite,
    )
