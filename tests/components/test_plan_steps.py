"""Every registered step is offered a place, told, previewed and drawn on a real table, by being registered."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.plan_charts import bars_table, compared, scores, scree
from components.plan_data import sound
from components.plan_edit import new_goal, table_of
from components.plan_picker import why_not
from components.plan_preview import adds, figures_table, finding, rows_table
from components.plan_words import done_to, family_mark, what_is_done
from components.theme import LIGHT
from core.data.ingest import ingest
from core.data.schema import Dataset
from core.data.task import Task
from core.models.fit_preview import preview_fit_step
from core.prepare import edit
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.points import best_place, suiting
from core.prepare.preview import CellsView, StepPreview, preview_step
from core.prepare.registry import STEPS
from core.prepare.spec import Form, StepSpec
from core.prepare.tell import tell_steps
from core.store.projects import ProjectStore
from core.store.workspace import Workspace, open_workspace

CITIES, WORDS = ("Bern", "Basel", "Chur", ""), ("fine and quiet", "far too loud", "good value, good bed", "not again")
HEAD = "age,city,spend,[odd] *name*,day,note,left"


def line(i: int) -> str:
    day = f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}"
    age = 20 + i % 50 if i % 9 else ""
    left = "yes" if i % 4 == 0 else "no"
    return f'{age},{CITIES[i % 4]},{i * 1.37:.2f},{(i * 7919) % 101},{day},"{WORDS[i % 4]} {i}",{left}'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Dataset]:
    root = tmp_path_factory.mktemp("steps")
    workspace = open_workspace(root)
    path = Path(root) / "stays.csv"
    path.write_text("\n".join([HEAD, *(line(i) for i in range(160))]) + "\n")
    project = ProjectStore(workspace).create("Stays")
    return workspace, ingest(workspace, path, project_id=project.id, name="stays.csv")


@pytest.fixture
def goal(place: tuple[Workspace, Dataset], monkeypatch: pytest.MonkeyPatch) -> tuple[Task, PreparePlan]:
    monkeypatch.setenv("LATHE_WORKSPACE", str(place[0].root))
    return new_goal(place[1], "left")


@pytest.mark.parametrize("spec", [spec for spec in STEPS if spec.live], ids=lambda spec: spec.key)
def test_a_step_is_placed_told_and_shown(
    spec: StepSpec, place: tuple[Workspace, Dataset], goal: tuple[Task, PreparePlan]
) -> None:
    (workspace, dataset), (task, plan) = place, goal
    table = table_of(dataset, task)
    if why_not(spec, table):
        return
    at = best_place(plan, table, spec)
    columns = tuple(feature.root for feature in suiting(plan, table, spec, place=at))
    choice = StepChoice(step=spec.key, columns=columns)
    added = edit.add(plan, choice, place=at)
    told = tell_steps(added, table)[at]
    if told.problems:
        # A step that needs something said first says what.
        assert all(problem.message and problem.hint for problem in told.problems)
        return
    assert columns or not spec.scope.has_columns
    assert done_to(choice, told) or not columns
    assert what_is_done(told) or not told.families
    assert family_mark(choice, told).startswith("Only") or len(told.families) in (0, 3)
    show = preview_step if spec.scope.has_columns else preview_fit_step
    found = show(workspace, dataset, task, sound(dataset, task, added, but=at), place=at)
    assert finding(found, "x", adds=adds(choice))
    assert list(figures_table(found)) or found.before is None
    assert rows_table(found).notna().all().all()
    assert set(bars_table(found)["When"]) <= {"Before", "After"}
    for figure in (compared(found, LIGHT), scores(found.scores, LIGHT), scree(found.scree, LIGHT)):
        assert figure is None or figure.to_json()


def test_words_that_become_numbers_are_said_so_and_numbers_stand_in_order() -> None:
    words = CellsView(Form.WORDS, ("x",), (), (("Distinct", "2"),), None, (("male", 9), ("female", 4)))
    means = CellsView(
        Form.NUMBER,
        ("x",),
        (),
        (("Distinct", "2"), ("Smallest", "-1"), ("Largest", "10")),
        None,
        (("10", 9), ("-1", 4)),
    )
    found = StepPreview(words, means, 13, 13)
    assert finding(found, "x") == "x: words become numbers from -1 to 10"
    assert list(bars_table(found)["Value"]) == ["male", "female", "-1", "10"]


def test_rows_of_classes_say_more_than_the_length_of_their_names() -> None:
    before = CellsView(Form.WORDS, ("y",), (), (("Mean length", "2.3"),), None, (("No", 9), ("Yes", 4)))
    after = CellsView(Form.WORDS, ("y",), (), (("Mean length", "2.5"),), None, (("No", 9), ("Yes", 9)))
    assert finding(StepPreview(before, after, 13, 13), "y") == "y: Yes in 4 \N{RIGHTWARDS ARROW} 9 rows"
