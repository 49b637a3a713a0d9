"""Seconds that each step takes for a million cells: what `core/prepare/forecast_costs.py` holds.

`python -m benchmarks.step_rates` fits every registered step on its own, with its defaults, on a made table of 20,000
rows, and prints the rate beside the one that the forecast goes by.
"""

import argparse
import time
import warnings

from benchmarks.common import row

LEFT_OUT = ("umap_components", "keep_language")
"""One imports a heavy library, one leaves none of the made rows."""

FEW = 1000


def main():
    """Print a line a step."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=20_000)
    options.add_argument("--steps", nargs="*", default=())
    given = options.parse_args()
    warnings.simplefilter("ignore")
    from core.prepare.registry import STEPS

    row("step", "columns", "made", "seconds", "per million cells", "forecast")
    row(*["---"] * 6)
    for spec in STEPS:
        if spec.scope.has_columns and (not given.steps or spec.key in given.steps) and spec.key not in LEFT_OUT:
            measure(spec, given.rows)


def table(rows):
    """Return a frame of every kind of column, its schema, and a target."""
    import numpy as np
    import pandas as pd

    from core.data.schema import ColumnSchema
    from core.types import ColumnKind, StorageType

    rng = np.random.default_rng(0)
    words = np.array([f"word{n}" for n in range(2000)])
    frame = pd.DataFrame({f"n{i}": rng.lognormal(size=rows) for i in range(8)})
    frame = frame.mask(rng.random(frame.shape) < 0.05)
    for levels in (4, 12, 40, 2000):
        names = np.array([f"level {n}" for n in range(levels)], dtype=object)
        frame[f"c{levels}"] = pd.Series(names[rng.integers(0, levels, rows)], dtype=object)
    frame["t"] = pd.Series([" ".join(words[w]) for w in rng.integers(0, 2000, (rows, 12))], dtype=object)
    frame["d"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 10**8, rows), unit="s")
    frame["d"] = frame["d"].astype("datetime64[us]")
    kinds = {"n": ColumnKind.NUMERIC, "c": ColumnKind.CATEGORICAL, "t": ColumnKind.TEXT, "d": ColumnKind.DATETIME}
    storage = {"n": StorageType.FLOAT, "c": StorageType.STRING, "t": StorageType.STRING, "d": StorageType.DATETIME}
    columns = [
        ColumnSchema(
            name=name,
            kind=kinds[name[0]],
            storage=storage[name[0]],
            unique=int(frame[name].nunique()),
            missing=int(frame[name].isna().sum()),
        )
        for name in frame.columns
    ]
    return frame, columns, np.where(frame["n0"].fillna(0) + frame["n1"].fillna(0) > 2, "yes", "no")


def measure(spec, rows):
    """Fit one step on the columns that suit it."""
    from core.errors import LatheError
    from core.prepare.compiler import stage_of
    from core.prepare.fitting import fit_rows
    from core.prepare.forecast_costs import step_seconds
    from core.prepare.outline import outline_plan
    from core.prepare.plan import PreparePlan, StepChoice
    from core.prepare.preview_flow import start, steps_for
    from core.prepare.spec import Form, InputNeeds
    from core.types import TaskKind

    frame, columns, y = table(rows)
    forms = {"n": Form.NUMBER, "c": Form.WORDS, "t": Form.WORDS, "d": Form.DATE}
    suited = [c.name for c in columns if c.kind in spec.kinds and forms[c.name[0]] in spec.takes]
    params = {p.name: "n1" for p in spec.params if p.kind == "column" and not p.optional}
    suited = [name for name in suited if name not in params.values()][: 1 if params else None]
    plan = PreparePlan(steps=(StepChoice(step=spec.key, columns=tuple(suited), params=params),))
    try:
        found = outline_plan(plan, columns, InputNeeds(), task=TaskKind.BINARY)
        step = found.steps[0]
    except (LatheError, IndexError) as error:
        row(spec.key, len(suited), "-", "-", "-", str(error)[:60])
        return

    def seconds(count):
        needed = steps_for(found.steps, suited) or [(step, step.context.features)]
        flow = start(found, _Drawn(frame.iloc[:count], y[:count], columns), needed, suited).flow
        stage = stage_of(step, step.context.features)
        began = time.perf_counter()
        fit_rows(_Only((("step", stage),)), flow, y[:count])
        return time.perf_counter() - began

    seconds(FEW)
    few, many = seconds(FEW), seconds(rows)
    wide = sum(f.width * (f.density if f.density < 0.1 else 1) for f in step.given)
    each = max(len(suited), wide) / 1e6
    rate = (many - few) / (each * (rows - FEW))
    made = sum(feature.width for feature in step.given)
    row(spec.key, len(suited), made, many, rate, step_seconds(step, rows) / (each * rows))


class _Only:
    def __init__(self, steps):
        self.steps = steps


class _Drawn:
    def __init__(self, frame, y, columns):
        self.frame, self.y, self.columns, self.aside = frame, y, columns, ()

    def draw(self, names):
        """Return the columns asked for."""
        from core.prepare.preview_sample import Sample

        return Sample(self.frame[[name for name in self.frame.columns if name in names]], self.y)


if __name__ == "__main__":
    main()
