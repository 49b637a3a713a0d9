"""The list of steps: changes, undo and redo, duplicates, next month's file, jobs and the command line."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from shape_tables import people

from core.cli.parser import build_parser
from core.data.actions import Rule, TableStep
from core.data.catalog import DatasetCatalog, load_frame
from core.errors import InvalidInput, LatheError
from core.jobs.job import JobRequest
from core.shape.edit import append, duplicate, redo, replace, replay, sentence, undo
from core.shape.preview import columns_before, frequent_values, preview
from core.types import ColumnKind, JobState, Meaning, StorageType

OLD = TableStep(key="filter", params={"conditions": [{"column": "Age", "operator": "ge", "value": 40}]})
RATIO = TableStep(key="compute", params={"name": "ratio", "expression": "id / Age"})
SORT = TableStep(key="sort", params={"columns": ["ratio"]})


def stored(workspace, dataset):
    return DatasetCatalog(workspace).get(dataset.id)


def test_any_step_can_be_switched_off_later(workspace, dataset):
    all_three = append(workspace, append(workspace, dataset, [OLD]), [RATIO, SORT])
    assert all_three.steps == (OLD, RATIO, SORT)
    off = replace(workspace, all_three, [OLD.model_copy(update={"enabled": False}), RATIO, SORT])
    assert off.rows == dataset.rows
    assert load_frame(workspace, off)["ratio"].dropna().is_monotonic_increasing
    assert stored(workspace, dataset) == off
    one = append(workspace, replace(workspace, dataset, [RATIO]), [SORT])
    assert off.fingerprint == one.fingerprint


def test_undo_and_redo_go_through_the_lists_of_steps(workspace, dataset):
    first = append(workspace, dataset, [OLD])
    second = append(workspace, first, [RATIO])
    back = undo(workspace, second)
    assert (back.steps, back.fingerprint) == (first.steps, first.fingerprint)
    start = undo(workspace, back)
    assert (start.fingerprint, start.path, start.columns, start.rows) == (
        dataset.fingerprint, dataset.path, dataset.columns, dataset.rows,
    )  # fmt: skip
    assert (start.base_path, start.base_columns, start.steps) == ("", (), ())
    with pytest.raises(LatheError, match="nothing to undo"):
        undo(workspace, start)
    again = redo(workspace, redo(workspace, start))
    assert (again.steps, again.fingerprint) == (second.steps, second.fingerprint)
    assert not redo(workspace, undo(workspace, again)).undone
    changed = append(workspace, undo(workspace, again), [SORT.model_copy(update={"params": {"columns": ["id"]}})])
    with pytest.raises(LatheError, match="nothing to do again"):
        redo(workspace, changed)


def test_a_change_that_fails_leaves_all_as_it_was(workspace, dataset):
    first = append(workspace, dataset, [OLD])
    with pytest.raises(InvalidInput, match="Step 1"):
        replace(workspace, first, [SORT, OLD])
    assert stored(workspace, dataset) == first
    assert workspace.path(first.path).exists()


def test_what_columns_are_is_inherited_or_found_out(workspace, dataset):
    marked = tuple(
        c.model_copy(update={"meaning": Meaning.PERSON_NAME, "reason": "Chosen by you.", "kind": ColumnKind.TEXT})
        if c.name == "age" else c
        for c in dataset.columns
    )  # fmt: skip
    known = DatasetCatalog(workspace).save(dataset.model_copy(update={"columns": marked}))
    shaped = append(
        workspace,
        known,
        [
            OLD,
            TableStep(key="compute", params={"name": "half", "expression": "id / 2"}),
            TableStep(key="compute", params={"name": "twice", "expression": "id * 2"}),
            TableStep(key="compute", params={"name": "row_id", "expression": "id"}),
            TableStep(key="compute", params={"name": "mail", "expression": "concat('a', id, '@example.org')"}),
            TableStep(key="mask", params={"columns": ["age"]}),
        ],
    )
    age, code = known.column("Age"), shaped.column("age")
    assert (shaped.column("Age").kind, shaped.column("Age").storage) == (age.kind, age.storage)
    assert (shaped.column("half").storage, shaped.column("twice").storage) == (StorageType.FLOAT, StorageType.INT)
    assert shaped.column("row_id").kind is ColumnKind.IDENTIFIER
    assert shaped.column("mail").meaning is Meaning.EMAIL
    assert (code.meaning, code.kind) != (Meaning.PERSON_NAME, ColumnKind.TEXT)
    only_filtered = replace(workspace, shaped, [OLD])
    assert (only_filtered.column("age").meaning, only_filtered.column("age").kind) == (
        Meaning.PERSON_NAME, ColumnKind.TEXT,
    )  # fmt: skip


def test_edges_read_off_the_table_are_kept_for_later_files(workspace, dataset, make):
    shaped = append(workspace, dataset, [TableStep(key="bin", params={"column": "Age", "bins": 3, "name": "band"})])
    assert len(shaped.steps[0].params["edges"]) == 2
    other = people()
    other["Age"] = other["Age"] * 10
    later = replay(workspace, shaped, make(other, name="later", whole=("id",)))
    assert later.steps == shaped.steps
    assert later.column("band").levels == shaped.column("band").levels
    assert load_frame(workspace, later)["band"].dropna().unique().tolist() == [shaped.column("band").levels[-1]]


def test_a_duplicate_goes_its_own_way(workspace, dataset):
    shaped = append(workspace, dataset, [OLD])
    twin = duplicate(workspace, shaped, " Twin ")
    assert (twin.name, twin.steps, twin.fingerprint) == ("Twin", shaped.steps, shaped.fingerprint)
    changed = append(workspace, twin, [RATIO])
    assert stored(workspace, dataset) == shaped
    DatasetCatalog(workspace).delete(dataset.id)
    assert undo(workspace, undo(workspace, changed).model_copy(update={"history": ((),)})).rows == dataset.rows
    with pytest.raises(LatheError, match="needs a name"):
        duplicate(workspace, changed, "  ")


def test_steps_and_rules_go_to_the_next_file_or_say_why_not(workspace, dataset, make):
    rule = Rule(kind="not_empty", columns=("id",))
    shaped = append(workspace, dataset.model_copy(update={"rules": (rule,)}), [OLD, RATIO])
    following = make(people().iloc[::-1].reset_index(drop=True), name="following", whole=("id",))
    replayed = replay(workspace, shaped, following)
    assert (replayed.id, replayed.rules, replayed.rows) == (following.id, (rule,), shaped.rows)
    short = make(people().drop(columns="Age"), name="short", whole=("id",))
    with pytest.raises(InvalidInput, match=r"Step 1 .*'Age'"):
        replay(workspace, shaped, short)
    assert stored(workspace, short) == short


def test_a_preview_from_the_stored_outcome_is_the_one_from_the_base(workspace, dataset):
    steps = (OLD, RATIO, SORT)
    fresh = preview(workspace, dataset, steps)
    onward = preview(workspace, append(workspace, dataset, steps[:2]), steps)
    pd.testing.assert_frame_equal(fresh.after, onward.after)
    assert (fresh.rows_before, fresh.rows_after, fresh.added) == (onward.rows_before, onward.rows_after, ())
    begin = preview(workspace, dataset, steps, upto=0)
    assert (begin.rows_after, begin.changed, begin.notes) == (dataset.rows, {}, ())


def test_a_preview_counts_changed_cells_on_all_of_the_data(workspace, dataset):
    raw = load_frame(workspace, dataset)
    found = preview(workspace, dataset, [TableStep(key="clip", params={"columns": ["Age"], "high": 30})], rows=5)
    assert found.changed == {"Age": int((raw["Age"] > 30).sum())}
    assert len(found.after) == len(found.marks) == 5
    assert found.marks.to_numpy().sum() == 0
    typed = preview(workspace, dataset, [TableStep(key="change_type", params={"columns": ["age"], "to": "number"})])
    assert typed.notes[0].startswith(f"age: {raw['age'].notna().sum()} cells cannot be read as number")


def test_columns_and_values_before_a_step(workspace, dataset):
    names = [column.name for column in columns_before(workspace, dataset, (OLD, RATIO, SORT), 2)]
    assert names == [*dataset.column_names, "ratio"]
    raw = load_frame(workspace, dataset)
    counts = raw.loc[raw["Age"] >= 40, "ok"].value_counts()
    assert dict(frequent_values(workspace, dataset, (OLD,), 1, "ok")) == counts.to_dict()


def test_sentences_are_made_of_the_parameters():
    said = {
        sentence(OLD): "Keep these rows where Age is at least 40",
        sentence(RATIO): "Compute ratio = id / Age",
        sentence(TableStep(key="compute", params={"name": "{x}", "expression": "[a]"})): "Compute {x} = [a]",
        sentence(TableStep(key="sample", params={"by": "count", "count": 5000})): "Draw 5,000 rows at random",
        sentence(TableStep(key="drop_missing")): "Drop rows where any of them is missing",
        sentence(TableStep(key="join", params={"table": "x", "keys": {"a": "b"}}), tables={"x": "Shops"}): (
            "Join Shops where a is b; keep all of this table"
        ),
        sentence(TableStep(key="never")): "Unknown step never",
        sentence(RATIO.model_copy(update={"name": "Mine"})): "Mine",
    }
    assert list(said) == list(said.values())


def test_a_job_shapes_a_table_and_refuses_one_that_has_changed(workspace, executor, dataset):
    payload = {"dataset_id": dataset.id, "fingerprint": dataset.fingerprint, "steps": [OLD.model_dump(mode="json")]}
    job = executor.submit(JobRequest(kind="shape", payload=payload, project_id=dataset.project_id))
    assert job.state is JobState.SUCCEEDED
    shaped = stored(workspace, dataset)
    assert (shaped.steps, job.result["fingerprint"]) == ((OLD,), shaped.fingerprint)
    late = executor.submit(JobRequest(kind="shape", payload=payload, project_id=dataset.project_id))
    assert late.state is JobState.FAILED
    assert "has changed" in late.error.message
    for action, fingerprint in (("undo", dataset.fingerprint), ("redo", shaped.fingerprint)):
        executor.submit(JobRequest(kind="shape", payload={"dataset_id": dataset.id, "action": action}))
        assert stored(workspace, dataset).fingerprint == fingerprint


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_command_line_shapes_a_file(tmp_path, capsys, suffix):
    file, steps, out = tmp_path / "in.csv", tmp_path / "steps.json", tmp_path / f"out{suffix}"
    file.write_text("city,n\n" + "".join(f"{'Bern' if i % 2 else 'Chur'},{i}\n" for i in range(40)))
    group = TableStep(key="group", params={"by": ["city"], "aggregations": [{"function": "sum", "column": "n"}]})
    steps.write_text(json.dumps([group.model_dump()]))
    parsed = build_parser().parse_args(["shape", str(file), "--steps", str(steps), "--out", str(out), "--json"])
    assert parsed.command(parsed) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["rows_before"], said["rows"]) == (40, 2)
    frame = pd.read_csv(out) if suffix == ".csv" else pd.read_parquet(out)
    assert frame.to_dict("list") == {"city": ["Chur", "Bern"], "n_sum": [380, 400]}


@pytest.mark.parametrize("content", ["{", "[1]", '[{"key": "filter", "colour": 1}]', '{"a": 1}'])
def test_the_command_line_refuses_what_are_no_steps(tmp_path, content):
    steps = tmp_path / "steps.json"
    steps.write_text(content)
    parsed = build_parser().parse_args(["shape", "none.csv", "--steps", str(steps), "--out", str(tmp_path / "o.csv")])
    with pytest.raises(LatheError):
        parsed.command(parsed)
