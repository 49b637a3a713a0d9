"""The report as a whole: real files, kept reports, odd tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quality_cases import base

from core.data.column_types import set_levels, set_meaning
from core.data.ingest import ingest
from core.data.propose import propose_task
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.sniff import sniff
from core.errors import LatheError
from core.quality import report as module
from core.quality.registry import CHECKS
from core.quality.report import find, look, open_findings, stored_report
from core.quality.rows import concerned_rows
from core.types import ColumnKind, Meaning, Severity, StorageType, TaskKind

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
EXPECTED = [
    ("titanic", "Survived", {"personal:Name", "identifiers:PassengerId"}),
    ("bank_marketing", "deposit", {"leakage:duration", "disguised_numbers:pdays"}),
    ("california_housing", "median_house_value", {"capped:largest:median_house_value"}),
    ("diamonds", "price", {"zero_sizes", "duplicates"}),
    ("wine_quality", "quality", {"few_of_class:quality", "duplicates"}),
    ("adult", "income", {"copies", "disguised_numbers:capital_gain"}),
    ("ames_housing", "SalePrice", {"missing:mostly", "missing_together", "almost_constant"}),
    ("telco_churn", "Churn", {"identifiers:customerID"}),
    ("penguins", "species", {"empty_rows", "target_order:species"}),
]


def of(workspace, project_id, name, target):
    path = DATA / f"{name}.csv"
    if not path.exists():
        pytest.skip("the folder of real files is not here")
    dataset = ingest(workspace, path, project_id=project_id, name=name)
    return dataset, look(workspace, dataset, target=target, task=propose_task(dataset.column(target)).kind)


@pytest.mark.parametrize(("name", "target", "wanted"), EXPECTED, ids=[name for name, _, _ in EXPECTED])
def test_real_files_show_their_known_quirks_and_little_else(workspace, project_id, name, target, wanted):
    _, found = of(workspace, project_id, name, target)
    keys = [f.key for f in found.findings]
    for key in wanted:
        assert any(k == key or k.startswith(f"{key}:") for k in keys), (key, keys)
    assert len(keys) <= 15
    assert not any(f.check in ("spelling", "mixed_numbers", "impossible", "broken_letters") for f in found.findings)


def test_what_separates_well_is_not_called_a_leak(workspace, project_id):
    _, found = of(workspace, project_id, "titanic", "Survived")
    assert not any(f.severity is Severity.BAD for f in found.findings)


def test_a_report_is_made_once_for_equal_content_and_target(workspace, stored, monkeypatch):
    dataset = stored(base())
    assert stored_report(workspace, dataset, target="answer") is None
    first = find(workspace, dataset, target="answer")

    def refuse(*arguments, **options):
        raise AssertionError("made again")

    monkeypatch.setattr(module, "look", refuse)
    assert find(workspace, dataset, target="answer") == first == stored_report(workspace, dataset, target="answer")
    with pytest.raises(AssertionError):
        find(workspace, dataset)


def test_checks_without_a_target_are_named_with_the_reason(workspace, stored):
    found = find(workspace, stored(base()))
    assert set(found.skipped) == {check.title for check in CHECKS if check.needs_target}
    with pytest.raises(LatheError, match="must be a column"):
        find(workspace, stored(base()), target="nothing")


def test_the_gravest_come_first(workspace, stored):
    frame = base()
    frame["copy"] = frame["answer"]
    frame["same"] = "x"
    found = look(workspace, stored(frame), target="answer", task=TaskKind.BINARY).findings
    assert [f.check for f in found] == ["leakage", "constant"]
    assert found[0].severity is Severity.BAD


def test_what_is_left_out_or_dismissed_is_no_longer_open(workspace, stored):
    frame = base()
    frame["copy"] = frame["answer"]
    frame["same"] = "x"
    found = look(workspace, stored(frame), target="answer", task=TaskKind.BINARY)
    assert [f.check for f in open_findings(found, ignored=["copy"])] == ["constant"]
    assert not open_findings(found, ignored=["copy"], dismissed=["constant:same"])


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=8)
cells = st.one_of(
    st.none(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(
        ["", "a", "A", "?", "-999", "1 kg", "2024-01-01", "31.12.1999", "x@y.org", "<b>", "\ufffd", "true"]
    ),
    names,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    columns=st.lists(names, min_size=1, max_size=5, unique=True),
    rows=st.integers(1, 30),
    data=st.data(),
)
def test_no_table_makes_a_check_fail(workspace, stored, columns, rows, data):
    frame = pd.DataFrame(
        {name: data.draw(st.lists(cells, min_size=rows, max_size=rows)) for name in columns}, dtype=object
    )
    try:
        dataset = stored(frame)
    except LatheError:
        return
    for target in ("", dataset.column_names[-1]):
        task = propose_task(dataset.column(target)).kind if target else None
        found = look(workspace, dataset, target=target, task=task)
        assert len({f.key for f in found.findings}) == len(found.findings)


def test_many_columns_and_one_row(workspace, stored):
    wide = pd.DataFrame([list(range(600))], columns=[f"c{i}" for i in range(600)])
    found = look(workspace, stored(wide), target="c0", task=TaskKind.REGRESSION).findings
    assert {f.check for f in found} == {"unlearnable", "too_few_rows"}


def test_a_word_that_the_person_has_called_a_value_is_no_hidden_gap(workspace, project_id, tmp_path):
    path = tmp_path / "towns.csv"
    path.write_text(
        "code,n\n" + "".join(f"{code},{n}\n" for n, code in enumerate(["DE", "FR", "NA", "AT", "SE", "CH"] * 30))
    )
    parse = sniff(path)
    as_value = parse.model_copy(update={"column_missing": {"code": ("",)}})
    kept = ingest(workspace, path, project_id=project_id, name="kept", parse=as_value)
    assert kept.column("code").unique == 6
    assert "disguised_words" not in {f.check for f in look(workspace, kept).findings}
    unasked = parse.model_copy(update={"missing_words": ("",)})
    found = look(workspace, ingest(workspace, path, project_id=project_id, name="unasked", parse=unasked))
    assert "disguised_words" in {f.check for f in found.findings}


def test_what_a_person_says_about_a_column_makes_a_fresh_report(workspace, project_id, tmp_path):
    path = tmp_path / "grades.csv"
    path.write_text("grade,mail\n" + "".join(f"{'ABC'[i % 3]},p{i}@example.org\n" for i in range(60)))
    dataset = ingest(workspace, path, project_id=project_id, name="grades")
    assert any(f.check == "personal" for f in find(workspace, dataset).findings)
    cases = (
        set_meaning(workspace, dataset, ["mail"], None),
        set_meaning(workspace, dataset, ["grade"], Meaning.EMAIL),
        set_levels(workspace, dataset, {"grade": ["C", "A", "B"]}),
        set_levels(workspace, dataset, {"grade": ["A", "B", "C"]}),
    )
    assert {case.fingerprint for case in cases} == {dataset.fingerprint}
    assert len({case.view_key for case in (dataset, *cases)}) == 5
    for case in cases:
        assert stored_report(workspace, case) is None
        assert find(workspace, case).findings == look(workspace, case).findings
        assert stored_report(workspace, case) is not None
    assert stored_report(workspace, dataset) is not None


def test_rows_of_a_table_with_thousands_of_columns_are_shown(workspace):
    cells = np.random.default_rng(0).normal(size=(500, 5000))
    names = [f"c{place}" for place in range(cells.shape[1])]
    table = pa.table(dict(zip(names, cells.T, strict=True)))
    pq.write_table(table, workspace.folder("datasets", "wide") / "cells.parquet")
    columns = tuple(ColumnSchema(name=name, storage=StorageType.FLOAT, kind=ColumnKind.NUMERIC) for name in names)
    dataset = Dataset(
        id="wide", name="wide", path="datasets/wide/cells.parquet", rows=500, columns=columns, fingerprint="wide",
        parse=ParseSettings(),
    )  # fmt: skip
    found = concerned_rows(workspace, dataset, "c1 > 0", rows=150, first=("c4999",))
    places = np.flatnonzero(cells[:, 1] > 0)[:150]
    assert found.index.tolist() == (places + 1).tolist()
    assert found.columns[0] == "c4999"
    assert np.array_equal(found[names].to_numpy(), cells[places])
