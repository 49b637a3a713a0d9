from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from core.errors import LatheError, RunCancelled
from core.explain.cells import cell_text, gather
from core.explain.rows import Contribution, explain_row, row_sentence
from core.models.fitted import FittedModel


class Stopping:
    def report(self, fraction: float, stage: str, message: str = "") -> None: ...

    def should_stop(self) -> bool:
        return True


def values(explanation) -> dict[str, float]:
    return {c.column: c.shap for c in explanation.contributions}


def test_shap_of_a_linear_model_is_coefficient_times_distance_from_the_mean(linear_model) -> None:
    fitted, frame, _ = linear_model
    background, row = frame.iloc[:40], frame.iloc[[150]]

    explanation = explain_row(fitted, background, row)

    distance = row.iloc[0] - background.mean()
    assert values(explanation)["a"] == pytest.approx(3 * distance["a"], abs=1e-6)
    assert values(explanation)["b"] == pytest.approx(-2 * distance["b"], abs=1e-6)
    assert values(explanation)["c"] == pytest.approx(0, abs=1e-6)
    assert explanation.base == pytest.approx(fitted.predict(background).values.mean(), abs=1e-9)


@pytest.mark.parametrize("position", range(0, 120, 13))
def test_contributions_of_a_mixed_table_add_up_to_the_probability(mixed_model, mixed_frame, position) -> None:
    explanation = explain_row(mixed_model, mixed_frame, mixed_frame.iloc[[position]])

    total = explanation.base + sum(values(explanation).values())
    shown = mixed_model.predict(mixed_frame.iloc[[position]]).probabilities[0, 1]
    assert total == pytest.approx(shown, abs=1e-9)
    assert explanation.additive
    assert explanation.target_class == "yes"
    assert values(explanation)["noise"] == pytest.approx(0, abs=1e-9)


def test_base_is_the_mean_over_the_background_and_classes_mirror_each_other(mixed_model, mixed_frame) -> None:
    background = mixed_frame.iloc[:30]
    yes = explain_row(mixed_model, background, mixed_frame.iloc[[50]], target_class="yes")
    no = explain_row(mixed_model, background, mixed_frame.iloc[[50]], target_class="no")

    assert yes.base == pytest.approx(mixed_model.predict(background).probabilities[:, 1].mean(), abs=1e-9)
    assert yes.base + no.base == pytest.approx(1)
    assert values(yes)["port"] == pytest.approx(-values(no)["port"], abs=1e-9)


def test_many_columns_are_sampled_still_add_up_and_repeat_with_the_seed(linear_model) -> None:
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import make_pipeline

    rng = np.random.default_rng(3)
    names = [f"x{i}" for i in range(14)]
    frame = pd.DataFrame(rng.normal(size=(80, 14)), columns=names)
    y = (frame["x0"] * frame["x1"] * frame["x2"] + frame["x3"]).to_numpy()
    pipeline = make_pipeline(RandomForestRegressor(10, random_state=0)).fit(frame, y)
    columns = tuple(linear_model[0].columns[0].model_copy(update={"name": name}) for name in names)
    fitted = FittedModel(pipeline, linear_model[0].task, "y", columns)
    before = np.random.get_state()[1].copy()

    first = explain_row(fitted, frame, frame.iloc[[3]], seed=5)
    again = explain_row(fitted, frame, frame.iloc[[3]], seed=5)

    assert first.additive
    assert "sampled orders" in first.method
    assert first == again
    assert np.array_equal(before, np.random.get_state()[1]), "numpy's global generator was disturbed"


def test_the_row_is_told_in_its_own_cells(mixed_model, mixed_frame) -> None:
    row = mixed_frame.iloc[[0]].assign(fare=np.nan, port="C", age=35.0)
    told = {c.column: c.value for c in explain_row(mixed_model, mixed_frame, row).contributions}
    assert told["fare"] == "missing"
    assert told["port"] == "C"
    assert told["age"] == "35"


def test_a_row_equal_to_the_whole_background_has_nothing_to_explain(mixed_model, mixed_frame) -> None:
    row = mixed_frame.iloc[[4]]
    explanation = explain_row(mixed_model, pd.concat([row] * 5), row)
    assert explanation.additive
    assert set(values(explanation).values()) == {0.0}
    assert "No column moves" in explanation.sentence


def test_wrong_questions_are_refused_in_words(mixed_model, mixed_frame) -> None:
    with pytest.raises(LatheError, match="not a class"):
        explain_row(mixed_model, mixed_frame, mixed_frame.iloc[[0]], target_class="maybe")
    with pytest.raises(LatheError, match="One row"):
        explain_row(mixed_model, mixed_frame, mixed_frame.iloc[:2])
    with pytest.raises(LatheError, match="usual rows"):
        explain_row(mixed_model, mixed_frame.iloc[:0], mixed_frame.iloc[[0]])


def test_stop_ends_an_explanation(mixed_model, mixed_frame) -> None:
    with pytest.raises(RunCancelled):
        explain_row(mixed_model, mixed_frame, mixed_frame.iloc[[0]], context=Stopping())


def test_the_sentence_names_the_strongest_push_each_way_strongest_first() -> None:
    parts = (
        Contribution(column="Fare", value="71.2833", shap=0.1234),
        Contribution(column="Name", value="x" * 90, shap=-0.2),
        Contribution(column="Age", value="missing", shap=-0.05),
    )
    sentence = row_sentence(parts)
    assert sentence.startswith("Name = xxx")
    assert "lowers it most (-0.2); Fare = 71.2833 raises it most (+0.12)." in sentence
    assert len(sentence) < 120


def test_gathered_cells_keep_their_types(mixed_frame) -> None:
    frame = mixed_frame.assign(day=pd.Timestamp("2026-11-20").as_unit("us"))
    taken = gather(frame, np.tile(np.array([[5], [2], [5]]), (1, frame.shape[1])))
    pd.testing.assert_frame_equal(taken, frame.iloc[[5, 2, 5]].reset_index(drop=True))
    assert taken["port"].dtype == object
    whole = gather(frame, np.tile(np.arange(120)[:, None], (1, frame.shape[1])))
    assert [cell is None for cell in whole["port"]] == [cell is None for cell in frame["port"]]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (71.28330001, "71.2833"),
        (None, "missing"),
        (np.nan, "missing"),
        (pd.NaT, "missing"),
        (pd.Timestamp("2026-11-20"), "2026-11-20"),
        (pd.Timestamp("2026-11-20 08:30"), "2026-11-20 08:30:00"),
        ("true", "true"),
        (1234567.0, "1234567"),
    ],
)
def test_a_cell_is_written_as_a_person_would(value, text) -> None:
    assert cell_text(value) == text
