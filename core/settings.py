"""Settings of the installation, read from the environment once."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """Where things lie and how much may be used.

    Attributes
    ----------
    workspace : Path
        Folder that holds the database and all artifacts (``LATHE_WORKSPACE``).
    database_url : str
        SQLAlchemy URL (``LATHE_DATABASE_URL``); empty means SQLite inside the workspace.
    max_upload_mb : int
        Largest file taken in, in MiB (``LATHE_MAX_UPLOAD_MB``).
    workers : int
        Training processes at a time (``LATHE_WORKERS``).
    threads_per_worker : int
        Threads each of them may use (``LATHE_THREADS``).
    cache_mb : int
        Disk space for prepared rows that models share, in MiB (``LATHE_CACHE_MB``); 0 keeps none.
    data_folders : tuple of Path
        Folders of the server whose files may be read in place (``LATHE_DATA_FOLDERS``, divided as the system divides
        paths); none by default.
    model_folders : tuple of Path
        Folders of the server below which sentence models may lie (``LATHE_MODEL_FOLDERS``, divided likewise); none by
        default.
    mlflow_url : str
        Address of an MLflow tracking server that every trained model is sent to (``LATHE_MLFLOW_URL``); empty sends
        nothing.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    workspace: Path
    database_url: str = ""
    max_upload_mb: int = 1024
    workers: int = 2
    threads_per_worker: int = 1
    cache_mb: int = 2048
    data_folders: tuple[Path, ...] = ()
    model_folders: tuple[Path, ...] = ()
    mlflow_url: str = ""

    @classmethod
    def from_environment(cls, workspace: Path | str | None = None) -> Settings:
        """Read the settings; ``workspace`` overrides the environment."""
        cores = usable_cores()
        workers = int(os.environ.get("LATHE_WORKERS") or min(cores, 2 if cores < 8 else 4))
        return cls(
            workspace=Path(workspace or os.environ.get("LATHE_WORKSPACE") or default_workspace())
            .expanduser()
            .resolve(),
            database_url=os.environ.get("LATHE_DATABASE_URL", ""),
            max_upload_mb=int(os.environ.get("LATHE_MAX_UPLOAD_MB") or 1024),
            workers=workers,
            threads_per_worker=int(os.environ.get("LATHE_THREADS") or max(1, cores // workers)),
            cache_mb=int(os.environ.get("LATHE_CACHE_MB") or 2048),
            data_folders=_folders("LATHE_DATA_FOLDERS"),
            model_folders=_folders("LATHE_MODEL_FOLDERS"),
            mlflow_url=os.environ.get("LATHE_MLFLOW_URL", "").strip(),
        )


def usable_cores() -> int:
    """Return how many cores this process may use, which a container or the operator may have limited.

    Workers times threads of each stay within them, unless the operator asks for more: models that train side by side
    do not fight for the machine.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _folders(variable: str) -> tuple[Path, ...]:
    parts = os.environ.get(variable, "").split(os.pathsep)
    return tuple(Path(part).expanduser().resolve() for part in parts if part.strip())


def default_workspace() -> Path:
    """Return the workspace folder in the user's data directory."""
    from platformdirs import user_data_path

    return user_data_path("lathe", appauthor=False) / "workspace"
