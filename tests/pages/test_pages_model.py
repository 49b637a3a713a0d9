"""The Model, Trust and Ship half of the screens: empty, typical and error, with models that were really trained."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components import services
from components.draft import Draft, read_draft, write_draft
from components.leaderboard import make_board
from core.data.catalog import DatasetCatalog
from core.data.ingest import ingest
from core.data.task import Split, Task
from core.errors import ErrorInfo, InvalidInput, LatheError
from core.explain.rows import Contribution, RowExplanation
from core.jobs.inline import InlineExecutor
from core.jobs.job import Job, JobRequest
from core.jobs.queue import JobQueue
from core.jobs.training import submit_run
from core.prepare.default import default_plan
from core.run.recipe import ModelChoice
from core.run.runs import RunStore
from core.store.artifacts import read_json, write_json
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace
from core.types import ModelStatus, SplitKind, TaskKind

APP = str(Path(__file__).parents[2] / "app.py")
PAGES = ("train", "results", "model", "explain", "predict", "export")
MODELS = ("baseline", "linear", "tree")


@dataclass(frozen=True)
class Place:
    """A workspace with a project, its table and, where one was trained, its run."""

    workspace: Workspace
    project: str
    dataset: str
    run: str = ""

    @property
    def runs(self) -> RunStore:
        return RunStore(self.workspace)

    @property
    def queue(self) -> JobQueue:
        return JobQueue(self.workspace)

    def draft(self) -> Draft:
        stored = ProjectStore(self.workspace).get(self.project).draft
        return read_draft(stored, DatasetCatalog(self.workspace).get(self.dataset))


def _csv(rows: int = 90) -> str:
    rng = np.random.default_rng(0)
    age = rng.integers(18, 80, rows)
    city = rng.choice(["Bern", "Basel", "Chur"], rows)
    left = np.where(age + rng.normal(0, 8, rows) > 48, "yes", "no")
    price = 3.0 * age + rng.normal(0, 5, rows)
    lines = [f"{a},{c},{p:.2f},{y}" for a, c, p, y in zip(age, city, price, left, strict=True)]
    return "\n".join(["age,city,price,left", *lines]) + "\n"


def _build(root: Path, kind: TaskKind, *, train: bool) -> Place:
    workspace = open_workspace(root)
    project = ProjectStore(workspace).create("Churn")
    source = root / "people.csv"
    source.write_text(_csv())
    dataset = ingest(workspace, source, project_id=project.id, name="people.csv")
    number = kind is TaskKind.REGRESSION
    split = Split(kind=SplitKind.RANDOM if number else SplitKind.STRATIFIED, folds=3)
    task = Task(kind=kind, target="price" if number else "left", split=split)
    plan = default_plan(tuple(c for c in dataset.columns if task.is_used(c.name)))
    draft = Draft(task=task, plan=plan, models=tuple(ModelChoice(key=key) for key in MODELS))
    ProjectStore(workspace).save_draft(project.id, write_draft({}, dataset.id, draft))
    run = submit_run(workspace, InlineExecutor(workspace), project.id, draft.recipe(dataset)).id if train else ""
    workspace.database.close()
    return Place(workspace, project.id, dataset.id, run)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Place]:
    """Workspaces made once; each test works on a copy."""
    root = tmp_path_factory.mktemp("built")
    return {
        "bare": _build(root / "bare", TaskKind.BINARY, train=False),
        "binary": _build(root / "binary", TaskKind.BINARY, train=True),
        "regression": _build(root / "regression", TaskKind.REGRESSION, train=True),
    }


@pytest.fixture
def place(
    built: dict[str, Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Place:
    """A copy of the workspace that the test's parameter names ("binary" without one), served and worked inline."""
    original = built[getattr(request, "param", "binary")]
    root = shutil.copytree(original.workspace.root, tmp_path / "workspace")
    monkeypatch.setenv("LATHE_WORKSPACE", str(root))
    workspace = open_workspace(root)
    monkeypatch.setattr(services, "executor", lambda: InlineExecutor(services.workspace()))
    return Place(workspace, original.project, original.dataset, original.run)


def visit(page: str, place: Place, **more: str) -> AppTest:
    at = AppTest.from_file(APP, default_timeout=60)
    for name, value in {"project": place.project, "dataset": place.dataset, **more}.items():
        at.query_params[name] = value
    at.run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    return at


def texts(at: AppTest) -> str:
    parts = [*at.title, *at.subheader, *at.markdown, *at.caption, *at.error, *at.warning]
    return "\n".join(str(p.value) for p in parts)


