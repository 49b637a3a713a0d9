"""What every model will take: timed on a small part and scaled up, red where it will not fit, a way out beside it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import services, state
from components.draft import Draft
from components.messages import plain
from components.model_choices import form_scope, title_of
from components.numbers import duration
from components.single_job import follow
from core.data.schema import Dataset
from core.run.price_types import ModelPrice, run_seconds
from core.run.recipe import ModelChoice, Recipe

_WIDTHS = {"Model": 106, "Time": 50, "Memory": 64, "Disk": 60}
"""In pixels: all four fit beside the list of models, and a long title is cut before a figure is."""


def known_prices(dataset: Dataset, recipe: Recipe) -> dict[str, ModelPrice]:
    """Return the prices of the models that were measured on this table, by label."""
    from core.run.price_store import stored_prices

    return stored_prices(services.workspace(), recipe, dataset)


def time_range(prices: Sequence[ModelPrice], workers: int) -> str:
    """Say how long a run takes whose models were all timed: "about 40 s (30 s to 1 min)"."""
    seconds, low, high = run_seconds(tuple(prices), workers)
    return f"about {duration(seconds)} ({duration(low)} to {duration(high)})"


def price_panel(dataset: Dataset, recipe: Recipe, prices: dict[str, ModelPrice]) -> None:
    """Draw the price of each model, what does not fit, and the button that measures what is not known."""
    from core.jobs.pricing import pricing_jobs

    for choice in recipe.models:
        if choice.label in prices:
            _obstacle(choice, prices[choice.label])
    if prices:
        st.dataframe(
            _table(recipe, prices),
            hide_index=True,
            key="train.prices",
            width="stretch",
            column_config={name: st.column_config.Column(width=width) for name, width in _WIDTHS.items()},
        )
    jobs = pricing_jobs(services.workspace(), dataset)
    if jobs:
        follow(jobs[0], waiting="Timing the models on a small part")
    elif any(choice.label not in prices for choice in recipe.models):
        st.button(
            "Measure" if not prices else "Measure the others",
            key="train.measure",
            icon=":material/timer:",
            on_click=_measure,
            args=(dataset,),
            help="Fits each model on two small samples of the prepared rows and scales up: time, memory and disk.",
        )


def _table(recipe: Recipe, prices: dict[str, ModelPrice]) -> pd.DataFrame:
    rows = []
    for choice in recipe.models:
        price = prices.get(choice.label)
        timed = price is not None and price.is_timed
        rows.append(
            {
                "Model": title_of(choice),
                "Time": duration(price.seconds) if price and timed else "",
                "Memory": memory_words(price.memory_mb) if price and timed else "",
                "Disk": memory_words(price.disk_mb) if price and timed else "",
            }
        )
    return pd.DataFrame(rows)


def memory_words(megabytes: float) -> str:
    """Say an amount of memory: "480 MB", "1.2 GB"."""
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1000 else f"{max(megabytes, 1):.0f} MB"


def _obstacle(choice: ModelChoice, price: ModelPrice) -> None:
    """Say what stands in a model's way, with a button where something can be done."""
    if not price.reason:
        return
    mark = ":red[:material/error:]" if not price.fits else ":orange[:material/info:]"
    st.markdown(f":small[{mark} **{plain(title_of(choice))}** {plain(price.reason)} :gray[{plain(price.remedy)}]]")
    if not price.fits and price.cheaper is not None:
        st.button(
            "Make it cheaper",
            key=f"train.cheaper.{choice.label}",
            type="tertiary",
            on_click=_take_cheaper,
            args=(choice.label, price),
            help=price.cheaper.sentence,
        )


def _take_cheaper(label: str, price: ModelPrice) -> None:
    cheaper, draft = price.cheaper, state.draft()
    assert cheaper is not None
    if cheaper.plan is not None:
        state.save_draft(plan=cheaper.plan)
        return
    models = tuple(
        choice.model_copy(update={"params": {**choice.params, **cheaper.params}}) if choice.label == label else choice
        for choice in draft.models
    )
    state.save_draft(models=models)
    state.forget(f"{form_scope(label)}.")


def _measure(dataset: Dataset) -> None:
    from core.jobs.pricing import submit_prices

    draft = state.draft()
    submit_prices(services.workspace(), services.executor(), latest_recipe(draft, dataset), dataset)


def latest_recipe(draft: Draft, dataset: Dataset) -> Recipe:
    """Return the recipe that Train would carry out now."""
    from components.model_choices import latest_choices

    assert draft.task is not None
    return draft.model_copy(update={"models": latest_choices(draft.task.kind, draft.models)}).recipe(dataset)
