"""How one recipe differs from another, in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.data.task import Split, Task
from core.errors import NotFound
from core.evaluate.metrics import ordered_metrics
from core.models.registry import get_model
from core.prepare.follow import difference
from core.prepare.plan import PreparePlan
from core.prepare.registry import get_step
from core.run.recipe import ModelChoice, Recipe
from core.types import ColumnRole
from core.words import listed

SAME = "The two recipes are the same."
MOST_NAMED = 4
_SPLIT_WORDS = {
    "kind": "how rows are divided",
    "folds": "folds",
    "validation": "share judged",
    "repeats": "times drawn",
    "holdout": "share locked away",
    "seed": "seed of the division",
}


def recipe_differences(first: Recipe, second: Recipe, *, tables: tuple[str, str] = ("", "")) -> tuple[str, ...]:
    """Say in sentences what the second recipe does otherwise; empty where they are the same.

    Parameters
    ----------
    first, second : Recipe
        What is compared.
    tables : tuple of two str
        Names of their tables.
    """
    lines = [
        *_data(first, second, tables),
        *_task(first.task, second.task),
        *_split(first.task.split, second.task.split),
    ]
    lines += _plans(first.plan, second.plan)
    lines += _models(first, second)
    if first.budget != second.budget:
        lines.append("The second has another budget of time or another device.")
    if first.seed != second.seed:
        lines.append(f"Seed {first.seed} against {second.seed}.")
    return tuple(lines)


def _data(first: Recipe, second: Recipe, tables: tuple[str, str]) -> list[str]:
    if first.dataset == second.dataset:
        return []
    if first.dataset_id == second.dataset_id:
        return ["The table has been changed between the two."]
    return [f"Another table: {tables[0] or 'one that is gone'} against {tables[1] or 'one that is gone'}."]


def _task(first: Task, second: Task) -> list[str]:
    lines = []
    if first.target != second.target:
        lines.append(f"Another target: {first.target} against {second.target}.")
    elif first.kind is not second.kind:
        lines.append(f"The target is taken as {first.kind.value} against {second.kind.value}.")
    aside = [{name for name, role in task.roles.items() if role is not ColumnRole.USE} for task in (first, second)]
    for less, more, who in ((aside[0], aside[1], "second"), (aside[1], aside[0], "first")):
        if more - less:
            lines.append(f"Only the {who} does without {listed(sorted(more - less), most=MOST_NAMED)}.")
    if first.kind is second.kind:
        titles = [ordered_metrics(task)[0].title for task in (first, second)]
        if titles[0] != titles[1]:
            lines.append(f"Ranked by {titles[0]} against {titles[1]}.")
        if first.positive_class != second.positive_class:
            lines.append(f"The class asked for is {first.positive_class} against {second.positive_class}.")
    return lines


def _split(first: Split, second: Split) -> list[str]:
    mine, other = first.model_dump(mode="json"), second.model_dump(mode="json")
    changed = [name for name in mine if mine[name] != other[name]]
    named = [f"{_SPLIT_WORDS[n]} {mine[n]} against {other[n]}" for n in changed if n in _SPLIT_WORDS]
    if len(named) < len(changed):
        named.append("other settings of the division")
    return [f"Judged otherwise: {', '.join(named)}."] if named else []


def _plans(first: PreparePlan | None, second: PreparePlan | None) -> list[str]:
    if first is None or second is None:
        return [] if first is second else ["Only one of the two uses the suggested preparation as it comes."]
    found = difference(first, second)
    parts = [f"without {_step(first, at)}" for at in found.only_first]
    parts += [f"with {_step(second, at)}" for at in found.only_second]
    parts += [f"{_step(second, at)} set otherwise" for _, at in found.changed]
    parts += ["steps in another order"] if found.moved else []
    policies = first.policies != second.policies
    parts += ["other demands on columns"] if policies else []
    return [f"The second prepares {listed(parts, most=MOST_NAMED)}."] if parts else []


def _step(plan: PreparePlan, at: int) -> str:
    choice = plan.steps[at]
    try:
        title = get_step(choice.step).title
    except NotFound:
        title = choice.step
    names = f" ({listed(list(choice.columns), most=2)})" if choice.columns else ""
    return f"{title}{names}"


def _models(first: Recipe, second: Recipe) -> list[str]:
    mine, other = ({choice.label: choice for choice in recipe.models} for recipe in (first, second))
    lines = []
    for only, who in ((mine.keys() - other.keys(), "first"), (other.keys() - mine.keys(), "second")):
        if only:
            titles = [_title((mine | other)[label]) for label in sorted(only)]
            lines.append(f"Only the {who} has {listed(titles, most=MOST_NAMED)}.")
    lines += [line for label in mine if label in other for line in _choice(mine[label], other[label])]
    return lines


def _title(choice: ModelChoice) -> str:
    try:
        title = get_model(choice.key).title
    except NotFound:
        title = choice.key
    return f"{title} ({choice.name})" if choice.name else title


def _choice(first: ModelChoice, second: ModelChoice) -> list[str]:
    parts = _params(first, second)
    if first.plan != second.plan:
        parts.append("another preparation of its own")
    if first.without != second.without:
        parts.append("other columns left out")
    if first.members != second.members:
        parts.append("other members")
    return [f"{_title(second)}: {', '.join(parts)}."] if parts else []


def _params(first: ModelChoice, second: ModelChoice) -> list[str]:
    try:
        specs = {spec.name: spec for spec in get_model(second.key).params}
    except NotFound:
        specs = {}
    values: list[Mapping[str, Any]] = [
        {name: spec.default for name, spec in specs.items()} | dict(c.params) for c in (first, second)
    ]
    changed = [name for name in {**values[0], **values[1]} if values[0].get(name) != values[1].get(name)]
    labels = [specs[name].label if name in specs else name for name in changed]
    return [
        f"{label} {_value(values[0].get(name))} against {_value(values[1].get(name))}"
        for name, label in zip(changed, labels, strict=True)
    ]


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
