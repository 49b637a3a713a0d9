"""What a plan means for each column: checked, with defaults filled in. Compiler and screen both read this."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError, NotFound
from core.params import ParamValue, validate_params
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.steps import DATE_PARTS, date_param, get_step
from core.types import ColumnKind, Encoding, StorageType

MOST_CODES = 255
"""Codes are 0 to 254 at most: as many as histogram boosting takes."""

RARE_BELOW = 2
"""As codes, levels in fewer training rows than this count as never seen."""

EMBED_ABOVE = 10
"""Networks learn embeddings for columns with more levels than this; below it, one-hot is as small."""


@dataclass(frozen=True)
class Route:
    """The steps of one column, by step key, with validated parameters."""

    column: ColumnSchema
    steps: Mapping[str, Mapping[str, ParamValue]]

    @property
    def is_used(self) -> bool:
        """True where the column reaches the model."""
        if "drop_columns" in self.steps:
            return False
        match self.column.kind:
            case ColumnKind.NUMERIC:
                return True
            case ColumnKind.DATETIME:
                return bool(self.date_parts)
            case _:
                return "encode_categories" in self.steps or "encode_text" in self.steps

    @property
    def date_parts(self) -> tuple[str, ...]:
        """Parts of a date asked for."""
        chosen = self.steps.get("expand_dates", {})
        return tuple(part for part in DATE_PARTS if chosen.get(date_param(part)))

    @property
    def scaling(self) -> str:
        """Method of scaling; "none" where there is no such step."""
        return str(self.steps.get("scale_numbers", {}).get("method", "none"))

    @property
    def storage(self) -> StorageType:
        """Storage type that the steps need: the kind decides where the stored cells are something else."""
        stored = self.column.storage
        if self.column.kind is ColumnKind.NUMERIC and stored not in (StorageType.INT, StorageType.FLOAT):
            return StorageType.FLOAT
        return StorageType.DATETIME if self.column.kind is ColumnKind.DATETIME else stored

    def encoding(self, family: Encoding) -> Encoding:
        """Tell how the column's categories reach a model of ``family``."""
        method = self.steps["encode_categories"]["method"]
        if method == "one_hot":
            return Encoding.ONE_HOT
        if method == "codes":
            return Encoding.EMBEDDING if family is Encoding.EMBEDDING else Encoding.CODES
        if family is Encoding.EMBEDDING and self.column.unique <= EMBED_ABOVE:
            return Encoding.ONE_HOT
        return family


def resolve(plan: PreparePlan, columns: Sequence[ColumnSchema]) -> tuple[Route, ...]:
    """Check ``plan`` against ``columns`` and return one route a column, in column order.

    Raises
    ------
    InvalidInput
        With every problem: unknown steps and columns, steps that do not suit a kind, refused parameters.
    """
    known = {column.name: column for column in columns}
    found: dict[str, dict[str, Mapping[str, ParamValue]]] = {name: {} for name in known}
    problems: list[LatheError] = []
    for place, choice in enumerate(plan.steps):
        if choice.enabled:
            problems.extend(_take(choice, known, found, f"plan.steps.{place}"))
    if problems:
        raise InvalidInput(problems)
    return tuple(Route(column, found[column.name]) for column in columns)


def _take(
    choice: StepChoice,
    known: Mapping[str, ColumnSchema],
    found: dict[str, dict[str, Mapping[str, ParamValue]]],
    field: str,
) -> list[LatheError]:
    """Enter one choice in ``found`` and return what is wrong with it."""
    try:
        step = get_step(choice.step)
        params = validate_params(step.params, choice.params)
    except NotFound as error:
        return [LatheError(error.message, hint=error.hint, field=field)]
    except InvalidInput as error:
        return [
            LatheError(f"{choice.step}: {p.message}", hint=p.hint, field=f"{field}.{p.field}") for p in error.problems
        ]
    problems = []
    for name in choice.columns:
        column = known.get(name)
        if column is None:
            hint = "Take it out of the step, or use the column again."
            problems.append(LatheError(f"{step.title}: there is no column {name!r} in use.", hint=hint, field=field))
        elif column.kind not in step.kinds:
            hint = f"It suits {', '.join(kind.value for kind in step.kinds)} columns."
            message = f"{step.title} does not suit the column {name!r}, which is {column.kind.value}."
            problems.append(LatheError(message, hint=hint, field=field))
        elif step.key in found[name]:
            hint = "Keep one of the two."
            problems.append(
                LatheError(f"{step.title}: the column {name!r} has this step twice.", hint=hint, field=field)
            )
        else:
            found[name][step.key] = params
    return problems
