"""What the page "Clean and shape" says and finds: steps by their words, what a form still lacks."""

from __future__ import annotations

import pandas as pd
import pytest

from components.shape_form import complete
from components.shape_picker import matching
from components.shape_preview import sentences
from core.data.actions import TableStep
from core.shape.preview import Preview
from core.shape.registry import STEPS


def test_steps_are_found_by_any_of_their_words():
    assert next(s.key for s in matching("JOIN table")) == "join"
    assert "drop_duplicates" in {s.key for s in matching("twice")}
    assert len(matching("")) == len(STEPS)
    assert matching("zeppelin") == []


@pytest.mark.parametrize(
    ("key", "params", "done"),
    [
        ("drop_duplicates", {}, True),
        ("drop_columns", {}, False),
        ("drop_columns", {"columns": ["a"]}, True),
        ("filter", {"conditions": [{"column": "", "operator": "eq", "value": None}]}, False),
        ("filter", {"conditions": [{"column": "a", "operator": "eq", "value": None}]}, False),
        ("filter", {"conditions": [{"column": "a", "operator": "eq", "value": 0}]}, True),
        ("filter", {"conditions": [{"column": "a", "operator": "missing", "value": None}]}, True),
        ("filter", {"conditions": [{"column": "a", "operator": "between", "value": [1, None]}]}, False),
        ("filter", {"by": "expression"}, False),
        ("filter", {"by": "expression", "expression": "a > 1"}, True),
        ("group", {"aggregations": [{"function": "count", "column": "", "name": ""}]}, True),
        ("group", {"aggregations": [{"function": "sum", "column": "", "name": ""}]}, False),
        ("scale", {"columns": ["a"], "factor": 0.0}, True),
    ],
)
def test_a_form_knows_when_everything_was_said(key, params, done):
    assert complete(TableStep(key=key, params=params)) is done


def test_a_preview_is_said_in_sentences_with_names_as_text():
    frame = pd.DataFrame({"a": [1.0]})
    found = Preview(
        before=frame, after=frame, rows_before=10, rows_after=8, columns_before=("a", "*b*"),
        columns_after=("a", "<i>"),
        kinds_after={}, changed={"a": 3}, marks=frame.astype(bool), notes=("_note_",),
    )  # fmt: skip
    assert sentences(found) == [
        "2 rows fewer.",
        "New: \\<i\\>.",
        "No longer there: \\*b\\*.",
        "Changes 3 cells of a.",
        "\\_note\\_",
    ]
