"""A stored table given to other programs: everything in it, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from core.data.download import download
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.errors import LatheError
from core.store.workspace import Workspace

RISKY = '=HYPERLINK("http://example.org")'


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    path = tmp_path / "t.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["=1+1", "number", "day", "word"])
        writer.writerows(
            [[RISKY, "-1.5", "2026-01-02", "a,b"], ["-5", "2", "2026-01-03", 'say "x"'], ["@cmd", "", "", ""]]
        )
        writer.writerows([[f"plain {i}", i, f"2026-02-{i + 1:02}", "c"] for i in range(20)])
    return ingest(workspace, path, project_id=project_id, name="t")


def test_csv_holds_every_cell_and_starts_no_formula(workspace: Workspace, dataset: Dataset) -> None:
    with download(workspace, dataset, "csv").open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    assert header == ["'=1+1", "number", "day", "word"]
    assert rows[0] == ["'" + RISKY, "-1.5", "2026-01-02", "a,b"]
    assert rows[1] == ["-5", "2", "2026-01-03", 'say "x"']
    assert rows[2] == ["'@cmd", "", "", ""]
    assert len(rows) == dataset.rows == 23


def test_excel_keeps_such_text_as_text(workspace: Workspace, dataset: Dataset) -> None:
    sheet = openpyxl.load_workbook(download(workspace, dataset, "excel")).active
    assert sheet.max_row == 24
    assert (sheet["A2"].value, sheet["A2"].data_type) == (RISKY, "s")
    assert (sheet["B2"].value, sheet["C2"].is_date) == (-1.5, True)
    assert sheet["A1"].data_type == "s"


def test_parquet_is_what_is_stored(workspace: Workspace, dataset: Dataset) -> None:
    table = pq.read_table(download(workspace, dataset, "parquet"))
    assert table.num_rows == 23
    assert table.column(0)[0].as_py() == RISKY


def test_a_table_that_excel_cannot_hold_is_refused(workspace: Workspace, dataset: Dataset) -> None:
    with pytest.raises(LatheError, match=r"1,048,575 rows"):
        download(workspace, dataset.model_copy(update={"rows": 2_000_000}), "excel")
    assert not list(workspace.folder("downloads").iterdir())
