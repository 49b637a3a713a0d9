"""The contract every registered model keeps: one check a rule, run by ``test_model_contract.py``.

Run as a program it does the checks of one model in a process of its own (TensorFlow and PyTorch never train in the
same process), or compares stored models with their stored predictions in a process that has trained nothing:

    python -m tests.core.models.contract check MODEL[,MODEL ...] FOLDER
    python -m tests.core.models.contract reload FOLDER
"""

from __future__ import annotations

import json
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from core.errors import LatheError
from core.models.fitted import FittedModel
from core.models.persistence import load_model, save_model
from core.models.registry import get_model
from core.models.spec import BuildContext, ModelSpec
from core.params import ParamSpec, ParamValue, validate_params
from core.prepare.compiler import Compiled, compile_plan
from core.prepare.default import default_plan
from core.prepare.spec import InputNeeds
from core.types import TaskKind
from tests.core.prepare.tables import Table, mixed

ROWS = 120


class Learned(NamedTuple):
    """Rows that a model learns from."""

    frame: pd.DataFrame
    y: np.ndarray
    classes: tuple[str, ...]


CHEAP: dict[str, ParamValue] = {
    **{"rounds": 20, "n_estimators": 15, "epochs": 3, "width": 16},
    **{"blocks": 1, "block_width": 16, "members": 2},
}
"""Parameters that only cost time are set low. A model's other parameters keep their defaults."""

CLASSES = {TaskKind.BINARY: ("no", "yes"), TaskKind.MULTICLASS: ("1", "10", "2"), TaskKind.REGRESSION: ()}


@cache
def table() -> Table:
    """Return the training table: missing numbers, text categories, dates, free text, an identifier."""
    return mixed(ROWS)


def target(task: TaskKind) -> np.ndarray:
    """Return a target that the columns tell something about."""
    signal = table().frame["amount"].to_numpy() + 5 * (table().frame["town"] == "red").to_numpy()
    if not task.is_classification:
        return signal
    edges = np.quantile(signal, np.linspace(0, 1, len(CLASSES[task]) + 1)[1:-1])
    return np.asarray(CLASSES[task], dtype=object)[np.digitize(signal, edges)]


def strange_rows() -> pd.DataFrame:
    """Return rows as they come later: nothing known, unseen categories, numbers far out."""
    frame = table().frame.iloc[:4].copy()
    for column in frame.columns:
        frame.loc[0, column] = pd.NaT if column == "when" else (np.nan if column in ("amount", "age") else None)
    frame.loc[1, ["town", "shop", "note"]] = ["atlantis", "shop 99", "words never seen"]
    frame.loc[2, "amount"] = 1e12
    return frame


def fit(spec: ModelSpec, task: TaskKind, given: dict[str, Any] | None = None, seed: int = 0) -> FittedModel:
    """Fit ``spec`` on the table through the default plan; an ensemble is made of a linear model and a tree."""
    from sklearn.pipeline import Pipeline

    if spec.ensemble:
        from tests.core.models.members import fit_ensemble

        return fit_ensemble(spec, task, given or {}, seed, Learned(table().frame, target(task), CLASSES[task]))

    cheap = {name: value for name, value in CHEAP.items() if name in {param.name for param in spec.params}}
    params = validate_params(spec.params, {**cheap, **(given or {})})
    ready = prepared(spec.needs, task)
    model = spec.build(params, BuildContext(task=task, seed=seed, n_codes=ready.compiled.n_codes))
    model.fit(ready.matrix, target(task))
    pipeline = Pipeline([("prepare", ready.compiled.transformer), ("model", model)])
    return FittedModel(pipeline, task, "target", ready.compiled.columns, CLASSES[task], spec.key)


@dataclass(frozen=True)
class Ready:
    """The table prepared for what some models need, once for all of them."""

    compiled: Compiled
    matrix: Any


