"""Parameters of greatest likelihood of each family of distributions; values without missing ones, of shape (n,)."""

from __future__ import annotations

import numpy as np

Params = dict[str, float]
STEPS = 100


def fit_normal(values: np.ndarray) -> Params:
    """Mean and spread (over n)."""
    return {"mean": float(values.mean()), "std": float(values.std())}


def fit_lognormal(values: np.ndarray) -> Params:
    """Mean and spread of the logarithms."""
    logs = np.log(values)
    return {"mean_log": float(logs.mean()), "std_log": float(logs.std())}


def fit_gamma(values: np.ndarray) -> Params:
    """Newton's steps from the start of Minka (2002), "Estimating a Gamma distribution"."""
    from scipy.special import digamma, polygamma

    mean = float(values.mean())
    gap = max(float(np.log(mean) - np.log(values).mean()), 1e-12)
    shape = (3 - gap + np.sqrt((gap - 3) ** 2 + 24 * gap)) / (12 * gap)
    for _ in range(STEPS):
        step = (np.log(shape) - digamma(shape) - gap) / (1 / shape - polygamma(1, shape))
        shape = max(shape - step, shape / 10)
        if abs(step) < 1e-10 * shape:
            break
    return {"shape": float(shape), "scale": float(mean / shape)}


def fit_weibull(values: np.ndarray) -> Params:
    """Newton's steps on the shape's likelihood equation, in logarithms so that nothing overflows."""
    logs = np.log(values)
    top, mean, spread = float(logs.max()), float(logs.mean()), float(logs.std())
    shape = 1.2 / spread if spread > 0 else 1.0
    for _ in range(STEPS):
        weights = np.exp(shape * (logs - top))
        total = weights.sum()
        first, second = float((weights * logs).sum() / total), float((weights * logs**2).sum() / total)
        step = (first - 1 / shape - mean) / (second - first**2 + 1 / shape**2)
        shape = max(shape - step, shape / 10)
        if abs(step) < 1e-10 * shape:
            break
    scale = top + float(np.log(np.exp(shape * (logs - top)).mean())) / shape
    return {"shape": float(shape), "scale": float(np.exp(scale))}


def fit_beta(values: np.ndarray) -> Params:
    """Newton's steps from the moments (Johnson, Kotz and Balakrishnan 1995, chapter 25)."""
    from scipy.special import digamma, polygamma

    mean, spread = float(values.mean()), float(values.var())
    common = max(mean * (1 - mean) / spread - 1, 1e-3)
    a, b = mean * common, (1 - mean) * common
    goal = np.array([np.log(values).mean(), np.log1p(-values).mean()])
    for _ in range(STEPS):
        gap = goal - (digamma([a, b]) - digamma(a + b))
        shared = polygamma(1, a + b)
        slope = np.array([[polygamma(1, a) - shared, -shared], [-shared, polygamma(1, b) - shared]])
        step = np.linalg.solve(slope, gap)
        a, b = max(a + step[0], a / 10), max(b + step[1], b / 10)
        if np.abs(step).max() < 1e-10 * min(a, b):
            break
    return {"a": float(a), "b": float(b)}


def fit_t(values: np.ndarray) -> Params:
    """Expectation and maximisation of Lange, Little and Taylor (1989), the degrees of freedom by bisection."""
    from scipy.special import digamma

    peak = float(np.abs(values).max()) or 1.0
    values = values / peak
    freedom, centre = 5.0, float(np.median(values))
    scale = float(np.quantile(np.abs(values - centre), 0.6)) or float(values.std())
    for _ in range(STEPS):
        squares = ((values - centre) / scale) ** 2
        weights = (freedom + 1) / (freedom + squares)
        before = (freedom, centre, scale)
        centre = float((weights * values).sum() / weights.sum())
        scale = max(float(np.sqrt((weights * (values - centre) ** 2).mean())), 1e-12)
        level = 1 + float((np.log(weights) - weights).mean()) + digamma((freedom + 1) / 2) - np.log((freedom + 1) / 2)
        low, high = 0.3, 300.0
        for _ in range(50):
            middle = np.sqrt(low * high)
            low, high = (middle, high) if np.log(middle / 2) - digamma(middle / 2) + level > 0 else (low, middle)
        freedom = float(np.sqrt(low * high))
        if max(abs(freedom - before[0]) / freedom, abs(centre - before[1]) / scale, abs(scale / before[2] - 1)) < 1e-5:
            break
    return {"freedom": freedom, "centre": centre * peak, "scale": scale * peak}


def fit_binomial(values: np.ndarray) -> Params:
    """The highest value as trials, the mean over it as chance."""
    trials = float(values.max())
    return {"trials": trials, "chance": float(values.mean() / trials)}


def fit_bernoulli(values: np.ndarray) -> Params:
    """The share of ones."""
    return {"trials": 1.0, "chance": float(values.mean())}
