"""A plan on its way to another table: cut to the columns that are there, or written as text and read again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import yaml
from pydantic import ValidationError

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError, NotFound
from core.params import field_problems, validate_params
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan, StepChoice, is_made, names_made
from core.prepare.registry import get_step
from core.types import ColumnKind

_LONGEST_TEXT = 1_000_000


@dataclass(frozen=True)
class PlanFit:
    """A plan made to suit a table.

    Attributes
    ----------
    plan : PreparePlan
        Without the columns that are not there or that a step does not suit; steps that still cannot be done are
        switched off.
    missing : tuple of str
        Columns that the plan was made for and the table lacks.
    other_kind : tuple of str
        Columns of another kind than they were.
    new : tuple of str
        Columns that the plan was not made for; no step names them.
    switched_off : tuple of (int, str)
        Places of steps that cannot be done here, and why.
    """

    plan: PreparePlan
    missing: tuple[str, ...] = ()
    other_kind: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    switched_off: tuple[tuple[int, str], ...] = ()


def fit_plan(plan: PreparePlan, columns: Sequence[ColumnSchema], wanted: Sequence[ColumnSchema] = ()) -> PlanFit:
    """Make a plan suit another table.

    Parameters
    ----------
    plan : PreparePlan
        Made for the columns ``wanted``.
    columns : sequence of ColumnSchema
        The features of the table it shall be used on.
    wanted : sequence of ColumnSchema
        The features it was made for; those that its steps name where not known.

    Returns
    -------
    PlanFit
        Its plan has no problem for any family of models.
    """
    has = {column.name: column.kind for column in columns}
    had = {column.name: column.kind for column in wanted}
    made = {name for choice in plan.steps for name in names_made(choice)}
    named = [name for choice in plan.steps for name in choice.columns if had or not is_made(name, made)]
    missing = [name for name in dict.fromkeys((*had, *named)) if name not in has and (name in had or not had)]
    cut = [_cut(choice, has, set(missing)) for choice in plan.steps]
    steps = tuple(choice for choice in cut if choice is not None)
    policies = {name: policy for name, policy in plan.policies.items() if name in has}
    suited, off = _suited(plan.model_copy(update={"steps": steps, "policies": policies}), columns)
    return PlanFit(
        suited,
        tuple(missing),
        tuple(name for name, kind in had.items() if name in has and has[name] is not kind),
        tuple(name for name in has if had and name not in had),
        off,
    )


def to_yaml(plan: PreparePlan) -> str:
    """Write a plan as YAML."""
    return yaml.safe_dump(plan.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def from_yaml(text: str) -> PreparePlan:
    """Read a plan from YAML or JSON.

    Raises
    ------
    LatheError
        Where the text is not YAML.
    InvalidInput
        With one problem a field: unknown steps and fields, refused parameters.
    """
    if len(text) > _LONGEST_TEXT:
        raise LatheError("A plan's text has at most a million characters.", hint="This file is not a plan.")
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LatheError(f"The plan is not valid YAML: {error}.", hint="Check the indentation.") from error
    if not isinstance(data, Mapping):
        raise LatheError("A plan's text must hold its steps.", hint='It starts with "steps:".', field="steps")
    try:
        plan = PreparePlan.model_validate(data)
    except ValidationError as error:
        raise InvalidInput(field_problems(error, whole="The plan")) from error
    problems = [problem for place, choice in enumerate(plan.steps) for problem in _problems(place, choice)]
    if problems:
        raise InvalidInput(problems)
    return plan


def _problems(place: int, choice: StepChoice) -> list[LatheError]:
    field = f"steps.{place}"
    try:
        validate_params(get_step(choice.step).params, choice.params)
    except NotFound as error:
        return [LatheError(error.message, hint=error.hint, field=f"{field}.step")]
    except InvalidInput as error:
        return [LatheError(p.message, hint=p.hint, field=f"{field}.params.{p.field}") for p in error.problems]
    return []


def _cut(choice: StepChoice, has: Mapping[str, ColumnKind], missing: set[str]) -> StepChoice | None:
    """Return the step without columns that are not there or do not suit it; None where nothing is left to do."""
    try:
        spec = get_step(choice.step)
    except NotFound:
        return choice
    names = tuple(n for n in choice.columns if n not in missing and has.get(n, spec.kinds[0]) in spec.kinds)
    if choice.columns and not names and not choice.of_kind:
        return None
    helpers = {param.name: param for param in spec.params if param.kind == "column"}
    gone = [name for name in helpers if choice.params.get(name) in missing]
    if any(not helpers[name].optional for name in gone):
        return None
    params = {name: value for name, value in choice.params.items() if name not in gone}
    return choice.model_copy(update={"columns": names, "params": params})


def _suited(plan: PreparePlan, columns: Sequence[ColumnSchema]) -> tuple[PreparePlan, tuple[tuple[int, str], ...]]:
    """Switch off the steps that cannot be done, until there is no problem for any family."""
    off: dict[int, str] = {}
    for _ in range(len(plan.steps) + 1):
        found = _first_problem(plan, columns)
        if found is None:
            break
        place, why = found
        off[place] = why
        steps = list(plan.steps)
        steps[place] = steps[place].model_copy(update={"enabled": False})
        plan = plan.model_copy(update={"steps": tuple(steps)})
    return plan, tuple(sorted(off.items()))


def _first_problem(plan: PreparePlan, columns: Sequence[ColumnSchema]) -> tuple[int, str] | None:
    for needs in FAMILY_NEEDS.values():
        try:
            outline_plan(plan, columns, needs)
        except InvalidInput as error:
            places = [
                (int(p.field.split(".")[2]), p.message) for p in error.problems if p.field.startswith("plan.steps.")
            ]
            return min(places) if places else None
    return None
