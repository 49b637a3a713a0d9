"""A job's ``events.jsonl``: progress as data, appended line by line and readable at any moment."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.jobs.job import ProgressEvent
from core.store.tables import utc_now


class EventLog:
    """Writer of one job's events; there is only one a job.

    Parameters
    ----------
    path : Path
        File to append to; its folder must exist.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)
        self._sequence = len(read_events(path))

    def append(self, fraction: float, stage: str, message: str, values: Mapping[str, Any]) -> None:
        """Write one event in one system call, so that a reader sees at most its last line unfinished."""
        self._sequence += 1
        record = {
            "sequence": self._sequence,
            "time": utc_now().isoformat(),
            "fraction": fraction,
            "stage": stage,
            "message": message,
            "values": dict(values),
        }
        self._file.write(json.dumps(record, ensure_ascii=False, default=float).encode() + b"\n")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def read_events(path: Path, after: int = 0) -> tuple[ProgressEvent, ...]:
    """Return the events with a sequence above ``after``; what follows the last line end is still being written."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return ()
    lines = content[: content.rfind(b"\n") + 1].splitlines()[after:]
    return tuple(ProgressEvent.model_validate(json.loads(line)) for line in lines)
