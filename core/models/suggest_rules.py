"""The rules by which models are suggested: points, and the sentence that gives the reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from core.words import share

_FEW_ROWS = 1_000
_MANY_ROWS = 50_000


class TableFacts(BaseModel):
    """What a suggestion can rest on.

    Attributes
    ----------
    rows : int
        Rows to learn from.
    columns, width : int
        Columns to predict from; columns after preparation for a linear model.
    numbers, categories : int
        Columns by kind.
    words : int
        Prepared columns that are words of free text.
    many_levels : int
        Category columns with more than twenty values.
    missing_share : float
        Share of missing cells in the columns to predict from.
    classes : int
        Classes of the target; 0 for a number, or where they are not known.
    counts, skewed, far_off : bool
        The target holds small whole numbers; is above 0 and skewed; has a few values far from the rest.
    readable, fast : bool
        What a person wishes: a model that can be read, answers at once.
    gpu : bool
        There is one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows: int
    columns: int
    width: int
    numbers: int = 0
    categories: int = 0
    words: int = 0
    many_levels: int = 0
    missing_share: float = 0.0
    classes: int = 0
    counts: bool = False
    skewed: bool = False
    far_off: bool = False
    readable: bool = False
    fast: bool = False
    gpu: bool = False


@dataclass(frozen=True)
class Rule:
    """Points for some models, and the sentence that gives the reason; an empty sentence gives none."""

    keys: tuple[str, ...]
    points: int
    reason: Callable[[TableFacts], str]


def _if(holds: Callable[[TableFacts], bool], reason: Callable[[TableFacts], str] | str) -> Callable[[TableFacts], str]:
    def told(facts: TableFacts) -> str:
        if not holds(facts):
            return ""
        return reason if isinstance(reason, str) else reason(facts)

    return told


RULES: tuple[Rule, ...] = (
    Rule(("linear",), 3, lambda f: f"Quick and steady: what it reaches on {f.rows:,} rows, others must beat."),
    Rule(
        ("lightgbm", "hist_boosting"),
        5,
        _if(
            lambda f: f.rows >= _FEW_ROWS and not f.readable,
            lambda f: f"{f.rows:,} rows are enough for boosting, which is the strongest on most tables of this size.",
        ),
    ),
    Rule(
        ("lightgbm", "hist_boosting", "xgboost"),
        2,
        _if(
            lambda f: f.missing_share >= 0.02 and not f.readable,
            lambda f: f"It takes missing cells as they are; {share(f.missing_share)} are missing here.",
        ),
    ),
    Rule(
        ("catboost",),
        8,
        _if(
            lambda f: f.many_levels > 0 and f.rows >= _FEW_ROWS and not f.readable and not f.fast,
            lambda f: (
                f"{_counted(f.many_levels, 'category column has', 'category columns have')} more than twenty "
                "values, which it turns into numbers without leaking the target."
            ),
        ),
    ),
    Rule(
        ("forest",),
        4,
        _if(
            lambda f: f.rows < _MANY_ROWS and not f.readable and not f.fast,
            lambda f: f"Hard to get wrong without tuning, also on {f.rows:,} rows.",
        ),
    ),
    Rule(
        ("tree",),
        7,
        _if(lambda f: f.readable, "A few yes-or-no questions that a person can follow and check."),
    ),
    Rule(
        ("logistic", "ols_stats"),
        6,
        _if(lambda f: f.readable, "Each column has one weight to read, and the effects add up."),
    ),
    Rule(
        ("lasso",),
        4,
        _if(
            lambda f: f.readable and f.width > 30,
            lambda f: f"Of {f.width:,} prepared columns it keeps those that matter and leaves the rest out.",
        ),
    ),
    Rule(
        ("lasso", "elastic_net"),
        4,
        _if(
            lambda f: f.width > f.rows / 5,
            lambda f: f"{f.width:,} prepared columns for {f.rows:,} rows: it leaves out what does not help.",
        ),
    ),
    Rule(
        ("linear_svm",),
        4,
        _if(
            lambda f: f.width > f.rows / 2 and f.classes > 0,
            lambda f: (
                f"{f.width:,} prepared columns for {f.rows:,} rows: with many columns classes often part cleanly."
            ),
        ),
    ),
    Rule(
        ("svm",),
        3,
        _if(
            lambda f: 100 <= f.rows <= 5_000 and f.numbers > f.categories and not f.readable,
            lambda f: (
                f"{f.numbers:,} number columns and {f.rows:,} rows: small enough for curved borders with a margin."
            ),
        ),
    ),
    Rule(
        ("gaussian_process",),
        4,
        _if(
            lambda f: f.rows <= _FEW_ROWS and f.width <= 20 and f.classes == 0 and not f.readable,
            lambda f: (
                f"{f.rows:,} rows and {f.width:,} prepared columns: few enough for smooth curves with honest doubt."
            ),
        ),
    ),
    Rule(
        ("naive_bayes",),
        5,
        _if(
            lambda f: 2 * f.words > f.width,
            lambda f: (
                f"{f.words:,} of {f.width:,} prepared columns are words of free text: it learns them in one pass."
            ),
        ),
    ),
    Rule(
        ("linear", "logistic"),
        3,
        _if(lambda f: 2 * f.words > f.width, "Most prepared columns are words of free text, whose weights add up."),
    ),
    Rule(
        ("knn",),
        4,
        _if(
            lambda f: f.classes > 2 and f.rows <= 10_000 and f.width <= 30,
            lambda f: f"A simple first try for {f.classes} classes on {f.width:,} prepared columns: similar rows vote.",
        ),
    ),
    Rule(
        ("lda",),
        3,
        _if(
            lambda f: f.classes > 2 and f.rows <= 5_000 and f.numbers >= f.categories,
            lambda f: f"{f.classes} classes and mostly numbers: straight borders between clouds, nothing to tune.",
        ),
    ),
    Rule(
        ("glm",),
        6,
        _if(lambda f: f.counts, "The target holds small whole numbers: a model for counts cannot predict below zero."),
    ),
    Rule(
        ("glm",),
        4,
        _if(lambda f: f.skewed and not f.counts, "The target is above zero with a long tail: causes may multiply."),
    ),
    Rule(
        ("huber",),
        4,
        _if(lambda f: f.far_off, "A few targets lie far from the rest; they have little pull on this line."),
    ),
    Rule(
        ("sgd",),
        5,
        _if(
            lambda f: f.rows > 500_000,
            lambda f: f"{f.rows:,} rows: it learns them one at a time, in memory and time that grow no faster.",
        ),
    ),
    Rule(
        ("torch_net",),
        4,
        _if(
            lambda f: f.rows >= _MANY_ROWS and f.gpu and not f.readable and not f.fast,
            lambda f: f"{f.rows:,} rows and a GPU: a network can learn what boosting cuts into steps.",
        ),
    ),
    Rule(
        ("linear", "tree", "naive_bayes"),
        3,
        _if(lambda f: f.fast, "Its answers take a few sums or questions each: the quickest there are."),
    ),
)


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
