"""Text made plainer, step by step: each step takes every cell on its own.

Patterns are RE2's (through Arrow), whose time grows with the length of the text only, so that no pattern can stall.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.patterns import read_rules
from core.prepare.transformers.cellwise import CellWise, distinct, object_table, texts_by_column

PUNCTUATION = r"[^\p{L}\p{M}\p{N}_\s]"
"""Whatever is neither part of a word nor a blank."""

LINKS = r"(?i)\b(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+\.[\w.-]+"
MENTIONS = r"(^|[^\p{L}\p{N}_])[@#][\p{L}\p{N}_]+"
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_APOSTROPHES = re.compile("['\u2019]")

Texts = Callable[[list[str]], list[str]]


@dataclass(frozen=True)
class CleaningStage:
    """One step of the recipe: what it is called, and the function from texts to texts."""

    label: str
    work: Texts


class TextCleaner(CellWise):
    """Clean the cells of text columns; a cell of which nothing is left is missing.

    Parameters
    ----------
    rules : str
        "pattern => replacement", one a line, done first and in order.
    unicode : {"keep", "fold", "ascii"}
        Leave characters; take accents and the like away; also drop what is not ASCII then.
    lower : bool
        Put everything in small letters.
    links, mentions, digits : {"keep", "remove", "word"}
        Leave; take out; put "link", "mention" or "number" in their place.
    punctuation : bool
        Put a blank in the place of what ``pattern`` finds.
    pattern : str
        RE2 pattern; empty for `PUNCTUATION`.
    stop_words : str
        Language of `core.prepare.stop_words`, or "none".
    own_words : str
        More words to leave out, one a line.
    stemming : str
        Language of snowballstemmer, or "none".
    shortest : int
        Words of fewer characters are left out.
    """

    def __init__(
        self,
        rules: str = "",
        unicode: str = "keep",
        lower: bool = True,
        links: str = "keep",
        mentions: str = "keep",
        digits: str = "keep",
        punctuation: bool = False,
        pattern: str = "",
        stop_words: str = "none",
        own_words: str = "",
        stemming: str = "none",
        shortest: int = 1,
    ) -> None:
        self.rules = rules
        self.unicode = unicode
        self.lower = lower
        self.links = links
        self.mentions = mentions
        self.digits = digits
        self.punctuation = punctuation
        self.pattern = pattern
        self.stop_words = stop_words
        self.own_words = own_words
        self.stemming = stemming
        self.shortest = shortest

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return an object array of shape (n_rows, n_columns) of str or None."""
        check_is_fitted(self)
        stages = self.stages()
        columns = [distinct(cells, lambda unique: _cleaned(unique, stages)) for cells in texts_by_column(X)]
        return object_table(columns, len(X))

    def stages(self) -> tuple[CleaningStage, ...]:
        """Return the steps that are switched on, in order."""
        rules = [_replacing(pattern, by) for pattern, by in read_rules(self.rules)]
        stages = [CleaningStage("Your rules", _in_turn(rules))] if rules else []
        if self.unicode != "keep":
            label = "Accents folded" if self.unicode == "fold" else "Only ASCII characters"
            stages.append(CleaningStage(label, _each(_FOLDS[self.unicode])))
        stages += [
            CleaningStage(label, _replacing(pattern, by if way == "word" else blank))
            for label, pattern, way, by, blank in (
                ("Links and addresses", LINKS, self.links, " link ", " "),
                ("Mentions and tags", MENTIONS, self.mentions, r"\1 mention ", r"\1 "),
            )
            if way != "keep"
        ]
        if self.lower:
            stages.append(CleaningStage("Small letters", _each(str.lower)))
        if self.digits != "keep":
            mark = " number " if self.digits == "word" else " "
            stages.append(CleaningStage("Digits", _replacing(r"\p{Nd}+(?:[.,]\p{Nd}+)*", mark)))
        return (*stages, *self._word_stages())

    def _word_stages(self) -> list[CleaningStage]:
        stages = []
        left_out = self._left_out()
        if left_out:
            stages.append(CleaningStage("Stop words", _by_word(lambda word: "" if _bare(word) in left_out else word)))
        if self.punctuation:
            stages.append(CleaningStage("Punctuation", _replacing(self.pattern or PUNCTUATION, " ")))
        if self.stemming != "none":
            stages.append(CleaningStage("Word stems", _stemming(self.stemming)))
        if self.shortest > 1:
            least = self.shortest
            stages.append(CleaningStage("Short words", _by_word(lambda word: word if len(word) >= least else "")))
        return stages

    def _left_out(self) -> frozenset[str]:
        from core.prepare.stop_words import stop_words

        own = {_bare(word) for word in self.own_words.split("\n")}
        return stop_words(self.stop_words) | (own - {""})


def words_of(text: str) -> list[str]:
    """Return the words of a text: letters and digits, with apostrophes inside."""
    return _WORD.findall(text)


def _cleaned(texts: list[str], stages: Sequence[CleaningStage]) -> list[str | None]:
    for stage in stages:
        texts = stage.work(texts)
    return [" ".join(text.split()) or None for text in texts]


def _each(convert: Callable[[str], str]) -> Texts:
    return lambda texts: [convert(text) for text in texts]


def _in_turn(works: Sequence[Texts]) -> Texts:
    def work(texts: list[str]) -> list[str]:
        for one in works:
            texts = one(texts)
        return texts

    return work


def _replacing(pattern: str, by: str) -> Texts:
    def work(texts: list[str]) -> list[str]:
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = pa.array([_whole(text) for text in texts], pa.string())
        made: list[str] = pc.replace_substring_regex(cells, pattern, by).to_pylist()
        return made

    return work


def _whole(text: str) -> str:
    """Return a text without halves of characters, which Arrow cannot hold."""
    return text.encode("utf-8", "replace").decode() if not text.isascii() else text


def _by_word(convert: Callable[[str], str]) -> Texts:
    return _each(lambda text: _WORD.sub(lambda found: convert(found.group()), text))


def _bare(word: str) -> str:
    return _APOSTROPHES.sub("", word.strip().lower())


def _stemming(language: str) -> Texts:
    def work(texts: list[str]) -> list[str]:
        from snowballstemmer import stemmer

        known: dict[str, str] = {}
        stem: Any = stemmer(language).stemWord

        def stemmed(word: str) -> str:
            if word not in known:
                known[word] = str(stem(word.lower()))
            return known[word]

        return _by_word(stemmed)(texts)

    return work


def _fold(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(character for character in parts if not unicodedata.combining(character))


def _ascii(text: str) -> str:
    return _fold(text).encode("ascii", "ignore").decode()


_LETTERS = str.maketrans(
    {"ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
     "ł": "l", "Ł": "L", "\u0131": "i", "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-",
     "\u2014": "-", "\u2026": "..."}
)  # fmt: skip
_FOLDS: Mapping[str, Callable[[str], str]] = {"fold": _fold, "ascii": _ascii}
