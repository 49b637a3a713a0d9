"""Numbers rescaled, rounded and clipped; the other steps on numbers are gathered here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, InputNeeds, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, number_of, text_of
from core.prepare.steps.numbers_curves import LOG_NUMBERS, POWER_NUMBERS, QUANTILE_NUMBERS
from core.prepare.steps.numbers_made import PRODUCTS, RATIOS
from core.prepare.steps.numbers_pieces import BIN_NUMBERS, SPLINES
from core.types import ParamLevel

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
                "From 0 to 1, or other bounds",
                "Median 0, middle half 1",
                "Largest 1",
                "Leave as they are",
            ),
            label="How",
            help="Standard, min-max, robust or max-abs scaling. Robust uses quartiles: extreme values count little.",
            why_default="Suits most models and most data.",
        ),
        ParamSpec(
            name="low",
            kind="float",
            default=0.0,
            low=-1000.0,
            high=1000.0,
            label="Smallest becomes",
            help="The least value of the training rows is brought to it; a later one may lie below.",
            why_default="0 to 1 is what most people expect.",
            level=ParamLevel.ADVANCED,
            tunable=False,
            active_when=Condition(param="method", values=("min_max",)),
        ),
        ParamSpec(
            name="high",
            kind="float",
            default=1.0,
            low=-1000.0,
            high=1000.0,
            label="Largest becomes",
            help="The largest value of the training rows is brought to it; a later one may lie above.",
            why_default="0 to 1 is what most people expect.",
            level=ParamLevel.ADVANCED,
            tunable=False,
            active_when=Condition(param="method", values=("min_max",)),
        ),
    ),
    source="scikit-learn: StandardScaler, MinMaxScaler, RobustScaler, MaxAbsScaler",
    builder="core.prepare.steps.numbers:build_scaler",
    outline="core.prepare.steps.numbers:outline_scaler",
    applies="core.prepare.steps.numbers:wants_scaling",
    sentence="core.prepare.steps.numbers:say_scaler",
    one_to_one=True,
)

ROUND_NUMBERS = StepSpec(
    key="round_numbers",
    title="Round numbers",
    purpose="Takes away digits that say nothing.",
    when="Where the last digits are noise of the measurement. Not to make groups: cut into intervals instead.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow 10^{-d} \operatorname{round}(10^{d} x)",
    source="NumPy, round: halves go to the even neighbour",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="decimals",
            choices=("decimals", "significant"),
            choice_labels=("Decimals", "Significant digits"),
            label="Keep",
            help="Significant digits are counted from the first that is not 0: 1234 to two of them is 1200.",
            why_default="Most columns have one unit of measurement throughout.",
        ),
        ParamSpec(
            name="decimals",
            kind="int",
            default=0,
            low=-9,
            high=9,
            label="Decimals",
            help="Digits after the point; -2 rounds to hundreds.",
            why_default="Whole numbers.",
            active_when=Condition(param="method", values=("decimals",)),
        ),
        ParamSpec(
            name="digits",
            kind="int",
            default=3,
            low=1,
            high=15,
            label="Digits",
            help="Significant digits that stay.",
            why_default="Keeps each number within half a percent.",
            active_when=Condition(param="method", values=("significant",)),
        ),
    ),
    builder="core.prepare.steps.numbers:build_rounding",
    sentence="core.prepare.steps.numbers:say_rounding",
    one_to_one=True,
)

CLIP_NUMBERS = StepSpec(
    key="clip_numbers",
    title="Keep numbers within bounds",
    purpose="Moves numbers beyond fixed bounds onto them.",
    when="Where you know what is possible: a share from 0 to 1, an age from 0 to 120. Where you do not, cap outliers "
    "instead: that learns the bounds.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow \min(\max(x, l), u)",
    source="NumPy, clip",
    params=(
        ParamSpec(
            name="low",
            kind="float",
            default=None,
            low=-1e12,
            high=1e12,
            optional=True,
            label="Not below",
            help="The lower bound, in the unit that the column has at this point.",
            why_default="Only a person knows which values are possible.",
            tunable=False,
        ),
        ParamSpec(
            name="high",
            kind="float",
            default=None,
            low=-1e12,
            high=1e12,
            optional=True,
            label="Not above",
            help="The upper bound, in the unit that the column has at this point.",
            why_default="Only a person knows which values are possible.",
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.numbers:build_clip",
    outline="core.prepare.steps.numbers:outline_clip",
    sentence="core.prepare.steps.numbers:say_clip",
    one_to_one=True,
)

STEPS: tuple[StepSpec, ...] = (
    SCALE_NUMBERS,
    LOG_NUMBERS,
    POWER_NUMBERS,
    QUANTILE_NUMBERS,
    BIN_NUMBERS,
    SPLINES,
    PRODUCTS,
    RATIOS,
    ROUND_NUMBERS,
    CLIP_NUMBERS,
)

_SCALE_WORDS = {
    "standard": "scaled to mean 0 and spread 1",
    "robust": "scaled by median and quartiles",
    "max_abs": "scaled so that the largest is 1",
}


def wants_scaling(params: Mapping[str, ParamValue], needs: InputNeeds) -> bool:
    """Tell whether numbers are scaled: where the model depends on units, and a method is chosen."""
    return needs.scaling and params["method"] != "none"


def build_scaler(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return scikit-learn's scaler."""
    from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler, StandardScaler

    method = text_of(params, "method")
    if method == "min_max":
        return MinMaxScaler(feature_range=(number_of(params, "low"), number_of(params, "high")))
    return {"standard": StandardScaler, "robust": RobustScaler, "max_abs": MaxAbsScaler}[method]()


