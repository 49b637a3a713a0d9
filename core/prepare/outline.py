"""What a plan makes of the columns, step by step, known before any row is read: checked, with defaults filled in.

The compiler, the screen's table of columns and the forecast all read this.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.data.schema import ColumnSchema
from core.errors import InvalidInput, LatheError, NotFound
from core.params import ParamValue, validate_params
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.planned import PlannedStep, PlanOutline, raw_feature
from core.prepare.registry import get_step
from core.prepare.spec import Feature, Form, InputNeeds, StepContext, StepScope, StepSpec
from core.types import ColumnKind, TaskKind

_FORM_WORDS = {Form.WORDS: "words", Form.DATE: "dates", Form.NUMBER: "numbers", Form.CODE: "codes of categories"}


def outline_plan(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    needs: InputNeeds,
    *,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
    seed: int = 0,
    until: int | None = None,
) -> PlanOutline:
    """Follow ``columns`` through ``plan`` for a family of models.

    Parameters
    ----------
    plan : PreparePlan
        Chosen steps.
    columns : sequence of ColumnSchema
        The features in use.
    needs : InputNeeds
        Of the model.
    aside : sequence of ColumnSchema
        Columns that are no features but may be named by parameters (a group, a time); never the target.
    task : TaskKind, optional
        Kind of the target.
    seed : int
        Seed of random draws.
    until : int, optional
        Only the plan's first ``until`` steps.

    Returns
    -------
    PlanOutline

    Raises
    ------
    InvalidInput
        With every problem: unknown steps and columns, steps that do not suit a column or come too late, refused
        parameters.
    """
    walk = _Walk(columns, aside, needs, task, seed)
    for place, choice in enumerate(plan.steps[:until]):
        if choice.enabled:
            walk.take(place, choice)
    if walk.problems:
        raise InvalidInput(walk.problems)
    raw = tuple(raw_feature(column) for column in columns)
    return PlanOutline(raw, tuple(walk.steps), tuple(walk.now.values()), tuple(walk.helpers))


def _new_kind(feature: Feature) -> ColumnKind:
    return {Form.WORDS: ColumnKind.CATEGORICAL, Form.DATE: ColumnKind.DATETIME}.get(feature.form, ColumnKind.NUMERIC)


class _Walk:
    """The features as they are now, and what was found wrong on the way."""

    def __init__(
        self,
        columns: Sequence[ColumnSchema],
        aside: Sequence[ColumnSchema],
        needs: InputNeeds,
        task: TaskKind | None,
        seed: int,
    ) -> None:
        self.raw_kinds = {column.name: column.kind for column in (*columns, *aside)}
        self.now = {column.name: raw_feature(column) for column in columns}
        self.gone: set[str] = set()
        self.unmade: set[str] = set()
        self.needs, self.task, self.seed = needs, task, seed
        self.steps: list[PlannedStep] = []
        self.problems: list[LatheError] = []
        self.helpers: dict[str, None] = {}

    def take(self, place: int, choice: StepChoice) -> None:
        field = f"plan.steps.{place}"
        try:
            spec = get_step(choice.step)
            params = validate_params(spec.params, choice.params)
        except NotFound as error:
            self.problems.append(LatheError(error.message, hint=error.hint, field=field))
            return
        except InvalidInput as error:
            self.problems += [
                LatheError(f"{get_step(choice.step).title}: {p.message}", hint=p.hint, field=f"{field}.{p.field}")
                for p in error.problems
            ]
            return
        for_family = not choice.families or self.needs.family in choice.families
        if not self._suits_task(spec, field) or not for_family or not spec.concerns(params, self.needs):
            # What is not done for a family cannot be wrong for it: its columns may stand in other forms there.
            self._note_unmade(spec, choice)
            return
        roots = self._roots(choice, spec, field)
        helpers = self._helpers(spec, params, field)
        if roots is None or helpers is None:
            return
        features = tuple(self.now[root] for root in roots)
        if spec.scope.has_columns and not features:
            self._note_unmade(spec, choice)
            return
        context = StepContext(features, self.needs, self.task, self.seed, helpers)
        try:
            given = self._given(spec, params, context, choice)
        except LatheError as error:
            self.problems.append(LatheError(f"{spec.title}: {error.message}", hint=error.hint, field=field))
            return
        self.helpers |= dict.fromkeys(helpers)
        self.steps.append(PlannedStep(place, choice, spec, params, context, given))
        self._put(spec, roots, given, field)

    def _given(
        self, spec: StepSpec, params: Mapping[str, ParamValue], context: StepContext, choice: StepChoice
    ) -> tuple[Feature, ...]:
        if spec.scope is StepScope.ROWS:
            # No column changes; the outline may still refuse a parameter.
            spec.outlined(params, context)
            return ()
        if spec.scope in (StepScope.FIT, StepScope.TARGET):
            return ()
        if spec.scope in (StepScope.EACH, StepScope.TOGETHER):
            return spec.outlined(params, context)
        origin = tuple(dict.fromkeys(raw for feature in context.features for raw in feature.origin))
        name = choice.name or self._free_name(spec)
        made = spec.outlined(params, context)
        return tuple(
            replace(feature, root=name if len(made) == 1 else f"{name} {n}", origin=origin, kind=_new_kind(feature))
            for n, feature in enumerate(made, start=1)
        )

    def _free_name(self, spec: StepSpec) -> str:
        name, count = spec.title.lower(), 1
        while name in self.now or name in self.raw_kinds or name in self.unmade:
            count += 1
            name = f"{spec.title.lower()} {count}"
        return name

    def _note_unmade(self, spec: StepSpec, choice: StepChoice) -> None:
        """Remember what other families have new features called: later steps may name them, and numbering goes on."""
        if spec.scope in (StepScope.NEW, StepScope.REPLACE):
            self.unmade.add(choice.name or self._free_name(spec))

    def _is_unmade(self, name: str) -> bool:
        first, _, number = name.rpartition(" ")
        return name not in self.now and (name in self.unmade or (number.isdigit() and first in self.unmade))

    def _put(self, spec: StepSpec, roots: Sequence[str], given: tuple[Feature, ...], field: str) -> None:
        if spec.scope in (StepScope.EACH, StepScope.TOGETHER):
            for root in roots:
                self.now.pop(root) if not any(f.root == root for f in given) else None
                self.gone.add(root)
            self.now.update({feature.root: feature for feature in given})
            self.gone -= set(self.now)
            return
        if spec.scope is StepScope.REPLACE:
            for root in roots:
                self.now.pop(root)
                self.gone.add(root)
        for feature in given:
            if feature.root in self.now or feature.root in self.raw_kinds:
                message = f"{spec.title}: there is a column {feature.root!r} already."
                self.problems.append(LatheError(message, hint="Give the new feature another name.", field=field))
            self.now[feature.root] = feature

    def _roots(self, choice: StepChoice, spec: StepSpec, field: str) -> list[str] | None:
        """Return the roots the step is done to; None where something is wrong with them."""
        if not spec.scope.has_columns:
            return []
        found, wrong = [], False
        names = [name for name in dict.fromkeys(choice.columns) if not self._is_unmade(name)]
        unfit: dict[tuple[str, str], list[str]] = {}
        for name in names:
            problem = self._why_not(name, spec)
            if problem is None:
                found.append(name)
            else:
                unfit.setdefault((problem[0].replace(repr(name), "{}"), problem[1]), []).append(name)
        for (said, hint), which in unfit.items():
            wrong = True
            self.problems.append(LatheError(_said_of(said, which), hint=hint, field=field))
        if choice.of_kind:
            found += [
                root
                for root, feature in self.now.items()
                if feature.kind in choice.of_kind and root not in found and self._why_not(root, spec) is None
            ]
        if not found and not wrong and not choice.of_kind and len(names) == len(set(choice.columns)):
            wrong = True
            self.problems.append(
                LatheError(f"{spec.title} must have at least one column.", hint="Choose columns.", field=field)
            )
        return None if wrong else found

    def _why_not(self, name: str, spec: StepSpec) -> tuple[str, str] | None:
        feature = self.now.get(name)
        if feature is None and name in self.gone:
            return (
                f"{spec.title}: the column {name!r} is no longer there; an earlier step left it out or replaced it.",
                "Put this step before that one, or take the column out of it.",
            )
        if feature is None:
            return (
                f"{spec.title}: there is no column {name!r} in use.",
                "Take it out of the step, or use the column again.",
            )
        if feature.kind not in spec.kinds:
            return (
                f"{spec.title} does not suit the column {name!r}, which is {feature.kind.value}.",
                f"It suits {', '.join(kind.value for kind in spec.kinds)} columns.",
            )
        if feature.form not in spec.takes:
            wanted = " or ".join(_FORM_WORDS[form] for form in spec.takes)
            return (
                f"{spec.title} needs {wanted}; the column {name!r} holds {_FORM_WORDS[feature.form]} at this point.",
                "Move the step up or down in the list.",
            )
        return None

    def _helpers(self, spec: StepSpec, params: Mapping[str, ParamValue], field: str) -> Mapping[str, ColumnKind] | None:
        """Return the raw columns named by parameters of kind "column"; None where one is wrong."""
        names: dict[str, ColumnKind] = {}
        for param in spec.params:
            name = params.get(param.name) if param.kind == "column" else None
            if not name:
                continue
            kind = self.raw_kinds.get(str(name))
            if kind is None or (param.column_kinds and kind not in param.column_kinds):
                message = f"{spec.title}: {param.label} must be a column that is not the target. It is {name!r}."
                hint = "Choose another column."
                if kind is not None:
                    message = f"{spec.title}: {param.label} cannot be {name!r}, which is {kind.value}."
                    hint = f"It can be a {' or '.join(k.value for k in param.column_kinds)} column."
                self.problems.append(LatheError(message, hint=hint, field=f"{field}.{param.name}"))
                return None
            names[str(name)] = kind
        return names

    def _suits_task(self, spec: StepSpec, field: str) -> bool:
        if self.task is None or not spec.tasks or self.task in spec.tasks:
            return True
        kinds = ", ".join(kind.value for kind in spec.tasks)
        message = f"{spec.title} does not suit a {self.task.value} task."
        self.problems.append(LatheError(message, hint=f"It suits {kinds} tasks; switch it off.", field=field))
        return False


def _said_of(said: str, names: Sequence[str]) -> str:
    """Return a problem of several columns, said of the first and naming the next ones; ``{}`` stands for a name."""
    first = said.replace("{}", repr(names[0]))
    others = ", ".join(repr(name) for name in names[1:4])
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return f"{first} The same goes for {others}{more}." if others else first
