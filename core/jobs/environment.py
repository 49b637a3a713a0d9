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


def worker_environment(settings: Settings, pool: str) -> dict[str, str]:
    """Return the environment of a worker of ``pool``.

    Threads that wait spin by default (OMP_WAIT_POLICY): with more threads than cores a fit of 0.1 s then takes
    minutes. Only the classic pool never uses a GPU; the other two decide by the recipe's budget, so it stays visible.
    """
    environment = process_environment(settings)
    environment |= dict.fromkeys(THREAD_VARIABLES, str(settings.threads_per_worker))
    environment |= {
        "OMP_WAIT_POLICY": "PASSIVE",
        "TF_NUM_INTEROP_THREADS": "1",
        "TF_CPP_MIN_LOG_LEVEL": "2",
        "TF_FORCE_GPU_ALLOW_GROWTH": "true",
    }
    environment.setdefault("MPLBACKEND", "Agg")
    if pool == "classic":
        environment["CUDA_VISIBLE_DEVICES"] = ""
    return environment
