"""Whether the rows that judge are like the rows that are learned from: column by column, and all columns together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from core.data.query import take
from core.data.schema import ColumnSchema, Dataset
from core.data.second import second_rows
from core.data.splits.stored import Division, divide_stored
from core.data.task import Task
from core.store.workspace import Workspace
from core.types import ColumnKind

MOST_ROWS = 10_000
"""Rows of each side that are compared; drawn at random where there are more."""

GUESSED_ROWS = 2_000
"""Rows of each side that the guess from all columns is made on."""

SURE = 0.01
LEAST_EFFECT = 0.05
"""A difference this small is not worth a word however sure it is."""

_MOST_LEVELS = 30
_FEWEST = 20


@dataclass(frozen=True)
class ColumnDrift:
    """How one column differs between the two sides.

    Attributes
    ----------
    column : str
        Its name.
    what : str
        "values" or "missing cells".
    effect : float
        Largest distance of the two distribution functions (Kolmogorov-Smirnov) for numbers and dates; Cramer's V for
        labels and missing cells. 0 is alike, 1 is apart.
    p_value : float
        After Holm's correction for all columns looked at.
    """

    column: str
    what: str
    effect: float
    p_value: float

    @property
    def is_found(self) -> bool:
        """True where the difference is both sure and large enough to matter."""
        return self.p_value < SURE and self.effect >= LEAST_EFFECT


@dataclass(frozen=True)
class DriftReport:
    """How the locked rows (else the rows of the last fold) differ from those that are learned from.

    Attributes
    ----------
    side : str
        "locked away" or "judged".
    columns : tuple of ColumnDrift
        The largest differences first.
    auc, auc_low, auc_high : float
        How well a model tells the sides apart from all features (area under the ROC curve, rows it had not seen), with
        its 95 % interval. 0.5 is not at all. NaN with too few rows.
    learned, judged : int
        Rows compared.
    is_sample : bool
        Whether they are a sample.
    """

    side: str
    columns: tuple[ColumnDrift, ...]
    auc: float
    auc_low: float
    auc_high: float
    learned: int
    judged: int
    is_sample: bool

    @property
    def found(self) -> tuple[ColumnDrift, ...]:
        """The columns that differ."""
        return tuple(column for column in self.columns if column.is_found)


def find_drift(workspace: Workspace, dataset: Dataset, task: Task, *, seed: int = 0) -> DriftReport:
    """Compare the rows that are locked away (else judged in the last fold) with those that are learned from.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    task : Task
        Its split divides the rows. The column that divides them is not compared.
    seed : int
        Seed of the samples.

    Returns
    -------
    DriftReport

    Raises
    ------
    LatheError
        Where the rows cannot be divided.

    Notes
    -----
    Numbers and dates: two-sample Kolmogorov-Smirnov. Labels and missing cells: Pearson's chi-squared, levels of fewer
    than five expected rows taken together. p-values are corrected by Holm (1979) over all tests. The one number for all
    columns is a classifier two-sample test (Lopez-Paz and Oquab 2017) with the interval of Hanley and McNeil (1982).
    """
    division = divide_stored(workspace, dataset, task)
    found = division.found
    learned, judged = (found.train, found.holdout) if len(found.holdout) else found.folds[-1]
    rng = np.random.default_rng(seed)
    drawn = [np.sort(rng.choice(rows, min(len(rows), MOST_ROWS), replace=False)) for rows in (learned, judged)]
    columns = [c for c in dataset.columns if c.name not in task.split.columns and _is_compared(c, task)]
    names = [column.name for column in columns]
    frames = [_cells(workspace, dataset, task, division, rows, names) for rows in drawn]
    tests = [test for column in columns for test in _tests(column, *(frame[column.name] for frame in frames))]
    features = [column for column in columns if column.name != task.target]
    auc = _told_apart(features, *frames, rng=rng)
    return DriftReport(
        side="locked away" if len(found.holdout) else "judged",
        columns=_corrected(tests),
        auc=auc[0],
        auc_low=auc[1],
        auc_high=auc[2],
        learned=len(drawn[0]),
        judged=len(drawn[1]),
        is_sample=len(drawn[0]) < len(learned) or len(drawn[1]) < len(judged) or division.own < dataset.rows,
    )


def _is_compared(column: ColumnSchema, task: Task) -> bool:
    if column.kind in (ColumnKind.TEXT, ColumnKind.IDENTIFIER):
        return False
    return column.name == task.target or task.is_used(column.name)


def _cells(
    workspace: Workspace, dataset: Dataset, task: Task, division: Division, rows: np.ndarray, names: list[str]
) -> pd.DataFrame:
    """Read the cells of some rows of a division; rows behind its own come from the second table."""
    own = rows[rows < division.own]
    parts = [take(workspace, dataset, division.places[own], columns=names)] if len(own) else []
    other = rows[rows >= division.own]
    if len(other):
        second = second_rows(workspace, dataset, task, names).frame
        parts.append(second.iloc[division.places[other]])
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _tests(column: ColumnSchema, learned: pd.Series, judged: pd.Series) -> Iterator[ColumnDrift]:
    missing = [series.isna().to_numpy() for series in (learned, judged)]
    if any(gone.any() for gone in missing) and not all(gone.all() for gone in missing):
        yield ColumnDrift(column.name, "missing cells", *_chi_squared(*missing))
    known = [series[~gone] for series, gone in zip((learned, judged), missing, strict=True)]
    if min(len(series) for series in known) < _FEWEST:
        return
    if column.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME) and known[0].dtype != object:
        from scipy.stats import ks_2samp

        one, two = (series.to_numpy().astype(np.float64) for series in known)
        answer = ks_2samp(one, two, method="asymp")
        yield ColumnDrift(column.name, "values", float(answer.statistic), float(answer.pvalue))
    else:
        yield ColumnDrift(column.name, "values", *_chi_squared(*(series.astype(str).to_numpy() for series in known)))


def _chi_squared(one: np.ndarray, two: np.ndarray) -> tuple[float, float]:
    """Return Cramer's V and the p-value of the same levels in both."""
    from scipy.stats import chi2_contingency

    codes = pd.factorize(np.concatenate([one, two]))[0]
    side = np.repeat([0, 1], [len(one), len(two)])
    levels = int(codes.max()) + 1
    table = np.bincount(side * levels + codes, minlength=2 * levels).reshape(2, levels).astype(np.float64)
    expected = table.sum(axis=0) * min(len(one), len(two)) / len(codes)
    rare = expected < 5
    if rare.any():
        table = np.column_stack([table[:, ~rare], table[:, rare].sum(axis=1)])
    if table.shape[1] < 2 or (table.sum(axis=0) == 0).any():
        return 0.0, 1.0
    answer = chi2_contingency(table, correction=False)
    return float(np.sqrt(answer.statistic / len(codes))), float(answer.pvalue)


