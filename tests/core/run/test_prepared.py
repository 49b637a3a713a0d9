"""Prepared folds: computed once, shared by models and processes, equal bit for bit, bounded, mended when damaged."""

from __future__ import annotations

import multiprocessing
import warnings

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.propose import default_task
from core.errors import RunCancelled
from core.prepare.compiler import compile_plan
from core.prepare.default import default_plan
from core.prepare.plan import ColumnPolicy, InputNeeds
from core.run import prepared
from core.run.context import SilentContext
from core.run.execute import execute
from core.run.prepared import FoldCache, FoldRows, prepare_fold, settings_of
from core.run.recipe import ModelChoice, Recipe
from core.settings import Settings
from core.store.cache import FolderCache
from core.store.projects import ProjectStore
from core.types import ColumnKind, Encoding, TaskKind
from tests.core.prepare.tables import describe, mixed

TABLE = mixed(60)
LABELS = np.where(np.arange(60) % 3 == 0, "yes", "no")
FIT, TEST = np.arange(40), np.arange(40, 60)


def compiled_for(encoding=Encoding.ONE_HOT):
    return compile_plan(default_plan(TABLE.columns), TABLE.columns, InputNeeds(encoding=encoding))


def fold(fit=FIT, test=TEST, labels=LABELS):
    return FoldRows(TABLE.frame, fit, test, labels[fit])


def prepare(folds, rows=None, encoding=Encoding.ONE_HOT, **more):
    compiled = compiled_for(encoding)
    return prepare_fold(compiled, rows or fold(), folds=folds, settings=settings_of(compiled, "y"), **more)


@pytest.fixture
def folds(tmp_path):
    return FoldCache(FolderCache(tmp_path / "cache", 2**24), "table")


def entries(folds):
    return sorted(path for path in folds.store.folder.iterdir() if path.is_dir() and path.name != "locks")


@pytest.mark.parametrize("encoding", list(Encoding))
def test_a_kept_fold_is_the_computed_one_bit_for_bit(folds, encoding):
    first, second = prepare(folds, encoding=encoding), prepare(folds, encoding=encoding)
    assert (first.is_shared, second.is_shared) == (False, True)
    for name in ("matrix", "test", "rows"):
        one, two = getattr(first, name), getattr(second, name)
        np.testing.assert_array_equal(one, two)
        assert type(two) is np.ndarray
        assert one.flags.f_contiguous == two.flags.f_contiguous
    np.testing.assert_array_equal(second.transformer.transform(TABLE.frame), first.transformer.transform(TABLE.frame))
    assert second.fit_s == first.fit_s > 0
    assert not second.matrix.flags.writeable


def test_sparse_and_empty_parts_are_kept_too(folds, tmp_path):
    from scipy.sparse import csr_matrix

    from core.run.prepared_files import read_fold, write_fold

    made = prepared.PreparedFold(None, csr_matrix(np.eye(4)), np.arange(4), np.empty((0, 4)))
    (tmp_path / "fold").mkdir()
    write_fold(tmp_path / "fold", made)
    found = read_fold(tmp_path / "fold")
    np.testing.assert_array_equal(found.matrix.toarray(), np.eye(4))
    assert found.test.shape == (0, 4)
    assert found.transformer is None


def test_whatever_decides_the_rows_decides_the_entry(folds):
    prepare(folds)
    others = [
        {"rows": fold(fit=FIT[1:])},
        {"rows": fold(test=TEST[1:])},
        {"rows": fold(labels=LABELS[::-1])},
        {"encoding": Encoding.CODES},
        {"whole": False},
    ]
    assert not any(prepare(folds, **other).is_shared for other in others)
    assert not prepare(FoldCache(folds.store, "another table")).is_shared
    assert len(entries(folds)) == 2 + len(others)


@pytest.mark.parametrize("name", ["matrix.npy", "rows.npy", "transformer.skops", "fold.json"])
def test_a_damaged_entry_is_prepared_anew_with_a_warning(folds, name):
    first = prepare(folds)
    file = entries(folds)[0] / name
    data = bytearray(file.read_bytes())
    data[-3] ^= 0xFF
    file.write_bytes(bytes(data) if name != "fold.json" else b"{")
    with pytest.warns(UserWarning, match="damaged"):
        again = prepare(folds)
    assert not again.is_shared
    np.testing.assert_array_equal(again.matrix, first.matrix)
    assert prepare(folds).is_shared


def test_the_longest_unused_entry_leaves_first(folds):
    import os

    prepare(folds)
    size = sum(file.stat().st_size for file in entries(folds)[0].iterdir())
    small = FoldCache(FolderCache(folds.store.folder, int(2.5 * size)), "table")
    first = entries(folds)[0]
    prepare(small, rows=fold(fit=FIT[1:]))
    second = next(path for path in entries(folds) if path != first)
    os.utime(second, (1, 1))
    assert prepare(small).is_shared
    prepare(small, rows=fold(fit=FIT[2:]))
    left = entries(folds)
    assert first in left
    assert second not in left
    assert len(left) == 2


def test_what_is_larger_than_the_bound_is_not_kept(tmp_path):
    tiny = FoldCache(FolderCache(tmp_path / "cache", 100), "table")
    assert not prepare(tiny).is_shared
    assert not prepare(tiny).is_shared


def test_waiting_for_another_process_can_be_given_up(folds):
    def stop():
        raise RunCancelled

    keys = []
    original = FolderCache.find
    probe = FolderCache(folds.store.folder, folds.store.limit_bytes)
    probe.find = lambda key: keys.append(key) or original(probe, key)  # type: ignore[method-assign]
    prepare(FoldCache(probe, "table"))
    folds.store.drop(keys[0])
    with folds.store.alone(keys[0]), pytest.raises(RunCancelled):
        prepare(folds, waiting=stop)


