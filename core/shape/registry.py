"""All table steps, in the order of the list a person chooses from."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from core.errors import LatheError
from core.shape.spec import TableStepSpec
from core.shape.steps import columns, derive, privacy, rows, sampling, shape, tables, values

STEPS: tuple[TableStepSpec, ...] = (
    *rows.SPECS,
    *sampling.SPECS,
    *columns.SPECS,
    *derive.SPECS,
    *values.SPECS,
    *privacy.SPECS,
    *tables.SPECS,
    *shape.SPECS,
)


def get_step(key: str) -> TableStepSpec:
    """Return the declaration of a step.

    Raises
    ------
    LatheError
        Where there is none of this key.
    """
    for spec in STEPS:
        if spec.key == key:
            return spec
    raise LatheError(f"There is no step {key!r}.", hint="It may come from a newer version.")


def resolve(path: str) -> Any:
    """Return the function that a declaration names as ``module:function``."""
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)
