"""How the page "Prepare" speaks: columns, families, sentences, differences."""

from __future__ import annotations

from collections.abc import Sequence

from components.kinds import KIND_WORDS, TYPE_PLURALS, TYPE_WORDS
from core import words
from core.errors import NotFound
from core.prepare.follow import PlanDifference
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.registry import get_step
from core.prepare.spec import Family
from core.prepare.tell import StepTold
from core.types import ColumnKind

FAMILIES = {Family.LINEAR: "Linear models", Family.TREES: "Trees", Family.NETWORKS: "Networks"}
"""Families of models that are prepared for differently; "linear" includes nearest neighbours."""

SHORT = {Family.LINEAR: "Linear", Family.TREES: "Trees", Family.NETWORKS: "Networks"}
"""The same where there is little room."""

FAMILY_HELP = (
    "Linear models (with nearest neighbours and support vectors), trees (with forests and boosting) and neural "
    "networks work best with different preparation."
)


def title_of(choice: StepChoice) -> str:
    """Return the title of a step, its key where no such step is known."""
    try:
        return get_step(choice.step).title
    except NotFound:
        return choice.step


def listed(names: Sequence[str], most: int = 4) -> str:
    """Name the first columns and count the rest."""
    return words.listed([name or "(no name)" for name in names], most=most)


def all_of(kinds: Sequence[ColumnKind]) -> str:
    """Say which columns a step by type is done to: "all numbers and dates or times"."""
    plural = dict(zip(TYPE_WORDS, TYPE_PLURALS, strict=True))
    return "all " + " and ".join(plural[KIND_WORDS[kind]] for kind in kinds)


def done_to(choice: StepChoice, step: StepTold) -> str:
    """Say what a step is done to."""
    if choice.of_kind:
        names = [name for name in choice.columns if name]
        more = f", and {listed(names)}" if names else ""
        return f"{all_of(choice.of_kind)} ({len(step.columns)}){more}"
    return listed(choice.columns)


def what_is_done(step: StepTold, family: Family | None = None) -> list[str]:
    """Say what a step does: one line for one family or where it is the same for all models, else one a family."""
    if family is not None:
        return [sentence(said) for who, said in step.phrases if family in who]
    if len(step.phrases) == 1:
        return [sentence(step.phrases[0][1])]
    return [f"{_joined(who)}: {sentence(said, low=True)}" for who, said in step.phrases]


def _joined(families: Sequence[Family]) -> str:
    words = " and ".join(FAMILIES[family].lower() for family in families)
    return f"{words[:1].upper()}{words[1:]}"


def family_mark(choice: StepChoice, step: StepTold) -> str:
    """Say for which models a step is done; empty where it is for all."""
    families = choice.families or step.families
    if not choice.enabled or step.problems or len(set(families)) in (0, len(FAMILIES)):
        return ""
    return f"Only {_joined([family for family in FAMILIES if family in families]).lower()}"


def width_mark(step: StepTold, family: Family) -> str:
    """Say how a step changes the width of the table; empty where it does not."""
    before, after = step.width.get(family, (0, 0))
    return "" if before == after else f"{before:,} \N{RIGHTWARDS ARROW} {after:,} columns"


def sentence(text: str, *, low: bool = False) -> str:
    """Return a phrase as a sentence."""
    if not text:
        return ""
    start = text[:1] if low else text[:1].upper()
    return f"{start}{text[1:]}" + ("" if text.endswith(".") else ".")


def differences(mine: PreparePlan, other: PreparePlan, found: PlanDifference) -> list[str]:
    """Say in sentences how a person's plan differs from the suggested one."""
    lines = [f"Only in your plan: {_named(mine.steps[at])}." for at in found.only_first]
    lines += [f"Only in the suggested plan: {_named(other.steps[at])}." for at in found.only_second]
    lines += [
        f"Different in yours: {title_of(mine.steps[at])}, {', '.join(_changes(mine.steps[at], other.steps[twin]))}."
        for at, twin in found.changed
    ]
    return [*lines, *(["Steps stand in another order."] if found.moved else [])]


def _named(choice: StepChoice) -> str:
    columns = all_of(choice.of_kind) if choice.of_kind else listed(choice.columns)
    return f"{title_of(choice)}{' for ' if columns else ''}{columns}"


def _changes(mine: StepChoice, other: StepChoice) -> list[str]:
    words = []
    if mine.enabled != other.enabled:
        words.append("switched on" if mine.enabled else "switched off")
    extra, fewer = set(mine.columns) - set(other.columns), set(other.columns) - set(mine.columns)
    if extra:
        words.append(f"also for {listed(sorted(extra))}")
    if fewer:
        words.append(f"not for {listed(sorted(fewer))}")
    if mine.of_kind != other.of_kind:
        words.append("chosen by type" if mine.of_kind else "columns chosen by name")
    if mine.params != other.params:
        words.append("other settings")
    if mine.families != other.families:
        words.append("for other models")
    return words or ["another name"]
