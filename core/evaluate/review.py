"""Rows for a person to look at: labels that are likely wrong.

A label is doubted by confident learning (Northcutt, Jiang and Chuang 2021): a row counts for another class where that
class is given at least the probability that its own rows are given on average. A number is doubted where its residual
is far out and the rows most like it agree with the model. Rows alike across a division: `core.evaluate.twins`.
"""

from __future__ import annotations

from enum import StrEnum

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.evaluate.judged import Judged
from core.evaluate.slices import number_words
from core.words import share

FAR_OUT = 4.0
"""Spreads from the middle from which on a residual is far out; 1 in 16,000 in a normal distribution."""
NEIGHBOURS = 8


class ReviewKind(StrEnum):
    """Why a row is in the queue."""

    LABEL = "label"
    EQUAL = "equal"
    NEAR = "near"


class ReviewItem(BaseModel):
    """One row to look at.

    Attributes
    ----------
    row, other : int
        Row number from 0; the learned row it is like, -1 where there is none.
    given, suggested : str
        The target as it stands, and what the model (for a label) or the other row has.
    score : float
        How sure: for a class how much more probable the other one is, for a number how many spreads it is off, for
        rows that are alike 1 minus their distance in usual distances.
    why : str
        One sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ReviewKind
    row: int
    other: int = -1
    given: str = ""
    suggested: str = ""
    score: float = 0.0
    why: str

    @property
    def key(self) -> str:
        """Name under which a mark is kept."""
        return f"{self.kind.value}-{self.row}" + (f"-{self.other}" if self.other >= 0 else "")


def doubtful_labels(judged: Judged) -> tuple[ReviewItem, ...]:
    """Return rows whose class is likely wrong, the most doubtful first.

    Parameters
    ----------
    judged : Judged
        Probabilities of rows that the model had not seen.

    Notes
    -----
    The threshold of a class is the mean probability of it over the rows labelled so; a row is doubted where the most
    probable class among those above their thresholds is another one than its own ("confident joint").
    """
    given = _codes(judged)
    k = len(judged.classes)
    thresholds = np.array(
        [judged.probabilities[given == c, c].mean() if (given == c).any() else np.inf for c in range(k)]
    )
    above = np.where(judged.probabilities >= thresholds, judged.probabilities, -1.0)
    other = above.argmax(axis=1)
    doubted = (above.max(axis=1) > 0) & (other != given)
    own = judged.probabilities[np.arange(len(given)), given]
    margin = judged.probabilities[np.arange(len(given)), other] - own
    # A class may pass its low threshold while the row's own is still more probable: that is no doubt.
    places = np.flatnonzero(doubted & (margin > 0))
    places = places[np.argsort(-margin[places], kind="stable")]
    return tuple(_label_item(judged, int(at), judged.classes[other[at]], float(own[at]), thresholds) for at in places)


def _codes(judged: Judged) -> np.ndarray:
    place = {label: index for index, label in enumerate(judged.classes)}
    return np.fromiter((place[label] for label in judged.truth), dtype=np.int64, count=len(judged.truth))


def _label_item(judged: Judged, at: int, other: str, own: float, thresholds: np.ndarray) -> ReviewItem:
    given = str(judged.truth[at])
    likely = float(judged.given_to(other)[at])
    usual = float(thresholds[judged.classes.index(other)])
    return ReviewItem(
        kind=ReviewKind.LABEL,
        row=int(judged.rows[at]),
        given=given,
        suggested=other,
        score=likely - own,
        why=f"The model says {share(likely)} for {other}, {share(own)} for {given}; "
        f"rows that are {other} get {share(usual)} on average.",
    )


def doubtful_numbers(judged: Judged, near: np.ndarray) -> tuple[ReviewItem, ...]:
    """Return rows whose number is likely wrong, the furthest out first.

    Parameters
    ----------
    judged : Judged
        Of a model of numbers.
    near : int ndarray of shape (n_rows, n_neighbours)
        Places in ``judged`` of the rows most like each; -1 in the first column where a row was not compared.

    Notes
    -----
    A row is doubted where its residual is more than four robust spreads from the middle, and so is its distance to
    the median of the rows most like it, on the same side, while most of those fit the model.
    """
    residual = judged.residual
    middle = float(np.median(residual))
    spread = spread_of(residual)
    if spread <= 0:
        return ()
    z = (residual - middle) / spread
    items = []
    for at in np.flatnonzero(np.abs(z) >= FAR_OUT):
        if near[at, 0] < 0:
            continue
        alike = near[at]
        typical = float(np.median(judged.truth[alike]))
        away = (float(judged.truth[at]) - typical) / spread
        agree = float(np.mean(np.abs(z[alike]) < FAR_OUT / 2))
        if abs(away) >= FAR_OUT and away * z[at] > 0 and agree > 0.5:
            items.append(_number_item(judged, int(at), float(z[at]), typical))
    return tuple(sorted(items, key=lambda item: -item.score))


def spread_of(values: np.ndarray) -> float:
    """Return the distance of the quartiles, scaled to the standard deviation of a normal distribution."""
    low, high = np.quantile(values, [0.25, 0.75])
    return float(high - low) / 1.3489795003921634


def _number_item(judged: Judged, at: int, z: float, typical: float) -> ReviewItem:
    predicted = float(judged.prediction[at])
    given = float(judged.truth[at])
    return ReviewItem(
        kind=ReviewKind.LABEL,
        row=int(judged.rows[at]),
        given=number_words(given),
        suggested=number_words(predicted),
        score=abs(z),
        why=f"It is {number_words(abs(given - predicted))} {'above' if z > 0 else 'below'} what the model says, "
        f"{abs(z):.1f} times the usual spread; the {NEIGHBOURS} rows most like it have {number_words(typical)}.",
    )
