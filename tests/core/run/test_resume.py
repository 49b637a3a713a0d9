"""Going on after a Stop or a crash, and stopping with what is there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from core.data.ingest import ingest
from core.data.task import Split, Task
from core.errors import RunCancelled
from core.models.checkpoints import current_checkpoints
from core.models.progress import EpochEvent, notify_epoch
from core.models.stopping import should_finish
from core.run.context import SilentContext
from core.run.environment import environment
from core.run.execute import execute
from core.run.folds import FitState, FoldStore, JudgedFold, progress_folder
from core.run.recipe import Budget, ModelChoice, Recipe
from core.run.result import EpochRecord, ModelResult
from core.store.projects import ProjectStore
from core.types import ModelStatus, TaskKind

EPOCHS = 6


class StopsAt(SilentContext):
    """Is told to stop once ``fits`` fits have begun, or to keep what is there once ``told()`` says so."""

    def __init__(self, fits: int = 99, finish: Any = None) -> None:
        super().__init__()
        self.fits, self.stages, self.finish = fits, [], finish
        self.values: list[Mapping[str, Any]] = []

    def report(self, fraction: float, stage: str, message: str = "", **values: Any) -> None:
        self.values.append(values)
        if ("fold" in stage or "final" in stage) and message.startswith("Fitting"):
            self.stages.append(stage)

    def should_stop(self) -> bool:
        return len(self.stages) >= self.fits

    def should_finish(self) -> bool:
        return bool(self.finish and self.finish(self))


class Learner(ClassifierMixin, BaseEstimator):
    """Counts epochs as a network does: keeps its place, ends when asked."""

    log: list[tuple[int, int]] = []

    def fit(self, X: Any, y: Any) -> Learner:
        kept = current_checkpoints()
        state = kept.load() if kept else None
        first = 1 + (int(state["epoch"]) if state else 0)
        self.classes_, self.n_features_in_ = np.unique(y), X.shape[1]
        self.epochs_ = first - 1
        for epoch in range(first, EPOCHS + 1):
            self.epochs_ = epoch
            if kept:
                kept.save({"epoch": np.asarray(epoch)})
            notify_epoch(EpochEvent(epoch, EPOCHS, 1.0 / epoch, learning_rate=0.1, gradient_norm=2.0, memory_mb=7.0))
            if should_finish():
                break
        self.log.append((first, self.epochs_))
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        share = np.full(len(X), self.epochs_ / 10)
        return np.column_stack([1 - share, share])


@pytest.fixture
def dataset(workspace: Any, tmp_path: Path) -> Any:
    rng = np.random.default_rng(0)
    x = rng.normal(size=90)
    frame = pd.DataFrame({"x": x, "z": rng.normal(size=90), "y": np.where(x > rng.normal(size=90), "yes", "no")})
    frame.to_csv(tmp_path / "table.csv", index=False)
    project = ProjectStore(workspace).create("resume")
    return ingest(workspace, tmp_path / "table.csv", project_id=project.id, name="table")


@pytest.fixture
def learner(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Let the tree be a learner by epochs whose state is written at every epoch; return first and last of each fit."""
    monkeypatch.setattr("core.models.spec.ModelSpec.build", lambda *_: Learner())
    monkeypatch.setattr("core.run.training.save_model", lambda *_: None)
    monkeypatch.setattr(FitState.__init__, "__kwdefaults__", {**FitState.__init__.__kwdefaults__, "every_s": 0.0})
    monkeypatch.setattr(Learner, "log", [])
    return Learner.log


def recipe_of(dataset: Any, key: str = "tree", folds: int = 4, **options: Any) -> Recipe:
    task = Task(kind=TaskKind.BINARY, target="y", split=Split(folds=folds))
    recipe = Recipe(dataset=dataset.fingerprint, dataset_id=dataset.id, task=task, models=(ModelChoice(key=key),))
    return recipe.model_copy(update=options)


def run(workspace: Any, dataset: Any, recipe: Recipe, context: Any, folder: Path) -> ModelResult:
    result = execute(recipe, context, workspace=workspace, dataset=dataset, folder=folder, resumable=True)
    return result.models[0]


def test_a_stopped_model_goes_on_with_the_next_fold_to_the_same_scores(
    workspace: Any, dataset: Any, tmp_path: Path
) -> None:
    recipe = recipe_of(dataset)
    whole = run(workspace, dataset, recipe, StopsAt(), tmp_path / "whole")
    with pytest.raises(RunCancelled):
        run(workspace, dataset, recipe, StopsAt(2), tmp_path / "parts")
    again = StopsAt()
    result = run(workspace, dataset, recipe, again, tmp_path / "parts")
    assert again.stages == ["fold 3 of 4", "fold 4 of 4", "final fit"]
    assert (result.scores, result.bootstrap, result.holdout) == (whole.scores, whole.bootstrap, whole.holdout)
    first, second = (pd.read_parquet(tmp_path / name / "tree" / "oof.parquet") for name in ("whole", "parts"))
    pd.testing.assert_frame_equal(first, second)


