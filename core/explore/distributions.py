"""Which known distribution a column follows: fits, how good each is, and the curve to draw over its histogram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from core.data.schema import Dataset
from core.explore.charts.words import counted, number
from core.explore.charts.words import name as short
from core.explore.encode import Encoded, read_sample
from core.explore.families import FAMILIES, Family
from core.explore.family_fits import Params
from core.store.workspace import Workspace
from core.types import ColumnKind, StorageType
from core.words import share

MOST_ROWS = 50_000
FEWEST_ROWS = 8
CURVE_POINTS = 161
EXPECTED = 5
"""Rows that a group of the chi-square test must be expected to hold."""


QUALITY = ((0.02, "very close"), (0.05, "close"), (0.1, "rough"), (np.inf, "not close"))
"""Words for the largest gap between the shares at or below each value."""


class Fit(BaseModel):
    """One distribution fitted to a column.

    Attributes
    ----------
    key, title : str
        Of the family.
    params : dict of str to float
        Of greatest likelihood.
    aic : float
        Akaike's information criterion (Akaike 1974): lower is better, comparable between fits of one column.
    distance : float
        Largest gap between the shares at or below each value (the Kolmogorov-Smirnov statistic), 0 to 1.
    test : str
        Name of the test of fit: Kolmogorov-Smirnov for amounts, chi-square (Pearson 1900) for counts and words.
    statistic, p_value : float
        Of the test. The parameters come from the same rows, so that a p-value of Kolmogorov-Smirnov is too kind.
    sentence : str
        How well it fits.
    curve : tuple of pairs of float
        Value and density (probability for counts), to draw over the histogram.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    params: Params
    aic: float
    distance: float
    test: str
    statistic: float
    p_value: float
    sentence: str
    curve: tuple[tuple[float, float], ...] = ()


