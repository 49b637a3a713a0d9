"""Which values are spellings of one another, and which only look alike."""

from __future__ import annotations

import pytest

from core.quality.similar import find_spellings

SAME = [
    ({"Zurich": 90, "zurich": 3}, {"zurich": "Zurich"}),
    ({"Zürich": 90, "Zurich": 30}, {"Zurich": "Zürich"}),
    ({"New York": 50, "New-York": 4, "NewYork": 2}, {"New-York": "New York", "NewYork": "New York"}),
    ({"M": 200, "m": 6, "F": 190}, {"m": "M"}),
    ({"Switzerland": 80, "Swizterland": 2}, {"Swizterland": "Switzerland"}),
    ({"married": 80, "maried": 1}, {"maried": "married"}),
]
DIFFERENT = [
    {"Male": 500, "Female": 40},
    {"1stFlr": 100, "2ndFlr": 5},
    {"FuseA": 94, "FuseF": 27, "FuseP": 3},
    {"AA": 30, "Aa": 60, "aa": 28},
    {"A+": 100, "A-": 4},
    {"Type A": 100, "Type B": 2},
    {"10-20": 100, "1020": 2},
    {"North": 100, "South": 3},
    {"Married": 300, "Unmarried": 9},
    {"visible": 300, "invisible": 9},
    {"Austria": 300, "Australia": 9},
    {"Slovakia": 300, "Slovenia": 9},
    {"Wd Sdng": 197, "Wd Shng": 38},
    {"NAmes": 225, "NWAmes": 10},
    {"42": 300, "43": 2},
    {"Married-civ-spouse": 9000, "Married-AF-spouse": 30},
]


@pytest.mark.parametrize(("counts", "wanted"), SAME, ids=[next(iter(w)) for _, w in SAME])
def test_spellings_of_one_thing(counts, wanted):
    assert {s.written: s.meant for s in find_spellings(counts)} == wanted


@pytest.mark.parametrize("counts", DIFFERENT, ids=["/".join(c) for c in DIFFERENT])
def test_values_that_only_look_alike(counts):
    assert find_spellings(counts) == ()
