"""How long `import core` and the modules a page needs take. Goal: `import core` below 0.3 s."""

import statistics
import subprocess
import sys

from benchmarks.common import ROOT, environment, row

STATEMENTS = (
    "pass",
    "import core",
    "import core.run.recipe",
    "import core.models.registry",
    "import core.jobs.training",
)
CODE = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def seconds(statement: str) -> float:
    times = []
    for _ in range(6):
        done = subprocess.run(
            [sys.executable, "-c", CODE.format(statement)],
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        times.append(float(done.stdout))
    return statistics.median(times[1:])


if __name__ == "__main__":
    row("statement", "seconds (median of 5)")
    row("---", "---")
    for statement in STATEMENTS:
        row(statement, seconds(statement))
