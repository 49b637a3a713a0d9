"""Whether a model suits a table, said before anything is trained: the reason, and what would make it work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from core.models.spec import Limit, ModelSpec
from core.types import TaskKind

_COUNTED = {
    "rows": "rows to learn from",
    "columns": "prepared columns",
    "classes": "classes",
    "cells": "cells (rows times prepared columns)",
}
_TASKS = {
    TaskKind.BINARY: "tell two classes apart",
    TaskKind.MULTICLASS: "tell more than two classes apart",
    TaskKind.REGRESSION: "predict a number",
}
_MOST_TERM_CELLS = 100_000_000


class Refusal(BaseModel):
    """Why a model is not trained.

    Attributes
    ----------
    reason : str
        What must hold, what the table has, and why there is a limit.
    remedy : str
        What would make it work.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason: str
    remedy: str


def check_suitability(
    spec: ModelSpec,
    *,
    rows: int,
    columns: int,
    classes: int,
    task: TaskKind,
    params: Mapping[str, Any] | None = None,
) -> Refusal | None:
    """Hold a table against what a model can be trained on.

    Parameters
    ----------
    spec : ModelSpec
        The model.
    rows : int
        Rows that are learned from.
    columns : int
        Prepared columns that reach the model, about (`core.run.suitable.prepared_width`).
    classes : int
        Classes of the target; 0 where a number is predicted or they are not known yet.
    task : TaskKind
        Kind of the target.
    params : mapping, optional
        Chosen parameters; what is not given has its default.

    Returns
    -------
    Refusal or None
        The first limit that the table is beyond; None where the model suits.
    """
    if task not in spec.tasks:
        able = " or ".join(_TASKS[kind] for kind in spec.tasks)
        return Refusal(
            reason=f"{spec.title} can {able}; this task is to {_TASKS[task]}.", remedy="Choose another model."
        )
    counted = {"rows": rows, "columns": columns, "classes": classes, "cells": rows * columns}
    for limit in spec.limits:
        # No classes means that none are counted, not that there are too few.
        if limit.of != "classes" or classes:
            refusal = _beyond(spec, limit, counted[limit.of])
            if refusal is not None:
                return refusal
    return _too_many_terms(spec, rows, columns, params or {})


def _beyond(spec: ModelSpec, limit: Limit, found: int) -> Refusal | None:
    noun = _COUNTED[limit.of]
    if limit.most is not None and found > limit.most:
        bound = f"at most {limit.most:,}"
    elif limit.least is not None and found < limit.least:
        bound = f"at least {limit.least:,}"
    else:
        return None
    reason = f"{spec.title} can be trained on {bound} {noun}; there are {found:,}. {limit.why}"
    return Refusal(reason=reason, remedy=limit.remedy)


def _too_many_terms(spec: ModelSpec, rows: int, columns: int, params: Mapping[str, Any]) -> Refusal | None:
    """Refuse a polynomial whose powers and products would not fit: how many there are depends on its parameters."""
    if spec.key != "polynomial":
        return None
    from core.models.terms import MOST_TERMS, expanded_width

    chosen = {param.name: params.get(param.name, param.default) for param in spec.params}
    terms = expanded_width(columns, degree=int(chosen["degree"] or 1), products=bool(chosen["products"]))
    most = min(MOST_TERMS, _MOST_TERM_CELLS // max(rows, 1))
    if terms <= most:
        return None
    return Refusal(
        reason=f"{spec.title} can have at most {most:,} powers and products of columns for {rows:,} rows; "
        f"{columns:,} prepared columns make up to {terms:,}. Each of them is a column to keep and to learn from.",
        remedy="Switch products off, lower the degree, use fewer columns, or sample rows.",
    )
