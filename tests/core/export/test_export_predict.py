from __future__ import annotations

import csv
import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from export_helpers import CLASSES

from core.data.schema import ParseSettings
from core.errors import LatheError, RunCancelled
from core.export import predict as predict_module
from core.export.passport import load_passport
from core.export.predict import predict_table
from core.export.reading import read_like
from core.export.sample import write_sample
from core.prepare.contract import learn_contract
from core.prepare.plan import ColumnPolicy


class Watching:
    def __init__(self, stop_after: int = 10**9) -> None:
        self.fractions: list[float] = []
        self.stop_after = stop_after

    def report(self, fraction: float, stage: str, message: str = "") -> None:
        self.fractions.append(fraction)

    def should_stop(self) -> bool:
        return len(self.fractions) >= self.stop_after


@pytest.fixture
def rows_file(tmp_path: Path, raw: pd.DataFrame, classifier) -> Path:
    path = tmp_path / "rows.csv"
    write_sample(path, raw, classifier.columns)
    return path


def as_texts(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_predictions_are_those_of_the_model_in_row_order(tmp_path, classifier, raw, rows_file) -> None:
    out = tmp_path / "out.csv"
    report = predict_table(classifier, rows_file, parse=ParseSettings(), out=out)

    found = table(out)
    expected = classifier.predict(raw)
    assert found[0] == ["prediction", *(f"probability_{label}" for label in CLASSES), "check", "reason"]
    assert [row[0] for row in found[1:]] == list(expected.values)
    assert np.array_equal(np.array([row[1:-2] for row in found[1:]], dtype=float), expected.probabilities)
    assert report.rows == len(raw)
    assert report.sentences() == ()
    assert [list(row) for row in report.preview] == found[1:11]


def test_a_regression_has_one_column_of_predictions(tmp_path, regressor, raw, rows_file) -> None:
    out = tmp_path / "out.csv"
    predict_table(regressor, rows_file, parse=ParseSettings(), out=out)
    found = table(out)
    assert found[0] == ["prediction", "check", "reason"]
    assert np.array_equal([float(row[0]) for row in found[1:]], regressor.predict(raw).values)


def test_column_order_extra_columns_and_the_target_change_nothing(tmp_path, classifier, rows_file) -> None:
    predict_table(classifier, rows_file, parse=ParseSettings(), out=tmp_path / "plain.csv")
    texts = as_texts(rows_file)
    shuffled = texts[texts.columns[::-1]].assign(comment="x, y", survived="unknown", zzz="1")
    shuffled.to_csv(tmp_path / "shuffled.csv", index=False)
    report = predict_table(classifier, tmp_path / "shuffled.csv", parse=ParseSettings(), out=tmp_path / "out.csv")
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()
    assert report.extra_columns == ("comment", "zzz")
    assert report.target_present
    assert any("comment, zzz" in sentence for sentence in report.sentences())


def test_a_missing_column_is_named_and_nothing_is_written(tmp_path, classifier, rows_file) -> None:
    as_texts(rows_file).drop(columns=["port", "fare, paid"]).to_csv(tmp_path / "less.csv", index=False)
    with pytest.raises(LatheError, match="port") as caught:
        predict_table(classifier, tmp_path / "less.csv", parse=ParseSettings(), out=tmp_path / "out.csv")
    assert "fare, paid" in str(caught.value)
    assert not (tmp_path / "out.csv").exists()


def test_unreadable_cells_are_named_and_count_as_missing(tmp_path, classifier, raw, rows_file) -> None:
    texts = as_texts(rows_file)
    texts.loc[[2, 5], "age"] = ["about thirty", "old"]
    texts.to_csv(tmp_path / "odd.csv", index=False)
    report = predict_table(classifier, tmp_path / "odd.csv", parse=ParseSettings(), out=tmp_path / "out.csv")
    assert [(item.column, item.count) for item in report.unreadable] == [("age", 2)]
    assert "about thirty" in " ".join(report.sentences())
    blank = raw.copy()
    blank.loc[[2, 5], "age"] = np.nan
    found = table(tmp_path / "out.csv")[1:]
    assert [row[0] for row in found] == list(classifier.predict(blank).values)
    assert [place for place, row in enumerate(found) if row[-2] == "warning"] == [2, 5]
    assert found[2][-1] == "age could not be read and counts as missing."


def test_an_unseen_category_and_an_empty_row_are_answered(tmp_path, classifier, rows_file) -> None:
    texts = as_texts(rows_file)
    texts.loc[0, "port"] = "Atlantis"
    texts.loc[1] = ""
    texts.to_csv(tmp_path / "new.csv", index=False)
    assert predict_table(classifier, tmp_path / "new.csv", parse=ParseSettings(), out=tmp_path / "out.csv").rows == 80
    numbers = np.array([row[1:-2] for row in table(tmp_path / "out.csv")[1:]], dtype=float)
    assert np.isfinite(numbers).all()


def test_a_row_that_the_policy_refuses_has_no_prediction_and_the_reason(tmp_path, classifier, raw, rows_file) -> None:
    refuse = {"port": ColumnPolicy(unseen="refuse")}
    model = replace(classifier, contract=learn_contract(raw, classifier.columns, refuse))
    texts = as_texts(rows_file)
    texts.loc[3, "port"] = "Atlantis"
    texts.loc[4, "age"] = "250"
    texts.to_csv(tmp_path / "new.csv", index=False)
    report = predict_table(model, tmp_path / "new.csv", parse=ParseSettings(), out=tmp_path / "out.csv")
    found = table(tmp_path / "out.csv")[1:]
    assert (report.refused, report.warned, report.rows) == (1, 1, 80)
    assert found[3] == ["", "", "", "refused", "port: 'Atlantis' was never seen and is refused."]
    assert found[4][-2] == "warning"
    assert found[4][-1].startswith("age: 250 lies outside what was seen (")
    assert found[5][-2:] == ["ok", ""]
    assert {(f.column, f.rows, f.refused) for f in report.findings} == {("port", 1, True), ("age", 1, False)}
    assert any("refused" in sentence for sentence in report.sentences())


@pytest.mark.parametrize("model", ["classifier", "regressor"])
def test_rows_that_cannot_be_read_leave_a_gap_so_that_both_tables_stay_side_by_side(
    tmp_path, model, rows_file, request, monkeypatch
) -> None:
    fitted = request.getfixturevalue(model)
    monkeypatch.setattr(predict_module, "CHUNK_ROWS", 7)
    lines = [
        ",".join(f'"{cell}"' for cell in row) for row in as_texts(rows_file).replace(r'[\n"]', "", regex=True).values
    ]
    plain_file = "\n".join([rows_file.read_text(encoding="utf-8").splitlines()[0], *lines])
    (tmp_path / "plain_rows.csv").write_text(plain_file, encoding="utf-8")
    predict_table(fitted, tmp_path / "plain_rows.csv", parse=ParseSettings(), out=tmp_path / "plain.csv")
    head, *expected = table(tmp_path / "plain.csv")
    empty = [""] * len(head)
    for place, odd in ((70, lines[0] + ",1"), (20, "   "), (20, ""), (0, "")):
        lines.insert(place, odd)
        expected.insert(place, empty)
    text = "\n".join([plain_file.splitlines()[0], *lines]) + "\n\n"
    (tmp_path / "gaps.csv").write_text(text, encoding="utf-8")
    report = predict_table(fitted, tmp_path / "gaps.csv", parse=ParseSettings(), out=tmp_path / "out.csv")
    assert table(tmp_path / "out.csv") == [head, *expected]
    assert report.rows == 80
    assert report.without_prediction == (1, 22, 23, 74)
    assert "Rows 1, 22, 23, 74 could not be read" in report.sentences()[-1]


def test_an_empty_row_of_a_workbook_leaves_a_gap(tmp_path, classifier, raw, rows_file) -> None:
    write_sample(rows_file, raw.replace({"port": "=1+1"}, "S"), classifier.columns)
    predict_table(classifier, rows_file, parse=ParseSettings(), out=tmp_path / "plain.csv")
    as_texts(rows_file).to_excel(tmp_path / "rows.xlsx", index=False)
    report = predict_table(classifier, tmp_path / "rows.xlsx", parse=ParseSettings(), out=tmp_path / "out.csv")
    expected = table(tmp_path / "plain.csv")
    expected[1 + 4] = [""] * len(expected[0])
    assert table(tmp_path / "out.csv") == expected
    assert report.without_prediction == (5,)


def test_a_file_written_another_way_gives_the_same_predictions(tmp_path, classifier, raw, rows_file) -> None:
    # A workbook would hold a formula, and its empty rows are left out.
    write_sample(rows_file, raw.drop(index=4).replace({"port": "=1+1"}, "S"), classifier.columns)
    predict_table(classifier, rows_file, parse=ParseSettings(), out=tmp_path / "plain.csv")
    plain = (tmp_path / "plain.csv").read_bytes()
    texts = as_texts(rows_file)
    comma = texts.assign(**{"fare, paid": texts["fare, paid"].str.replace(".", ",")})
    comma.to_csv(tmp_path / "german.csv", sep=";", index=False, encoding="latin-1")
    (tmp_path / "rows.csv.gz").write_bytes(gzip.compress(rows_file.read_bytes()))
    texts.to_parquet(tmp_path / "rows.parquet")
    texts.to_excel(tmp_path / "rows.xlsx", index=False)
    for name in ("german.csv", "rows.csv.gz", "rows.parquet", "rows.xlsx"):
        report = predict_table(classifier, tmp_path / name, parse=ParseSettings(), out=tmp_path / "out.csv")
        assert (tmp_path / "out.csv").read_bytes() == plain, name
        assert not report.unreadable


def test_one_row_is_read_like_the_training_file_even_where_it_looks_otherwise(tmp_path, regressor, rows_file) -> None:
    """A thousands mark alone in a small file looks like a decimal mark; the training file knows better."""
    texts = as_texts(rows_file).iloc[[0]].assign(age="30", **{"fare, paid": "1.234"})
    texts.to_csv(tmp_path / "one.csv", sep=";", index=False)
    german = ParseSettings(delimiter=";", decimal=",", thousands=".")
    predict_table(regressor, tmp_path / "one.csv", parse=german, out=tmp_path / "out.csv")
    found = float(table(tmp_path / "out.csv")[1][0])
    texts.assign(**{"fare, paid": "1234"}).to_csv(tmp_path / "plain.csv", index=False)
    predict_table(regressor, tmp_path / "plain.csv", parse=ParseSettings(), out=tmp_path / "out.csv")
    assert found == float(table(tmp_path / "out.csv")[1][0])


def test_a_passport_brings_its_own_way_of_reading(tmp_path, make_passport, classifier, rows_file) -> None:
    german = ParseSettings(delimiter=";", decimal=",", missing_words=("", "keine"))
    loaded = load_passport(make_passport(classifier, parse=german))
    texts = as_texts(rows_file).replace("", "keine")
    texts = texts.assign(**{"fare, paid": texts["fare, paid"].str.replace(".", ",")})
    texts.to_csv(tmp_path / "german.csv", sep=";", index=False)
    predict_table(classifier, rows_file, parse=ParseSettings(), out=tmp_path / "plain.csv")
    report = predict_table(loaded, tmp_path / "german.csv", out=tmp_path / "out.csv")
    assert not report.unreadable
    assert (tmp_path / "out.csv").read_bytes() == (tmp_path / "plain.csv").read_bytes()


def test_chunks_change_nothing_and_stop_leaves_nothing(tmp_path, classifier, rows_file, monkeypatch) -> None:
    predict_table(classifier, rows_file, parse=ParseSettings(), out=tmp_path / "whole.csv")
    monkeypatch.setattr(predict_module, "CHUNK_ROWS", 7)
    seen = Watching()
    report = predict_table(classifier, rows_file, parse=ParseSettings(), out=tmp_path / "parts.csv", context=seen)
    assert (tmp_path / "parts.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert len(report.preview) == 10
    assert seen.fractions[-1] == 1.0
    with pytest.raises(RunCancelled):
        predict_table(classifier, rows_file, out=tmp_path / "stopped.csv", context=Watching(stop_after=2))
    assert not [path for path in tmp_path.iterdir() if "stopped" in path.name]


def test_dates_that_can_only_be_day_first_are_read_so(tmp_path, classifier, rows_file) -> None:
    texts = as_texts(rows_file)
    known = texts["day"] != ""
    written = pd.to_datetime(texts["day"].where(known)).dt.strftime("%d/%m/%Y %H:%M:%S").fillna("")
    texts.assign(day=written).to_csv(tmp_path / "day_first.csv", index=False)
    columns = classifier.columns
    _, plain, _ = read_like(rows_file, "rows.csv", columns=columns, like=ParseSettings())
    _, found, notes = read_like(tmp_path / "day_first.csv", "day_first.csv", columns=columns, like=ParseSettings())
    pd.testing.assert_frame_equal(found.frame, plain.frame)
    assert notes == ("Its dates are written day first; those of the training file month first.",)