class Distributions(BaseModel):
    """The distributions of a column.

    Attributes
    ----------
    column : str
        The column.
    fits : tuple of Fit
        Best first (lowest AIC).
    sentence : str
        The finding.
    rows : int
        Values that were used.
    note : str
        What was sampled, in words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    column: str
    fits: tuple[Fit, ...]
    sentence: str
    rows: int
    note: str = ""


def fit_distributions(workspace: Workspace, dataset: Dataset, column: str) -> Distributions:
    """Fit every family that a column's values can come from.

    Parameters
    ----------
    workspace, dataset
        Where the cells lie. At most 50,000 rows are used, drawn at random; the note says so.
    column : str
        The column. Words are fitted by a multinomial distribution and tested against equal shares.

    Returns
    -------
    Distributions
        Without a fit where there are fewer than eight values, one value only, or dates and texts.
    """
    sample = read_sample(workspace, dataset, columns=[column], rows=MOST_ROWS)
    encoded = sample.columns[column]
    values = _values(encoded)
    if values is None or len(values) < FEWEST_ROWS or not encoded.differs:
        return Distributions(column=column, fits=(), sentence=_nothing(encoded), rows=0, note=sample.note)
    if encoded.is_words and encoded.numbers is None:
        fits: Sequence[Fit] = [_multinomial(encoded)]
    else:
        fits = fit_all(values)
    sentence = _finding(short(column), fits[0]) if fits else _nothing(encoded)
    return Distributions(column=column, fits=tuple(fits), sentence=sentence, rows=len(values), note=sample.note)


def fit_all(values: np.ndarray) -> list[Fit]:
    """Fit every family to values without missing ones; best first.

    Parameters
    ----------
    values : ndarray of float64, shape (n,)
        At least two of them differ.
    """
    ordered = np.sort(values)
    if float(np.ptp(ordered / max(abs(ordered[0]), abs(ordered[-1])))) < 1e-12:
        return []
    only_counts = bool(np.isin(ordered, (0.0, 1.0)).all())
    families = [f for f in FAMILIES if f.takes(ordered) and (f.key == "bernoulli" or not only_counts)]
    with np.errstate(all="ignore"):
        fits = [fit for fit in (_fit(family, ordered) for family in families) if fit is not None]
    return sorted(fits, key=lambda fit: fit.aic)


def _fit(family: Family, ordered: np.ndarray) -> Fit | None:
    params = family.fit(ordered)
    likelihood = float(family.log_density(ordered, params).sum())
    if not np.isfinite(likelihood) or not all(np.isfinite(value) for value in params.values()):
        return None
    distance = _distance(family, ordered, params)
    if family.discrete:
        test, statistic, p_value = "chi-square", *_chi_square(family, ordered, params)
    else:
        test, statistic, p_value = "Kolmogorov-Smirnov", distance, _kolmogorov(distance, len(ordered))
    return Fit(
        key=family.key,
        title=family.title,
        params=params,
        aic=2 * family.free - 2 * likelihood,
        distance=distance,
        test=test,
        statistic=statistic,
        p_value=p_value,
        sentence=_sentence(distance),
        curve=_curve(family, ordered, params),
    )


def _distance(family: Family, ordered: np.ndarray, params: Params) -> float:
    n = len(ordered)
    levels, counts = np.unique(ordered, return_counts=True)
    below = np.cumsum(counts) / n
    expected = family.cumulative(levels, params)
    gaps = np.abs(below - expected)
    if not family.discrete:
        gaps = np.maximum(gaps, np.abs(below - counts / n - expected))
    return float(gaps.max())


def _kolmogorov(distance: float, n: int) -> float:
    """Return the p-value of a gap (Kolmogorov's limit with the correction of Stephens 1970)."""
    from scipy.special import kolmogorov

    root = np.sqrt(n)
    return float(kolmogorov(distance * (root + 0.12 + 0.11 / root)))


def _chi_square(family: Family, ordered: np.ndarray, params: Params) -> tuple[float, float]:
    """Compare counts with what is expected, neighbours joined until each group expects five rows."""
    n, high = len(ordered), int(ordered[-1])
    steps = np.unique(np.linspace(0, high, min(high + 1, 200)).astype(np.int64))
    shares = np.diff(np.concatenate(([0.0], family.cumulative(steps.astype(np.float64), params))))
    shares[-1] += 1 - shares.sum()
    seen = np.diff(np.concatenate(([0], np.searchsorted(ordered, steps, "right"))))
    expected_groups, seen_groups = _joined(shares * n, seen)
    freedom = len(expected_groups) - 1 - family.free
    statistic = float(((seen_groups - expected_groups) ** 2 / expected_groups).sum())
    return statistic, _chi_square_p(statistic, freedom)


def _joined(expected: np.ndarray, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    groups: list[list[float]] = [[0.0, 0.0]]
    for e, s in zip(expected, seen, strict=True):
        if groups[-1][0] >= EXPECTED:
            groups.append([0.0, 0.0])
        groups[-1][0] += float(e)
        groups[-1][1] += float(s)
    if len(groups) > 1 and groups[-1][0] < EXPECTED:
        last = groups.pop()
        groups[-1] = [groups[-1][0] + last[0], groups[-1][1] + last[1]]
    pairs = np.array(groups)
    return np.maximum(pairs[:, 0], 1e-12), pairs[:, 1]


def _chi_square_p(statistic: float, freedom: int) -> float:
    from scipy.special import chdtrc

    return float(chdtrc(freedom, statistic)) if freedom > 0 else 1.0


def _multinomial(column: Encoded) -> Fit:
    """Describe words by their shares, and test whether all values are equally frequent."""
    assert column.labels is not None
    counts = np.bincount(column.labels[column.labels >= 0], minlength=column.groups).astype(np.float64)
    counts = counts[counts > 0]
    total = counts.sum()
    shares = counts / total
    expected = total / len(counts)
    statistic = float(((counts - expected) ** 2 / expected).sum())
    largest, smallest = float(shares.max()), float(shares.min())
    return Fit(
        key="multinomial",
        title="multinomial",
        params={column.levels[place]: float(value) for place, value in enumerate(shares)},
        aic=float(2 * (len(counts) - 1) - 2 * (counts * np.log(shares)).sum()),
        distance=float(np.abs(np.cumsum(shares) - np.arange(1, len(shares) + 1) / len(shares)).max()),
        test="chi-square",
        statistic=statistic,
        p_value=_chi_square_p(statistic, len(counts) - 1),
        sentence=f"its values have shares from {share(smallest)} to {share(largest)} (multinomial).",
    )


def _curve(family: Family, ordered: np.ndarray, params: Params) -> tuple[tuple[float, float], ...]:
    low, high = float(ordered[0]), float(ordered[-1])
    if family.discrete:
        step = max(1, int(high - low) // CURVE_POINTS)
        x = np.arange(low, high + 1, step)
    else:
        x = np.linspace(low, high, CURVE_POINTS)
    y = np.exp(family.log_density(x, params))
    return tuple((float(a), float(b)) for a, b in zip(x, y, strict=True) if np.isfinite(b))


def _values(column: Encoded) -> np.ndarray | None:
    if column.column.storage is StorageType.DATETIME or column.column.kind is ColumnKind.TEXT:
        return None
    known = column.codes.astype(np.float64) if column.numbers is None else column.numbers
    found: np.ndarray = known[column.known]
    return found


def _nothing(column: Encoded) -> str:
    known = int(column.known.sum())
    if _values(column) is None:
        return "Dates and texts are not fitted by a distribution."
    if known and not column.differs:
        return f"{short(column.name)} has one value only; there is nothing to fit."
    if known >= FEWEST_ROWS:
        return f"No distribution could be fitted to {short(column.name)}."
    return f"{short(column.name)} has {counted(known, 'value')}; a fit needs {FEWEST_ROWS}."


def _sentence(distance: float) -> str:
    quality = next(words for limit, words in QUALITY if distance < limit)
    return f"{quality}: the shares below a value differ by {share(distance)} at most.".capitalize()


def _finding(column: str, best: Fit) -> str:
    if best.key == "multinomial":
        return f"{column}: {best.sentence}"
    if best.distance >= QUALITY[-2][0]:
        return f"{column} follows none of these distributions well; the {best.title} one comes closest."
    quality = next(words for limit, words in QUALITY if best.distance < limit)
    how = {"very close": "very closely", "close": "closely"}.get(quality, "roughly")
    return f"{column} {how} follows the {best.title} distribution."


def params_text(fit: Fit) -> str:
    """Return the parameters of a fit as text."""
    return ", ".join(f"{key.replace('_', ' ')} {number(value)}" for key, value in fit.params.items())
