"""A workspace of an earlier version, opened by this one."""

from __future__ import annotations

import json
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

import core.store.migrations
from core.data.task import Task
from core.run.recipe import ModelChoice, Recipe
from core.run.run_list import run_summary
from core.run.runs import RunStore
from core.settings import Settings
from core.store.database import Database
from core.store.workspace import Workspace
from core.types import TaskKind


def at_revision(root: Path, revision: str) -> Database:
    """Return a database as an earlier version left it."""
    root.mkdir()
    database = Database(f"sqlite:///{root / 'lathe.db'}")
    config = Config()
    config.set_main_option("script_location", str(Path(core.store.migrations.__file__).parent))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    return database


def test_runs_of_an_earlier_version_are_listed_with_their_best_model(tmp_path: Path) -> None:
    root = tmp_path / "old"
    database = at_revision(root, "0002")
    recipe = Recipe(task=Task(kind=TaskKind.BINARY, target="left"), models=(ModelChoice(key="tree"),) * 2)
    body = {"title": "Decision tree", "status": "ok", "scores": [{"metric": "roc_auc", "value": 0.8}]}
    with database.engine.begin() as connection:
        project = "INSERT INTO projects VALUES ('p', 'Old', '2025-01-01', '2025-01-01', '{}')"
        run = "INSERT INTO runs VALUES ('r', 'p', 'd', 'First', :recipe, '2025-01-01', NULL, 3)"
        model = "INSERT INTO model_results VALUES ('r', :label, :body, '2025-01-01')"
        connection.execute(text(project))
        connection.execute(text(run), {"recipe": recipe.model_dump_json()})
        connection.execute(text(model), {"label": "tree", "body": json.dumps(body)})
        lost = {**body, "scores": [{"metric": "roc_auc", "value": float("nan")}]}
        connection.execute(text(model), {"label": "lost", "body": json.dumps(lost)})
    database.close()
    workspace = Workspace(Settings(workspace=root))
    found = run_summary(workspace, "r")
    assert (found.target, found.kind, found.models, found.scored) == ("left", TaskKind.BINARY, 2, 1)
    assert (found.best, found.score, found.tags, found.favourite) == ("Decision tree", 0.8, (), False)
    run = RunStore(workspace).annotate("r", notes="kept", tags=["old"])
    assert (run.holdout_looks, run.notes, run.tags, run.recipe) == (3, "kept", ("old",), recipe)
    workspace.database.close()
