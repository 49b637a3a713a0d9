"""Numbers rescaled and reshaped."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Form, InputNeeds, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, text_of

SCALE_NUMBERS = StepSpec(
    key="scale_numbers",
    title="Bring numbers to one scale",
    purpose="Makes columns in different units comparable.",
    when="Linear models, nearest neighbours and networks need it. Trees do not, and are left alone.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"z_{ij} = \frac{x_{ij} - \bar{x}_j}{s_j}",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="standard",
            choices=("standard", "min_max", "robust", "max_abs", "none"),
            choice_labels=(
                "Mean 0, spread 1",
                "From 0 to 1",
                "Median 0, middle half 1",
                "Largest 1",
                "Leave as they are",
            ),
            label="How",
            help="Standard, min-max, robust or max-abs scaling. Robust uses quartiles: extreme values count little.",
            why_default="Suits most models and most data.",
        ),
    ),
    source="scikit-learn",
    builder="core.prepare.steps.numbers:build_scaler",
    applies="core.prepare.steps.numbers:wants_scaling",
    sentence="core.prepare.steps.numbers:say_scaler",
    one_to_one=True,
)

STEPS: tuple[StepSpec, ...] = (SCALE_NUMBERS,)

_SCALE_WORDS = {
    "standard": "scaled to mean 0 and spread 1",
    "min_max": "scaled to 0 to 1",
    "robust": "scaled by median and quartiles",
    "max_abs": "scaled so that the largest is 1",
}


def wants_scaling(params: Mapping[str, ParamValue], needs: InputNeeds) -> bool:
    """Tell whether numbers are scaled: where the model depends on units, and a method is chosen."""
    return needs.scaling and params["method"] != "none"


def build_scaler(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return scikit-learn's scaler."""
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

    scalers = {"standard": StandardScaler, "min_max": MinMaxScaler, "robust": RobustScaler, "max_abs": MaxAbsScaler}
    return scalers[text_of(params, "method")]()


def say_scaler(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say how the numbers are scaled."""
    return _SCALE_WORDS.get(text_of(params, "method"), "")
