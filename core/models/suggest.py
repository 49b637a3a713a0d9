"""Which models to try on a table, with reasons drawn from the table itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from core.models.registry import models_for
from core.models.spec import ModelSpec
from core.models.suitability import check_suitability
from core.types import TaskKind
from core.words import share

_FEW_ROWS = 1_000
_MANY_ROWS = 50_000
_ALIKE = (
    {"hist_boosting", "lightgbm", "xgboost", "catboost", "gradient_boosting"},
    {"forest", "extra_trees"},
    {"linear", "logistic", "ols_stats"},
    {"lasso", "elastic_net"},
)
"""Of models that resemble each other one is enough for a first race."""


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


class Suggestion(BaseModel):
    """A model to try.

    Attributes
    ----------
    key, title : str
        Of the model.
    reason : str
        One or two sentences about this table.
    order : int
        1 is to be tried first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    reason: str
    order: int


@dataclass(frozen=True)
class _Rule:
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


_RULES: tuple[_Rule, ...] = (
    _Rule(("linear",), 3, lambda f: f"Quick and steady: what it reaches on {f.rows:,} rows, others must beat."),
    _Rule(
        ("lightgbm", "hist_boosting"),
        5,
        _if(
            lambda f: f.rows >= _FEW_ROWS and not f.readable,
            lambda f: f"{f.rows:,} rows are enough for boosting, which is the strongest on most tables of this size.",
        ),
    ),
    _Rule(
        ("lightgbm", "hist_boosting", "xgboost"),
        2,
        _if(
            lambda f: f.missing_share >= 0.02 and not f.readable,
            lambda f: f"It takes missing cells as they are; {share(f.missing_share)} are missing here.",
        ),
    ),
    _Rule(
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
    _Rule(
        ("forest",),
        4,
        _if(
            lambda f: f.rows < _MANY_ROWS and not f.readable and not f.fast,
            lambda f: f"Hard to get wrong without tuning, also on {f.rows:,} rows.",
        ),
    ),
    _Rule(
        ("tree",),
        7,
        _if(lambda f: f.readable, "A few yes-or-no questions that a person can follow and check."),
    ),
    _Rule(
        ("logistic", "ols_stats"),
        6,
        _if(lambda f: f.readable, "Each column has one weight to read, and the effects add up."),
    ),
    _Rule(
        ("lasso",),
        4,
        _if(
            lambda f: f.readable and f.width > 30,
            lambda f: f"Of {f.width:,} prepared columns it keeps those that matter and leaves the rest out.",
        ),
    ),
    _Rule(
        ("lasso", "elastic_net"),
        4,
        _if(
            lambda f: f.width > f.rows / 5,
            lambda f: f"{f.width:,} prepared columns for {f.rows:,} rows: it leaves out what does not help.",
        ),
    ),
    _Rule(
        ("linear_svm",),
        4,
        _if(
            lambda f: f.width > f.rows / 2 and f.classes > 0,
            lambda f: (
                f"{f.width:,} prepared columns for {f.rows:,} rows: with many columns classes often part cleanly."
            ),
        ),
    ),
    _Rule(
        ("svm",),
        3,
        _if(
            lambda f: 100 <= f.rows <= 5_000 and f.numbers > f.categories and not f.readable,
            lambda f: (
                f"{f.numbers:,} number columns and {f.rows:,} rows: small enough for curved borders with a margin."
            ),
        ),
    ),
    _Rule(
        ("gaussian_process",),
        4,
        _if(
            lambda f: f.rows <= _FEW_ROWS and f.width <= 20 and f.classes == 0 and not f.readable,
            lambda f: (
                f"{f.rows:,} rows and {f.width:,} prepared columns: few enough for smooth curves with honest doubt."
            ),
        ),
    ),
    _Rule(
        ("naive_bayes",),
        5,
        _if(
            lambda f: 2 * f.words > f.width,
            lambda f: (
                f"{f.words:,} of {f.width:,} prepared columns are words of free text: it learns them in one pass."
            ),
        ),
    ),
    _Rule(
        ("linear", "logistic"),
        3,
        _if(lambda f: 2 * f.words > f.width, "Most prepared columns are words of free text, whose weights add up."),
    ),
    _Rule(
        ("knn",),
        4,
        _if(
            lambda f: f.classes > 2 and f.rows <= 10_000 and f.width <= 30,
            lambda f: f"A simple first try for {f.classes} classes on {f.width:,} prepared columns: similar rows vote.",
        ),
    ),
    _Rule(
        ("lda",),
        3,
        _if(
            lambda f: f.classes > 2 and f.rows <= 5_000 and f.numbers >= f.categories,
            lambda f: f"{f.classes} classes and mostly numbers: straight borders between clouds, nothing to tune.",
        ),
    ),
    _Rule(
        ("glm",),
        6,
        _if(lambda f: f.counts, "The target holds small whole numbers: a model for counts cannot predict below zero."),
    ),
    _Rule(
        ("glm",),
        4,
        _if(lambda f: f.skewed and not f.counts, "The target is above zero with a long tail: causes may multiply."),
    ),
    _Rule(
        ("huber",),
        4,
        _if(lambda f: f.far_off, "A few targets lie far from the rest; they have little pull on this line."),
    ),
    _Rule(
        ("sgd",),
        5,
        _if(
            lambda f: f.rows > 500_000,
            lambda f: f"{f.rows:,} rows: it learns them one at a time, in memory and time that grow no faster.",
        ),
    ),
    _Rule(
        ("torch_net",),
        4,
        _if(
            lambda f: f.rows >= _MANY_ROWS and f.gpu and not f.readable and not f.fast,
            lambda f: f"{f.rows:,} rows and a GPU: a network can learn what boosting cuts into steps.",
        ),
    ),
    _Rule(
        ("linear", "tree", "naive_bayes"),
        3,
        _if(lambda f: f.fast, "Its answers take a few sums or questions each: the quickest there are."),
    ),
)


def suggest_models(facts: TableFacts, task: TaskKind, *, most: int = 3) -> tuple[Suggestion, ...]:
    """Return the models to try first, each with its reasons.

    Parameters
    ----------
    facts : TableFacts
        Figures of the table, and what a person wishes.
    task : TaskKind
        Kind of the target.
    most : int
        At most this many.

    Returns
    -------
    tuple of Suggestion
        The first to try first. Only models that suit the table, and of those that resemble each other one.
    """
    specs = {spec.key: spec for spec in models_for(task)}
    found: dict[str, list[tuple[int, str]]] = {}
    for rule in _RULES:
        reason = rule.reason(facts)
        for key in rule.keys if reason else ():
            found.setdefault(key, []).append((rule.points, reason))
    fitting = [key for key in found if key in specs and _suits(specs[key], facts, task)]
    # Of equal points the simpler model comes first.
    fitting.sort(key=lambda key: (-sum(points for points, _ in found[key]), specs[key].simplicity, specs[key].cost))
    chosen = _different(fitting)[:most]
    return tuple(
        Suggestion(key=key, title=specs[key].title, reason=_said(found[key]), order=place)
        for place, key in enumerate(chosen, start=1)
    )


def _suits(spec: ModelSpec, facts: TableFacts, task: TaskKind) -> bool:
    refusal = check_suitability(spec, rows=facts.rows, columns=facts.width, classes=facts.classes, task=task)
    return refusal is None


def _different(keys: list[str]) -> list[str]:
    """Return ``keys`` without those that resemble one before them."""
    kept: list[str] = []
    for key in keys:
        if not any(key in group and group & set(kept) for group in _ALIKE):
            kept.append(key)
    return kept


def _said(reasons: list[tuple[int, str]]) -> str:
    return " ".join(reason for _, reason in sorted(reasons, key=lambda pair: -pair[0])[:2])


def _counted(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
