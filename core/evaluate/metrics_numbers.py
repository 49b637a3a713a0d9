"""Metrics of predicted numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from core.evaluate.metric_spec import EPS, NUMBER, MetricSpec, falling, rising, with_setting
from core.evaluate.outcome import Outcome


def _squared_error(o: Outcome) -> np.ndarray:
    return o.mean((o.truth - o.values) ** 2)


def mse(o: Outcome) -> np.ndarray:
    """Mean squared error."""
    return _squared_error(o)


def rmse(o: Outcome) -> np.ndarray:
    """Root of the mean squared error."""
    return np.asarray(np.sqrt(_squared_error(o)))


def mae(o: Outcome) -> np.ndarray:
    """Mean absolute error."""
    return o.mean(np.abs(o.truth - o.values))


def median_error(o: Outcome) -> np.ndarray:
    """Median of the absolute errors."""
    return weighted_quantile(np.abs(o.truth - o.values), o.weights, 0.5)


def max_error(o: Outcome) -> np.ndarray:
    """Largest absolute error of a row with weight."""
    return np.asarray(np.max(np.where(o.weights > 0, np.abs(o.truth - o.values), 0.0), axis=1))


def mape(o: Outcome) -> np.ndarray:
    """Mean absolute error as a share of the true value."""
    return o.mean(np.abs(o.truth - o.values) / np.maximum(np.abs(o.truth), EPS))


def smape(o: Outcome) -> np.ndarray:
    """Mean absolute error as a share of half the sum of truth and prediction (Makridakis 1993); 0 to 2."""
    size = np.maximum(np.abs(o.truth) + np.abs(o.values), EPS)
    return o.mean(2 * np.abs(o.truth - o.values) / size)


def msle(o: Outcome) -> np.ndarray:
    """Mean squared error of the logarithms of one more."""
    return o.mean((np.log1p(o.truth) - np.log1p(o.values)) ** 2)


def rmsle(o: Outcome) -> np.ndarray:
    """Root of the mean squared error of the logarithms of one more."""
    return np.asarray(np.sqrt(msle(o)))


def pinball(o: Outcome, alpha: float) -> np.ndarray:
    """Mean pinball loss of the ``alpha`` quantile (Koenker and Bassett 1978)."""
    off = o.truth - o.values
    return o.mean(np.maximum(alpha * off, (alpha - 1) * off))


def _variance(o: Outcome, values: np.ndarray) -> np.ndarray:
    # Centring first keeps the variance of large numbers exact.
    centred = values - values.mean()
    return np.asarray(o.mean(centred**2) - o.mean(centred) ** 2)


def _explained(left: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Share of ``whole`` that is not ``left``; NaN where there is nothing to explain."""
    return np.asarray(np.divide(whole - left, whole, out=np.full(len(whole), np.nan), where=whole > 0))


def r2(o: Outcome) -> np.ndarray:
    """Share of the target's variance that is explained."""
    return _explained(_squared_error(o), _variance(o, o.truth))


def explained_variance(o: Outcome) -> np.ndarray:
    """Share of the variance explained, where a constant lean to one side is forgiven."""
    return _explained(_variance(o, o.truth - o.values), _variance(o, o.truth))


def d2_pinball(o: Outcome, alpha: float) -> np.ndarray:
    """Share of the pinball loss of the constant quantile that is taken away."""
    guess = weighted_quantile(o.truth, o.weights, alpha)[:, None]
    off = o.truth[None, :] - guess
    losses = np.maximum(alpha * off, (alpha - 1) * off)
    return _explained(pinball(o, alpha), np.einsum("ij,ij->i", o.weights, losses) / o.total)


def _deviances(truth: np.ndarray, values: np.ndarray, power: float) -> np.ndarray:
    """Unit Tweedie deviance (Jorgensen 1987), as scikit-learn writes it."""
    if power == 1:
        log = np.where(truth > 0, truth * np.log(np.where(truth > 0, truth, 1.0) / values), 0.0)
        return np.asarray(2 * (log - truth + values))
    if power == 2:
        return np.asarray(2 * (np.log(values / truth) + truth / values - 1))
    a, b = 1 - power, 2 - power
    return np.asarray(2 * (np.maximum(truth, 0) ** b / (a * b) - truth * values**a / a + values**b / b))


def deviance(o: Outcome, power: float) -> np.ndarray:
    """Mean Tweedie deviance."""
    return o.mean(_deviances(o.truth, o.values, power))


def d2_deviance(o: Outcome, power: float) -> np.ndarray:
    """Share of the deviance of the constant mean that is taken away."""
    means = o.mean(o.truth)
    if power == 1:
        # The mean of truth log(truth / mean) needs no loop over draws.
        log = np.where(o.truth > 0, o.truth * np.log(np.where(o.truth > 0, o.truth, 1.0)), 0.0)
        guess = 2 * (o.mean(log) - means * np.log(means))
    elif power == 2:
        guess = 2 * (np.log(means) - o.mean(np.log(o.truth)))
    else:
        a, b = 1 - power, 2 - power
        guess = 2 * (o.mean(o.truth**b) / (a * b) - means ** (a + 1) / a + means**b / b)
    return _explained(deviance(o, power), np.asarray(guess))


