"""Votes and stacks: what they say, that nothing leaks into them, and what may be a member."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.data.ingest import ingest
from core.data.propose import default_task
from core.data.schema import Dataset
from core.data.task import MistakeCost
from core.errors import InvalidInput
from core.jobs.inline import InlineExecutor
from core.jobs.job import JobRequest
from core.jobs.members_first import wait_for_members
from core.jobs.process import own_identity
from core.jobs.queue import JobQueue
from core.jobs.training import add_model, board_results, submit_run
from core.models.persistence import load_model
from core.run.blending import greedy_weights
from core.run.context import SilentContext
from core.run.ensembles import EnsembleTrainer
from core.run.execute import execute, training_data
from core.run.inner_folds import inner_folds
from core.run.members import framework_of, member_problems
from core.run.recipe import ModelChoice, Recipe
from core.run.result import ModelResult
from core.run.runs import RunStore
from core.store.projects import ProjectStore
from core.store.workspace import Workspace
from core.types import Framework, ModelStatus, SplitKind, TaskKind

ROWS = 120
MEMBERS = (ModelChoice(key="linear"), ModelChoice(key="tree", name="small tree", params={"max_depth": 3}))
LABELS = tuple(choice.label for choice in MEMBERS)
VOTE = ModelChoice(key="voting", members=LABELS)
GREEDY = ModelChoice(key="voting", name="greedy", params={"weights": "greedy", "inner_folds": 2}, members=LABELS)
STACK = ModelChoice(key="stacking", params={"inner_folds": 2}, members=LABELS)


def people(kind: TaskKind, rows: int = ROWS, *, dated: bool = False) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    x, shop = rng.normal(size=rows), rng.choice(["a", "b", "c", "d", "e", "f"], rows)
    signal = x + (shop == "a") + rng.normal(0, 0.5, rows)
    y: Any = np.where(signal > 0.2, "yes", "no")
    if kind is TaskKind.MULTICLASS:
        y = np.asarray(["low", "mid", "top"])[np.digitize(signal, [-0.3, 0.8])]
    if kind is TaskKind.REGRESSION:
        y = 1e6 * signal
    frame = pd.DataFrame({"x": x.round(4), "shop": shop, "y": y})
    return frame.assign(day=pd.date_range("2024-01-01", periods=rows).strftime("%Y-%m-%d")) if dated else frame


@pytest.fixture
def store(workspace: Workspace, tmp_path: Path) -> Any:
    def stored(frame: pd.DataFrame) -> Dataset:
        path = tmp_path / "people.csv"
        frame.to_csv(path, index=False)
        return ingest(workspace, path, project_id=ProjectStore(workspace).create("P").id, name="people")

    return stored


def recipe_of(dataset: Dataset, task_kind: TaskKind, *ensembles: ModelChoice, **split: Any) -> Recipe:
    task = default_task(dataset, "y", task_kind)
    task = task.model_copy(update={"split": task.split.model_copy(update={"folds": 2, **split})})
    return Recipe(dataset=dataset.fingerprint, dataset_id=dataset.id, task=task, models=(*MEMBERS, *ensembles), seed=1)


def raced(workspace: Workspace, dataset: Dataset, recipe: Recipe) -> tuple[str, dict[str, ModelResult]]:
    project = dataset.project_id
    run = submit_run(workspace, InlineExecutor(workspace), project, recipe)
    results = {result.label: result for result in board_results(workspace, run.id)}
    assert all(result.status is ModelStatus.OK for result in results.values()), [r.reason for r in results.values()]
    return run.id, results


def oof(workspace: Workspace, result: ModelResult) -> pd.DataFrame:
    return pd.read_parquet(workspace.path(result.path) / "oof.parquet").set_index("row").sort_index()


def said(table: pd.DataFrame) -> np.ndarray:
    shares = [name for name in table if name.startswith("probability_")]
    return table[shares].to_numpy() if shares else table[["prediction"]].to_numpy()


@pytest.mark.parametrize("kind", [TaskKind.BINARY, TaskKind.REGRESSION])
def test_a_vote_on_the_board_is_the_mean_of_its_members_and_reloads(
    workspace: Workspace, store: Any, kind: TaskKind
) -> None:
    dataset = store(people(kind))
    recipe = recipe_of(dataset, kind, VOTE, STACK)
    _, results = raced(workspace, dataset, recipe)
    mean = np.mean([said(oof(workspace, results[label])) for label in LABELS], axis=0)
    np.testing.assert_allclose(said(oof(workspace, results["voting"])), mean, rtol=1e-12)
    # What the run had stored already is what fitting the members anew gives.
    elsewhere = workspace.folder("elsewhere")
    alone = execute(
        recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=elsewhere, label="voting"
    ).models[0]
    assert [str(score) for score in alone.scores] == [str(score) for score in results["voting"].scores]
    # The one was fitted fold by fold, the other of models that were there: both know how it does on its own rows.
    assert len(alone.learned[0].folds) == 2
    assert len(results["voting"].learned[0].folds) == 1
    for label in ("voting", "stacking"):
        fitted = load_model(workspace.path(results[label].path))
        frame = training_data(workspace, dataset, recipe)[0].frame
        locked = pd.read_parquet(workspace.path(results[label].path) / "holdout.parquet")
        np.testing.assert_array_equal(fitted.predict(frame.iloc[locked["row"]]).values, locked["prediction"].to_numpy())
    assert results["stacking"].score(results["stacking"].scores[0].metric) is not None


def test_a_model_joins_a_run_that_is_done(workspace: Workspace, store: Any) -> None:
    dataset = store(people(TaskKind.BINARY))
    run_id, before = raced(workspace, dataset, recipe_of(dataset, TaskKind.BINARY))
    run = add_model(workspace, InlineExecutor(workspace), run_id, GREEDY)
    after = {result.label: result for result in board_results(workspace, run_id)}
    assert [choice.label for choice in run.recipe.models] == ["baseline", *LABELS, "greedy"]
    assert after["greedy"].status is ModelStatus.OK
    assert {label: after[label].scores for label in before} == {label: one.scores for label, one in before.items()}
    assert len(after["greedy"].bootstrap) == len(after["linear"].bootstrap)
    with pytest.raises(InvalidInput, match="more than once"):
        add_model(workspace, InlineExecutor(workspace), run_id, GREEDY)


def test_greedy_weights_follow_what_mistakes_cost(workspace: Workspace, store: Any) -> None:
    dataset = store(people(TaskKind.BINARY))
    recipe = recipe_of(dataset, TaskKind.BINARY, GREEDY)
    costs = (MistakeCost(true="yes", called="no", cost=9.0), MistakeCost(true="no", called="yes", cost=1.0))
    task = recipe.task.model_copy(update={"metric": "cost", "costs": costs})
    _, results = raced(workspace, dataset, recipe.model_copy(update={"task": task}))
    assert results["greedy"].scores[0].metric == "cost"


def test_a_shuffled_target_stays_at_chance(workspace: Workspace, store: Any) -> None:
    frame = people(TaskKind.BINARY, 240)
    frame["y"] = np.random.default_rng(0).permutation(frame["y"].to_numpy())
    dataset = store(frame)
    deep = ModelChoice(key="tree", name="small tree", params={"max_depth": None, "min_samples_leaf": 1})
    recipe = recipe_of(dataset, TaskKind.BINARY, STACK, GREEDY)
    recipe = recipe.model_copy(update={"models": (MEMBERS[0], deep, STACK, GREEDY)})
    _, results = raced(workspace, dataset, recipe)
    for label in ("stacking", "greedy"):
        score = results[label].score("roc_auc")
        assert score is not None
        assert 0.38 < score.value < 0.62


def test_members_and_rule_see_only_rows_that_the_fold_learns_from(
    workspace: Workspace, store: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = store(people(TaskKind.BINARY))
    recipe = recipe_of(dataset, TaskKind.BINARY, STACK)
    data, _ = training_data(workspace, dataset, recipe)
    seen: list[np.ndarray] = []
    from core.run.trainer import Trainer

    fit = Trainer.fit

    def watched(self: Trainer, rows: np.ndarray, test: np.ndarray, **more: Any) -> Any:
        seen.append(np.concatenate([rows, test] if more["fold"] != 77 else [rows]))
        return fit(self, rows, test, **more)

    monkeypatch.setattr(Trainer, "fit", watched)
    from core.run.devices import resolve_for

    trainer = EnsembleTrainer(
        _spec("stacking"), {"penalty": 1.0, "inner_folds": 2}, STACK, recipe, data, SilentContext(), resolve=resolve_for
    )
    learned, judged = data.split.folds[0]
    trainer.fit(learned, judged, fold=77)
    assert len(seen) == 3 * len(MEMBERS)
    assert not any(set(rows) & set(judged) for rows in seen)


def test_members_are_fitted_whole_where_the_person_wants_what_is_there(workspace: Workspace, store: Any) -> None:
    class Asked(SilentContext):
        def should_finish(self) -> bool:
            return True

    from core.run.devices import resolve_for

    dataset = store(people(TaskKind.BINARY))
    data, _ = training_data(workspace, dataset, recipe_of(dataset, TaskKind.BINARY, STACK))
    recipe = recipe_of(dataset, TaskKind.BINARY, STACK)
    params = {"penalty": 1.0, "inner_folds": 2}
    trainer = EnsembleTrainer(_spec("stacking"), params, STACK, recipe, data, Asked(), resolve=resolve_for)
    # Asked for, it ends after the present fold: no member and no rule is learned from cut ones.
    assert trainer.ending.is_asked
    assert not any(member.trainer.ending.is_asked for member in trainer.members)


def _spec(key: str) -> Any:
    from core.models.registry import get_model

    return get_model(key)


def test_inner_folds_keep_groups_apart_and_never_learn_from_later(workspace: Workspace, store: Any) -> None:
    dataset = store(people(TaskKind.REGRESSION, dated=True))
    by_shop = recipe_of(dataset, TaskKind.REGRESSION, kind=SplitKind.GROUP, group="shop", holdout=0.0)
    data, _ = training_data(workspace, dataset, by_shop)
    rows = data.split.folds[0][0]
    shop = data.frame["shop"].to_numpy()
    for fit, test in inner_folds(data, rows, folds=3, seed=0):
        assert not set(shop[fit]) & set(shop[test])
        assert set(fit) | set(test) <= set(rows)
    by_day = recipe_of(dataset, TaskKind.REGRESSION, kind=SplitKind.TIME, time="day", holdout=0.0)
    data, _ = training_data(workspace, dataset, by_day)
    day = data.frame["day"].to_numpy()
    for fit, test in inner_folds(data, data.split.folds[-1][0], folds=3, seed=0):
        assert day[fit].max() < day[test].min()


def test_greedy_selection_finds_the_member_that_helps() -> None:
    truth = np.asarray([1.0, 2.0, 3.0, 4.0])
    off = np.asarray([1, -1, 1, -1])
    members = np.stack([truth + off, truth - off, truth + 9], axis=1)
    weights = greedy_weights(3, lambda w: -float(np.abs(members @ w - truth).mean()), picks=20)
    np.testing.assert_allclose(weights, [0.5, 0.5, 0.0])


@pytest.mark.parametrize(
    ("members", "said_of"),
    [
        (("linear",), "at least 2"),
        (("linear", "linear"), "at least 2"),
        (("linear", "baseline"), "baseline"),
        (("linear", "nobody"), "'nobody'"),
        (("linear", "vote"), "other models itself"),
        (("torch_net", "keras_net"), "PyTorch and Keras"),
    ],
)
def test_what_cannot_be_a_member_is_refused_with_the_reason(members: tuple[str, ...], said_of: str) -> None:
    keys = ("baseline", "linear", "tree", "torch_net", "keras_net")
    vote = ModelChoice(key="voting", name="vote", members=("linear", "tree"))
    mine = ModelChoice(key="stacking", name="mine", members=members)
    recipe = _bare(*(ModelChoice(key=key) for key in keys), vote, mine)
    assert said_of in " ".join(problem.message for problem in member_problems(mine, recipe))
    assert not member_problems(vote, recipe)
    assert all(problem.hint and problem.field == "models.mine.members" for problem in member_problems(mine, recipe))


def test_an_ensemble_works_where_its_network_does() -> None:
    torch = ModelChoice(key="voting", members=("linear", "torch_net"))
    recipe = _bare(ModelChoice(key="linear"), ModelChoice(key="torch_net"), torch)
    assert framework_of(torch, recipe) is Framework.TORCH
    assert framework_of(ModelChoice(key="linear"), recipe) is Framework.SKLEARN
    assert [choice.label for choice in recipe.only("voting").models] == ["linear", "torch_net", "voting"]
    assert [choice.label for choice in recipe.only("linear").models] == ["linear"]


def _bare(*models: ModelChoice) -> Recipe:
    from core.data.task import Task

    return Recipe(task=Task(kind=TaskKind.BINARY, target="y"), models=models)


def test_the_rows_learned_from_are_scored(workspace: Workspace, store: Any) -> None:
    dataset = store(people(TaskKind.BINARY))
    recipe = recipe_of(dataset, TaskKind.BINARY)
    by_heart = ModelChoice(key="tree", params={"max_depth": None, "min_samples_leaf": 1})
    recipe = recipe.model_copy(update={"models": (by_heart,)})
    result = execute(recipe, SilentContext(), workspace=workspace, dataset=dataset, folder=workspace.folder("r"))
    learned = {score.metric: score for score in result.models[0].learned}
    assert learned["accuracy"].value == pytest.approx(1.0)
    assert len(learned["accuracy"].folds) == 2
    unseen = result.models[0].score("accuracy")
    assert unseen is not None
    assert unseen.value < 0.9


class _Watched(SilentContext):
    """Ends the member's job after some reports, as another worker would."""

    def __init__(self, end: Any) -> None:
        super().__init__()
        self.end, self.told = end, []

    def report(self, fraction: float, stage: str, message: str = "", **values: Any) -> None:
        self.told.append(message)
        if len(self.told) == 2:
            self.end()


def test_an_ensemble_waits_for_members_at_work_and_for_no_others(workspace: Workspace, store: Any) -> None:
    dataset = store(people(TaskKind.BINARY))
    recipe = recipe_of(dataset, TaskKind.BINARY, VOTE)
    run = RunStore(workspace).create(dataset.project_id, recipe, dataset)
    queue = JobQueue(workspace)
    job, _ = (
        queue.submit(JobRequest(kind="train", run_id=run.id, label=label, project_id=dataset.project_id))
        for label in LABELS
    )
    assert queue.claim(job.id, pid=own_identity()[0], process_started=own_identity()[1])
    context = _Watched(lambda: queue.succeed(job.id, {}))
    wait_for_members(workspace, run.id, "voting", recipe, context, poll_s=0.0)
    assert context.told == ["Waiting for linear"] * 2
    wait_for_members(workspace, run.id, "linear", recipe, context, poll_s=0.0)
    assert len(context.told) == 2
