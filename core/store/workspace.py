"""The workspace: a folder with a database and everything that is too large for one."""

from __future__ import annotations

from pathlib import Path

from core.errors import LatheError
from core.settings import Settings
from core.store.database import Database


class Workspace:
    """An open workspace.

    Layout: ``lathe.db``, ``incoming/``, ``datasets/<id>/``, ``runs/<run_id>/<label>/``, ``jobs/<job_id>/``,
    ``predictions/``.

    Parameters
    ----------
    settings : Settings
        Names the folder, which is made where it is missing, and the database, which is brought up to date.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.root = settings.workspace
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LatheError(
                f"The workspace folder {self.root} cannot be made: {error.strerror}.",
                hint="Set LATHE_WORKSPACE to a folder you may write to.",
            ) from error
        url = settings.database_url or f"sqlite:///{self.root / 'lathe.db'}"
        self.database = Database(url, lock_path=self.root / "migrate.lock")
        self.database.upgrade()

    def path(self, relative: str | Path) -> Path:
        """Return the absolute path of something stored by its path relative to the workspace.

        Raises
        ------
        LatheError
            Where the path leads out of the workspace.
        """
        path = (self.root / relative).resolve()
        if not path.is_relative_to(self.root.resolve()):
            raise LatheError(f"The path {str(relative)!r} leads out of the workspace.")
        return path

    def relative(self, path: Path) -> str:
        """Return ``path`` as it is stored: relative to the workspace, with forward slashes."""
        return path.resolve().relative_to(self.root.resolve()).as_posix()

    def folder(self, *parts: str) -> Path:
        """Return a folder of the workspace, made where it is missing."""
        folder = self.path(Path(*parts))
        folder.mkdir(parents=True, exist_ok=True)
        return folder


def open_workspace(root: Path | str | None = None) -> Workspace:
    """Open the workspace in ``root``, or the one the environment names."""
    return Workspace(Settings.from_environment(root))