@pytest.mark.parametrize("change", ["seed", "params", "table"])
def test_nothing_is_taken_over_where_the_numbers_would_differ(
    workspace: Any, dataset: Any, tmp_path: Path, change: str
) -> None:
    recipe = recipe_of(dataset)
    with pytest.raises(RunCancelled):
        run(workspace, dataset, recipe, StopsAt(2), tmp_path)
    if change == "table":
        dataset = dataset.model_copy(update={"fingerprint": "other"})
    changes = {
        "seed": {"seed": 1},
        "params": {"models": (ModelChoice(key="tree", params={"max_depth": 2}),)},
        "table": {"dataset": "other"},
    }
    again = StopsAt()
    run(workspace, dataset, recipe.model_copy(update=changes[change]), again, tmp_path)
    assert again.stages[0] == "fold 1 of 4"


def test_other_models_and_the_time_allowed_change_nothing(dataset: Any, tmp_path: Path) -> None:
    recipe = recipe_of(dataset)
    other = recipe.model_copy(
        update={"models": (*recipe.models, ModelChoice(key="linear")), "budget": Budget(time_limit_s=9)}
    )
    first, second = (progress_folder(tmp_path, one, label="tree", table="t") for one in (recipe, other))
    assert first == second


def test_without_being_asked_nothing_is_kept(workspace: Any, dataset: Any, tmp_path: Path) -> None:
    execute(recipe_of(dataset), SilentContext(), workspace=workspace, dataset=dataset, folder=tmp_path)
    assert not (tmp_path / "tree" / "progress").exists()


def test_a_network_goes_on_from_its_last_epoch(
    workspace: Any, dataset: Any, tmp_path: Path, learner: list[tuple[int, int]]
) -> None:
    class AtEpoch(StopsAt):
        def should_stop(self) -> bool:
            return self.stages[-1:] == ["fold 2 of 4"] and self.values[-1].get("epoch") == 4

    with pytest.raises(RunCancelled):
        run(workspace, dataset, recipe_of(dataset), AtEpoch(), tmp_path)
    result = run(workspace, dataset, recipe_of(dataset), StopsAt(), tmp_path)
    assert result.status is ModelStatus.OK
    # The fifth epoch was done and kept, but the Stop came before its end was told.
    assert learner == [(1, 6), (6, 6), (1, 6), (1, 6), (1, 6)]
    assert {epoch.fold for epoch in result.epochs} == {0, 1, 2, 3, -1}


def test_what_an_epoch_tells_is_kept_and_reported(
    workspace: Any, dataset: Any, tmp_path: Path, learner: list[tuple[int, int]]
) -> None:
    context = StopsAt()
    result = run(workspace, dataset, recipe_of(dataset), context, tmp_path)
    assert result.epochs[0] == EpochRecord(
        fold=0, epoch=1, train_loss=1.0, learning_rate=0.1, gradient_norm=2.0, memory_mb=7.0
    )
    assert {"device": "cpu", "device_reason": ""} in context.values
    told = next(values for values in context.values if "gradient_norm" in values)
    assert (told["learning_rate"], told["gradient_norm"], told["memory_mb"]) == (0.1, 2.0, 7.0)


def ended(workspace: Any, dataset: Any, folder: Path, stage: str, epoch: int = 0) -> ModelResult:
    """Train and say "keep what is there" in ``stage``, from ``epoch`` on."""

    def asked(context: StopsAt) -> bool:
        order = ["fold 1 of 4", "fold 2 of 4", "fold 3 of 4", "fold 4 of 4", "final fit"]
        at = order.index(context.stages[-1]) if context.stages else -1
        here = context.stages[-1:] == [stage] and int(context.values[-1].get("epoch") or 0) >= epoch
        return here or at > order.index(stage)

    return run(workspace, dataset, recipe_of(dataset), StopsAt(finish=asked), folder)


def test_a_fold_that_is_cut_is_dropped_where_others_are_whole(
    workspace: Any, dataset: Any, tmp_path: Path, learner: list[tuple[int, int]]
) -> None:
    result = ended(workspace, dataset, tmp_path, "fold 3 of 4", 2)
    assert learner == [(1, 6), (1, 6), (1, 2), (1, 6)]
    assert result.ended_early == "scored on 2 of 4 folds, as you asked"
    assert len(result.scores[0].folds) == 2
    assert result.bootstrap == ()
    assert set(pd.read_parquet(tmp_path / "tree" / "oof.parquet")["fold"]) == {0, 1}


