"""Checks of stored boosters before the library's native reader sees them.

The readers of XGBoost and LightGBM believe the node numbers in a file: a child outside the tree is followed into
foreign memory at the first prediction. XGBoost's own JSON form is therefore read and looked through in Python first.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np

_OBJECTIVES = {"reg:squarederror", "binary:logistic", "multi:softprob"}
_LEVELS = 255
"""Category codes are 0 .. 254."""


def is_xgboost_sound(model: Any) -> bool:
    """Check the JSON form in ``model.model_`` of our XGBoost estimators, for rows of ``model.n_features_in_`` columns.

    Checked are the booster's and the objective's name, the numbers of columns, classes and trees, and of every tree
    that all its arrays have one length, children lie behind their parent and inside the tree, questions ask for columns
    that there are, and sets of categories lie inside their table.
    """
    try:
        learner = json.loads(model.model_.tobytes())["learner"]
        booster = learner["gradient_booster"]
        return _is_learner_sound(learner, booster, model) and _are_trees_sound(booster["model"], learner, model)
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError, IndexError):
        return False


def _is_learner_sound(learner: Any, booster: Any, model: Any) -> bool:
    shape = learner["learner_model_param"]
    n_classes = len(getattr(model, "classes_", ()))
    outputs = n_classes if n_classes > 2 else 0
    types = ["c"] * model.n_codes + ["q"] * (model.n_features_in_ - model.n_codes)
    return bool(
        set(learner) <= {"attributes", "feature_names", "feature_types", "gradient_booster", *_REST}
        and booster["name"] == "gbtree"
        and learner["objective"]["name"] in _OBJECTIVES
        and (learner["objective"]["name"] == "multi:softprob") == (outputs > 0)
        and (shape["num_feature"], shape["num_target"]) == (str(model.n_features_in_), "1")
        and int(shape["num_class"]) == outputs
        and learner["feature_types"] == types
        and np.size(json.loads(shape["base_score"])) in (1, max(outputs, 1))
    )


_REST = ("learner_model_param", "objective")


def _are_trees_sound(forest: Any, learner: Any, model: Any) -> bool:
    trees, groups = forest["trees"], np.asarray(forest["tree_info"])
    ends = np.asarray(forest["iteration_indptr"])
    count = forest["gbtree_model_param"]
    return bool(
        (count["num_trees"], count["num_parallel_tree"]) == (str(len(trees)), "1")
        and not any(forest["cats"].values())
        and len(groups) == len(trees)
        and _within(groups, max(int(learner["learner_model_param"]["num_class"]), 1))
        and ends[0] == 0
        and ends[-1] == len(trees)
        and (np.diff(ends) >= 0).all()
        and [tree["id"] for tree in trees] == list(range(len(trees)))
        and all(_is_tree_sound(tree, model.n_features_in_) for tree in trees)
    )


_PER_NODE = (
    "base_weights",
    "default_left",
    "left_children",
    "loss_changes",
    "parents",
    "right_children",
    "split_conditions",
    "split_indices",
    "split_type",
    "sum_hessian",
)


def _is_tree_sound(tree: Any, width: int) -> bool:
    size = len(tree["left_children"])
    shape = tree["tree_param"]
    if size < 1 or any(len(tree[name]) != size for name in _PER_NODE):
        return False
    left, right = np.asarray(tree["left_children"]), np.asarray(tree["right_children"])
    inner = left != -1
    at = np.flatnonzero(inner)
    by_set = np.flatnonzero(np.asarray(tree["split_type"]) == 1)
    return bool(
        (shape["num_nodes"], shape["num_feature"]) == (str(size), str(width))
        and (shape["num_deleted"], shape["size_leaf_vector"]) in {("0", "0"), ("0", "1")}
        and ((left == -1) == (right == -1)).all()
        and all((side[inner] > at).all() and _within(side[inner], size) for side in (left, right))
        and _within(np.asarray(tree["split_indices"]), width)
        and _within(np.asarray(tree["split_type"]), 2)
        and _are_sets_sound(tree, by_set)
    )


def _are_sets_sound(tree: Any, by_set: np.ndarray) -> bool:
    """Check the sets of categories: one for each question that asks by category, and each inside the table."""
    nodes, starts, sizes = (np.asarray(tree[f"categories_{name}"]) for name in ("nodes", "segments", "sizes"))
    table = np.asarray(tree["categories"])
    return bool(
        len(nodes) == len(starts) == len(sizes) == len(by_set)
        and (nodes == by_set).all()
        and _within(table, _LEVELS)
        and (len(sizes) == 0 or (sizes.min() >= 0 and starts.min() >= 0 and (starts + sizes).max() <= len(table)))
    )


def _within(numbers: np.ndarray, size: int) -> bool:
    """Tell whether all are whole numbers from 0 to ``size`` - 1."""
    if numbers.size == 0:
        return True
    return bool(numbers.dtype.kind in "iu" and numbers.ndim == 1 and numbers.min() >= 0 and numbers.max() < size)
