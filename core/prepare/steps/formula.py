"""A column computed by a formula."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.errors import LatheError
from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import text_of
from core.types import ColumnKind, StorageType

COMPUTE_COLUMN = StepSpec(
    key="compute_column",
    title="Compute a column",
    purpose="Makes a new column from others of the same row, by a formula that you type.",
    when="Where you know what matters: a price per square metre, the years between two dates. A step on the table does "
    "the same for every plan; here the formula belongs to this plan and sees what earlier steps made.",
    group=StepGroup.FEATURES,
    scope=StepScope.NEW,
    takes=(Form.NUMBER, Form.WORDS, Form.DATE),
    formula=r"x_{\text{new}} = f(x_1, \dots, x_m)",
    source="Lathe's formulas",
    params=(
        ParamSpec(
            name="formula",
            kind="text",
            default="",
            optional=True,
            none_label="None yet",
            examples=("1 + 1", "if(true, 'a', 'b')", "1 > 2", "length('word') / 3"),
            label="Formula",
            help="Names of the step's columns, bare or in [brackets], with + - * / and functions such as log(x), "
            "if(x > 3, 1, 0), year(d), contains(t, 'word'). Gives a number, a text or a date; true counts as 1.",
            why_default="Only you know what to compute.",
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.formula:build_computed",
    outline="core.prepare.steps.formula:outline_computed",
    sentence="core.prepare.steps.formula:say_computed",
)

STEPS: tuple[StepSpec, ...] = (COMPUTE_COLUMN,)

_FORMS = {StorageType.STRING: Form.WORDS, StorageType.DATETIME: Form.DATE}
_STORAGES = {Form.WORDS: StorageType.STRING, Form.DATE: StorageType.DATETIME}


def build_computed(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the computation."""
    from core.prepare.transformers.formula import Computed

    return Computed(
        formula=text_of(params, "formula"),
        names=[feature.root for feature in context.features],
        storages=[_storage(feature).value for feature in context.features],
        gives=_result(text_of(params, "formula"), context.features).value,
    )


def outline_computed(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Check the formula, and return one column: a number, a text or a date."""
    gives = _result(text_of(params, "formula"), context.features)
    first = context.features[0]
    return (
        first.becomes(
            form=_FORMS.get(gives, Form.NUMBER),
            kind=ColumnKind.NUMERIC,
            width=1,
            unique=max(feature.unique for feature in context.features),
            gaps=True,
            gaps_seen=0,
            density=1.0,
            levels=(),
            storage=gives,
        ),
    )


def say_computed(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is computed."""
    return f"used in a new column: {' '.join(text_of(params, 'formula').split())}"


def _result(formula: str, features: Sequence[Feature]) -> StorageType:
    """Return what a formula gives.

    Raises
    ------
    LatheError
        Where it is no formula, names what is not there or has become several columns, or looks at other rows.
    """
    from core.shape.expression import looks_at_groups, value_cell
    from core.shape.flow import Field, Flow

    if not formula.strip():
        raise LatheError("A formula must be typed; there is none.", hint="For example: a / (b + 1).", field="formula")
    several = [feature.root for feature in features if feature.form is not Form.WORDS and feature.width != 1]
    if several:
        raise LatheError(
            f"A formula takes columns of one number each; {', '.join(map(repr, several))} has become several.",
            hint="Put this step before the one that makes several columns of it.",
        )
    fields = tuple(Field(feature.root, f"c{n}", _storage(feature)) for n, feature in enumerate(features))
    if looks_at_groups(formula):
        raise LatheError(
            "A formula in a plan looks at its own row only; this one looks at others.",
            hint="Use the step for group aggregates, which learns them from the training rows.",
            field="formula",
        )
    return value_cell("value", formula, Flow((), "", fields), field="formula").storage


def _storage(feature: Feature) -> StorageType:
    """Return the type that a column has in formulas; it follows what earlier steps made of it."""
    if feature.form is Form.WORDS and feature.storage is StorageType.BOOL:
        return StorageType.BOOL
    return _STORAGES.get(feature.form, StorageType.FLOAT)
