"""Parts that a column names: train and test, or the numbers of folds."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.data.splits.indices import Fold, SplitIndices, numbered
from core.data.splits.shuffled import Drawing, judged
from core.data.target import label_text
from core.data.task import Split
from core.errors import LatheError
from core.types import SplitPart

MOST_VALUES = 50
"""A column with more values than this names no parts."""

_LOCKED = {"test", "testing", "holdout", "hold-out", "hold_out", "eval", "evaluation", "private"}
_JUDGED = {"valid", "validation", "val", "dev", "development"}


def part_names(series: pd.Series) -> np.ndarray:
    """Return the value of each row as text, "" where it is missing."""
    codes, values = pd.factorize(series)
    texts = np.array([*(label_text(value) or "" for value in values), ""], dtype=object)
    return np.asarray(texts[codes])


def propose_parts(column: str, values: Sequence[str]) -> dict[str, SplitPart]:
    """Propose what the rows of each value are for, from the words that are used for it everywhere."""
    words = {value: value.strip().lower() for value in values}
    says_test = any(word in column.lower() for word in ("test", "holdout", "hold_out"))
    if says_test and len([v for v in values if v]) == 2 and set(words.values()) & {"true", "1", "yes"}:
        return {v: SplitPart.LOCKED if words[v] in ("true", "1", "yes") else SplitPart.LEARN for v in values}
    if len(values) > 2 and all(word.removeprefix("fold").strip(" _-").isdigit() for word in words.values()):
        return dict.fromkeys(values, SplitPart.FOLD)
    found = {}
    for value, word in words.items():
        if not word:
            found[value] = SplitPart.LEFT_OUT
        else:
            found[value] = (
                SplitPart.LOCKED if word in _LOCKED else SplitPart.JUDGE if word in _JUDGED else SplitPart.LEARN
            )
    return found


def by_column(frame: pd.DataFrame, drawing: Drawing, split: Split) -> SplitIndices:
    """Divide by the values of ``split.column``; what is only learned on is divided by chance where none is judged."""
    names = part_names(frame[split.column])[drawing.rows]
    rows = drawing.rows
    _refuse_unknown(names, split)
    part = np.array([split.parts[name].value for name in names], dtype=object)
    of = {wanted: rows[part == wanted.value] for wanted in SplitPart}
    if split.named_folds and len(of[SplitPart.JUDGE]):
        raise LatheError(
            "Rows are judged either as folds in turn or as one part; here both are named.",
            hint="Make each value a fold, or none.",
            field="task.split.parts",
        )
    train = np.sort(np.concatenate([of[SplitPart.LEARN], of[SplitPart.JUDGE], of[SplitPart.FOLD]]))
    rounds = _rounds(rows, names, of, train, drawing, split)
    return SplitIndices(train, of[SplitPart.LOCKED], *numbered(rounds))


def _rounds(
    rows: np.ndarray,
    names: np.ndarray,
    of: dict[SplitPart, np.ndarray],
    train: np.ndarray,
    drawing: Drawing,
    split: Split,
) -> list[tuple[Fold, ...]]:
    if split.named_folds:
        wanted = sorted(name for name, part in split.parts.items() if part is SplitPart.FOLD)
        folds = [rows[names == name] for name in wanted]
        _refuse_empty(dict(zip(wanted, folds, strict=True)), split)
        if len(folds) < 2 and not len(of[SplitPart.LEARN]):
            raise _too_few(split)
        return [tuple((np.setdiff1d(train, fold, assume_unique=True), fold) for fold in folds)]
    if SplitPart.JUDGE in split.parts.values():
        if not len(of[SplitPart.JUDGE]) or not len(of[SplitPart.LEARN]):
            raise _too_few(split)
        return [((of[SplitPart.LEARN], of[SplitPart.JUDGE]),)]
    if len(train) < 2 * split.folds:
        raise _too_few(split)
    return judged(train, drawing, split, share=split.validation)


def _refuse_unknown(names: np.ndarray, split: Split) -> None:
    unknown = sorted(set(names) - set(split.parts))
    if not unknown:
        return
    count = int(np.isin(names, unknown).sum())
    shown = ", ".join("no value" if not name else repr(name) for name in unknown[:5])
    raise LatheError(
        f"Every value of {split.column} must have a part; {count:,} rows have one that has none: {shown}"
        f"{', ...' if len(unknown) > 5 else ''}.",
        hint="Say what these rows are for, or leave them out.",
        field="task.split.parts",
    )


def _refuse_empty(folds: dict[str, np.ndarray], split: Split) -> None:
    empty = [name for name, rows in folds.items() if not len(rows)]
    if empty:
        raise LatheError(
            f"Every fold needs rows; no row with a known target has {', '.join(map(repr, empty))} in {split.column}.",
            hint="Take it off the folds.",
            field="task.split.parts",
        )


def _too_few(split: Split) -> LatheError:
    return LatheError(
        f"There must be rows to learn from and rows to judge; {split.column} leaves too few of one of them.",
        hint="Give more values to learning, or to judging.",
        field="task.split.parts",
    )
