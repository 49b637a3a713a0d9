"""Memory of the server: idle, and after a browser has opened every page. Goal: idle below 400 MB."""

import tempfile
from pathlib import Path

import psutil

from benchmarks.common import row, server
from benchmarks.screens import open_pages

if __name__ == "__main__":
    row("state", "resident memory, MB")
    row("---", "---")
    with tempfile.TemporaryDirectory() as folder, server(Path(folder)) as (port, pid):
        process = psutil.Process(pid)
        row("started, no visitor", process.memory_info().rss / 2**20)
        open_pages(port, Path(folder))
        row("after every page was opened on a table of 2,000 rows", process.memory_info().rss / 2**20)
