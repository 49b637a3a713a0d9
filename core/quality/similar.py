"""Which values of a column are spellings of one another. Careful rather than complete: a wrong merge loses data."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

RARE = 0.1
"""A misspelling occurs at most this often, measured by the right spelling."""

SHORT = 2
FEWEST_LETTERS = 5
TWO_EDITS = 10
"""Words of at least so many letters may differ in two of them."""

_CODE = re.compile(r"[a-z][A-Z]|[A-Z]{2}[a-z]")
_OPPOSITE = re.compile(r"^(un|in|im|ir|il|non|dis|de|re|a|fe|pre|post|sub|over|under|anti|ex)$", re.IGNORECASE)


@dataclass(frozen=True)
class Spelling:
    """A value that is likely another one, and why."""

    written: str
    meant: str
    count: int
    meant_count: int
    exact: bool


def find_spellings(counts: Mapping[str, int]) -> tuple[Spelling, ...]:
    """Return values that are likely spellings of a more frequent one.

    Parameters
    ----------
    counts : mapping of str to int
        The values and how often each occurs.

    Returns
    -------
    tuple of Spelling
        First those that differ by capitals, blanks, accents or hyphens only (``exact``), then misspellings: one letter
        in words of five, two in words of ten, at most a tenth as frequent. Codes, numbers, and words with "un-", "in-"
        and the like before them are left alone.
    """
    sure = _by_form(counts)
    gone = {s.written for s in sure}
    rest = {value: count for value, count in counts.items() if value not in gone}
    return (*sure, *_misspelt(rest))


def _by_form(counts: Mapping[str, int]) -> list[Spelling]:
    groups: dict[str, list[str]] = defaultdict(list)
    for value in counts:
        groups[_form(value)].append(value)
    found = []
    for form, values in groups.items():
        values.sort(key=lambda v: (-counts[v], v))
        best = values[0]
        for value in values[1:]:
            letters = sum(map(str.isalpha, form))
            # "AA", "Aa" and "aa" are three genotypes; "m" among many "M" is a slip.
            slip = counts[value] <= 2 * RARE * counts[best]
            if letters and (letters > SHORT or slip):
                found.append(Spelling(value, best, counts[value], counts[best], exact=True))
    return found


def _form(value: str) -> str:
    """Return a value without what people write differently: case, accents, blanks, hyphens between letters."""
    flat = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c)).casefold()
    flat = " ".join(flat.split())
    if sum(map(str.isalpha, flat)) >= 4:
        flat = re.sub(r"(?<=[^\W\d_])[-_ ./']+(?=[^\W\d_])", "", flat).rstrip(".")
    return flat


def _misspelt(counts: Mapping[str, int]) -> list[Spelling]:
    blocks: dict[str, list[str]] = defaultdict(list)
    for value in counts:
        if _is_word(value):
            blocks[value[:1].casefold()].append(value)
    found = []
    for values in blocks.values():
        values.sort(key=lambda v: (-counts[v], v))
        # The rarest first: a value that is itself a misspelling is not taken for the right spelling.
        for place in range(len(values) - 1, 0, -1):
            better = (v for v in values[:place] if counts[values[place]] <= RARE * counts[v])
            meant = _closest(values[place], better)
            if meant:
                found.append(Spelling(values[place], meant, counts[values[place]], counts[meant], exact=False))
    return found


def _is_word(value: str) -> bool:
    return not any(map(str.isdigit, value)) and not _CODE.search(value) and len(value) >= FEWEST_LETTERS


def _closest(value: str, others: Iterable[str]) -> str:
    from rapidfuzz.distance import OSA

    best, least = "", 3
    for other in others:
        edits = OSA.distance(value.casefold(), other.casefold(), score_cutoff=2)
        if edits < least and _is_slip(value, other, edits):
            best, least = other, edits
    return best


def _is_slip(a: str, b: str, edits: int) -> bool:
    """Tell whether two values differ as a slip of the pen does: within long words, not by a word of their own."""
    left, right = a.casefold().split(), b.casefold().split()
    if len(left) != len(right) or a.isupper() != b.isupper():
        return False
    pairs = [(x, y) for x, y in zip(left, right, strict=True) if x != y]
    shortest = min((min(len(x), len(y)) for x, y in pairs), default=0)
    if len(pairs) != 1 or shortest < (FEWEST_LETTERS if edits == 1 else TWO_EDITS):
        return False
    if a.isupper() and shortest <= FEWEST_LETTERS + 1:
        return False
    x, y = sorted(pairs[0], key=len)
    return not (y.endswith(x) and _OPPOSITE.match(y[: len(y) - len(x)]))
