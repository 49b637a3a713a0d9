"""A plan made definite for a family of models: its steps in order, with what each is given and gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from core.data.schema import ColumnSchema
from core.params import ParamValue
from core.prepare.plan import StepChoice
from core.prepare.spec import Feature, Form, StepContext, StepSpec
from core.types import ColumnKind

_FORMS = {ColumnKind.NUMERIC: Form.NUMBER, ColumnKind.DATETIME: Form.DATE}


@dataclass(frozen=True)
class PlannedStep:
    """One step of a plan made definite for a family of models.

    Attributes
    ----------
    place : int
        Its place in the plan's steps.
    choice : StepChoice
        As chosen.
    spec : StepSpec
        Its declaration.
    params : mapping of str to ParamValue
        Every active parameter.
    context : StepContext
        The features it is given, as they are then.
    given : tuple of Feature
        What stands in their place afterwards; for NEW what is added.
    """

    place: int
    choice: StepChoice
    spec: StepSpec
    params: Mapping[str, ParamValue]
    context: StepContext
    given: tuple[Feature, ...]


@dataclass(frozen=True)
class PlanOutline:
    """A plan as it will be carried out.

    Attributes
    ----------
    raw : tuple of Feature
        The columns as they come.
    steps : tuple of PlannedStep
        In order; steps that do nothing for the family are absent.
    features : tuple of Feature
        What stands at the end, before what cannot reach a model is left out.
    helpers : tuple of str
        Raw columns that parameters name; they are read even where they reach no model.
    """

    raw: tuple[Feature, ...]
    steps: tuple[PlannedStep, ...]
    features: tuple[Feature, ...]
    helpers: tuple[str, ...]

    @property
    def used(self) -> tuple[Feature, ...]:
        """Features that reach the model: codes first, the rest as they stand."""
        codes = [feature for feature in self.features if feature.form is Form.CODE]
        numbers = [feature for feature in self.features if feature.form is Form.NUMBER]
        return tuple(feature for feature in (*codes, *numbers) if feature.width)


def raw_feature(column: ColumnSchema) -> Feature:
    """Return a raw column as the feature it starts as."""
    return Feature(
        root=column.name,
        origin=(column.name,),
        form=_FORMS.get(column.kind, Form.WORDS),
        kind=column.kind,
        unique=column.unique,
        gaps_seen=column.missing,
        levels=column.levels,
        storage=column.storage,
    )
