"""Steps on numbers against the library's transformers that do the same: ratio of medians, side by side.

`python -m benchmarks.number_steps` makes its own table: log-normal columns, one cell in twenty missing.
"""

import argparse
import statistics
import time
import warnings

from benchmarks.common import row

COLUMNS = 10
REPEATS = 5
NEAREST_ROWS = 20_000


def main():
    """Print a line for each step."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    given = options.parse_args()
    warnings.simplefilter("ignore")
    row("step", "rows", "ours, fit and transform (s)", "library's (s)", "ratio")
    row(*["---"] * 5)
    for name, rows, ours, theirs in pairs(given.rows):
        mine, other = [], []
        for _ in range(REPEATS):
            mine.append(timed(ours))
            other.append(timed(theirs))
        first, second = statistics.median(mine), statistics.median(other)
        row(name, f"{rows:,}", first, second, first / second)


def timed(work):
    """Return the seconds of one call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def pairs(rows):
    """Yield the name, the rows, ours and theirs."""
    import numpy as np
    import pandas as pd
    from sklearn.ensemble import IsolationForest
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer, KNNImputer
    from sklearn.linear_model import Ridge
    from sklearn.preprocessing import PolynomialFeatures, PowerTransformer, SplineTransformer

    from core.prepare.transformers.chained import ChainedFill
    from core.prepare.transformers.curves import PowerCurve
    from core.prepare.transformers.forest import ForestScore
    from core.prepare.transformers.neighbours import NearestFill
    from core.prepare.transformers.products import Products
    from core.prepare.transformers.splines import Splines

    rng = np.random.default_rng(0)
    whole = pd.DataFrame(rng.lognormal(size=(rows, COLUMNS)), columns=[f"c{n}" for n in range(COLUMNS)])
    gaps = whole.mask(rng.random(whole.shape) < 0.05)
    few = gaps.iloc[:NEAREST_ROWS]
    fit = min(2000, len(few))
    ridge = IterativeImputer(Ridge(), max_iter=10, tol=1e-3)
    yield (
        "nearest_fill",
        len(few),
        lambda: NearestFill().fit(few.iloc[:fit]).transform(few),
        lambda: KNNImputer().fit(few.iloc[:fit]).transform(few),
    )
    sample = gaps.iloc[:10_000]
    yield (
        "chained_fill",
        rows,
        lambda: ChainedFill().fit(sample).transform(gaps),
        lambda: ridge.fit(sample).transform(gaps),
    )
    forest = IsolationForest(random_state=0)
    yield (
        "outlier_score",
        rows,
        lambda: ForestScore().fit(whole).transform(whole),
        lambda: forest.fit(whole.to_numpy()).score_samples(whole.to_numpy()),
    )
    for name, ours, theirs in (
        ("power_numbers", PowerCurve(), PowerTransformer()),
        ("spline_numbers", Splines(), SplineTransformer(knots="quantile", extrapolation="constant")),
        ("polynomial_features", Products(), PolynomialFeatures(2)),
    ):
        yield name, rows, lambda o=ours: o.fit(whole).transform(whole), lambda t=theirs: t.fit(whole).transform(whole)


if __name__ == "__main__":
    main()
