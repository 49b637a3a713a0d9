"""Text made plainer before it is turned into numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.params import Condition, ParamSpec, ParamValue
from core.prepare.spec import Feature, Form, StepContext, StepGroup, StepSpec
from core.prepare.steps.common import number_of, text_of
from core.prepare.stop_words import LANGUAGES
from core.types import ColumnKind, ParamLevel

WORD_KINDS = (ColumnKind.TEXT, ColumnKind.CATEGORICAL, ColumnKind.IDENTIFIER)

STEM_LANGUAGES = (
    "english", "porter", "arabic", "armenian", "basque", "catalan", "danish", "dutch", "finnish", "french", "german",
    "greek", "hindi", "hungarian", "indonesian", "irish", "italian", "lithuanian", "nepali", "norwegian", "portuguese",
    "romanian", "russian", "serbian", "spanish", "swedish", "tamil", "turkish", "yiddish",
)  # fmt: skip

_WAYS = ("keep", "remove", "word")


def _titled(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("English (Porter's)" if name == "porter" else name.capitalize() for name in names)


CLEAN_TEXT = StepSpec(
    key="clean_text",
    title="Clean text",
    purpose="Makes texts plainer, so that the same word is written the same way everywhere.",
    when="Before words are counted or weighted. Not before sentence embeddings: those models read whole sentences. "
    "Capitals and exclamation marks can say something too; measure the text before cleaning it.",
    group=StepGroup.TEXT,
    kinds=WORD_KINDS,
    takes=(Form.WORDS,),
    formula=r"d \mapsto (c_m \circ \dots \circ c_2 \circ c_1)(d)",
    source="Stemming: M. F. Porter, Snowball (2001). Patterns: RE2",
    params=(
        ParamSpec(
            name="lower",
            kind="bool",
            default=True,
            label="Small letters",
            help="Puts everything in small letters (lowercase).",
            why_default="A word at the start of a sentence is the same word.",
        ),
        ParamSpec(
            name="punctuation",
            kind="bool",
            default=True,
            label="Take punctuation out",
            help="Puts a blank in the place of signs that are no part of a word.",
            why_default="Counting words needs no punctuation.",
        ),
        ParamSpec(
            name="pattern",
            kind="text",
            default="",
            optional=True,
            none_label="Whatever is no letter, digit or blank",
            examples=("", r"[^\p{L}\s]", "[.,;:!?]"),
            label="What counts as punctuation",
            help="A regular expression (RE2). Each part of the text that fits becomes a blank. Empty: whatever is no "
            "letter, digit, underscore or blank, in any alphabet.",
            why_default="Suits most texts.",
            level=ParamLevel.EXPERT,
            tunable=False,
            active_when=Condition(param="punctuation", values=(True,)),
        ),
        ParamSpec(
            name="digits",
            kind="choice",
            default="keep",
            choices=_WAYS,
            choice_labels=("Keep", "Take out", "Write 'number' instead"),
            label="Numbers in the text",
            help="With 'number' the model sees that there is one, not which.",
            why_default="Numbers such as years or sizes can tell something.",
        ),
        ParamSpec(
            name="stop_words",
            kind="choice",
            default="none",
            choices=("none", *LANGUAGES),
            choice_labels=("None", *_titled(LANGUAGES)),
            label="Leave out common words",
            help="Words such as 'the' and 'of' (stop words), from Lathe's short list for the language.",
            why_default="Word weights (TF-IDF) make common words small anyway, and 'not' can matter.",
        ),
        ParamSpec(
            name="own_words",
            kind="lines",
            default="",
            optional=True,
            none_label="None",
            examples=("", "regards\nhello", "a\nb"),
            label="Other words to leave out",
            help="One word a line.",
            why_default="Only you know which words say nothing here.",
            tunable=False,
        ),
        ParamSpec(
            name="stemming",
            kind="choice",
            default="none",
            choices=("none", *STEM_LANGUAGES),
            choice_labels=("No", *_titled(STEM_LANGUAGES)),
            label="Cut words to their stems",
            help="'connected' and 'connections' become 'connect' (stemming, Snowball). Stems need not be words.",
            why_default="Helps where texts are few and short; with many texts the forms tell something.",
        ),
        ParamSpec(
            name="unicode",
            kind="choice",
            default="keep",
            choices=("keep", "fold", "ascii"),
            choice_labels=("Keep every character", "Take accents away", "Keep ASCII only"),
            label="Characters",
            help="'Take accents away' makes 'é' an 'e' and curly quotes straight. 'ASCII only' also drops what has no "
            "such form: other alphabets and emoji.",
            why_default="Dropping characters can empty texts of other alphabets.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="links",
            kind="choice",
            default="keep",
            choices=_WAYS,
            choice_labels=("Keep", "Take out", "Write 'link' instead"),
            label="Links and mail addresses",
            help="Such as https://example.org and a@example.org.",
            why_default="Only texts from the web hold many.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="mentions",
            kind="choice",
            default="keep",
            choices=_WAYS,
            choice_labels=("Keep", "Take out", "Write 'mention' instead"),
            label="Mentions and tags",
            help="Such as @name and #topic.",
            why_default="Only texts from social media hold many.",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="shortest",
            kind="int",
            default=1,
            low=1,
            high=10,
            label="Shortest word kept",
            help="Words of fewer characters are left out.",
            why_default="Short words can matter ('no').",
            level=ParamLevel.ADVANCED,
        ),
        ParamSpec(
            name="rules",
            kind="lines",
            default="",
            optional=True,
            none_label="None",
            examples=("", "\\bu\\b => you", "(\\d+)\\s*€ => \\1 euro\nham => spam"),
            label="Your own replacements",
            help="One a line: pattern => replacement. Done before all else, in order. Patterns are regular expressions "
            "(RE2); \\1 in the replacement is what the first pair of brackets found.",
            why_default="None are needed.",
            level=ParamLevel.EXPERT,
            tunable=False,
        ),
    ),
    builder="core.prepare.steps.text_cleaning:build_cleaner",
    outline="core.prepare.steps.text_cleaning:outline_cleaner",
    sentence="core.prepare.steps.text_cleaning:say_cleaner",
    one_to_one=True,
)

STEPS: tuple[StepSpec, ...] = (CLEAN_TEXT,)


def cleaner(params: Mapping[str, ParamValue]) -> Any:
    """Return the unfitted `TextCleaner` for the parameters of the step."""
    from core.prepare.transformers.cleaning import TextCleaner

    return TextCleaner(
        rules=text_of(params, "rules"),
        unicode=text_of(params, "unicode"),
        lower=bool(params["lower"]),
        links=text_of(params, "links"),
        mentions=text_of(params, "mentions"),
        digits=text_of(params, "digits"),
        punctuation=bool(params["punctuation"]),
        pattern=text_of(params, "pattern"),
        stop_words=text_of(params, "stop_words"),
        own_words=text_of(params, "own_words"),
        stemming=text_of(params, "stemming"),
        shortest=int(number_of(params, "shortest")),
    )


def build_cleaner(params: Mapping[str, ParamValue], context: StepContext) -> Any:
    """Return the cleaner of the columns."""
    return cleaner(params)


def check_cleaner(params: Mapping[str, ParamValue]) -> None:
    """Refuse rules and patterns that cannot be used, before any row is read.

    Raises
    ------
    LatheError
        Naming the line or the pattern.
    """
    from core.prepare.patterns import check_pattern, read_rules

    read_rules(text_of(params, "rules"))
    if text_of(params, "pattern"):
        check_pattern(text_of(params, "pattern"), what="What counts as punctuation")


def outline_cleaner(params: Mapping[str, ParamValue], context: StepContext) -> tuple[Feature, ...]:
    """Return the columns, still words; a text may be empty now."""
    check_cleaner(params)
    return tuple(feature.becomes(gaps=True) for feature in context.features)


def say_cleaner(params: Mapping[str, ParamValue], context: StepContext) -> str:
    """Say what is done to the text."""
    switched = {
        "in small letters": params["lower"],
        "without punctuation": params["punctuation"],
        "without numbers": params["digits"] == "remove",
        "without common words": params["stop_words"] != "none" or text_of(params, "own_words").strip(),
        "cut to stems": params["stemming"] != "none",
        "accents folded": params["unicode"] != "keep",
        "your rules done": text_of(params, "rules").strip(),
    }
    return "text " + (", ".join(words for words, on in switched.items() if on) or "with blanks tidied")
