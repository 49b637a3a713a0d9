"""Stop, death and survival of real processes."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from datetime import timedelta

import psutil
from job_lab import Lab, until
from sqlalchemy import update

from core.jobs.launch import dispatcher_lock
from core.jobs.process import process_start
from core.store.projects import ProjectStore
from core.store.tables import JobRow, utc_now
from core.types import JobState

MakeLab = Callable[..., Lab]


def is_gone(pid: int | None) -> bool:
    return pid is not None and process_start(pid) is None


def test_a_waiting_job_shows_its_place_and_is_cancelled_at_once(make_lab: MakeLab) -> None:
    lab = make_lab(workers=1)
    busy = lab.running(lab.submit("wait_for_file"))
    waiting = [lab.submit("add"), lab.submit("add"), lab.submit("add", priority=1)]
    assert busy.position == 0
    assert [lab.queue.get(job.id).position for job in waiting] == [2, 3, 1]
    assert lab.executor.stop(waiting[2].id).state is JobState.CANCELLED
    assert [lab.queue.get(job.id).position for job in waiting] == [1, 2, 0]
    assert [job.id for job in lab.queue.list(states=[JobState.QUEUED])] == [waiting[1].id, waiting[0].id]
    lab.release_file.touch()
    ended = lab.finish(busy, *waiting)
    assert [job.state for job in ended] == [JobState.SUCCEEDED] * 3 + [JobState.CANCELLED]
    assert ended[1].started < ended[2].started


def test_stop_reaches_a_handler_that_asks_and_its_process_leaves(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.running(lab.submit("wait_for_file"))
    assert lab.executor.stop(job.id).state in (JobState.CANCELLING, JobState.CANCELLED)
    (ended,) = lab.finish(job)
    assert ended.state is JobState.CANCELLED
    until(lambda: is_gone(job.pid))


def test_stop_ends_a_handler_that_sits_in_c_with_its_children(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.running(lab.submit("hold_the_gil"), "stuck")
    child = int(lab.release_file.read_text())
    lab.executor.stop(job.id)
    (ended,) = lab.finish(job)
    assert (ended.state, ended.error) == (JobState.CANCELLED, None)
    assert (ended.finished - ended.stop_requested) < timedelta(seconds=10)
    assert is_gone(job.pid)
    until(lambda: is_gone(child))


def test_a_killed_worker_costs_its_job_and_no_other(make_lab: MakeLab) -> None:
    lab = make_lab()
    victim, other = lab.submit("wait_for_file", run_id="r"), lab.submit("wait_for_file", run_id="r")
    victim, other = lab.running(victim), lab.running(other)
    os.kill(victim.pid, signal.SIGKILL)
    until(lambda: lab.queue.get(victim.id).state is JobState.LOST)
    until(lambda: "(killed by signal 9)" in lab.queue.get(victim.id).error.message)
    assert lab.queue.get(other.id).state is JobState.RUNNING
    lab.release_file.touch()
    assert lab.finish(other)[0].state is JobState.SUCCEEDED


def test_work_goes_on_without_the_dispatcher_and_the_next_one_takes_over(make_lab: MakeLab) -> None:
    lab = make_lab(workers=1)
    job = lab.running(lab.submit("wait_for_file"))
    os.kill(lab.dispatcher_pid(), signal.SIGKILL)
    assert lab.queue.get(job.id).state is JobState.RUNNING
    until(lambda: is_gone(lab.dispatcher_pid()))
    following = lab.submit("add")
    until(lambda: not is_gone(lab.dispatcher_pid()))
    # The one slot is taken by the job of the dead dispatcher's worker.
    assert (lab.queue.get(job.id).state, lab.queue.get(following.id).state) == (JobState.RUNNING, JobState.QUEUED)
    lab.release_file.touch()
    ended = lab.finish(job, following)
    assert [one.state for one in ended] == [JobState.SUCCEEDED, JobState.SUCCEEDED]
    until(lambda: is_gone(job.pid))


def test_an_adopted_job_can_be_stopped(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.running(lab.submit("hold_the_gil"), "stuck")
    os.kill(lab.dispatcher_pid(), signal.SIGKILL)
    until(lambda: is_gone(lab.dispatcher_pid()))
    lab.executor.stop(job.id)
    assert lab.finish(job)[0].state is JobState.CANCELLED
    assert is_gone(job.pid)


def test_after_everything_died_a_reader_finds_the_job_lost(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.running(lab.submit("wait_for_file"))
    lab.end_processes()
    until(lambda: is_gone(job.pid))
    assert lab.queue.list(states=[JobState.RUNNING]) == ()
    lost = lab.queue.get(job.id)
    assert lost.state is JobState.LOST
    assert "ended unexpectedly" in lost.error.message


def test_a_job_past_its_deadline_is_stopped_with_the_reason(make_lab: MakeLab) -> None:
    lab = make_lab(workers=1)
    late, soon = utc_now() + timedelta(hours=1), utc_now()
    running = lab.running(lab.submit("hold_the_gil", deadline=late), "stuck")
    waiting = lab.submit("add", deadline=late)
    with lab.workspace.database.session() as session:
        session.execute(update(JobRow).values(deadline=soon))
    running, waiting = lab.finish(running, waiting)
    assert (running.state, running.error.kind) == (JobState.FAILED, "TimeLimit")
    assert running.error.message == "Stopped: the time limit was reached."
    assert is_gone(running.pid)
    assert (waiting.state, waiting.error.kind, waiting.started) == (JobState.CANCELLED, "TimeLimit", None)


def test_one_job_a_gpu_slot_while_others_pass_by(make_lab: MakeLab) -> None:
    lab = make_lab(workers=3)
    first = lab.running(lab.submit("wait_for_file", needs_gpu=True))
    second = lab.submit("add", needs_gpu=True)
    assert lab.finish(lab.submit("add"))[0].state is JobState.SUCCEEDED
    assert lab.queue.get(second.id).state is JobState.QUEUED
    lab.release_file.touch()
    assert [job.state for job in lab.finish(first, second)] == [JobState.SUCCEEDED] * 2


def test_there_is_one_dispatcher_and_it_leaves_when_idle(make_lab: MakeLab) -> None:
    lab = make_lab(idle_exit_s=1.0)
    lab.finish(*[lab.submit("add") for _ in range(4)])
    lines = [process.info["cmdline"] for process in lab.processes()]
    assert sum("core.jobs.dispatcher" in line for line in lines) == 1
    until(lambda: not lab.processes())
    lock = dispatcher_lock(lab.workspace)
    assert lock.acquire(wait=False)
    lock.release()
    assert lab.finish(lab.submit("add"))[0].state is JobState.SUCCEEDED


def test_a_deleted_job_ends_its_process(make_lab: MakeLab) -> None:
    lab = make_lab()
    project = ProjectStore(lab.workspace).create("Gone soon")
    job = lab.running(lab.submit("hold_the_gil", project_id=project.id), "stuck")
    ProjectStore(lab.workspace).delete(project.id)
    until(lambda: is_gone(job.pid))
    assert not lab.queue.exists(job.id)
    assert lab.finish(lab.submit("add"))[0].state is JobState.SUCCEEDED


def test_workers_are_told_how_many_threads_they_have_before_they_start(make_lab: MakeLab) -> None:
    lab = make_lab()
    job = lab.running(lab.submit("wait_for_file"))
    environment = psutil.Process(job.pid).environ()
    assert environment["OMP_WAIT_POLICY"] == "PASSIVE"
    assert environment["OMP_NUM_THREADS"] == environment["TF_NUM_INTRAOP_THREADS"] == "1"
    assert environment["CUDA_VISIBLE_DEVICES"] == ""
    lab.release_file.touch()
    lab.finish(job)
