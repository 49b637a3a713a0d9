"""How strongly two columns go together: measures for numbers, for words, and for one of each."""

from __future__ import annotations

import numpy as np


def counts_of_pairs(a: np.ndarray, b: np.ndarray, groups_a: int, groups_b: int) -> np.ndarray:
    """Return the contingency table of two code arrays (-1 is missing), of shape (groups_a, groups_b)."""
    width = groups_b + 1
    flat = np.bincount((a + 1) * width + (b + 1), minlength=(groups_a + 1) * width)
    return flat.reshape(groups_a + 1, width)[1:, 1:]


def cramers_v(table: np.ndarray) -> float:
    """Return Cramer's V without bias, 0 to 1; NaN where a side has one value only.

    Cramer (1946), corrected after Bergsma (2013), "A bias-correction for Cramer's V and Tschuprow's T".
    """
    table = _filled(table)
    rows, columns = table.shape
    total = table.sum()
    if min(rows, columns) < 2 or total < 2:
        return float("nan")
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / total
    phi2 = float(((table - expected) ** 2 / expected).sum() / total)
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (total - 1))
    rows_fair = rows - (rows - 1) ** 2 / (total - 1)
    columns_fair = columns - (columns - 1) ** 2 / (total - 1)
    least = min(rows_fair, columns_fair) - 1
    return float(min(np.sqrt(phi2 / least), 1.0)) if least > 0 else float("nan")


def correlation_ratio(
    codes: np.ndarray, numbers: np.ndarray, groups: int, *, fair: bool = False, least: int = 1
) -> float:
    """Return eta, the share of a number's spread that lies between groups, as a root; NaN where it cannot be told.

    Pearson (1905) and Fisher (1925). With ``fair`` the share is epsilon squared of Kelley (1935), which expects 0 where
    the groups do not differ, however many they are. Groups of fewer than ``least`` rows are left out: a single far-off
    row would explain itself.
    """
    both = (codes >= 0) & ~np.isnan(numbers)
    if least > 1:
        sizes = np.bincount(codes[both], minlength=groups + 1)
        both &= sizes[codes] >= least
    if not both.all():
        codes, numbers = codes[both], numbers[both]
    if len(numbers) < 2:
        return float("nan")
    values = _centred(numbers)
    total = float(values @ values)
    counts = np.bincount(codes, minlength=groups)
    sums = np.bincount(codes, weights=values, minlength=groups)
    used = counts > 0
    if total <= 0 or used.sum() < 2:
        return float("nan")
    share = float((sums[used] ** 2 / counts[used]).sum()) / total
    if fair:
        free = len(values) - int(used.sum())
        share = 1 - (1 - share) * (len(values) - 1) / free if free > 0 else 0.0
    return float(np.sqrt(min(max(share, 0.0), 1.0)))


def mutual_information(table: np.ndarray) -> float:
    """Return the mutual information of a contingency table over the mean of both entropies, 0 to 1.

    Shannon (1948); normalised with the arithmetic mean as in Strehl and Ghosh (2002) and scikit-learn's
    ``normalized_mutual_info_score``. NaN where a side has one value only.
    """
    table = _filled(table)
    if min(table.shape) < 2:
        return float("nan")
    joint = table / table.sum()
    rows, columns = joint.sum(axis=1), joint.sum(axis=0)
    cells = joint[joint > 0]
    shared = float((cells * np.log(cells / np.outer(rows, columns)[joint > 0])).sum())
    mean = -(float((rows * np.log(rows)).sum()) + float((columns * np.log(columns)).sum())) / 2
    return min(max(shared / mean, 0.0), 1.0)


def product_moments(values: np.ndarray, *, covariance: bool = False) -> np.ndarray:
    """Return Pearson's correlation of every pair of columns over the rows that both have.

    Parameters
    ----------
    values : ndarray of float64, shape (rows, columns)
        NaN where missing. Ranks give Spearman's correlation (Spearman 1904).
    covariance : bool
        Return the sample covariance instead.

    Returns
    -------
    ndarray of shape (columns, columns)
        NaN where fewer than two rows have both, or a column does not vary there.
    """
    values = np.asfortranarray(values)  # Everything goes column by column.
    known = ~np.isnan(values)
    filled, scales = _standard(values, known)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        mask = known.astype(np.float64)
        counts = mask.T @ mask
        sums = filled.T @ mask
        squares = (filled**2).T @ mask
        spread = squares - sums**2 / counts
        shared = filled.T @ filled - sums * sums.T / counts
        if covariance:
            found: np.ndarray = shared / (counts - 1) * np.outer(scales, scales)
            return np.where(counts > 1, found, np.nan)
        # What rounding leaves of a column that does not vary among the shared rows is no spread.
        varies = spread > 1e-12 * np.maximum(squares, 1e-300)
        found = shared / np.sqrt(spread * spread.T)
        return np.where((counts > 1) & varies & varies.T, np.clip(found, -1, 1), np.nan)


def _standard(values: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return columns around 0 with a spread of 1, 0 where missing, and the scale of each."""
    filled = np.where(known, values, 0.0)
    peaks = np.abs(filled).max(axis=0, initial=0.0)
    peaks[peaks == 0] = 1.0
    counts = np.maximum(known.sum(axis=0), 1)
    filled = filled / peaks
    filled = np.where(known, filled - filled.sum(axis=0) / counts, 0.0)
    spread = np.sqrt((filled**2).sum(axis=0) / counts)
    spread[spread < 1e-13] = 1.0
    return filled / spread, peaks * spread


def _filled(table: np.ndarray) -> np.ndarray:
    """Leave out groups without a row."""
    found: np.ndarray = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0].astype(np.float64)
    return found


def _centred(values: np.ndarray) -> np.ndarray:
    scale = float(np.abs(values).max()) or 1.0
    scaled = values / scale
    found: np.ndarray = scaled - scaled.mean()
    # A constant leaves only what rounding makes of it.
    return found if np.abs(found).max() > 1e-13 else np.zeros_like(found)
