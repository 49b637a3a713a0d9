"""What a job of each kind does. Handlers are named, not imported: most bring heavy libraries with them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from core.errors import LatheError
from core.run.context import RunContext
from core.store.workspace import Workspace

Handler = Callable[[Workspace, Mapping[str, Any], RunContext], dict[str, Any]]

HANDLERS: Mapping[str, str] = {
    "train": "core.jobs.tasks:train",
    "explain": "core.jobs.tasks:explain",
    "explain_row": "core.jobs.tasks:explain_row",
    "export": "core.jobs.tasks:export",
    "predict": "core.jobs.tasks:predict",
    "ingest": "core.jobs.data_tasks:ingest",
    "shape": "core.jobs.shape_tasks:shape",
    "project": "core.jobs.projection_tasks:project",
    "report": "core.jobs.report_tasks:report",
    "learning_curve": "core.jobs.curve_tasks:learning_curve",
    "plan_code": "core.jobs.plan_tasks:plan_code",
    "quality": "core.jobs.quality_tasks:find",
    "price": "core.jobs.price_tasks:price",
    "show_me": "core.jobs.curve_tasks:show_me",
    "validation_curve": "core.jobs.curve_tasks:validation_curve",
    "weak_spots": "core.jobs.diagnosis_tasks:weak_spots",
    "review": "core.jobs.diagnosis_tasks:review",
    "mlflow": "core.jobs.diagnosis_tasks:mlflow",
}

EXTRA_HANDLERS = "LATHE_EXTRA_HANDLERS"
"""For tests and plug-ins: ``module:DICT`` with more handlers, as import paths or functions."""


def get_handler(kind: str) -> Handler:
    """Return the function that carries out jobs of ``kind``.

    Raises
    ------
    LatheError
        Where there is none.
    """
    found = {**HANDLERS, **_extra_handlers()}.get(kind)
    if found is None:
        raise LatheError(f"There is no work of the kind {kind!r}.", hint="The job may come from a newer version.")
    handler: Handler = _resolve(found) if isinstance(found, str) else found
    return handler


def _extra_handlers() -> Mapping[str, Any]:
    path = os.environ.get(EXTRA_HANDLERS, "")
    extra: Mapping[str, Any] = _resolve(path) if path else {}
    return extra


def _resolve(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
