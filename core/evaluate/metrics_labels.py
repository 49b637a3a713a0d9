"""Metrics of the classes that were called: the arithmetic is in `called`."""

from __future__ import annotations

from dataclasses import replace

from core.evaluate.called import (
    accuracy,
    asked_for,
    balanced_accuracy,
    cost,
    fbeta,
    kappa,
    macro,
    matthews,
    micro_jaccard,
    negative_value,
    specificity,
    weighted,
    zero_one_loss,
)
from core.evaluate.metric_spec import (
    BINARY,
    CLASSES,
    MULTI,
    MetricSpec,
    falling,
    rising,
    with_setting,
)
from core.evaluate.outcome import Outcome


def _needs_costs(o: Outcome) -> str:
    return "" if o.costs is not None else "The goal names no costs of mistakes."


def _needs_order(o: Outcome) -> str:
    return "" if o.n_classes > 2 else "There are only two classes: it is Cohen's kappa."


METRICS: tuple[MetricSpec, ...] = (
    replace(rising("accuracy", "Accuracy", CLASSES, "Share of rows whose class is right.", accuracy), main=True),
    replace(
        rising(
            "balanced_accuracy",
            "Balanced accuracy",
            CLASSES,
            "Share found, averaged over classes, so that rare ones count alike.",
            balanced_accuracy,
        ),
        main=True,
    ),
    replace(
        rising(
            "f1",
            "F1 of the class asked for",
            BINARY,
            "Balance between catching the class and not crying wolf.",
            with_setting(asked_for, of="f1"),
        ),
        main=True,
    ),
    replace(
        rising(
            "f1_macro",
            "F1, averaged over classes",
            MULTI,
            "F1 of each class, each counting alike.",
            with_setting(macro, of="f1"),
        ),
        main=True,
    ),
    replace(
        rising(
            "precision",
            "Precision",
            BINARY,
            "Of the rows called the class asked for, the share that is.",
            with_setting(asked_for, of="precision"),
        ),
        main=True,
    ),
    replace(
        rising(
            "recall",
            "Recall",
            BINARY,
            "Of the rows of the class asked for, the share found.",
            with_setting(asked_for, of="recall"),
        ),
        main=True,
    ),
    replace(
        rising(
            "matthews",
            "Matthews correlation",
            CLASSES,
            "Correlation between truth and prediction; 0 is chance, 1 is perfect.",
            matthews,
        ),
        main=True,
    ),
    MetricSpec(
        "cost",
        "Expected cost per 1,000 rows",
        CLASSES,
        "What the mistakes on 1,000 rows cost, by the costs that the goal names.",
        False,
        cost,
        main=True,
        needs=_needs_costs,
    ),
    rising(
        "f2",
        "F2 of the class asked for",
        BINARY,
        "F1 in which finding the class counts more than being right.",
        with_setting(fbeta, beta=2.0),
    ),
    rising(
        "f05",
        "F0.5 of the class asked for",
        BINARY,
        "F1 in which being right counts more than finding the class.",
        with_setting(fbeta, beta=0.5),
    ),
    rising(
        "specificity",
        "Specificity",
        BINARY,
        "Of the rows that are not of the class asked for, the share left alone.",
        specificity,
    ),
    rising(
        "negative_value",
        "Negative predictive value",
        BINARY,
        "Of the rows not called the class asked for, the share that is not.",
        negative_value,
    ),
    rising(
        "jaccard",
        "Jaccard of the class asked for",
        BINARY,
        "Rows rightly called, as a share of all that are or are called the class.",
        with_setting(asked_for, of="jaccard"),
    ),
    rising(
        "f1_weighted",
        "F1, weighted by class size",
        CLASSES,
        "F1 of each class, frequent ones counting more.",
        with_setting(weighted, of="f1"),
    ),
    rising(
        "precision_macro",
        "Precision, averaged over classes",
        MULTI,
        "How often a call is right, each class counting alike.",
        with_setting(macro, of="precision"),
    ),
    rising(
        "recall_weighted",
        "Recall, weighted by class size",
        MULTI,
        "Share found of each class, frequent ones counting more; the same as the accuracy.",
        with_setting(weighted, of="recall"),
    ),
    rising(
        "precision_weighted",
        "Precision, weighted by class size",
        MULTI,
        "How often a call is right, frequent classes counting more.",
        with_setting(weighted, of="precision"),
    ),
    rising(
        "jaccard_macro",
        "Jaccard, averaged over classes",
        MULTI,
        "Rows rightly called of all that are or are called a class, each class counting alike.",
        with_setting(macro, of="jaccard"),
    ),
    rising(
        "jaccard_weighted",
        "Jaccard, weighted by class size",
        MULTI,
        "The same, frequent classes counting more.",
        with_setting(weighted, of="jaccard"),
    ),
    rising(
        "jaccard_micro",
        "Jaccard of all classes together",
        MULTI,
        "Right rows of all true and called classes counted together.",
        micro_jaccard,
    ),
    rising("kappa", "Cohen's kappa", CLASSES, "How far the classes called agree with the truth beyond chance.", kappa),
    replace(
        rising(
            "kappa_linear",
            "Kappa for ordered classes (linear)",
            MULTI,
            "Agreement beyond chance where a mistake counts by its distance, in the order of the labels.",
            with_setting(kappa, weights="linear"),
        ),
        needs=_needs_order,
    ),
    replace(
        rising(
            "kappa_quadratic",
            "Kappa for ordered classes (quadratic)",
            MULTI,
            "The same, where far mistakes count much more.",
            with_setting(kappa, weights="quadratic"),
        ),
        needs=_needs_order,
    ),
    falling("zero_one_loss", "Share of wrong classes", CLASSES, "Share of rows whose class is wrong.", zero_one_loss),
)
