"""Declaration of a metric, and the arithmetic that metrics share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from core.types import TaskKind

if TYPE_CHECKING:
    from core.evaluate.outcome import Outcome

EPS = float(np.finfo(np.float64).eps)

BINARY = (TaskKind.BINARY,)
MULTI = (TaskKind.MULTICLASS,)
CLASSES = (TaskKind.BINARY, TaskKind.MULTICLASS)
NUMBER = (TaskKind.REGRESSION,)

MetricFunction = Callable[["Outcome"], np.ndarray]


@dataclass(frozen=True)
class MetricSpec:
    """Declaration of one metric.

    Attributes
    ----------
    key, title : str
        Name in the recipe; name on the screen.
    tasks : tuple of TaskKind
        Kinds of task that it can judge.
    meaning : str
        One line in plain words.
    greater_is_better : bool
        Direction.
    function : callable
        `Outcome` to ndarray of shape (n_draws,); NaN where a draw cannot be judged.
    main : bool
        One of the few that a person reads first.
    costly : bool
        An interval takes long: it is drawn only where the metric ranks the board, or is asked for.
    needs : callable, optional
        Says why the metric is not defined for some truths and predictions; empty where it is.
    """

    key: str
    title: str
    tasks: tuple[TaskKind, ...]
    meaning: str
    greater_is_better: bool
    function: MetricFunction
    main: bool = False
    costly: bool = False
    needs: Callable[[Outcome], str] | None = None

    @property
    def sign(self) -> int:
        """+1 where greater is better, else -1."""
        return 1 if self.greater_is_better else -1

    def undefined(self, outcome: Outcome) -> str:
        """Say why it cannot judge these rows; empty where it can."""
        return self.needs(outcome) if self.needs is not None else ""


def rising(key: str, title: str, tasks: tuple[TaskKind, ...], meaning: str, function: MetricFunction) -> MetricSpec:
    """Declare a metric of which more is better."""
    return MetricSpec(key, title, tasks, meaning, True, function)


def falling(key: str, title: str, tasks: tuple[TaskKind, ...], meaning: str, function: MetricFunction) -> MetricSpec:
    """Declare a metric of which less is better."""
    return MetricSpec(key, title, tasks, meaning, False, function)


def share_of(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Divide; 0 where the divisor is not above 0, as scikit-learn's ``zero_division=0``."""
    return np.asarray(np.divide(top, bottom, out=np.zeros_like(top, dtype=np.float64), where=bottom > 0))


def known_share(top: np.ndarray, bottom: np.ndarray) -> np.ndarray:
    """Divide; NaN where the divisor is not above 0."""
    return np.asarray(np.divide(top, bottom, out=np.full_like(top, np.nan, dtype=np.float64), where=bottom > 0))


def with_setting(function: Callable[..., np.ndarray], **setting: float | str) -> MetricFunction:
    """Return a metric's function with a setting fixed."""
    return partial(function, **setting)
