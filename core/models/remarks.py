"""What a fit has to tell, in words: library warnings become sentences that stand on the model's row."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


class FitNote(UserWarning):
    """A sentence about a fit that ended well enough to be used: what was odd, and what would help."""


def tell(sentence: str) -> None:
    """Put ``sentence`` on the row of the model that is being fitted."""
    warnings.warn(sentence, FitNote, stacklevel=2)


@contextmanager
def in_words(*, unfinished: str, ill: str = "") -> Iterator[None]:
    """Turn what a library warns of inside the block into Lathe's own words.

    Parameters
    ----------
    unfinished : str
        Told where the library stopped before it had the best answer.
    ill : str
        Told where its equations could hardly be solved: columns that nearly repeat each other.
    """
    from scipy.linalg import LinAlgWarning
    from sklearn.exceptions import ConvergenceWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for kind, sentence in ((ConvergenceWarning, unfinished), (LinAlgWarning, ill)):
        if sentence and any(issubclass(item.category, kind) for item in caught):
            tell(sentence)
    for item in caught:
        if issubclass(item.category, FitNote):
            tell(str(item.message))
