"""Price tags as jobs: one a worker pool, because the frameworks of two never meet in a process."""

from __future__ import annotations

from core.data.schema import Dataset
from core.device import list_devices, resolve_device
from core.jobs.executor import Executor
from core.jobs.job import Job, JobRequest
from core.jobs.queue import JobQueue
from core.jobs.records import UNFINISHED
from core.models.registry import get_model
from core.run.price_store import stored_prices
from core.run.recipe import Recipe
from core.store.workspace import Workspace


def submit_prices(workspace: Workspace, executor: Executor, recipe: Recipe, dataset: Dataset) -> tuple[Job, ...]:
    """Have every model of a recipe timed whose price is not known; before any training that waits."""
    known = stored_prices(workspace, recipe, dataset)
    pools: dict[str, list[str]] = {}
    gpus = set()
    for choice in recipe.models:
        if choice.label in known:
            continue
        spec = get_model(choice.key)
        pools.setdefault(spec.framework.pool, []).append(choice.label)
        if resolve_device(recipe.budget.device, spec.capabilities.gpu, list_devices()).device != "cpu":
            gpus.add(spec.framework.pool)
    return tuple(
        executor.submit(
            JobRequest(
                kind="price",
                pool=pool,
                payload={"recipe": recipe.model_dump(mode="json"), "dataset_id": dataset.id, "labels": labels},
                project_id=dataset.project_id,
                title="Measure what training takes",
                priority=-1,
                needs_gpu=pool in gpus,
            )
        )
        for pool, labels in pools.items()
    )


def pricing_jobs(workspace: Workspace, dataset: Dataset) -> tuple[Job, ...]:
    """Return the jobs that time models on a table and have not ended."""
    jobs = JobQueue(workspace).list(project_id=dataset.project_id, kinds=("price",), states=UNFINISHED)
    return tuple(job for job in jobs if job.request.payload.get("dataset_id") == dataset.id)