def test_where_the_first_fold_is_cut_the_final_model_learns_as_long(
    workspace: Any, dataset: Any, tmp_path: Path, learner: list[tuple[int, int]]
) -> None:
    result = ended(workspace, dataset, tmp_path, "fold 1 of 4", 3)
    assert learner == [(1, 3), (1, 3)]
    assert result.ended_early == "ended by you after epoch 3; scored on 1 of 4 folds, as you asked"


def test_a_final_fit_that_is_cut_says_that_the_scores_are_of_whole_ones(
    workspace: Any, dataset: Any, tmp_path: Path, learner: list[tuple[int, int]]
) -> None:
    result = ended(workspace, dataset, tmp_path, "final fit", 2)
    assert learner[-1] == (1, 2)
    assert "the final fit was ended by you after epoch 2" in result.ended_early
    assert len(result.bootstrap) > 0


def test_a_model_without_epochs_finishes_its_fold_and_the_final_fit(
    workspace: Any, dataset: Any, tmp_path: Path
) -> None:
    result = ended(workspace, dataset, tmp_path, "fold 2 of 4")
    assert result.ended_early == "scored on 2 of 4 folds, as you asked"
    assert result.holdout


def test_a_kept_fold_comes_back_as_it_was_and_a_damaged_one_is_judged_anew(tmp_path: Path) -> None:
    from core.models.fitted import Predictions

    store = FoldStore(tmp_path)
    labels = np.array(["yes", "nö"], dtype=object)
    fold = JudgedFold(
        fold=1,
        predictions=Predictions(labels, np.array([[0.25, 0.75], [1.0, 0.0]])),
        predict_s=0.5,
        learned=Predictions(np.array([1.5, np.pi])),
        learned_rows=np.array([3, 1]),
        epochs=(EpochRecord(fold=1, epoch=1, train_loss=0.1),),
        warnings=("odd",),
    )
    store.save(fold)
    again = FoldStore(tmp_path).load(1)
    assert again is not None
    assert again.predictions is not None
    assert again.learned is not None
    assert again.predictions.values.dtype == object
    assert list(again.predictions.values) == list(labels)
    assert (again.epochs, again.warnings, again.predict_s) == (fold.epochs, fold.warnings, 0.5)
    assert (again.learned.values == fold.learned.values).all()
    assert (again.learned_rows == [3, 1]).all()
    (tmp_path / "fold.1.npz").write_bytes(b"PK\x03\x04 broken")
    assert store.load(1) is None
    assert store.load(0) is None


def test_states_are_written_at_intervals_one_for_each_fit_of_a_fold(tmp_path: Path) -> None:
    now = [0.0]
    state = FitState(tmp_path / "state.0.npz", every_s=3.0, clock=lambda: now[0])
    assert state.load() is None
    state.save({"epoch": np.asarray(1)})
    assert not list(tmp_path.iterdir())
    now[0] = 3.0
    state.save({"epoch": np.asarray(2)})
    now[0] = 4.0
    state.save({"epoch": np.asarray(3)})
    assert state.load() is None
    again = FitState(tmp_path / "state.0.npz")
    kept = again.load()
    assert kept is not None
    assert int(kept["epoch"]) == 2
    assert again.load() is None


def test_a_failed_fit_is_not_taken_up_where_it_failed(
    workspace: Any, dataset: Any, tmp_path: Path, learner: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(self: Learner, X: Any) -> np.ndarray:
        raise ValueError("odd")

    monkeypatch.setattr(Learner, "predict_proba", fails)
    result = run(workspace, dataset, recipe_of(dataset), StopsAt(), tmp_path)
    assert result.status is ModelStatus.FAILED
    assert not list(tmp_path.rglob("state*"))


def test_other_code_or_another_library_goes_on_from_nothing(
    dataset: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def folder() -> Path:
        return progress_folder(tmp_path, recipe_of(dataset), label="tree", table="t")

    first = folder()
    assert {"catboost", "statsmodels"} <= set(environment())
    assert {"xgboost", "xgboost-cpu"} & set(environment())
    monkeypatch.setattr("core.run.folds._code", lambda: "changed")
    changed = folder()
    monkeypatch.setattr("core.run.folds.environment", lambda: environment() | {"xgboost": "0"})
    assert len({first, changed, folder()}) == 3
