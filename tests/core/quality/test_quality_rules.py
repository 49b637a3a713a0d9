"""Rules: what breaks them, what is proposed, and the same answers for a stored table and a frame."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.cli import main
from core.data.actions import Rule
from core.data.catalog import DatasetCatalog, load_frame
from core.errors import InvalidInput
from core.quality.propose_rules import propose_rules
from core.quality.rules import check_rules, check_rules_frame, rule_sentence, save_rules

PEOPLE = pd.DataFrame(
    {
        "code": ["A1", "B2", "B2", "C33", None],
        "age": [30, -1, 130, 45, None],
        "low": [1.0, 2.0, 5.0, 4.0, 3.0],
        "high": [2.0, 2.0, 4.0, None, 9.0],
        "seen": ["2024-01-01", "2024-06-01", "2025-01-01", "2024-03-03", None],
        "color": ["red", "blue", "red", "green", "red"],
    }
)
BROKEN = [
    (Rule(kind="range", columns=("age",), params={"low": 0, "high": 120}), 2, "age lies between 0 and 120"),
    (Rule(kind="range", columns=("age",), params={"high": 120}), 1, "age is at most 120"),
    (Rule(kind="range", columns=("seen",), params={"high": "2024-12-31"}), 1, "seen is at most 2024-12-31"),
    (Rule(kind="set", columns=("color",), params={"values": ["red", "blue"]}), 1, "color is one of red and blue"),
    (Rule(kind="set", columns=("low",), params={"values": ["1", "2", "3.0", "5"]}), 1, "low is one of 1, 2, 3.0 and 5"),
    (
        Rule(kind="pattern", columns=("code",), params={"pattern": "[A-Z][0-9]"}),
        1,
        "code follows the pattern [A-Z][0-9]",
    ),
    (Rule(kind="pattern", columns=("age",), params={"pattern": "[0-9]+"}), 1, "age follows the pattern [0-9]+"),
    (Rule(kind="not_empty", columns=("code",)), 1, "code is never empty"),
    (Rule(kind="unique", columns=("code",)), 2, "code is different in every row"),
    (Rule(kind="unique", columns=("code", "age")), 0, "code and age together are different in every row"),
    (Rule(kind="compare", columns=("low", "high"), params={"operator": "<="}), 1, "low is at most high"),
    (Rule(kind="compare", columns=("low", "high"), params={"operator": "!="}), 1, "low differs from high"),
]


@pytest.mark.parametrize(("rule", "broken", "sentence"), BROKEN, ids=[s for _, _, s in BROKEN])
def test_rows_that_break_a_rule_are_counted(workspace, stored, rule, broken, sentence):
    dataset = stored(PEOPLE)
    (found,) = check_rules(workspace, dataset, [rule])
    assert (found.violations, found.holds, found.problem) == (broken, broken == 0, "")
    assert found.sentence == rule_sentence(rule) == sentence
    (again,) = check_rules_frame(load_frame(workspace, dataset), [rule])
    assert again.violations == broken


@pytest.mark.parametrize(
    "rule",
    [
        Rule(kind="range", columns=("age",)),
        Rule(kind="range", columns=("age",), params={"low": 5, "high": 1}),
        Rule(kind="range", columns=("color",), params={"low": 5}),
        Rule(kind="set", columns=("color",), params={"values": []}),
        Rule(kind="pattern", columns=("code",), params={"pattern": "("}),
        Rule(kind="compare", columns=("low", "color"), params={"operator": "<"}),
        Rule(kind="compare", columns=("low", "high"), params={"operator": "~"}),
        Rule(kind="compare", columns=("low",), params={"operator": "<"}),
        Rule(kind="not_empty", columns=("gone",)),
        Rule(kind="made_up", columns=("age",)),
    ],
)
def test_a_rule_that_cannot_be_is_refused_when_saved_and_said_when_checked(workspace, stored, rule):
    dataset = stored(PEOPLE)
    with pytest.raises(InvalidInput) as caught:
        save_rules(workspace, dataset, [Rule(kind="not_empty", columns=("code",)), rule])
    assert caught.value.problems[0].field == "rules.1"
    if rule.kind != "made_up":
        (found,) = check_rules(workspace, dataset, [rule])
        assert found.problem
        assert not found.holds


def test_rules_are_kept_with_the_table(workspace, stored):
    rules = tuple(rule for rule, _, _ in BROKEN)
    dataset = save_rules(workspace, stored(PEOPLE), rules)
    assert DatasetCatalog(workspace).get(dataset.id).rules == rules
    assert len(check_rules(workspace, dataset)) == len(rules)


def test_proposed_rules_hold_and_are_not_proposed_again(workspace, stored):
    frame = pd.DataFrame({"id": [f"k{i * 31:05d}" for i in range(90)], "sex": ["f", "m", "f"] * 30, "n": range(90)})
    dataset = stored(frame)
    proposed = propose_rules(workspace, dataset)
    assert {(rule.kind, rule.columns) for rule in proposed} >= {("unique", ("id",)), ("set", ("sex",))}
    assert all(found.holds for found in check_rules(workspace, dataset, proposed))
    assert not propose_rules(workspace, save_rules(workspace, dataset, proposed))


numbers = st.one_of(st.none(), st.integers(-5, 5), st.floats(-9, 9, width=32))
words = st.one_of(st.none(), st.sampled_from(["a", "A", "b c", "1", "1.0", "true", "ü", "'", "%"]))
some_rules = st.sampled_from(
    [
        Rule(kind="range", columns=("n",), params={"low": -1, "high": 2.5}),
        Rule(kind="set", columns=("n",), params={"values": ["1", "2", "-0.5"]}),
        Rule(kind="set", columns=("w",), params={"values": ["a", "'", "true"]}),
        Rule(kind="pattern", columns=("n",), params={"pattern": "-?[0-9]"}),
        Rule(kind="pattern", columns=("w",), params={"pattern": "[a-z]+"}),
        Rule(kind="not_empty", columns=("w",)),
        Rule(kind="unique", columns=("n", "w")),
        Rule(kind="compare", columns=("n", "m"), params={"operator": ">"}),
    ]
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(numbers, numbers, words), min_size=2, max_size=20), rule=some_rules)
def test_a_frame_gets_the_same_answers_as_the_stored_table(workspace, stored, rows, rule):
    frame = pd.DataFrame(rows, columns=["n", "m", "w"], dtype=object)
    dataset = stored(frame)
    kept = load_frame(workspace, dataset)
    (stored_answer,) = check_rules(workspace, dataset, [rule])
    (with_schema,) = check_rules_frame(kept, [rule], columns=dataset.columns)
    assert (with_schema.violations, with_schema.problem) == (stored_answer.violations, stored_answer.problem)
    if not stored_answer.problem:
        (without,) = check_rules_frame(kept, [rule])
        assert without.problem or without.violations == stored_answer.violations


def test_the_command_line_fails_where_a_rule_is_broken(tmp_path, capsys):
    table, rules = tmp_path / "people.csv", tmp_path / "rules.json"
    PEOPLE.to_csv(table, index=False)
    rules.write_text(json.dumps([{"kind": "not_empty", "columns": ["low"]}]))
    assert main(["quality", str(table), "--rules", str(rules)]) == 0
    rules.write_text(json.dumps([{"kind": "not_empty", "columns": ["code"]}]))
    assert main(["quality", str(table), "--rules", str(rules), "--json"]) == 3
    found = json.loads(capsys.readouterr().out.partition("\n{")[2].join(("{", "")))
    assert found["rules"][0]["violations"] == 1
    rules.write_text("{}")
    assert main(["quality", str(table), "--rules", str(rules)]) not in (0, 3)
