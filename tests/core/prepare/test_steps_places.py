"""Places, money and units against code written by hand."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics.pairwise import haversine_distances

from core.data.schema import ColumnSchema
from core.errors import InvalidInput
from core.prepare.compiler import compile_plan
from core.prepare.geometry import EARTH_KM, haversine_km
from core.prepare.plan import InputNeeds, PreparePlan, StepChoice
from core.prepare.transformers.amounts import Amounts, ListItems, Prefixes, split_list
from core.prepare.transformers.places import PlaceCells, PlaceCentres, PlaceDistance, PlaceTurned
from core.prepare.units import Amount, convert, read_amount
from core.types import ColumnKind, StorageType
from tests.core.prepare.library_checks import check_library_rules

HOUSES = Path(__file__).parents[4] / "shared" / "data" / "california_housing.csv"
NATIVE = InputNeeds(native_missing=True)

ESTIMATORS = (
    PlaceDistance(),
    PlaceCentres(),
    PlaceTurned(),
    PlaceCells(),
    Amounts(),
    Prefixes(),
    ListItems(),
)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=str)
def test_transformers_of_places_keep_the_rules_that_apply(estimator) -> None:
    check_library_rules(estimator)


@pytest.fixture(scope="module")
def houses() -> pd.DataFrame:
    if HOUSES.exists():
        frame = pd.read_csv(HOUSES, nrows=800)
        names = {name: name.lower() for name in frame.columns}
        return frame.rename(columns=names)[["latitude", "longitude"]].astype(float)
    rng = np.random.default_rng(0)
    return pd.DataFrame({"latitude": rng.uniform(32, 42, 800), "longitude": rng.uniform(-124, -114, 800)})


def made(frame: pd.DataFrame, *steps: StepChoice, needs: InputNeeds = NATIVE) -> pd.DataFrame:
    """Return what a plan makes of a frame of numbers and text."""
    columns = [
        ColumnSchema(
            name=str(name),
            kind=ColumnKind.NUMERIC if frame[name].dtype == float else ColumnKind.CATEGORICAL,
            storage=StorageType.FLOAT if frame[name].dtype == float else StorageType.STRING,
            missing=int(frame[name].isna().sum()),
            unique=int(frame[name].nunique()),
        )
        for name in frame.columns
    ]
    pipeline = compile_plan(PreparePlan(steps=steps), columns, needs).transformer
    return pd.DataFrame(pipeline.fit_transform(frame), columns=pipeline.get_feature_names_out())


def place(step: str, **params: object) -> StepChoice:
    return StepChoice(step=step, columns=("latitude",), params={"longitude": "longitude", **params})


def refusal(frame: pd.DataFrame, step: StepChoice) -> str:
    with pytest.raises(InvalidInput) as caught:
        made(frame, step)
    return caught.value.message


def test_distances_are_great_circles(houses: pd.DataFrame) -> None:
    table = made(houses, place("place_distance", point_latitude=37.77, point_longitude=-122.42))
    point = np.radians([[37.77, -122.42]])
    by_hand = haversine_distances(np.radians(houses.to_numpy()), point)[:, 0] * EARTH_KM
    np.testing.assert_allclose(table.iloc[:, -1], by_hand, rtol=1e-9)
    assert table.columns[-1] == "distance from latitude, longitude to 37.77, -122.42 (km)"
    miles = made(houses, place("place_distance", point_latitude=37.77, point_longitude=-122.42, unit="miles"))
    np.testing.assert_allclose(miles.iloc[:, -1] * 1.609344, by_hand, rtol=1e-9)


def test_known_distances() -> None:
    paris, london = (48.8566, 2.3522), (51.5074, -0.1278)
    assert haversine_km(*map(np.asarray, (*paris, *london))) == pytest.approx(343.6, abs=0.5)
    half_round = haversine_km(np.asarray(0.0), np.asarray(179.5), np.asarray(0.0), np.asarray(-179.5))
    assert half_round == pytest.approx(math.radians(1.0) * EARTH_KM)


def test_distance_between_two_places_of_a_row() -> None:
    frame = pd.DataFrame(
        {
            "latitude": [0.0, 48.8566, np.nan, 95.0],
            "longitude": [0.0, 2.3522, 1.0, 1.0],
            "to north": [0.0, 51.5074, 1.0, 1.0],
            "to east": [90.0, -0.1278, 1.0, 1.0],
        }
    )
    step = place("place_distance", to="columns", other_latitude="to north", other_longitude="to east")
    distance = made(frame, step).iloc[:, -1].to_numpy()
    assert distance[0] == pytest.approx(math.pi / 2 * EARTH_KM)
    assert distance[1] == pytest.approx(343.6, abs=0.5)
    assert np.isnan(distance[2:]).all()


def test_a_pair_must_be_a_pair(houses: pd.DataFrame) -> None:
    assert "different columns" in refusal(houses, place("place_turned", longitude="latitude"))
    assert "Longitude must be" in refusal(houses, place("place_turned", longitude=""))
    both = place("place_cell").model_copy(update={"columns": ("latitude", "longitude")})
    assert "one column, the latitude" in refusal(houses, both)


def test_centres_are_those_of_k_means_on_the_sphere(houses: pd.DataFrame) -> None:
    table = made(houses, place("place_centres", centres=3))
    a, b = np.radians(houses["latitude"]), np.radians(houses["longitude"])
    points = np.column_stack([np.cos(a) * np.cos(b), np.cos(a) * np.sin(b), np.sin(a)])
    centres = KMeans(3, n_init=4, random_state=0).fit(points).cluster_centers_
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    by_hand = np.sort(np.arccos(np.clip(points @ centres.T, -1, 1)) * EARTH_KM, axis=1)
    np.testing.assert_allclose(np.sort(table.iloc[:, -3:].to_numpy(), axis=1), by_hand, rtol=1e-4, atol=0.05)


@pytest.mark.parametrize("rows", [[], [(1.0, 2.0)], [(1.0, 2.0), (1.0, 2.0), (3.0, np.nan)]])
def test_centres_of_few_places_keep_their_width(rows: list) -> None:
    train = pd.DataFrame(rows or [(np.nan, np.nan)], columns=["latitude", "longitude"])
    centres = PlaceCentres(centres=3).fit(train)
    distance = centres.transform(pd.DataFrame({"latitude": [1.0, np.nan], "longitude": [2.0, 2.0]}))
    assert distance.shape == (2, 3)
    assert np.isnan(distance[1]).all()
    assert np.isnan(distance[0]).all() if not rows else np.allclose(distance[0], 0.0, atol=1e-3)
    assert len(centres.get_feature_names_out()) == 3


def test_turned_axes(houses: pd.DataFrame) -> None:
    table = made(houses, place("place_turned", turns=1))
    north, east = houses["latitude"], houses["longitude"]
    np.testing.assert_allclose(table.iloc[:, -2], (east + north) / math.sqrt(2))
    np.testing.assert_allclose(table.iloc[:, -1], (north - east) / math.sqrt(2))


def test_grid_cells_become_columns() -> None:
    frame = pd.DataFrame({"latitude": [48.2, 48.9, -0.5, np.nan], "longitude": [16.4, 16.1, 16.4, 0.0]})
    cell = place("place_cell", size=0.5).model_copy(update={"name": "cell"})
    encode = StepChoice(step="encode_categories", columns=("cell",), params={"method": "one_hot"})
    table = made(frame, cell, encode)
    made_columns = [name for name in table.columns if name not in ("latitude", "longitude")]
    assert len(made_columns) == 4
    assert table[made_columns].to_numpy().sum(axis=1).tolist() == [1, 1, 1, 1]
    cells = PlaceCells(size=0.5).fit(frame).transform(frame)[:, 0].tolist()
    assert cells == ["48, 16", "48.5, 16", "-0.5, 16", None]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("$1,200.50", 1200.5, "$"), ("(300)", -300, ""), ("-$5", -5, "$"), ("$-5", -5, "$"), ("\u22122 kg", -2, "kg"),
        ("8,450 sq ft", 8450, "ft\u00b2"), ("2 square metres", 2, "m\u00b2"), ("12 fl. oz", 12, "floz"),
        ("3.5 kg", 3.5, "kg"), ("1.2k", 1200, ""), ("12 %", 12, "%"), ("12%", 12, "%"), ("5 ft 3 in", 5.25, "ft"),
        ("5'3\"", 5.25, "ft"), ("1h 30min", 1.5, "h"), ("\u20ac 1.2m", 1.2e6, "\u20ac"), ("1.2 m", 1.2, "m"),
        ("1.2 M\u20ac", 1.2e6, "\u20ac"), ("1.5 million dollars", 1.5e6, "$"), ("US$ 3bn", 3e9, "$"),
        ("1 200", 1200, ""), ("1e3", 1000, ""), ("72 \u00b0F", 72, "\u00b0f"), ("CHF 12.-", 12, "chf"),
        ("Rs. 1,00,000", 100_000, "\u20b9"), ("1,234,567.89 EUR", 1234567.89, "\u20ac"), ("23.4 kmpl", 23.4, "kmpl"),
        ("3 km/h", 3, "km/h"), ("12 lbs.", 12, "lb"), (".5", 0.5, ""),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text: str, value: float, unit: str) -> None:
    found = read_amount(text)
    assert found is not None
    assert (found.value, found.unit) == (pytest.approx(value, rel=1e-12), unit)


@pytest.mark.parametrize(
    "text", ["", "abc", "1,2", "5-10", "12/5", "1.2.3", "12 Main Street", "3 kg 2 m", "$5 kg", "--", "1" * 81, "kg"]
)
def test_what_is_no_amount_is_none(text: str) -> None:
    assert read_amount(text) is None


def test_a_comma_before_decimals() -> None:
    assert read_amount("1.234,5 kg", ",") == Amount(1234.5, "kg")
    assert read_amount("12,5", ",") == Amount(12.5, "")
    assert read_amount("1.2", ",") is None


def test_units_are_converted_within_a_dimension() -> None:
    assert convert(Amount(2.0, "lb"), "kg") == pytest.approx(0.90718474)
    assert convert(Amount(212.0, "\u00b0f"), "\u00b0c") == pytest.approx(100.0)
    assert convert(Amount(90.0, "min"), "h") == 1.5
    assert convert(Amount(3.0, "$"), "\u20ac") is None
    assert convert(Amount(3.0, ""), "kg") == 3.0
    assert convert(Amount(3.0, "kg"), "") is None


def test_a_column_of_amounts_becomes_numbers_of_its_most_frequent_unit() -> None:
    train = pd.DataFrame({"w": pd.Series(["2 kg", "1,500 g", "3kg", "4", "n/a", None, "5 $"], dtype=object)})
    step = StepChoice(step="read_amounts", columns=("w",))
    np.testing.assert_array_equal(made(train, step)["w"], [2, 1.5, 3, 4, np.nan, np.nan, np.nan])
    grams = step.model_copy(update={"params": {"unit": "gram"}})
    np.testing.assert_array_equal(made(train, grams)["w"], [2000, 1500, 3000, 4, np.nan, np.nan, np.nan])
    filled = made(train, step, StepChoice(step="impute_numbers", columns=("w",), params={"when": "always"}))
    assert filled["w"].tolist()[4] == 2.5
    assert "'parsec'" in refusal(train, step.model_copy(update={"params": {"unit": "parsec"}}))


def test_amounts_learn_their_unit_from_training_rows_only() -> None:
    amounts = Amounts().fit(pd.DataFrame({"w": ["1 kg", "2 kg", "1 g"]}))
    assert amounts.transform(pd.DataFrame({"w": ["5 g", "6 g", "7 g", "1e300 kg"]}))[:3, 0].tolist() == pytest.approx(
        [0.005, 0.006, 0.007]
    )
    bare = Amounts().fit(pd.DataFrame({"w": ["1", "2"]}))
    np.testing.assert_array_equal(bare.transform(pd.DataFrame({"w": ["3", "4 kg"]}))[:, 0], [3, np.nan])


def test_postal_codes_are_cut() -> None:
    frame = pd.DataFrame({"code": pd.Series(["sw1a 1aa", "SW1-A", " w ", None, "--"], dtype=object)})
    assert Prefixes(length=3).fit(frame).transform(frame)[:, 0].tolist() == ["SW1", "SW1", "W", None, None]


def test_lists_become_counts_and_marks() -> None:
    cells = ["wifi; pool", "wifi;wifi", "['pool'; \"sauna\"]", None, "bar;", "pool"]
    frame = pd.DataFrame({"has": pd.Series(cells, dtype=object)})
    table = made(frame, StepChoice(step="encode_lists", columns=("has",), params={"most": 2}))
    assert list(table.columns) == ["has: number of items", "has: pool", "has: wifi", "has: (other items)"]
    assert table.to_numpy().tolist() == [[2, 1, 1, 0], [1, 0, 1, 0], [2, 1, 0, 1], [0] * 4, [1, 0, 0, 1], [1, 1, 0, 0]]
    alone = made(frame, StepChoice(step="encode_lists", columns=("has",), params={"most": 0}))
    assert alone.to_numpy().ravel().tolist() == [2, 1, 2, 0, 1, 1]
    assert split_list("(a, b , ,a)", ",") == ["a", "b"]
