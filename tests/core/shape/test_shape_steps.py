"""Every step: it runs on a table of all kinds and hostile names, keeps order, replays, and holds row by row."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from shape_tables import LONG, MARKUP, QUOTES, people

from core.data.actions import TableStep
from core.data.catalog import load_frame
from core.errors import InvalidInput
from core.shape.context import Source
from core.shape.edit import append, replay, sentence
from core.shape.preview import preview
from core.shape.registry import STEPS, get_step, resolve
from core.shape.rows import is_row_wise, replay_rows

WEIRD = "a'b\"; -- \0 ü"
EXAMPLES: dict[str, list[dict]] = {
    "filter": [
        {"conditions": [{"column": "Age", "operator": "gt", "value": 30}, {"column": MARKUP, "operator": "present"}]},
        {"action": "drop", "by": "expression", "expression": f"[{QUOTES.replace(']', ']]')}] < 0 or ok"},
        {"match": "any", "conditions": [{"column": "when", "operator": "between", "value": ["2024-01-03", 1705000000]},
                                        {"column": MARKUP, "operator": "in", "value": ["low", WEIRD]}]},
        {"by": "expression", "expression": "Age > mean_by(Age, ok)"},
    ],
    "drop_missing": [{}, {"columns": ["Age", "ok"], "match": "all"}],
    "drop_duplicates": [{"columns": [MARKUP]}, {"columns": [LONG, "ok"], "keep": "last"}],
    "sort": [{"columns": [MARKUP, "id"], "descending": ["id"]}],
    "slice": [{"count": 5}, {"part": "last", "count": 5}, {"part": "drop", "start": 2, "end": 10}],
    "sample": [{"share": 25.0}, {"by": "count", "count": 3, "within": MARKUP, "seed": 7}],
    "keep_columns": [{"columns": [QUOTES, "id"]}],
    "drop_columns": [{"columns": [MARKUP]}],
    "rename": [{"renames": {QUOTES: "plain", "age": WEIRD}}],
    "reorder": [{"columns": ["when", MARKUP]}],
    "change_type": [{"columns": [LONG, "ok"], "to": "number"}, {"columns": ["id", "when"], "to": "text"},
                    {"columns": [LONG], "to": "whole", "decimal": ","}, {"columns": ["age"], "to": "date"},
                    {"columns": [LONG], "to": "truth"},
                    {"columns": ["age"], "to": "date", "date_format": "%d.%m.%Y"}],
    "set_levels": [{"column": MARKUP, "levels": ["low", "mid", "high"]}],
    "compute": [{"name": "new", "expression": "Age / (id - 3) + length(`age`)"},
                {"name": "Age", "expression": "round(Age * 1.5, 1)"}],
    "flag": [{"name": WEIRD, "conditions": [{"column": "age", "operator": "contains", "value": WEIRD}]}],
    "split_column": [{"column": "age", "separator": ","},
                     {"column": "age", "separator": "'", "parts": 3, "keep": False}],
    "combine_columns": [{"columns": ["age", "id", MARKUP], "separator": "'", "name": "all"}],
    "date_parts": [{"column": "when", "parts": ["year", "quarter", "week", "weekday", "hour", "minute", "day"]}],
    "text_length": [{"column": "age", "name": "long"}, {"column": "age", "unit": "words", "name": "words"}],
    "row_number": [{"name": "n"}, {"name": "n", "start": 5, "within": [MARKUP]}],
    "bin": [{"column": "Age", "name": "group"}, {"column": "Age", "method": "count", "bins": 3, "name": "group"},
            {"column": "Age", "method": "own", "edges": [30, 45.5], "name": "group"}],
    "replace_values": [{"columns": [MARKUP], "mapping": {"low": WEIRD, "mid": ""}},
                       {"columns": ["id"], "mapping": {"3": "4"}}],
    "fill_missing": [{"columns": ["Age"], "value": "0"}, {"columns": ["age", MARKUP], "value": WEIRD},
                     {"columns": ["Age", "ok"], "method": "previous", "within": [LONG], "order": "when"},
                     {"columns": ["age"], "method": "next"}],
    "set_missing": [{"columns": [MARKUP], "values": ["low", WEIRD]}, {"columns": ["Age"], "values": ["21", "22.0"]}],
    "clip": [{"columns": ["Age", QUOTES], "low": 0, "high": 30},
             {"columns": ["Age"], "high": 30, "outside": "missing"}],
    "clean_text": [{"columns": ["age", MARKUP], "case": "title", "accents": True},
                   {"columns": ["age"], "case": "upper"}],
    "scale": [{"columns": ["Age"], "factor": 2.5, "offset": -1}],
    "mask": [{"columns": ["age"], "secret": WEIRD}, {"columns": ["age"], "how": "partial"},
             {"columns": ["age"], "how": "remove"}],
    "join": [{"table": "LOOKUP", "keys": {MARKUP: "key"}},
             {"table": "LOOKUP", "keys": {MARKUP: "key"}, "matches": "first"},
             {"table": "LOOKUP", "keys": {MARKUP: "key"}, "how": "anti"},
             {"table": "LOOKUP", "keys": {MARKUP: "key"}, "how": "full"}],
    "append": [{"table": "LOOKUP"}],
    "group": [{"by": [MARKUP, "ok"], "aggregations": [
        {"function": f, "column": "Age", "name": ""} for f in
        ("count", "present", "sum", "mean", "median", "std", "min", "max", "distinct", "first", "last",
         "missing_share")]}],
    "pivot": [{"index": [LONG], "columns": MARKUP, "values": "Age", "duplicates": "mean"}],
    "unpivot": [{"columns": ["Age", QUOTES]}, {"columns": ["Age", "ok", "when"], "drop_missing": True}],
}  # fmt: skip
CASES = [(key, number) for key, examples in EXAMPLES.items() for number in range(len(examples))]
KEEPS_ORDER = {"filter", "drop_missing", "drop_duplicates", "slice", "sample"}


def step_of(key: str, number: int, lookup) -> TableStep:
    params = EXAMPLES[key][number]
    return TableStep(key=key, params={k: lookup.id if v == "LOOKUP" else v for k, v in params.items()})


def test_every_step_has_an_example_and_is_declared_whole():
    assert set(EXAMPLES) == {spec.key for spec in STEPS}
    assert len({spec.key for spec in STEPS}) == len(STEPS)
    for spec in STEPS:
        assert callable(resolve(spec.compile))
        assert spec.title
        assert spec.purpose.endswith(".")
        assert spec.when.endswith(".")


@pytest.mark.parametrize(("key", "number"), CASES)
def test_a_step_runs_keeps_order_and_replays_alike(workspace, dataset, lookup, make, key, number):
    step = step_of(key, number, lookup)
    assert TableStep.model_validate(json.loads(step.model_dump_json())) == step
    shaped = append(workspace, dataset, [step])
    frame = load_frame(workspace, shaped)
    seen = preview(workspace, dataset, [step])
    assert (shaped.rows, shaped.column_names) == (len(frame), seen.columns_after)
    assert (seen.rows_before, seen.rows_after) == (dataset.rows, shaped.rows)
    assert [c.missing for c in shaped.columns] == frame.isna().sum().tolist()
    assert [c.unique for c in shaped.columns] == [frame[n].nunique() for n in frame.columns]
    pd.testing.assert_frame_equal(seen.after, frame.head(100), check_dtype=True)
    if key in KEEPS_ORDER or get_step(key).row_wise:
        places = frame["id"].dropna() if "id" in frame and frame["id"].dtype == "float64" else pd.Series(dtype=float)
        assert key in ("replace_values",) or places.is_monotonic_increasing
    twin = make(people(), name="next", whole=("id",))
    replayed = replay(workspace, shaped, twin)
    assert replayed.fingerprint == shaped.fingerprint
    assert replayed.steps == shaped.steps
    assert sentence(step, tables={lookup.id: "lookup"})
    assert "{" not in sentence(step)


@pytest.mark.parametrize(("key", "number"), CASES)
def test_a_row_wise_step_gives_one_row_what_it_gives_a_batch(workspace, dataset, lookup, key, number):
    step = append(workspace, dataset, [step_of(key, number, lookup)]).steps[0]
    raw = load_frame(workspace, dataset)

    def tables(identity: str) -> Source:
        return Source(workspace.path(lookup.path), lookup.columns, "lookup")

    batch = replay_rows(raw, dataset.columns, [step], tables=tables)
    assert len(batch.frame) == len(raw)
    # The keys of the first join stand once in the lookup, so that it repeats no row.
    alone = is_row_wise(step) or (key, number) == ("join", 0)
    assert bool(batch.skipped) is not alone
    if not alone:
        pd.testing.assert_frame_equal(batch.frame, raw)
        return
    shaped = load_frame(workspace, append(workspace, dataset, [step]))
    pd.testing.assert_frame_equal(batch.frame, shaped)
    for place in (0, 7, 33):
        single = replay_rows(raw.iloc[[place]], dataset.columns, [step], tables=tables)
        pd.testing.assert_frame_equal(single.frame, batch.frame.iloc[[place]])


def test_a_join_that_repeats_rows_is_not_done_to_rows_to_predict(workspace, make):
    here = make(pd.DataFrame({"k": ["a", "b"], "v": [1.0, 2.0]}), name="here")
    raw = load_frame(workspace, here)
    step = TableStep(key="join", params={"table": "other", "keys": {"k": "k"}})
    for keys, brought in ((["a", "b", None, None], True), (["a", "a", "b", "c"], False)):
        there = make(pd.DataFrame({"k": keys, "w": [1.0, 2.0, 3.0, 4.0]}), name="there")
        source = Source(workspace.path(there.path), there.columns, "there")
        replayed = replay_rows(raw, here.columns, [step], tables=lambda _, source=source: source)
        assert ("w" in replayed.frame, bool(replayed.skipped)) == (brought, not brought)
        assert len(replayed.frame) == 2


def test_later_steps_skip_what_a_skipped_step_would_have_made(workspace, dataset):
    steps = [
        TableStep(key="row_number", params={"name": "n"}),
        TableStep(key="scale", params={"columns": ["n"], "factor": 2}),
        TableStep(key="scale", params={"columns": ["Age"], "factor": 2}),
    ]
    raw = load_frame(workspace, dataset)
    replayed = replay_rows(raw, dataset.columns, steps)
    assert len(replayed.skipped) == 2
    assert replayed.frame["Age"].dropna().tolist() == (raw["Age"] * 2).dropna().tolist()


@pytest.mark.parametrize(
    ("key", "params", "field", "words"),
    [
        ("filter", {"conditions": [{"column": "gone", "operator": "eq", "value": 1}]}, "conditions.0", "'gone'"),
        ("filter", {"conditions": [{"column": "Age", "operator": "eq", "value": "x"}]}, "conditions.0", "a number"),
        ("filter", {"conditions": [{"column": "Age", "operator": "contains", "value": "x"}]}, "conditions.0", "Age"),
        ("filter", {"conditions": [{"column": "age", "operator": "matches", "value": "("}]}, "conditions.0", "pattern"),
        ("filter", {"conditions": [{"column": "when", "operator": "gt", "value": "soon"}]}, "conditions.0", "a date"),
        ("filter", {}, "conditions", "must be given"),
        ("drop_columns", {"columns": ["gone", "Age"]}, "columns", "'gone'"),
        ("drop_columns", {"colums": ["Age"]}, "colums", "no setting"),
        ("keep_columns", {"columns": "Age"}, "columns", "a list"),
        ("clip", {"columns": ["age"], "high": 3}, "columns", "numeric"),
        ("clip", {"columns": ["Age"], "low": 3, "high": 1}, "low", "above"),
        ("clip", {"columns": ["Age"]}, "low", "lowest or a highest"),
        ("rename", {"renames": {"Age": "id"}}, "", "two columns"),
        ("compute", {"name": "x", "expression": "Age +"}, "expression", "character 6"),
        ("compute", {"name": "x", "expression": "Agee + 1"}, "expression", "character 1"),
        ("compute", {"name": "x", "expression": "Age + 'a'"}, "expression", "character 7"),
        ("flag", {"name": "Age", "conditions": [{"column": "id", "operator": "present"}]}, "name", "already"),
        ("fill_missing", {"columns": ["Age"], "value": "none"}, "value", "a number"),
        ("slice", {"part": "drop", "start": 9, "end": 3}, "end", "before"),
        ("slice", {"count": 0}, "count", "at least 1"),
        ("slice", {"count": 2.5}, "count", "whole"),
        ("sample", {"share": 200}, "share", "at most 100"),
        ("bin", {"column": "age", "name": "x"}, "column", "numeric"),
        ("bin", {"column": "Age", "method": "own", "name": "x"}, "edges", "edge"),
        ("date_parts", {"column": "Age", "parts": ["year"]}, "column", "datetime"),
        ("date_parts", {"column": "when", "parts": ["eon"]}, "parts", "among"),
        ("group", {"by": ["ok"], "aggregations": [{"function": "sum", "column": "age"}]}, "aggregations.0", "numbers"),
        ("group", {"by": ["ok"], "aggregations": [{"function": "magic", "column": "Age"}]}, "aggregations.0", "magic"),
        ("pivot", {"index": ["ok"], "columns": MARKUP, "values": "Age"}, "duplicates", "several meet"),
        ("join", {"table": "gone", "keys": {"id": "id"}}, "table", "no longer"),
        ("nothing", {}, "", "no step"),
        ("filter", {"conditions": [{"column": "Age", "operator": "gt", "value": 999}]}, "", "No row"),
    ],
)  # fmt: skip
def test_bad_input_names_the_step_and_the_field_and_changes_nothing(workspace, dataset, key, params, field, words):
    good = TableStep(key="sort", params={"columns": ["id"]})
    files = sorted(p.name for p in workspace.path(dataset.path).parent.iterdir())
    with pytest.raises(InvalidInput) as caught:
        append(workspace, dataset, [good, TableStep(key=key, params=params)])
    problem = caught.value.problems[0]
    assert problem.message.startswith("Step 2 (")
    assert words in problem.message
    assert problem.field == f"steps.2.{field}".rstrip(".")
    assert sorted(p.name for p in workspace.path(dataset.path).parent.iterdir()) == files
