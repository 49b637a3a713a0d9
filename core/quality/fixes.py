"""The fixes that checks propose, each in one place: its words, and the table steps it becomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from core.data.actions import TableStep
from core.quality.finding import Fix
from core.quality.words import counted, listed, number

Conditions = Sequence[Mapping[str, Any]]


def condition(column: str, operator: str, value: Any = None) -> dict[str, Any]:
    """Return a condition as `core.shape.conditions` takes it."""
    return {"column": column, "operator": operator, "value": value}


def leave_out(names: Sequence[str], why: str = "") -> Fix:
    """Give columns no part in training."""
    reason = why or "Stays in the table, takes no part in training."
    return Fix(label=f"Leave out {_them(names)}", why=reason, ignore=tuple(names))


def drop_columns(names: Sequence[str], why: str = "") -> Fix:
    """Take columns out of the table."""
    step = TableStep(key="drop_columns", params={"columns": list(names)})
    return Fix(label=f"Drop {_them(names)}", why=why or "Taken out of the table; undone at any time.", steps=(step,))


def drop_missing(names: Sequence[str], rows: int, *, match: str = "any") -> Fix:
    """Drop rows with missing cells."""
    step = TableStep(key="drop_missing", params={"columns": list(names), "match": match})
    return Fix(label=f"Drop {counted(rows, 'row')}", why="Their other cells are lost too.", steps=(step,))


def drop_rows(conditions: Conditions, rows: int, *, match: str = "any", why: str = "") -> Fix:
    """Drop rows for which conditions hold."""
    step = TableStep(
        key="filter", params={"action": "drop", "by": "conditions", "conditions": list(conditions), "match": match}
    )
    return Fix(
        label=f"Drop {counted(rows, 'row')}", why=why or "The rows leave the table, with all cells.", steps=(step,)
    )


def drop_repeated(rows: int, columns: Sequence[str] = (), *, keep: str = "first") -> Fix:
    """Keep one of equal rows, or none."""
    step = TableStep(key="drop_duplicates", params={"columns": list(columns), "keep": keep})
    why = "One of each stays." if keep != "none" else "None of them stays, since nobody can say which one is right."
    return Fix(label=f"Drop {counted(rows, 'repeated row')}", why=why, steps=(step,))


def keep_one(columns: Sequence[str]) -> Fix:
    """Keep the first of rows that are equal in some columns."""
    step = TableStep(key="drop_duplicates", params={"columns": list(columns), "keep": "first"})
    why = "Of rows equal in all other columns the first stays, whether it is right or not."
    return Fix(label="Keep the first of each", why=why, steps=(step,))


def set_missing(values: Mapping[str, Sequence[str]], label: str = "Take them as missing") -> Fix:
    """Empty the cells that hold certain values, column by column."""
    together: dict[tuple[str, ...], list[str]] = {}
    for name, words in values.items():
        together.setdefault(tuple(words), []).append(name)
    steps = tuple(
        TableStep(key="set_missing", params={"columns": names, "values": list(words)})
        for words, names in together.items()
    )
    return Fix(label=label, why="The cells become empty, and are treated as missing cells are.", steps=steps)


def empty_outside(limits: Mapping[str, tuple[float | None, float | None]], label: str) -> Fix:
    """Empty the cells whose number lies outside limits."""
    steps = tuple(_clip(name, low, high, "missing") for name, (low, high) in limits.items())
    return Fix(label=label, why="The cells become empty; the rest of their rows stays.", steps=steps)


def clip(limits: Mapping[str, tuple[float | None, float | None]], label: str) -> Fix:
    """Put numbers beyond limits at them."""
    steps = tuple(_clip(name, low, high, "end") for name, (low, high) in limits.items())
    ends = [end for pair in limits.values() for end in pair if end is not None]
    where = f" ({number(ends[0])})" if len(ends) == 1 else ""
    return Fix(label=label, why=f"Numbers beyond the limit{where} are put at it; no row is lost.", steps=steps)


def flag(names: Mapping[str, Mapping[str, Any]], taken: Sequence[str], label: str, why: str) -> Fix:
    """Add a column of true and false for each condition; ``names`` holds the wished names."""
    used, steps = set(taken), []
    for wished, wanted in names.items():
        name, place = wished, 1
        while name in used:
            place += 1
            name = f"{wished}_{place}"
        used.add(name)
        params = {"name": name, "by": "conditions", "conditions": [dict(wanted)], "match": "all"}
        steps.append(TableStep(key="flag", params=params))
    return Fix(label=label, why=why, steps=tuple(steps))


def replace_values(column: str, mapping: Mapping[str, str], label: str, why: str) -> Fix:
    """Put other values in the place of some."""
    step = TableStep(key="replace_values", params={"columns": [column], "mapping": dict(mapping)})
    return Fix(label=label, why=why, steps=(step,))


def change_type(names: Sequence[str], to: str, label: str, why: str, **more: str) -> Fix:
    """Read cells as another type."""
    return Fix(
        label=label,
        why=why,
        steps=(TableStep(key="change_type", params={"columns": list(names), "to": to, **more}),),
    )


def fill_missing(names: Sequence[str], value: str, label: str, why: str) -> Fix:
    """Put a fixed value into empty cells."""
    step = TableStep(key="fill_missing", params={"columns": list(names), "method": "constant", "value": value})
    return Fix(label=label, why=why, steps=(step,))


def mask(names: Sequence[str]) -> Fix:
    """Put a code in the place of what points to a person."""
    step = TableStep(key="mask", params={"columns": list(names), "how": "hash"})
    why = "Each value becomes a code; equal values keep equal codes, so that people can still be told apart."
    return Fix(label=f"Mask {_them(names)}", why=why, steps=(step,))


def at_preparation(label: str, why: str) -> Fix:
    """Point to what is learned from the data, and therefore done inside each fold."""
    return Fix(label=label, why=f"{why} It is learned inside each fold at Prepare.", prepare=True)


def _clip(name: str, low: float | None, high: float | None, outside: str) -> TableStep:
    return TableStep(key="clip", params={"columns": [name], "low": low, "high": high, "outside": outside})


def _them(names: Sequence[str]) -> str:
    return listed(names, 2) if len(names) <= 2 else counted(len(names), "column")
