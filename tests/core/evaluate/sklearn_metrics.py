"""What scikit-learn gives for each metric of the registry: the reference that the metrics are held against."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sklearn.metrics as reference

from core.models.fitted import Predictions

COSTS = np.array([[0.0, 1.0, 2.0], [5.0, -1.0, 3.0], [4.0, 2.0, 0.5]])


class Case:
    """Truth, predictions and row weights of one task, as scikit-learn wants them."""

    def __init__(self, y: np.ndarray, p: Predictions, weight: np.ndarray, classes: tuple[str, ...]) -> None:
        self.y, self.p, self.w, self.names = y, p, weight, list(classes)

    @property
    def hit(self) -> np.ndarray:
        return np.asarray(self.y == self.names[-1])

    def label(self, function: Callable[..., float], **more: object) -> float:
        """A metric of called classes."""
        return function(self.y.astype(str), self.p.values.astype(str), sample_weight=self.w, **more)

    def asked(self, function: Callable[..., float], **more: object) -> float:
        return self.label(function, pos_label=self.names[-1], **more)

    def flipped(self, function: Callable[..., float]) -> float:
        """A metric of the class that is not asked for."""
        return self.label(function, pos_label=self.names[0])

    def chance(self, function: Callable[..., float], **more: object) -> float:
        """A metric of all probabilities."""
        return function(self.y.astype(str), self.p.probabilities, labels=self.names, sample_weight=self.w, **more)

    def ranked(self, function: Callable[..., float]) -> float:
        """A metric of the probability of the class asked for."""
        return function(self.hit, self.p.probabilities[:, -1], sample_weight=self.w)

    def area(self, average: str) -> float:
        if len(self.names) == 2:
            return self.ranked(reference.roc_auc_score)
        return self.chance(reference.roc_auc_score, multi_class="ovr", average=average)

    def pairs(self) -> float:
        """Scikit-learn takes no weights for pairs: rows are repeated instead."""
        times = self.w.astype(int)
        y, scores = np.repeat(self.y, times).astype(str), np.repeat(self.p.probabilities, times, axis=0)
        return reference.roc_auc_score(y, scores, labels=self.names, multi_class="ovo", average="macro")

    def precision_areas(self) -> float:
        is_class = self.y[:, None] == np.array(self.names, dtype=object)[None, :]
        return reference.average_precision_score(is_class, self.p.probabilities, average="macro", sample_weight=self.w)

    def number(self, function: Callable[..., float], **more: object) -> float:
        return function(self.y, self.p.values, sample_weight=self.w, **more)

    def repeated(self, function: Callable[..., float]) -> float:
        times = self.w.astype(int)
        return function(np.repeat(self.y, times), np.repeat(self.p.values, times))

    def cost(self) -> float:
        k = len(self.names)
        table = self.label(reference.confusion_matrix, labels=self.names)
        return 1000 * float((table * COSTS[:k, :k]).sum() / self.w.sum())


def smape(y: np.ndarray, p: np.ndarray, sample_weight: np.ndarray) -> float:
    return float(np.average(2 * np.abs(y - p) / (np.abs(y) + np.abs(p)), weights=sample_weight))


_F = reference.fbeta_score

REFERENCE: dict[str, Callable[[Case], float]] = {
    "roc_auc": lambda c: c.area("weighted"),
    "roc_auc_macro": lambda c: c.area("macro"),
    "roc_auc_pairs": lambda c: c.pairs(),
    "average_precision": lambda c: c.ranked(reference.average_precision_score),
    "average_precision_macro": lambda c: c.precision_areas(),
    "accuracy": lambda c: c.label(reference.accuracy_score),
    "zero_one_loss": lambda c: c.label(reference.zero_one_loss),
    "balanced_accuracy": lambda c: c.label(reference.balanced_accuracy_score),
    "f1": lambda c: c.asked(reference.f1_score),
    "f2": lambda c: c.asked(_F, beta=2),
    "f05": lambda c: c.asked(_F, beta=0.5),
    "precision": lambda c: c.asked(reference.precision_score),
    "recall": lambda c: c.asked(reference.recall_score),
    "specificity": lambda c: c.flipped(reference.recall_score),
    "negative_value": lambda c: c.flipped(reference.precision_score),
    "jaccard": lambda c: c.asked(reference.jaccard_score),
    "f1_macro": lambda c: c.label(reference.f1_score, average="macro"),
    "f1_weighted": lambda c: c.label(reference.f1_score, average="weighted"),
    "precision_macro": lambda c: c.label(reference.precision_score, average="macro"),
    "precision_weighted": lambda c: c.label(reference.precision_score, average="weighted"),
    "recall_weighted": lambda c: c.label(reference.recall_score, average="weighted"),
    "jaccard_macro": lambda c: c.label(reference.jaccard_score, average="macro"),
    "jaccard_weighted": lambda c: c.label(reference.jaccard_score, average="weighted"),
    "jaccard_micro": lambda c: c.label(reference.jaccard_score, average="micro"),
    "matthews": lambda c: c.label(reference.matthews_corrcoef),
    "kappa": lambda c: c.label(reference.cohen_kappa_score),
    "kappa_linear": lambda c: c.label(reference.cohen_kappa_score, weights="linear"),
    "kappa_quadratic": lambda c: c.label(reference.cohen_kappa_score, weights="quadratic"),
    "cost": lambda c: c.cost(),
    "log_loss": lambda c: c.chance(reference.log_loss),
    "d2_log_loss": lambda c: c.chance(reference.d2_log_loss_score),
    "d2_brier": lambda c: c.chance(reference.d2_brier_score),
    "brier": lambda c: c.ranked(reference.brier_score_loss),
    "brier_multi": lambda c: c.chance(reference.brier_score_loss, scale_by_half=False),
    "hinge": lambda c: reference.hinge_loss(c.hit, 2 * c.p.probabilities[:, -1] - 1, sample_weight=c.w),
    "hinge_multi": lambda c: c.chance(reference.hinge_loss),
    **{f"top_{k}": lambda c, k=k: c.chance(reference.top_k_accuracy_score, k=k) for k in (2, 3, 5)},
    "rmse": lambda c: c.number(reference.root_mean_squared_error),
    "mse": lambda c: c.number(reference.mean_squared_error),
    "mae": lambda c: c.number(reference.mean_absolute_error),
    "median_error": lambda c: c.number(reference.median_absolute_error),
    "max_error": lambda c: c.repeated(reference.max_error),
    "r2": lambda c: c.number(reference.r2_score),
    "explained_variance": lambda c: c.number(reference.explained_variance_score),
    "mape": lambda c: c.number(reference.mean_absolute_percentage_error),
    "smape": lambda c: c.number(smape),
    "msle": lambda c: c.number(reference.mean_squared_log_error),
    "rmsle": lambda c: c.number(reference.root_mean_squared_log_error),
    "d2_absolute": lambda c: c.number(reference.d2_absolute_error_score),
    "pinball_10": lambda c: c.number(reference.mean_pinball_loss, alpha=0.1),
    "pinball_90": lambda c: c.number(reference.mean_pinball_loss, alpha=0.9),
    "d2_pinball_10": lambda c: c.number(reference.d2_pinball_score, alpha=0.1),
    "d2_pinball_90": lambda c: c.number(reference.d2_pinball_score, alpha=0.9),
    "poisson_deviance": lambda c: c.number(reference.mean_poisson_deviance),
    "gamma_deviance": lambda c: c.number(reference.mean_gamma_deviance),
    "tweedie_deviance": lambda c: c.number(reference.mean_tweedie_deviance, power=1.5),
    "d2_poisson": lambda c: c.number(reference.d2_tweedie_score, power=1),
    "d2_gamma": lambda c: c.number(reference.d2_tweedie_score, power=2),
    "d2_tweedie": lambda c: c.number(reference.d2_tweedie_score, power=1.5),
}
