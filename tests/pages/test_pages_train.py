"""Train and Results: models chosen, trained, compared, with models that were really trained."""

from __future__ import annotations

from datetime import timedelta

import pytest
from streamlit.testing.v1 import AppTest

from components.leaderboard import make_board
from components.messages import plain
from components.model_advice import _advice as model_advice
from core.errors import InvalidInput, LatheError
from core.jobs.context import JobContext
from core.jobs.process import own_identity
from core.models.suitability import Refusal
from core.run.price_types import CheaperChoice, ModelPrice
from core.store.projects import ProjectStore
from core.store.tables import utc_now
from core.types import ModelStatus
from tests.pages.screens import texts, words
from tests.pages.trained import MODELS, Place, at_run, waiting


def keys(at: AppTest) -> set[str]:
    return {str(b.key) for b in at.button}


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_train_without_a_goal_leads_to_choosing_one(place: Place) -> None:
    ProjectStore(place.workspace).save_draft(place.project, {})
    at = at_run("train", place)
    assert "No goal has been chosen" in texts(at)
    assert "train.start" not in keys(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_ticks_are_kept_in_the_draft_and_counted_on_the_button(place: Place) -> None:
    at = at_run("train", place)
    assert at.button(key="train.start").label == "Train 3 models"
    at.checkbox(key="train.model.knn").set_value(True).run()
    assert at.button(key="train.start").label == "Train 4 models"
    assert [m.key for m in place.draft().models] == ["baseline", "linear", "knn", "tree"]
    again = at_run("train", place)
    assert again.checkbox(key="train.model.knn").value is True


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_models_are_found_by_what_is_said_of_them_and_by_purpose(place: Place) -> None:
    at = at_run("train", place)
    assert "train.model.lda" not in {str(box.key) for box in at.checkbox}
    at.text_input(key="train.find").set_value("discriminant").run()
    assert {str(box.key) for box in at.checkbox} == {"train.model.lda", "train.model.qda"}
    at.checkbox(key="train.model.lda").check().run()
    at.text_input(key="train.find").set_value("").run()
    assert at.checkbox(key="train.model.lda").value is True
    at.session_state["train.filter"] = "Statistics"
    at.run()
    assert {str(box.key) for box in at.checkbox} == {"train.model.logit_stats"}


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_a_model_has_a_card(place: Place) -> None:
    at = at_run("train", place)
    at.button(key="train.about.linear").click().run()
    assert not at.exception
    assert "Less good at" in texts(at)
    assert "Source:" in texts(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_a_variant_has_a_name_and_settings_of_its_own(place: Place) -> None:
    at = at_run("train", place)
    at.session_state["train.settings"] = "tree"
    at.run()
    at.button(key="train.variant.add").click().run()
    assert [m.label for m in place.draft().models] == ["baseline", "linear", "tree", "Decision tree 2"]
    at.slider(key=f"train.{place.dataset}.Decision tree 2.max_depth").set_value(2).run()
    at.text_input(key="train.name.Decision tree 2").set_value("Small tree").run()
    assert not at.exception
    named = {m.label: m.params for m in place.draft().models}
    assert named["Small tree"] == {"max_depth": 2}
    assert named["tree"] == {}
    assert at.button(key="train.start").label == "Train 4 models"
    at.button(key="train.variant.remove").click().run()
    assert [m.label for m in place.draft().models] == ["baseline", "linear", "tree"]


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_a_model_that_does_not_suit_the_table_says_why_and_cannot_be_ticked(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Refusal(reason="It needs 5,000 rows or fewer.", remedy="Take a sample.")
    monkeypatch.setattr("core.run.suitable.find_refusals", lambda *_, **__: {"knn": refused})
    model_advice.clear()
    at = at_run("train", place)
    assert at.checkbox(key="train.model.knn").disabled
    assert "It needs 5,000 rows or fewer. Take a sample." in texts(at)
    at.button(key="train.preset.all").click().run()
    assert "knn" not in [m.key for m in place.draft().models]
    model_advice.clear()


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_the_price_is_measured_by_a_click_and_kept(place: Place) -> None:
    at = at_run("train", place)
    assert "seconds to a minute" in texts(at)
    at.button(key="train.measure").click().run()
    assert not at.exception
    assert [job.request.pool for job in place.queue.list(kinds=("price",))] == ["classic"]
    assert "train.measure" not in keys(at)
    prices = at.dataframe[0].value
    assert list(prices["Model"]) == ["Naive baseline", "Linear model", "Decision tree"]
    assert all(prices["Time"])
    assert all(prices["Memory"])
    at.checkbox(key="train.model.knn").check().run()
    assert at.button(key="train.measure").label == "Measure the others"


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_what_does_not_fit_says_so_with_a_way_out(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    price = ModelPrice(
        label="tree",
        fits=False,
        reason="It needs about 90.0 GB of memory; 8.0 GB are free.",
        cheaper=CheaperChoice(sentence="Most questions: 3 instead of 6.", params={"max_depth": 3}),
        timed_rows=10,
    )
    monkeypatch.setattr("core.run.price_store.stored_prices", lambda *_: {"tree": price})
    at = at_run("train", place)
    assert "It needs about 90.0 GB of memory" in texts(at)
    at.button(key="train.cheaper.tree").click().run()
    assert next(m.params for m in place.draft().models if m.key == "tree") == {"max_depth": 3}


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_with_nothing_ticked_the_button_says_why_it_is_disabled(place: Place) -> None:
    at = at_run("train", place)
    at.button(key="train.preset.none").click().run()
    assert at.button(key="train.start").disabled
    assert "Tick at least one model" in texts(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_train_stores_a_run_with_the_chosen_settings_and_shows_that_it_isdone(place: Place) -> None:
    at = at_run("train", place)
    at.session_state["train.settings"] = "tree"
    at.run()
    at.slider(key=f"train.{place.dataset}.tree.max_depth").set_value(3)
    at.selectbox(key="train.metric").select("accuracy").run()
    at.button(key="train.start").click().run()
    assert not at.exception
    [run] = place.runs.list(place.project)
    assert at.query_params["run"] in (run.id, [run.id])
    assert run.recipe.task.metric == "accuracy"
    assert next(m for m in run.recipe.models if m.key == "tree").params == {"max_depth": 3}
    assert all(r.status is ModelStatus.OK for r in place.runs.results(run.id))
    assert "3 of 3 models have a score" in texts(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_what_core_refuses_stands_on_the_page_and_no_run_is_opened(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InvalidInput([LatheError("The depth must be smaller.", hint="Choose 5.", field="models.tree.max_depth")])

    monkeypatch.setattr("core.jobs.training.submit_run", refuse)
    at = at_run("train", place)
    at.button(key="train.start").click().run()
    assert "The depth must be smaller" in texts(at)
    assert "Choose 5" in texts(at)
    assert "run" not in at.query_params


def test_results_say_the_finding_and_recommend_the_simplest_of_the_tied(place: Place) -> None:
    at = at_run("results", place)
    board = make_board(place.runs.get(place.run), place.runs.results(place.run))
    assert board.recommended is not None
    assert board.finding.split(".")[0] in words(at)
    assert board.recommended.result.title in [s.value for s in at.subheader]
    assert len(at.dataframe[0].value) == len(MODELS)


def test_the_hold_out_is_locked_until_asked_for_and_every_look_is_counted(place: Place) -> None:
    at = at_run("results", place)
    assert place.runs.get(place.run).holdout_looks == 0
    assert ":material/lock: Locked" in [s.value for s in at.subheader]
    at.button(key="results.look").click().run()
    assert place.runs.get(place.run).holdout_looks == 1
    assert any("lock_open" in s.value for s in at.subheader)
    assert "Looked at 1 time" in texts(at)
    other = at_run("results", place)
    assert ":material/lock: Locked" in [s.value for s in other.subheader]
    assert "Looked at 1 time" in texts(other)


def test_a_failed_model_stands_on_the_board_with_reason_remedy_and_a_rerun(place: Place) -> None:
    result = next(r for r in place.runs.results(place.run) if r.key == "tree")
    failed = result.model_copy(
        update={"status": ModelStatus.FAILED, "scores": (), "reason": "It ran out of rows.", "remedy": "Add rows."}
    )
    place.runs.save_result(place.run, failed)
    at = at_run("results", place)
    assert "It ran out of rows" in texts(at)
    assert "Add rows" in texts(at)
    assert list(at.dataframe[0].value["Standing"]).count("failed") == 1
    at.button(key="results.resume").click().run()
    assert not at.exception
    assert all(r.status is ModelStatus.OK for r in place.runs.results(place.run))


def test_a_run_in_progress_shows_each_model_with_a_stop_that_works(place: Place) -> None:
    job = waiting(place, "train", "tree")
    at = at_run("results", place, run=place.run)
    assert "waiting, next in line" in texts(at)
    at.button(key="run.stop.tree").click().run()
    assert not at.exception
    assert place.queue.get(job.id).state.value == "cancelled"


def test_a_model_at_work_says_how_it_learns_and_where_and_can_be_skipped_or_kept(place: Place) -> None:
    place.runs.set_deadline(place.run, utc_now() + timedelta(minutes=3))
    job = waiting(place, "train", "tree")
    pid, started = own_identity()
    assert place.queue.claim(job.id, pid=pid, process_started=started)
    place.runs.delete_result(place.run, "tree")
    context = JobContext(place.queue, job.id)
    context.report(0.1, "fold 1 of 3", "", device="cpu", device_reason="No GPU was found on this machine.")
    told = {"fold": 0, "epoch": 4, "epochs": 60, "train_loss": 0.5, "learning_rate": 0.001, "gradient_norm": 2.25}
    context.report(0.2, "fold 1 of 3", "epoch 4 of at most 60", **told, rows_per_s=12_000.0)
    context.close()
    at = at_run("train", place, run=place.run)
    assert plain("learning rate 0.001, gradient 2.25, 12,000 rows/s · on the CPU: no GPU was found") in texts(at)
    at.button(key="run.more_time").click().run()
    deadline = place.runs.get(place.run).deadline
    assert deadline is not None
    assert deadline > utc_now() + timedelta(minutes=11)
    at.button(key="run.keep.tree").click().run()
    assert JobContext(place.queue, job.id).should_finish()
    at.button(key="run.skip.tree").click().run()
    assert not at.exception
    assert place.queue.get(job.id).stop_reason == "Skipped"


def test_a_skipped_model_says_so_and_can_be_trained_after_all(place: Place) -> None:
    job = waiting(place, "train", "tree")
    place.runs.delete_result(place.run, "tree")
    place.queue.request_stop(job.id, reason="Skipped")
    at = at_run("train", place, run=place.run)
    assert "Skipped by you." in texts(at)
    assert "run.resume" not in keys(at)
    at.button(key="run.again.tree").click().run()
    assert "tree" in [result.label for result in place.runs.results(place.run)]