@cache
def prepared(needs: InputNeeds, task: TaskKind) -> Ready:
    """Return the table as models with ``needs`` get it."""
    columns = table().columns
    compiled = compile_plan(default_plan(columns), columns, needs)
    return Ready(compiled, compiled.transformer.fit_transform(table().frame, target(task)))


@cache
def single_rows(needs: InputNeeds, task: TaskKind) -> list[Any]:
    """Return a dozen usual and the strange rows, each prepared alone."""
    rows = pd.concat([table().frame.iloc[:12], strange_rows()])
    transformer = prepared(needs, task).compiled.transformer
    return [transformer.transform(rows.iloc[[place]]) for place in range(len(rows))]


@cache
def fitted(key: str, task: TaskKind) -> FittedModel:
    """Return the model fitted once; several checks look at it."""
    return fit(get_model(key), task)


def answer(model: FittedModel, frame: pd.DataFrame) -> np.ndarray:
    """Return probabilities for classes, values for numbers."""
    predictions = model.predict(frame)
    return predictions.values if predictions.probabilities is None else predictions.probabilities


def check_answers(spec: ModelSpec, task: TaskKind) -> None:
    """Every row gets a finite answer; probabilities are ones; classes are the sorted labels."""
    model = fitted(spec.key, task)
    for frame in (table().frame, strange_rows()):
        given = answer(model, frame)
        assert len(given) == len(frame)
        assert np.isfinite(given).all()
        if task.is_classification:
            assert model.pipeline.classes_.tolist() == list(CLASSES[task])
            assert given.shape == (len(frame), len(CLASSES[task]))
            assert ((given >= 0) & (given <= 1)).all()
            np.testing.assert_allclose(given.sum(axis=1), 1, atol=1e-6)
            assert set(model.predict(frame).values) <= set(CLASSES[task])


def check_seed(spec: ModelSpec, task: TaskKind) -> None:
    """The same seed gives the same predictions."""
    np.testing.assert_array_equal(answer(fit(spec, task), table().frame), answer(fitted(spec.key, task), table().frame))


