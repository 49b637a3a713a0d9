"""Stop and keep what is there: what of a model's training is left out, and how that is said.

The scores must be those of what is kept. Asked while a fold is fitted, the fold ends after its present epoch. Where
other folds are whole, it is dropped, and the final model is fitted whole as they were; where it is the first, it
counts, and the final model learns for as many epochs. Asked during the final fit, that one ends, which is said beside
the scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from core.models.stopping import finishing_when


class Ending:
    """Follows one model's fits and ends them when the person asks.

    Parameters
    ----------
    asked : callable
        Whether the person wants what is there.

    Attributes
    ----------
    epoch : int
        The last epoch of the fit at work; whoever listens to the fit sets it.
    was_cut : bool
        Whether the last fit ended before its time.
    """

    def __init__(self, asked: Callable[[], bool]) -> None:
        self._asked = asked
        self._limit = 0
        self.epoch = 0
        self.was_cut = False
        self._final_cut_at = 0

    @property
    def is_asked(self) -> bool:
        """Whether the person wants what is there."""
        return self._asked()

    @contextmanager
    def of_fit(self, *, final: bool) -> Iterator[None]:
        """Let the fit inside the block end early."""
        self.epoch, self.was_cut = 0, False
        before = final and self.is_asked
        with finishing_when(self._at_limit if before else self._now):
            yield
        if self.was_cut and final and not before:
            self._final_cut_at = self.epoch
        elif self.was_cut and not final:
            self._limit = self.epoch

    def counts(self, *, is_first: bool) -> bool:
        """Tell whether the fold that was just fitted is to be scored; the final fit follows what is scored."""
        if self.was_cut and not is_first:
            self._limit = 0
            return False
        return True

    def words(self, scored: int, folds: int) -> str:
        """Say what was left out of ``folds``, of which ``scored`` were scored; empty where nothing was."""
        parts = [f"ended by you after epoch {self._limit}"] if self._limit else []
        parts += [f"scored on {scored} of {folds} folds, as you asked"] if scored < folds else []
        if self._final_cut_at:
            parts.append(
                f"the final fit was ended by you after epoch {self._final_cut_at}, the scores come from whole fits"
            )
        return "; ".join(parts)

    def _now(self) -> bool:
        self.was_cut = self.was_cut or self._asked()
        return self.was_cut

    def _at_limit(self) -> bool:
        return 0 < self._limit <= self.epoch
