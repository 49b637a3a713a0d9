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
    "degree", "max_depth", "max_leaf_nodes", "max_features", "columns_share", "rows_share", "max_samples", "C",
    "gamma", "learning_rate", "rounds", "epochs", "layers", "width", "blocks", "block_width", "embedding_width",
)  # fmt: skip
_MORE_RESTRAINS = (
    "penalty", "strength", "alpha", "l2", "min_samples_leaf", "min_child_weight", "ccp_alpha",
    "n_neighbors", "smoothing", "widening", "shrinkage", "dropout", "block_dropout", "weight_decay",
    "label_smoothing", "noise", "length_scale",
)  # fmt: skip
_MATTERS = (
    "penalty", "strength", "alpha", "C", "max_depth", "n_neighbors", "max_leaf_nodes", "min_samples_leaf", "degree",
    "gamma", "weight_decay", "dropout", "block_dropout", "l2", "learning_rate", "width", "block_width", "layers",
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
    way : {"higher", "lower", "limit"}
    """

    spec: ParamSpec
    value: ParamValue
    way: Literal["higher", "lower", "limit"]

    def words(self) -> str:
        """Say it as advice."""
        label = f"\N{LEFT DOUBLE QUOTATION MARK}{self.spec.label}\N{RIGHT DOUBLE QUOTATION MARK}"
        if self.way == "limit":
            return f"Set a limit for {label} (now {self.spec.none_label.lower()})."
        return f"Try a {self.way} value of {label} (now {self.value:g})."


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
        is_pace = param.name == "learning_rate" and spec.capabilities.progress == "epoch"
        able = param.kind in ("int", "float") and param.name in params and param.is_active(params)
        # The steps of a network decide whether it settles, not how far it can bend.
        if not way or not able or is_pace:
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
