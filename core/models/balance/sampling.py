"""Rows to learn from, sampled so that rare classes are seen: random, by neighbours, and cleaned.

Every function takes prepared rows and their labels and gives those to learn from. None fails in a fold: where a class
has too few rows for a method, less is done, with a warning in a sentence.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from core.models.balance.counts import class_counts, over_targets, under_targets
from core.models.balance.smote import synthetic_rows
from core.models.balance.space import space_of
from core.params import ParamValue

Params = Mapping[str, ParamValue]
Rows = tuple[Any, np.ndarray]
Sampler = Callable[[Params, Any, np.ndarray, int, int], Rows]


def resample(steps: Sequence[Mapping[str, Any]], X: Any, y: np.ndarray, *, n_codes: int, seed: int) -> Rows:
    """Carry out the sampling steps in order.

    Parameters
    ----------
    steps : sequence of mapping
        ``step`` names the method; the rest are its parameters. Steps that do not sample are passed over.
    X : ndarray or csr_matrix of shape (n_rows, n_features)
        Prepared rows.
    y : ndarray of str, shape (n_rows,)
    n_codes : int
        The first ``n_codes`` features are category codes.
    seed : int
        Seed of every draw.

    Returns
    -------
    X, y : of n_sampled rows
    """
    for number, step in enumerate(steps):
        sampler = SAMPLERS.get(str(step["step"]))
        if sampler is not None and len(np.unique(y)) > 1:
            X, y = sampler(step, X, y, n_codes, seed + number)
    return X, y


def balanced_draw(X: Any, y: np.ndarray, *, seed: int) -> Rows:
    """Draw as many rows of each class as the rarest one has, without putting back."""
    return _taken(X, y, _random_under(y, 1.0, seed))


def _over(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    return _repeated(X, y, over_targets(y, _number(params, "ratio")), seed)


def _under(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    return _taken(X, y, np.sort(_random_under(y, _number(params, "ratio"), seed)))


def _random_under(y: np.ndarray, ratio: float, seed: int) -> np.ndarray:
    from imblearn.under_sampling import RandomUnderSampler

    sampler = RandomUnderSampler(sampling_strategy=under_targets(y, ratio), random_state=seed)
    sampler.fit_resample(_places(y), y)
    return np.asarray(sampler.sample_indices_)


def _smote(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    wanted = over_targets(y, _number(params, "ratio"))
    made, labels = synthetic_rows(
        space_of(X, n_codes=n_codes),
        y,
        wanted,
        variant=str(params.get("variant") or "smote"),
        neighbours=int(_number(params, "neighbours")),
        seed=seed,
    )
    # A class of one row has no neighbour to draw towards, and a method may find no rows to draw between.
    given = set(np.unique(labels))
    left = {label: count for label, count in wanted.items() if label not in given}
    X, y = _joined(X, made), np.concatenate([y, labels])
    return _repeated(X, y, left, seed) if left else (X, y)


def _repeated(X: Any, y: np.ndarray, wanted: Mapping[str, int], seed: int) -> Rows:
    from imblearn.over_sampling import RandomOverSampler

    sampler = RandomOverSampler(sampling_strategy=dict(wanted), random_state=seed)
    sampler.fit_resample(_places(y), y)
    return _taken(X, y, sampler.sample_indices_)


def _near_miss(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    from imblearn.under_sampling import NearMiss

    fewest = min(class_counts(y).values())
    places = {label: place for place, label in enumerate(class_counts(y))}
    wanted = {places[label]: count for label, count in under_targets(y, _number(params, "ratio")).items()}
    asked = max(min(int(_number(params, "neighbours")), fewest), 1)
    method = NearMiss(
        sampling_strategy=wanted,
        version=int(str(params.get("version") or "1")),
        n_neighbors=asked,
        n_neighbors_ver3=asked,
    )
    return _cleaned(method, X, y, n_codes)


def _tomek(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    from imblearn.under_sampling import TomekLinks

    which = "all" if params.get("remove") == "both" else "auto"
    return _cleaned(TomekLinks(sampling_strategy=which), X, y, n_codes)


def _edited(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    from imblearn.under_sampling import EditedNearestNeighbours

    asked = min(int(_number(params, "neighbours")), len(y) - 1)
    return _cleaned(EditedNearestNeighbours(n_neighbors=asked, kind_sel="mode"), X, y, n_codes)


def _smote_tomek(params: Params, X: Any, y: np.ndarray, n_codes: int, seed: int) -> Rows:
    return _tomek({"remove": "both"}, *_smote(params, X, y, n_codes, seed), n_codes, seed)


SAMPLERS: Mapping[str, Sampler] = {
    "over_sample": _over,
    "under_sample": _under,
    "smote": _smote,
    "near_miss": _near_miss,
    "tomek_links": _tomek,
    "edited_neighbours": _edited,
    "smote_tomek": _smote_tomek,
}


def _cleaned(method: Any, X: Any, y: np.ndarray, n_codes: int) -> Rows:
    """Keep the rows that ``method`` of imbalanced-learn keeps; a class is never lost."""
    points = space_of(X, n_codes=n_codes).measured()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that fewer rows are left than asked for; we say so below
            # Labels as numbers: some methods count votes in a way that text does not take.
            method.fit_resample(points, np.unique(y, return_inverse=True)[1])
    except (ValueError, RuntimeError):
        warnings.warn(f"{type(method).__name__} was left out: too few rows in a class.", UserWarning, stacklevel=2)
        return X, y
    keep = np.zeros(len(y), dtype=bool)
    keep[method.sample_indices_] = True
    for label in np.setdiff1d(np.unique(y), np.unique(y[keep])):
        warnings.warn(f"Cleaning would have left no row of {str(label)!r}; all were kept.", UserWarning, stacklevel=2)
        keep |= y == label
    return _taken(X, y, np.flatnonzero(keep))


def _places(y: np.ndarray) -> np.ndarray:
    return np.arange(len(y), dtype=np.int64).reshape(-1, 1)


def _taken(X: Any, y: np.ndarray, rows: np.ndarray) -> Rows:
    return X[rows], y[rows]


def _joined(X: Any, more: Any) -> Any:
    if hasattr(X, "tocsr"):
        from scipy.sparse import csr_matrix, vstack

        return vstack([X, csr_matrix(more)], format="csr")
    return np.vstack([X, more])


def _number(params: Params, name: str) -> float:
    value = params.get(name)
    return float(value) if isinstance(value, int | float) else 1.0
