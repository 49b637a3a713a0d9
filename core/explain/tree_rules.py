"""A decision tree in words: its questions, and a rule for each of its ends."""

from __future__ import annotations

from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.explain.prepared import feature_names, levels_of
from core.models.fitted import FittedModel
from core.words import listed

MOST_NODES = 400
_MOST_LEVELS = 6


class TreeNode(BaseModel):
    """One node; the children of a question are places in `TreeRules.nodes`.

    Attributes
    ----------
    column : str
        What is asked for; empty at an end.
    question : str
        Asked of a row; yes goes to ``yes``. Empty at an end.
    otherwise : str
        The same question when the answer is no.
    yes, no : int
        Children; -1 at an end.
    depth : int
    rows : int
        Training rows that came here.
    share : float
        Of all training rows.
    answer : str
        The likeliest class, or the mean.
    shares : tuple of float
        Share of each class; empty for numbers.
    value : float
        Share of the likeliest class, or the mean.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str = ""
    question: str = ""
    otherwise: str = ""
    yes: int = -1
    no: int = -1
    depth: int
    rows: int
    share: float
    answer: str
    shares: tuple[float, ...] = ()
    value: float


class TreeRules(BaseModel):
    """A decision tree.

    Attributes
    ----------
    nodes : tuple of TreeNode
        The root first; a node stands before its children.
    classes : tuple of str
    cut : bool
        The tree has more nodes than are kept; deeper questions are left out.
    finding : str
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: str
    nodes: tuple[TreeNode, ...]
    classes: tuple[str, ...] = ()
    cut: bool = False
    finding: str

    def rules(self) -> tuple[tuple[str, TreeNode], ...]:
        """Return each end with the questions that lead to it, as a sentence; the largest first."""
        found: list[tuple[str, TreeNode]] = []
        # A later question about the same side of a column is the tighter one and takes the place of the earlier.
        waiting: list[tuple[int, dict[tuple[str, bool], str]]] = [(0, {})]
        while waiting:
            place, way = waiting.pop()
            node = self.nodes[place]
            if node.yes < 0:
                found.append((" and ".join(way.values()) or "every row", node))
                continue
            waiting.append((node.no, {**way, (node.column, False): node.otherwise}))
            waiting.append((node.yes, {**way, (node.column, True): node.question}))
        return tuple(sorted(found, key=lambda rule: -rule[1].rows))


def tree_rules(fitted: FittedModel) -> TreeRules | None:
    """Return the questions of a single decision tree; None for other models."""
    pipeline = fitted.pipeline
    if not hasattr(pipeline, "steps"):
        return None
    model: Any = pipeline[-1]
    middle, spread = 0.0, 1.0
    if type(model).__name__ == "RareClassClassifier" and len(model.members_) == 1:
        model = model.members_[0]
    if type(model).__name__ == "TransformedTargetRegressor":
        if type(model.transformer_).__name__ != "StandardScaler":
            return None
        middle, spread = float(model.transformer_.mean_[0]), float(model.transformer_.scale_[0])
        model = model.regressor_
    if type(model).__name__ not in ("DecisionTreeClassifier", "DecisionTreeRegressor"):
        return None
    classes = tuple(str(label) for label in getattr(model, "classes_", ()))
    asked = _Asked(feature_names(pipeline), levels_of(pipeline))
    nodes, cut = _nodes(model.tree_, asked, classes, middle, spread)
    return TreeRules(target=fitted.target, nodes=nodes, classes=classes, cut=cut, finding=_finding(nodes))


class _Asked:
    """Puts splits into words."""

    def __init__(self, names: list[str], levels: dict[str, tuple[str, ...]]) -> None:
        self.names = names
        self.levels = levels

    def words(self, feature: int, threshold: float) -> tuple[str, str]:
        """Return the question that is answered with yes at or below the threshold, and its opposite."""
        name = self.names[feature]
        levels = self.levels.get(name)
        if levels is None:
            return f"{name} ≤ {threshold:.4g}", f"{name} > {threshold:.4g}"
        above = levels[max(int(np.floor(threshold)) + 1, 0) :]
        below = levels[: max(int(np.floor(threshold)) + 1, 0)]
        if not below:
            return f"{name} is not known", f"{name} is known"
        return f"{name} is {_either(below)}, or not known", f"{name} is {_either(above)}"


def _either(levels: tuple[str, ...]) -> str:
    return listed(list(levels), most=_MOST_LEVELS).replace(" and ", " or ")


def _nodes(
    tree: Any, asked: _Asked, classes: tuple[str, ...], middle: float, spread: float
) -> tuple[tuple[TreeNode, ...], bool]:
    """Return the nodes level by level, at most `MOST_NODES`; and whether some were left out."""
    order, place_of = [0], {0: 0}
    cut = False
    for node in order:
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left < 0:
            continue
        if len(order) + 2 > MOST_NODES:
            cut = True
            continue
        for child in (left, right):
            place_of[child] = len(order)
            order.append(child)
    depths = {0: 0}
    nodes = []
    total = max(int(tree.n_node_samples[0]), 1)
    for node in order:
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        is_end = left not in place_of
        if not is_end:
            depths[left] = depths[right] = depths[node] + 1
        question, otherwise = ("", "") if is_end else asked.words(int(tree.feature[node]), float(tree.threshold[node]))
        found = np.asarray(tree.value[node], dtype=np.float64)[0]
        shares = tuple(float(share) for share in found / max(found.sum(), 1e-300)) if classes else ()
        value = max(shares) if shares else middle + spread * float(found[0])
        nodes.append(
            TreeNode(
                column="" if is_end else asked.names[int(tree.feature[node])],
                question=question,
                otherwise=otherwise,
                yes=-1 if is_end else place_of[left],
                no=-1 if is_end else place_of[right],
                depth=depths[node],
                rows=int(tree.n_node_samples[node]),
                share=int(tree.n_node_samples[node]) / total,
                answer=classes[int(np.argmax(shares))] if shares else f"{value:.4g}",
                shares=shares,
                value=value,
            )
        )
    return tuple(nodes), cut


def _finding(nodes: tuple[TreeNode, ...]) -> str:
    ends = sum(node.yes < 0 for node in nodes)
    if ends == 1:
        return "The tree asks nothing: one answer for every row"
    deepest = max(node.depth for node in nodes)
    return f"{ends:,} rules of at most {deepest} questions; the first is whether {nodes[0].question}"
