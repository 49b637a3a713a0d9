"""Naive Bayes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.linear_params import EVEN_CLASSES
from core.models.spec import BuildContext, Capabilities, ModelSpec
from core.params import Condition, ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel, TaskKind

NAIVE_BAYES = ModelSpec(
    key="naive_bayes",
    title="Naive Bayes",
    family="Bayes",
    framework=Framework.SKLEARN,
    tasks=(TaskKind.BINARY, TaskKind.MULTICLASS),
    params=(
        ParamSpec(
            name="shape",
            kind="choice",
            default="gaussian",
            choices=("gaussian", "multinomial", "complement", "bernoulli"),
            choice_labels=("Bell curves", "Counts of words", "Counts, for rare classes", "There or not"),
            label="What values look like within a class",
            help="Gaussian, multinomial, complement or Bernoulli naive Bayes. The ones for counts bring columns with "
            "values below 0 to 0 .. 1 by the training rows; there or not asks whether a value is above 0, which for "
            "scaled numbers is above the mean.",
            why_default="Suits numbers; choose counts for texts.",
        ),
        ParamSpec(
            name="smoothing",
            kind="float",
            default=1.0,
            low=0.001,
            high=100.0,
            log=True,
            label="Rows imagined beforehand",
            help="Added to every count (Laplace smoothing), so that what was never seen is not impossible.",
            why_default="Laplace's rule: one of each.",
            active_when=Condition(param="shape", values=("multinomial", "complement", "bernoulli")),
        ),
        ParamSpec(
            name="widening",
            kind="float",
            default=1e-6,
            low=1e-9,
            high=1.0,
            log=True,
            label="Widening of the bells",
            help="Share of the largest variance that is added to every variance (var_smoothing). "
            "More makes probabilities less extreme.",
            why_default="Only keeps columns that hardly vary from deciding alone.",
            level=ParamLevel.ADVANCED,
            active_when=Condition(param="shape", values=("gaussian",)),
        ),
        EVEN_CLASSES,
    ),
    capabilities=Capabilities(sample_weights=True, sparse=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.bayes:build",
    cost=0,
    simplicity=1,
    interpretability="high",
    key_param="shape",
    summary="Asks each column on its own how likely its value is in each class, and multiplies the answers.",
    good_at="Texts, very small tables, many classes; it learns in one pass and answers at once.",
    bad_at="Columns that tell the same thing: they count twice, and probabilities become too sure.",
    formula=r"p(k \mid x) \propto p(k) \prod_j p(x_j \mid k)",
    source="Maron (1961); Rennie et al. (2003), Tackling the Poor Assumptions of Naive Bayes; scikit-learn",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return naive Bayes of the chosen shape."""
    from core.models.adapters.bayes import NaiveBayesClassifier

    kind: Any = NaiveBayesClassifier
    return kind(**params)
