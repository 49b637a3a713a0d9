"""A folder of things that can be made again: bounded, shared by processes, the longest unused one leaves first."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from core.store.artifacts import remove_tree, write_atomic
from core.store.locks import FileLock

_LOCKS = 256
_POLL_S = 0.02
_FORGOTTEN_S = 3600.0


class FolderCache:
    """Entries are folders under a key, whole or not there.

    Parameters
    ----------
    folder : Path
        Holds the entries and their locks.
    limit_bytes : int
        All entries together stay below this; 0 keeps none.
    """

    def __init__(self, folder: Path, limit_bytes: int) -> None:
        self.folder = folder
        self.limit_bytes = limit_bytes

    def find(self, key: str) -> Path | None:
        """Return the entry's folder and note that it was used; None where there is none."""
        path = self.folder / key
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def put(self, key: str, write: Callable[[Path], None]) -> None:
        """Keep what ``write`` makes in the folder it is given; what is larger than the bound is not kept."""
        path = self.folder / key
        write_atomic(path, lambda temporary: _filled(temporary, write))
        with FileLock(self.folder / "room.lock"):
            self._make_room()

    def drop(self, key: str) -> None:
        """Forget an entry; nothing there is fine."""
        remove_tree(self.folder / key)

    @contextmanager
    def alone(self, key: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
        """Be the only process at work on an entry; ``waiting`` is called again and again meanwhile, and may raise."""
        place = int(hashlib.sha256(key.encode()).hexdigest(), 16) % _LOCKS
        lock = FileLock(self.folder / "locks" / f"{place:03d}.lock")
        while not lock.acquire(wait=False):
            waiting()
            time.sleep(_POLL_S)
        try:
            yield
        finally:
            lock.release()

    def _make_room(self) -> None:
        entries = []
        for path in self.folder.iterdir():
            try:
                used = path.stat().st_mtime
                if path.name.startswith(".tmp-"):
                    if time.time() - used > _FORGOTTEN_S:
                        remove_tree(path)
                elif path.is_dir() and path.name != "locks":
                    entries.append((used, path, sum(file.stat().st_size for file in path.iterdir())))
            except OSError:
                continue  # Another process was quicker.
        total = sum(size for _, _, size in entries)
        for _, path, size in sorted(entries):
            if total <= self.limit_bytes:
                return
            remove_tree(path)
            total -= size


def _filled(folder: Path, write: Callable[[Path], None]) -> None:
    folder.mkdir()
    write(folder)
