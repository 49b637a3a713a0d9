"""Which language a text is written in, found offline (py3langid: naive Bayes over pieces of bytes)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from core.errors import LatheError

LONGEST_LOOK = 2_000
"""Characters of a text that are looked at."""

_CODES = """af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fr fy ga gd gl gu ha he hi hr ht hu hy
    id ig is it ja jv ka kk km kn ko ku ky la lg ln lo lt lv mg mk ml mn mr ms my ne nl no om or pa pl ps pt qu ro ru sa
    si sk sl so sq sr sv sw ta te th tl tr ug uk ur uz vi xh yo zh zu"""

CODES: tuple[str, ...] = tuple(_CODES.split())
"""Languages that may be asked for (ISO 639-1)."""


def read_codes(text: str) -> tuple[str, ...]:
    """Return the language codes in a text such as "en, de".

    Raises
    ------
    LatheError
        Where there is none, or one that is not known.
    """
    codes = tuple(dict.fromkeys(text.lower().replace(",", " ").split()))
    unknown = [code for code in codes if code not in CODES]
    if unknown or not codes:
        what = f"{', '.join(repr(code) for code in unknown)} is not known" if unknown else "none is named"
        raise LatheError(
            f"Languages must be given by their two letters, such as 'en, de'; {what}.",
            hint=f"Known: {', '.join(CODES)}.",
        )
    return codes


def language_shares(texts: Sequence[str], codes: Sequence[str]) -> np.ndarray:
    """Return how likely each text is in each language, each text on its own.

    Parameters
    ----------
    texts : sequence of str
        The first `LONGEST_LOOK` characters count.
    codes : sequence of str
        Languages asked for.

    Returns
    -------
    ndarray of shape (n_texts, n_codes + 1)
        Probabilities; the last column is that of any other language. Zeros for a text without a letter.
    """
    shares = np.zeros((len(texts), len(codes) + 1))
    for row, text in enumerate(texts):
        if any(character.isalpha() for character in text):
            found = dict(_identifier().rank(text[:LONGEST_LOOK]))
            named = [float(found.get(code, 0.0)) for code in codes]
            shares[row] = [*named, max(1.0 - sum(named), 0.0)]
    return shares


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
