"""A price tag before training: minutes, memory and disk of each model, from timing a small part and scaling it up."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from core.data.schema import Dataset
from core.device import list_devices, memory_left
from core.errors import LatheError, RunCancelled
from core.models.fitted import Predictions
from core.models.registry import get_model
from core.models.spec import ModelSpec
from core.params import ParamValue, validate_params
from core.prepare.forecast import forecast
from core.run.context import RunContext
from core.run.data import TrainingData
from core.run.execute import training_data
from core.run.judging import scores_of
from core.run.preparation import choice_plan
from core.run.price_scaling import Timed, exponent_of, growth, is_lazy, spread
from core.run.price_timing import Sample, sample_sizes, time_sample
from core.run.price_types import CheaperChoice, ModelPrice, run_seconds
from core.run.recipe import ModelChoice, Recipe
from core.run.suitable import refusal_of
from core.store.workspace import Workspace

__all__ = ["CheaperChoice", "ModelPrice", "price", "run_seconds"]

_BASE_MB = {"classic": 460.0, "torch": 800.0, "keras": 1_100.0}
"""A worker of each pool with its libraries before it has read a row."""

_COPIES = 3.0
"""The matrix, the pieces it is put together from, and the model's own copy of it."""

_EACH_S = 0.25
"""Storing a model and its predictions, writing its result, taking the next job."""

_JUDGED_ROWS = 10_000
_PATIENCE = 0.6
"""Share of its epochs that a network with early stopping usually takes."""

_SHORTER = ("n_estimators", "max_iter", "iterations", "rounds", "epochs", "trees")
"""Parameters whose half is about half the time."""


def price(
    recipe: Recipe, workspace: Workspace, dataset: Dataset, context: RunContext, *, only: frozenset[str] | None = None
) -> tuple[ModelPrice, ...]:
    """Say what each model of a recipe will take.

    A model is fitted on two small samples of its real, prepared rows; what is known of how it grows with the rows does
    the rest. Networks and boosters that tell their epochs are cut short.

    Parameters
    ----------
    recipe, workspace, dataset : Recipe, Workspace, Dataset
        As for `core.run.execute.execute`.
    context : RunContext
        Where progress goes and where a Stop comes from.
    only : frozenset of str, optional
        Labels of the models wanted; all without it.

    Returns
    -------
    tuple of ModelPrice
        One a model, in the order of the recipe. A model that fails on the samples says so in ``reason``.

    Raises
    ------
    LatheError
        Where the recipe cannot be carried out at all.
    RunCancelled
        Where the person pressed Stop.
    """
    context.report(0.0, "reading", f"Reading {dataset.rows:,} rows")
    data, _ = training_data(workspace, dataset, recipe)
    judge_s = _judging_seconds(data, recipe)
    wanted = [choice for choice in recipe.models if only is None or choice.label in only]
    prices = []
    for place, choice in enumerate(wanted):
        if context.should_stop():
            raise RunCancelled
        context.report(place / len(wanted), "timing", f"Timing {choice.name or get_model(choice.key).title}")
        prices.append(_price_one(choice, recipe, data, context, judge_s))
    return tuple(prices)


def _price_one(
    choice: ModelChoice, recipe: Recipe, data: TrainingData, context: RunContext, judge_s: float
) -> ModelPrice:
    spec = get_model(choice.key)
    own_plan, columns = choice_plan(choice, data.plan, data.columns)
    own = replace(data, columns=columns, plan=own_plan)
    if spec.ensemble:
        return ModelPrice(label=choice.label, reason="It is made of other models, which are fitted again for it.")
    refusal = refusal_of(choice, recipe, own)
    if refusal is not None:
        return ModelPrice(label=choice.label, fits=False, reason=refusal.reason, remedy=refusal.remedy)
    try:
        params = validate_params(spec.params, choice.params)
        small, large = _samples(spec, params, recipe, own, context)
    except RunCancelled:
        raise
    except Exception as error:  # noqa: BLE001 -- the border of one model, as in a run: what it says on a sample is told
        words = error.message if isinstance(error, LatheError) else f"{type(error).__name__}: {error}"
        return ModelPrice(label=choice.label, reason=f"It could not be timed on a sample. {words}")
    return _scaled(choice, spec, params, own, (small, large), judge_s)


def _samples(
    spec: ModelSpec, params: Mapping[str, ParamValue], recipe: Recipe, data: TrainingData, context: RunContext
) -> tuple[Sample, Sample]:
    few, many = sample_sizes(spec, len(data.split.folds[0][0]))
    return tuple(time_sample(spec, params, recipe, data, context, rows) for rows in (few, many))  # type: ignore[return-value]


def _scaled(
    choice: ModelChoice,
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    data: TrainingData,
    samples: tuple[Sample, Sample],
    judge_s: float,
) -> ModelPrice:
    small, large = samples
    folds = data.split.folds
    fits = [len(fit) for fit, _ in folds] + [len(data.split.train)]
    tests = [len(test) for _, test in folds] + [len(data.split.holdout)]
    stops = params.get("early_stopping", True) is not False
    fit_s = _fit_seconds(spec, samples, fits, patience=_PATIENCE if stops else 1.0)
    predict_s = _predict_seconds(spec, samples, fits, tests)
    grown = growth(Timed(small.rows, small.prepare_s), Timed(large.rows, large.prepare_s), 1.0)
    prepare_s = sum(grown.at(rows) for rows in fits)
    seconds = prepare_s + fit_s + predict_s + judge_s + _EACH_S
    off = spread(fits[-1], large.rows) * (1.3 if large.was_cut else 1.0)
    memory = _memory_mb(spec, data, samples)
    gpu = gpu_memory_mb(large, fits[-1])
    short = shortage(memory, gpu)
    return ModelPrice(
        label=choice.label,
        seconds=seconds,
        low=seconds / off,
        high=seconds * off,
        prepare_s=prepare_s,
        needs=large.needs,
        memory_mb=memory,
        gpu_memory_mb=gpu,
        disk_mb=_disk_mb(data, samples),
        fits=not short,
        reason=short,
        remedy="Use a cheaper plan, fewer rows or columns, or a lighter model." if short else "",
        cheaper=_cheaper(choice, spec, params, data, too_large=bool(short)),
        timed_rows=large.rows,
    )


