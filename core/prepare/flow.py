"""Rows on their way through a plan: what each root's columns have become, without copying what nothing touches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.prepare.transformers.matrix import unique_names


@dataclass(frozen=True)
class Piece:
    """Columns that were made together.

    Attributes
    ----------
    data : DataFrame, ndarray of shape (n_rows, n_columns) or csr_matrix
        Their cells.
    names : tuple of str
        One a column.
    """

    data: Any
    names: tuple[str, ...]

    @property
    def is_sparse(self) -> bool:
        """True for a csr matrix."""
        return hasattr(self.data, "tocsr")


@dataclass(frozen=True)
class Place:
    """Where a root's columns stand: columns ``start`` to ``stop`` of ``piece``."""

    piece: Piece
    start: int
    stop: int


class Flow:
    """Some rows, with the columns that each root has at this point of a plan.

    Parameters
    ----------
    raw : DataFrame of shape (n_rows, n_raw)
        Raw cells in canonical dtypes; parameters that name a column read it here.
    places : dict of str to Place
        By root, in order.
    """

    def __init__(self, raw: pd.DataFrame, places: dict[str, Place]) -> None:
        self.raw = raw
        self.places = places

    @classmethod
    def of(cls, raw: pd.DataFrame, roots: Sequence[str]) -> Flow:
        """Start with the columns ``roots`` of ``raw``."""
        place = {name: index for index, name in enumerate(raw.columns)}
        places = {}
        for root in roots:
            index = place[root]
            places[root] = Place(Piece(raw.iloc[:, index : index + 1], (root,)), 0, 1)
        return cls(raw, places)

    def __len__(self) -> int:
        return len(self.raw)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows, and columns over all roots."""
        return len(self.raw), sum(place.stop - place.start for place in self.places.values())

    def rows(self, keep: np.ndarray) -> Flow:
        """Return the rows where ``keep`` (bool of shape (n_rows,)) is true."""
        cut: dict[int, Piece] = {}
        for place in self.places.values():
            piece = place.piece
            if id(piece) not in cut:
                data = piece.data.loc[keep] if isinstance(piece.data, pd.DataFrame) else piece.data[keep]
                cut[id(piece)] = Piece(data, piece.names)
        places = {root: Place(cut[id(p.piece)], p.start, p.stop) for root, p in self.places.items()}
        return Flow(self.raw.loc[keep], places)

    def names(self, roots: Sequence[str]) -> list[str]:
        """Return the column names of ``roots``, in order."""
        return [name for root in roots for name in self._names(root)]

    def _names(self, root: str) -> tuple[str, ...]:
        place = self.places[root]
        return place.piece.names[place.start : place.stop]

    def widths(self, roots: Sequence[str]) -> list[int]:
        """Return how many columns each of ``roots`` has."""
        return [self.places[root].stop - self.places[root].start for root in roots]

    def is_sparse(self, roots: Sequence[str]) -> bool:
        """Tell whether any of ``roots`` stands in a sparse piece."""
        return any(self.places[root].piece.is_sparse for root in roots)

    def take(self, roots: Sequence[str], helpers: Sequence[str] = (), *, sparse: bool = False) -> Any:
        """Return the columns of ``roots``, and of the raw columns ``helpers`` behind them.

        Returns
        -------
        DataFrame of shape (n_rows, n_columns), or csr_matrix
            csr where ``sparse`` and one of the pieces is; else dense. Column names are text, each once; a helper may
            have the name of another column.
        """
        if sparse and self.is_sparse(roots):
            from scipy.sparse import hstack

            return hstack([_as_sparse(self._columns(root)) for root in roots], format="csr")
        whole = self._whole(roots)
        if whole is not None:
            table = _as_frame(whole.data, whole.names, self.raw.index)
        else:
            columns = [self._columns(root) for root in roots]
            if all(_is_float(part) for part in columns):
                table = _as_frame(_stack(columns, len(self)), self.names(roots), self.raw.index)
            else:
                frames = [
                    _as_frame(part, self._names(root), self.raw.index)
                    for root, part in zip(roots, columns, strict=True)
                ]
                table = pd.concat(frames, axis=1) if frames else pd.DataFrame(index=self.raw.index)
        if not table.columns.is_unique:
            # Two steps may give the same name, which scikit-learn refuses.
            table = table.set_axis(pd.Index(unique_names(table.columns), dtype=object), axis=1)
        if not helpers:
            return table
        return pd.concat([table, self.raw.loc[:, list(helpers)]], axis=1)

    def _whole(self, roots: Sequence[str]) -> Piece | None:
        """Return the piece whose columns are just those of ``roots`` in order, if there is one."""
        first = self.places[roots[0]].piece if roots else None
        at = 0
        for root in roots:
            place = self.places[root]
            if place.piece is not first or place.start != at:
                return None
            at = place.stop
        if first is None or at != len(first.names) or first.is_sparse:
            return None
        return first

    def _columns(self, root: str) -> Any:
        place = self.places[root]
        data = place.piece.data
        if isinstance(data, pd.DataFrame):
            return data.iloc[:, place.start : place.stop]
        return data[:, place.start : place.stop]

    def put(self, roots: Sequence[str], widths: Sequence[int], data: Any, names: Sequence[str]) -> Flow:
        """Return the flow with ``data`` in the place of ``roots``: ``widths`` columns each, in order."""
        piece = Piece(data, tuple(str(name) for name in names))
        places = dict(self.places)
        at = 0
        for root, width in zip(roots, widths, strict=True):
            places[root] = Place(piece, at, at + width)
            at += width
        return Flow(self.raw, places)

    def put_each(self, roots: Sequence[str], parts: Sequence[Any], names: Sequence[Sequence[str]]) -> Flow:
        """Return the flow with one of ``parts`` in the place of each of ``roots``."""
        places = dict(self.places)
        for root, part, own in zip(roots, parts, names, strict=True):
            places[root] = Place(Piece(part, tuple(str(name) for name in own)), 0, len(own))
        return Flow(self.raw, places)

    def without(self, roots: Sequence[str]) -> Flow:
        """Return the flow without ``roots``."""
        return Flow(self.raw, {root: place for root, place in self.places.items() if root not in set(roots)})


def _is_float(data: Any) -> bool:
    if isinstance(data, np.ndarray):
        return bool(data.dtype == np.float64)
    if isinstance(data, pd.DataFrame):
        return all(dtype == np.float64 for dtype in data.dtypes)
    return hasattr(data, "tocsr")


def _stack(parts: Sequence[Any], rows: int) -> np.ndarray:
    width = sum(part.shape[1] for part in parts)
    out = np.empty((rows, width), dtype=np.float64)
    at = 0
    for part in parts:
        values = part.toarray() if hasattr(part, "toarray") else np.asarray(part)
        out[:, at : at + values.shape[1]] = values
        at += values.shape[1]
    return out


def _as_sparse(part: Any) -> Any:
    from scipy.sparse import csr_matrix

    return part if hasattr(part, "tocsr") else csr_matrix(np.asarray(part, dtype=np.float64))


def _as_frame(data: Any, names: Sequence[str], index: pd.Index) -> pd.DataFrame:
    if isinstance(data, pd.DataFrame):
        return data
    dense = data.toarray() if hasattr(data, "toarray") else data
    # With the array's own type: pandas would look through cells of objects and make another kind of text of them.
    return pd.DataFrame(dense, columns=pd.Index(list(names), dtype=object), index=index, dtype=dense.dtype, copy=False)
