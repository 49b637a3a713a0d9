"""A trained model looked at, explained, exported and used: empty, typical and error."""

from __future__ import annotations

import pytest

from core.errors import ErrorInfo
from core.explain.rows import Contribution, RowExplanation
from core.store.artifacts import read_json, write_json
from tests.pages.screens import texts, words
from tests.pages.trained import Place, at_run, done, waiting

PAGES = ("train", "results", "model", "explain", "predict", "export")


@pytest.mark.parametrize("place", ["bare"], indirect=True)
@pytest.mark.parametrize("page", PAGES[1:])
def test_without_a_model_a_page_offers_to_train(page: str, place: Place) -> None:
    at = at_run(page, place)
    assert any(b.label == "Train models" for b in at.button)


@pytest.mark.parametrize("place", ["binary", "regression"], indirect=True)
def test_every_view_of_a_model_is_drawn(place: Place) -> None:
    at = at_run("model", place, run=place.run, model="tree")
    assert at.title[0].value == "Decision tree"
    views = [tab.label for tab in at.tabs]
    assert {"Right and wrong", "Scores", "Settings", "About"} <= set(views)
    for view in views:
        at.session_state[f"model.tabs.{'.'.join(views)}"] = view
        at.run()
        assert not at.exception, view
        assert not at.error, view


def test_a_model_whose_predictions_are_gone_says_so(place: Place) -> None:
    (place.workspace.path(f"runs/{place.run}/tree") / "oof.parquet").unlink()
    at = at_run("model", place, run=place.run, model="tree")
    assert "no longer in the workspace" in at.error[0].value
    assert at.metric


def test_measuring_importance_draws_it_and_keeps_it(place: Place) -> None:
    at = at_run("explain", place, run=place.run, model="tree")
    assert "Not measured yet" in texts(at)
    at.button(key="explain.measure").click().run()
    assert not at.exception
    assert "carries most of it" in texts(at)
    assert "explained" in place.draft().done
    assert "carries most of it" in texts(at_run("explain", place, run=place.run, model="tree"))


def test_a_rows_explanation_shows_that_it_adds_up(place: Place) -> None:
    explanation = RowExplanation(
        target_class="yes",
        base=0.4,
        prediction=0.7,
        contributions=(
            Contribution(column="age", value="70", shap=0.25),
            Contribution(column="city", value="Bern", shap=0.05),
        ),
        residual=0.0,
        additive=True,
        background_rows=50,
        method="Exact",
        source="",
        sentence="age = 70 raises it most.",
    )
    done(place, "explain_row", "tree", {"explanation": explanation.model_dump()}, row=4, target_class="yes")
    at = at_run("explain", place, run=place.run, model="tree")
    assert "Row 1 has not been explained yet" in texts(at)
    at.number_input(key="explain.row").set_value(5).run()
    assert not at.exception
    shown = words(at)
    assert "age = 70 raises it most" in shown
    assert "0.4 (average row) + contributions = 0.7 (this row), difference 0.000000" in shown


def test_an_explanation_that_failed_says_why(place: Place) -> None:
    job = waiting(place, "explain", "tree")
    assert place.queue.claim(job.id, pid=1, process_started=None)
    place.queue.fail(job.id, ErrorInfo(kind="LatheError", message="There are no rows.", hint="Train again."))
    at = at_run("explain", place, run=place.run, model="tree")
    assert "There are no rows" in at.error[0].value
    assert "Train again" in at.error[0].value


def test_a_passport_is_offered_as_proven_only_with_its_proof(place: Place) -> None:
    at = at_run("export", place, run=place.run, model="tree")
    assert "has no passport yet" in texts(at)
    at.button(key="export.make").click().run()
    assert not at.exception
    assert "**Proven**" in texts(at)
    assert "20 of 20" in texts(at) or "18 of 18" in texts(at)
    folder = place.workspace.path(f"runs/{place.run}/tree")
    report = read_json(folder / "verify.json")
    write_json(folder / "verify.json", {**report, "proven": False, "reason": "A prediction is off."})
    at = at_run("export", place, run=place.run, model="tree")
    assert "**Proven**" not in texts(at)
    assert "A prediction is off" in texts(at)
    assert at.get("download_button")[0].proto.label == "Download without proof"


def test_a_file_of_new_rows_is_predicted_and_reported(place: Place) -> None:
    at = at_run("predict", place, run=place.run, model="tree")
    rows = "extra,city,age,price\n1,Bern,70,210\n2,Basel,abc,60\n"
    at.file_uploader[0].upload("new.csv", rows.encode(), "text/csv").run()
    assert not at.exception
    shown = words(at)
    assert "2 rows of new.csv predicted" in shown
    assert "extra" in shown
    assert "'abc' in row 2" in shown
    findings, preview = (table.value for table in at.dataframe[:2])
    assert findings["For example"].tolist() == ["age could not be read and counts as missing."]
    assert set(preview["Prediction"]) <= {"yes", "no"}
    assert preview["Check"].tolist()[1] == "warning"


def test_a_missing_column_is_named(place: Place) -> None:
    at = at_run("predict", place, run=place.run, model="tree")
    at.file_uploader[0].upload("new.csv", b"city,price\nBern,210\nBasel,60\n", "text/csv").run()
    assert not at.exception
    assert "age" in at.error[0].value


def test_one_typed_row_starts_from_a_typical_one(place: Place) -> None:
    at = at_run("predict", place, run=place.run, model="tree")
    at.session_state["predict.mode"] = "One row"
    at.run()
    assert not at.exception
    assert at.text_input(key=f"predict.{place.dataset}.age").value
    assert at.selectbox(key=f"predict.{place.dataset}.city").value in {"Bern", "Basel", "Chur"}


def test_a_run_that_is_not_there_is_passed_over(place: Place) -> None:
    for page in PAGES:
        at = at_run(page, place, run="gone")
        assert not at.error, page
