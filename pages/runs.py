"""Runs: everything that was trained in this project, kept, found again, compared and changed."""

from __future__ import annotations

from components import layout, services, state
from components import navigation as nav
from components.layout import Primary
from components.numbers import counted
from components.run_compare import compare
from components.run_history import filters, one_run, page_of_runs
from core.run.run_list import list_runs

layout.page_header(
    "Runs",
    "Everything that was trained here. Pick one to keep notes or to change it, two or more to compare them.",
    primary=Primary("Train more models", "runs.train", page=nav.TRAIN) if state.project_id() else None,
)
layout.need_project()
if not list_runs(services.workspace(), state.project_id(), limit=1).total:
    layout.empty_state(
        "No models have been trained yet",
        "Each race is kept here with its recipe, its scores and your notes.",
        button="Train models",
        page=nav.TRAIN,
    )
else:
    picked = page_of_runs(filters())
    if len(picked) == 1:
        layout.section("This run", "What is typed is kept at once.")
        one_run(picked[0])
    elif picked:
        layout.section(f"{counted(len(picked), 'run')} side by side", "A is what the others are held against.")
        compare(picked)
layout.next_step("See the board of the newest run", nav.RESULTS)
