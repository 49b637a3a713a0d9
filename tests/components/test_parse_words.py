"""Settings in the words of a person, and which of them are worth a look."""

from __future__ import annotations

import pytest

from components.parse_words import LABELS, SETTINGS, is_unusual, value_word
from core.data.schema import ParseSettings


def test_every_setting_of_every_format_has_a_label_and_a_word() -> None:
    for names in SETTINGS.values():
        for name in names:
            assert LABELS[name]
            assert value_word(ParseSettings(), name)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("delimiter", "\t", "Tab"),
        ("delimiter", "~", "'~'"),
        ("header", False, "no"),
        ("missing_words", ("", "NA"), "(empty), NA"),
        ("column_day_first", {"when": True}, "when: day first"),
        ("column_missing", {"country": ("?",)}, "country: ?"),
        ("units", {"price": "$"}, "price: $"),
        ("units", {}, "none"),
        ("widths", (8, 12), "8, 12"),
    ],
)
def test_values_are_said_in_words(name: str, value: object, word: str) -> None:
    assert value_word(ParseSettings().model_copy(update={name: value}), name) == word


def test_what_differs_from_most_files_is_worth_a_look() -> None:
    parse = ParseSettings(delimiter=";", thousands=".", reasons={"day_first": "Both orders fit; the month is first."})
    assert [name for name in SETTINGS["csv"] if is_unusual(parse, name)] == ["delimiter", "thousands", "day_first"]
