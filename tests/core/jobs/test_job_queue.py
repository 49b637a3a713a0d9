"""The job table as a queue, without any process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, update

from core.errors import NotFound, RunCancelled
from core.jobs.context import JobContext
from core.jobs.events import EventLog, read_events
from core.jobs.job import Job, JobRequest
from core.jobs.perform import perform
from core.jobs.process import own_identity
from core.jobs.queue import JobQueue
from core.store.tables import JobRow, utc_now
from core.store.workspace import Workspace
from core.types import JobState


@pytest.fixture
def queue(workspace: Workspace) -> JobQueue:
    return JobQueue(workspace)


def submit(queue: JobQueue, **options: object) -> Job:
    return queue.submit(JobRequest.model_validate({"kind": "train", **options}))


def start(queue: JobQueue, **options: object) -> Job:
    job = submit(queue, **options)
    pid, started = own_identity()
    assert queue.claim(job.id, pid=pid, process_started=started)
    return queue.get(job.id)


def test_a_request_comes_back_as_it_was(queue: JobQueue) -> None:
    request = JobRequest(
        kind="train", pool="keras", payload={"label": "netz ü", "n": [1, None]}, project_id="p", run_id="r",
        label="netz", title="Train", priority=3, needs_gpu=True, deadline=utc_now() + timedelta(hours=1),
    )  # fmt: skip
    assert queue.get(queue.submit(request).id).request == request


def test_a_job_is_claimed_once_however_many_try(queue: JobQueue) -> None:
    job = submit(queue)
    pid, started = own_identity()
    with ThreadPoolExecutor(8) as threads:
        claims = list(
            threads.map(lambda _: JobQueue(queue.workspace).claim(job.id, pid=pid, process_started=started), range(24))
        )
    assert sum(claims) == 1
    assert queue.get(job.id).state is JobState.RUNNING


def test_a_cancelled_job_cannot_be_claimed(queue: JobQueue) -> None:
    job = submit(queue)
    assert queue.request_stop(job.id).state is JobState.CANCELLED
    assert not queue.claim(job.id, pid=1, process_started=None)


def test_filters(queue: JobQueue) -> None:
    one = submit(queue, project_id="p", run_id="r")
    two = submit(queue, project_id="p", kind="export")
    queue.request_stop(two.id)
    assert [job.id for job in queue.list(project_id="p")] == [two.id, one.id]
    assert [job.id for job in queue.list(run_id="r")] == [one.id]
    assert [job.id for job in queue.list(kinds=["export"])] == [two.id]
    assert [job.id for job in queue.list(states=[JobState.QUEUED])] == [one.id]
    assert [job.id for job in queue.list(limit=1)] == [two.id]
    assert queue.list(project_id="other") == ()


def test_a_number_that_was_handed_out_again_is_not_the_worker(queue: JobQueue) -> None:
    job = submit(queue)
    queue.claim(job.id, pid=os.getpid(), process_started=1.0)
    assert queue.get(job.id).state is JobState.LOST


def test_a_dead_process_is_found_by_reading_and_its_signal_added_by_its_parent(queue: JobQueue) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    lost, cancelled = submit(queue), submit(queue)
    for job in (lost, cancelled):
        queue.claim(job.id, pid=process.pid, process_started=None)
    process.wait()
    queue.request_stop(cancelled.id)
    assert {job.state for job in queue.list(states=[JobState.LOST])} == {JobState.LOST}
    assert queue.get(cancelled.id).state is JobState.CANCELLED
    assert "killed by" not in queue.get(lost.id).error.message
    queue.end_dead(lost.id, -9)
    assert queue.get(lost.id).error.message == (
        "The worker process ended unexpectedly (killed by signal 9). "
        "The machine may have run out of memory, or someone ended it. Other models of this run are not affected."
    )


def test_the_signal_is_added_even_where_a_reader_is_faster_by_a_hair(
    queue: JobQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submit(queue)
    queue.claim(job.id, pid=99_999_999, process_started=1.0)
    seen_running = queue.get_stored(job.id)
    assert queue.get(job.id).state is JobState.LOST
    monkeypatch.setattr(queue, "get_stored", lambda job_id: seen_running)
    queue.end_dead(job.id, -9)
    monkeypatch.undo()
    assert "killed by signal 9" in queue.get(job.id).error.message


def test_a_zombie_does_not_count_as_running(queue: JobQueue) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"], stdout=subprocess.PIPE)
    job = submit(queue)
    queue.claim(job.id, pid=process.pid, process_started=None)
    assert process.stdout is not None
    process.stdout.read()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert queue.get(job.id).state is JobState.LOST
    process.wait()
    process.stdout.close()


@pytest.mark.parametrize(("silent_s", "state"), [(30, JobState.RUNNING), (90, JobState.LOST)])
def test_on_another_machine_the_heartbeat_decides(queue: JobQueue, silent_s: int, state: JobState) -> None:
    job = start(queue)
    with queue.workspace.database.session() as session:
        heard = utc_now() - timedelta(seconds=silent_s)
        session.execute(update(JobRow).values(host="elsewhere", pid=99_999_999, heartbeat=heard))
    assert queue.get(job.id).state is state


def test_an_ended_job_is_not_ended_again(queue: JobQueue) -> None:
    job = start(queue)
    assert queue.succeed(job.id, {"a": 1})
    queue.end_dead(job.id, -9)
    assert queue.request_stop(job.id).state is JobState.SUCCEEDED
    assert queue.get(job.id).result == {"a": 1}


def test_reap_returns_what_it_ended(queue: JobQueue) -> None:
    alive, dead = start(queue), submit(queue)
    queue.claim(dead.id, pid=99_999_999, process_started=1.0)
    assert [job.id for job in queue.reap()] == [dead.id]
    assert queue.reap() == ()
    assert queue.get(alive.id).state is JobState.RUNNING


def test_asking_for_a_job_that_is_not_there(queue: JobQueue) -> None:
    with pytest.raises(NotFound):
        queue.get("nothing")
    assert queue.events("nothing") == ()
    assert queue.state("nothing") is None


def test_every_report_is_an_event_and_the_row_ends_with_the_last(queue: JobQueue) -> None:
    job = start(queue)
    context = JobContext(queue, job.id)
    for epoch in range(200):
        context.report(epoch / 100, f"epoch {epoch}", epoch=epoch)
    context.close()
    events = queue.events(job.id)
    assert [event.values["epoch"] for event in events] == list(range(200))
    assert events[-1].fraction == 1.0
    assert queue.get(job.id).progress.stage == "epoch 199"


def test_a_reader_never_sees_half_an_event(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    done = threading.Event()

    def write() -> None:
        for number in range(1500):
            log.append(number / 1500, "stage", "ü" * (number % 97), {"number": number})
        done.set()

    thread = threading.Thread(target=write)
    thread.start()
    seen = 0
    while not (over := done.is_set()) or seen < 1500:
        found = read_events(path, after=seen)
        assert [event.sequence for event in found] == list(range(seen + 1, seen + 1 + len(found)))
        seen += len(found)
        assert not over or seen == 1500
    thread.join()
    log.close()


def test_a_half_written_last_line_waits_until_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append(0.5, "one", "", {})
    log.close()
    whole = path.read_bytes()
    line = json.dumps({**json.loads(whole), "sequence": 2}).encode() + b"\n"
    for cut in (1, len(line) // 2, len(line) - 1):
        path.write_bytes(whole + line[:cut])
        assert len(read_events(path)) == 1
    path.write_bytes(whole + line)
    assert len(read_events(path)) == 2


def test_a_job_deleted_while_it_worked_ends_without_a_word(
    queue: JobQueue, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = start(queue)

    def deleted(*_: object) -> dict[str, object]:
        with workspace.database.session() as session:
            session.execute(delete(JobRow))
        raise RunCancelled

    monkeypatch.setattr("core.jobs.perform.get_handler", lambda kind: deleted)
    assert perform(queue, job.id) is None
