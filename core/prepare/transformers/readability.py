"""Length, style and readability of texts."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from core.prepare.transformers.cellwise import CellWise, distinct, texts_by_column
from core.prepare.transformers.cleaning import words_of

SIZE = ("characters", "words", "sentences", "mean word length")
STYLE = ("share of capitals", "share of digits", "share of punctuation", "share of different words", "marks ! and ?")
READING = ("words per sentence", "syllables per word", "Flesch reading ease", "Flesch-Kincaid grade")

# A full stop between digits ends no sentence.
_SENTENCE = re.compile(r"[.!?\u2026\u3002\uff01\uff1f]+(?=\s|$)|[\u3002\uff01\uff1f]")
# Latin, Cyrillic and Greek.
_VOWELS = re.compile(
    r"[aeiouy\u0430\u0435\u0451\u0438\u043e\u0443\u044b\u044d\u044e\u044f\u03b1\u03b5\u03b7\u03b9\u03bf\u03c5\u03c9]+"
)


class TextMeasures(CellWise):
    """Measure the texts of each column; a missing cell is an empty text, of which every measure is 0.

    Parameters
    ----------
    size, style, reading : bool
        Which groups of measures: `SIZE`, `STYLE`, `READING`.

    Notes
    -----
    R. Flesch, "A new readability yardstick", J. Applied Psychology 32 (1948); J. P. Kincaid et al. (1975). Syllables
    are counted as groups of vowels, which is near enough for English; for other languages the two scores still order
    texts by the length of words and sentences.
    """

    def __init__(self, size: bool = True, style: bool = True, reading: bool = True) -> None:
        self.size = size
        self.style = style
        self.reading = reading

    def transform(self, X: pd.DataFrame) -> np.ndarray:
        """Return a float64 array of shape (n_rows, n_columns * n_measures)."""
        check_is_fitted(self)
        columns = [
            distinct(cells, lambda texts: [self._measured(text) for text in texts]) for cells in texts_by_column(X)
        ]
        blocks = [np.asarray(rows, dtype=np.float64).reshape(len(X), len(self._names())) for rows in columns]
        return np.hstack(blocks)

    def get_feature_names_out(self, input_features: object = None) -> np.ndarray:
        """Return "column: measure" for each output column."""
        check_is_fitted(self)
        names = [f"{column}: {measure}" for column in self.feature_names_in_ for measure in self._names()]
        return np.asarray(names, dtype=object)

    def _names(self) -> list[str]:
        return [*SIZE * self.size, *STYLE * self.style, *READING * self.reading]

    def _measured(self, text: str) -> list[float]:
        measures: list[float] = []
        words = words_of(text)
        sentences = count_sentences(text, words)
        if self.size:
            measures += [len(text), len(words), sentences, _share(sum(map(len, words)), len(words))]
        if self.style:
            measures += _style(text, words)
        if self.reading:
            measures += _reading(words, sentences)
        return measures


def count_sentences(text: str, words: list[str]) -> int:
    """Return how many sentences end in ``text``; at least 1 where there is a word."""
    ends = len(_SENTENCE.findall(text))
    tail = _SENTENCE.split(text)[-1]
    return max(ends + bool(words_of(tail)), 1) if words else 0


def count_syllables(word: str) -> int:
    """Return the groups of vowels in a word, at least 1."""
    plain = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    return max(len(_VOWELS.findall(plain)), 1)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _style(text: str, words: list[str]) -> list[float]:
    letters = sum(c.isalpha() for c in text)
    return [
        _share(sum(c.isupper() for c in text), letters),
        _share(sum(c.isdigit() for c in text), len(text)),
        _share(sum(unicodedata.category(c)[0] == "P" for c in text), len(text)),
        _share(len({word.lower() for word in words}), len(words)),
        text.count("!") + text.count("?"),
    ]


def _reading(words: list[str], sentences: int) -> list[float]:
    if not words:
        return [0.0] * len(READING)
    length = len(words) / sentences
    syllables = sum(count_syllables(word) for word in words) / len(words)
    ease = 206.835 - 1.015 * length - 84.6 * syllables
    grade = 0.39 * length + 11.8 * syllables - 15.59
    return [length, syllables, ease, grade]
