"""Encoding categories and looking earlier rows up, against scikit-learn and pandas doing the same, in one process.

100,000 rows; categories of 10,000 levels; 500 groups in time. Each side is the best of five rounds, taken in turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.common import row

ROWS, LEVELS, GROUPS, ROUNDS = 100_000, 10_000, 500, 5
Work = Callable[[], Any]


def table() -> pd.DataFrame:
    """Return words, numbers and times in no order."""
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "words": pd.Series([f"level {n}" for n in rng.integers(0, LEVELS, ROWS)], dtype=object),
            "value": rng.normal(size=ROWS),
            "time": rng.permutation(pd.date_range("2015", periods=ROWS, freq="h").to_numpy().astype("datetime64[us]")),
            "group": rng.integers(0, GROUPS, ROWS).astype(float),
        }
    )


def pairs(frame: pd.DataFrame) -> dict[str, tuple[Work, Work]]:
    """Return our way and the one by hand, by what is done."""
    from sklearn.feature_extraction import FeatureHasher
    from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, TargetEncoder

    from core.prepare.transformers.encoders import HashedLevels, LevelCounts, OneHotLevels, OrderedLevels
    from core.prepare.transformers.target_means import TargetMeans
    from core.prepare.transformers.windows import EarlierValues, EarlierWindows

    words, series = frame[["words"]], frame[["value", "time", "group"]]
    y = np.random.default_rng(1).choice(["no", "yes"], ROWS)
    ordered = series.sort_values("time")
    most: dict[str, Any] = {"max_categories": 1000, "handle_unknown": "infrequent_if_exist"}
    lags = EarlierValues("time", "group", (1, 2), behind=2)
    mean = EarlierWindows("time", "group", ("mean", "std"), rows=7, behind=2)
    return {
        "one column a category": (
            lambda: OneHotLevels(1000, sparse=True).fit_transform(words),
            lambda: OneHotEncoder(**most).fit_transform(words),
        ),
        "in order": (
            lambda: OrderedLevels().fit_transform(words),
            lambda: OrdinalEncoder().fit_transform(words),
        ),
        "target means": (
            lambda: TargetMeans().fit_transform(words, y),
            lambda: TargetEncoder().fit_transform(words, y),
        ),
        "counts": (
            lambda: LevelCounts().fit_transform(words),
            lambda: words["words"].map(words["words"].value_counts()),
        ),
        "hashes": (
            lambda: HashedLevels(64, sparse=True).fit_transform(words),
            lambda: FeatureHasher(64, input_type="string").transform([[cell] for cell in words["words"]]),
        ),
        "two lags": (
            lambda: lags.fit_transform(series),
            lambda: [series.sort_values("time").groupby("group")["value"].shift(lag) for lag in (1, 2)],
        ),
        "windows of seven": (
            lambda: mean.fit_transform(series),
            lambda: ordered.groupby("group")["value"].rolling(7, closed="left", min_periods=1).agg(["mean", "std"]),
        ),
    }


def seconds(work: Work) -> float:
    """Do the work once."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    row("what", "ours, s", "by hand, s", "ratio")
    row("---", "---", "---", "---")
    for what, (ours, by_hand) in pairs(table()).items():
        taken = [(seconds(ours), seconds(by_hand)) for _ in range(ROUNDS)]
        best = [min(one) for one in zip(*taken, strict=True)]
        row(what, *best, best[0] / best[1])
