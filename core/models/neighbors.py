"""K nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.params import ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

KNN = ModelSpec(
    key="knn",
    title="Nearest neighbours",
    family="Neighbours",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="n_neighbors",
            kind="int",
            default=25,
            low=1,
            high=200,
            log=True,
            label="Neighbours asked",
            help="How many of the most similar rows vote (k). Few follow every detail, many smooth. "
            "Never more than there are training rows.",
            why_default="Enough votes for probabilities that mean something.",
        ),
        ParamSpec(
            name="weights",
            kind="choice",
            default="uniform",
            choices=("uniform", "distance"),
            choice_labels=("All alike", "Nearer ones count more"),
            label="Votes",
            help="Nearer ones count more: each vote is weighted by one over the distance.",
            why_default="Gives the steadier probabilities. Nearer ones count more where rows repeat.",
        ),
        ParamSpec(
            name="metric",
            kind="choice",
            default="euclidean",
            choices=("euclidean", "manhattan"),
            choice_labels=("Straight line", "Sum of differences"),
            label="Distance",
            help="Euclidean, or Manhattan, which lets a single very different column count less.",
            why_default="The usual distance.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    capabilities=Capabilities(),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.neighbors:build",
    cost=3,
    simplicity=3,
    key_param="n_neighbors",
    limits=(
        Limit(
            of="rows",
            most=100_000,
            why="Every answer is looked up among all rows, one distance after another.",
            remedy="Sample 100,000 rows, or use a forest or boosting.",
        ),
        Limit(
            of="cells",
            most=50_000_000,
            why="It keeps every prepared row, and looks through all of them for every answer.",
            remedy="Group rare categories, take fewer words of texts, or sample rows.",
        ),
    ),
    summary="Looks up the most similar training rows and lets them vote, or averages their values.",
    good_at="Few, well-chosen columns where similar rows behave alike.",
    bad_at="Many columns, many rows (every prediction searches all of them), columns that do not matter.",
    formula=r"\hat{y}(x) = \frac{\sum_{i \in N_k(x)} w_i\, y_i}{\sum_{i \in N_k(x)} w_i}, "
    r"\qquad w_i = 1 \text{ or } \frac{1}{d(x, x_i)}",
    source="Cover and Hart (1967), Nearest Neighbor Pattern Classification; scikit-learn",
)


def build(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the nearest-neighbours estimator for the task."""
    from core.models.adapters.nearest import NearestClassifier, NearestRegressor

    kind: Any = NearestClassifier if context.task.is_classification else NearestRegressor
    return kind(n_neighbors=params["n_neighbors"], weights=params["weights"], metric=params["metric"])
