"""Text turned into numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps import text_cleaning, text_facts
from core.prepare.steps.common import number_of, text_of
from core.prepare.steps.text_cleaning import WORD_KINDS
from core.types import ParamLevel

LONGEST = ParamSpec(
    name="longest",
    kind="int",
    default=1,
    low=1,
    high=5,
    label="Words in a row",
    help="2 also counts pairs such as 'not good' (n-grams from 1 to this). For characters: pieces of this many and of "
    "one fewer.",
    why_default="Single words are few enough to learn from; pairs need many texts.",
    level=ParamLevel.ADVANCED,
)

UNIT = ParamSpec(
    name="unit",
    kind="choice",
    default="word",
    choices=("word", "char_wb", "char"),
    choice_labels=("Words", "Pieces of words", "Pieces of the text"),
    label="What is counted",
    help="Pieces of words (character n-grams) forgive typing errors and suit languages that join words.",
    why_default="Words can be read by people.",
    level=ParamLevel.ADVANCED,
)

MIN_ROWS = ParamSpec(
    name="min_rows",
    kind="int",
    default=1,
    low=1,
    high=1000,
    log=True,
    label="Leave out words in fewer rows than",
    help="Counted in the training rows (minimum document frequency).",
    why_default="The number of words kept bounds them already.",
    level=ParamLevel.ADVANCED,
)

MAX_SHARE = ParamSpec(
    name="max_share",
    kind="float",
    default=1.0,
    low=0.05,
    high=1.0,
    step=0.05,
    label="Leave out words in a larger share of rows than",
    help="Of the training rows (maximum document frequency). 1 leaves none out.",
    why_default="Word weights make common words small by themselves.",
    level=ParamLevel.ADVANCED,
)


def _kept(default: int, high: int, why: str) -> ParamSpec:
    return ParamSpec(
        name="max_words",
        kind="int",
        default=default,
        low=10,
        high=high,
        log=True,
        label="Words kept",
        help="The most frequent words of the training rows; more tell finer and cost time.",
        why_default=why,
    )


ENCODE_TEXT = StepSpec(
    key="encode_text",
    title="Turn text into word weights",
    purpose="Gives each frequent word a column that says how much a text is about it.",
    when="For free text such as comments and descriptions. Texts in which word order decides need a sentence model.",
    group=StepGroup.TEXT,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"\mathrm{tfidf}(t, d) = (1 + \ln \mathrm{tf}(t, d)) \left(1 + \ln \frac{1 + n}{1 + \mathrm{df}(t)}\right)",
    source="scikit-learn, TfidfVectorizer",
    params=(
        _kept(100, 2000, "A hundred words cover most of what short texts say."),
        LONGEST,
        UNIT,
        MIN_ROWS,
        MAX_SHARE,
    ),
    builder="core.prepare.steps.text:build_words",
    outline="core.prepare.steps.text:outline_words",
    sentence="core.prepare.steps.text:say_words",
)

COUNT_WORDS = StepSpec(
    key="count_words",
    title="Count words",
    purpose="Gives each frequent word a column that says how often a text uses it.",
    when="Where counts themselves mean something, and for naive Bayes. Word weights (TF-IDF) suit most other models "
    "better, because long texts do not weigh more there.",
    group=StepGroup.TEXT,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"x_{d,t} = \mathrm{tf}(t, d)",
    source="scikit-learn, CountVectorizer",
    params=(
        _kept(100, 2000, "A hundred words cover most of what short texts say."),
        ParamSpec(
            name="counts",
            kind="choice",
            default="counts",
            choices=("counts", "present"),
            choice_labels=("How often", "Only whether"),
            label="Say",
            help="'Only whether' writes 1 however often the word occurs (binary).",
            why_default="The plain bag of words.",
        ),
        LONGEST,
        UNIT,
        MIN_ROWS,
        MAX_SHARE,
    ),
    builder="core.prepare.steps.text:build_words",
    outline="core.prepare.steps.text:outline_words",
    sentence="core.prepare.steps.text:say_counts",
)

HASH_TEXT = StepSpec(
    key="hash_text",
    title="Hash words into columns",
    purpose="Spreads all words over a fixed number of columns.",
    when="For very many different words, and where new words keep coming: nothing is learned, none is unknown. Columns "
    "cannot be read afterwards, because several words share one.",
    group=StepGroup.TEXT,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"x_{d,j} = \sum_{t \in d,\; h(t) = j} \pm 1, \quad \lVert x_d \rVert = 1",
    source="Weinberger et al., Feature hashing, ICML 2009; scikit-learn, HashingVectorizer",
    params=(
        ParamSpec(
            name="width",
            kind="int",
            default=256,
            low=16,
            high=4096,
            log=True,
            label="Columns",
            help="Fewer columns let more words share one.",
            why_default="Short texts seldom meet in the same column then.",
        ),
        LONGEST,
        UNIT,
    ),
    builder="core.prepare.steps.text:build_hashed",
    outline="core.prepare.steps.text:outline_hashed",
    sentence="core.prepare.steps.text:say_hashed",
)

TEXT_TOPICS = StepSpec(
    key="text_topics",
    title="Find topics in text",
    purpose="Gathers words that occur together into a few numbers a text.",
    when="For trees and nearest neighbours, which do badly with hundreds of word columns, and where words have many "
    "near equals. Where the rows of a fold hold fewer words than topics, the last columns are zeros.",
    group=StepGroup.TEXT,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"X_{\mathrm{tfidf}} \approx U \Sigma V^{\top}, \quad z_d = x_d V",
    source="Deerwester et al., Indexing by latent semantic analysis, 1990",
    params=(
        ParamSpec(
            name="topics",
            kind="int",
            default=20,
            low=2,
            high=200,
            log=True,
            label="Topics",
            help="Columns given (components of a truncated SVD of TF-IDF weights, also called LSA).",
            why_default="Twenty numbers keep the broad themes of most columns.",
        ),
        _kept(5000, 20_000, "Topics gather many words, so that more of them can be used."),
        LONGEST,
        MIN_ROWS,
    ),
    builder="core.prepare.steps.text:build_topics",
    outline="core.prepare.steps.text:outline_topics",
    sentence="core.prepare.steps.text:say_topics",
)

STEPS: tuple[StepSpec, ...] = (
    *text_cleaning.STEPS,
    ENCODE_TEXT,
    COUNT_WORDS,
    HASH_TEXT,
    TEXT_TOPICS,
    *text_facts.STEPS,
)


def build_words(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the word weights, or the counts, of one column."""
    from core.prepare.transformers.text import TextWords

    return TextWords(
        max_words=int(number_of(params, "max_words")),
        weights=text_of(params, "counts") or "tfidf",
        longest=int(number_of(params, "longest")),
        unit=text_of(params, "unit"),
        min_rows=int(number_of(params, "min_rows")),
        max_share=number_of(params, "max_share"),
    )


