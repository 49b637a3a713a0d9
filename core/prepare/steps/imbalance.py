"""Rare classes: weights, sampling and thresholds, inside the folds only.

The steps act on the fit as a whole, after all columns are prepared, and only on rows to learn from. How they are
carried out: `core.models.wrapping`.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import StepContext, StepSpec
from core.prepare.steps.common import number_of, text_of
from core.prepare.steps.sampling import SAMPLING, SHIFTED, fit_step
from core.types import ParamLevel, TaskKind
from core.words import share


def _cost(name: str, default: float, label: str, text: str, active: Condition) -> ParamSpec:
    return ParamSpec(
        name=name,
        kind="float",
        default=default,
        low=0.01,
        high=10_000.0,
        log=True,
        label=label,
        help=text,
        why_default="An example; take what it costs you.",
        active_when=active,
    )


def _costs(active: Condition) -> tuple[ParamSpec, ParamSpec]:
    return (
        _cost("miss", 10.0, "Cost of a miss", "What it costs to overlook a row of the class asked for.", active),
        _cost("alarm", 1.0, "Cost of a false alarm", "What it costs to call a row so that is not.", active),
    )


WEIGH = fit_step(
    "weigh_classes",
    "Class weights",
    "Makes rows of rare or costly classes count more in the fit.",
    "The first thing to try: no row is lost or made up. Probabilities are shifted towards the rare class. Nearest "
    "neighbours take no weights. Use it instead of the model's own setting, not besides it.",
    formula=r"w_i = \frac{n}{k\, n_{y_i}}",
    source="King and Zeng (2001), Logistic Regression in Rare Events Data; Elkan (2001), The Foundations of "
    "Cost-Sensitive Learning",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="balanced",
            choices=("balanced", "custom", "costs"),
            choice_labels=("Every class counts the same", "Weights of my own", "Costs of a miss and a false alarm"),
            label="Weights",
            help="Costs need two classes: rows of the class asked for count as much as a miss costs.",
            why_default="Needs no further thought.",
        ),
        ParamSpec(
            name="weights",
            kind="lines",
            default="",
            optional=True,
            label="Weight of each class",
            help="One class a line: class = weight. A class without a line has weight 1.",
            why_default="Only a person knows what a mistake on each class costs.",
            examples=("yes = 5", "yes = 5\nno = 1"),
            active_when=Condition(param="method", values=("custom",)),
        ),
        *_costs(Condition(param="method", values=("costs",))),
    ),
)

BAG = fit_step(
    "balanced_bag",
    "Balanced ensemble",
    "Fits several copies of the model, each on all rare rows and as many of the frequent ones, and averages them.",
    "Uses every row and still shows each copy a balanced table. Costs as many fits as copies. Not for networks."
    + SHIFTED,
    formula=r"\hat{p}(x) = \frac{1}{B} \sum_{b=1}^{B} \hat{p}_b(x)",
    source="Chen, Liaw, Breiman (2004), Using Random Forest to Learn Imbalanced Data; Liu, Wu, Zhou (2009), "
    "Exploratory Undersampling (EasyEnsemble)",
    params=(
        ParamSpec(
            name="models",
            kind="int",
            default=10,
            low=2,
            high=50,
            label="Copies",
            help="More copies see more of the frequent rows and are steadier.",
            why_default="Beyond ten the gain is small.",
        ),
    ),
)

_INNER_FOLDS = ParamSpec(
    name="folds",
    kind="int",
    default=5,
    low=2,
    high=10,
    label="Inner folds",
    help="The training rows are divided into so many parts; each is judged by a model fitted on the others.",
    why_default="Five cost five more fits.",
    level=ParamLevel.ADVANCED,
    tunable=False,
)

THRESHOLD = fit_step(
    "move_threshold",
    "Move the threshold",
    "Chooses from which probability on a row counts as the class asked for.",
    "Where one kind of mistake matters more. Probabilities stay honest; only the labels move. Learned on training rows "
    "that the model had not seen, in folds inside each fold.",
    tasks=(TaskKind.BINARY,),
    formula=r"\hat{y} = \text{positive} \iff \hat{p}(x) \ge t",
    source="Elkan (2001), The Foundations of Cost-Sensitive Learning; scikit-learn, TunedThresholdClassifierCV",
    params=(
        ParamSpec(
            name="criterion",
            kind="choice",
            default="f1",
            choices=("f1", "balanced_accuracy", "cost", "recall", "precision", "share", "fixed"),
            choice_labels=(
                "F1",
                "Balanced accuracy",
                "Least cost",
                "A share of the class found",
                "A share of calls right",
                "A share of rows called",
                "A fixed value",
            ),
            label="Best for",
            help="F1 weighs misses against false alarms; balanced accuracy lets both classes count the same.",
            why_default="F1 suits most searches for a rare class.",
        ),
        *_costs(Condition(param="criterion", values=("cost",))),
        ParamSpec(
            name="wanted",
            kind="float",
            default=0.9,
            low=0.001,
            high=1.0,
            step=0.01,
            label="Wanted share",
            help="Of the class to be found (recall), of calls to be right (precision), or of all rows to be called.",
            why_default="Nine in ten; take what your work needs.",
            active_when=Condition(param="criterion", values=("recall", "precision", "share")),
        ),
        ParamSpec(
            name="value",
            kind="float",
            default=0.5,
            low=0.0,
            high=1.0,
            step=0.01,
            label="Threshold",
            help="Rows with at least this probability count as the class asked for.",
            why_default="A half: the likelier class.",
            active_when=Condition(param="criterion", values=("fixed",)),
        ),
        _INNER_FOLDS.model_copy(
            update={
                "active_when": Condition(
                    param="criterion", values=("f1", "balanced_accuracy", "cost", "recall", "precision", "share")
                )
            }
        ),
    ),
)

CALIBRATE = fit_step(
    "calibrate",
    "Repair the probabilities",
    "Bends the probabilities so that of the rows said to be 70 % likely, 70 % are.",
    "Where a model is too sure or too timid (see Certainty on the model page), and after sampling or class weights, "
    "which shift probabilities. Learned on training rows that the model had not seen, in folds inside each fold.",
    formula=r"\hat{p}_{new} = g(\hat{p}), \qquad g \text{ learned on rows not fitted on}",
    source="Platt (1999), Probabilistic Outputs for Support Vector Machines; Zadrozny and Elkan (2002), Transforming "
    "Classifier Scores into Accurate Multiclass Probability Estimates; Guo et al. (2017), On Calibration of Modern "
    "Neural Networks; scikit-learn, CalibratedClassifierCV with ensemble=False",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="sigmoid",
            choices=("sigmoid", "isotonic", "temperature"),
            choice_labels=("An S-shaped curve (Platt)", "Rising steps (isotonic)", "One temperature"),
            label="Curve",
            help="Rising steps fit any shape, but need about 1,000 rows or more. One temperature keeps the likeliest "
            "class of every row, and suits networks and many classes.",
            why_default="Two numbers: steady on small tables as well.",
        ),
        _INNER_FOLDS,
    ),
)

STEPS: tuple[StepSpec, ...] = (WEIGH, *SAMPLING, BAG, CALIBRATE, THRESHOLD)

_CURVES = {"sigmoid": "an S-shaped curve", "isotonic": "rising steps", "temperature": "one temperature"}


def say(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what happens to the fit."""
    if "criterion" in params:
        return _say_threshold(params)
    if "models" in params:
        return f"{params['models']} copies, each fitted on a balanced draw of the rows"
    if text_of(params, "method") in _CURVES:
        return f"probabilities repaired by {_CURVES[text_of(params, 'method')]}"
    if "method" in params:
        words = {"balanced": "every class counts the same", "custom": "classes weighted as given"}
        costs = f"a miss counts {number_of(params, 'miss'):g}, a false alarm {number_of(params, 'alarm'):g}"
        return words.get(text_of(params, "method"), costs)
    if "ratio" in params:
        ratio = number_of(params, "ratio")
        if ratio == 1:
            return "every class with as many rows as the others"
        return f"rare classes with {share(ratio)} of the rows of the most frequent one"
    return "rows near another class left out"


def _say_threshold(params: Mapping[str, ParamValue]) -> str:
    match params["criterion"]:
        case "fixed":
            return f"labels from a probability of {number_of(params, 'value'):g} on"
        case "cost":
            return "labels from the probability that costs least"
        case "f1":
            return "labels from the probability with the best F1"
        case "recall" | "precision" | "share" as wish:
            words = {
                "recall": "of the class are found",
                "precision": "of calls are right",
                "share": "of rows are called",
            }
            return f"labels from the probability at which {share(number_of(params, 'wanted'))} {words[wish]}"
        case _:
            return "labels from the probability with the best balanced accuracy"
