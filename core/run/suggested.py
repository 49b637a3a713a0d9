"""The models suggested for a table, from its stored figures."""

from __future__ import annotations

from core.data.profile import has_profile, stored_profile
from core.data.profile_types import ColumnProfile, TableProfile
from core.data.schema import ColumnSchema, Dataset
from core.data.task import Task
from core.device import list_devices
from core.models.suggest import Suggestion, TableFacts, suggest_models
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlanOutline
from core.prepare.spec import Family
from core.run.preparation import columns_aside, feature_columns, plan_of
from core.run.recipe import Recipe
from core.run.suitable import prepared_width
from core.store.workspace import Workspace
from core.types import ColumnKind

_MANY_LEVELS = 20
_SMALL_COUNT = 50
_SKEWED = 1.0
_FAR = 10.0


def suggested_models(
    workspace: Workspace,
    dataset: Dataset,
    task: Task,
    *,
    plan: PreparePlan | None = None,
    readable: bool = False,
    fast: bool = False,
    most: int = 3,
    wait: bool = True,
) -> tuple[Suggestion, ...]:
    """Suggest models for a table, with reasons drawn from its profile.

    Parameters
    ----------
    workspace, dataset, task
        The table and what is predicted.
    plan : PreparePlan, optional
        How it is prepared; the suggested plan where there is none.
    readable, fast : bool
        The model shall be one that a person can read; its answers shall come at once.
    most : int
        At most this many.
    wait : bool
        Make the table's profile where there is none yet; otherwise suggest from the schema alone.

    Raises
    ------
    LatheError
        Where the plan cannot be followed.
    """
    profile = stored_profile(workspace, dataset) if wait or has_profile(workspace, dataset) else None
    facts = table_facts(dataset, task, plan=plan, profile=profile, readable=readable, fast=fast)
    return suggest_models(facts, task.kind, most=most)


def table_facts(
    dataset: Dataset,
    task: Task,
    *,
    plan: PreparePlan | None = None,
    profile: TableProfile | None = None,
    readable: bool = False,
    fast: bool = False,
) -> TableFacts:
    """Return what a suggestion rests on; no row is read."""
    columns = feature_columns(dataset, task)
    rows = max(round(dataset.rows * (1 - task.split.locked)), 1)
    target = next((found for found in profile.columns if found.name == task.target), None) if profile else None
    outline = _outline(dataset, task, columns, plan)
    categories = [column for column in columns if column.kind in (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)]
    return TableFacts(
        rows=rows,
        columns=len(columns),
        width=prepared_width(outline),
        words=sum(feature.width for feature in outline.used if feature.kind is ColumnKind.TEXT),
        numbers=_of_kind(columns, ColumnKind.NUMERIC),
        categories=len(categories),
        many_levels=sum(column.unique > _MANY_LEVELS for column in categories),
        missing_share=sum(column.missing for column in columns) / max(dataset.rows * len(columns), 1),
        classes=dataset.column(task.target).unique if task.kind.is_classification else 0,
        **({} if task.kind.is_classification else _shape(target)),
        readable=readable,
        fast=fast,
        gpu=any(device.is_gpu for device in list_devices()),
    )


def _outline(dataset: Dataset, task: Task, columns: tuple[ColumnSchema, ...], plan: PreparePlan | None) -> PlanOutline:
    settled = plan_of(Recipe(task=task, plan=plan), columns, rows=dataset.rows)
    needs, aside = FAMILY_NEEDS[Family.LINEAR], columns_aside(dataset, task)
    return outline_plan(settled, columns, needs, aside=aside, task=task.kind)


def _of_kind(columns: tuple[ColumnSchema, ...], kind: ColumnKind) -> int:
    return sum(column.kind is kind for column in columns)


def _shape(target: ColumnProfile | None) -> dict[str, bool]:
    """Say what a number to predict looks like."""
    if target is None or target.minimum is None or target.mean is None or target.maximum is None:
        return {}
    whole = all(float(value.value).is_integer() for value in target.top if _is_number(value.value))
    counts = bool(target.top) and whole and target.minimum >= 0 and target.mean < _SMALL_COUNT and target.unique <= 100
    skewed = target.minimum > 0 and (target.skew or 0.0) > _SKEWED
    far_off = not skewed and (target.kurtosis or 0.0) > _FAR
    return {"counts": counts, "skewed": skewed, "far_off": far_off}


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).lstrip("-").isdigit()
