"""Metrics of rankings and probabilities of classes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import combinations

import numpy as np

from core.evaluate.metric_spec import (
    BINARY,
    CLASSES,
    EPS,
    MULTI,
    MetricSpec,
    falling,
    known_share,
    rising,
    share_of,
    with_setting,
)
from core.evaluate.outcome import Outcome

MOST_PAIRED = 20
"""More classes than this are not compared pair by pair: their number grows with the square."""


def _chances(o: Outcome) -> np.ndarray:
    assert o.probabilities is not None
    return o.probabilities


def _logarithms(o: Outcome) -> np.ndarray:
    """Minus the logarithm of the probability given to each row's class."""
    clipped = np.clip(_chances(o), EPS, 1 - EPS)
    return np.asarray(-np.log(clipped[np.arange(len(o.truth)), o.truth] / clipped.sum(axis=1)))


def log_loss(o: Outcome) -> np.ndarray:
    """Mean of minus the logarithm of the probability given to the true class."""
    return o.mean(_logarithms(o))


def _class_shares(o: Outcome) -> np.ndarray:
    return np.asarray(o.confusion.sum(axis=2) / o.total[:, None])


def d2_log_loss(o: Outcome) -> np.ndarray:
    """Share of the log loss of guessing by class frequency that is taken away (McFadden 1974)."""
    shares = _class_shares(o)
    guess = -(shares * np.log(np.clip(shares, EPS, 1 - EPS))).sum(axis=1)
    return np.asarray(1.0 - known_share(log_loss(o), guess))


def brier(o: Outcome) -> np.ndarray:
    """Mean squared distance between the probability of the class asked for and what happened."""
    return o.mean((_chances(o)[:, o.positive] - (o.truth == o.positive)) ** 2)


def _squared_distances(o: Outcome) -> np.ndarray:
    chances = _chances(o)
    given = chances[np.arange(len(o.truth)), o.truth]
    return np.asarray((chances**2).sum(axis=1) - 2 * given + 1)


def brier_multi(o: Outcome) -> np.ndarray:
    """Mean squared distance between all probabilities and what happened (Brier 1950); 0 to 2."""
    return o.mean(_squared_distances(o))


def d2_brier(o: Outcome) -> np.ndarray:
    """Share of the Brier score of guessing by class frequency that is taken away."""
    guess = 1.0 - (_class_shares(o) ** 2).sum(axis=1)
    return np.asarray(1.0 - known_share(brier_multi(o), guess))


def hinge(o: Outcome) -> np.ndarray:
    """Hinge loss of the margin ``2 p - 1`` of the class asked for."""
    margin = (2 * _chances(o)[:, o.positive] - 1) * np.where(o.truth == o.positive, 1, -1)
    return o.mean(np.maximum(1 - margin, 0))


def hinge_multi(o: Outcome) -> np.ndarray:
    """Hinge loss of the lead of the true class over the likeliest other (Crammer and Singer 2001)."""
    chances = _chances(o).copy()
    rows = np.arange(len(o.truth))
    given = chances[rows, o.truth]
    chances[rows, o.truth] = -np.inf
    return o.mean(np.maximum(1 - (given - chances.max(axis=1)), 0))


def _area_under_roc(o: Outcome, label: int) -> np.ndarray:
    hits, misses, found = o.ranked(label)
    # Each miss counts the hits ranked above it, and half of those ranked alike.
    area = np.einsum("ij,ij->i", misses, found - hits / 2)
    return known_share(area, found[:, -1] * misses.sum(axis=1))


def _areas(o: Outcome) -> np.ndarray:
    return np.stack([_area_under_roc(o, label) for label in range(o.n_classes)], axis=1)


def roc_auc(o: Outcome) -> np.ndarray:
    """Area under the ROC curve; for several classes one against the rest, weighted by class size."""
    if o.n_classes == 2:
        return _area_under_roc(o, o.positive)
    areas = _areas(o)
    share = np.where(np.isnan(areas), 0.0, o.confusion.sum(axis=2))
    return share_of(np.nansum(areas * share, axis=1), share.sum(axis=1))


def roc_auc_macro(o: Outcome) -> np.ndarray:
    """Area under the ROC curve of each class against the rest, each counting alike."""
    return _mean_of_known(_areas(o))


def roc_auc_pairs(o: Outcome) -> np.ndarray:
    """Mean area under the ROC curve over all pairs of classes (Hand and Till 2001)."""
    areas = [np.full(len(o.weights), np.nan)]
    for first, second in combinations(np.unique(o.truth).tolist(), 2):
        pair = o.only((o.truth == first) | (o.truth == second))
        areas.append((_area_under_roc(pair, first) + _area_under_roc(pair, second)) / 2)
    return _mean_of_known(np.stack(areas, axis=1))


