"""The tables. What a pydantic model describes is kept as its JSON; only what is asked for has a column."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, ForeignKey, Index, String, Text, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: stored as UTC without a zone, because SQLite keeps none; given back with one."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an instant into UTC without a zone."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give the stored instant its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class JsonText(TypeDecorator[Any]):
    """JSON as text: unlike a database's own JSON type it keeps NaN, which a score may be."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        """Write JSON."""
        return json.dumps(value, ensure_ascii=False)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Read JSON."""
        return None if value is None else json.loads(value)


def utc_now() -> datetime:
    """Return the present instant, in UTC."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """Root of the tables."""

    type_annotation_map = {datetime: UtcDateTime, dict[str, Any]: JsonText, list[str]: JsonText}


class ProjectRow(Base):
    """A project and the state of its screens (``draft``)."""

    __tablename__ = "projects"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    created: Mapped[datetime]
    updated: Mapped[datetime]
    draft: Mapped[dict[str, Any]]


class DatasetRow(Base):
    """A dataset: ``body`` is the JSON of `core.data.schema.Dataset`."""

    __tablename__ = "datasets"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(128), index=True)
    created: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class RunRow(Base):
    """A run: ``recipe`` is the JSON of `core.run.recipe.Recipe`. It outlives its dataset, so no foreign key there.

    ``target``, ``kind`` and ``models`` repeat what the recipe says, so that a list of runs need not read it.
    """

    __tablename__ = "runs"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    dataset_id: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(Text)
    recipe: Mapped[dict[str, Any]]
    created: Mapped[datetime]
    deadline: Mapped[datetime | None]
    holdout_looks: Mapped[int] = mapped_column(default=0)
    notes: Mapped[str] = mapped_column(Text, default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    favourite: Mapped[bool] = mapped_column(default=False)
    target: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20), default="")
    models: Mapped[int] = mapped_column(default=0)


class ModelResultRow(Base):
    """One model of a run: ``body`` is the JSON of `core.run.result.ModelResult`; what a list of runs shows of it has
    columns of its own."""

    __tablename__ = "model_results"

    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    label: Mapped[str] = mapped_column(String(200), primary_key=True)
    body: Mapped[dict[str, Any]]
    updated: Mapped[datetime]
    title: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(20), default="")
    metric: Mapped[str] = mapped_column(String(40), default="")
    score: Mapped[float | None]


class PlanRow(Base):
    """A saved preparation plan: ``body`` is the JSON of `core.prepare.library.SavedPlan`."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("project_id", "name", name="uq_plans_name"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    created: Mapped[datetime]
    body: Mapped[dict[str, Any]]


class JobRow(Base):
    """A job. ``number`` is the order of submission; ``stop_reason`` says who stopped it ("" for a person)."""

    __tablename__ = "jobs"
    __table_args__ = (Index("ix_jobs_queue", "state", "priority", "number"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    id: Mapped[str] = mapped_column(String(32), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    pool: Mapped[str] = mapped_column(String(20))
    payload: Mapped[dict[str, Any]]
    project_id: Mapped[str] = mapped_column(String(32), index=True)
    run_id: Mapped[str] = mapped_column(String(32), index=True)
    label: Mapped[str] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(Text)
    priority: Mapped[int]
    needs_gpu: Mapped[bool]
    deadline: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(20))
    fraction: Mapped[float] = mapped_column(default=0.0)
    stage: Mapped[str] = mapped_column(Text, default="")
    message: Mapped[str] = mapped_column(Text, default="")
    pid: Mapped[int | None]
    process_started: Mapped[float | None]
    host: Mapped[str] = mapped_column(String(255), default="")
    heartbeat: Mapped[datetime | None]
    created: Mapped[datetime]
    started: Mapped[datetime | None]
    finished: Mapped[datetime | None]
    stop_requested: Mapped[datetime | None]
    stop_reason: Mapped[str] = mapped_column(Text, default="")
    result: Mapped[dict[str, Any]] = mapped_column(default=dict)
    error: Mapped[dict[str, Any]] = mapped_column(default=dict)