def outline_words(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return at most as many columns as words are kept."""
    return _wide(context, int(number_of(params, "max_words")), density=0.05)


def say_words(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    return f"the {params['max_words']} most frequent {_terms(params)} weighted (TF-IDF)"


def say_counts(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    how = "counted" if params["counts"] == "counts" else "marked where they occur"
    return f"the {params['max_words']} most frequent {_terms(params)} {how}"


def build_hashed(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the hashed words of one column."""
    from core.prepare.transformers.text import HashedWords

    longest = int(number_of(params, "longest"))
    return HashedWords(width=int(number_of(params, "width")), longest=longest, unit=text_of(params, "unit"))


def outline_hashed(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return just as many columns as asked for."""
    width = int(number_of(params, "width"))
    return _wide(context, width, density=min(12 / width, 0.5))


def say_hashed(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    return f"all {_terms(params)} hashed into {params['width']} columns"


def build_topics(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the topics of one column."""
    from core.prepare.transformers.text import TextTopics

    return TextTopics(
        topics=int(number_of(params, "topics")),
        max_words=int(number_of(params, "max_words")),
        longest=int(number_of(params, "longest")),
        min_rows=int(number_of(params, "min_rows")),
        seed=context.seed,
    )


def outline_topics(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return just as many columns as topics."""
    return _wide(context, int(number_of(params, "topics")), density=1.0)


def say_topics(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    return f"{params['topics']} topics found in its words"


def _wide(context: StepContext, width: int, *, density: float) -> tuple[Feature, ...]:
    return tuple(f.becomes(form=Form.NUMBER, width=width, gaps=False, density=density) for f in context.features)


def _terms(params: Mapping[str, ParamValue]) -> str:
    if params["unit"] != "word":
        return "pieces of words" if params["unit"] == "char_wb" else "pieces of the text"
    return "words" if params["longest"] == 1 else f"runs of up to {params['longest']} words"
