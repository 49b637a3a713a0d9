"""Support vector machines and Gaussian processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.models.common import ALL_TASKS, CLASS_WEIGHT, class_weight
from core.models.spec import BuildContext, Capabilities, Limit, ModelSpec
from core.params import Condition, ParamSpec, ParamValue
from core.types import Encoding, Framework, ParamLevel

_PRICE = ParamSpec(
    name="C",
    kind="float",
    default=1.0,
    low=0.001,
    high=1000.0,
    log=True,
    label="Price of an error",
    help="How much a row on the wrong side costs (C). Higher follows the rows closely, lower keeps a wider margin.",
    why_default="On scaled columns 1 is a good start for most tables.",
)
_TOLERANCE = ParamSpec(
    name="epsilon",
    kind="float",
    default=0.1,
    low=0.0,
    high=1.0,
    step=0.01,
    label="Errors that cost nothing (numbers)",
    help="Width of the tube around the prediction, in deviations of the target (epsilon). Wider is calmer and needs "
    "fewer support vectors. Without effect where a class is predicted.",
    why_default="A tenth of the target's deviation is mostly within its noise.",
    level=ParamLevel.ADVANCED,
)

LINEAR_SVM = ModelSpec(
    key="linear_svm",
    title="Linear support vector machine",
    family="Support vectors",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        _PRICE.model_copy(update={"default": 0.1, "why_default": "Steadier than 1 where columns tell the same."}),
        _TOLERANCE,
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True, sparse=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.kernels:build_linear",
    cost=2,
    simplicity=2,
    interpretability="high",
    key_param="C",
    summary="Lays a straight border between the classes with as wide a margin as it can. For numbers, a straight line "
    "that does not mind small errors.",
    good_at="Many columns and few rows, text; each weight can be read.",
    bad_at="Effects that depend on each other, and curves, unless such columns are made first.",
    formula=r"\min_{w, b}\; \tfrac{1}{2} \lVert w \rVert^2 + C \sum_i \max\left(0,\, 1 - y_i (w^\top x_i + b)\right)^2",
    source="Cortes and Vapnik (1995), Support-Vector Networks; Platt (1999) for the probabilities; Fan et al. (2008), "
    "LIBLINEAR; scikit-learn",
)

SVM = ModelSpec(
    key="svm",
    title="Support vector machine",
    family="Support vectors",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="kernel",
            kind="choice",
            default="rbf",
            choices=("rbf", "poly", "sigmoid", "linear"),
            choice_labels=("Near rows are alike (RBF)", "Products of columns (polynomial)", "Sigmoid", "Straight"),
            label="When two rows are alike",
            help="The kernel: what shapes the border may take. RBF bends anywhere, a polynomial bends as products of "
            "columns do, a straight one does not bend.",
            why_default="RBF contains the straight border as its limit and mostly does best.",
        ),
        _PRICE,
        ParamSpec(
            name="gamma",
            kind="float",
            default=None,
            low=1e-5,
            high=10.0,
            log=True,
            optional=True,
            none_label="From the columns' spread",
            label="How fast likeness fades",
            help="Gamma: larger values look only at very near rows and can learn noise.",
            why_default="One over the number of columns times their variance suits scaled columns.",
            active_when=Condition(param="kernel", values=("rbf", "poly", "sigmoid")),
        ),
        ParamSpec(
            name="degree",
            kind="int",
            default=3,
            low=2,
            high=5,
            label="Columns in a product",
            help="Degree of the polynomial: 2 sees pairs of columns, 3 sees threes.",
            why_default="The usual one; higher ones swing widely.",
            level=ParamLevel.ADVANCED,
            active_when=Condition(param="kernel", values=("poly",)),
        ),
        _TOLERANCE,
        CLASS_WEIGHT,
    ),
    capabilities=Capabilities(sample_weights=True),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.kernels:build_svm",
    cost=5,
    simplicity=5,
    interpretability="low",
    key_param="C",
    limits=(
        Limit(
            of="rows",
            most=20_000,
            why="It compares rows in pairs: time and memory grow with the square of the rows.",
            remedy="Take a sample of at most 20,000 rows, or use the linear kind or a boosting model.",
        ),
        Limit(
            of="classes",
            most=50,
            why="It fits every pair of classes, and more than 50 classes make over a thousand pairs.",
            remedy="Put rare classes together, or use a forest or a boosting model.",
        ),
    ),
    summary="Lays a curved border between classes with as wide a margin as it can; only the rows next to it count.",
    good_at="Tables of some hundred to some thousand rows with smooth, tangled borders.",
    bad_at="Large tables, columns that do not matter, and saying why.",
    formula=r"f(x) = \sum_{i \in SV} \alpha_i y_i\, k(x_i, x) + b, \qquad "
    r"k(x, x') = e^{-\gamma \lVert x - x' \rVert^2}",
    source="Cortes and Vapnik (1995), Support-Vector Networks; Platt (1999) for the probabilities; Chang and Lin "
    "(2011), LIBSVM; scikit-learn",
)

GAUSSIAN_PROCESS = ModelSpec(
    key="gaussian_process",
    title="Gaussian process",
    family="Gaussian processes",
    framework=Framework.SKLEARN,
    tasks=ALL_TASKS,
    params=(
        ParamSpec(
            name="kernel",
            kind="choice",
            default="matern52",
            choices=("rbf", "matern52", "matern32"),
            choice_labels=("Very smooth (RBF)", "Smooth (Matérn 5/2)", "Rough (Matérn 3/2)"),
            label="How smooth the curves are",
            help="The kernel. Very smooth curves suit laws of nature, rougher ones most other tables.",
            why_default="Few tables are as smooth as RBF supposes.",
        ),
        ParamSpec(
            name="length_scale",
            kind="float",
            default=None,
            low=0.1,
            high=100.0,
            log=True,
            optional=True,
            none_label="Learned from the rows",
            label="Reach of a row",
            help="Distance, in deviations of the columns, at which rows stop telling of each other (length scale). "
            "Short follows every row, long is almost straight.",
            why_default="The likeliest length is found on up to 300 rows.",
        ),
        ParamSpec(
            name="noise",
            kind="float",
            default=None,
            low=1e-4,
            high=1.0,
            log=True,
            optional=True,
            none_label="Learned from the rows",
            label="Noise in the target (numbers)",
            help="Share of the target's variance that no column tells of. Without effect where a class is predicted.",
            why_default="The likeliest share is found together with the reach.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    capabilities=Capabilities(),
    encoding=Encoding.ONE_HOT,
    scaling=True,
    builder="core.models.kernels:build_process",
    cost=5,
    simplicity=5,
    interpretability="low",
    key_param="length_scale",
    limits=(
        Limit(
            of="rows",
            most=3_000,
            why="It solves one equation a row, all together: time grows with the cube of the rows, memory with the "
            "square.",
            remedy="Take a sample of at most 3,000 rows, or use a forest or a boosting model.",
        ),
        Limit(
            of="classes",
            most=20,
            why="It solves all rows anew for every class.",
            remedy="Put rare classes together, or use a forest or a boosting model.",
        ),
    ),
    summary="Weighs all smooth curves by how well they fit, and says how sure it is of each answer.",
    good_at="Small tables of smooth numbers, experiments and simulations; says where it does not know.",
    bad_at="More than some thousand rows, many columns that do not matter, jumps.",
    formula=r"\hat{f}(x) = k_x^\top (K + \sigma^2 I)^{-1} y, \qquad "
    r"\operatorname{Var} f(x) = k(x, x) - k_x^\top (K + \sigma^2 I)^{-1} k_x",
    source="Rasmussen and Williams (2006), Gaussian Processes for Machine Learning; scikit-learn",
)


def build_linear(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the linear support vector machine for the task."""
    from core.models.adapters.linear_margin import LinearMarginClassifier, LinearMarginRegressor

    shared: dict[str, Any] = {"C": params["C"], "seed": context.seed}
    if not context.task.is_classification:
        return LinearMarginRegressor(epsilon=float(params["epsilon"] or 0.0), **shared)
    return LinearMarginClassifier(class_weight=class_weight(params["class_weight"]), **shared)


def build_svm(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the support vector machine for the task."""
    from core.models.adapters.support_vectors import SupportVectorClassifier, SupportVectorRegressor

    shared: dict[str, Any] = {
        "kernel": params["kernel"],
        "C": params["C"],
        "gamma": params.get("gamma"),
        "degree": params.get("degree", 3),
        "seed": context.seed,
    }
    if not context.task.is_classification:
        return SupportVectorRegressor(epsilon=float(params["epsilon"] or 0.0), **shared)
    return SupportVectorClassifier(class_weight=class_weight(params["class_weight"]), **shared)


def build_process(params: Mapping[str, ParamValue], context: BuildContext) -> Any:
    """Return the Gaussian process for the task."""
    from core.models.adapters.gaussian_process import ProcessClassifier, ProcessRegressor

    kind: Any = ProcessClassifier if context.task.is_classification else ProcessRegressor
    return kind(**params, seed=context.seed)
