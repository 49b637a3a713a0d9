"""What columns stand for: found where it is so, and not where it only looks a little like it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.data.ingest import ingest
from core.data.meaning import add_meanings, find_meaning, propose_levels
from core.data.schema import ColumnSchema
from core.store.workspace import Workspace
from core.types import ColumnKind, Meaning, StorageType

REAL = Path(__file__).resolve().parents[4] / "shared" / "data"


def column(
    name: str, values: Sequence[str], kind: ColumnKind = ColumnKind.CATEGORICAL, missing: int = 0
) -> ColumnSchema:
    storage = StorageType.FLOAT if kind is ColumnKind.NUMERIC else StorageType.STRING
    return ColumnSchema(name=name, storage=storage, kind=kind, unique=len(values), missing=missing, reason="Because.")


def meaning(
    name: str, values: Sequence[str], kind: ColumnKind = ColumnKind.CATEGORICAL, rows: int = 100
) -> Meaning | None:
    found, reason = find_meaning(name, values, column(name, values, kind), rows=rows)
    assert bool(reason) == (found is not None)
    return found


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("contact", ["a.b@example.org", "c_d+x@mail.example.co.uk"], Meaning.EMAIL),
        ("site", ["https://example.org/a", "www.example.com"], Meaning.URL),
        ("col", ["+49 30 123456", "+1 (555) 010-9999", "+44 20 7946 0958"], Meaning.PHONE),
        ("col", ["555-010-1234", "(555) 010-4321", "555.010.8888 ext 12"], Meaning.PHONE),
        ("Phone number", ["5550101234", "5550109876"], Meaning.PHONE),
        ("Name", ["Braund, Mr. Owen", "Heikkinen, Miss. Laina", "Cumings, Mrs. John (Florence)"], Meaning.PERSON_NAME),
        ("owner", ["Anna Schmidt", "Peter Jones", "Maria de la Cruz"], Meaning.PERSON_NAME),
        ("last_name", ["Schmidt", "O'Neill", "Garc\u00eda"], Meaning.PERSON_NAME),
        ("customerName", ["Anna Schmidt", "Xu Qiang", "Peter Jones"], Meaning.PERSON_NAME),
        ("address", ["12 Elm Street", "7 High Road", "Hauptstra\u00dfe 5a"], Meaning.ADDRESS),
        ("where", ["12 Elm Street", "7 High Road", "401 5th Ave"], Meaning.ADDRESS),
        ("zip", ["02139", "10115", "94107-1234"], Meaning.POSTAL_CODE),
        ("postcode", ["SW1A 1AA", "EC1V 9NR"], Meaning.POSTAL_CODE),
        ("tags", ["[1, 2]", "[3]", "[]"], Meaning.LIST),
        ("tags", ["red;green", "green", "red;blue;green", "blue;red"], Meaning.LIST),
        ("genres", ["Drama, Comedy", "Comedy", "Drama, Crime, Comedy", "Crime, Drama", "Crime"] * 3, Meaning.LIST),
    ],
)  # fmt: skip
def test_a_meaning_is_found(name: str, values: list[str], expected: Meaning) -> None:
    assert meaning(name, values) is expected


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("ProductName", ["Desk Lamp", "Office Chair", "Paper Clips"]),
        ("name", ["Desk Lamp", "Office Chair", "Paper Clips"]),
        ("name", ["Red Wine", "White Wine", "Port"]),
        ("city", ["New York", "San Diego", "Paris", "St. Louis"]),
        ("species", ["Adelie", "Chinstrap", "Gentoo"]),
        ("country_name", ["Germany", "Costa Rica", "Chad"]),
        ("PhoneService", ["Yes", "No", "No phone service"]),
        ("code", ["5550101234", "5550109876"]),
        ("period", ["2010-2015", "2016-2020", "2021-2024"]),
        ("ssn", ["123-45-6789", "987-65-4321"]),
        ("version", ["1.2.3.4", "10.0.0.1"]),
        ("email", ["yes", "no"]),
        ("ip_address", ["10.0.0.1", "192.168.1.20"]),
        ("Street", ["Pave", "Grvl"]),
        ("place", ["Denver, CO", "Austin, TX", "Boulder, CO", "Dallas, TX"]),
        ("amount", ["1,234,567", "12,345", "999", "12,345,678"]),
        ("note", ["Call back, please; soon", "Sent twice, no answer; closed", "Ask Mary, then Tom; later today"]),
        ("zip_file", ["a.zip", "b.zip"]),
    ],
)
def test_what_only_looks_like_it_is_left_alone(name: str, values: list[str]) -> None:
    assert meaning(name, values) is None


def test_coordinates_under_short_names_need_each_other() -> None:
    lat, lon = ["47.37", "46.95"], ["8.54", "7.44"]
    columns = [column(name, values, ColumnKind.NUMERIC) for name, values in (("lat", lat), ("long", lon))]
    both = add_meanings(columns, {"lat": lat, "long": lon}, rows=9)
    assert [c.meaning for c in both] == [Meaning.LATITUDE, Meaning.LONGITUDE]
    [alone] = add_meanings(columns[1:], {"long": lon}, rows=9)
    assert alone.meaning is None
    assert alone.reason == "Because."


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("latitude", ["47.37", "-46.95"], Meaning.LATITUDE),
        ("pickupLongitude", ["-73.98", "170.5"], Meaning.LONGITUDE),
        ("latitude", ["147.37", "46.95"], None),
        ("latitude", ["47", "46"], None),
        ("latency", ["47.5", "46.1"], None),
    ],
)
def test_a_coordinate_is_known_by_name_and_range(name: str, values: list[str], expected: Meaning | None) -> None:
    assert meaning(name, values, ColumnKind.NUMERIC) is expected


def test_one_value_in_every_row_is_constant_but_not_in_a_table_of_one_row() -> None:
    assert meaning("x", ["a"]) is Meaning.CONSTANT
    assert meaning("x", []) is Meaning.CONSTANT
    assert meaning("x", ["a"], rows=1) is None
    # Present or missing may itself say something.
    assert find_meaning("x", ["a"], column("x", ["a"], missing=4), rows=9) == (None, "")


@pytest.mark.parametrize(
    ("values", "levels"),
    [
        ("high low medium", "low medium high"),
        ("Ideal Good Very_Good Fair Premium", "Fair Good Very_Good Premium Ideal"),
        ("TA Ex Fa Gd", "Fa TA Gd Ex"),
        ("large small medium", "small medium large"),
        ("HS-grad Masters 11th Bachelors", "11th HS-grad Bachelors Masters"),
        ("Wed Mon Sunday Tue", "Mon Tue Wed Sunday"),
        ("oct jan may", "jan may oct"),
        ("6+ 1-2 3-5", "1-2 3-5 6+"),
        ("25-34 <18 65+ 18-24", "<18 18-24 25-34 65+"),
        ("$20k-$30k $0-$20k >$30k", "$0-$20k $20k-$30k >$30k"),
        ("3rd 1st 2nd", "1st 2nd 3rd"),
        ("level_10 level_2 level_1", "level_1 level_2 level_10"),
        ("primary unknown tertiary secondary", "primary secondary tertiary"),
    ],
)
def test_known_orders_are_proposed(values: str, levels: str) -> None:
    assert propose_levels(values.split()) == tuple(levels.split())


@pytest.mark.parametrize(
    "values",
    ["low high", "red green blue", "3-2 1-0 2-2", "class_0 class_1 class_2", "S C Q", "1 2 3", "low medium blue"],
)
def test_no_order_is_made_up(values: str) -> None:
    assert propose_levels(values.split()) == ()


def test_columns_get_it_when_a_file_is_taken_in(workspace: Workspace, project_id: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "".join(f"p{i}@example.org,{('low', 'medium', 'high')[i % 3]},x\n" for i in range(30))
    path.write_text(f"mail,risk,same\n{rows}")
    dataset = ingest(workspace, path, project_id=project_id, name="t")
    assert dataset.column("mail").meaning is Meaning.EMAIL
    assert dataset.column("risk").levels == ("low", "medium", "high")
    assert dataset.column("risk").kind is ColumnKind.CATEGORICAL
    assert "low < medium < high" in dataset.column("risk").reason
    assert dataset.column("same").meaning is Meaning.CONSTANT


@pytest.mark.skipif(not REAL.exists(), reason="the real tables are not on this machine")
@pytest.mark.parametrize(
    ("name", "meanings", "ordered"),
    [
        ("titanic.csv", {"Name": Meaning.PERSON_NAME}, ()),
        ("california_housing.csv", {"longitude": Meaning.LONGITUDE, "latitude": Meaning.LATITUDE}, ()),
        ("diamonds.csv", {}, ("cut", "clarity")),
        ("telco_churn.csv", {}, ("Contract",)),
        ("penguins.csv", {}, ()),
        ("insurance.csv", {}, ()),
    ],
)
def test_real_tables_say_what_a_person_would(
    workspace: Workspace, project_id: str, name: str, meanings: dict[str, Meaning], ordered: tuple[str, ...]
) -> None:
    dataset = ingest(workspace, REAL / name, project_id=project_id, name=name)
    assert {c.name: c.meaning for c in dataset.columns if c.meaning} == meanings
    assert tuple(c.name for c in dataset.columns if c.levels) == ordered
