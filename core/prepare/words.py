"""A plan in sentences, as the model card, the Model page and the command line tell it."""

from __future__ import annotations

from core.prepare.contract import Contract
from core.prepare.planned import PlannedStep, PlanOutline
from core.words import listed

_MOST_NAMES = 6


def plan_sentences(outline: PlanOutline) -> tuple[str, ...]:
    """Say what is done to which columns, one sentence a step, in order.

    Parameters
    ----------
    outline : PlanOutline
        Of a plan for one family of models.
    """
    return tuple(_sentence(step) for step in outline.steps)


def _sentence(step: PlannedStep) -> str:
    phrase = step.spec.phrase(step.params, step.context)
    if not step.spec.scope.has_columns:
        return f"{step.spec.title}: {phrase}."
    names = listed([feature.root for feature in step.context.features], most=_MOST_NAMES)
    # A phrase of one column ("14 columns of 0 and 1") says too much where there are several.
    words = phrase if len(step.context.features) == 1 or step.spec.one_to_one else step.spec.title.lower()
    return f"{names}: {words}."


def policy_sentences(contract: Contract) -> tuple[str, ...]:
    """Say how odd cells of later rows are taken, where a person chose other than the usual."""
    said = []
    for column in contract.columns:
        policy, words = column.policy, []
        if column.levels is not None and policy.unseen != "as_rare":
            words.append({"as_missing": "count as missing", "refuse": "are refused"}[policy.unseen])
            words[-1] = f"categories never seen {words[-1]}"
        if column.low is not None and policy.outside != "warn":
            verb = "are refused" if policy.outside == "refuse" else "are accepted without a word"
            words.append(f"values outside the range seen {verb}")
        if policy.missing == "refuse":
            words.append("rows without it are refused")
        if words:
            said.append(f"{column.name}: {'; '.join(words)}.")
    return tuple(said)
