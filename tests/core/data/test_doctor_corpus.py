"""The score on the corpus of messy files, and that whatever comes is read or refused in words."""

from __future__ import annotations

import argparse
import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cli import main
from core.cli.convert import convert
from core.data.read import read_text
from core.data.sniff import sniff
from core.errors import LatheError
from tests.corpus.faults import Case, Rows, cases
from tests.corpus.score import by_fault, marks, score, simple, weighted
from tests.corpus.tables import tables

SIMPLE, WEIGHTED = 9.95, 9.95
EVERY = 300


def lathe(path: Path) -> Rows | None:
    """Read a file through ``convert``."""
    out = path.with_name("out.csv")
    if convert(argparse.Namespace(source=path, out=out, names=False, escape_formulas=False)):
        return None
    with out.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_corpus_is_read_nearly_without_a_fault(tmp_path: Path) -> None:
    scored = score(cases(EVERY), lathe, tmp_path)
    worst = {fault: round(mean, 2) for fault, (_, mean) in by_fault(scored).items() if mean < 9.9}
    assert (simple(scored) >= SIMPLE, weighted(scored) >= WEIGHTED, worst) == (True, True, worst)
    assert set(worst) <= {"blanks_unquoted"}
    assert all(mark.total > 0 for mark in scored)


def test_the_score_counts_names_rows_and_cells() -> None:
    answer = [["a", "b"], ["1", "2"], ["3", "4"]]
    assert marks(answer, answer) == 10
    assert marks(answer, None) == 0
    assert marks(answer, [["x", "y"], ["8", "9"]]) == 1
    # One row of two, all names: precision and recall of rows are a half, of cells four of six and four of six.
    assert marks(answer, [["a", "b"], ["1", "2"], ["0", "0"]]) == pytest.approx(1 + 3 + 1.5 + 2)


def test_a_folder_is_converted_and_errors_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case: Case = next(iter(cases(10_000, tables()[:1])))
    source = tmp_path / "in"
    (source / "inner").mkdir(parents=True)
    (source / "good.csv").write_bytes(case.content)
    (source / "inner" / "good.tsv").write_bytes(case.content)
    (source / "bad.csv").write_bytes(b"%PDF-1.7")
    (source / "empty.csv").write_bytes(b"")
    assert main(["convert", str(source), "--out", str(tmp_path / "out")]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert '"error": "The file must hold a table' in lines[0]
    with (tmp_path / "out" / "good.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == case.answer
    assert (tmp_path / "out" / "inner" / "good.tsv.csv").exists()
    assert (tmp_path / "out" / "empty.csv").read_bytes() == b""


def test_formulas_are_kept_unless_asked(tmp_path: Path) -> None:
    path, out = tmp_path / "t.csv", tmp_path / "o.csv"
    path.write_text("a,b\n=1+1,-5\n@x,2\n", encoding="utf-8")
    assert main(["convert", str(path), "--out", str(out)]) == 0
    assert out.read_text(encoding="utf-8") == "a,b\n=1+1,-5\n@x,2\n"
    assert main(["convert", str(path), "--out", str(out), "--escape-formulas"]) == 0
    assert out.read_text(encoding="utf-8") == "a,b\n'=1+1,-5\n'@x,2\n"


TEXT = st.text(st.sampled_from("a1,;\t|\"' \n\r.é-/:\\\x00\x1e\ufeff€%()"), max_size=120).map(str.encode)
LINE = ("a,b,c", "1,2,3", '"x,1,2', "1,2", "1;2;3", '1,"2\n', "", ",,", "Total", '""x",1,2', "a b c", "$1,2,3 kg")
LINES = st.lists(st.sampled_from(LINE), max_size=14).map(lambda lines: "\n".join(lines).encode())


@settings(max_examples=400, deadline=None)
@given(content=st.one_of(st.binary(max_size=150), TEXT, LINES))
def test_whatever_comes_is_read_or_refused_in_words(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(content)
        try:
            table = read_text(path, sniff(path))
        except LatheError:
            return
        assert table.frame.columns.is_unique
        assert len(table.frame) > 0
