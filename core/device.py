"""Which devices are there, and which one a model gets. Nothing here imports a framework."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
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


@dataclass(frozen=True)
class MemoryLeft:
    """Memory of this machine, or of the container that limits it, in MiB."""

    total_mb: float
    free_mb: float

    @property
    def share(self) -> float:
        """Share of it that is left, 0 to 1."""
        return self.free_mb / self.total_mb if self.total_mb else 1.0


def memory_left(limits: Path = Path("/sys/fs/cgroup")) -> MemoryLeft:
    """Return how much memory there is and how much of it is left.

    Parameters
    ----------
    limits : Path
        Folder of the control group's files (Linux, version 2); a container's limit is below the machine's memory.
    """
    import psutil

    machine = psutil.virtual_memory()
    total, free = machine.total / 2**20, machine.available / 2**20
    try:
        most, used = (int((limits / name).read_text(encoding="ascii")) for name in ("memory.max", "memory.current"))
        lines = (limits / "memory.stat").read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return MemoryLeft(total, free)
    # Pages of files count as used, though they are given back when they are needed.
    cached = sum(int(line.split()[1]) for line in lines if line.startswith(("inactive_file ", "active_file ")))
    limit = most / 2**20
    return MemoryLeft(min(total, limit), max(0.0, min(free, limit - (used - cached) / 2**20)))


def own_memory_mb() -> float:
    """Return how much memory this process has in use, in MiB."""
    import psutil

    return float(psutil.Process().memory_info().rss) / 2**20


def _nvidia_gpus() -> tuple[Device, ...]:
    visible = _visible()
    if visible == ():
        return ()
    gpus = []
    for line in _ask_driver("index,name,memory.total"):
        index, name, memory = (part.strip() for part in line.split(",", 2))
        gpus.append(Device(f"cuda:{index}", name, int(_number(memory))))
    if visible is None:
        return tuple(gpus)
    # A process that is given some of the GPUs counts those from 0.
    given = [next((gpu for gpu in gpus if gpu.id == f"cuda:{one}"), None) for one in visible]
    return tuple(Device(f"cuda:{at}", gpu.title, gpu.memory_mb) for at, gpu in enumerate(given) if gpu is not None)


def _visible() -> tuple[str, ...] | None:
    """Return the numbers of the GPUs that this process may use; None for all."""
    given = os.environ.get("CUDA_VISIBLE_DEVICES")
    if given is None:
        return None
    names = tuple(name.strip() for name in given.split(",") if name.strip())
    return () if "-1" in names else _numbered(names)


def _numbered(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return names of GPUs as numbers: schedulers of clusters give them by "GPU-" and the start of their serial."""
    if all(name.isdigit() for name in names):
        return names
    known = [tuple(part.strip() for part in line.split(",")) for line in _ask_driver("index,uuid")]
    found = (next((i for i, serial in known if serial.startswith(name)), name) for name in names)
    return tuple(name for name in found if name.isdigit())


def physical_device(device: str) -> str:
    """Return ``device`` as the machine counts it: a process that is given GPU 1 alone calls it "cuda:0"."""
    visible, (name, _, index) = _visible(), device.partition(":")
    if not visible or name != "cuda" or int(index or 0) >= len(visible):
        return device
    return f"cuda:{visible[int(index or 0)]}"


Probe = Callable[[str], Sequence[str]]


def _ask_driver(fields: str) -> Sequence[str]:
    """Return one line of ``fields`` for each GPU, as the driver's own tool gives it; none without a GPU."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return ()
    command = [tool, f"--query-gpu={fields}", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return done.stdout.splitlines()


def _number(text: str) -> float:
    """Return a figure of the driver's; 0 for what it does not tell ("[N/A]")."""
    try:
        return float(text)
    except ValueError:
        return 0.0


@dataclass(frozen=True)
class GpuLoad:
    """How busy a GPU is.

    Attributes
    ----------
    id, title : str
        As in `Device`.
    busy : float
        Share of the last moment in which it computed, 0 to 1.
    used_mb, total_mb : float
        Memory in use by all programs, and all there is, in MiB.
    """

    id: str
    title: str
    busy: float
    used_mb: float
    total_mb: float


def gpu_load(probe: Probe = _ask_driver) -> tuple[GpuLoad, ...]:
    """Return how busy every GPU of the machine is; nothing where there is none.

    Parameters
    ----------
    probe : callable
        Takes the names of the driver's fields and returns a line for each GPU.
    """
    found = []
    for line in probe("index,name,utilization.gpu,memory.used,memory.total"):
        index, name, busy, used, total = (part.strip() for part in line.split(","))
        found.append(GpuLoad(f"cuda:{index}", name, _number(busy) / 100, _number(used), _number(total)))
    return tuple(found)


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
