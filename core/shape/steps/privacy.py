"""The step that hides personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import Condition
from core.shape.context import Context
from core.shape.flow import Cell, Field, Flow
from core.shape.spec import StepParam, TableStepSpec
from core.shape.steps.common import HERE
from core.shape.text import as_text, text_sql
from core.types import StorageType

_CODE_LENGTH = 16

SPECS = (
    TableStepSpec(
        key="mask",
        title="Mask personal data",
        purpose="Hides what points to a person: as a code, all but the first letter, or by dropping the column.",
        when="Names, addresses or phone numbers are not needed as such.",
        group="Values",
        params=(
            StepParam(name="columns", kind="columns", label="Columns"),
            StepParam(
                name="how", kind="choice", label="How", default="hash", choices=("hash", "partial", "remove"),
                choice_labels=("a code for each value", "the first letter only", "drop the column"),
                help="A code (a hash) keeps equal values equal. It can be guessed where the possible values are few, "
                "unless a secret word is mixed in.",
            ),
            StepParam(
                name="secret", kind="text", label="Secret word", default="", optional=True,
                active_when=Condition(param="how", values=("hash",)),
                help="Mixed into the codes. It is kept with the step.",
            ),
        ),
        sentence="Mask {columns}: {how}",
        row_wise=True,
        compile=f"{HERE}.privacy:mask",
    ),
)  # fmt: skip


def mask(flow: Flow, values: Mapping[str, Any], context: Context) -> Flow:
    """Compile "mask"."""
    chosen = [flow.field(name) for name in values["columns"]]
    if values["how"] == "remove":
        kept = [f for f in flow.fields if f not in chosen]
        if not kept:
            raise LatheError("At least one column must stay; all would be dropped.", field="columns")
        return flow.only(kept)
    return flow.compute(context, [_masked(field, values) for field in chosen])


def _masked(field: Field, values: Mapping[str, Any]) -> Cell:
    text = as_text(field)
    if values["how"] == "hash":
        code = f"sha256({text_sql(values['secret'] or '')} || '/' || {text})"
        return Cell(field.name, f"left({code}, {_CODE_LENGTH})", StorageType.STRING)
    return Cell(field.name, f"left({text}, 1) || '***'", StorageType.STRING)
