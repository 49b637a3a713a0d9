"""Small files in a job's folder through which its processes tell one another what the table has no column for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.device import MemoryLeft
from core.store.artifacts import read_json, write_json

FINISH = "finish"
GPU = "gpu.json"
MEMORY = "memory.json"
LOW = 0.1
"""Where less than this share of the memory is left, the worker notes it: it may be its last word."""


@dataclass(frozen=True)
class LowMemory:
    """What a worker noted when memory ran low, in MiB: its own use, and what was left for all."""

    used_mb: float
    left_mb: float


def ask_to_finish(folder: Path) -> None:
    """Ask the job to end soon and keep what it has."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FINISH).touch()


def is_asked_to_finish(folder: Path) -> bool:
    """Tell whether the job is to end soon and keep what it has."""
    return (folder / FINISH).exists()


def write_gpu(folder: Path, gpu: str) -> None:
    """Note the number of the GPU that the job was given."""
    write_json(folder / GPU, {"gpu": gpu})


def read_gpu(folder: Path) -> str | None:
    """Return the number of the GPU that the job was given; None where it was given none."""
    try:
        return str(read_json(folder / GPU)["gpu"])
    except (OSError, ValueError, KeyError):
        return None


def note_memory(folder: Path, left: MemoryLeft, used_mb: float) -> None:
    """Note that memory runs low, where it does; forget an earlier note where it does not."""
    if left.share < LOW:
        write_json(folder / MEMORY, {"used_mb": used_mb, "left_mb": left.free_mb})
    else:
        (folder / MEMORY).unlink(missing_ok=True)


def read_memory(folder: Path) -> LowMemory | None:
    """Return what a worker noted last about low memory; None where there was enough."""
    try:
        return LowMemory(**read_json(folder / MEMORY))
    except (OSError, ValueError, TypeError):
        return None
