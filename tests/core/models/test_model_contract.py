"""One contract over every registered model and task; networks are trained in processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from functools import cache
from pathlib import Path

import pytest

from core.models.registry import MODELS
from core.models.remarks import FitNote
from core.models.spec import ModelSpec
from core.types import TaskKind
from tests.core.models import contract

ROOT = Path(__file__).parents[3]
CLASSIC = tuple(model for model in MODELS if model.framework.pool == "classic")
EVERY = [(model, task) for model in MODELS for task in model.tasks]
IDS = [f"{model.key}-{task.value}" for model, task in EVERY]


def run(*arguments: str) -> None:
    """Run the contract as a program."""
    command = [sys.executable, "-m", "tests.core.models.contract", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stderr[-4000:]


@pytest.fixture(scope="module")
def folder_of(tmp_path_factory: pytest.TempPathFactory):
    """Return a folder for the models of a pool."""

    @cache
    def folder(pool: str) -> Path:
        return tmp_path_factory.mktemp(pool)

    return folder


@pytest.fixture(scope="module")
def outcomes_of(folder_of):
    """Return the outcomes of all checks of a framework's networks, done once in a process of its own."""

    @cache
    def outcomes(pool: str) -> dict[str, str]:
        folder = folder_of(pool)
        run("check", ",".join(model.key for model in MODELS if model.framework.pool == pool), str(folder))
        return json.loads((folder / "check.json").read_text(encoding="utf-8"))

    return outcomes


@pytest.fixture(scope="module")
def reloaded(folder_of, outcomes_of):
    """Return the outcomes of loading a model in a fresh process; the models of a pool share one."""

    @cache
    def of_pool(pool: str) -> dict[str, str]:
        folder = folder_of(pool)
        if pool == "classic":
            for model in CLASSIC:
                for task in model.tasks:
                    contract.store(model.key, task, folder)
        else:
            assert not [text for check, text in outcomes_of(pool).items() if check.endswith(" store") and text]
        run("reload", str(folder))
        return json.loads((folder / "reload.json").read_text(encoding="utf-8"))

    return lambda model: of_pool(model.framework.pool)


@pytest.mark.parametrize("check", contract.CHECKS)
@pytest.mark.parametrize(("model", "task"), EVERY, ids=IDS)
def test_every_model_keeps_the_contract(model: ModelSpec, task: TaskKind, check: str, outcomes_of) -> None:
    if model in CLASSIC:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            # What Lathe itself tells about a fit, in words, is no warning of a library.
            warnings.simplefilter("ignore", FitNote)
            contract.CHECKS[check](model, task)
    else:
        text = outcomes_of(model.framework.pool)[f"{model.key} {task.value} {check}"]
        assert not text, text


@pytest.mark.parametrize(("model", "task"), EVERY, ids=IDS)
def test_a_stored_model_answers_the_same_in_a_fresh_process(model: ModelSpec, task: TaskKind, reloaded) -> None:
    text = reloaded(model)[f"{model.key}-{task.value}"]
    assert not text, text
