"""How many different values a stored column has and which are the most frequent, exactly and in bounded memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.data.fingerprint import stored_chunks
from core.data.query import connect, literal, quote
from core.data.schema import ColumnSchema
from core.types import StorageType

MOST_EXAMPLES = 5

LARGEST_EXACT = 60_000_000
"""Rows above which different values are estimated (HyperLogLog, a few per cent off): sorting would take over 1 GB."""

_SCAN_ROWS = 65_536


MOST_KEY_BYTES = 300 << 20
"""Memory for the keys of all columns while a table streams by; columns beyond it are read from the file afterwards."""


@dataclass(frozen=True)
class Spread:
    """Different values of a column, and the places (from 0, among the cells that are not missing) where the most
    frequent ones occur first; of equally frequent ones those that come first.
    """

    unique: int
    places: tuple[int, ...]


def column_spread(path: Path, column: ColumnSchema) -> tuple[int, list[object]]:
    """Return how many different values a stored column has, and its most frequent values.

    Parameters
    ----------
    path : Path
        A Parquet file whose cells are of the storage types.
    column : ColumnSchema
        The column.

    Returns
    -------
    (int, list)
        Different values; at most five of them as float, `numpy.datetime64` or text.
    """
    with pq.ParquetFile(path) as source:
        if source.metadata.num_rows > LARGEST_EXACT:
            return _estimated(path, column)
        if column.storage is StorageType.STRING:
            hasher = TextHasher()
            parts = [hasher.hashes(chunk) for chunk in stored_chunks(source, column.name)]
        else:
            parts = [_numbers(chunk) for chunk in stored_chunks(source, column.name)]
    return _described(np.concatenate(parts), path, column)


def spread(keys: np.ndarray) -> Spread:
    """Count different keys by sorting, which is quicker than hashing them.

    Parameters
    ----------
    keys : ndarray of shape (n,)
        Numbers, or hashes of texts.
    """
    if not len(keys):
        return Spread(0, ())
    if bool((keys[1:] > keys[:-1]).all()):
        return Spread(len(keys), tuple(range(min(MOST_EXAMPLES, len(keys)))))
    ordered = np.sort(keys)
    same = ordered[1:] == ordered[:-1]
    unique = len(ordered) - int(np.count_nonzero(same))
    repeated, counts = _runs(ordered, same)
    del ordered, same
    wanted = min(MOST_EXAMPLES, unique)
    if len(repeated) < wanted:
        places = [place for _, place in sorted(_first_places(keys, repeated, counts))]
        single = _earliest_others(keys, repeated, wanted - len(places))
        return Spread(unique, (*places, *single))
    least = int(np.partition(counts, len(counts) - wanted)[len(counts) - wanted])
    above = counts > least
    places = [place for _, place in sorted(_first_places(keys, repeated[above], counts[above]))]
    return Spread(unique, (*places, *_earliest(keys, repeated[counts == least], wanted - len(places))))


def _runs(ordered: np.ndarray, same: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sorted keys that occur more than once, and how often; ``same`` tells which equal the next one."""
    if 2 * np.count_nonzero(same) < len(ordered):
        # Few repeat: neighbours that equal the next one make a run.
        again = np.flatnonzero(same)
        begins = np.flatnonzero(np.concatenate([[True], np.diff(again) > 1])) if len(again) else again
        return ordered[again[begins]], np.diff(np.append(begins, len(again))) + 1
    starts = np.concatenate([[0], np.flatnonzero(~same) + 1])
    counts = np.diff(np.append(starts, len(ordered)))
    more = counts > 1
    return ordered[starts[more]], counts[more]


def _first_places(keys: np.ndarray, wanted: np.ndarray, counts: np.ndarray) -> Iterator[tuple[int, int]]:
    """Give, for sorting, how often each key occurs (negative) and where first."""
    for key, count in zip(wanted, counts, strict=True):
        yield -int(count), int(np.argmax(keys == key))


def _earliest_others(keys: np.ndarray, known: np.ndarray, most: int) -> list[int]:
    """Return the places of the first keys that are not among ``known``."""
    places: list[int] = []
    for start in range(0, len(keys), _SCAN_ROWS):
        others = np.flatnonzero(~np.isin(keys[start : start + _SCAN_ROWS], known))
        places += [start + int(place) for place in others[: most - len(places)]]
        if len(places) == most:
            break
    return places


