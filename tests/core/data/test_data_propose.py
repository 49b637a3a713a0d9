"""The task is proposed with its reason; what would spoil it is said before anything runs."""

import numpy as np
import pandas as pd
import pytest

from core.data.propose import check_task, default_task, propose_task
from core.data.schema import ColumnSchema, Dataset, ParseSettings
from core.data.target import target_values
from core.data.task import Split, Task
from core.errors import InvalidInput
from core.types import ColumnKind, ColumnRole, SplitKind, StorageType, TaskKind


def _column(name, storage, kind, unique, examples=()):
    return ColumnSchema(name=name, storage=storage, kind=kind, unique=unique, examples=examples)


NUMBER = _column("x", StorageType.FLOAT, ColumnKind.NUMERIC, 90)


def _dataset(frame, *columns):
    return Dataset(id="d", name="t", path="t", rows=len(frame), columns=columns, fingerprint="f", parse=ParseSettings())


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        (_column("y", StorageType.STRING, ColumnKind.CATEGORICAL, 2, ("no", "yes")), TaskKind.BINARY),
        (_column("y", StorageType.INT, ColumnKind.NUMERIC, 2, ("0", "1")), TaskKind.BINARY),
        (_column("y", StorageType.BOOL, ColumnKind.BOOLEAN, 2), TaskKind.BINARY),
        (_column("y", StorageType.STRING, ColumnKind.CATEGORICAL, 3), TaskKind.MULTICLASS),
        (_column("y", StorageType.INT, ColumnKind.NUMERIC, 7), TaskKind.MULTICLASS),
        (_column("y", StorageType.INT, ColumnKind.NUMERIC, 300), TaskKind.REGRESSION),
        (_column("y", StorageType.FLOAT, ColumnKind.NUMERIC, 15), TaskKind.REGRESSION),
    ],
)
def test_the_proposal_follows_the_values(column, kind):
    proposal = propose_task(column)
    assert proposal.kind is kind
    assert column.name in proposal.reason


@pytest.mark.parametrize(
    ("unique", "examples", "words"),
    [(1, ("7",), "the same value, 7, in every row"), (0, (), "no value in any row")],
)
def test_a_target_that_never_varies_is_said_to_teach_nothing(unique, examples, words):
    reason = propose_task(_column("y", StorageType.INT, ColumnKind.NUMERIC, unique, examples)).reason
    assert words in reason


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1.0, 0.0, np.nan], ["1", "0", None]),
        (["a ", None, "b"], ["a", None, "b"]),
        ([0.5, 2.0, 0.5], ["0.5", "2", "0.5"]),
    ],
)
def test_labels_are_text(values, expected):
    assert list(target_values(pd.Series(values), TaskKind.BINARY)) == expected


def test_identifiers_and_constants_are_set_aside():
    columns = (
        NUMBER,
        _column("id", StorageType.INT, ColumnKind.IDENTIFIER, 100),
        _column("same", StorageType.STRING, ColumnKind.CATEGORICAL, 1),
        _column("y", StorageType.STRING, ColumnKind.CATEGORICAL, 2),
    )
    task = default_task(_dataset(range(100), *columns), "y", TaskKind.BINARY)
    assert task.roles == {"id": ColumnRole.IGNORE, "same": ColumnRole.IGNORE}
    assert task.split.kind is SplitKind.STRATIFIED


def _check(y, kind=TaskKind.BINARY, **task):
    frame = pd.DataFrame({"x": np.arange(len(y), dtype=float), "y": y})
    return check_task(
        frame, _dataset(frame, NUMBER, NUMBER.model_copy(update={"name": "y"})), Task(kind=kind, target="y", **task)
    )


def test_a_good_task_has_no_warnings():
    assert _check(["a", "b"] * 50) == []


@pytest.mark.parametrize(
    ("y", "kind", "word"),
    [
        (["a"] * 100, TaskKind.BINARY, "at least two classes"),
        (["a", "b", "c", "d"] * 25, TaskKind.BINARY, "exactly two classes"),
        ([str(i) for i in range(300)], TaskKind.MULTICLASS, "At most 200 classes"),
        ([5.0] * 100, TaskKind.REGRESSION, "must vary"),
        ([1e300, 1.0] * 50, TaskKind.REGRESSION, "below 1e150"),
        (["a", "b"], TaskKind.BINARY, "5 folds need"),
    ],
)
def test_what_cannot_be_trained_is_refused(y, kind, word):
    split = Split(kind=SplitKind.RANDOM)
    with pytest.raises(InvalidInput, match=word):
        _check(y, kind, split=split)


def test_all_problems_come_at_once():
    with pytest.raises(InvalidInput) as caught:
        _check(["a", "b"] * 50, roles={"x": ColumnRole.IGNORE, "z": ColumnRole.USE}, split=Split(kind=SplitKind.GROUP))
    assert {p.field for p in caught.value.problems} == {"task.roles", "task.split.group"}


def test_warnings_name_rare_classes_missing_targets_and_copies():
    said = " ".join(_check(["a"] * 95 + ["b"] * 5 + [None] * 3))
    assert "3 rows without a value in y" in said
    assert "b (5)" in said
    assert "accuracy says little" in said


def test_a_class_with_one_row_is_named_with_what_to_do():
    said = " ".join(_check(["a", "b"] * 50 + ["lone"], TaskKind.MULTICLASS))
    assert "Classes with a single row: lone" in said
    assert "join the class to another, or leave its rows out" in said


def test_a_single_hold_out_of_few_rows_is_called_risky():
    said = _check(["a", "b"] * 50, split=Split(validation=0.2, holdout=0.2))
    assert any("about 20 rows judge every model" in sentence for sentence in said)
    unlocked = _check(["a", "b"] * 600, split=Split(validation=0.2, holdout=0.0))
    assert unlocked[0].startswith("The rows that choose the best model also give its score")
    assert _check(["a", "b"] * 600, split=Split(validation=0.2, holdout=0.2)) == []


@pytest.mark.parametrize(
    ("split", "field"),
    [
        (Split(validation=0.5, holdout=0.45), "task.split.validation"),
        (Split(kind=SplitKind.TIME, time="x", test_share=0.5, folds=2), "task.split.test_share"),
        (Split(kind=SplitKind.COLUMN), "task.split.column"),
        (Split(kind=SplitKind.COLUMN, column="x"), "task.split.parts"),
        (Split(kind=SplitKind.GROUP, group="y"), "task.split.group"),
    ],
)
def test_a_split_that_cannot_be_is_refused_at_its_field(split, field):
    with pytest.raises(InvalidInput) as caught:
        _check(["a", "b"] * 50, split=split)
    assert [p.field for p in caught.value.problems] == [field]
    assert all(p.hint for p in caught.value.problems)


def test_a_column_that_says_the_part_should_not_be_learned_from():
    split = Split(kind=SplitKind.COLUMN, column="x", parts={"1": "learn"})
    assert any("set it aside" in sentence for sentence in _check(["a", "b"] * 50, split=split))
    roles = {"x": ColumnRole.IGNORE}
    with pytest.raises(InvalidInput, match="At least one column"):
        _check(["a", "b"] * 50, split=split, roles=roles)
