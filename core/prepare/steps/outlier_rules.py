"""What counts as an outlier: the parameters that the steps about outliers share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.steps.common import number_of, text_of

RULES = ("iqr", "zscore", "mad", "quantile")

_LABELS = {
    "iqr": "Beyond the quartiles (IQR)",
    "zscore": "Far from the mean (z-score)",
    "mad": "Far from the median (MAD)",
    "quantile": "The lowest and highest shares",
    "forest": "Rows that stand apart (isolation forest)",
}

SIDES = ParamSpec(
    name="sides",
    kind="choice",
    default="both",
    choices=("both", "low", "high"),
    choice_labels=("Both ends", "Only the low end", "Only the high end"),
    label="Where",
    help="Incomes, say, have outliers at the high end only.",
    why_default="Errors happen on both sides.",
)


def rule_params(rules: Sequence[str]) -> tuple[ParamSpec, ...]:
    """Return the parameters of a choice among ``rules``."""
    return (
        ParamSpec(
            name="method",
            kind="choice",
            default="iqr",
            choices=tuple(rules),
            choice_labels=tuple(_LABELS[rule] for rule in rules),
            label="What counts as far",
            help="Learned from the training rows of each fold. Mean and deviation are themselves moved by outliers; "
            "quartiles and the median hardly are. Shares always find some.",
            why_default="Asks nothing of the distribution but a middle half.",
        ),
        *_WIDTHS,
    )


_WIDTHS = (
    ParamSpec(
        name="iqr_factor",
        kind="float",
        default=1.5,
        low=0.0,
        high=10.0,
        step=0.1,
        label="Times the middle half",
        help="The fences stand so many times the distance of the quartiles below the first and above the third.",
        why_default="Tukey's fences: about 7 in 1,000 values of a normal distribution lie beyond.",
        active_when=Condition(param="method", values=("iqr",)),
    ),
    ParamSpec(
        name="deviations",
        kind="float",
        default=3.0,
        low=0.5,
        high=20.0,
        step=0.1,
        label="Deviations",
        help="The fences stand so many standard deviations from the mean, or, with MAD, from the median.",
        why_default="About 3 in 1,000 values of a normal distribution lie beyond.",
        active_when=Condition(param="method", values=("zscore", "mad")),
    ),
    ParamSpec(
        name="tail_percent",
        kind="float",
        default=1.0,
        low=0.0,
        high=49.0,
        step=0.5,
        label="Percent at each end",
        help="The fences are the quantiles that leave so many percent of the training rows beyond each.",
        why_default="Touches few rows.",
        active_when=Condition(param="method", values=("quantile",)),
    ),
)


def rule_of(params: Mapping[str, ParamValue]) -> dict[str, Any]:
    """Return the rule as arguments of `core.prepare.transformers.outliers.fences_of`."""
    method = text_of(params, "method")
    factor = number_of(params, "iqr_factor") if method == "iqr" else number_of(params, "deviations")
    return {"method": method, "factor": factor, "tail": number_of(params, "tail_percent") / 100.0}


def rule_words(params: Mapping[str, ParamValue]) -> str:
    """Say where the fences stand."""
    side = {"low": "below ", "high": "above "}.get(text_of(params, "sides"), "beyond ")
    match text_of(params, "method"):
        case "iqr":
            return f"{side}{number_of(params, 'iqr_factor'):g} times the middle half from the quartiles"
        case "zscore":
            return f"{side}{number_of(params, 'deviations'):g} standard deviations from the mean"
        case "mad":
            return f"{side}{number_of(params, 'deviations'):g} deviations from the median"
        case _:
            end = {"low": "lowest", "high": "highest"}.get(text_of(params, "sides"), "lowest and highest")
            return f"in the {end} {number_of(params, 'tail_percent'):g} %"