def _earliest(keys: np.ndarray, tied: np.ndarray, most: int) -> Iterator[int]:
    """Give the places where the first ``most`` different ones of the sorted keys ``tied`` occur."""
    seen: set[object] = set()
    for start in range(0, len(keys), _SCAN_ROWS):
        part = keys[start : start + _SCAN_ROWS]
        found = np.searchsorted(tied, part)
        found[found == len(tied)] = 0
        for place in np.flatnonzero(tied[found] == part):
            if len(seen) >= most:
                return
            key = part[place].item()
            if key not in seen:
                seen.add(key)
                yield start + int(place)


class KeyStore:
    """Keys of the columns of many different values, gathered while their table streams by.

    A key is the value of a number or an instant, and a 64-bit hash of a text: among 60 million texts two share one with
    a chance of one in ten thousand.
    """

    def __init__(self) -> None:
        self._parts: dict[int, list[np.ndarray]] = {}
        self._dropped: set[int] = set()
        self._bytes = 0
        self._own = threading.local()

    def of(self, cells: pa.Array) -> np.ndarray:
        """Return the keys of stored cells, without those that are null; called by several threads."""
        if not pa.types.is_large_string(cells.type):
            return _numbers(cells)
        if not hasattr(self._own, "hasher"):
            self._own.hasher = TextHasher()
        keys: np.ndarray = self._own.hasher.hashes(cells)
        return keys

    def add(self, place: int, keys: np.ndarray | None) -> None:
        """Keep the keys of the next block of a column; None says that it has none."""
        if keys is None or self._bytes + keys.nbytes > MOST_KEY_BYTES:
            self.forget(place)
        if place in self._dropped or keys is None:
            return
        self._parts.setdefault(place, []).append(keys)
        self._bytes += keys.nbytes

    def forget(self, place: int) -> None:
        """Let go of a column's keys; they are read from the file when they are wanted."""
        self._dropped.add(place)
        self._bytes -= sum(part.nbytes for part in self._parts.pop(place, []))

    def spread(self, place: int, path: Path, column: ColumnSchema) -> tuple[int, list[object]]:
        """Return the `column_spread` of a column that was written to ``path``."""
        parts = self._parts.get(place)
        if place in self._dropped or not parts:
            return column_spread(path, column)
        keys = np.concatenate(parts)
        self.forget(place)
        if len(keys) > LARGEST_EXACT:
            return _estimated(path, column)
        return _described(keys, path, column)


class TextHasher:
    """64-bit hashes of texts, by DuckDB; for one thread."""

    def __init__(self) -> None:
        import duckdb

        self._connection = duckdb.connect(":memory:", config={"threads": 1})

    def hashes(self, texts: pa.Array) -> np.ndarray:
        """Return the hashes of the texts that are not null."""
        self._connection.register("cells", pa.table({"text": texts}))
        try:
            query = self._connection.execute("SELECT hash(text) AS h FROM cells WHERE text IS NOT NULL")
            return np.asarray(query.fetchnumpy()["h"])
        finally:
            self._connection.unregister("cells")


def _described(keys: np.ndarray, path: Path, column: ColumnSchema) -> tuple[int, list[object]]:
    found = spread(keys)
    if column.storage is StorageType.STRING:
        return found.unique, _texts_at(path, column.name, found.places)
    return found.unique, [_value(keys[place], column.storage) for place in found.places]


def _texts_at(path: Path, name: str, places: Sequence[int]) -> list[object]:
    """Return the texts at places among those that are not null; reading ends at the last of them."""
    texts: dict[int, object] = {}
    passed = 0
    with pq.ParquetFile(path) as source:
        for chunk in stored_chunks(source, name):
            known = chunk.drop_null()
            texts |= {place: known[place - passed].as_py() for place in places if 0 <= place - passed < len(known)}
            passed += len(known)
            if len(texts) == len(places):
                break
    return [texts[place] for place in places]


def _estimated(path: Path, column: ColumnSchema) -> tuple[int, list[object]]:
    name = quote(column.name)
    with connect(threads=1) as connection:
        query = f"SELECT approx_count_distinct({name}) FROM read_parquet({literal(str(path))})"
        return int(connection.execute(query).fetchone()[0]), []


def _numbers(chunk: pa.Array) -> np.ndarray:
    known = chunk.drop_null()
    plain = known.cast(pa.int64()) if pa.types.is_timestamp(known.type) else known
    values = plain.to_numpy(zero_copy_only=False)
    # Adding zero makes -0.0 and 0.0 the same.
    return np.asarray(values + 0.0 if pa.types.is_floating(known.type) else values)


def _value(key: object, storage: StorageType) -> object:
    number = np.asarray(key)
    return number.astype("datetime64[us]")[()] if storage is StorageType.DATETIME else float(number)
