"""Numbers bent so that their distribution suits a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import NUMBER_LIKE_KINDS, number_of, text_of
from core.types import ParamLevel

LOG_NUMBERS = StepSpec(
    key="log_numbers",
    title="Take the logarithm",
    purpose="Draws large numbers together and spreads small ones out.",
    when="For amounts, counts and prices, where twice as much matters more than one more. Trees do not mind. Not for "
    "columns whose zero has no meaning, like years.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow \operatorname{sign}(x) \log(1 + |x|) \quad \text{or} \quad \log(1 + x - \min_k x_k)",
    source="NumPy, log1p",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="signed",
            choices=("signed", "shift"),
            choice_labels=("Of 1 + x, negative numbers mirrored", "Of the distance from the least value, plus 1"),
            label="Logarithm",
            help="Mirrored: the sign stays, and the logarithm is taken of 1 plus the size; for numbers from 0 up it is "
            "log1p. From the least value: that of the training rows; a later number below it counts as it.",
            why_default="Needs no learning, and keeps zero at zero.",
        ),
    ),
    builder="core.prepare.steps.numbers_curves:build_log",
    sentence="core.prepare.steps.numbers_curves:say_log",
    one_to_one=True,
)

POWER_NUMBERS = StepSpec(
    key="power_numbers",
    title="Make numbers bell-shaped by a power",
    purpose="Raises numbers to the power that makes them most like a normal distribution.",
    when="For skewed columns in linear models and networks. Trees do not mind. A column with fewer than three values "
    "keeps its shape. Not for columns with two humps: no power takes them away.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow \frac{(x + 1)^{\lambda} - 1}{\lambda} \ (x \ge 0), \quad "
    r"-\frac{(1 - x)^{2 - \lambda} - 1}{2 - \lambda} \ (x < 0)",
    source="Yeo and Johnson 2000; Box and Cox 1964; the same powers as scikit-learn's PowerTransformer",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="yeo_johnson",
            choices=("yeo_johnson", "box_cox"),
            choice_labels=("Any numbers (Yeo-Johnson)", "Numbers above 0 (Box-Cox)"),
            label="Method",
            help="With Box-Cox, a column that has a number of 0 or less in the training rows takes Yeo-Johnson.",
            why_default="Takes any number.",
        ),
        ParamSpec(
            name="standardize",
            kind="bool",
            default=True,
            label="Bring to mean 0 and spread 1",
            help="Learned from the training rows.",
            why_default="Powers change the size of numbers beyond recognition.",
        ),
    ),
    builder="core.prepare.steps.numbers_curves:build_power",
    sentence="core.prepare.steps.numbers_curves:say_power",
    one_to_one=True,
)

QUANTILE_NUMBERS = StepSpec(
    key="quantile_numbers",
    title="Replace numbers by their rank",
    purpose="Spreads numbers evenly, or like a bell, whatever their distribution.",
    when="For columns with long tails or several humps. Distances between values are lost: only their order counts. "
    "Later numbers beyond those seen count as the outermost. Trees do not mind.",
    group=StepGroup.NUMBERS,
    kinds=NUMBER_LIKE_KINDS,
    takes=(Form.NUMBER,),
    formula=r"x \leftarrow \hat{F}(x) \quad \text{or} \quad \Phi^{-1}(\hat{F}(x))",
    source="scikit-learn, QuantileTransformer",
    params=(
        ParamSpec(
            name="output",
            kind="choice",
            default="uniform",
            choices=("uniform", "normal"),
            choice_labels=("Evenly from 0 to 1", "Like a normal distribution"),
            label="Afterwards",
            help="The distribution that the training rows have afterwards.",
            why_default="No value is far from the others.",
        ),
        ParamSpec(
            name="quantiles",
            kind="int",
            default=1000,
            low=10,
            high=5000,
            log=True,
            label="Landmarks",
            help="Quantiles that are kept; between them the curve is straight. At most one a training row.",
            why_default="Finer than most models can tell apart.",
            level=ParamLevel.EXPERT,
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.numbers_curves:build_quantile",
    sentence="core.prepare.steps.numbers_curves:say_quantile",
    one_to_one=True,
)


def build_log(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the logarithm."""
    from core.prepare.transformers.curves import LogCurve

    return LogCurve(method=text_of(params, "method"))


def say_log(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say of what the logarithm is taken."""
    if params["method"] == "shift":
        return "logarithm of 1 plus the distance from the least value"
    return "logarithm of 1 plus the size, with the sign kept"


def build_power(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the power curve."""
    from core.prepare.transformers.curves import PowerCurve

    return PowerCurve(method=text_of(params, "method"), standardize=bool(params["standardize"]))


def say_power(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which power."""
    name = "Box-Cox" if params["method"] == "box_cox" else "Yeo-Johnson"
    return f"made bell-shaped by a power ({name})" + (", mean 0 and spread 1" if params["standardize"] else "")


def build_quantile(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the quantile curve."""
    from core.prepare.transformers.curves import QuantileCurve

    return QuantileCurve(text_of(params, "output"), quantiles=int(number_of(params, "quantiles")), seed=context.seed)


def say_quantile(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what ranks become."""
    return "replaced by rank, " + ("evenly from 0 to 1" if params["output"] == "uniform" else "like a normal curve")
