"""Script time of every page on a warm server. Goal: 200 ms.

Measured inside the process with Streamlit's own AppTest, which runs the same script without a browser; the first run
of each page warms the caches and is not counted.
"""

import os
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.common import ROOT, row
from benchmarks.screens import BEST, PAGES, sample_project, train_and_explain

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LATHE_WORKSPACE"] = folder
        os.chdir(ROOT)
        from streamlit.testing.v1 import AppTest

        project, dataset = sample_project(Path(folder))
        run = train_and_explain(Path(folder), project, dataset)
        row("page", "script time, ms (median of 5)")
        row("---", "---")
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        app.query_params["project"] = project
        app.query_params["dataset"] = dataset
        app.query_params["run"] = run
        app.query_params["model"] = BEST
        app.run()
        for name in PAGES:
            app.switch_page(f"pages/{name}.py").run()
            times = []
            for _ in range(5):
                start = time.perf_counter()
                app.run()
                times.append(1000 * (time.perf_counter() - start))
            row(name, statistics.median(times))
