"""Which way each parameter makes a model bend more or less: what advice on learning by heart is drawn from.

Parameters are named alike across models (``max_depth`` is the depth of a tree wherever there is one), so that one table
serves all of them. A parameter that is not here has no one direction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from core.models.spec import ModelSpec
from core.params import ParamSpec, ParamValue

_MORE_BENDS = (
    "degree", "max_depth", "depth", "max_leaf_nodes", "num_leaves", "max_features", "columns_share", "rows_share",
    "max_samples", "C", "gamma", "learning_rate", "rounds", "epochs", "n_knots", "layers", "width", "blocks",
    "embedding_width", "max_iter", "iterations", "splines",
)  # fmt: skip
_MORE_RESTRAINS = (
    "penalty", "alpha", "l1", "l2", "reg_alpha", "reg_lambda", "lambda_l1", "lambda_l2", "l2_leaf_reg",
    "min_samples_leaf", "min_samples_split", "min_child_weight", "min_child_samples", "min_split_gain", "ccp_alpha",
    "n_neighbors", "neighbors", "smoothing", "var_smoothing", "shrinkage", "dropout", "weight_decay",
    "label_smoothing", "noise", "length_scale", "min_gain",
)  # fmt: skip
_MATTERS = (
    "penalty", "alpha", "C", "max_depth", "depth", "n_neighbors", "max_leaf_nodes", "min_samples_leaf", "degree",
    "gamma", "weight_decay", "dropout", "l2", "learning_rate", "width", "layers",
)  # fmt: skip
"""The strongest first."""

BENDS: Mapping[str, int] = {**dict.fromkeys(_MORE_BENDS, 1), **dict.fromkeys(_MORE_RESTRAINS, -1)}
"""1 where a higher value lets the model bend more, -1 where it holds it back."""

_MOST = 3


@dataclass(frozen=True)
class Change:
    """A parameter to move, and where to.

    Attributes
    ----------
    spec : ParamSpec
    value : ParamValue
        As it is.
    way : {"higher", "lower", "limit", "no limit"}
    """

    spec: ParamSpec
    value: ParamValue
    way: Literal["higher", "lower", "limit", "no limit"]

    def words(self) -> str:
        """Say it as advice."""
        label = self.spec.label
        if self.way == "limit":
            return f"Set a limit for {label} (now {self.spec.none_label.lower()})."
        if self.way == "no limit":
            return f"Take the limit off {label} (now {self.value:g})."
        return f"Try {label} {self.way} than {self.value:g}."


def changes(spec: ModelSpec, params: Mapping[str, ParamValue], *, bend: int) -> tuple[Change, ...]:
    """Return the parameters of a model to move, those that matter most first.

    Parameters
    ----------
    spec, params : ModelSpec, mapping
        The model and the values that it was trained with.
    bend : int
        1 to let it bend more, -1 to hold it back.
    """
    found = []
    for param in spec.params:
        way = BENDS.get(param.name, 0) * bend
        if not way or param.kind not in ("int", "float") or param.name not in params or not param.is_active(params):
            continue
        change = _change(param, params[param.name], way)
        if change is not None:
            found.append(change)
    place = {name: number for number, name in enumerate((spec.key_param, *_MATTERS))}
    return tuple(sorted(found, key=lambda one: place.get(one.spec.name, len(place)))[:_MOST])


def _change(param: ParamSpec, value: ParamValue, way: int) -> Change | None:
    limited = "no limit" in param.none_label.lower()
    if value is None:
        # Without a limit it bends as far as it can: only holding it back is left.
        return Change(param, None, "limit") if limited and way < 0 and BENDS[param.name] > 0 else None
    number = float(value)
    if way > 0 and param.high is not None and number < param.high:
        return Change(param, value, "higher")
    if way < 0 and param.low is not None and number > param.low:
        return Change(param, value, "lower")
    return None