def keys(at: AppTest) -> set[str]:
    return {str(b.key) for b in at.button}


# empty


@pytest.mark.parametrize("page", PAGES)
def test_without_a_project_a_page_offers_to_open_one(page: str, place: Place) -> None:
    at = AppTest.from_file(APP, default_timeout=60).run()
    at.switch_page(f"pages/{page}.py").run()
    assert not at.exception
    assert "No project is open" in texts(at)
    assert any(b.label == "Open or create a project" for b in at.button)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
@pytest.mark.parametrize("page", PAGES[1:])
def test_without_a_model_a_page_offers_to_train(page: str, place: Place) -> None:
    at = visit(page, place)
    assert any(b.label == "Train models" for b in at.button)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_train_without_a_goal_leads_to_choosing_one(place: Place) -> None:
    ProjectStore(place.workspace).save_draft(place.project, {})
    at = visit("train", place)
    assert "No goal has been chosen" in texts(at)
    assert "train.start" not in keys(at)


# train


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_ticks_are_kept_in_the_draft_and_counted_on_the_button(place: Place) -> None:
    at = visit("train", place)
    assert at.button(key="train.start").label == "Train 3 models"
    at.checkbox(key="train.model.knn").set_value(True).run()
    assert at.button(key="train.start").label == "Train 4 models"
    assert [m.key for m in place.draft().models] == ["baseline", "linear", "knn", "tree"]
    again = visit("train", place)
    assert again.checkbox(key="train.model.knn").value is True


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_with_nothing_ticked_the_button_says_why_it_is_disabled(place: Place) -> None:
    at = visit("train", place)
    at.button(key="train.preset.none").click().run()
    assert at.button(key="train.start").disabled
    assert "Tick at least one model" in texts(at)


@pytest.mark.parametrize("place", ["bare"], indirect=True)
def test_train_stores_a_run_with_the_chosen_settings_and_shows_that_it_is_done(place: Place) -> None:
    at = visit("train", place)
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
    at = visit("train", place)
    at.button(key="train.start").click().run()
    assert "The depth must be smaller" in texts(at)
    assert "Choose 5" in texts(at)
    assert "run" not in at.query_params


# results


def test_results_say_the_finding_and_recommend_the_simplest_of_the_tied(place: Place) -> None:
    at = visit("results", place)
    board = make_board(place.runs.get(place.run), place.runs.results(place.run))
    assert board.recommended is not None
    assert board.finding.split(".")[0] in texts(at).replace("\\", "")
    assert board.recommended.result.title in [s.value for s in at.subheader]
    assert len(at.dataframe[0].value) == len(MODELS)


def test_the_hold_out_is_locked_until_asked_for_and_every_look_is_counted(place: Place) -> None:
    at = visit("results", place)
    assert place.runs.get(place.run).holdout_looks == 0
    assert ":material/lock: Locked" in [s.value for s in at.subheader]
    at.button(key="results.look").click().run()
    assert place.runs.get(place.run).holdout_looks == 1
    assert any("lock_open" in s.value for s in at.subheader)
    assert "Looked at 1 time" in texts(at)
    other = visit("results", place)
    assert ":material/lock: Locked" in [s.value for s in other.subheader]
    assert "Looked at 1 time" in texts(other)


def test_a_failed_model_stands_on_the_board_with_reason_remedy_and_a_rerun(place: Place) -> None:
    result = next(r for r in place.runs.results(place.run) if r.key == "tree")
    failed = result.model_copy(
        update={"status": ModelStatus.FAILED, "scores": (), "reason": "It ran out of rows.", "remedy": "Add rows."}
    )
    place.runs.save_result(place.run, failed)
    at = visit("results", place)
    assert "It ran out of rows" in texts(at)
    assert "Add rows" in texts(at)
    assert list(at.dataframe[0].value["Standing"]).count("failed") == 1
    at.button(key="results.resume").click().run()
    assert not at.exception
    assert all(r.status is ModelStatus.OK for r in place.runs.results(place.run))


def test_a_run_in_progress_shows_each_model_with_a_stop_that_works(place: Place) -> None:
    job = _waiting(place, "train", "tree")
    at = visit("results", place, run=place.run)
    assert "waiting, next in line" in texts(at)
    at.button(key="run.stop.tree").click().run()
    assert not at.exception
    assert place.queue.get(job.id).state.value == "cancelled"


def _waiting(place: Place, kind: str, label: str, **payload: object) -> Job:
    request = JobRequest(
        kind=kind,
        payload={"run_id": place.run, "label": label, **payload},
        project_id=place.project,
        run_id=place.run,
        label=label,
        title="Work",
    )
    return place.queue.submit(request)


