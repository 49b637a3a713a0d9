"""The Tests page against the real core: question, answer, list, and clear words where there is no answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.schema import Dataset
from core.store.projects import Project
from core.store.workspace import Workspace
from tests.core.explore.hypothesis_tables import stored
from tests.pages.screens import at_table, visit, words


def shop(n: int = 160) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    member = rng.choice(["no", "yes"], n)
    frame = pd.DataFrame(
        {
            "visits": rng.poisson(6, n) + 1.5,
            "member": member,
            "town": rng.choice(["Bern", "Basel", "Chur", "Genf"], n),
            "before": rng.normal(50, 8, n).round(3),
            "spend": (rng.normal(40, 9, n) + 12 * (member == "yes")).round(3),
        }
    )
    frame["after"] = (frame["before"] + rng.normal(2, 3, n)).round(3)
    frame["same"] = 1.0
    return frame


@pytest.fixture
def dataset(workspace: Workspace, project_id: str, tmp_path: Path) -> Dataset:
    return stored(workspace, project_id, tmp_path, shop())


def field(dataset: Dataset, name: str, question: str = "difference") -> str:
    return f"tests.{name}.{dataset.id}.{question}"


def test_it_begins_with_the_question_and_offers_some(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    assert not at.exception
    assert at.selectbox(key=f"tests.question.{dataset.id}").label == "What do you want to know?"
    assert at.button(key="tests.keep").disabled
    assert "Choose the columns" in words(at)
    at.button(key="tests.starter.0").click().run()
    assert not at.exception
    assert not at.button(key="tests.keep").disabled


def test_columns_give_a_sentence_with_effect_interval_and_chance(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    at.selectbox(key=field(dataset, "value")).select("spend").run()
    at.selectbox(key=field(dataset, "group")).select("member").run()
    assert not at.exception
    text = words(at)
    assert "spend is higher by" in text
    assert "95 % interval" in text
    assert "where member = yes than where member = no" in text
    assert "would come about by chance in fewer than 1 in 1,000" in text
    assert "**Welch's t-test**" in text
    assert "Suggested." in text
    assert "Rows are independent" in text
    assert len(at.get("plotly_chart")) == 1


def test_another_test_can_be_taken_and_left_again(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    at.selectbox(key=field(dataset, "value")).select("spend").run()
    at.selectbox(key=field(dataset, "group")).select("member").run()
    assert at.button(key="tests.take.anova")
    at.button(key="tests.take.mann_whitney").click().run()
    assert "**Mann-Whitney U test**" in words(at)
    assert "Chosen by you" in words(at)
    at.button(key="tests.suggested").click().run()
    assert "**Welch's t-test**" in words(at)


def test_several_groups_can_be_narrowed(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    at.selectbox(key=field(dataset, "value")).select("spend").run()
    at.selectbox(key=field(dataset, "group")).select("town").run()
    assert "Which groups differ" in "".join(e.label for e in at.expander)
    assert at.button(key="tests.take.welch").disabled
    at.multiselect(key=f"tests.levels.{dataset.id}.town").set_value(["Bern", "Chur"]).run()
    assert not at.exception
    assert "**Welch's t-test**" in words(at)


def test_what_is_asked_and_kept_survives_a_refresh_and_is_corrected_together(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    at.selectbox(key=field(dataset, "value")).select("spend").run()
    for group in ("member", "town"):
        at.selectbox(key=field(dataset, "group")).select(group).run()
        at.button(key="tests.keep").click().run()
    fresh = at_table("statistics", dataset)
    assert fresh.selectbox(key=field(dataset, "group")).value == "town"
    assert "Beyond chance" in words(fresh)
    assert "Not settled" in words(fresh)
    fresh.button(key="tests.kept.show.0").click().run()
    assert fresh.selectbox(key=field(dataset, "group")).value == "member"
    fresh.button(key="tests.kept.drop.1").click().run()
    assert "Not settled" not in words(fresh)
    assert not fresh.exception


def test_the_question_changes_the_inputs(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    question = at.selectbox(key=f"tests.question.{dataset.id}")
    question.select("change").run()
    at.selectbox(key=field(dataset, "value", "change")).select("before").run()
    at.selectbox(key=field(dataset, "other", "change")).select("after").run()
    assert "after is" in words(at)
    assert "higher than before on average" in words(at)
    at.selectbox(key=f"tests.question.{dataset.id}").select("value").run()
    at.selectbox(key=field(dataset, "value", "value")).select("member").run()
    at.selectbox(key=field(dataset, "level", "value")).select("yes").run()
    at.number_input(key=f"tests.expected.{dataset.id}").set_value(0.2).run()
    assert not at.exception
    assert "member = yes holds for" in words(at)


def test_what_cannot_be_tested_is_said_where_it_was_asked(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    at.selectbox(key=field(dataset, "value")).select("same").run()
    at.selectbox(key=field(dataset, "group")).select("member").run()
    assert not at.exception
    assert len(at.error) == 1
    assert "same value in every row" in at.error[0].value
    assert at.button(key="tests.keep").disabled


def test_one_column_is_tested_against_all_others(dataset: Dataset) -> None:
    at = at_table("statistics", dataset)
    at.selectbox(key=f"tests.screen.column.{dataset.id}").select("spend").run()
    at.button(key="tests.screen.start").click().run()
    assert not at.exception
    assert "go with spend beyond chance" in words(at) or "goes with spend beyond chance" in words(at)
    assert "could not be tested" in "".join(e.label for e in at.expander)


def test_without_a_table_the_page_leads_to_one(project: Project) -> None:
    for page in ("statistics", "projections"):
        assert "There is no table yet" in words(visit(page, project=project.id))
