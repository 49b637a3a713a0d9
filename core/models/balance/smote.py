"""Made-up rows of rare classes between real ones (SMOTE and its relatives, from imbalanced-learn).

Sources: Chawla et al. (2002), SMOTE; Han, Wang, Mao (2005), Borderline-SMOTE; He et al. (2008), ADASYN.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from core.models.balance.counts import class_counts, listed
from core.models.balance.space import Space


def synthetic_rows(
    space: Space, y: np.ndarray, wanted: Mapping[str, int], *, variant: str, neighbours: int, seed: int
) -> tuple[Any, np.ndarray]:
    """Make rows of the classes in ``wanted``.

    Parameters
    ----------
    space : Space
        The rows there are.
    y : ndarray of str, shape (n_rows,)
    wanted : mapping of str to int
        Rows of each class afterwards. A class of one row is left as it is.
    variant : {"smote", "borderline", "adasyn"}
        Where columns are category codes, SMOTE for mixed columns (SMOTENC) does all of them.
    neighbours : int
        Fewer are asked where a class has fewer rows.
    seed : int

    Returns
    -------
    rows : ndarray or csr_matrix of shape (n_made, n_features), labels : ndarray of str
    """
    counts = class_counts(y)
    able = {label: count for label, count in wanted.items() if counts[label] > 1}
    alone = [label for label in wanted if label not in able]
    if alone:
        _say(f"Rows of {listed(alone)} were repeated: a class of one row has no neighbours to draw between.")
    if not able:
        return space.points[:0], y[:0]
    fewest = min(counts[label] for label in able)
    if fewest <= neighbours:
        _say(
            f"SMOTE asked {fewest - 1} neighbours instead of {neighbours}: a class has only {fewest} rows to learn "
            "from."
        )
    asked = min(neighbours, fewest - 1)
    for method in _methods(space, able, variant, asked, len(y), seed):
        made = _made(method, space, y, able)
        if made is not None:
            return made
    return space.points[:0], y[:0]


def _methods(space: Space, able: dict[str, int], variant: str, asked: int, rows: int, seed: int) -> list[Any]:
    """Return what is tried, in order: the variant, then plain SMOTE."""
    from imblearn.over_sampling import ADASYN, SMOTE, SMOTEN, SMOTENC, BorderlineSMOTE

    shared = {"sampling_strategy": able, "random_state": seed}
    if space.n_codes:
        if variant != "smote":
            _say("The model takes categories as codes, so that SMOTE for mixed columns (SMOTENC) was used.")
        mixed = space.n_codes < space.points.shape[1]
        if not mixed:
            return [SMOTEN(k_neighbors=asked, **shared)]
        return [SMOTENC(categorical_features=list(range(space.n_codes)), k_neighbors=asked, **shared)]
    plain = SMOTE(k_neighbors=asked, **shared)
    match variant:
        case "borderline":
            return [BorderlineSMOTE(k_neighbors=asked, m_neighbors=min(10, rows - 1), **shared), plain]
        case "adasyn":
            return [ADASYN(n_neighbors=asked, **shared), plain]
        case _:
            return [plain]


def _made(method: Any, space: Space, y: np.ndarray, able: dict[str, int]) -> tuple[Any, np.ndarray] | None:
    """Return the rows that a method makes; None where these rows do not suit it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            points, labels = method.fit_resample(space.points, y)
    except (ValueError, RuntimeError):
        _say(f"{type(method).__name__} found no rows to draw between here.")
        return None
    if points.shape[0] == len(y):
        _say(f"{type(method).__name__} found no row near another class.")
        return None
    return space.back(points[len(y) :]), np.asarray(labels[len(y) :], dtype=y.dtype)


def _say(sentence: str) -> None:
    warnings.warn(sentence, UserWarning, stacklevel=3)
