"""The target transformed for fitting; predictions come back in its own unit.

Classes are not transformed: they keep their labels everywhere (`core.data.target`), and an order among them is said
with the column (`core.data.column_types.set_levels`), where charts read it. No model here would use it.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.params import ParamSpec, ParamValue
from core.prepare.spec import StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import text_of
from core.types import TaskKind

TRANSFORM_TARGET = StepSpec(
    key="transform_target",
    title="Transform the target",
    purpose="Learns the target in another shape, and brings predictions back to its own unit.",
    when="Where a few targets are far larger than the rest, as prices and counts are. Predictions then follow the "
    "middle of similar rows (the median) rather than their mean, so that sums of predictions come out too low.",
    group=StepGroup.TARGET,
    scope=StepScope.TARGET,
    formula=r"\hat{y} = g^{-1}\left(\hat{f}(x)\right), \qquad \hat{f} \text{ fitted on } g(y) = \ln(1 + y)",
    source="Yeo and Johnson (2000), A New Family of Power Transformations; scikit-learn, TransformedTargetRegressor",
    params=(
        ParamSpec(
            name="method",
            kind="choice",
            default="log",
            choices=("log", "sqrt", "yeo_johnson", "quantile"),
            choice_labels=(
                "Logarithm of one more",
                "Square root",
                "What makes it most normal (Yeo-Johnson)",
                "Ranks as a normal distribution",
            ),
            label="Shape",
            help="The logarithm needs targets above -1, the square root none below 0. Yeo-Johnson takes any number. "
            "With ranks no prediction leaves the range of the training rows.",
            why_default="Fits what grows by shares rather than by amounts.",
        ),
    ),
    uses_target=True,
    tasks=(TaskKind.REGRESSION,),
    live=False,
    sentence="core.prepare.steps.target:say",
)

STEPS: tuple[StepSpec, ...] = (TRANSFORM_TARGET,)

_WORDS = {
    "log": "learned as its logarithm",
    "sqrt": "learned as its square root",
    "yeo_johnson": "learned in the power that makes it most normal",
    "quantile": "learned by rank",
}


def say(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say how the target is learned."""
    return _WORDS[text_of(params, "method")]