def _done(place: Place, kind: str, label: str, result: dict[str, object], **payload: object) -> Job:
    job = _waiting(place, kind, label, **payload)
    assert place.queue.claim(job.id, pid=1, process_started=None)
    place.queue.succeed(job.id, result)
    return job


# model


@pytest.mark.parametrize("place", ["binary", "regression"], indirect=True)
def test_every_view_of_a_model_is_drawn(place: Place) -> None:
    at = visit("model", place, run=place.run, model="tree")
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
    at = visit("model", place, run=place.run, model="tree")
    assert "no longer in the workspace" in at.error[0].value
    assert at.metric


# explain


def test_measuring_importance_draws_it_and_keeps_it(place: Place) -> None:
    at = visit("explain", place, run=place.run, model="tree")
    assert "Not measured yet" in texts(at)
    at.button(key="explain.measure").click().run()
    assert not at.exception
    assert "carries most of it" in texts(at)
    assert "explained" in place.draft().done
    assert "carries most of it" in texts(visit("explain", place, run=place.run, model="tree"))


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
    _done(place, "explain_row", "tree", {"explanation": explanation.model_dump()}, row=4, target_class="yes")
    at = visit("explain", place, run=place.run, model="tree")
    assert "Row 1 has not been explained yet" in texts(at)
    at.number_input(key="explain.row").set_value(5).run()
    assert not at.exception
    shown = texts(at).replace("\\", "")
    assert "age = 70 raises it most" in shown
    assert "0.4 (average row) + contributions = 0.7 (this row), difference 0.000000" in shown


def test_an_explanation_that_failed_says_why(place: Place) -> None:
    job = _waiting(place, "explain", "tree")
    assert place.queue.claim(job.id, pid=1, process_started=None)
    place.queue.fail(job.id, ErrorInfo(kind="LatheError", message="There are no rows.", hint="Train again."))
    at = visit("explain", place, run=place.run, model="tree")
    assert "There are no rows" in at.error[0].value
    assert "Train again" in at.error[0].value


# export


def test_a_passport_is_offered_as_proven_only_with_its_proof(place: Place) -> None:
    at = visit("export", place, run=place.run, model="tree")
    assert "has no passport yet" in texts(at)
    at.button(key="export.make").click().run()
    assert not at.exception
    assert "**Proven**" in texts(at)
    assert "20 of 20" in texts(at) or "18 of 18" in texts(at)
    folder = place.workspace.path(f"runs/{place.run}/tree")
    report = read_json(folder / "verify.json")
    write_json(folder / "verify.json", {**report, "proven": False, "reason": "A prediction is off."})
    at = visit("export", place, run=place.run, model="tree")
    assert "**Proven**" not in texts(at)
    assert "A prediction is off" in texts(at)
    assert at.get("download_button")[0].proto.label == "Download without proof"


# predict


def test_a_file_of_new_rows_is_predicted_and_reported(place: Place) -> None:
    at = visit("predict", place, run=place.run, model="tree")
    rows = "extra,city,age,price\n1,Bern,70,210\n2,Basel,abc,60\n"
    at.file_uploader[0].upload("new.csv", rows.encode(), "text/csv").run()
    assert not at.exception
    shown = texts(at).replace("\\", "")
    assert "2 rows of new.csv predicted" in shown
    assert "extra" in shown
    assert "'abc' in row 2" in shown
    findings, preview = (table.value for table in at.dataframe[:2])
    assert findings["For example"].tolist() == ["age could not be read and counts as missing."]
    assert set(preview["Prediction"]) <= {"yes", "no"}
    assert preview["Check"].tolist()[1] == "warning"


def test_a_missing_column_is_named(place: Place) -> None:
    at = visit("predict", place, run=place.run, model="tree")
    at.file_uploader[0].upload("new.csv", b"city,price\nBern,210\nBasel,60\n", "text/csv").run()
    assert not at.exception
    assert "age" in at.error[0].value


def test_one_typed_row_starts_from_a_typical_one(place: Place) -> None:
    at = visit("predict", place, run=place.run, model="tree")
    at.session_state["predict.mode"] = "One row"
    at.run()
    assert not at.exception
    assert at.text_input(key=f"predict.{place.dataset}.age").value
    assert at.selectbox(key=f"predict.{place.dataset}.city").value in {"Bern", "Basel", "Chur"}


def test_a_run_that_is_not_there_is_passed_over(place: Place) -> None:
    for page in PAGES:
        at = visit(page, place, run="gone")
        assert not at.error, page
