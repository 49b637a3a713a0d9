"""The corpus of messy files, read by `python -m core convert` and by other automatic readers, side by side.

Ten marks a file (tests/corpus/score.py): the mean over files, and weighted by how often a fault is met. The first
argument is how many of the files with one broken row are left out (1: none).
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.util
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.common import row
from tests.corpus.faults import Rows, cases
from tests.corpus.score import Reader, by_fault, score, simple, weighted


def lathe(path: Path) -> Rows | None:
    """`python -m core convert`, in this process."""
    from core.cli.convert import convert_one

    out = path.with_name("out.csv")
    told = convert_one(path, out, argparse.Namespace(names=False, escape_formulas=False))
    return None if "error" in told else _rows(out)


def duckdb_auto(path: Path) -> Rows | None:
    """DuckDB's reader with its own guesses, rows that it cannot read left out."""
    import duckdb

    options = {"all_varchar": True, "strict_mode": False, "ignore_errors": True, "null_padding": True}
    try:
        found = duckdb.read_csv(str(path), **options)
        return [list(found.columns), *[["" if c is None else str(c) for c in r] for r in found.fetchall()]]
    except (duckdb.Error, UnicodeDecodeError):
        return None


def pandas_sniffing(path: Path) -> Rows | None:
    """pandas with ``sep=None``, bad lines left out."""
    import pandas as pd

    try:
        frame = pd.read_csv(path, sep=None, engine="python", dtype=str, keep_default_na=False, on_bad_lines="skip")
    except (ValueError, csv.Error, OSError):
        return None
    return [list(map(str, frame.columns)), *frame.fillna("").astype(str).to_numpy().tolist()]


def clever(path: Path) -> Rows | None:
    """CleverCSV's sniffer and reader, where it is installed."""
    library = importlib.import_module("clevercsv")
    try:
        return [list(cells) for cells in library.stream_table(str(path))]
    except (library.Error, library.exceptions.NoDetectionResult, UnicodeDecodeError):
        return None


def _rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


READERS: tuple[tuple[str, Reader], ...] = (
    ("lathe", lathe),
    ("duckdb auto", duckdb_auto),
    ("pandas sep=None", pandas_sniffing),
)

if __name__ == "__main__":
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    csv.field_size_limit(sys.maxsize)
    chosen = list(cases(every))
    readers = [*READERS, *([("clevercsv", clever)] if importlib.util.find_spec("clevercsv") else [])]
    row("reader", "files", "simple", "weighted", "seconds")
    row("---", "---", "---", "---", "---")
    faults = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, reader in readers:
            start = time.perf_counter()
            scored = score(chosen, reader, Path(folder))
            row(name, len(scored), simple(scored), weighted(scored), time.perf_counter() - start)
            faults[name] = by_fault(scored)
    print()
    row("fault", "files", *faults)
    row("---", "---", *["---"] * len(faults))
    for fault, (count, _) in faults["lathe"].items():
        row(fault, count, *[found[fault][1] for found in faults.values()])
