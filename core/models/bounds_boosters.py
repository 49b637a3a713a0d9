"""Checks of stored boosters before the library's native reader sees them.

The readers of XGBoost and CatBoost believe the places named in a file: a child outside the tree, or a question that is
not there, is followed into foreign memory at the first prediction. Both libraries' own JSON forms are therefore read
and looked through in Python first.
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


def is_catboost_sound(model: Any) -> bool:
    """Check the JSON form in ``model.model_`` of our CatBoost estimators, for rows of ``model.n_features_in_`` columns.

    Checked are the numbers of columns and of scores, and that trees ask only questions that there are, have as many
    leaf values as questions make ends, and that tables of categories are whole and looked up inside.
    """
    try:
        whole = json.loads(model.model_.tobytes())
        features = whole["features_info"]
        floats, words = features.get("float_features", []), features.get("categorical_features", [])
        scores = len(getattr(model, "classes_", ()))
        return bool(
            set(whole) <= {"ctr_data", "features_info", "model_info", "oblivious_trees", "scale_and_bias"}
            and set(features) <= {"float_features", "categorical_features", "ctrs"}
            and _are_columns_sound(floats, words, model)
            and _are_tables_sound(features.get("ctrs", []), whole.get("ctr_data") or {}, len(floats), len(words))
            and _are_oblivious_sound(whole, _questions(features), scores if scores > 2 else 1)
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError, RecursionError, IndexError):
        return False


def _are_columns_sound(floats: Any, words: Any, model: Any) -> bool:
    """Check that columns are numbered as they stand: numbers first, then categories."""
    places = [(one["feature_index"], one["flat_feature_index"]) for one in (*floats, *words)]
    wanted = [*((i, i) for i in range(len(floats))), *((i, len(floats) + i) for i in range(len(words)))]
    return places == wanted and len(words) == model.n_codes and len(places) == model.n_features_in_


def _questions(features: Any) -> int:
    """Return how many questions trees can ask: borders of numbers, single categories, borders of category figures."""
    kinds = (("float_features", "borders"), ("categorical_features", "values"), ("ctrs", "borders"))
    return sum(len(one.get(asked) or []) for kind, asked in kinds for one in features.get(kind, []))


def _are_oblivious_sound(whole: Any, questions: int, scores: int) -> bool:
    scale, bias = whole["scale_and_bias"]
    return (
        isinstance(scale, int | float)
        and len(bias) == scores
        and all(
            len(tree["splits"]) <= _DEEPEST
            and len(tree["leaf_values"]) == scores * 2 ** len(tree["splits"])
            and len(tree.get("leaf_weights", [])) in (0, 2 ** len(tree["splits"]))
            and all(_is_place(split["split_index"], questions) for split in tree["splits"])
            for tree in whole["oblivious_trees"]
        )
    )


_DEEPEST = 16
_KINDS = {"Borders", "Buckets", "BinarizedTargetMeanValue", "Counter", "FloatTargetMeanValue", "FeatureFreq"}


def _are_tables_sound(figures: Any, tables: Any, floats: int, words: int) -> bool:
    """Check the figures that stand for categories: each has a whole table, and asks inside it."""
    for one in figures:
        table = tables[one["identifier"]]
        stride, cells = table["hash_stride"], table["hash_map"]
        counts = one["ctr_type"] in ("Counter", "FeatureFreq")
        if (
            one["ctr_type"] not in _KINDS
            or json.loads(one["identifier"]) != {"identifier": one["elements"], "type": one["ctr_type"]}
            or not _is_place(stride, 2 + _LEVELS)
            or stride < 2
            or len(cells) % stride
            or not (counts or _is_place(one["target_border_idx"], stride - 1))
            or not all(_is_element_sound(element, floats, words) for element in one["elements"])
        ):
            return False
    return set(tables) == {one["identifier"] for one in figures}


def _is_element_sound(element: Any, floats: int, words: int) -> bool:
    kind = element["combination_element"]
    if kind == "float_feature":
        return _is_place(element["float_feature_index"], floats)
    return kind in ("cat_feature_value", "cat_feature_exact_value") and _is_place(element["cat_feature_index"], words)


def _is_place(number: Any, size: int) -> bool:
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < size


def _within(numbers: np.ndarray, size: int) -> bool:
    """Tell whether all are whole numbers from 0 to ``size`` - 1."""
    if numbers.size == 0:
        return True
    return bool(numbers.dtype.kind in "iu" and numbers.ndim == 1 and numbers.min() >= 0 and numbers.max() < size)
