"""From steps to one chain of SQL queries over the table as it was read.

A compiling function is ``(flow, values, context) -> Flow``: the table before the step, checked parameters, the context
(`core.shape.flow`, `core.shape.checks`, `core.shape.context`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.data.actions import TableStep
from core.data.names import first_clash
from core.errors import InvalidInput, LatheError
from core.shape.checks import check_params
from core.shape.context import Context
from core.shape.flow import Flow, check_names
from core.shape.registry import STEPS, get_step, resolve
from core.shape.spec import TableStepSpec

Compile = Callable[..., Flow]


@dataclass(frozen=True)
class Stage:
    """The table after one step.

    Attributes
    ----------
    number : int
        Of the step, from 1 and counting those switched off.
    step : TableStep
        As given; what it read off the table is settled in its parameters.
    flow : Flow
        The table after it; that before it where it is switched off.
    """

    number: int
    step: TableStep
    flow: Flow


def compile_steps(context: Context, flow: Flow, steps: Sequence[TableStep], *, first: int = 1) -> tuple[Stage, ...]:
    """Return the table after each step.

    Parameters
    ----------
    context : Context
        Of this compilation.
    flow : Flow
        The table before the first step.
    steps : sequence of TableStep
        In order.
    first : int
        Number of the first of them, for errors.

    Raises
    ------
    InvalidInput
        For the first step that cannot be done: each problem says the step's number and title, and has the field
        ``steps.{number}.{parameter}``.
    """
    stages: list[Stage] = []
    for number, step in enumerate(steps, first):
        if step.enabled:
            try:
                step, flow = compile_step(context, flow, step)
            except LatheError as error:
                raise numbered(error, number, step) from error
        stages.append(Stage(number, step, flow))
    return tuple(stages)


def compile_step(context: Context, flow: Flow, step: TableStep) -> tuple[TableStep, Flow]:
    """Return a step, settled, and the table after it."""
    spec = get_step(step.key)
    values = check_params(spec, step.params, flow)
    if spec.settle:
        values = resolve(spec.settle)(flow, values, context)
        step = step.model_copy(update={"params": {k: v for k, v in values.items() if v != spec.param(k).default}})
    compile_one: Compile = resolve(spec.compile)
    after = compile_one(flow, values, context)
    if not after.fields:
        raise LatheError("At least one column must stay.")
    check_names(after.fields)
    clash = first_clash(after.names)
    if clash and not first_clash(flow.names):
        raise LatheError(
            f"Names must differ by more than capital letters, and none may be file_row_number; one is {clash!r}.",
            hint="Choose another name.",
        )
    return step, after


def report(context: Context, flow: Flow, step: TableStep) -> tuple[str, ...]:
    """Return what a step meets in the table before it, in sentences."""
    spec = get_step(step.key)
    if not spec.report or not step.enabled:
        return ()
    return tuple(resolve(spec.report)(flow, check_params(spec, step.params, flow), context))


def numbered(error: LatheError, number: int, step: TableStep) -> InvalidInput:
    """Return an error with the step's number and title in front of each of its problems."""
    title = _title(step.key)
    problems = error.problems if isinstance(error, InvalidInput) else (error,)
    return InvalidInput(
        [
            LatheError(
                f"Step {number} ({title}): {problem.message}",
                hint=problem.hint,
                field=f"steps.{number}" + (f".{problem.field}" if problem.field else ""),
            )
            for problem in problems
        ]
    )


def _title(key: str) -> str:
    known: TableStepSpec | None = next((spec for spec in STEPS if spec.key == key), None)
    return known.title if known else key
