"""What a network's mistakes cost while it learns."""

from __future__ import annotations

from core.models.common import CLASS_WEIGHT
from core.params import Condition, ParamSpec
from core.types import ParamLevel

LOSS_PARAMS = (
    CLASS_WEIGHT,
    ParamSpec(
        name="class_loss",
        kind="choice",
        default="cross_entropy",
        choices=("cross_entropy", "focal"),
        choice_labels=("Cross-entropy", "Focal: rows that are hard count more"),
        label="Loss for classes",
        help="What a mistake costs while learning, where a class is predicted. The focal loss (Lin et al. 2017) gives "
        "rows that are already right little weight; it can help with rare classes and shifts the probabilities.",
        why_default="Cross-entropy leads to honest probabilities.",
        level=ParamLevel.ADVANCED,
    ),
    ParamSpec(
        name="focal_gamma",
        kind="float",
        default=2.0,
        low=0.5,
        high=5.0,
        step=0.5,
        label="Focus on hard rows",
        help="Gamma of the focal loss: at 0 it would be cross-entropy.",
        why_default="The value of the paper.",
        level=ParamLevel.ADVANCED,
        active_when=Condition(param="class_loss", values=("focal",)),
    ),
    ParamSpec(
        name="label_smoothing",
        kind="float",
        default=0.0,
        low=0.0,
        high=0.4,
        step=0.05,
        label="Label smoothing",
        help="The share of each label that is spread over all classes, against probabilities of nearly 0 and 1. It "
        "helps where some labels are wrong.",
        why_default="Off: it makes all probabilities more cautious than the data say.",
        level=ParamLevel.EXPERT,
        active_when=Condition(param="class_loss", values=("cross_entropy",)),
    ),
    ParamSpec(
        name="loss",
        kind="choice",
        default="mse",
        choices=("mse", "mae", "huber", "quantile", "poisson"),
        choice_labels=(
            "Squared error: aims at the mean",
            "Absolute error: aims at the median",
            "Huber: squared, but mild far out",
            "Quantile: aims at a share of rows below",
            "Poisson: for counts",
        ),
        label="Loss for numbers",
        help="What a mistake costs while learning, where a number is predicted. It decides what is aimed at. Poisson "
        "is for counts of zero or more and predicts no negative number.",
        why_default="The mean is what most metrics judge.",
        level=ParamLevel.ADVANCED,
    ),
    ParamSpec(
        name="huber_delta",
        kind="float",
        default=1.0,
        low=0.05,
        high=5.0,
        log=True,
        label="Where a mistake is far out",
        help="Delta of the Huber loss, in standard deviations of the target: beyond it a mistake counts linearly.",
        why_default="One standard deviation.",
        level=ParamLevel.ADVANCED,
        active_when=Condition(param="loss", values=("huber",)),
    ),
    ParamSpec(
        name="quantile",
        kind="float",
        default=0.5,
        low=0.01,
        high=0.99,
        step=0.01,
        label="Share of rows below the prediction",
        help="The quantile that is predicted: 0.9 gives a value that nine in ten rows stay below.",
        why_default="0.5 is the median.",
        level=ParamLevel.ADVANCED,
        tunable=False,
        active_when=Condition(param="loss", values=("quantile",)),
    ),
)
