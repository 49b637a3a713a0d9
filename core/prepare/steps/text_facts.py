"""Facts about texts beside their words: length, style, language; and vectors of whole sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import LatheError
from core.params import ParamSpec, ParamValue
from core.prepare.languages import read_codes
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepScope, StepSpec
from core.prepare.steps.common import number_of, text_of
from core.prepare.steps.text_cleaning import WORD_KINDS
from core.types import ColumnKind, ParamLevel

_GROUP_WIDTHS = {"size": 4, "style": 5, "reading": 4}


def _switch(name: str, label: str, help: str, why: str) -> ParamSpec:
    return ParamSpec(name=name, kind="bool", default=True, label=label, help=help, why_default=why)


MEASURE_TEXT = StepSpec(
    key="measure_text",
    title="Measure texts",
    purpose="Says how long, how loud and how hard to read each text is, in new columns.",
    when="Beside words, and before text is cleaned: capitals and marks are gone afterwards. The two readability scores "
    "are made for English; elsewhere they order texts by the length of words and sentences.",
    group=StepGroup.TEXT,
    scope=StepScope.NEW,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"\mathrm{ease} = 206.835 - 1.015\,\frac{\text{words}}{\text{sentences}}"
    r" - 84.6\,\frac{\text{syllables}}{\text{words}}",
    source="R. Flesch (1948); J. P. Kincaid et al. (1975)",
    params=(
        _switch("size", "Length", "Characters, words, sentences, mean length of a word.", "Length often tells much."),
        _switch(
            "style",
            "Style",
            "Shares of capitals, digits and punctuation; share of different words; marks ! and ?.",
            "Unwanted mail is loud.",
        ),
        _switch(
            "reading",
            "Readability",
            "Words a sentence, syllables a word, Flesch reading ease and Flesch-Kincaid grade.",
            "Tells plain from learned writing.",
        ),
    ),
    builder="core.prepare.steps.text_facts:build_measures",
    outline="core.prepare.steps.text_facts:outline_measures",
    sentence="core.prepare.steps.text_facts:say_measures",
)

_CODES = ParamSpec(
    name="codes",
    kind="text",
    default="en, de, fr, es, it",
    examples=("en, de, fr, es, it", "en"),
    label="Languages",
    help="Two letters each (ISO 639-1), such as: en, de, fr. All others share one column.",
    why_default="Frequent ones; name those you expect.",
    tunable=False,
)

TEXT_LANGUAGE = StepSpec(
    key="text_language",
    title="Find the language",
    purpose="Says in new columns how likely each text is in each language.",
    when="For texts in several languages. A few words are too little to tell near relatives apart. Find the language "
    "before the text is cleaned.",
    group=StepGroup.TEXT,
    scope=StepScope.NEW,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"p(l \mid d) \propto p(l) \prod_{g \in d} p(g \mid l)",
    source="M. Lui, T. Baldwin, langid.py (2012); py3langid",
    params=(
        _CODES,
        ParamSpec(
            name="gives",
            kind="choice",
            default="shares",
            choices=("shares", "likeliest"),
            choice_labels=("How likely each language is", "1 for the likeliest, 0 for the rest"),
            label="Say",
            help="Probabilities, or one mark a text.",
            why_default="Mixed texts keep their mix.",
        ),
    ),
    builder="core.prepare.steps.text_facts:build_languages",
    outline="core.prepare.steps.text_facts:outline_languages",
    sentence="core.prepare.steps.text_facts:say_languages",
    live=False,
)

KEEP_LANGUAGE = StepSpec(
    key="keep_language",
    title="Learn from one language only",
    purpose="Takes rows in another language out of what is learned from.",
    when="Where a few texts in other languages disturb. Rows to predict are never taken out; rows without text stay.",
    group=StepGroup.TEXT,
    scope=StepScope.ROWS,
    kinds=(ColumnKind.TEXT,),
    takes=(Form.WORDS,),
    formula=r"\text{keep } i \text{ if } p(l \mid d_i) \ge p_{\min}",
    source="M. Lui, T. Baldwin, langid.py (2012); py3langid",
    params=(
        ParamSpec(
            name="code",
            kind="text",
            default="en",
            examples=("en", "de"),
            label="Language",
            help="Two letters (ISO 639-1), such as: en.",
            why_default="The most frequent one.",
            tunable=False,
        ),
        ParamSpec(
            name="least",
            kind="float",
            default=0.5,
            low=0.05,
            high=0.99,
            step=0.05,
            label="Least probability",
            help="Rows whose text is less likely to be in the language are taken out.",
            why_default="More likely than not.",
        ),
    ),
    builder="core.prepare.steps.text_facts:build_language_rows",
    outline="core.prepare.steps.text_facts:outline_language_rows",
    sentence="core.prepare.steps.text_facts:say_language_rows",
    live=False,
)

EMBED_TEXT = StepSpec(
    key="embed_text",
    title="Turn text into sentence vectors",
    purpose="Lets a trained language model read each text and gives its meaning as a row of numbers.",
    when="Where word order and near meanings matter and texts are few. Needs a model exported to ONNX in a folder of "
    "the server, with the same files wherever predictions are made. Slow: texts are read one by one.",
    group=StepGroup.TEXT,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"z_d = \frac{\bar h_d}{\lVert \bar h_d \rVert}, \quad \bar h_d = \frac{1}{|d|} \sum_{t \in d} h_t",
    source="N. Reimers, I. Gurevych, Sentence-BERT (2019)",
    params=(
        ParamSpec(
            name="folder",
            kind="text",
            default="",
            optional=True,
            label="Folder of the model",
            help="A folder on the server that holds tokenizer.json, model.onnx and config.json. Whoever runs Lathe "
            "says in LATHE_MODEL_FOLDERS where such folders may lie.",
            why_default="No model comes with Lathe.",
            tunable=False,
        ),
        ParamSpec(
            name="most_pieces",
            kind="int",
            default=256,
            low=8,
            high=512,
            label="Longest text",
            help="Texts are cut after so many pieces of words (tokens).",
            why_default="What most sentence models were trained with.",
            level=ParamLevel.ADVANCED,
        ),
    ),
    builder="core.prepare.steps.text_facts:build_vectors",
    outline="core.prepare.steps.text_facts:outline_vectors",
    sentence="core.prepare.steps.text_facts:say_vectors",
    live=False,
)

STEPS: tuple[StepSpec, ...] = (MEASURE_TEXT, TEXT_LANGUAGE, KEEP_LANGUAGE, EMBED_TEXT)


def build_measures(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the measures of the columns."""
    from core.prepare.transformers.readability import TextMeasures

    return TextMeasures(**{name: bool(params[name]) for name in _GROUP_WIDTHS})