def _corrected(tests: list[ColumnDrift]) -> tuple[ColumnDrift, ...]:
    """Correct the p-values by Holm's step-down procedure, the largest difference first."""
    order = np.argsort([test.p_value for test in tests], kind="stable")
    adjusted, least = {}, 0.0
    for place, index in enumerate(order):
        least = max(least, min(1.0, (len(tests) - place) * tests[index].p_value))
        adjusted[int(index)] = least
    found = [replace(test, p_value=adjusted[index]) for index, test in enumerate(tests)]
    return tuple(sorted(found, key=lambda test: (not test.is_found, -test.effect)))


def _told_apart(
    columns: list[ColumnSchema], learned: pd.DataFrame, judged: pd.DataFrame, *, rng: np.random.Generator
) -> tuple[float, float, float]:
    """Return the AUC of a model that tells which side a row is from, on rows it had not seen, with its interval."""
    frames = [f.iloc[np.sort(rng.choice(len(f), min(len(f), GUESSED_ROWS), replace=False))] for f in (learned, judged)]
    if not columns or min(len(frame) for frame in frames) < 2 * _FEWEST:
        return float("nan"), float("nan"), float("nan")
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.metrics import roc_auc_score
    from sklearn.model_selection import StratifiedKFold, cross_val_predict

    both = pd.concat(frames, ignore_index=True)
    side = np.repeat([0, 1], [len(frame) for frame in frames])
    matrix = np.column_stack([_numbers(both[column.name], column) for column in columns])
    model = HistGradientBoostingClassifier(max_iter=40, max_leaf_nodes=8, early_stopping=False, random_state=0)
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    auc = float(roc_auc_score(side, cross_val_predict(model, matrix, side, cv=folds, method="predict_proba")[:, 1]))
    error = _auc_error(auc, int(side.sum()), int(len(side) - side.sum()))
    return auc, max(auc - 1.96 * error, 0.0), min(auc + 1.96 * error, 1.0)


def _auc_error(auc: float, ones: int, zeros: int) -> float:
    """Standard error of an AUC (Hanley and McNeil 1982)."""
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (ones - 1) * (q1 - auc**2) + (zeros - 1) * (q2 - auc**2)
    return float(np.sqrt(max(spread, 0.0) / (ones * zeros)))


def _numbers(series: pd.Series, column: ColumnSchema) -> np.ndarray:
    """Return a column as numbers: labels by how frequent they are, missing as NaN."""
    if column.kind in (ColumnKind.NUMERIC, ColumnKind.DATETIME) and series.dtype != object:
        known = series.isna().to_numpy()
        numbers = series.to_numpy().astype(np.float64)
        return np.where(known | ~np.isfinite(numbers), np.nan, numbers)
    order = series.value_counts().index[:_MOST_LEVELS]
    places = pd.Index(order).get_indexer(series)
    return np.where(places < 0, np.where(series.isna(), np.nan, _MOST_LEVELS), places.astype(np.float64))
