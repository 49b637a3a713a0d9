"""Files that lie on the server, in folders that the operator allows: read where they are, however large."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.errors import LatheError
from core.settings import Settings
from core.store.workspace import Workspace

MOST_FILES = 1_000
"""Files of a folder that are listed."""

ENDINGS = (
    ".csv", ".tsv", ".txt", ".tab", ".dat", ".data", ".fwf", ".xlsx", ".xlsm", ".parquet", ".pq", ".feather", ".arrow",
    ".json", ".jsonl", ".ndjson", ".sqlite", ".sqlite3", ".db", ".duckdb", ".gz", ".zip", ".zst",
)  # fmt: skip


@dataclass(frozen=True)
class ServerFile:
    """A file that may be read: its path, what it is called below its folder, and its size."""

    path: Path
    name: str
    size_bytes: int


def is_allowed(settings: Settings, path: Path) -> bool:
    """Tell whether a path, its links followed, lies in a folder that the operator allows."""
    real = path.resolve()
    return any(real.is_relative_to(folder.resolve()) for folder in settings.data_folders)


def allowed_files(settings: Settings, folder: Path | None = None) -> tuple[ServerFile, ...]:
    """Return the tables in the allowed folders and those below them, by name; at most `MOST_FILES`.

    Parameters
    ----------
    settings : Settings
        Names the folders.
    folder : Path, optional
        Only those in this one of them.
    """
    found = []
    for root in settings.data_folders if folder is None else (folder,):
        if not is_allowed(settings, root):
            raise _refused(root, settings)
        for path in root.rglob("*"):
            if path.suffix.lower() in ENDINGS and path.is_file() and is_allowed(settings, path):
                found.append(ServerFile(path, path.relative_to(root).as_posix(), path.stat().st_size))
            if len(found) >= MOST_FILES:
                break
    return tuple(sorted(found, key=lambda file: file.name.lower()))


def bring_from_server(workspace: Workspace, path: Path | str) -> Path:
    """Return the real path of a file on the server, to be given to `core.data.ingest.ingest`, which leaves it there.

    Raises
    ------
    LatheError
        Where it lies outside the allowed folders, also by a link, or is no file.
    """
    wanted = Path(str(path).strip()).expanduser()
    if not wanted.is_absolute() or not is_allowed(workspace.settings, wanted):
        raise _refused(wanted, workspace.settings)
    real = wanted.resolve()
    if not real.is_file():
        raise LatheError(f"There must be a file at {wanted}; there is none.", hint="Check the path.", field="path")
    return real


def _refused(path: Path, settings: Settings) -> LatheError:
    folders = ", ".join(str(folder) for folder in settings.data_folders)
    allowed = f"only below {folders}" if folders else "from nowhere: the operator has allowed no folder"
    return LatheError(
        f"Files on the server may be read {allowed}; {path} is not there.",
        hint="Whoever runs Lathe names the folders in LATHE_DATA_FOLDERS.",
        field="path",
    )
