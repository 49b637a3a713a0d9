"""Why one row got its prediction: SHAP values on raw columns, with the check that they add up."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict

from core.errors import LatheError
from core.explain.cells import Watcher, cell_text, gather, predict_in_parts
from core.models.fitted import FittedModel, Predictions

EXACT_UP_TO = 10
"""Columns up to which all coalitions are tried; above, permutations of the columns are sampled."""

ROW_BUDGET = 60_000
"""Rows that the sampled method may predict for one explanation."""

TOLERANCE = 1e-6
"""Largest gap between prediction and sum, relative to the larger of the two, that still counts as adding up."""

SHOWN_CHARACTERS = 40


class Contribution(BaseModel):
    """What one raw column adds to the prediction of the row. ``value`` is the row's cell as text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    value: str
    shap: float


class RowExplanation(BaseModel):
    """SHAP values of one row.

    Attributes
    ----------
    target_class : str
        Class whose probability is explained; empty for regression.
    base : float
        Mean prediction over the background rows.
    prediction : float
        What the model predicts for the row: a probability or a number.
    contributions : tuple of Contribution
        One a raw column, largest size first. They are in the unit of the prediction.
    residual : float
        ``prediction - base - sum(contributions)``.
    additive : bool
        Whether the residual is as small as rounding explains.
    method, source : str
        How it was computed, and whose method it is.
    sentence : str
        The explanation in one plain sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target_class: str = ""
    base: float
    prediction: float
    contributions: tuple[Contribution, ...]
    residual: float
    additive: bool
    background_rows: int
    method: str
    source: str
    sentence: str


def explain_row(
    fitted: FittedModel,
    background: pd.DataFrame,
    row: pd.DataFrame,
    *,
    target_class: str | None = None,
    seed: int = 0,
    max_background: int = 50,
    context: Watcher | None = None,
) -> RowExplanation:
    """Explain the prediction of one row by what each raw column adds to it.

    Parameters
    ----------
    fitted : FittedModel
        Model to explain; any framework.
    background : DataFrame of shape (n_rows, >= n_columns)
        Raw rows that stand for "usual"; a seeded sample of ``max_background`` of them is used.
    row : DataFrame of shape (1, >= n_columns)
        The row, typed like the background.
    target_class : str, optional
        Class whose probability is explained. None means the last in sorted order for two classes, and the predicted
        one for more.
    seed : int
        Seed of the background sample and of the sampled permutations.
    context : Watcher, optional
        Asked for Stop before each batch of predictions.

    Returns
    -------
    RowExplanation
        Probabilities are explained as probabilities, numbers in the unit of the target.

    Raises
    ------
    LatheError
        Where there is not exactly one row, no background, or no such class.
    RunCancelled
        Where the person pressed Stop.

    Notes
    -----
    Interventional Shapley values, Lundberg and Lee (2017), NeurIPS 30, computed by the library shap: all coalitions up
    to `EXACT_UP_TO` columns, antithetic permutations above (both add up exactly). Text cannot pass shap's maskers, so
    each cell is sent through as a number that says which row of the stacked table [background, row] it is taken from.
    """
    names = [column.name for column in fitted.columns]
    usual = _background(background[names], seed=seed, max_rows=max_background)
    if len(row) != 1:
        raise LatheError(f"One row can be explained at a time. {len(row)} rows came.", field="row")
    row = row[names].reset_index(drop=True)
    label = _target_class(fitted, row, target_class)
    cells = pd.concat([usual, row], ignore_index=True).astype(usual.dtypes.to_dict())
    codes = _codes(cells)

    def outcome(sources: np.ndarray) -> np.ndarray:
        return _outcome(
            fitted, predict_in_parts(fitted, gather(cells, sources.astype(np.intp)), context=context), label
        )

    values, base, method = _shap_values(outcome, codes, seed=seed)
    prediction = float(_outcome(fitted, fitted.predict(row), label)[0])
    residual = prediction - base - float(values.sum())
    texts = [cell_text(row[name].iloc[0]) for name in names]
    contributions = tuple(
        sorted(
            (Contribution(column=n, value=t, shap=float(v)) for n, t, v in zip(names, texts, values, strict=True)),
            key=lambda c: (-abs(c.shap), c.column),
        )
    )
    return RowExplanation(
        target_class=label,
        base=base,
        prediction=prediction,
        contributions=contributions,
        residual=residual,
        additive=abs(residual) <= TOLERANCE * max(abs(prediction), abs(base), 1e-3),
        background_rows=len(usual),
        method=method,
        source="Lundberg and Lee (2017), A Unified Approach to Interpreting Model Predictions; library shap",
        sentence=row_sentence(contributions),
    )


def row_sentence(contributions: tuple[Contribution, ...]) -> str:
    """Say in one sentence what raises and what lowers the prediction most.

    Examples
    --------
    "Fare = 71.2833 raises it most (+0.12); Age = missing lowers it most (-0.05)."
    """
    up = max((c for c in contributions if c.shap > 0), key=lambda c: c.shap, default=None)
    down = min((c for c in contributions if c.shap < 0), key=lambda c: c.shap, default=None)
    parts = [f"{_clause(c)} {verb} it most ({_signed(c.shap)})" for c, verb in ((up, "raises"), (down, "lowers")) if c]
    if not parts:
        return "No column moves this prediction away from the usual one."
    if up and down and abs(down.shap) > up.shap:
        parts.reverse()
    return "; ".join(parts) + "."


def _clause(contribution: Contribution) -> str:
    text = contribution.value
    short = text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
    return f"{contribution.column} = {short}"


def _signed(value: float) -> str:
    """Round to two significant figures below 100 and to whole numbers above: +0.12, -0.0031, +1,234."""
    if abs(value) >= 100:
        return f"{value:+,.0f}"
    return f"{float(f'{value:.2g}'):+.10f}".rstrip("0").rstrip(".") if abs(value) >= 1e-4 else f"{value:+.1g}"


def _background(background: pd.DataFrame, *, seed: int, max_rows: int) -> pd.DataFrame:
    if len(background) == 0:
        raise LatheError("An explanation compares the row with usual rows. There are none.", field="background")
    if len(background) > max_rows:
        kept = np.random.default_rng(seed).choice(len(background), size=max_rows, replace=False)
        background = background.iloc[np.sort(kept)]
    return background.reset_index(drop=True)


def _target_class(fitted: FittedModel, row: pd.DataFrame, asked: str | None) -> str:
    if not fitted.task.is_classification:
        return ""
    if asked:
        if asked not in fitted.classes:
            raise LatheError(
                f"{asked!r} is not a class of this model.",
                hint=f"Its classes are {', '.join(fitted.classes)}.",
                field="target_class",
            )
        return asked
    return fitted.classes[-1] if len(fitted.classes) == 2 else str(fitted.predict(row).values[0])


def _outcome(fitted: FittedModel, predictions: Predictions, label: str) -> np.ndarray:
    if predictions.probabilities is None:
        return np.asarray(predictions.values, dtype=np.float64)
    return np.asarray(predictions.probabilities[:, fitted.classes.index(label)], dtype=np.float64)


def _codes(cells: pd.DataFrame) -> np.ndarray:
    """Code each cell by the first row that holds the same value in its column, of shape (n_rows, n_columns).

    Equal cells get equal codes, so that shap skips what masking does not change.
    """
    codes = np.zeros(cells.shape)
    for place, name in enumerate(cells.columns):
        level = pd.factorize(cells[name], use_na_sentinel=False)[0]
        first = np.unique(level, return_index=True)[1]
        codes[:, place] = first[level]
    return codes


def _shap_values(
    outcome: Callable[[np.ndarray], np.ndarray], codes: np.ndarray, *, seed: int
) -> tuple[np.ndarray, float, str]:
    """Return the values of the last row against the rows before it, the base value and the method in words."""
    shap = _import_shap()
    usual, row = codes[:-1], codes[-1:]
    if np.array_equal(usual, np.broadcast_to(row, usual.shape)):  # nothing to tell apart, which shap does not foresee
        return np.zeros(codes.shape[1]), float(outcome(row)[0]), "SHAP, all rows alike"
    masker = shap.maskers.Independent(usual, max_samples=len(usual))
    moving = int(np.any(usual != row, axis=0).sum())
    global_state = np.random.get_state()  # shap seeds numpy's global generator; others must not notice
    try:
        if moving <= EXACT_UP_TO:
            explained = shap.explainers.Exact(outcome, masker)(row, silent=True)
            method = f"SHAP, exact: all coalitions of {moving} columns"
        else:
            rounds = int(np.clip(ROW_BUDGET // (2 * moving * len(usual)), 1, 10))
            explainer = shap.explainers.Permutation(outcome, masker, seed=seed)
            explained = explainer(row, max_evals=rounds * (2 * moving + 1), silent=True)
            method = f"SHAP, {2 * rounds} sampled orders of {moving} columns"
    finally:
        np.random.set_state(global_state)
    return np.asarray(explained.values[0], dtype=np.float64), float(np.ravel(explained.base_values)[0]), method


def _import_shap() -> Any:
    """Import shap with its few loops left to Python: compiling them takes 7 s a process, running them plainly 0.1 s."""
    numba = import_module("numba")
    before = numba.config.DISABLE_JIT
    numba.config.DISABLE_JIT = True
    try:
        return import_module("shap")
    finally:
        numba.config.DISABLE_JIT = before
