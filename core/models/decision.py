"""What is decided with a model's answers: where classes part, what goes to a person, and how sure an answer is.

A decision is taken by a person after training, stored beside the model (`core.models.persistence`), used wherever the
model predicts, and carried by its passport. It changes no probability and no number.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from core.words import share


class ConformalRule(BaseModel):
    """How an interval or a set of classes is made around an answer.

    Attributes
    ----------
    method : {"plain", "scaled", "lac", "aps"}
        Intervals of one width, or of a width that follows the prediction; sets by the probability of each class (LAC),
        or by probabilities summed from the likeliest on (APS).
    coverage : float
        Share of rows whose truth shall lie inside.
    quantile : float
        What the rows not learned from gave: a distance, a multiple of the scale, or a score of a class.
    knots, scales : tuple of float
        For "scaled": the scale at some predictions, straight lines between.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    method: Literal["plain", "scaled", "lac", "aps"]
    coverage: float = Field(gt=0.0, lt=1.0)
    quantile: float = Field(ge=0.0)
    knots: tuple[float, ...] = ()
    scales: tuple[float, ...] = ()

    @property
    def is_interval(self) -> bool:
        """True for numbers, False for sets of classes."""
        return self.method in ("plain", "scaled")

    def scale(self, values: np.ndarray) -> np.ndarray:
        """Return the scale of errors at each prediction, shape (n_rows,)."""
        if self.method != "scaled":
            return np.ones(len(values))
        return np.asarray(np.interp(values, np.asarray(self.knots), np.asarray(self.scales)))

    def interval(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return low and high around each predicted number, both of shape (n_rows,)."""
        half = self.quantile * self.scale(values)
        return values - half, values + half

    def members(self, probabilities: np.ndarray) -> np.ndarray:
        """Return which classes are in each row's set, bool of shape (n_rows, n_classes); never none of them."""
        inside = class_scores(probabilities, self.method) <= self.quantile + 1e-12
        inside[np.arange(len(inside)), probabilities.argmax(axis=1)] = True
        return np.asarray(inside)


def class_scores(probabilities: np.ndarray, method: str) -> np.ndarray:
    """Return how badly each class fits a row, shape (n_rows, n_classes).

    Notes
    -----
    LAC: one minus its probability (Sadinle, Lei and Wasserman, 2019). APS: the probabilities of it and of all likelier
    classes together, without a random part (Romano, Sesia and Candes, 2020).
    """
    if method == "lac":
        return np.asarray(1.0 - probabilities)
    order = np.argsort(-probabilities, axis=1, kind="stable")
    sums = np.cumsum(np.take_along_axis(probabilities, order, axis=1), axis=1)
    found = np.empty_like(probabilities)
    np.put_along_axis(found, order, sums, axis=1)
    return found


class Decision(BaseModel):
    """What a person decided for one model.

    Attributes
    ----------
    label, threshold : str, float or None
        Two classes: rows whose probability of ``label`` is at least ``threshold`` are called so.
    costs : tuple of tuple of float
        Each row is called by the class of the lowest expected cost; true class by row, classes in the model's order.
    chosen_by : str
        How the threshold was found, in words.
    certainty : float or None
        Rows whose called class is less likely than this go to a person.
    conformal : ConformalRule or None
        Intervals or sets beside each answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: str = ""
    threshold: float | None = Field(default=None, ge=0.0, le=1.0)
    costs: tuple[tuple[float, ...], ...] = ()
    chosen_by: str = ""
    certainty: float | None = Field(default=None, ge=0.0, le=1.0)
    conformal: ConformalRule | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is decided."""
        return self == Decision()

    def sentences(self) -> tuple[str, ...]:
        """Say what is decided."""
        found = []
        if self.threshold is not None:
            how = f" ({self.chosen_by})" if self.chosen_by else ""
            found.append(f"Rows with a probability of {self.label} from {self.threshold:.4g} on are called so{how}.")
        if self.costs:
            found.append("Each row is called by the class of the lowest expected cost.")
        if self.certainty is not None:
            found.append(f"Rows whose class is less than {share(self.certainty)} certain are marked for a person.")
        if self.conformal is not None:
            what = "An interval" if self.conformal.is_interval else "A set of classes"
            found.append(
                f"{what} that holds the truth for {share(self.conformal.coverage)} of rows stands beside each."
            )
        return tuple(found)


def least_cost_classes(probabilities: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """Call each row by the class of the lowest expected cost.

    Parameters
    ----------
    probabilities : ndarray of shape (n_rows, n_classes)
    costs : ndarray of shape (n_classes, n_classes)
        True class by row.

    Returns
    -------
    int ndarray of shape (n_rows,)
        Places of classes; of equally cheap ones the likeliest.

    Notes
    -----
    Elkan (2001), The Foundations of Cost-Sensitive Learning. It is right as far as the probabilities are.
    """
    # Summed class by class: a matrix product may round a row otherwise in another batch.
    expected = np.zeros_like(probabilities)
    for place, row in enumerate(costs):
        expected += probabilities[:, [place]] * row[None, :]
    cheapest = expected <= expected.min(axis=1, keepdims=True) + 1e-12
    return np.asarray(np.where(cheapest, probabilities, -1.0).argmax(axis=1))
