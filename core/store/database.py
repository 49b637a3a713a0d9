"""The database: one engine a workspace, short transactions, migrations on opening."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.orm import Session, sessionmaker

from core.store.locks import FileLock
from core.store.migrations import HEAD

BUSY_TIMEOUT_MS = 10_000


class Database:
    """A database behind a SQLAlchemy URL.

    Parameters
    ----------
    url : str
        SQLAlchemy URL. The folder of a SQLite file is created.
    lock_path : Path, optional
        File whose lock keeps two processes from migrating at the same time. A SQLite file brings its own.
    """

    def __init__(self, url: str, *, lock_path: Path | None = None) -> None:
        self.url = url
        self._file = _sqlite_file(url)
        self._lock_path = self._file.with_name(self._file.name + ".migrate.lock") if self._file else lock_path
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)

    @cached_property
    def engine(self) -> Engine:
        """Engine with its own connection pool, made on first use."""
        engine = create_engine(self.url, pool_pre_ping=not self._is_sqlite)
        if self._is_sqlite:
            event.listen(engine, "connect", _prepare_sqlite)
        return engine

    @cached_property
    def _sessions(self) -> sessionmaker[Session]:
        return sessionmaker(self.engine, expire_on_commit=False)

    @property
    def _is_sqlite(self) -> bool:
        return make_url(self.url).get_backend_name() == "sqlite"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Give a session that commits at the end of the block and rolls back on an error."""
        with self._sessions() as session, session.begin():
            yield session

    def revision(self) -> str:
        """Return the stored schema revision; empty for a database without tables."""
        with self.engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return ""
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")

    def upgrade(self) -> None:
        """Bring the tables to this version of Lathe. Quick and without Alembic where they are already."""
        if self.revision() == HEAD:
            return
        if self._lock_path is None:
            self._migrate()
            return
        with FileLock(self._lock_path):
            if self.revision() != HEAD:
                self._migrate()

    def close(self) -> None:
        """Close pooled connections."""
        if "engine" in self.__dict__:
            self.engine.dispose()

    def _migrate(self) -> None:
        from alembic import command
        from alembic.config import Config

        if self._is_sqlite:
            # Kept in the file, so it is said once, under the lock: switching while another process reads fails.
            with self.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
        with self.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)


def _sqlite_file(url: str) -> Path | None:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite" or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.close()