def _work(folder, gate, results):
    gate.wait(60)
    folds = FoldCache(FolderCache(folder, 2**24), "table")
    found = prepare(folds)
    results.put((found.is_shared, float(np.asarray(found.matrix).sum())))


def test_two_processes_prepare_a_fold_once(tmp_path):
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    gate = context.Barrier(3)
    workers = [context.Process(target=_work, args=(tmp_path / "cache", gate, results)) for _ in range(3)]
    for worker in workers:
        worker.start()
    found = [results.get(timeout=60) for _ in workers]
    for worker in workers:
        worker.join(30)
    assert sorted(shared for shared, _ in found) == [False, True, True]
    assert len({total for _, total in found}) == 1


@pytest.fixture
def stored(workspace, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=200)
    frame = pd.DataFrame({"x": x, "town": rng.choice(["a", "b", "c"], 200)})
    frame["y"] = np.where(x + rng.normal(0, 0.5, 200) > 0.9, "yes", "no")
    frame.to_csv(tmp_path / "t.csv", index=False)
    project = ProjectStore(workspace).create("p")
    return ingest(workspace, tmp_path / "t.csv", project_id=project.id, name="t")


def _run(workspace, dataset, folder, *choices, plan=None):
    recipe = Recipe(task=default_task(dataset, "y", TaskKind.BINARY), models=choices, plan=plan)
    return execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=folder).models


ALL = (
    *(ModelChoice(key=key) for key in ("linear", "knn", "tree")),
    ModelChoice(key="forest", params={"n_estimators": 10}),
    ModelChoice(key="hist_boosting", params={"rounds": 10}),
    ModelChoice(key="lightgbm", params={"rounds": 10}),
)


def test_every_model_has_the_same_numbers_with_the_cache_and_without(workspace, stored, tmp_path):
    from core.store.workspace import Workspace

    bare = Workspace(Settings(workspace=workspace.root, cache_mb=0))
    plain = _run(bare, stored, tmp_path / "plain", *ALL)
    bare.database.close()
    assert not (workspace.root / "cache").exists()
    fresh = _run(workspace, stored, tmp_path / "fresh", *ALL)
    shared = _run(workspace, stored, tmp_path / "shared", *ALL)
    for one, two, three in zip(plain, fresh, shared, strict=True):
        assert one.status == "ok", one.reason
        assert one.scores == two.scores == three.scores
        assert one.holdout == two.holdout == three.holdout
        assert three.prepare_shared
        assert three.prepare_s > 0
    linear = [result for result in fresh if result.key in ("linear", "knn")]
    assert [result.prepare_shared for result in linear] == [False, True]
    assert linear[0].prepare_s == linear[1].prepare_s


def test_the_steps_of_the_fit_are_no_part_of_what_is_shared_and_stay_inside_the_folds(workspace, stored, tmp_path):
    from core.models.persistence import load_model
    from core.prepare.plan import StepChoice

    bare = default_plan([c for c in stored.columns if c.name != "y"])
    extra = (StepChoice(step="over_sample"), StepChoice(step="move_threshold", params={"criterion": "f1"}))
    moved_plan = bare.model_copy(update={"steps": (*bare.steps, *extra)})
    choices = (ModelChoice(key="linear"), ModelChoice(key="linear", name="moved", plan=moved_plan))
    plain, moved = _run(workspace, stored, tmp_path / "run", *choices, plan=bare)
    assert moved.status == "ok", moved.error.traceback
    assert plain.threshold is None
    assert moved.prepare_shared
    held = pd.read_parquet(tmp_path / "run" / "moved" / "holdout.parquet")
    labels = np.where(held["probability_yes"] >= moved.threshold, "yes", "no")
    assert list(held["prediction"]) == list(labels)
    assert load_model(tmp_path / "run" / "moved").threshold.value == moved.threshold


def test_a_model_that_cannot_be_weighted_says_so_on_the_board(workspace, stored, tmp_path):
    from core.prepare.plan import StepChoice

    bare = default_plan([c for c in stored.columns if c.name != "y"])
    plan = bare.model_copy(update={"steps": (*bare.steps, StepChoice(step="weigh_classes"))})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        knn, baseline = _run(
            workspace, stored, tmp_path / "run", ModelChoice(key="knn"), ModelChoice(key="baseline"), plan=plan
        )
    assert knn.status == "failed"
    assert "takes no weights" in knn.reason
    assert "sampling" in knn.remedy
    assert baseline.status == "ok"


def test_policies_that_change_rows_have_entries_of_their_own(folds):
    """A category that no training row had counts as missing in one column or in another."""
    frame = pd.DataFrame({"a": list("xyxyxyxyxyz"), "b": list("xyxyxyxyxyw")}, dtype=object)
    table = describe(frame, dict.fromkeys(frame, ColumnKind.CATEGORICAL))
    rows = FoldRows(frame, np.arange(10), np.arange(10, 11), LABELS[:10])
    made = []
    for column in ("a", "b"):
        policies = {column: ColumnPolicy(unseen="as_missing")}
        plan = default_plan(table.columns).model_copy(update={"policies": policies})
        compiled = compile_plan(plan, table.columns, InputNeeds())
        made.append(prepare_fold(compiled, rows, folds=folds, settings=settings_of(compiled, "y")))
    assert not made[1].is_shared
    assert made[0].transformer.named_steps["admit"].columns == ["a"]
    assert made[1].transformer.named_steps["admit"].columns == ["b"]
