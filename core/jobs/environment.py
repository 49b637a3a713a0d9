"""The environment of dispatcher and workers, complete before they start: most of it is read once, on import."""

from __future__ import annotations

import os
from pathlib import Path

from core.settings import Settings

THREAD_VARIABLES = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "LOKY_MAX_CPU_COUNT",
)


def process_environment(settings: Settings) -> dict[str, str]:
    """Return the environment in which ``core`` is importable and finds the same settings."""
    root = str(Path(__file__).parents[2])
    paths = [root, *(path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path != root)]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(paths),
        "PYTHONUNBUFFERED": "1",
        "LATHE_WORKSPACE": str(settings.workspace),
        "LATHE_DATABASE_URL": settings.database_url,
        "LATHE_MAX_UPLOAD_MB": str(settings.max_upload_mb),
        "LATHE_WORKERS": str(settings.workers),
        "LATHE_THREADS": str(settings.threads_per_worker),
    }


NO_GPU = ""


def worker_environment(settings: Settings, *, gpu: str = NO_GPU) -> dict[str, str]:
    """Return the environment of a worker that sees one GPU, or none.

    Threads that wait spin by default (OMP_WAIT_POLICY): with more threads than cores a fit of 0.1 s then takes
    minutes. A worker sees the GPU that it was given and no other, so that each serves one job at a time.
    """
    environment = process_environment(settings)
    environment |= dict.fromkeys(THREAD_VARIABLES, str(settings.threads_per_worker))
    environment |= {
        "OMP_WAIT_POLICY": "PASSIVE",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
        # The driver's tool counts GPUs by their slot, CUDA by their speed unless it is told.
        "CUDA_DEVICE_ORDER": "PCI_BUS_ID",
        "CUDA_VISIBLE_DEVICES": gpu,
    }
    environment.setdefault("MPLBACKEND", "Agg")
    return environment
