"""From a plan to one scikit-learn pipeline: raw columns in, a matrix of numbers out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.data.schema import ColumnSchema
from core.errors import LatheError
from core.prepare.outline import outline_plan
from core.prepare.plan import PreparePlan
from core.prepare.planned import PlannedStep, PlanOutline
from core.prepare.spec import Feature, Form, InputNeeds, StepContext, StepScope
from core.types import ColumnKind, StorageType, TaskKind

Part = tuple[str, Any]
_SPARSE_FROM = 200
_SPARSE_BELOW = 0.2


@dataclass(frozen=True)
class Compiled:
    """A plan made executable for one model family.

    Attributes
    ----------
    transformer : sklearn.pipeline.Pipeline
        Unfitted; from a frame of raw columns to an array (a csr matrix where ``sparse``) of shape (n_rows, n_features),
        float64, or float32 for models that round so themselves. `core.prepare.fitting.fit_rows` fits it.
    n_codes : int
        The first ``n_codes`` features are category codes.
    columns : tuple of ColumnSchema
        Raw columns that are really read; the others never reach the model.
    fit_steps : tuple of PlannedStep
        Steps of scope FIT and TARGET, for `core.models.wrapping`.
    outline : PlanOutline
        What it was compiled from.
    sparse : bool
        The matrix is a csr matrix.
    """

    transformer: Any
    n_codes: int
    columns: tuple[ColumnSchema, ...]
    fit_steps: tuple[PlannedStep, ...]
    outline: PlanOutline
    sparse: bool = False


def compile_plan(
    plan: PreparePlan,
    columns: Sequence[ColumnSchema],
    needs: InputNeeds,
    *,
    aside: Sequence[ColumnSchema] = (),
    task: TaskKind | None = None,
    seed: int = 0,
) -> Compiled:
    """Build the transformer that carries out ``plan`` for a model with ``needs``.

    Parameters
    ----------
    plan : PreparePlan
        Chosen steps. Numbers that no step names pass; other columns that no step turns into numbers are left out.
    columns : sequence of ColumnSchema
        The features in use.
    needs : InputNeeds
        Encoding, scaling and handling of missing numbers that the model wants.
    aside : sequence of ColumnSchema
        Columns that are no features but may be named by parameters; never the target.
    task : TaskKind, optional
        Kind of the target.
    seed : int
        Seed of random draws in steps.

    Returns
    -------
    Compiled
        Output is finite, except for NaN in numbers where the model takes missing ones and no step filled them.

    Raises
    ------
    InvalidInput
        With every problem of the plan.
    LatheError
        Where no column would reach the model.
    """
    from sklearn.pipeline import Pipeline

    from core.prepare.stages import Matrix, Start
    from core.prepare.transformers.raw import RawColumns

    found = outline_plan(plan, columns, needs, aside=aside, task=task, seed=seed)
    used = found.used
    if not used:
        raise LatheError(
            "The plan leaves no column for the model to learn from.", hint="Keep at least one column.", field="plan"
        )
    read = _columns_read(found, [*columns, *aside])
    sparse = needs.sparse and is_sparse(used)
    codes = [feature.root for feature in used if feature.form is Form.CODE]
    numbers = [feature.root for feature in used if feature.form is Form.NUMBER]
    steps: list[Part] = [
        ("raw", RawColumns([column.name for column in read], [storage_of(column).value for column in read])),
        *_admitted(plan, read),
        ("start", Start(roots=[feature.root for feature in found.raw if feature.root in {c.name for c in read}])),
        *_stages(found, {column.name for column in read}),
        *_last_fill(found, needs),
        ("matrix", Matrix(codes, numbers, keep_missing=needs.native_missing, sparse=sparse, single=needs.single)),
    ]
    n_codes = sum(feature.width for feature in used if feature.form is Form.CODE)
    fit_steps = tuple(step for step in found.steps if not step.spec.scope.has_columns)
    return Compiled(Pipeline(steps), n_codes, read, fit_steps, found, sparse)


def is_sparse(features: Sequence[Feature]) -> bool:
    """Tell whether a matrix of ``features`` is better stored without its zeros: wide, and mostly zeros."""
    width = sum(feature.width for feature in features)
    filled = sum(feature.width * feature.density for feature in features)
    return width > _SPARSE_FROM and filled < _SPARSE_BELOW * width


def storage_of(column: ColumnSchema) -> StorageType:
    """Return the storage that the steps need: the kind decides where the stored cells are something else."""
    if column.kind is ColumnKind.NUMERIC and column.storage not in (StorageType.INT, StorageType.FLOAT):
        return StorageType.FLOAT
    return StorageType.DATETIME if column.kind is ColumnKind.DATETIME else column.storage


def _admitted(plan: PreparePlan, read: Sequence[ColumnSchema]) -> list[Part]:
    """Take categories that no training row had as missing, where the person says so."""
    from core.prepare.transformers.admit import Admit

    named = [name for name, policy in plan.policies.items() if policy.unseen == "as_missing"]
    levelled = (ColumnKind.CATEGORICAL, ColumnKind.BOOLEAN)
    columns = [column.name for column in read if column.name in named and column.kind in levelled]
    return [("admit", Admit(columns))] if columns else []


def _columns_read(found: PlanOutline, columns: Sequence[ColumnSchema]) -> tuple[ColumnSchema, ...]:
    """Return the raw columns that reach the model, or that a step on the way to it needs."""
    wanted = {raw for feature in found.used for raw in feature.origin} | set(found.helpers)
    for step in found.steps:
        if step.spec.scope is not StepScope.EACH and step.choice.step != "drop_columns":
            wanted |= {raw for feature in step.context.features for raw in feature.origin}
    return tuple(column for column in columns if column.name in wanted)


def _stages(found: PlanOutline, read: set[str]) -> list[Part]:
    parts: list[Part] = []
    for step in found.steps:
        if not step.spec.scope.has_columns:
            continue
        features = tuple(f for f in step.context.features if set(f.origin) <= read)
        if features:
            parts.append((f"step_{step.place}_{step.spec.key}", stage_of(step, features)))
    return parts


def stage_of(step: PlannedStep, features: tuple[Feature, ...]) -> Any:
    """Return the stage that carries out ``step`` on ``features``, all or (where the scope is EACH) some of its own."""
    from core.prepare.stages import Leave, Rows, Stage

    spec, context = step.spec, step.context
    roots = [feature.root for feature in features]
    # Also where one is a root: by now that may be something else, and the parameter names the raw column.
    helpers = list(context.helpers)
    if spec.key == "drop_columns":
        return Leave(roots)
    if spec.scope is StepScope.ROWS:
        return Rows(spec.build(step.params, _with(context, features)), roots, helpers)
    if spec.scope is StepScope.EACH and not spec.one_to_one:
        transformers = [spec.build(step.params, _with(context, (feature,))) for feature in features]
        return Stage(transformers, roots, roots, helpers, separate=True, sparse=spec.sparse)
    given = roots if spec.scope in (StepScope.EACH, StepScope.TOGETHER) else [step.given[0].root]
    return Stage(
        [spec.build(step.params, _with(context, features))],
        roots,
        given,
        helpers,
        keeps=spec.scope is StepScope.NEW,
        sparse=spec.sparse,
    )


def _with(context: StepContext, features: tuple[Feature, ...]) -> StepContext:
    return StepContext(features, context.needs, context.task, context.seed, context.helpers)


def _last_fill(found: PlanOutline, needs: InputNeeds) -> list[Part]:
    """Fill with the median what no step filled, for models that cannot take missing numbers."""
    from core.prepare.stages import Stage
    from core.prepare.transformers.numbers import median_fill

    roots = [feature.root for feature in found.used if feature.form is Form.NUMBER and feature.gaps]
    if needs.native_missing or not roots:
        return []
    return [("fill", Stage([median_fill()], roots, roots))]
