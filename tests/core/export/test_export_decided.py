"""What a person decided travels with the passport: labels, sets, rows for a person; and only what fits the model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from export_helpers import CLASSES

from core.errors import LatheError, NotFound
from core.export.decided import decided_cells, decided_header
from core.export.passport import load_passport
from core.export.table import read_table
from core.models.decision import ConformalRule, Decision, class_scores, least_cost_classes
from core.models.fitted import Predictions
from core.models.persistence import load_model, read_record, save_decision, save_model

SETS = ConformalRule(method="lac", coverage=0.9, quantile=0.7)
DECISION = Decision(label=CLASSES[1], threshold=0.2, chosen_by="chosen by least cost", certainty=0.8, conformal=SETS)


def test_a_decision_is_carried_told_and_proves_its_labels(classifier, make_passport, raw, tmp_path):
    loaded = load_passport(make_passport(replace(classifier, decision=DECISION)))
    assert loaded.fitted.decision == DECISION
    assert loaded.manifest.decided == DECISION.sentences()
    given = loaded.fitted.predict(raw)
    np.testing.assert_array_equal(given.values == CLASSES[1], given.probabilities[:, 1] >= 0.2)
    assert (given.values != classifier.predict(raw).values).any()


def test_the_added_columns_say_what_the_rule_says(classifier, raw):
    model = replace(classifier, decision=DECISION)
    given = model.predict(raw)
    assert decided_header(DECISION) == ["set", "person"]
    for (members, person), p, called in zip(
        decided_cells(model, given), given.probabilities, given.values, strict=True
    ):
        inside = {label for label, one in zip(CLASSES, p, strict=True) if one >= 0.3 - 1e-9}
        assert set(members.split(" | ")) == inside
        assert (person == "yes") == (p[CLASSES.index(called)] < 0.8)
    assert decided_cells(classifier, given) == [[]] * len(raw)
    assert decided_header(None) == []


def test_intervals_of_numbers_are_written_in_full(regressor, raw):
    rule = ConformalRule(method="scaled", coverage=0.9, quantile=2.0, knots=(0.0, 1e6), scales=(1.0, 100.0))
    model = replace(regressor, decision=Decision(conformal=rule))
    given = model.predict(raw)
    cells = np.array(decided_cells(model, given), dtype=float)
    half = 2 * np.interp(given.values, [0, 1e6], [1, 100])
    np.testing.assert_allclose(cells, np.column_stack([given.values - half, given.values + half]))


def test_a_decision_is_stored_beside_the_model_and_taken_back(classifier, tmp_path):
    save_model(classifier, tmp_path)
    before = read_record(tmp_path)
    save_decision(tmp_path, DECISION)
    assert load_model(tmp_path).decision == DECISION
    assert read_record(tmp_path).sha256 == before.sha256
    save_decision(tmp_path, Decision())
    assert read_record(tmp_path) == before
    with pytest.raises(NotFound):
        save_decision(tmp_path / "nothing", DECISION)


@pytest.mark.parametrize(
    "decision",
    [
        Decision(label="other", threshold=0.3),
        Decision(costs=((0.0, 1.0, 1.0),) * 3),
        Decision(conformal=ConformalRule(method="plain", coverage=0.9, quantile=1.0)),
    ],
)
def test_a_decision_of_another_model_is_refused(classifier, tmp_path, decision):
    save_model(classifier, tmp_path)
    with pytest.raises(LatheError):
        save_decision(tmp_path, decision)
    assert load_model(tmp_path).decision is None


def test_rows_are_called_by_the_lowest_expected_cost():
    p = np.array([[0.7, 0.3], [0.9, 0.1], [0.5, 0.5]])
    assert least_cost_classes(p, np.array([[0.0, 1.0], [5.0, 0.0]])).tolist() == [1, 0, 1]
    assert least_cost_classes(p, 1.0 - np.eye(2)).tolist() == [0, 0, 0]
    assert least_cost_classes(p, np.zeros((2, 2))).tolist() == [0, 0, 0]


def test_scores_of_classes_by_both_ways():
    p = np.array([[0.5, 0.2, 0.3]])
    assert class_scores(p, "lac").tolist() == [[0.5, 0.8, 0.7]]
    assert class_scores(p, "aps")[0] == pytest.approx([0.5, 1.0, 0.8])


def test_the_sample_of_a_passport_holds_the_labels_as_decided(classifier, make_passport, raw, tmp_path):
    path = make_passport(replace(classifier, decision=DECISION))
    from core.export.passport import unpacked

    with unpacked(path) as (folder, loaded):
        stored = read_table(folder / "sample/predictions.csv", loaded.fitted.classes)
    expected: Predictions = loaded.fitted.predict(pd.DataFrame(raw.iloc[:20]))
    assert stored.values.tolist() == expected.values.tolist()
