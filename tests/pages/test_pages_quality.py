"""The Quality page against the real core: findings, fixes with their effect, dismissal, goal, rules, privacy."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.data.actions import Rule
from core.data.catalog import DatasetCatalog
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.quality.rules import save_rules
from core.store.projects import Project, ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnRole
from tests.pages.screens import store_table, texts, visit

BAD_NAME = "<b>price</b> [x](y)"
LINES = [
    f"K{i * 7919 % 100003:06d},{20 + i % 50 if i % 9 else -999},{('Bern', 'Basel', 'Chur')[i % 3]},"
    f"{50 + (i * 37 % 100) / 7:.2f},p{i}@example.org,{'yes' if i * 13 % 7 < 3 else 'no'}"
    for i in range(140)
]


CSV = f"id,age,city,{BAD_NAME},mail,left\n" + "\n".join([*LINES, "K999999,41,Genf,55.10,p999@example.org,"]) + "\n"


@pytest.fixture
def dataset(workspace: Workspace, project: Project, tmp_path: Path) -> Dataset:
    return store_table(workspace, project.id, tmp_path, CSV)


def key_of(at: AppTest, start: str) -> str:
    """The key of the first button that starts so."""
    return next(b.key for b in at.button if b.key and b.key.startswith(start))


def test_without_a_table_the_page_says_what_is_missing(project):
    at = visit("quality", project=project.id)
    assert not at.exception
    assert "There is no table yet" in texts(at)


def test_findings_are_said_with_their_severity(project, dataset):
    at = visit("quality", project=project.id)
    assert not at.exception
    said = texts(at)
    assert "-999 in age looks like a code for missing" in said
    assert "Worth a look" in said.replace("\xa0", " ")
    assert "worth a look" in at.subheader[0].value


def test_a_fix_shows_its_effect_and_is_done_on_demand(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.button(key="quality.fix.disguised_numbers:age.0").click().run()
    assert "Changes 16 cells of age" in texts(at).replace("\\", "")
    assert not DatasetCatalog(workspace).get(dataset.id).steps
    at.button(key="quality.apply").click().run()
    assert not at.exception
    changed = DatasetCatalog(workspace).get(dataset.id)
    assert [step.key for step in changed.steps] == ["set_missing"]
    assert changed.column("age").missing == 16
    said = texts(at)
    assert "looks like a code" not in said
    assert "done." in said


def test_cancel_leaves_the_table(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.button(key="quality.fix.disguised_numbers:age.0").click().run()
    at.button(key="quality.cancel").click().run()
    assert not DatasetCatalog(workspace).get(dataset.id).steps
    assert not any(b.key == "quality.apply" for b in at.button)


def test_rows_are_shown_with_the_column_first(project, dataset):
    at = visit("quality", project=project.id)
    at.button(key="quality.rows.disguised_numbers:age").click().run()
    shown = at.dataframe[0].value
    assert shown.columns[0] == "age"
    assert (shown["age"] == -999).all()
    assert shown.index[0] == 1


def test_what_is_no_problem_leaves_the_list_and_can_come_back(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.button(key="quality.dismiss.disguised_numbers:age").click().run()
    assert not any(b.key == "quality.fix.disguised_numbers:age.0" for b in at.button)
    kept = ProjectStore(workspace).get(project.id).draft["quality"][dataset.id]["dismissed"]
    assert kept == ["disguised_numbers:age"]
    at.button(key="quality.back.disguised_numbers:age").click().run()
    assert any(b.key == "quality.fix.disguised_numbers:age.0" for b in at.button)


def test_the_target_is_the_goal_and_brings_more_checks(workspace, project, dataset):
    at = visit("quality", project=project.id)
    assert "left is missing" not in texts(at)
    at.selectbox(key=f"quality.target.{dataset.id}").select("left").run()
    assert not at.exception
    task = ProjectStore(workspace).get(project.id).draft["tables"][dataset.id]["task"]
    assert task["target"] == "left"
    said = texts(at)
    assert "left is missing in 1 row" in said
    # The key is left out by the proposal, so that nothing is left to do about it.
    assert "left out of training" in said


def test_the_goal_survives_a_dropped_column(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.selectbox(key=f"quality.target.{dataset.id}").select("left").run()
    at.button(key="quality.fix.personal:mail.0").click().run()
    assert "1 column fewer: mail" in texts(at).replace("\\", "")
    at.button(key="quality.apply").click().run()
    draft = ProjectStore(workspace).get(project.id).draft["tables"][dataset.id]
    assert draft["task"]["target"] == "left"
    assert draft["task"]["roles"] == {"id": ColumnRole.IGNORE.value}
    assert "mail" not in DatasetCatalog(workspace).get(dataset.id).column_names


def test_a_column_is_left_out_of_training(workspace, project, dataset, tmp_path):
    path = tmp_path / "leak.csv"
    path.write_text("a,b,left\n" + "".join(f"{i * 37 % 91},{i % 2}.{i % 7},{'ny'[i % 2]}\n" for i in range(200)))
    leaky = ingest(workspace, path, project_id=project.id, name="leak.csv")
    at = visit("quality", project=project.id)
    at.selectbox(key=f"quality.target.{leaky.id}").select("left").run()
    at.button(key="quality.fix.leakage:b.0").click().run()
    at.button(key="quality.apply").click().run()
    task = ProjectStore(workspace).get(project.id).draft["tables"][leaky.id]["task"]
    assert task["roles"] == {"b": ColumnRole.IGNORE.value}
    assert not any(b.key == "quality.fix.leakage:b.0" for b in at.button)


def test_rules_are_added_checked_and_removed(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.selectbox(key="quality.rule.kind").select("range").run()
    at.selectbox(key="quality.rule.column").select("age").run()
    at.number_input(key="quality.rule.low").set_value(0.0).run()
    at.button(key="quality.rule.add").click().run()
    assert not at.exception
    assert DatasetCatalog(workspace).get(dataset.id).rules == (
        Rule(kind="range", columns=("age",), params={"low": 0.0}),
    )
    assert "broken in 16 of 141 rows" in texts(at)
    at.button(key="quality.rows.rule.0").click().run()
    assert (at.dataframe[0].value["age"] == -999).all()
    at.button(key="quality.remove.rule.0").click().run()
    assert not DatasetCatalog(workspace).get(dataset.id).rules


def test_a_rule_that_cannot_be_is_refused_in_words(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.selectbox(key="quality.rule.kind").select("pattern").run()
    at.text_input(key="quality.rule.pattern").set_value("(").run()
    at.button(key="quality.rule.add").click().run()
    assert "is not a pattern" in at.error[0].value
    assert not DatasetCatalog(workspace).get(dataset.id).rules


def test_rules_of_a_column_that_is_gone_are_said_to_be_broken(workspace, project, dataset):
    rules = save_rules(workspace, dataset, [Rule(kind="not_empty", columns=("city",))])
    columns = tuple(c for c in rules.columns if c.name != "city")
    DatasetCatalog(workspace).save(rules.model_copy(update={"columns": columns}))
    said = texts(visit("quality", project=project.id))
    assert "which the table does not have" in said


def test_ticks_about_privacy_are_kept(workspace, project, dataset):
    at = visit("quality", project=project.id)
    at.checkbox(key=f"quality.privacy.{dataset.id}.right").check().run()
    assert ProjectStore(workspace).get(project.id).draft["quality"][dataset.id]["privacy"] == ["right"]


def test_names_that_are_markup_are_shown_as_text(workspace, project, dataset):
    save_rules(workspace, dataset, [Rule(kind="range", columns=(BAD_NAME,), params={"high": 1})])
    said = texts(visit("quality", project=project.id))
    assert "<b>price" not in said.replace("\\<b\\>price", "")
    assert "\\<b\\>price\\</b\\> \\[x\\](y) is at most 1" in said
