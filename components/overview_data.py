"""What the Overview page asks of a table, remembered for the same content; large tables are counted by a job."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from components import services
from core.data.profile import has_profile
from core.data.schema import Dataset
from core.explore.chart_spec import ChartData, ChartSpec
from core.explore.distributions import Distributions, fit_distributions
from core.explore.encode import Sample, read_sample
from core.explore.missing import MissingMap, missing_map
from core.explore.relations import Method, RelationMatrix
from core.explore.relations import relations as relate
from core.explore.standouts import StandOut
from core.explore.standouts import stand_outs as choose
from core.explore.target import TargetRelation
from core.explore.target import against_target as rank
from core.jobs.job import Job, JobRequest

CELLS_AT_ONCE = 40_000_000
COLUMNS_AT_ONCE = 1_000
"""Larger tables are looked over by a job."""


def is_large(dataset: Dataset) -> bool:
    """Tell whether looking the table over takes so long that a job does it."""
    return dataset.rows * len(dataset.columns) > CELLS_AT_ONCE or len(dataset.columns) > COLUMNS_AT_ONCE


def is_profiled(dataset: Dataset) -> bool:
    """Tell whether the figures of the table are there, or quickly made."""
    return not is_large(dataset) or has_profile(services.workspace(), dataset)


def newest_report(dataset: Dataset, *, profile_only: bool = False, target: str = "") -> Job | None:
    """Return the newest job that looks this content over, None where none was asked for."""
    wanted = _payload(dataset, profile_only, target)
    for job in services.queue().list(project_id=dataset.project_id, kinds=("report",)):
        if job.request.payload == wanted:
            return job
    return None


def submit_report(dataset: Dataset, *, profile_only: bool = False, target: str = "") -> Job:
    """Have the table looked over by a worker. Safe in a callback."""
    title = f"Look over {dataset.name}" if profile_only else f"Report on {dataset.name}"
    payload = _payload(dataset, profile_only, target)
    request = JobRequest(kind="report", payload=payload, project_id=dataset.project_id, title=title, priority=-1)
    return services.executor().submit(request)


def report_path(job: Job) -> Path | None:
    """Return the file that a report job left, None where it is gone."""
    path = services.workspace().path(str(job.result.get("path", "nothing")))
    return path if path.is_file() else None


def relations(dataset: Dataset, method: Method, columns: tuple[str, ...] = ()) -> RelationMatrix:
    """Return how strongly the columns go together; all that can be related, or those asked for."""
    return _relations(str(services.workspace().root), dataset.view_key, method, columns, dataset)


def against_target(dataset: Dataset, target: str) -> tuple[TargetRelation, ...]:
    """Return every column against the target, strongest first."""
    return _against(str(services.workspace().root), dataset.view_key, target, dataset)


def missing(dataset: Dataset) -> MissingMap:
    """Return where cells are missing."""
    return _missing(str(services.workspace().root), dataset.view_key, dataset)


def stand_outs(dataset: Dataset, target: str) -> tuple[StandOut, ...]:
    """Return the findings most worth knowing."""
    return _stand_outs(str(services.workspace().root), dataset.view_key, target, dataset)


def distributions(dataset: Dataset, column: str) -> Distributions:
    """Return the distributions fitted to a column."""
    return _distributions(str(services.workspace().root), dataset.view_key, column, dataset)


def chart(dataset: Dataset, spec: ChartSpec) -> ChartData:
    """Return the numbers of a chart; `LatheError` where there is nothing to draw."""
    return _chart(str(services.workspace().root), dataset.view_key, spec.model_dump_json(), dataset)


def _payload(dataset: Dataset, profile_only: bool, target: str) -> dict[str, str | bool]:
    return {
        "dataset_id": dataset.id,
        "fingerprint": dataset.view_key,
        "profile_only": profile_only,
        "target": target,
    }


def _sample(root: str, dataset: Dataset) -> Sample:
    return _read(root, dataset.view_key, dataset)


@st.cache_resource(max_entries=2, show_spinner="Reading a sample of rows")
def _read(root: str, fingerprint: str, _dataset: Dataset) -> Sample:
    return read_sample(services.workspace(), _dataset)


@st.cache_resource(max_entries=32, show_spinner="Relating the columns")
def _relations(
    root: str, fingerprint: str, method: Method, columns: tuple[str, ...], _dataset: Dataset
) -> RelationMatrix:
    sample = _sample(root, _dataset)
    return relate(services.workspace(), _dataset, method=method, columns=columns or None, sample=sample)


@st.cache_resource(max_entries=32, show_spinner="Holding every column against the target")
def _against(root: str, fingerprint: str, target: str, _dataset: Dataset) -> tuple[TargetRelation, ...]:
    return rank(services.workspace(), _dataset, target, sample=_sample(root, _dataset))


@st.cache_resource(max_entries=16, show_spinner="Looking for missing cells")
def _missing(root: str, fingerprint: str, _dataset: Dataset) -> MissingMap:
    return missing_map(services.workspace(), _dataset, sample=_sample(root, _dataset))


@st.cache_resource(max_entries=16, show_spinner="Choosing what stands out")
def _stand_outs(root: str, fingerprint: str, target: str, _dataset: Dataset) -> tuple[StandOut, ...]:
    return choose(
        _dataset,
        services.table_profile(_dataset),
        sample=_sample(root, _dataset),
        relations=_relations(root, fingerprint, Method.MIXED, (), _dataset),
        missing=_missing(root, fingerprint, _dataset),
        target=target,
        against=_against(root, fingerprint, target, _dataset) if target else (),
    )


@st.cache_resource(max_entries=64, show_spinner="Fitting distributions")
def _distributions(root: str, fingerprint: str, column: str, _dataset: Dataset) -> Distributions:
    return fit_distributions(services.workspace(), _dataset, column)


@st.cache_resource(max_entries=128, show_spinner="Counting")
def _chart(root: str, fingerprint: str, spec: str, _dataset: Dataset) -> ChartData:
    from core.explore.charts import chart_data

    return chart_data(services.workspace(), _dataset, ChartSpec.model_validate_json(spec))