def weighted_quantile(values: np.ndarray, weights: np.ndarray, level: float) -> np.ndarray:
    """Return the weighted quantile of each draw, the mean of two middle values where it falls between them.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
    weights : ndarray of shape (n_draws, n_rows)
    level : float
        0.5 is the median.

    Returns
    -------
    ndarray of shape (n_draws,)

    Notes
    -----
    The averaged inverse of the distribution (definition 2 of Hyndman and Fan 1996), as scikit-learn's weighted
    percentiles.
    """
    order = np.argsort(values, kind="stable")
    sums = np.cumsum(np.take(weights, order, axis=1), axis=1)
    wanted = level * sums[:, -1:]
    close = 1e-9 * sums[:, -1:]
    last = len(values) - 1
    lower = np.minimum((sums < wanted - close).sum(axis=1), last)
    upper = np.minimum((sums <= wanted + close).sum(axis=1), last)
    ordered = values[order]
    return np.asarray((ordered[lower] + ordered[upper]) / 2)


def _needs_above(o: Outcome, least: float, *, strict: bool, predicted_strict: bool) -> str:
    truth, values = float(o.truth.min()), float(o.values.min())
    words = f"above {least:g}" if strict else f"of at least {least:g}"
    if truth < least or (strict and truth == least):
        return f"It needs targets {words}; the least is {truth:g}."
    if values < least or (predicted_strict and values == least):
        return f"It needs predictions above {least:g}; the least is {values:g}."
    return ""


def _needs_logarithm(o: Outcome) -> str:
    return _needs_above(o, -1.0, strict=True, predicted_strict=True)


def _needs_counts(o: Outcome) -> str:
    return _needs_above(o, 0.0, strict=False, predicted_strict=True)


def _needs_positive(o: Outcome) -> str:
    return _needs_above(o, 0.0, strict=True, predicted_strict=True)


METRICS: tuple[MetricSpec, ...] = (
    replace(
        falling(
            "rmse", "Typical error (RMSE)", NUMBER, "Root of the mean squared error; large errors weigh more.", rmse
        ),
        main=True,
    ),
    replace(falling("mae", "Mean absolute error", NUMBER, "How far off a prediction is on average.", mae), main=True),
    replace(
        rising("r2", "Explained share (R²)", NUMBER, "Share of the target's ups and downs that is explained.", r2),
        main=True,
    ),
    replace(
        falling("mape", "Mean percentage error", NUMBER, "Mean error as a share of the true value.", mape), main=True
    ),
    replace(
        falling(
            "median_error",
            "Median absolute error",
            NUMBER,
            "Half of the predictions are off by less than this; rare large errors do not count.",
            median_error,
        ),
        main=True,
    ),
    replace(
        falling(
            "rmsle",
            "Typical error by ratio (RMSLE)",
            NUMBER,
            "Error of the logarithms: being off by a factor counts the same for small and large values.",
            rmsle,
        ),
        main=True,
        needs=_needs_logarithm,
    ),
    falling("mse", "Mean squared error", NUMBER, "Mean of the squared errors, in squared units.", mse),
    falling("max_error", "Largest error", NUMBER, "How far off the worst prediction is.", max_error),
    falling(
        "smape",
        "Symmetric percentage error",
        NUMBER,
        "Error as a share of the mean of truth and prediction; 0 is perfect, 2 the worst.",
        smape,
    ),
    replace(
        falling(
            "msle", "Squared error by ratio (MSLE)", NUMBER, "Mean squared error of the logarithms of one more.", msle
        ),
        needs=_needs_logarithm,
    ),
    rising(
        "explained_variance",
        "Explained share without lean",
        NUMBER,
        "Share of the ups and downs explained, where being constantly too high or too low is forgiven.",
        explained_variance,
    ),
    rising(
        "d2_absolute",
        "Absolute error taken away (D²)",
        NUMBER,
        "How much smaller the mean error is than that of always saying the median; 0 is no better, 1 is perfect.",
        with_setting(d2_pinball, alpha=0.5),
    ),
    *(
        falling(
            f"pinball_{round(100 * alpha)}",
            f"Pinball loss at {round(100 * alpha)} %",
            NUMBER,
            f"For predictions meant to be above {round(100 * alpha)} % of the truths: the cost of missing that.",
            with_setting(pinball, alpha=alpha),
        )
        for alpha in (0.1, 0.9)
    ),
    *(
        rising(
            f"d2_pinball_{round(100 * alpha)}",
            f"Pinball loss taken away at {round(100 * alpha)} % (D²)",
            NUMBER,
            f"How much better it marks the value that {round(100 * alpha)} % lie below than a constant does.",
            with_setting(d2_pinball, alpha=alpha),
        )
        for alpha in (0.1, 0.9)
    ),
    *(
        replace(
            falling(f"{name}_deviance", f"{title} deviance", NUMBER, meaning, with_setting(deviance, power=power)),
            needs=needs,
        )
        for name, title, power, meaning, needs in (
            ("poisson", "Poisson", 1.0, "Error for counts: being off counts by the size expected.", _needs_counts),
            ("gamma", "Gamma", 2.0, "Error by ratio, for amounts above 0.", _needs_positive),
            ("tweedie", "Tweedie", 1.5, "Error for amounts that are often 0, such as claims.", _needs_counts),
        )
    ),
    *(
        replace(
            rising(
                f"d2_{name}",
                f"{title} deviance taken away (D²)",
                NUMBER,
                "How much smaller that error is than that of always saying the mean; 0 is no better, 1 is perfect.",
                with_setting(d2_deviance, power=power),
            ),
            needs=needs,
        )
        for name, title, power, needs in (
            ("poisson", "Poisson", 1.0, _needs_counts),
            ("gamma", "Gamma", 2.0, _needs_positive),
            ("tweedie", "Tweedie", 1.5, _needs_counts),
        )
    ),
)
