"""Which devices are there, and which one a model gets. Nothing here imports a framework."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Gpu = Literal["none", "optional", "required"]


@dataclass(frozen=True)
class Device:
    """A device a model could train on.

    Attributes
    ----------
    id : str
        "cpu" or "cuda:0", "cuda:1", ...
    title : str
        Name for people.
    memory_mb : int
        Its memory in MiB; 0 where unknown.
    """

    id: str
    title: str
    memory_mb: int = 0

    @property
    def is_gpu(self) -> bool:
        """True for anything but the CPU."""
        return self.id != "cpu"


@dataclass(frozen=True)
class Resolved:
    """The device a model gets. ``reason`` is empty when it is what was asked for."""

    device: str
    reason: str = ""


@lru_cache(maxsize=1)
def list_devices() -> tuple[Device, ...]:
    """List the CPU and every NVIDIA GPU that the driver's own tool reports.

    Returns
    -------
    tuple of Device
        The CPU first.
    """
    return (_cpu(), *_nvidia_gpus())


def _cpu() -> Device:
    import psutil

    cores = os.cpu_count() or 1
    name = platform.processor() or platform.machine()
    return Device(
        "cpu", f"CPU ({name}, {cores} {'core' if cores == 1 else 'cores'})", psutil.virtual_memory().total // 2**20
    )


def _nvidia_gpus() -> tuple[Device, ...]:
    tool = shutil.which("nvidia-smi")
    if tool is None or os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1"):
        return ()
    command = [tool, "--query-gpu=index,name,memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    gpus = []
    for line in done.stdout.splitlines():
        index, name, memory = (part.strip() for part in line.split(",", 2))
        gpus.append(Device(f"cuda:{index}", name, int(float(memory))))
    return tuple(gpus)


def resolve_device(request: str, gpu: Gpu, devices: Sequence[Device], *, usable: bool = True) -> Resolved:
    """Choose the device for one model.

    Parameters
    ----------
    request : {"auto", "cpu", "gpu"}
        What the person asked for.
    gpu : {"none", "optional", "required"}
        What the model can do.
    devices : sequence of Device
        What is there.
    usable : bool
        Whether the model's library, as installed, can use a GPU; known only in the worker.

    Returns
    -------
    Resolved
        The device and, where it is not what was asked for, the reason.
    """
    first = next((d for d in devices if d.is_gpu), None)
    if request == "cpu":
        return Resolved("cpu")
    if gpu == "none":
        return Resolved("cpu", "This model has no GPU version." if request == "gpu" else "")
    if first is None:
        return Resolved("cpu", "No GPU was found on this machine.")
    if not usable:
        return Resolved("cpu", f"{first.title} is there, but the installed library was built without GPU support.")
    return Resolved(first.id)
