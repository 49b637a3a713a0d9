"""Before and after: on a sample, deterministic, and the same as the compiled plan does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.schema import Dataset
from core.data.task import Task
from core.errors import InvalidInput
from core.models.fit_preview import preview_fit_step
from core.prepare import preview_sample
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.prepare.fitting import fit_rows
from core.prepare.journeys import FAMILY_NEEDS
from core.prepare.plan import PreparePlan, StepChoice
from core.prepare.preview import preview_column, preview_step
from core.prepare.preview_cells import cell_text, histogram, number_text, one_column
from core.prepare.registry import STEPS, get_step
from core.prepare.spec import Family, Form, StepScope
from core.settings import Settings
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import ColumnKind, ColumnRole, TaskKind

ROWS = 300
TASK = Task(kind=TaskKind.BINARY, target="bought", roles={"key": ColumnRole.IGNORE})


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    amount = rng.lognormal(size=ROWS).round(4)
    words = ["good", "bad", "slow", "fast", "cheap", "clean"]
    return pd.DataFrame(
        {
            "key": [f"K{n:04d}x" for n in rng.permutation(ROWS)],
            "amount": amount,
            "age": np.where(rng.random(ROWS) < 0.2, np.nan, rng.integers(18, 90, ROWS)),
            "town": rng.choice(["red", "green", "blue", "grey"], ROWS),
            "when": pd.date_range("2024-01-01", periods=ROWS, freq="37h").strftime("%Y-%m-%d %H:%M"),
            "note": [" ".join(rng.choice(words, 8)) + f" number {n}" for n in range(ROWS)],
            "bought": np.where(amount + rng.normal(size=ROWS) > 2, "yes", "no"),
        }
    )


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Dataset]]:
    folder: Path = tmp_path_factory.mktemp("preview")
    workspace = Workspace(Settings(workspace=folder / "workspace"))
    frame().to_csv(folder / "table.csv", index=False)
    project = ProjectStore(workspace).create("Preview").id
    yield workspace, ingest(workspace, folder / "table.csv", project_id=project, name="table.csv")
    workspace.database.close()


def plan_of(*steps: StepChoice) -> PreparePlan:
    return PreparePlan(steps=steps)


def figure(view, label: str) -> str:
    return dict(view.figures)[label]


def test_numbers_words_and_dates_have_figures_that_suit_them(stored) -> None:
    plan = default_plan([c for c in stored[1].columns if TASK.is_used(c.name)])
    number = preview_column(*stored, TASK, plan, "amount")
    assert figure(number.before, "Median") == number_text(float(frame()["amount"].median()))
    assert figure(number.after, "Mean") == "0"
    assert figure(number.after, "Spread (standard deviation)") == "1.002"
    assert sum(number.before.histogram.counts) == number.rows_used == ROWS
    words = preview_column(*stored, TASK, plan, "town")
    assert words.before.form is Form.WORDS
    assert sum(count for _, count in words.before.levels) == ROWS
    assert words.after.width == 4
    assert figure(words.after, "Zeros") == "75 %"
    assert words.new_names == tuple(f"town = {name}" for name in ("blue", "green", "grey", "red"))
    date = preview_column(*stored, TASK, plan, "when")
    assert date.before.form is Form.DATE
    assert figure(date.before, "Earliest") == "2024-01-01"


def test_gaps_are_counted_before_and_gone_after_the_step_that_fills_them(stored) -> None:
    plan = plan_of(StepChoice(step="impute_numbers", columns=("amount", "age")))
    found = preview_step(*stored, TASK, plan, place=0, root="age")
    gaps = int(frame()["age"].isna().sum())
    assert figure(found.before, "Missing").startswith(f"{gaps} (")
    assert figure(found.after, "Missing") == "0"
    assert found.new_names == ()


def test_a_preview_shows_what_the_compiled_plan_gives(stored) -> None:
    workspace, dataset = stored
    columns = [c for c in dataset.columns if TASK.is_used(c.name)]
    plan = default_plan(columns, rows=ROWS, task=TASK.kind)
    drawn = preview_sample.Sampler(workspace, dataset, TASK, ROWS).draw(set(dataset.column_names))
    for family in Family:
        compiled = compile_plan(plan, columns, FAMILY_NEEDS[family], task=TASK.kind)
        matrix = fit_rows(compiled.transformer, drawn.frame, drawn.y).matrix
        names = list(compiled.transformer.get_feature_names_out())
        for column in ("age", "town", "when"):
            view = preview_column(*stored, TASK, plan, column, family=family, rows=ROWS).after
            for place, name in enumerate(view.names):
                shown = [cell_text(value) for value in matrix[:8, names.index(name)]]
                assert shown == [line[place] for line in view.cells]


def test_the_same_seed_gives_the_same_preview_and_a_sample_is_kept_for_large_tables(stored, monkeypatch) -> None:
    monkeypatch.setattr(preview_sample, "_DRAWN_EACH_TIME", 100)
    workspace, dataset = stored
    plan = plan_of(StepChoice(step="encode_text", columns=("note",)))
    first = preview_step(*stored, TASK, plan, place=0, rows=120)
    kept = list(workspace.path(dataset.path).parent.glob("preview-*.parquet"))
    assert len(kept) == 1
    assert preview_step(*stored, TASK, plan, place=0, rows=120) == first
    assert preview_step(*stored, TASK, plan, place=0, rows=120, seed=1) != first
    assert (first.rows_used, first.rows_total) == (120, ROWS)
    kept[0].write_bytes(b"broken")
    assert preview_step(*stored, TASK, plan, place=0, rows=120) == first


def test_the_target_is_no_column_and_columns_set_aside_are_not_shown(stored) -> None:
    for name in ("bought", "key"):
        with pytest.raises(InvalidInput, match="no column"):
            preview_step(*stored, TASK, plan_of(StepChoice(step="drop_columns", columns=(name,))), place=0)


def test_only_what_a_column_depends_on_is_carried_out(stored, monkeypatch) -> None:
    from core.prepare.transformers.text import TextWords

    plan = plan_of(
        StepChoice(step="encode_text", columns=("note",)), StepChoice(step="scale_numbers", columns=("amount",))
    )
    monkeypatch.setattr(TextWords, "fit", None)
    assert preview_step(*stored, TASK, plan, place=1).after is not None


def test_rows_that_a_step_takes_out_are_counted(stored) -> None:
    plan = plan_of(StepChoice(step="drop_missing_rows", columns=("age",)))
    gaps = int(frame()["age"].isna().sum())
    found = preview_step(*stored, TASK, plan, place=0)
    assert found.rows_removed == gaps
    assert f"{gaps} of {ROWS} rows" in found.note
    assert figure(found.after, "Missing") == "0"
    later = PreparePlan(steps=(*plan.steps, StepChoice(step="scale_numbers", columns=("amount",))))
    assert preview_column(*stored, TASK, later, "amount").rows_removed == gaps


def test_columns_left_out_and_combined_say_so(stored) -> None:
    dropped = plan_of(StepChoice(step="drop_columns", columns=("town",)))
    assert preview_step(*stored, TASK, dropped, place=0).after is None
    assert preview_column(*stored, TASK, dropped, "town").note == "It is left out."
    combined = plan_of(
        StepChoice(step="impute_numbers", columns=("amount", "age")),
        StepChoice(step="principal_components", columns=("amount", "age"), name="parts", params={"count": 2}),
    )
    found = preview_step(*stored, TASK, combined, place=1)
    assert len(found.scree) >= 1
    assert abs(sum(found.scree) - 1) < 1e-6
    assert "parts" in preview_column(*stored, TASK, combined, "age").note


def test_a_selection_shows_scores_of_what_it_keeps_and_drops(stored) -> None:
    plan = plan_of(
        StepChoice(step="impute_numbers", columns=("amount", "age")),
        StepChoice(step="select_best", columns=("amount", "age"), params={"count": 1}),
    )
    found = preview_step(*stored, TASK, plan, place=1)
    assert [(score.name, score.kept) for score in found.scores] == [("amount", True), ("age", False)]
    assert found.scores[0].score > found.scores[1].score


def test_slow_steps_wait_until_they_are_asked_for(stored) -> None:
    slow = next(s.key for s in STEPS if (not s.live and s.scope is StepScope.EACH) or s.key == "nearest_fill")
    plan = plan_of(StepChoice(step=slow, columns=("amount", "age")))
    found = preview_step(*stored, TASK, plan, place=0)
    if get_step(slow).live:
        assert found.after is not None
        return
    assert found.after is None
    assert not found.is_live
    assert "ask" in found.note
    assert found.can_ask
    assert preview_step(*stored, TASK, plan, place=1, force=True).after is not None


def test_a_step_that_does_nothing_for_a_family_says_so(stored) -> None:
    plan = plan_of(StepChoice(step="scale_numbers", columns=("amount",)))
    assert "nothing" in preview_step(*stored, TASK, plan, place=0, family=Family.TREES).note


def test_steps_of_the_fit_show_classes_before_and_after(stored) -> None:
    plan = plan_of(
        StepChoice(step="drop_columns", columns=("note", "when", "town")),
        StepChoice(step="over_sample"),
        StepChoice(step="weigh_classes"),
    )
    counts = frame()["bought"].value_counts()
    assert not preview_step(*stored, TASK, plan, place=1).is_live
    sampled = preview_fit_step(*stored, TASK, plan, place=1)
    assert dict(sampled.before.levels) == counts.to_dict()
    assert dict(sampled.after.levels) == {"no": counts.max(), "yes": counts.max()}
    weighed = preview_fit_step(*stored, TASK, plan, place=2)
    assert dict(weighed.after.figures)["yes"] == number_text(ROWS / (2 * counts["yes"]))


def test_a_transformed_target_is_shown_in_both_units(stored) -> None:
    task = Task(kind=TaskKind.REGRESSION, target="amount", roles={"key": ColumnRole.IGNORE})
    plan = plan_of(StepChoice(step="transform_target", params={"method": "log"}))
    found = preview_fit_step(*stored, task, plan, place=0)
    amount = frame()["amount"].to_numpy()
    assert figure(found.before, "Largest") == number_text(float(amount.max()))
    assert figure(found.after, "Largest") == number_text(float(np.log1p(amount).max()))


def test_a_table_without_a_task_is_shown_too(stored) -> None:
    plan = plan_of(StepChoice(step="encode_categories", columns=("town", "bought")))
    assert preview_step(*stored, None, plan, place=0, root="bought").after.width == 2


@pytest.mark.parametrize("key", [s.key for s in STEPS if s.scope.has_columns and s.live])
def test_every_live_step_can_be_shown(stored, key: str) -> None:
    columns = tuple(c for c in stored[1].columns if TASK.is_used(c.name))
    spec = get_step(key)
    helpers = {p.name: _helper(columns, p.column_kinds) for p in spec.params if p.kind == "column" and not p.optional}
    suited = [
        c.name
        for c in columns
        if c.kind in spec.kinds and _form(c.kind) in spec.takes and c.name not in helpers.values()
    ]
    if not suited or None in helpers.values():
        pytest.skip("no column of the table suits it")
    plan = plan_of(StepChoice(step=key, columns=tuple(suited[:2]), params=helpers))
    try:
        found = preview_step(*stored, TASK, plan, place=0, rows=100)
    except InvalidInput as error:
        pytest.skip(f"wants other columns: {error.message}")
    assert found.rows_used == 100
    assert found.before is not None


def _helper(columns, kinds) -> str | None:
    return next((c.name for c in columns if not kinds or c.kind in kinds), None)


def _form(kind: ColumnKind) -> Form:
    return {ColumnKind.NUMERIC: Form.NUMBER, ColumnKind.DATETIME: Form.DATE}.get(kind, Form.WORDS)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0, "0"), (-0.0, "0"), (1234567.0, "1,234,567"), (0.123456, "0.1235"), (12.5, "12.5"), (1e-20, "1.000e-20")],
)
def test_numbers_have_four_digits_that_count(value: float, text: str) -> None:
    assert number_text(value) == text


def test_extreme_columns_are_described_without_a_warning() -> None:
    for cells in ([np.nan, np.nan], [1e300, -1e300], [5.0, 5.0], [], [1e-300, 2e-300], [np.inf, 1.0]):
        view = one_column(pd.Series(cells, dtype=np.float64), "x")
        assert view.figures[0][0] == "Missing"
    assert histogram(np.array([1.0, 1.0])) is None
    assert one_column(pd.Series([None, None], dtype=object), "x").levels == ()
