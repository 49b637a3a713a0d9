"""What a plan costs before anything runs: width, memory and time for each family of models, and cheaper plans."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components import services
from components.messages import plain, show_notes
from components.numbers import counted, duration, size
from components.plan_data import sound
from components.plan_edit import table_of
from components.plan_state import change
from components.plan_words import FAMILIES
from core.data.schema import Dataset
from core.data.task import Task
from core.prepare.forecast import FamilyForecast, Forecast, forecast
from core.prepare.forecast_types import CheaperPlan
from core.prepare.plan import PreparePlan

_OPEN = 2
_DOT = "\N{MIDDLE DOT}"


def cost_panel(dataset: Dataset, task: Task, plan: PreparePlan) -> None:
    """Draw the forecast of a plan."""
    found = _forecast(
        str(services.workspace().root), dataset.view_key, task.model_dump_json(), plan.model_dump_json(),
        dataset, task, plan,
    )  # fmt: skip
    st.subheader("What it takes", anchor=False, help="A forecast from the plan and the table; nothing has run yet.")
    with st.container(border=True, gap="small", key="plan.cost"):
        for family in found.families:
            _family(family)
    show_notes(found.warnings, title="Worth knowing")
    _cheaper(found.cheaper)


def _cheaper(offers: Sequence[CheaperPlan]) -> None:
    if not offers:
        return
    with st.container(border=True, gap="xsmall", key="plan.cheaper"):
        st.markdown("**Cheaper plans**", help="Your plan can be got back with Undo.")
        for number, offer in enumerate(offers[:_OPEN]):
            _offer(number, offer)
        if len(offers) > _OPEN:
            with st.expander(f"{len(offers) - _OPEN} more", type="compact"):
                for number, offer in enumerate(offers[_OPEN:], start=_OPEN):
                    _offer(number, offer)


def _offer(number: int, offer: CheaperPlan) -> None:
    with st.container(horizontal=True, wrap=False, gap="small", vertical_alignment="center"):
        st.caption(plain(offer.sentence), width="stretch")
        st.button("Take", key=f"plan.cheaper.take.{number}", on_click=change, args=(offer.plan,), width="content")


def _family(found: FamilyForecast) -> None:
    with st.container(gap=None):
        said = [counted(found.width, "column"), size(found.matrix_bytes), f"{duration(found.seconds_per_fit)} a fold"]
        st.markdown(f"**{FAMILIES[found.family]}**")
        st.markdown(f" {_DOT} ".join(said))
        st.caption(_details(found))


def _details(found: FamilyForecast) -> str:
    stored = " Stored without its zeros." if found.is_sparse else ""
    wide = [f"{root} {width:,}" for root, width in found.widest[:3] if width > 1]
    widest = f" Widest: {plain(', '.join(wide))}." if wide else ""
    peak = f"At most {size(found.peak_bytes)} while it is made."
    short = "" if found.fits_memory else " :orange[:material/warning: More than the memory that is free now.]"
    return f"{peak}{short}{stored}{widest}"


@st.cache_resource(max_entries=32, show_spinner=False)
def _forecast(
    root: str, table: str, goal: str, said: str, _dataset: Dataset, _task: Task, _plan: PreparePlan
) -> Forecast:
    made_for = table_of(_dataset, _task)
    plan = sound(_dataset, _task, _plan)
    return forecast(
        plan, made_for.columns, _dataset.rows, folds=_task.split.fits, aside=made_for.aside, task=made_for.task
    )
