"""The cleaning recipe on one typed sentence: the text after each step, and what that step took away or changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from core.errors import LatheError
from core.params import ParamValue, validate_params

LONGEST_TEXT = 5_000


@dataclass(frozen=True)
class TextStage:
    """A text after one step of the recipe.

    Attributes
    ----------
    label : str
        Name of the step.
    text : str
        As it is then.
    tokens : tuple of str
        Its words.
    removed : int
        Words fewer than before this step; negative where there are more.
    touched : int
        Characters of the text before that are not in the text after, each counted.
    """

    label: str
    text: str
    tokens: tuple[str, ...]
    removed: int
    touched: int


def tokens_before_after(text: str, params: Mapping[str, ParamValue]) -> tuple[TextStage, ...]:
    """Take one text through the step "Clean text".

    Parameters
    ----------
    text : str
        At most `LONGEST_TEXT` characters.
    params : mapping of str to ParamValue
        Of the step; what is left out has its default.

    Returns
    -------
    tuple of TextStage
        The text as it is, then after each step that is switched on.

    Raises
    ------
    LatheError
        Where the text is too long, or a rule or pattern is none; `InvalidInput` for refused parameters.
    """
    from core.prepare.steps.text_cleaning import CLEAN_TEXT, check_cleaner, cleaner

    if len(text) > LONGEST_TEXT:
        raise LatheError(
            f"The sample text must have at most {LONGEST_TEXT:,} characters. It has {len(text):,}.", field="text"
        )
    checked = validate_params(CLEAN_TEXT.params, dict(params))
    check_cleaner(checked)
    stages = [_stage("As it is", text, text)]
    for stage in cleaner(checked).stages():
        before = stages[-1].text
        after = " ".join(stage.work([before])[0].split())
        stages.append(_stage(stage.label, before, after))
    return tuple(stages)


def _stage(label: str, before: str, after: str) -> TextStage:
    from core.prepare.transformers.cleaning import words_of

    tokens = tuple(words_of(after))
    return TextStage(label, after, tokens, len(words_of(before)) - len(tokens), _touched(before, after))


def _touched(before: str, after: str) -> int:
    def signs(text: str) -> Counter[str]:
        return Counter("".join(text.split()))

    return sum((signs(before) - signs(after)).values())
