"""Whatever is asked of a split: it is refused in words, or no row stands on two sides."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.split import make_split
from core.data.target import target_values
from core.data.task import Split, Task
from core.errors import LatheError
from core.types import EqualRows, GapUnit, SplitKind, SplitPart, TaskKind, TimeWindow

PARTS = [
    {"a": SplitPart.LEARN, "b": SplitPart.LEARN, "c": SplitPart.LOCKED, "": SplitPart.LEFT_OUT},
    {"a": SplitPart.LEARN, "b": SplitPart.JUDGE, "c": SplitPart.LOCKED, "": SplitPart.LEARN},
    {"a": SplitPart.FOLD, "b": SplitPart.FOLD, "c": SplitPart.LEARN, "": SplitPart.LEFT_OUT},
]
SPLITS = st.builds(
    Split,
    kind=st.sampled_from(list(SplitKind)),
    folds=st.integers(2, 6),
    validation=st.sampled_from([0.0, 0.0, 0.1, 0.5]),
    repeats=st.integers(1, 3),
    shuffle=st.booleans(),
    holdout=st.sampled_from([0.0, 0.1, 0.2, 0.5]),
    group=st.just("who"),
    time=st.sampled_from(["when", "step"]),
    column=st.just("part"),
    stratify=st.booleans(),
    parts=st.sampled_from(PARTS)
    | st.fixed_dictionaries({name: st.sampled_from(list(SplitPart)) for name in ("a", "b", "c", "")}),
    window=st.sampled_from(list(TimeWindow)),
    gap=st.sampled_from([0.0, 1.0, 3.5]),
    gap_unit=st.sampled_from(list(GapUnit)),
    test_share=st.sampled_from([0.0, 0.1]),
    equal_rows=st.sampled_from(list(EqualRows)),
    seed=st.integers(0, 3),
)


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    rows = draw(st.integers(20, 70))
    rng = np.random.default_rng(draw(st.integers(0, 10_000)))
    frame = pd.DataFrame(
        {
            "x": rng.integers(0, draw(st.sampled_from([2, 30, 10_000])), rows).astype(float),
            "who": rng.choice(["p", "q", "r", "s", "t", "u", "v", None], rows),
            "when": pd.Timestamp("2026-01-01") + pd.to_timedelta(rng.integers(0, 40, rows), unit="D"),
            "step": rng.integers(0, 50, rows).astype(float),
            "part": rng.choice(["a", "b", "c", None], rows, p=[0.5, 0.3, 0.15, 0.05]),
            "label": rng.choice(["no", "yes", "rare", None], rows, p=[0.5, 0.35, 0.05, 0.1]),
            "number": np.where(rng.random(rows) < 0.1, np.nan, rng.normal(size=rows).round(1)),
        }
    )
    return (
        frame.astype({"who": object, "part": object, "label": object})
        .where(frame.notna(), None)
        .astype({"x": float, "step": float, "number": float, "when": "datetime64[us]"})
    )


@settings(max_examples=80, deadline=None)
@given(frame=tables(), split=SPLITS, number=st.booleans())
def test_no_row_stands_on_two_sides(frame: pd.DataFrame, split: Split, number: bool) -> None:
    target = "number" if number else "label"
    kind = TaskKind.REGRESSION if number else TaskKind.MULTICLASS
    roles = dict.fromkeys(("who", "when", "step", "part", "label", "number"), "ignore")
    task = Task(kind=kind, target=target, roles={k: v for k, v in roles.items() if k != target}, split=split)
    y = target_values(frame[target], kind)
    try:
        found = make_split(frame, y, task)
    except LatheError:
        return
    known = set(np.flatnonzero(~pd.isna(y)))
    train, holdout = set(found.train), set(found.holdout)
    assert train | holdout <= known
    assert not train & holdout
    assert len(found.train) == len(train)
    assert len(found.folds) == len(found.repeats) == split.fits
    assert found.repeats == tuple(sorted(found.repeats))
    for fit, test in found.folds:
        assert len(fit)
        assert len(test)
        assert set(fit) | set(test) <= train
        assert not set(fit) & set(test)
        assert len(set(fit)) == len(fit)
        if split.kind is SplitKind.TIME:
            assert frame[split.time].iloc[fit].max() < frame[split.time].iloc[test].min()
        if split.kind is SplitKind.GROUP:
            assert not set(frame["who"].iloc[fit].astype(str)) & set(frame["who"].iloc[test].astype(str))
    for repeat in range(split.rounds):
        judged = [row for (_, test), r in zip(found.folds, found.repeats, strict=True) if r == repeat for row in test]
        assert len(judged) == len(set(judged))
    if split.kind.is_shuffled and not split.is_single:
        assert set(judged) == train
    again = make_split(frame, y, task)
    assert all(
        (a == b).all() for one, two in zip(found.folds, again.folds, strict=True) for a, b in zip(one, two, strict=True)
    )
