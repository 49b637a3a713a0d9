"""Text turned into numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import number_of
from core.types import ColumnKind

ENCODE_TEXT = StepSpec(
    key="encode_text",
    title="Turn text into word weights",
    purpose="Gives each frequent word a column that says how much a text is about it.",
    when="For free text such as comments and descriptions.",
    group=StepGroup.TEXT,
    kinds=(ColumnKind.TEXT, ColumnKind.CATEGORICAL, ColumnKind.IDENTIFIER),
    takes=(Form.WORDS,),
    formula=r"\mathrm{tfidf}(t, d) = (1 + \ln \mathrm{tf}(t, d)) \left(1 + \ln \frac{1 + n}{1 + \mathrm{df}(t)}\right)",
    params=(
        ParamSpec(
            name="max_words",
            kind="int",
            default=100,
            low=10,
            high=2000,
            log=True,
            label="Words kept",
            help="The most frequent words of the training rows (TF-IDF); more tell finer and cost time.",
            why_default="A hundred words cover most of what short texts say.",
        ),
    ),
    source="scikit-learn, TfidfVectorizer",
    builder="core.prepare.steps.text:build_words",
    outline="core.prepare.steps.text:outline_words",
    sentence="core.prepare.steps.text:say_words",
)

STEPS: tuple[StepSpec, ...] = (ENCODE_TEXT,)


def build_words(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the word weights of one column."""
    from core.prepare.transformers.text import TextWords

    return TextWords(max_words=int(number_of(params, "max_words")))


def outline_words(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return at most as many columns as words are kept."""
    width = int(number_of(params, "max_words"))
    return tuple(f.becomes(form=Form.NUMBER, width=width, gaps=False, density=0.05) for f in context.features)


def say_words(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    return f"the {params['max_words']} most frequent words weighted (TF-IDF)"
