"""A missing number predicted from the other columns, in rounds."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer, known_of
from core.prepare.transformers.numeric import medians_of, sample_places


class ChainedFill(GridTransformer):
    """Fills gaps by ridge regressions of each column on the others, in rounds (van Buuren 2011; here without draws).

    Learned by scikit-learn's ``IterativeImputer`` on standardised columns; what it learned is kept as plain numbers and
    used row by row. A filled cell never lies outside what was seen of its column.

    Parameters
    ----------
    rounds : int
        At most so many.
    alpha : float
        Strength of the ridge.
    most_rows : int
        Training rows learned from; of more, so many are drawn.
    seed : int
        Of that draw.

    Attributes
    ----------
    centre_, scale_, low_, high_, medians_ : ndarray of shape (n_columns,)
    targets_ : ndarray of int64, shape (n_regressions,)
        Column that each regression fills, in order.
    weights_ : ndarray of shape (n_regressions, n_columns)
        0 for the column itself.
    offsets_ : ndarray of shape (n_regressions,)
    """

    def __init__(self, rounds: int = 10, alpha: float = 1.0, most_rows: int = 10_000, seed: int = 0) -> None:
        self.rounds = rounds
        self.alpha = alpha
        self.most_rows = most_rows
        self.seed = seed

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        known = [known_of(column) for column in cells.T]
        self.medians_ = medians_of(cells)
        self.centre_ = np.asarray([float(k.mean()) if k.size else 0.0 for k in known])
        spread = np.asarray([float(k.std()) if k.size else 0.0 for k in known])
        varies = np.asarray([_varies(k) for k in known], dtype=bool) & (spread > 0) & np.isfinite(spread)
        self.scale_ = np.where(varies, spread, 1.0)
        self.low_ = np.asarray([float(k.min()) if k.size else 0.0 for k in known])
        self.high_ = np.asarray([float(k.max()) if k.size else 0.0 for k in known])
        places = np.flatnonzero(varies)
        drawn = cells[sample_places(len(cells), self.most_rows, self.seed)]
        self._chain((drawn - self.centre_) / self.scale_, places)

    def _chain(self, standard: np.ndarray, places: np.ndarray) -> None:
        """Learn the regressions between the columns that vary."""
        # A draw may have missed every value of a sparse column.
        places = np.asarray([p for p in places if _varies(known_of(standard[:, p]))], dtype=np.int64)
        sequence = self._sequence(standard[:, places], places) if len(places) > 1 else []
        self.targets_ = places[[step.feat_idx for step in sequence]] if sequence else np.empty(0, dtype=np.int64)
        self.offsets_ = np.asarray([float(step.estimator.intercept_) for step in sequence])
        self.weights_ = np.zeros((len(sequence), standard.shape[1]))
        for number, step in enumerate(sequence):
            self.weights_[number, places[step.neighbor_feat_idx]] = step.estimator.coef_

    def _sequence(self, standard: np.ndarray, places: np.ndarray) -> list[Any]:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.experimental import enable_iterative_imputer  # noqa: F401
        from sklearn.impute import IterativeImputer
        from sklearn.linear_model import Ridge

        imputer = IterativeImputer(
            Ridge(alpha=self.alpha),
            max_iter=self.rounds,
            min_value=((self.low_ - self.centre_) / self.scale_)[places],
            max_value=((self.high_ - self.centre_) / self.scale_)[places],
            random_state=self.seed,
        )
        with warnings.catch_warnings():
            # The rounds are a limit here, not a promise.
            warnings.simplefilter("ignore", ConvergenceWarning)
            imputer.fit(standard)
        return list(imputer.imputation_sequence_)

    def _change(self, cells: np.ndarray) -> np.ndarray:
        out = cells.copy()
        asked = np.flatnonzero(np.isnan(cells).any(axis=1))
        if asked.size:
            out[asked] = self._filled(cells[asked])
        return out

    def _filled(self, cells: np.ndarray) -> np.ndarray:
        missing = np.isnan(cells)
        low, high = (self.low_ - self.centre_) / self.scale_, (self.high_ - self.centre_) / self.scale_
        # A column without a regression of its own has the median; the chain starts from means.
        chained = np.isin(np.arange(cells.shape[1]), self.targets_)
        start = np.where(chained, 0.0, (self.medians_ - self.centre_) / self.scale_)
        now = np.where(missing, start, (cells - self.centre_) / self.scale_)
        for target, weights, offset in zip(self.targets_, self.weights_, self.offsets_, strict=True):
            rows = np.flatnonzero(missing[:, target])
            if rows.size:
                now[rows, target] = np.clip(_predicted(now[rows], weights, offset), low[target], high[target])
        return np.where(missing, now * self.scale_ + self.centre_, cells)


def _varies(known: np.ndarray) -> bool:
    return bool(known.size and known.max() > known.min())


def _predicted(rows: np.ndarray, weights: np.ndarray, offset: float) -> np.ndarray:
    """Return ``rows @ weights + offset``, each row summed in the same order whatever the batch."""
    total = np.full(len(rows), offset)
    for place in np.flatnonzero(weights):
        total += rows[:, place] * weights[place]
    return total
