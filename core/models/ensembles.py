"""Models made of other models of the run: voting and stacking. How they are trained stands in `core.run.ensembles`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import Condition, ParamSpec, ParamValue
from core.types import Framework, ParamLevel, TaskKind

_TASKS = (TaskKind.BINARY, TaskKind.MULTICLASS, TaskKind.REGRESSION)
_LEARNED = Condition(param="weights", values=("greedy",))


def _inner_folds(active_when: Condition | None = None) -> ParamSpec:
    return ParamSpec(
        name="inner_folds",
        kind="int",
        default=3,
        low=2,
        high=10,
        label="Folds inside the training rows",
        help="How the members' answers are had on rows that they did not learn from, without touching the rows that "
        "judge (inner cross-validation folds). They follow groups and time as the run's own folds do.",
        why_default="Three fits a member and fold are affordable; more folds let the members learn from more rows.",
        level=ParamLevel.ADVANCED,
        tunable=False,
        active_when=active_when,
    )


VOTING = ModelSpec(
    key="voting",
    title="Vote of models",
    family="ensemble",
    framework=Framework.SKLEARN,
    tasks=_TASKS,
    params=(
        ParamSpec(
            name="weights",
            kind="choice",
            default="equal",
            choices=("equal", "greedy"),
            choice_labels=("All the same", "Chosen by what helps"),
            label="Say of each model",
            help="The same for all; or models are picked one after another, each time the one that improves the "
            "common answer most, and may be picked again (greedy ensemble selection).",
            why_default="Equal weights learn nothing and so cannot be learned by heart; they are hard to beat.",
        ),
        ParamSpec(
            name="picks",
            kind="int",
            default=25,
            low=5,
            high=100,
            label="Picks",
            help="How often a model is picked. A weight is the share of picks.",
            why_default="Weights as fine as 4 %; finer ones are within the noise of most tables.",
            level=ParamLevel.EXPERT,
            tunable=False,
            active_when=_LEARNED,
        ),
        _inner_folds(_LEARNED),
    ),
    capabilities=Capabilities(),
    builder="core.models.ensembles:build",
    cost=9,
    simplicity=8,
    interpretability="low",
    key_param="weights",
    ensemble=True,
    summary="The mean of what several models say: of their probabilities for classes, of their numbers otherwise.",
    good_at="Models that are about equally good and wrong on different rows; steadier than each of them.",
    bad_at="One member far better than the others; speed and size, which are those of all members together.",
    formula=r"\hat p(y \mid x) = \sum_m w_m\,\hat p_m(y \mid x), \quad w_m \ge 0,\ \sum_m w_m = 1",
    source="Caruana, Niculescu-Mizil, Crew and Ksikes (2004), Ensemble selection from libraries of models, ICML; "
    "own code",
)

STACKING = ModelSpec(
    key="stacking",
    title="Stack of models",
    family="ensemble",
    framework=Framework.SKLEARN,
    tasks=_TASKS,
    params=(
        ParamSpec(
            name="penalty",
            kind="float",
            default=1.0,
            low=1e-3,
            high=1e3,
            log=True,
            label="Restraint of the combiner",
            help="How strongly the model on top is held back from trusting single members (L2 penalty of the logistic "
            "or ridge regression).",
            why_default="The members' answers are few and much alike; a unit penalty keeps their weights steady.",
        ),
        _inner_folds(),
    ),
    capabilities=Capabilities(),
    builder="core.models.ensembles:build",
    cost=9,
    simplicity=9,
    interpretability="low",
    key_param="penalty",
    ensemble=True,
    summary="A simple model learns from what the members say, on rows that they did not learn from, whom to trust.",
    good_at="Members of different kinds, some better than others; it also mends probabilities that are too sure.",
    bad_at="Few rows, where whom to trust is guessed; time, as each member is fitted many times.",
    formula=r"\hat y(x) = g\bigl(\hat f_1(x), \dots, \hat f_M(x)\bigr)",
    source="Wolpert (1992), Stacked generalization, Neural Networks 5; Breiman (1996), Stacked regressions, Machine "
    "Learning 24; logistic and ridge regression of scikit-learn",
)

ENSEMBLES: tuple[ModelSpec, ...] = (VOTING, STACKING)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Refuse: an ensemble has no estimator before its members are fitted.

    Raises
    ------
    LatheError
        Always.
    """
    raise LatheError(
        "A vote or a stack is made of other models of a run; it cannot be built by itself.",
        hint="Name at least two models of the run as its members.",
        field="members",
    )