def outline_measures(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one feature with all measures of all columns."""
    width = sum(width for name, width in _GROUP_WIDTHS.items() if params[name])
    if not width:
        raise LatheError("At least one group of measures must be on; all are off.", hint="Switch one on.")
    return _added(context, width * len(context.features), density=0.8)


def say_measures(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is measured."""
    words = {"size": "length", "style": "style", "reading": "readability"}
    return f"{', '.join(word for name, word in words.items() if params[name])} measured in new columns"


def build_languages(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the language shares of the columns."""
    from core.prepare.transformers.language import LanguageShares

    return LanguageShares(codes=list(read_codes(text_of(params, "codes"))), likeliest=params["gives"] == "likeliest")


def outline_languages(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return one feature with a column a language and one for the others, for each text column."""
    width = len(read_codes(text_of(params, "codes"))) + 1
    return _added(context, width * len(context.features), density=1 / width if params["gives"] == "likeliest" else 1.0)


def say_languages(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is found."""
    return f"its language ({', '.join(read_codes(text_of(params, 'codes')))} or another) in new columns"


def build_language_rows(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the chooser of rows."""
    from core.prepare.transformers.language import LanguageRows

    return LanguageRows(code=_one_code(params), least=number_of(params, "least"))


def outline_language_rows(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Check the language; no column changes."""
    _one_code(params)
    return context.features


def say_language_rows(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say which rows stay."""
    return f"learned from only where its language is {_one_code(params)}"


def _one_code(params: Mapping[str, ParamValue]) -> str:
    codes = read_codes(text_of(params, "code"))
    if len(codes) > 1:
        raise LatheError(f"One language must be named; there are {len(codes)}.", hint="Leave one.", field="code")
    return codes[0]


def build_vectors(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the sentence vectors of one column."""
    from core.prepare.sentence_models import content_hash, find_model
    from core.prepare.transformers.embedding import SentenceVectors

    folder = text_of(params, "folder")
    files = content_hash(find_model(folder))
    return SentenceVectors(folder=folder, most_pieces=int(number_of(params, "most_pieces")), files=files)


def outline_vectors(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Check the folder, and return as many columns as the model's description says."""
    from core.prepare.sentence_models import expected_width, find_model

    width = expected_width(find_model(text_of(params, "folder")))
    return tuple(f.becomes(form=Form.NUMBER, width=width, gaps=False, density=1.0) for f in context.features)


def say_vectors(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what the text becomes."""
    return "a vector a text, from the sentence model"


def _added(context: StepContext, width: int, *, density: float) -> tuple[Feature, ...]:
    first = context.features[0]
    return (first.becomes(form=Form.NUMBER, width=width, gaps=False, density=density),)