def check_rows(spec: ModelSpec, task: TaskKind) -> None:
    """One row alone is answered as in a batch, with columns in any order and others beside them."""
    model, rows = fitted(spec.key, task), pd.concat([table().frame.iloc[:12], strange_rows()])
    batch = answer(model, rows)
    if spec.ensemble:
        alone = np.concatenate([answer(model, rows.iloc[[place]]) for place in range(len(rows))])
    else:
        # The rows alone are prepared once for all models of the same needs; that a row is prepared alike in any batch
        # is what tests/core/prepare/test_every_step.py holds every step to.
        last = replace(model, pipeline=model.pipeline[-1])
        alone = np.concatenate([answer(last, row) for row in single_rows(spec.needs, task)])
        np.testing.assert_allclose(answer(model, rows.iloc[[1]]), batch[[1]], rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(alone, batch, rtol=1e-5, atol=1e-6)
    shuffled = rows[rows.columns[::-1]].assign(extra=1)
    np.testing.assert_array_equal(answer(model, shuffled), batch)


def check_clone(spec: ModelSpec, task: TaskKind) -> None:
    """A clone has the same parameters, so that cross-validation trains what was asked for."""
    from sklearn.base import clone

    if spec.ensemble:
        return  # It has no estimator before its members are fitted; each of them is cloned on its own.
    model = spec.build(validate_params(spec.params, {}), BuildContext(task=task, n_codes=2, seed=7))
    plain, cloned = (
        # An estimator inside another is told by its own parameters, which `get_params` gives as well.
        {name: value for name, value in one.get_params().items() if not hasattr(value, "get_params")}
        for one in (model, clone(model))
    )
    assert plain == cloned


def check_params(spec: ModelSpec, task: TaskKind) -> None:
    """Whatever a declaration allows, the library takes: each value on its own, and all of them in fits."""
    for param in spec.params:
        for value in values_of(param):
            params = validate_params(spec.params, {param.name: value})
            if spec.ensemble:
                continue
            model = spec.build(params, BuildContext(task=task))
            model = getattr(model, "regressor", model)
            if hasattr(model, "_parameter_constraints"):
                model._validate_params()
    if task is TaskKind.BINARY and TaskKind.MULTICLASS in spec.tasks:
        return  # the same estimator is fitted with every design for three classes
    for given in designs(spec):
        try:
            model = fit(spec, task, given)
        except LatheError:
            if not may_diverge(spec, given):
                raise
            continue
        assert np.isfinite(answer(model, table().frame)).all(), given


def may_diverge(spec: ModelSpec, given: dict[str, ParamValue]) -> bool:
    """Tell whether a fit may refuse: a network whose steps are as large as they go may diverge, and says so."""
    steps = {param.name: param.high for param in spec.params if spec.capabilities.progress == "epoch"}
    return "learning_rate" in steps and given["learning_rate"] == steps["learning_rate"]


def values_of(param: ParamSpec) -> list[ParamValue]:
    """Return the default, both ends, each choice, and None where it is allowed."""
    values: list[ParamValue] = [param.default]
    if param.kind == "choice":
        values += param.choices
    elif param.kind == "bool":
        values += [True, False]
    else:
        values += [int(end) if param.kind == "int" else end for end in (param.low, param.high) if end is not None]
    return [*dict.fromkeys([*values, *([None] if param.optional else [])])]


def designs(spec: ModelSpec) -> Iterator[dict[str, ParamValue]]:
    """Yield as few parameter sets as hold every value of every parameter; what only costs time stays low."""
    free = {param.name: values_of(param) for param in spec.params if param.name not in CHEAP}
    for place in range(max((len(values) for values in free.values()), default=0)):
        yield {name: values[place % len(values)] for name, values in free.items()}


CHECKS: dict[str, Callable[[ModelSpec, TaskKind], None]] = {
    "answers": check_answers,
    "seed": check_seed,
    "rows": check_rows,
    "clone": check_clone,
    "params": check_params,
}


def store(key: str, task: TaskKind, folder: Path) -> None:
    """Save the model with its predictions, for a fresh process to compare."""
    model = fitted(key, task)
    place = folder / f"{key}-{task.value}"
    save_model(model, place)
    np.save(place / "answers.npy", answer(model, pd.concat([table().frame, strange_rows()])))


def check_model(key: str, folder: Path) -> dict[str, str]:
    """Do every check of one model and store it; return the traceback of each, empty where it holds."""
    outcomes = {}
    for task in get_model(key).tasks:
        for name, check in CHECKS.items():
            outcomes[f"{task.value} {name}"] = outcome_of(check, get_model(key), task)
        outcomes[f"{task.value} store"] = outcome_of(store, key, task, folder)
    return outcomes


def check_reload(folder: Path) -> dict[str, str]:
    """Compare every stored model in ``folder`` with its stored predictions."""
    return {place.name: outcome_of(compare, place) for place in sorted(folder.iterdir()) if place.is_dir()}


def compare(place: Path) -> None:
    """Load one model and predict again."""
    given = answer(load_model(place), pd.concat([table().frame, strange_rows()]))
    np.testing.assert_allclose(given, np.load(place / "answers.npy"), rtol=1e-6, atol=1e-7)


def outcome_of(function: Callable[..., None], *arguments: Any) -> str:
    """Return the traceback of a call, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            function(*arguments)
    except Exception:  # noqa: BLE001 -- reported to the test that asked
        return traceback.format_exc()
    return ""


def main(arguments: list[str]) -> None:
    """Write the outcomes as JSON beside the models."""
    folder = Path(arguments[-1])
    if arguments[0] == "reload":
        outcomes = check_reload(folder)
    else:
        outcomes = {
            f"{key} {check}": text
            for key in arguments[1].split(",")
            for check, text in check_model(key, folder).items()
        }
    (folder / f"{arguments[0]}.json").write_text(json.dumps(outcomes), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
