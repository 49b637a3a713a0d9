"""What a method is given and what it gives back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from core.params import ParamValue


@dataclass(frozen=True)
class Prepared:
    """The rows to project.

    Attributes
    ----------
    batches : callable
        Gives places and coordinates of the rows, block by block; may be called again for another pass.
    rows : int
        How many there are.
    params : mapping
        A value for every parameter.
    seed : int
        Seed of everything drawn at random.
    """

    batches: Callable[[], Iterator[tuple[np.ndarray, np.ndarray]]]
    rows: int
    params: Mapping[str, ParamValue]
    seed: int

    def gather(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all places and coordinates at once; for methods that take few rows."""
        places, blocks = zip(*self.batches(), strict=True)
        return np.concatenate(places), np.concatenate(blocks).astype(np.float32)


@dataclass(frozen=True)
class Drawn:
    """Points of shape (rows, components), float32, and their rows' places; for PCA its shares and loadings too."""

    places: np.ndarray
    points: np.ndarray
    explained: tuple[float, ...] = ()
    loadings: tuple[tuple[float, ...], ...] = ()
    notes: tuple[str, ...] = ()