def _area_under_pr(o: Outcome, label: int) -> np.ndarray:
    hits, misses, found = o.ranked(label)
    called = found + np.cumsum(misses, axis=1)
    area = np.einsum("ij,ij->i", hits, share_of(found, called))
    return known_share(area, found[:, -1])


def average_precision(o: Outcome) -> np.ndarray:
    """Area under the precision-recall curve of the class asked for (step-wise sum)."""
    return _area_under_pr(o, o.positive)


def average_precision_macro(o: Outcome) -> np.ndarray:
    """Area under the precision-recall curve of each class, each counting alike."""
    return _mean_of_known(np.stack([_area_under_pr(o, label) for label in range(o.n_classes)], axis=1))


def _mean_of_known(values: np.ndarray) -> np.ndarray:
    """Mean over classes that a draw holds; NaN where it holds none."""
    known = ~np.isnan(values)
    return known_share(np.where(known, values, 0.0).sum(axis=1), known.sum(axis=1).astype(np.float64))


def top_k(o: Outcome, k: float) -> np.ndarray:
    """Share of rows whose class is among the ``k`` likeliest; ties go to the later class, as in scikit-learn."""
    chances = _chances(o)
    given = chances[np.arange(len(o.truth)), o.truth][:, None]
    later = np.arange(o.n_classes)[None, :] > o.truth[:, None]
    ahead = ((chances > given) | ((chances == given) & later)).sum(axis=1)
    return o.mean((ahead < k).astype(np.float64))


def _needs_more_than(o: Outcome, k: int) -> str:
    return "" if o.n_classes > k else f"There are no more than {k} classes."


def _needs_few_classes(o: Outcome) -> str:
    return "" if o.n_classes <= MOST_PAIRED else f"There are more than {MOST_PAIRED} classes to compare in pairs."


METRICS: tuple[MetricSpec, ...] = (
    replace(
        rising(
            "roc_auc",
            "Ranking quality (ROC AUC)",
            CLASSES,
            "How often a row of the class asked for is ranked above one that is not; 0.5 is chance, 1 is perfect.",
            roc_auc,
        ),
        main=True,
    ),
    replace(
        rising(
            "average_precision",
            "Precision-recall area (PR AUC)",
            BINARY,
            "How clean the top of the ranking is; chance equals the share of the class asked for.",
            average_precision,
        ),
        main=True,
    ),
    replace(
        falling(
            "log_loss",
            "Log loss",
            CLASSES,
            "How wrong the probabilities are; confident mistakes cost most.",
            log_loss,
        ),
        main=True,
    ),
    replace(falling("brier", "Brier score", BINARY, "Mean squared error of the probabilities.", brier), main=True),
    falling(
        "brier_multi",
        "Brier score of all classes",
        MULTI,
        "Mean squared distance of all probabilities from what happened; 0 is perfect, 2 the worst.",
        brier_multi,
    ),
    rising(
        "d2_log_loss",
        "Log loss taken away (D²)",
        CLASSES,
        "How much better the probabilities are than each class's share; 0 is no better, 1 is perfect.",
        d2_log_loss,
    ),
    rising(
        "d2_brier",
        "Brier score taken away (D²)",
        CLASSES,
        "The same with squared errors; 0 is no better than each class's share, 1 is perfect.",
        d2_brier,
    ),
    falling(
        "hinge", "Hinge loss", BINARY, "How far probabilities fall short of full certainty on the right side.", hinge
    ),
    falling(
        "hinge_multi",
        "Hinge loss of all classes",
        MULTI,
        "How far the right class falls short of a full lead over the next one.",
        hinge_multi,
    ),
    replace(
        rising(
            "roc_auc_macro",
            "Ranking quality, each class alike",
            MULTI,
            "ROC AUC of each class against the rest, averaged so that rare classes count alike.",
            roc_auc_macro,
        ),
        costly=True,
    ),
    replace(
        rising(
            "roc_auc_pairs",
            "Ranking quality, pair by pair",
            MULTI,
            "How well two classes are told apart, averaged over all pairs.",
            roc_auc_pairs,
        ),
        costly=True,
        needs=_needs_few_classes,
    ),
    replace(
        rising(
            "average_precision_macro",
            "Precision-recall area, each class alike",
            MULTI,
            "How clean the top of each class's ranking is, averaged so that rare classes count alike.",
            average_precision_macro,
        ),
        costly=True,
    ),
    *(
        replace(
            rising(
                f"top_{k}",
                f"Right among the {k} likeliest",
                MULTI,
                f"Share of rows whose class is one of the {k} likeliest.",
                with_setting(top_k, k=k),
            ),
            needs=partial(_needs_more_than, k=k),
        )
        for k in (2, 3, 5)
    ),
)
