"""Run all checks on a stored table; the report is kept beside its cells."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from pydantic import ValidationError

from core.data.profile import stored_profile
from core.data.propose import propose_task
from core.data.query import open_table
from core.data.schema import Dataset
from core.errors import LatheError
from core.quality.facts import Facts
from core.quality.finding import Finding, QualityReport
from core.quality.registry import CHECKS
from core.store.artifacts import read_json, write_json
from core.store.workspace import Workspace
from core.types import Severity, TaskKind

Watch = Callable[[float, str], None]
"""Is told the share that is done and what is looked at; may raise to stop the work."""

MOST_KEPT = 12
_ORDER = (Severity.BAD, Severity.WATCH, Severity.NOTE)


def find(
    workspace: Workspace,
    dataset: Dataset,
    *,
    target: str = "",
    task: TaskKind | None = None,
    watch: Watch | None = None,
) -> QualityReport:
    """Return what is wrong with a table, made once for equal content and kept beside its cells.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie.
    target : str
        Column to predict; without one the checks about it are left out.
    task : TaskKind, optional
        What is predicted; proposed from the target where not given.
    watch : callable, optional
        Is told the share that is done and the title of the check.

    Raises
    ------
    LatheError
        Where the table has no such column.
    NotFound
        Where the cells are gone.
    """
    if target and target not in dataset.column_names:
        raise LatheError(f"The target must be a column of the table; {target!r} is not one.", field="target")
    kind = (task or propose_task(dataset.column(target)).kind) if target else None
    path = _path(workspace, dataset, target, kind)
    stored = _read(path)
    if stored is not None:
        return stored
    report = look(workspace, dataset, target=target, task=kind, watch=watch)
    for old in _others(path):
        old.unlink(missing_ok=True)
    write_json(path, report)
    return report


def stored_report(
    workspace: Workspace, dataset: Dataset, *, target: str = "", task: TaskKind | None = None
) -> QualityReport | None:
    """Return the report that was made before; None where there is none."""
    kind = (task or propose_task(dataset.column(target)).kind) if target in dataset.column_names else None
    return _read(_path(workspace, dataset, target, kind))


def look(
    workspace: Workspace,
    dataset: Dataset,
    *,
    target: str = "",
    task: TaskKind | None = None,
    watch: Watch | None = None,
    now: datetime | None = None,
) -> QualityReport:
    """Run all checks now, and keep nothing."""
    checks = [c for c in CHECKS if target or not c.needs_target]
    skipped = {} if target else {c.title: "No target was chosen." for c in CHECKS if c.needs_target}
    findings: list[Finding] = []
    if watch is not None:
        watch(0.0, "Counting values")
    profile = stored_profile(workspace, dataset, watch=lambda done: watch(0.0, "Counting values") if watch else None)
    with open_table(workspace, dataset) as query:
        facts = Facts(
            workspace=workspace,
            dataset=dataset,
            query=query,
            profile=profile,
            target=dataset.column(target) if target else None,
            task=task,
            now=(now or datetime.now(UTC)).replace(tzinfo=None),
        )
        for place, check in enumerate(checks):
            if watch is not None:
                watch(place / len(checks), check.title)
            findings += check.run(facts) if dataset.rows else ()
    order = {check.key: place for place, check in enumerate(CHECKS)}
    findings.sort(key=lambda f: (_ORDER.index(f.severity), order[f.check], -f.rows))
    return QualityReport(
        fingerprint=dataset.fingerprint,
        target=target,
        findings=tuple(findings),
        checked=tuple(c.title for c in checks),
        skipped=skipped,
    )


def open_findings(
    report: QualityReport, *, ignored: Collection[str] = (), dismissed: Collection[str] = ()
) -> tuple[Finding, ...]:
    """Return the findings that still ask for something.

    Parameters
    ----------
    report : QualityReport
        All of them.
    ignored : collection of str
        Columns that take no part in training: what leaving them out mends is mended.
    dismissed : collection of str
        Keys of findings that the person called no problem.
    """
    return tuple(f for f in report.findings if f.key not in dismissed and not is_settled(f, ignored))


def is_settled(finding: Finding, ignored: Collection[str]) -> bool:
    """Tell whether the columns left out already are those that a fix of the finding leaves out."""
    return any(fix.ignore and set(fix.ignore) <= set(ignored) for fix in finding.fixes)


def _path(workspace: Workspace, dataset: Dataset, target: str, task: TaskKind | None) -> Path:
    steps = [step.model_dump_json() for step in dataset.steps]
    about = blake2b("\x1f".join([target, str(task), *steps]).encode(), digest_size=8).hexdigest()
    return workspace.path(dataset.path).parent / f"quality-{dataset.view_key}-{about}.json"


def _others(path: Path) -> list[Path]:
    """Return reports that are no longer needed: all but the newest few."""
    known = sorted(path.parent.glob("quality-*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
    return known[MOST_KEPT:]


def _read(path: Path) -> QualityReport | None:
    if not path.exists():
        return None
    try:
        return QualityReport.model_validate(read_json(path))
    except (ValidationError, ValueError):
        path.unlink(missing_ok=True)  # Written by another version of Lathe.
        return None
