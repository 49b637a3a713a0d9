"""Runs handed to an MLflow tracking server through its REST API (version 2.0), without MLflow itself.

Each model of a run becomes an MLflow run in the experiment that has the project's name: its parameters, its scores
with their intervals and folds, its losses by epoch, and tags that lead back to the run here.
"""

from __future__ import annotations

import json
import math
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from core.errors import LatheError
from core.run.result import ModelResult
from core.run.runs import Run
from core.types import ModelStatus

TIMEOUT_S = 10.0
MOST_METRICS, MOST_PARAMS, MOST_TAGS = 900, 100, 50
"""Of one request: the API takes 1,000 metrics, 100 parameters and 100 tags."""
LONGEST_PARAM = 500
_STATUS = {ModelStatus.OK: "FINISHED", ModelStatus.FAILED: "FAILED", ModelStatus.SKIPPED: "KILLED"}
_UNFIT = re.compile(r"[^A-Za-z0-9_\-. /]+")


class Sent(BaseModel):
    """What was sent: the experiment's id and the MLflow run of each model by its label; or why nothing was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    experiment: str = ""
    runs: dict[str, str] = Field(default_factory=dict)
    problem: str = ""


def send_run(run: Run, results: Sequence[ModelResult], *, url: str, project: str, timeout_s: float = TIMEOUT_S) -> Sent:
    """Send the models of a run to a tracking server.

    Parameters
    ----------
    run : Run
        Where they come from.
    results : sequence of ModelResult
        Models to send; each becomes a new MLflow run.
    url : str
        Address of the server, with or without "/api/2.0/mlflow".
    project : str
        Name of the experiment; made where it is missing.
    timeout_s : float
        Seconds that each request may take.

    Raises
    ------
    LatheError
        Where the address is none, the server cannot be reached or refuses; what was sent until then stays there.
    """
    server = _Server(url, timeout_s)
    experiment = server.experiment(project)
    return Sent(
        url=server.url, experiment=experiment, runs={r.label: _send(server, experiment, run, r) for r in results}
    )


def _send(server: _Server, experiment: str, run: Run, result: ModelResult) -> str:
    start = _milliseconds(run.created)
    name = run.name or f"Predict {run.recipe.task.target}"
    head = {
        "experiment_id": experiment,
        "start_time": start,
        "run_name": f"{name}, {result.label}",
        "tags": _tags(run, result),
    }
    made = server.post("runs/create", head)
    run_id = str(made.get("run", {}).get("info", {}).get("run_id", ""))
    if not run_id:
        raise LatheError("The tracking server made a run without an id.", hint="Is the address that of MLflow?")
    params = _params(run, result)
    metrics = list(_metrics(result, _milliseconds(datetime.now(UTC))))
    for batch in _batches(params, MOST_PARAMS):
        server.post("runs/log-batch", {"run_id": run_id, "params": batch})
    for batch in _batches(metrics, MOST_METRICS):
        server.post("runs/log-batch", {"run_id": run_id, "metrics": batch})
    end = start + round(1000 * result.total_s)
    server.post("runs/update", {"run_id": run_id, "status": _STATUS[result.status], "end_time": end})
    return run_id


def _tags(run: Run, result: ModelResult) -> list[dict[str, str]]:
    found = {
        "lathe.run": run.id,
        "lathe.model": result.key,
        "lathe.label": result.label,
        "lathe.dataset": run.recipe.dataset,
        "lathe.recipe": run.recipe.fingerprint(),
        "lathe.status": result.status.value,
        "lathe.device": result.device or "cpu",
        "lathe.reason": result.reason,
        "mlflow.note.content": run.notes,
        **{f"lathe.tag.{number}": tag for number, tag in enumerate(run.tags, start=1)},
    }
    return [{"key": key, "value": value[:5000]} for key, value in found.items() if value][:MOST_TAGS]


def _params(run: Run, result: ModelResult) -> list[dict[str, str]]:
    task = run.recipe.task
    found: dict[str, Any] = {
        "model": result.key,
        "target": task.target,
        "task": task.kind.value,
        "folds": task.split.folds,
        "split": task.split.kind.value,
        "seed": run.recipe.seed,
        **{f"param.{name}": value for name, value in result.params.items()},
    }
    return [{"key": _key(key), "value": str(value)[:LONGEST_PARAM]} for key, value in found.items()]


def _metrics(result: ModelResult, now: int) -> Iterator[dict[str, Any]]:
    """Return scores, intervals, folds and epochs; a value that is not finite has no place in JSON."""
    found: list[tuple[str, float | None, int]] = []
    for score in result.scores:
        found += [(score.metric, score.value, 0), (f"{score.metric}_low", score.low, 0)]
        found.append((f"{score.metric}_high", score.high, 0))
        found += [(f"{score.metric}_fold", value, step) for step, value in enumerate(score.folds)]
    found += [("fit_s", result.fit_s, 0), ("predict_us_per_row", result.predict_us_per_row, 0)]
    found.append(("size_bytes", float(result.size_bytes), 0))
    for epoch in result.epochs:
        where = "final" if epoch.fold < 0 else f"fold{epoch.fold}"
        found += [(f"{where}/train_loss", epoch.train_loss, epoch.epoch)]
        found += [(f"{where}/valid_loss", epoch.valid_loss, epoch.epoch)]
    for key, value, step in found:
        if value is not None and math.isfinite(value):
            yield {"key": _key(key), "value": value, "timestamp": now, "step": step}


def _key(name: str) -> str:
    return _UNFIT.sub("_", name)[:250] or "_"


def _batches(values: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    return (values[start : start + size] for start in range(0, len(values), size))


def _milliseconds(moment: datetime) -> int:
    return round(1000 * moment.timestamp())


class _Server:
    """A tracking server behind its REST API."""

    def __init__(self, url: str, timeout_s: float) -> None:
        parts = urllib.parse.urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise LatheError(
                f"The address of the tracking server must begin with http:// or https://; it is {url!r}.",
                hint="Set LATHE_MLFLOW_URL, or give --url.",
                field="url",
            )
        self.url = url.strip().rstrip("/").removesuffix("/api/2.0/mlflow")
        self._timeout_s = timeout_s

    def experiment(self, name: str) -> str:
        """Return the id of the experiment called ``name``, which is made where it is missing."""
        found = self._ask(
            "experiments/get-by-name?" + urllib.parse.urlencode({"experiment_name": name}), missing_ok=True
        )
        if found is not None:
            return str(found.get("experiment", {}).get("experiment_id", ""))
        return str(self.post("experiments/create", {"name": name}).get("experiment_id", ""))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send JSON and return the answer."""
        return self._ask(path, body) or {}

    def _ask(
        self, path: str, body: Mapping[str, Any] | None = None, *, missing_ok: bool = False
    ) -> dict[str, Any] | None:
        data = None if body is None else json.dumps(body, allow_nan=False).encode()
        request = urllib.request.Request(
            f"{self.url}/api/2.0/mlflow/{path}", data=data, headers={"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_s) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            if error.code == 404 and missing_ok:
                return None
            raise LatheError(
                f"The tracking server refused ({error.code}): {_said(error)}", hint="Its log may say more.", field="url"
            ) from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise LatheError(
                f"The tracking server at {self.url} cannot be reached: {reason}.",
                hint="Is it running, and is the address right?",
                field="url",
            ) from error
        try:
            found = json.loads(text or b"{}")
        except ValueError as error:
            raise LatheError(
                f"What answers at {self.url} is no tracking server: its answer is not JSON.", field="url"
            ) from error
        return found if isinstance(found, dict) else {}


def _said(error: urllib.error.HTTPError) -> str:
    """Return the reason that a refusal gives."""
    try:
        body = json.loads(error.read(10_000) or b"{}")
    except (ValueError, OSError):
        return str(error.reason)
    return str(body.get("message") or error.reason)[:300] if isinstance(body, dict) else str(error.reason)
