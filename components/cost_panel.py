"""What a run will take, before it is started: fits, time, device, workers."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from components import services
from components.facts import Fact, fact_list
from components.kinds import judged_words
from components.numbers import counted, duration
from components.price_panel import known_prices, memory_words, price_panel, time_range
from components.split_form import part_rows
from core.data.schema import Dataset
from core.data.task import Task
from core.device import list_devices
from core.models.registry import get_model
from core.run.price_types import ModelPrice
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult
from core.run.run_list import RunFilter, list_runs
from core.types import ModelStatus


def cost_panel(dataset: Dataset, task: Task, recipe: Recipe) -> None:
    """Draw what training the models of ``recipe`` will take: what is known at once, and what was measured."""
    settings, choices, budget = services.workspace().settings, recipe.models, recipe.budget
    prices = known_prices(dataset, recipe)
    learned, locked = part_rows(dataset, task)
    with st.container(border=True, gap="small"):
        st.markdown("**What it will take**")
        fits = (task.split.fits + 1) * len(choices)
        fact_list(
            [
                Fact(
                    "Work",
                    f"{fits} fits",
                    f"{counted(len(choices), 'model')}, each fitted {counted(task.split.fits, 'time')} to be judged "
                    f"({judged_words(task.split)}) and once on all training rows.",
                ),
                Fact("Rows to learn from", f"{learned:,}"),
                Fact("Locked away (hold-out)", f"{locked:,} rows"),
                Fact("At the same time", counted(settings.workers, "model")),
                Fact("Device", device_words(budget.device, choices)),
                Fact("Time", _time(dataset, recipe, prices)),
                *_memory(prices, settings.workers),
            ]
        )
        price_panel(dataset, recipe, prices)
        if budget.time_limit_s:
            st.caption(f"Stops after {duration(budget.time_limit_s)}; models without a turn are marked as skipped.")


def _time(dataset: Dataset, recipe: Recipe, prices: Mapping[str, ModelPrice]) -> str:
    workers = services.workspace().settings.workers
    if recipe.models and all(choice.label in prices for choice in recipe.models):
        timed = [price for price in prices.values() if price.is_timed]
        if timed:
            return time_range(timed, workers)
    return time_words(recipe.models, past_results(dataset), workers)


def _memory(prices: Mapping[str, ModelPrice], workers: int) -> list[Fact]:
    most = sorted((price.memory_mb for price in prices.values() if price.is_timed), reverse=True)[:workers]
    if not most:
        return []
    return [Fact("Memory", f"up to {memory_words(sum(most))}", "The largest models at the same time.")]


def device_words(request: str, choices: Sequence[ModelChoice]) -> str:
    """Say which device the chosen models will get."""
    gpus = [device for device in list_devices() if device.is_gpu]
    able = [c for c in choices if get_model(c.key).capabilities.gpu != "none"]
    if not gpus:
        return f"CPU, {counted(os.cpu_count() or 1, 'core')} (no GPU found)"
    if request == "cpu" or not able:
        return "CPU"
    others = "" if len(able) == len(choices) else ", CPU for the others"
    return f"{gpus[0].title} for {counted(len(able), 'model')}{others}"


def past_results(dataset: Dataset) -> tuple[ModelResult, ...]:
    """Return what earlier runs of the project on this table took, newest first."""
    wanted = RunFilter(dataset_id=dataset.id)
    page = list_runs(services.workspace(), dataset.project_id, wanted=wanted, limit=5)
    return tuple(result for run in page.runs for result in services.runs().results(run.id))


def time_words(choices: Sequence[ModelChoice], past: Iterable[ModelResult], workers: int) -> str:
    """Say how long it may take: from earlier runs on this table where there are any, else what decides it.

    Parameters
    ----------
    choices : sequence of ModelChoice
        Models to train.
    past : iterable of ModelResult
        Results on the same table, newest first.
    workers : int
        Models trained at a time.
    """
    took: dict[str, float] = {}
    for result in past:
        if result.status is ModelStatus.OK and result.total_s > 0:
            took.setdefault(result.key, result.total_s)
    unknown = [c for c in choices if c.key not in took and get_model(c.key).cost > 0]
    seconds = [took[c.key] for c in choices if c.key in took]
    if seconds and not unknown:
        return f"about {duration(max(sum(seconds) / workers, *seconds))}, as before"
    slowest = max(choices, key=lambda c: get_model(c.key).cost, default=None)
    if slowest is None or get_model(slowest.key).cost <= 4:
        return "seconds to a minute"
    return f"mostly {get_model(slowest.key).title}"
