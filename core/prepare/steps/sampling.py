"""Rare classes: rows sampled so that rare classes are seen. Carried out by `core.models.balance.sampling`."""

from __future__ import annotations

from core.params import ParamSpec
from core.prepare.spec import StepGroup, StepScope, StepSpec
from core.types import ParamLevel, TaskKind

_CLASSES = (TaskKind.BINARY, TaskKind.MULTICLASS)


def _ratio(why: str) -> ParamSpec:
    return ParamSpec(
        name="ratio",
        kind="float",
        default=1.0,
        low=0.05,
        high=1.0,
        step=0.05,
        label="Rare against frequent",
        help="Rows of a rare class for each row of the most frequent one, afterwards. 1 makes them equal.",
        why_default=why,
    )


def _neighbours(default: int, text: str) -> ParamSpec:
    return ParamSpec(
        name="neighbours",
        kind="int",
        default=default,
        low=1,
        high=30,
        label="Neighbours",
        help=f"{text} Fewer are asked where a class has fewer rows.",
        why_default="What the method's authors took.",
        level=ParamLevel.ADVANCED,
    )


SHIFTED = " Probabilities then speak of classes in the new mix: rare ones come out too likely."
"""Said of every step under which a model learns from another mix of classes than the table's."""


def fit_step(key: str, title: str, purpose: str, when: str, **more: object) -> StepSpec:
    """Return the declaration of a step of the fit for classes."""
    return StepSpec.model_validate(
        {
            "key": key,
            "title": title,
            "purpose": purpose,
            "when": when,
            "group": StepGroup.IMBALANCE,
            "scope": StepScope.FIT,
            "tasks": _CLASSES,
            "uses_target": True,
            "live": False,
            "sentence": "core.prepare.steps.imbalance:say",
            **more,
        }
    )


OVER = fit_step(
    "over_sample",
    "Repeat rare rows",
    "Repeats rows of rare classes at random (random over-sampling).",
    "Works with every model. Models that learn by heart, such as deep trees, may learn the repeated rows." + SHIFTED,
    formula=r"n_c \leftarrow \max(n_c,\ \rho \max_k n_k), \text{ rows drawn again}",
    source="imbalanced-learn, RandomOverSampler",
    params=(_ratio("As many as of the most frequent class."),),
)

UNDER = fit_step(
    "under_sample",
    "Leave out frequent rows",
    "Leaves out rows of frequent classes at random (random under-sampling).",
    "For large tables: fits get faster. On small ones too much is lost." + SHIFTED,
    formula=r"n_c \leftarrow \min(n_c,\ \min_k n_k / \rho), \text{ rows drawn at random}",
    source="imbalanced-learn, RandomUnderSampler",
    params=(_ratio("As many as of the rarest class."),),
)

SMOTE = fit_step(
    "smote",
    "Make up rare rows (SMOTE)",
    "Makes new rows of rare classes between real ones that are near each other.",
    "For columns of numbers. Made-up rows lie between real ones, so that columns of 0 and 1 get shares. Where a class "
    "has too few rows, fewer neighbours are asked, or rows are repeated." + SHIFTED,
    formula=r"x_{new} = x_i + u\,(x_{z} - x_i), \qquad u \sim U(0, 1)",
    source="Chawla et al. (2002), SMOTE; Han et al. (2005), Borderline-SMOTE; He et al. (2008), ADASYN",
    params=(
        ParamSpec(
            name="variant",
            kind="choice",
            default="smote",
            choices=("smote", "borderline", "adasyn"),
            choice_labels=("Everywhere (SMOTE)", "Near other classes (borderline)", "Where it is hardest (ADASYN)"),
            label="Where",
            help="For models that take categories as codes, SMOTE for mixed columns (SMOTENC) is used for all of them.",
            why_default="The plain method is the steadiest.",
        ),
        _neighbours(5, "New rows lie towards one of so many nearest rows of the same class."),
        _ratio("As many as of the most frequent class."),
    ),
)

NEAR_MISS = fit_step(
    "near_miss",
    "Keep frequent rows near rare ones (NearMiss)",
    "Keeps the rows of frequent classes that are nearest to the rare ones, and leaves out the rest.",
    "Where the border between classes matters. It is easily led astray by outliers; compare it with leaving out at "
    "random." + SHIFTED,
    formula=r"\text{keep the } i \text{ with the smallest } \tfrac{1}{k} \textstyle\sum_{j \in N_k(i)} d(x_i, x_j)",
    source="Zhang and Mani (2003), kNN Approach to Unbalanced Data Distributions",
    params=(
        ParamSpec(
            name="version",
            kind="choice",
            default="1",
            choices=("1", "2", "3"),
            choice_labels=("Near to the nearest rare rows", "Near to the farthest rare rows", "Around each rare row"),
            label="Version",
            help="1 and 2 rank by the mean distance to rare rows; 3 first keeps the neighbours of each rare row.",
            why_default="The first of the three.",
        ),
        _neighbours(3, "Distances are averaged over so many rare rows."),
        _ratio("As many as of the rarest class."),
    ),
)

TOMEK = fit_step(
    "tomek_links",
    "Clear the border (Tomek links)",
    "Leaves out rows whose nearest neighbour is of another class, and the other way round.",
    "After SMOTE, or alone where classes overlap a little. It makes classes clearer, not equal.",
    formula=r"i, j \text{ nearest to each other and } y_i \ne y_j: \text{ drop the frequent one}",
    source="Tomek (1976), Two Modifications of CNN",
    params=(
        ParamSpec(
            name="remove",
            kind="choice",
            default="frequent",
            choices=("frequent", "both"),
            choice_labels=("The row of the more frequent class", "Both rows"),
            label="Leave out",
            help="Rare rows are precious; they are left out only with the second choice.",
            why_default="Keeps every rare row.",
        ),
    ),
)

EDITED = fit_step(
    "edited_neighbours",
    "Clear mislabelled rows (edited neighbours)",
    "Leaves out rows of frequent classes that most of their neighbours contradict.",
    "Where labels are noisy. It leaves out more than Tomek links. A class is never lost.",
    formula=r"\text{drop } i \text{ if } y_i \text{ is not the class of its } k \text{ nearest rows}",
    source="Wilson (1972), Asymptotic Properties of Nearest Neighbor Rules Using Edited Data",
    params=(_neighbours(3, "So many neighbours vote."),),
)

SMOTE_TOMEK = fit_step(
    "smote_tomek",
    "SMOTE, then clear the border",
    "Makes up rare rows (SMOTE), then leaves out pairs of near rows of different classes (Tomek links).",
    "Where SMOTE alone blurs the border between classes." + SHIFTED,
    formula=r"x_{new} = x_i + u\,(x_{z} - x_i), \text{ then Tomek links are taken away}",
    source="Batista, Prati, Monard (2004), A Study of the Behavior of Several Methods for Balancing Training Data",
    params=(
        _neighbours(5, "New rows lie towards one of so many nearest rows of the same class."),
        _ratio("As many as of the most frequent class."),
    ),
)

SAMPLING: tuple[StepSpec, ...] = (OVER, UNDER, SMOTE, NEAR_MISS, TOMEK, EDITED, SMOTE_TOMEK)