def gpu_memory_mb(sample: Sample, rows: int) -> float:
    """Return about how much memory of the GPU a fit on ``rows`` rows takes, in MiB; 0 where the sample took none.

    All rows lie there twice, as they are and in the order of the epoch, in half the width that they are prepared in.
    """
    if not sample.device_mb:
        return 0.0
    return sample.device_mb + max(0, rows - sample.rows) * sample.matrix_bytes / sample.rows / 2**20


def shortage(memory_mb: float, gpu_mb: float) -> str:
    """Say which memory will not do; empty where all will."""
    left = memory_left().free_mb
    if memory_mb >= left:
        return f"It needs about {memory_mb / 1024:.1f} GB of memory; {left / 1024:.1f} GB are free."
    there = min((device.memory_mb for device in list_devices() if device.is_gpu and device.memory_mb), default=0)
    if there and gpu_mb >= there:
        return f"It needs about {gpu_mb / 1024:.1f} GB of the GPU's memory; it has {there / 1024:.1f} GB."
    return ""


def _fit_seconds(spec: ModelSpec, samples: tuple[Sample, Sample], fits: list[int], *, patience: float) -> float:
    small, large = samples
    exponent = exponent_of(spec)
    before = growth(Timed(small.rows, small.fit_s), Timed(large.rows, large.fit_s), exponent)
    total = sum(before.at(rows) for rows in fits)
    if large.epochs:
        each = growth(Timed(small.rows, small.epoch_s), Timed(large.rows, large.epoch_s), exponent)
        count = max(large.epochs, patience * large.most_epochs) if large.was_cut else large.epochs
        total += count * sum(each.at(rows) for rows in fits)
    return total


def _predict_seconds(spec: ModelSpec, samples: tuple[Sample, Sample], fits: list[int], tests: list[int]) -> float:
    large = samples[1]
    a_row = large.predict_s / max(large.test_rows, 1)
    further = [rows / large.rows if is_lazy(spec) else 1.0 for rows in fits]
    return sum(a_row * test * factor for test, factor in zip(tests, further, strict=True))


def _judging_seconds(data: TrainingData, recipe: Recipe) -> float:
    """Return about how long scoring one model takes: every metric on resampled rows of every fold."""
    rows = np.concatenate([test for _, test in data.split.folds] + [data.split.holdout])
    part = np.random.default_rng(recipe.seed).permutation(rows)[:_JUDGED_ROWS]
    said = data.y[np.roll(part, 1)]
    if data.task.kind.is_classification:
        even = np.random.default_rng(recipe.seed).dirichlet(np.ones(len(data.classes)), len(part))
        guess = Predictions(np.asarray(said, dtype=object), even)
    else:
        guess = Predictions(np.asarray(said, dtype=np.float64))
    began = time.perf_counter()
    try:
        scores_of([guess], [part], data, recipe.seed)
    except LatheError:
        return 0.0
    return (time.perf_counter() - began) * len(rows) / max(len(part), 1)


def _memory_mb(spec: ModelSpec, data: TrainingData, samples: tuple[Sample, Sample]) -> float:
    large = samples[1]
    sample = data.frame.iloc[:2000]
    raw = float(sample.memory_usage(deep=True).sum()) * len(data.frame) / max(len(sample), 1)
    rows = len(data.split.train)
    matrix = large.matrix_bytes * rows / large.rows
    pairs = 2.0 * 8.0 * rows**2 if spec.key == "gaussian_process" else 0.0
    return _BASE_MB[spec.framework.pool] + (raw + _COPIES * matrix + pairs + _model_bytes(samples, rows)) / 2**20


def _model_bytes(samples: tuple[Sample, Sample], rows: int) -> float:
    """Return about how large the model of ``rows`` rows is: some keep as much for every row, others do not grow."""
    small, large = samples
    if large.rows <= small.rows:
        return float(large.model_bytes)
    a_row = max(0.0, (large.model_bytes - small.model_bytes) / (large.rows - small.rows))
    return large.model_bytes + a_row * (rows - large.rows)


def _disk_mb(data: TrainingData, samples: tuple[Sample, Sample]) -> float:
    rows = len(data.split.train) + len(data.split.holdout)
    predictions = rows * (24.0 + 8.0 * len(data.classes))
    return (_model_bytes(samples, len(data.split.train)) + predictions) / 2**20


def _cheaper(
    choice: ModelChoice,
    spec: ModelSpec,
    params: Mapping[str, ParamValue],
    data: TrainingData,
    *,
    too_large: bool,
) -> CheaperChoice | None:
    """Return a change that costs less: another plan where memory is short, else half of what takes the time."""
    if too_large:
        found = forecast(
            data.plan, data.columns, len(data.frame), folds=len(data.split.folds), aside=data.aside, task=data.task.kind
        ).cheaper
        if found:
            return CheaperChoice(sentence=found[0].sentence, plan=found[0].plan)
    known = {param.name: param for param in spec.params}
    for name in _SHORTER:
        value = params.get(name)
        if name in known and isinstance(value, int) and value // 2 >= max(1, known[name].low or 1):
            label = known[name].label
            return CheaperChoice(sentence=f"{label}: {value // 2} instead of {value}.", params={name: value // 2})
    return None
