"""The table of columns and what is done to ticked ones."""

from __future__ import annotations

import csv
import io

import pytest

from components.columns_editor import columns_table, stands_for
from components.kinds import MEANING_WORDS, ORDERED, TYPE_PLURALS, TYPE_WORDS, kind_of_type, type_word
from components.level_order import moved
from components.rejected_rows import rejected_csv
from core.data.doctor.reader import RejectedRow
from core.data.schema import ColumnSchema
from core.types import ColumnKind, Meaning, StorageType

CITY = ColumnSchema(name="city", storage=StorageType.STRING, kind=ColumnKind.CATEGORICAL, missing=1, unique=2)


def test_an_order_makes_a_category_an_ordered_one() -> None:
    assert type_word(CITY) == "Category"
    assert type_word(CITY.model_copy(update={"levels": ("a", "b")})) == ORDERED
    assert {kind_of_type(word) for word in TYPE_WORDS} == set(ColumnKind)
    assert len(TYPE_PLURALS) == len(TYPE_WORDS)


def test_personal_data_is_said_in_a_word() -> None:
    assert set(MEANING_WORDS) == set(Meaning)
    said = {meaning: stands_for(CITY.model_copy(update={"meaning": meaning}))[0] for meaning in Meaning}
    assert {m for m, text in said.items() if text.startswith("Personal: ")} == {m for m in Meaning if m.is_personal}
    assert stands_for(CITY) == []


def test_the_table_says_the_share_that_is_missing() -> None:
    table = columns_table([CITY], rows=4)
    assert table.loc[0, "Missing"] == pytest.approx(25)
    assert columns_table([CITY], rows=0).loc[0, "Missing"] == 100


@pytest.mark.parametrize(("place", "by", "order"), [(0, 1, "bac"), (2, -1, "acb"), (1, 1, "acb")])
def test_a_level_moves_by_one_place(place: int, by: int, order: str) -> None:
    assert moved("abc", place, by) == tuple(order)


def test_rows_that_were_not_read_cannot_start_a_formula() -> None:
    rows = [RejectedRow(7, '=1+1,"x', "Too many cells"), RejectedRow(9, "plain, text", "Too few")]
    read = list(csv.reader(io.StringIO(rejected_csv(rows).decode())))
    assert read == [
        ["line", "reason", "text"],
        ["7", "Too many cells", "'=1+1,\"x"],
        ["9", "Too few", "plain, text"],
    ]