def outline_scaler(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features; refuse bounds the wrong way round."""
    if params["method"] == "min_max" and number_of(params, "low") >= number_of(params, "high"):
        raise _wrong_way("Smallest becomes", params["low"], "Largest becomes", params["high"])
    return context.features


def say_scaler(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say how the numbers are scaled."""
    if params["method"] == "min_max":
        return f"scaled to {number_of(params, 'low'):g} to {number_of(params, 'high'):g}"
    return _SCALE_WORDS.get(text_of(params, "method"), "")


def build_rounding(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what rounds."""
    from core.prepare.transformers.rounding import RoundNumbers

    method = text_of(params, "method")
    return RoundNumbers(method, digits=int(number_of(params, "decimals" if method == "decimals" else "digits")))


def say_rounding(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say to what numbers are rounded."""
    if params["method"] == "decimals":
        count = int(number_of(params, "decimals"))
        if count <= 0:
            return "rounded to whole numbers" if not count else f"rounded to multiples of {10**-count:,}"
        return f"rounded to {count} decimal{'s' if count > 1 else ''}"
    count = int(number_of(params, "digits"))
    return f"rounded to {count} significant digit{'s' if count > 1 else ''}"


def build_clip(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return what keeps numbers within the bounds."""
    from core.prepare.transformers.rounding import ClipNumbers

    return ClipNumbers(*_bounds(params))


def outline_clip(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the features; refuse bounds the wrong way round."""
    low, high = _bounds(params)
    if low is not None and high is not None and low > high:
        raise _wrong_way("Not below", low, "Not above", high)
    return context.features


def say_clip(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say where numbers are kept."""
    low, high = _bounds(params)
    if low is None and high is None:
        return "kept as they are: no bounds are given"
    if low is None or high is None:
        return f"kept at {low:g} and above" if high is None else f"kept at {high:g} and below"
    return f"kept between {low:g} and {high:g}"


def _bounds(params: Mapping[str, ParamValue]) -> tuple[float | None, float | None]:
    low, high = (None if params.get(name) is None else number_of(params, name) for name in ("low", "high"))
    return low, high


def _wrong_way(first: str, low: ParamValue, second: str, high: ParamValue) -> LatheError:
    return LatheError(
        f"{first!r} must be less than {second!r}. They are {low:g} and {high:g}.",
        hint="Swap the two values.",
        field="low",
    )
