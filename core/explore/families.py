"""Families of distributions: for which values each is meant, its fit of maximum likelihood, density, cumulative share.

Only scipy.special is used: a fit of 50,000 values takes milliseconds, and the server need not import scipy.stats.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from core.explore.family_fits import (
    Params,
    fit_bernoulli,
    fit_beta,
    fit_binomial,
    fit_gamma,
    fit_lognormal,
    fit_normal,
    fit_t,
    fit_weibull,
)

Function = Callable[[np.ndarray, Params], np.ndarray]


@dataclass(frozen=True)
class Family:
    """One family of distributions.

    Attributes
    ----------
    key, title : str
        "gamma"; "gamma".
    takes : callable
        Whether values can come from it.
    fit : callable
        Parameters of greatest likelihood.
    log_density : callable
        Logarithm of the density (of the probability for whole numbers).
    cumulative : callable
        Share of values at or below.
    free : int
        Parameters that are fitted.
    discrete : bool
        Whole numbers only.
    """

    key: str
    title: str
    takes: Callable[[np.ndarray], bool]
    fit: Callable[[np.ndarray], Params]
    log_density: Function
    cumulative: Function
    free: int
    discrete: bool = False


def _any(values: np.ndarray) -> bool:
    return True


def _positive(values: np.ndarray) -> bool:
    return bool(values.min() > 0)


def _not_negative(values: np.ndarray) -> bool:
    return bool(values.min() >= 0 and values.mean() > 0)


def _inside_one(values: np.ndarray) -> bool:
    return bool(values.min() > 0 and values.max() < 1 and values.var() > 0)


def _counts(values: np.ndarray) -> bool:
    return bool(values.min() >= 0 and values.max() < 1e6 and (values == np.floor(values)).all() and values.mean() > 0)


def _few_counts(values: np.ndarray) -> bool:
    return _counts(values) and bool(2 <= values.max() <= 100)


def _zero_one(values: np.ndarray) -> bool:
    return bool(np.isin(values, (0.0, 1.0)).all())


def _log_normal_density(x: np.ndarray, mean: float, std: float) -> np.ndarray:
    found: np.ndarray = -0.5 * ((x - mean) / std) ** 2 - np.log(std) - 0.5 * np.log(2 * np.pi)
    return found


def _normal_share(x: np.ndarray, mean: float, std: float) -> np.ndarray:
    from scipy.special import ndtr

    found: np.ndarray = ndtr((x - mean) / std)
    return found


def _log_t(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import gammaln

    freedom, z = p["freedom"], (x - p["centre"]) / p["scale"]
    constant = gammaln((freedom + 1) / 2) - gammaln(freedom / 2) - 0.5 * np.log(freedom * np.pi) - np.log(p["scale"])
    found: np.ndarray = constant - (freedom + 1) / 2 * np.log1p(z**2 / freedom)
    return found


def _t_share(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import stdtr

    found: np.ndarray = stdtr(p["freedom"], (x - p["centre"]) / p["scale"])
    return found


def _log_gamma(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import gammaln

    with np.errstate(divide="ignore"):
        logs = np.log(x)
    found: np.ndarray = (p["shape"] - 1) * logs - x / p["scale"] - gammaln(p["shape"]) - p["shape"] * np.log(p["scale"])
    return found


def _gamma_share(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import gammainc

    found: np.ndarray = gammainc(p["shape"], np.maximum(x, 0) / p["scale"])
    return found


def _log_beta(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import betaln

    with np.errstate(divide="ignore"):
        found: np.ndarray = (p["a"] - 1) * np.log(x) + (p["b"] - 1) * np.log1p(-x) - betaln(p["a"], p["b"])
    return found


def _beta_share(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import betainc

    found: np.ndarray = betainc(p["a"], p["b"], np.clip(x, 0, 1))
    return found


def _log_weibull(x: np.ndarray, p: Params) -> np.ndarray:
    with np.errstate(divide="ignore"):
        z = np.log(x / p["scale"])
    found: np.ndarray = np.log(p["shape"] / p["scale"]) + (p["shape"] - 1) * z - np.exp(p["shape"] * z)
    return found


def _log_lognormal(x: np.ndarray, p: Params) -> np.ndarray:
    with np.errstate(divide="ignore"):
        logs = np.log(x)
    found: np.ndarray = _log_normal_density(logs, p["mean_log"], p["std_log"]) - logs
    return found


def _lognormal_share(x: np.ndarray, p: Params) -> np.ndarray:
    with np.errstate(divide="ignore"):
        return _normal_share(np.log(np.maximum(x, 0)), p["mean_log"], p["std_log"])


def _log_poisson(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import gammaln

    found: np.ndarray = x * np.log(p["mean"]) - p["mean"] - gammaln(x + 1)
    return found


def _poisson_share(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import gammaincc

    found: np.ndarray = gammaincc(np.floor(x) + 1, p["mean"])
    return found


def _log_binomial(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import gammaln, xlog1py, xlogy

    n, chance = p["trials"], p["chance"]
    ways = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    found: np.ndarray = ways + xlogy(x, chance) + xlog1py(n - x, -chance)
    return found


def _binomial_share(x: np.ndarray, p: Params) -> np.ndarray:
    from scipy.special import bdtr

    found: np.ndarray = bdtr(np.floor(x), int(p["trials"]), p["chance"])
    return found


def _log_uniform(x: np.ndarray, p: Params) -> np.ndarray:
    inside = (x >= p["low"]) & (x <= p["high"])
    found: np.ndarray = np.where(inside, -np.log(p["high"] - p["low"]), -np.inf)
    return found


FAMILIES: tuple[Family, ...] = (
    Family(
        "normal", "normal (Gaussian)", _any, fit_normal,
        lambda x, p: _log_normal_density(x, p["mean"], p["std"]), lambda x, p: _normal_share(x, p["mean"], p["std"]), 2,
    ),
    Family("student_t", "Student's t", _any, fit_t, _log_t, _t_share, 3),
    Family(
        "uniform", "uniform", _any, lambda v: {"low": float(v.min()), "high": float(v.max())},
        _log_uniform, lambda x, p: np.clip((x - p["low"]) / (p["high"] - p["low"]), 0, 1), 2,
    ),
    Family("lognormal", "log-normal", _positive, fit_lognormal, _log_lognormal, _lognormal_share, 2),
    Family("gamma", "gamma", _positive, fit_gamma, _log_gamma, _gamma_share, 2),
    Family(
        "weibull", "Weibull", _positive, fit_weibull, _log_weibull,
        lambda x, p: -np.expm1(-((np.maximum(x, 0) / p["scale"]) ** p["shape"])), 2,
    ),
    Family(
        "exponential", "exponential", _not_negative, lambda v: {"scale": float(v.mean())},
        lambda x, p: -x / p["scale"] - np.log(p["scale"]), lambda x, p: -np.expm1(-np.maximum(x, 0) / p["scale"]), 1,
    ),
    Family("beta", "beta", _inside_one, fit_beta, _log_beta, _beta_share, 2),
    Family(
        "poisson", "Poisson", _counts, lambda v: {"mean": float(v.mean())}, _log_poisson, _poisson_share, 1,
        discrete=True,
    ),
    Family("binomial", "binomial", _few_counts, fit_binomial, _log_binomial, _binomial_share, 2, discrete=True),
    Family("bernoulli", "Bernoulli", _zero_one, fit_bernoulli, _log_binomial, _binomial_share, 1, discrete=True),
)  # fmt: skip
"""Every family, in the order in which equals are named."""
