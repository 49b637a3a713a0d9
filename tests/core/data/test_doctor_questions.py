"""What is asked of a person, and what the answers change."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.data.kinds import infer_columns
from core.data.questions import Question, questions
from core.data.read import read_text
from core.data.schema import ParseSettings
from core.data.sniff import sniff
from core.types import ColumnKind, StorageType

AMES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "ames_housing.csv"


def asked(tmp_path: Path, text: str) -> tuple[Path, ParseSettings, tuple[Question, ...]]:
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    parse = sniff(path)
    return path, parse, questions(path, parse, infer_columns(read_text(path, parse), parse))


def test_namibia_or_missing_is_asked_and_the_answer_keeps_the_code(tmp_path: Path) -> None:
    rows = "".join(f"{code},{place}\n" for place, code in enumerate(["DE", "FR", "NA", "IT", "ES", "NA"] * 5))
    path, parse, found = asked(tmp_path, "country,x\n" + rows)
    assert [question.key for question in found] == ["missing.country"]
    assert "Namibia or missing" in found[0].text
    kept = found[0].options[1].apply(parse)
    before, after = (infer_columns(read_text(path, each), each)[0] for each in (parse, kept))
    assert (before.missing, after.missing) == (10, 0)
    assert found[0].options[0].apply(parse) == parse


def test_words_for_missing_among_numbers_or_long_texts_are_not_asked(tmp_path: Path) -> None:
    rows = "".join(f"{place},a long text of number {place}\nNA,NA\n" for place in range(30))
    assert asked(tmp_path, "x,remark\n" + rows)[2] == ()


def test_dates_that_fit_both_orders_are_asked(tmp_path: Path) -> None:
    path, parse, found = asked(tmp_path, "day,x\n" + "".join(f"0{n}/1{n % 3}/2024,{n}\n" for n in range(1, 9)))
    assert [question.key for question in found] == ["day_first.day"]
    turned = found[0].options[1].apply(parse)
    assert turned.column_day_first == {"day": not parse.day_first}
    columns = infer_columns(read_text(path, turned), turned)
    assert columns[0].storage is StorageType.DATETIME
    assert questions(path, turned, columns) == ()


def test_marks_before_three_digits_everywhere_are_asked(tmp_path: Path) -> None:
    path, parse, found = asked(tmp_path, "x;y\n1,234;a\n5,678;b\n9,012;c\n")
    assert [question.key for question in found] == ["marks"]
    other = found[0].options[1].apply(parse)
    columns = [infer_columns(read_text(path, each), each)[0] for each in (parse, other)]
    assert {column.storage for column in columns} == {StorageType.INT, StorageType.FLOAT}
    assert asked(tmp_path, "x;y\n1,234;a\n5,67;b\n")[2] == ()


def test_several_tables_are_asked(tmp_path: Path) -> None:
    part = "a,b,c\n" + "".join(f"{n},x{n},{n * 2}\n" for n in range(12))
    path, parse, found = asked(tmp_path, part + part)
    assert [question.key for question in found] == ["table"]
    assert len(read_text(path, parse).frame) == 12
    assert len(read_text(path, found[0].options[-1].apply(parse)).frame) == 24


@pytest.mark.skipif(not AMES.exists(), reason="the shared data sets are not here")
def test_none_of_ames_is_asked_about_as_a_level() -> None:
    parse = sniff(AMES)
    found = questions(AMES, parse, infer_columns(read_text(AMES, parse), parse))
    assert "missing.Alley" in {question.key for question in found}
    kept = next(question for question in found if question.key == "missing.Alley").options[1].apply(parse)
    columns = {column.name: column for column in infer_columns(read_text(AMES, kept), kept)}
    assert columns["Alley"].kind is ColumnKind.CATEGORICAL
    assert columns["Alley"].missing == 0


@pytest.mark.parametrize("title", ["", "\nSales by region\n"])
def test_another_table_of_its_own_width_below_a_blank_line_is_asked_about(tmp_path: Path, title: str) -> None:
    first = "id,name,age\n" + "".join(f"{n},n{n},{20 + n}\n" for n in range(8))
    second = "region,sales,year,manager\n" + "".join(f"r{n},{n * 100},{2000 + n},m{n}\n" for n in range(8))
    path, parse, found = asked(tmp_path, f"{first}\n{title}{second}")
    assert [question.key for question in found] == ["table"]
    assert [option.label for option in found[0].options] == ["Number 1", "Number 2"]
    assert read_text(path, parse).frame.shape == (8, 3)
    other = read_text(path, found[0].options[1].apply(parse)).frame
    assert list(other) == ["region", "sales", "year", "manager"]
    assert len(other) == 8
