"""Numbers rounded, or kept within fixed bounds."""

from __future__ import annotations

from typing import Any

import numpy as np

from core.prepare.transformers.grid import GridTransformer

_EXPONENTS = np.arange(-310, 309)
_SMALLEST = 1e-290
"""Numbers nearer to 0 have fewer digits than they show; as significant digits they count as 0."""


class RoundNumbers(GridTransformer):
    """Rounds to decimals, or to significant digits; halves go to the even neighbour.

    Parameters
    ----------
    method : {"decimals", "significant"}
        What ``digits`` counts.
    digits : int
        Decimals may be negative: -2 rounds to hundreds.
    """

    def __init__(self, method: str = "decimals", digits: int = 0) -> None:
        self.method = method
        self.digits = digits

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        pass

    def _change(self, cells: np.ndarray) -> np.ndarray:
        if self.method == "decimals":
            return np.asarray(np.round(cells, self.digits))
        known = np.where(np.abs(cells) < _SMALLEST, 0.0, cells)
        size = np.where((known == 0.0) | np.isnan(known), 1.0, np.abs(known))
        exponent = np.floor(np.log10(size)).astype(np.int64)
        down = _power_of_ten(exponent - self.digits + 1)
        up = _power_of_ten(self.digits - 1 - exponent)
        # Dividing by a whole power of ten is exact where multiplying by its inverse is not.
        whole, fine = np.round(known / down) * down, np.round(known * up) / up
        return np.asarray(np.where(exponent >= self.digits, whole, fine))


def _power_of_ten(exponent: np.ndarray) -> np.ndarray:
    powers = np.asarray([float(f"1e{n}") for n in _EXPONENTS])
    return np.asarray(powers[np.clip(exponent, _EXPONENTS[0], _EXPONENTS[-1]) - _EXPONENTS[0]])


class ClipNumbers(GridTransformer):
    """Moves numbers beyond fixed bounds onto them.

    Parameters
    ----------
    low, high : float or None
        None for no bound.
    """

    def __init__(self, low: float | None = None, high: float | None = None) -> None:
        self.low = low
        self.high = high

    def _learn(self, cells: np.ndarray, y: Any) -> None:
        pass

    def _change(self, cells: np.ndarray) -> np.ndarray:
        low = -np.inf if self.low is None else self.low
        high = np.inf if self.high is None else self.high
        return np.asarray(np.clip(cells, low, high))
