"""The typed sentence of the step "Clean text", as its rows are shown."""

from __future__ import annotations

from components.text_demo import stages_table
from core.prepare.textdemo import tokens_before_after


def test_each_step_says_what_it_took() -> None:
    table = stages_table(tokens_before_after("The *cat* sat", {"stop_words": "english"}))
    assert list(table.index) == ["As it is", "Small letters", "Stop words", "Punctuation"]
    assert table["Text"].tolist()[0] == r"The \*cat\* sat"
    assert table["Text"].tolist()[-1] == "cat sat"
    assert table["Words"].tolist() == ["3", "3", "2", "2"]
    assert table["Changed"].tolist() == ["", "1 character", "1 word, 3 characters", "2 characters"]
