"""The first predictions of a file as they are shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.predict_views import _preview


@pytest.mark.parametrize(
    ("text", "column", "digits"),
    [
        ("prediction,probability_1,probability_NA\n,,\nNA,0.25,0.75123456\n", "Probability of NA", 0.7512),
        ('prediction\n""\n1.50001\n', "Prediction", 1.5),
    ],
)
def test_a_row_without_a_prediction_leaves_the_others_numbers(
    tmp_path: Path, text: str, column: str, digits: float
) -> None:
    path = tmp_path / "predictions.csv"
    path.write_text(text, encoding="utf-8")
    shown = _preview(str(path), 0.0)
    assert shown["Row"].tolist() == [1, 2]
    assert shown[column].isna().tolist() == [True, False]
    assert shown[column].iloc[1] == pytest.approx(digits)
