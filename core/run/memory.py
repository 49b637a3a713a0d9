"""The most memory that a model's training had in use, on the machine and on its GPU."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from core.run.result import EpochRecord
from core.types import Framework

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")
_RESET_PEAK = "5"


def reset_peak(framework: Framework | None = None) -> None:
    """Begin anew: a process serves one model after the other, and the most that another took is not this one's.

    Only Linux can forget the peak of a process; elsewhere it is that of the process so far. With ``framework``, the
    peak of its GPU memory is forgotten too.
    """
    # Another system, or a kernel that does not let us: the peak of the process so far is told then.
    with suppress(OSError):
        _CLEAR.write_text(_RESET_PEAK, encoding="ascii")
    if framework is Framework.TORCH:
        import torch

        torch.cuda.reset_peak_memory_stats()
    elif framework is Framework.KERAS:
        import tensorflow as tf

        tf.config.experimental.reset_memory_stats("GPU:0")


def peak_memory_mb() -> float:
    """Return the most memory that this process had in use since `reset_peak`, in MiB."""
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        lines = []
    found = next((line.split()[1] for line in lines if line.startswith("VmHWM:")), None)
    if found is not None:
        return int(found) / 2**10
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def peak_gpu_memory_mb(framework: Framework, epochs: Sequence[EpochRecord] = ()) -> float:
    """Return the most GPU memory in use since `reset_peak`, in MiB: what the framework says, else what epochs told."""
    if framework is Framework.TORCH:
        import torch

        return float(torch.cuda.max_memory_allocated()) / 2**20
    if framework is Framework.KERAS:
        import tensorflow as tf

        return float(tf.config.experimental.get_memory_info("GPU:0")["peak"]) / 2**20
    return max((epoch.memory_mb or 0.0 for epoch in epochs), default=0.0)
