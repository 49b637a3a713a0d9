"""Runs sent to a tracking server: a small stand-in for one records what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from core.data.task import Task
from core.errors import LatheError
from core.run.mlflow_export import send_run
from core.run.recipe import ModelChoice, Recipe
from core.run.result import EpochRecord, ModelResult, Score
from core.run.runs import Run
from core.store.tables import utc_now
from core.types import Framework, ModelStatus, TaskKind

RUN = Run(
    id="r1",
    project_id="p",
    dataset_id="d",
    recipe=Recipe(task=Task(kind=TaskKind.BINARY, target="left"), models=(ModelChoice(key="tree"),)),
    created=utc_now(),
    tags=("first",),
    notes="A note",
)
RESULT = ModelResult(
    label="tree",
    key="tree",
    title="Decision tree",
    framework=Framework.SKLEARN,
    status=ModelStatus.OK,
    params={"max_depth": 4},
    scores=(Score(metric="roc_auc", value=0.8, low=0.7, high=float("nan"), folds=(0.75, 0.85)),),
    epochs=tuple(EpochRecord(fold=-1, epoch=n, train_loss=1.0 / n, valid_loss=None) for n in range(1, 2001)),
    total_s=2.0,
)


class Tracking:
    """What the stand-in was asked, and how it is to answer."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.experiments: dict[str, str] = {}
        self.refuse = ""

    def answer(self, method: str, path: str, body: Any) -> tuple[int, dict[str, Any]]:
        parts = urlsplit(path)
        name = parts.path.removeprefix("/api/2.0/mlflow/")
        self.asked.append((name, body))
        if name == self.refuse:
            return 400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "too long"}
        if method == "GET" and name == "experiments/get-by-name":
            wanted = parse_qs(parts.query)["experiment_name"][0]
            known = self.experiments.get(wanted)
            return (200, {"experiment": {"experiment_id": known}}) if known else (404, {"message": "none"})
        if name == "experiments/create":
            self.experiments[body["name"]] = "7"
            return 200, {"experiment_id": "7"}
        return 200, {"run": {"info": {"run_id": f"m{len(self.asked)}"}}} if name == "runs/create" else {}


@pytest.fixture
def tracking() -> Iterator[tuple[Tracking, str]]:
    told = Tracking()

    class Handler(BaseHTTPRequestHandler):
        def _do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = told.answer(self.command, self.path, json.loads(body or b"null"))
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _do  # noqa: N815 -- the names that the library asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield told, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_run_arrives_with_parameters_scores_and_tags(tracking: tuple[Tracking, str]) -> None:
    told, url = tracking
    sent = send_run(RUN, [RESULT], url=f"{url}/api/2.0/mlflow", project="Churn & more")
    assert told.experiments == {"Churn & more": "7"}
    assert sent.runs == {"tree": "m3"}
    bodies = [body for name, body in told.asked if name == "runs/create"]
    assert bodies[0]["experiment_id"] == "7"
    tags = {tag["key"]: tag["value"] for tag in bodies[0]["tags"]}
    assert tags["lathe.run"] == "r1"
    assert tags["lathe.tag.1"] == "first"
    assert tags["mlflow.note.content"] == "A note"
    batches = [body for name, body in told.asked if name == "runs/log-batch"]
    params = {p["key"]: p["value"] for body in batches for p in body.get("params", ())}
    assert params["param.max_depth"] == "4"
    metrics = [m for body in batches for m in body.get("metrics", ())]
    assert {k: v for k, v in metrics[0].items() if k in ("key", "value")} == {"key": "roc_auc", "value": 0.8}
    assert [m["value"] for m in metrics if m["key"] == "roc_auc_fold"] == [0.75, 0.85]
    assert not any(m["key"] == "roc_auc_high" for m in metrics)
    assert sum(m["key"] == "final/train_loss" for m in metrics) == 2000
    assert all(len(body.get("metrics", ())) <= 1000 for body in batches)
    ended = told.asked[-1]
    assert ended[0] == "runs/update"
    assert ended[1]["status"] == "FINISHED"


def test_an_experiment_that_is_there_is_used(tracking: tuple[Tracking, str]) -> None:
    told, url = tracking
    told.experiments["Churn"] = "3"
    assert send_run(RUN, [RESULT], url=url, project="Churn").experiment == "3"
    assert not any(name == "experiments/create" for name, _ in told.asked)


def test_a_refusal_is_told_in_the_servers_words(tracking: tuple[Tracking, str]) -> None:
    told, url = tracking
    told.refuse = "runs/log-batch"
    with pytest.raises(LatheError, match="too long"):
        send_run(RUN, [RESULT], url=url, project="Churn")


@pytest.mark.parametrize("url", ["ftp://x", "localhost:5000", ""])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(LatheError, match="http"):
        send_run(RUN, [RESULT], url=url, project="Churn")


def test_a_server_that_is_not_there_is_told(tracking: tuple[Tracking, str]) -> None:
    with pytest.raises(LatheError, match="cannot be reached"):
        send_run(RUN, [RESULT], url="http://127.0.0.1:9", project="Churn", timeout_s=2)
