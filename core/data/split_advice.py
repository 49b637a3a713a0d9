"""How often folds should be drawn on a small table."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from core.data.task import Split

_STEPS = ((200, 10), (500, 5), (1000, 3))
"""Fewer judged rows than this, and so often: the mean over draws is then steady to about the last shown digit."""


class RepeatAdvice(BaseModel):
    """How often the parts should be drawn anew, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    repeats: int
    reason: str


def suggest_repeats(split: Split, rows: int) -> RepeatAdvice | None:
    """Suggest repeated folds where a table is so small that a score hangs on how its rows happened to fall.

    Parameters
    ----------
    split : Split
        How rows are divided now.
    rows : int
        Of the table.

    Returns
    -------
    RepeatAdvice or None
        None where nothing is to be gained: enough rows, folds that are not drawn by chance, or repeats already.

    Notes
    -----
    Kim (2009), Estimating Classification Error Rate: Repeated Cross-Validation, Repeated Hold-Out and Bootstrap.
    Repeats take away the chance of the draw, not that of the rows: the interval hardly narrows.
    """
    if not split.kind.is_shuffled or not split.shuffle or split.repeats > 1:
        return None
    judged = round(rows * (1 - split.locked))
    wanted = next((repeats for most, repeats in _STEPS if judged < most), 1)
    if wanted == 1:
        return None
    reason = (
        f"With {judged:,} rows the score hangs on how they happen to fall into folds; drawn {wanted} times it is "
        f"steadier, and models take {wanted} times as long."
    )
    return RepeatAdvice(repeats=wanted, reason=reason)
